//! A server that speaks bytes, so that it can break what HTTP libraries cannot.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex, PoisonError};

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;

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
    address: SocketAddr,
    heads: Arc<Mutex<Vec<String>>>,
    task: JoinHandle<()>,
}

impl RawServer {
    /// Starts a server that treats every connection by `script`.
    ///
    /// # Errors
    /// When no port of loopback can be bound.
    pub async fn start(script: Script) -> std::io::Result<Self> {
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let address = listener.local_addr()?;
        let heads = Arc::new(Mutex::new(Vec::new()));
        let record = Arc::clone(&heads);
        let task = tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(serve(stream, script.clone(), Arc::clone(&record)));
            }
        });
        Ok(Self {
            address,
            heads,
            task,
        })
    }

    /// `http://127.0.0.1:port`.
    #[must_use]
    pub fn base_url(&self) -> String {
        format!("http://{}", self.address)
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

impl Drop for RawServer {
    fn drop(&mut self) {
        self.task.abort();
    }
}

async fn serve(mut stream: TcpStream, script: Script, heads: Arc<Mutex<Vec<String>>>) {
    if let Script::Greet(bytes) = &script {
        return write(&mut stream, bytes).await;
    }
    let mut head = Vec::new();
    let mut chunk = [0; 4096];
    while !head.windows(4).any(|window| window == b"\r\n\r\n") {
        match stream.read(&mut chunk).await {
            Ok(count) if count > 0 => head.extend_from_slice(&chunk[..count]),
            // The client went away before it had asked for anything.
            _ => return,
        }
    }
    let head = String::from_utf8_lossy(&head).into_owned();
    heads
        .lock()
        .unwrap_or_else(PoisonError::into_inner)
        .push(head);
    match &script {
        Script::Greet(bytes) | Script::Reply(bytes) => write(&mut stream, bytes).await,
        Script::Flood(bytes) => {
            write(&mut stream, bytes).await;
            let block = [b'x'; 8 * 1024];
            while stream.write_all(&block).await.is_ok() {}
        }
        Script::Hang(bytes) => {
            write(&mut stream, bytes).await;
            // Until the client closes.
            while matches!(stream.read(&mut chunk).await, Ok(count) if count > 0) {}
        }
    }
}

async fn write(stream: &mut TcpStream, bytes: &[u8]) {
    // A client that has hung up is part of what is tested.
    let _gone = stream.write_all(bytes).await;
    let _gone = stream.flush().await;
}
