//! The mock server: it records requests and sends configured responses.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use anyhow::Context;
use serde_json::Value;
use trackstar_test_server::{Fate, FaultServer, response};

use crate::call::Request;
use crate::response_generator::MockResponse;
use crate::spec::is_json;

/// A server on loopback that stops when dropped.
pub(crate) struct Mock {
    server: FaultServer,
    state: Arc<Mutex<State>>,
}

#[derive(Default)]
struct State {
    replies: VecDeque<MockResponse>,
    requests: Vec<Request>,
}

impl Mock {
    pub(crate) fn start() -> anyhow::Result<Self> {
        let state = Arc::new(Mutex::new(State::default()));
        let shared = Arc::clone(&state);
        let server = FaultServer::start(move |request| {
            let mut state = lock(&shared);
            state.requests.push(read(request));
            let reply = state.replies.pop_front();
            Fate::Respond(written(request.method(), reply))
        });
        let server = FaultServer::in_background(server).context("failed to start a server")?;
        Ok(Self { server, state })
    }

    pub(crate) fn base_url(&self) -> String {
        self.server.base_url()
    }

    /// Forgets recorded requests, and sends `replies` to the next ones.
    pub(crate) fn expect(&self, replies: impl IntoIterator<Item = MockResponse>) {
        let mut state = lock(&self.state);
        state.requests.clear();
        state.replies = replies.into_iter().collect();
    }

    /// Returns the requests since the last reset.
    pub(crate) fn arrived(&self) -> Vec<Request> {
        std::mem::take(&mut lock(&self.state).requests)
    }
}

fn lock(state: &Mutex<State>) -> MutexGuard<'_, State> {
    state.lock().unwrap_or_else(PoisonError::into_inner)
}

fn read(request: &trackstar_test_server::Request) -> Request {
    let (path, query) = request
        .target()
        .split_once('?')
        .unwrap_or((request.target(), ""));
    let kind = request.header("content-type").unwrap_or_default();
    let headers = request.headers();
    Request {
        method: request.method().to_owned(),
        path: path.to_owned(),
        query: query.to_owned(),
        headers: headers
            .map(|(name, value)| (name.to_ascii_lowercase(), value.to_owned()))
            .collect(),
        parts: kind
            .starts_with("multipart/")
            .then(|| trackstar_mock::parts(kind, &request.body)),
        body: request.body.clone(),
    }
}

/// Returns the bytes of a reply to a request with this method.
fn written(method: &str, reply: Option<MockResponse>) -> Vec<u8> {
    let Some(MockResponse { status, body }) = reply else {
        let text = "no response is configured for this request";
        return response("500 Unexpected", &["content-type: text/plain"], text);
    };
    let status = format!("{status} Configured");
    let Some((media, value)) = body else {
        return response(&status, &[], "");
    };
    let body = match value {
        Value::String(text) if !is_json(&media) => text,
        value => value.to_string(),
    };
    let content_type = format!("content-type: {media}");
    // An empty body has no media type, and a response to HEAD has no body.
    let headers: &[&str] = if body.is_empty() {
        &[]
    } else {
        &[&content_type]
    };
    let body = if method == "HEAD" { "" } else { &body };
    response(&status, headers, body)
}
