//! A server that handles all connections in the same way. Based on the fault server.

use std::sync::{Arc, Mutex, PoisonError};

use crate::{Fate, FaultServer};

/// How the server handles each connection.
#[derive(Clone, Debug)]
pub enum Script {
    /// Reads the head of a request, writes these bytes and closes the connection.
    Reply(Vec<u8>),
    /// Reads the head of a request, writes these bytes, then nothing, and keeps the connection
    /// open.
    Hang(Vec<u8>),
    /// Reads the head of a request, writes these bytes and then an endless body.
    Flood(Vec<u8>),
    /// Writes these bytes before reading and closes the connection.
    Greet(Vec<u8>),
}

/// A server on loopback that stops when dropped.
#[derive(Debug)]
pub struct RawServer {
    server: FaultServer,
    heads: Arc<Mutex<Vec<String>>>,
}

impl RawServer {
    /// Starts a server that handles each connection as `script` says.
    ///
    /// # Errors
    /// Returns an error if no port on loopback can be bound.
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

    /// Returns `http://127.0.0.1:port`.
    #[must_use]
    pub fn base_url(&self) -> String {
        self.server.base_url()
    }

    /// Returns the heads of the received requests.
    #[must_use]
    pub fn heads(&self) -> Vec<String> {
        self.heads
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }
}
