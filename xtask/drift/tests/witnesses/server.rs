//! A server that sends a configured response and keeps the last request.

use std::sync::{Arc, Mutex};

use trackstar_test_server::{Fate, FaultServer, Request};

#[derive(Default)]
struct State {
    response: Vec<u8>,
    request: Option<Request>,
}

pub(crate) struct Server {
    pub(crate) url: String,
    state: Arc<Mutex<State>>,
    _listening: FaultServer,
}

impl Server {
    pub(crate) fn start() -> Self {
        let state = Arc::new(Mutex::new(State::default()));
        let shared = Arc::clone(&state);
        let server = FaultServer::start(move |request| {
            let mut state = shared.lock().unwrap();
            state.request = Some(request.clone());
            Fate::Respond(state.response.clone())
        });
        let server = FaultServer::in_background(server).unwrap();
        Self {
            url: server.base_url(),
            state,
            _listening: server,
        }
    }

    /// Sets the response to the next requests.
    pub(crate) fn respond(&self, response: Vec<u8>) {
        *self.state.lock().unwrap() = State {
            response,
            request: None,
        };
    }

    /// Returns the last request since the response was set.
    pub(crate) fn request(&self) -> Option<Request> {
        self.state.lock().unwrap().request.take()
    }
}
