//! A server that treats every connection alike, on top of the one that decides for each request.

use std::sync::{Arc, Mutex, PoisonError};

use crate::{Fate, FaultServer};

/// What the server does with each connection.
#[derive(Clone, Debug)]
pub enum Script {
    /// Once a request's head has arrived, writes these bytes and closes.
    Reply(Vec<u8>),
    /// Once a request's head has arrived, writes these bytes, then nothing, and stays open.
    Hang(Vec<u8>),
    /// Once a request's head has arrived, writes these bytes and then a body that never ends.
    Flood(Vec<u8>),
    /// Writes these bytes before it has read any, and closes.
    Greet(Vec<u8>),
}

/// A server on loopback; stopped when dropped.
#[derive(Debug)]
pub struct RawServer {
    server: FaultServer,
    heads: Arc<Mutex<Vec<String>>>,
}

impl RawServer {
    /// Starts a server that treats every connection by `script`.
    ///
    /// # Errors
    /// When no port of loopback can be bound.
    pub async fn start(script: Script) -> std::io::Result<Self> {
        let heads = Arc::new(Mutex::new(Vec::new()));
        let fate = match script {
            Script::Reply(bytes) => Fate::Close(bytes),
            Script::Hang(bytes) => Fate::Hang(bytes),
            Script::Flood(bytes) => Fate::Flood(bytes),
            Script::Greet(bytes) => {
                let server = FaultServer::greeting(bytes).await?;
                return Ok(Self { server, heads });
            }
        };
        let record = Arc::clone(&heads);
        let server = FaultServer::start(move |arrival| {
            let mut heads = record.lock().unwrap_or_else(PoisonError::into_inner);
            heads.push(arrival.head.clone());
            fate.clone()
        });
        Ok(Self {
            server: server.await?,
            heads,
        })
    }

    /// `http://127.0.0.1:port`.
    #[must_use]
    pub fn base_url(&self) -> String {
        self.server.base_url()
    }

    /// The heads of the requests that have arrived, as they were sent.
    #[must_use]
    pub fn heads(&self) -> Vec<String> {
        self.heads
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }
}
