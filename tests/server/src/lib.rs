//! The HTTP server of the workspace's tests. It works below HTTP libraries and chooses a fault for
//! each request, so that it can misbehave like any network.
//!
//! [`FaultServer::start`] uses the runtime of the test, whose time may be paused.
//! [`FaultServer::in_background`] runs the same server on a thread of its own, for tests that block.
//! [`constant`] is for benchmarks, whose server must cost as little as possible.
//!
//! ```
//! use std::io::{Read as _, Write as _};
//! use trackstar_test_server::{Fate, FaultServer, response};
//!
//! let fate = Fate::Close(response("200 OK", &["x-number: 1"], "body"));
//! let server = FaultServer::in_background(FaultServer::always(fate))?;
//! let mut stream = std::net::TcpStream::connect(server.address())?;
//! stream.write_all(b"GET /path HTTP/1.1\r\n\r\n")?;
//! let mut text = String::new();
//! stream.read_to_string(&mut text)?;
//! assert_eq!(text, "HTTP/1.1 200 OK\r\nx-number: 1\r\ncontent-length: 4\r\n\r\nbody");
//! assert_eq!(server.requests()[0].target(), "/path");
//! # Ok::<(), std::io::Error>(())
//! ```

mod constant;
mod request;

use std::io;
use std::net::SocketAddr;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError, mpsc};
use std::thread;
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

pub use constant::constant;
pub use request::Request;

/// How the server handles a request.
#[derive(Clone, Debug)]
pub enum Fate {
    /// Writes these bytes and keeps the connection for the next request, unless the request asks
    /// with `connection: close` to end it.
    Respond(Vec<u8>),
    /// Writes these bytes and closes the connection, even if the response allows its reuse.
    Close(Vec<u8>),
    /// Writes these bytes and resets the connection.
    Reset(Vec<u8>),
    /// Writes these bytes, then nothing, and keeps the connection open.
    Hang(Vec<u8>),
    /// Writes these bytes and then endlessly many others.
    Flood(Vec<u8>),
    /// Writes these bytes with a pause after each.
    Drip(Vec<u8>, Duration),
}

/// Returns the bytes of a response: status line, headers and body. A 204 has neither a body nor its
/// length.
#[must_use]
pub fn response(status: &str, headers: &[&str], body: impl AsRef<[u8]>) -> Vec<u8> {
    let body = body.as_ref();
    let length = format!("content-length: {}", body.len());
    let (length, body) = if status.starts_with("204") {
        (None, &[][..])
    } else {
        (Some(&*length), body)
    };
    let status = format!("HTTP/1.1 {status}");
    let lines = std::iter::once(&*status).chain(headers.iter().copied());
    let lines: Vec<&str> = lines.chain(length).collect();
    let head = lines.join("\r\n") + "\r\n\r\n";
    [head.as_bytes(), body].concat()
}

/// Maximum number of requests that a server keeps, so that the memory of long tests is limited.
const KEPT: usize = 4096;

#[derive(Debug, Default)]
struct Log {
    arrived: AtomicUsize,
    connections: AtomicUsize,
    open: AtomicUsize,
    requests: Mutex<Vec<Request>>,
}

/// A server on loopback that stops when dropped.
#[derive(Debug)]
pub struct FaultServer {
    address: SocketAddr,
    log: Arc<Log>,
    task: JoinHandle<()>,
    /// The thread of a server in the background, which ends when the sender is dropped.
    background: Option<(oneshot::Sender<()>, thread::JoinHandle<()>)>,
}

impl FaultServer {
    /// Starts a server that handles each request as `fate` decides.
    ///
    /// # Errors
    /// Returns an error if no port on loopback can be bound.
    pub async fn start(
        fate: impl Fn(&Request) -> Fate + Send + Sync + 'static,
    ) -> io::Result<Self> {
        Self::on(TcpListener::bind("127.0.0.1:0").await?, fate)
    }

    /// Starts a server that handles all requests in the same way.
    ///
    /// # Errors
    /// Returns an error if no port on loopback can be bound.
    pub async fn always(fate: Fate) -> io::Result<Self> {
        Self::start(move |_| fate.clone()).await
    }

    /// Starts a server that handles each request in the next of these ways, of which there must be
    /// one, and repeats the last.
    ///
    /// # Errors
    /// Returns an error if no port on loopback can be bound.
    pub async fn sequence(fates: impl Into<Vec<Fate>>) -> io::Result<Self> {
        let fates = fates.into();
        Self::start(move |it| fates[it.number.min(fates.len() - 1)].clone()).await
    }

    /// Does the same as [`start`](Self::start) with a bound listener.
    ///
    /// # Errors
    /// Returns an error if the listener's address is unknown.
    pub fn on(
        listener: TcpListener,
        fate: impl Fn(&Request) -> Fate + Send + Sync + 'static,
    ) -> io::Result<Self> {
        let log = Arc::<Log>::default();
        let shared = Arc::new((fate, Arc::clone(&log)));
        Self::run(listener, log, move |stream| {
            let shared = Arc::clone(&shared);
            async move { serve(stream, &shared.0, &shared.1).await }
        })
    }

    /// Starts a server that writes these bytes before reading, and closes the connection.
    ///
    /// # Errors
    /// Returns an error if no port on loopback can be bound.
    pub async fn greeting(bytes: Vec<u8>) -> io::Result<Self> {
        let bytes = Arc::new(bytes);
        let server = Self::raw(move |mut stream| {
            let bytes = Arc::clone(&bytes);
            async move { write(&mut stream, &bytes).await }
        });
        server.await
    }

    /// Starts a server that passes each connection to `serve`, in order. It counts connections, but
    /// no requests.
    ///
    /// # Errors
    /// Returns an error if no port on loopback can be bound.
    pub async fn raw<S>(serve: impl Fn(TcpStream) -> S + Send + 'static) -> io::Result<Self>
    where
        S: Future<Output = ()> + Send + 'static,
    {
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        Self::run(listener, Arc::default(), serve)
    }

    /// Runs a server on a thread and a runtime of its own. Its `fate` may block.
    ///
    /// # Errors
    /// Returns an error if the server or its thread does not start.
    pub fn in_background(
        start: impl Future<Output = io::Result<Self>> + Send + 'static,
    ) -> io::Result<Self> {
        let runtime = tokio::runtime::Builder::new_current_thread();
        let runtime = { runtime }.enable_all().build()?;
        let (started, server) = mpsc::channel();
        let (stop, stopped) = oneshot::channel();
        let thread = thread::Builder::new().spawn(move || {
            runtime.block_on(async move {
                // The receiver waits below.
                let _received = started.send(start.await);
                let _dropped = stopped.await;
            });
        })?;
        let mut server = server.recv().map_err(io::Error::other)??;
        server.background = Some((stop, thread));
        Ok(server)
    }

    /// Passes each connection to `serve` and counts connections.
    fn run<S>(
        listener: TcpListener,
        log: Arc<Log>,
        serve: impl Fn(TcpStream) -> S + Send + 'static,
    ) -> io::Result<Self>
    where
        S: Future<Output = ()> + Send + 'static,
    {
        let address = listener.local_addr()?;
        let counts = Arc::clone(&log);
        let task = tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                counts.connections.fetch_add(1, Ordering::SeqCst);
                counts.open.fetch_add(1, Ordering::SeqCst);
                let (served, counts) = (serve(stream), Arc::clone(&counts));
                tokio::spawn(async move {
                    served.await;
                    counts.open.fetch_sub(1, Ordering::SeqCst);
                });
            }
        });
        Ok(Self {
            address,
            log,
            task,
            background: None,
        })
    }

    /// Returns the address of the server.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Returns `http://127.0.0.1:port`.
    #[must_use]
    pub fn base_url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Returns the URL of a path, which starts with a slash.
    #[must_use]
    pub fn url(&self, path: &str) -> String {
        self.base_url() + path
    }

    /// Returns the number of requests that arrived.
    #[must_use]
    pub fn arrived(&self) -> usize {
        self.log.arrived.load(Ordering::SeqCst)
    }

    /// Returns the first requests that arrived, at most 4096.
    #[must_use]
    pub fn requests(&self) -> Vec<Request> {
        let requests = self.log.requests.lock();
        requests.unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Returns the heads of the first requests that arrived, at most 4096.
    #[must_use]
    pub fn heads(&self) -> Vec<String> {
        let requests = self.requests().into_iter();
        requests.map(|request| request.head).collect()
    }

    /// Returns the number of accepted connections.
    #[must_use]
    pub fn connections(&self) -> usize {
        self.log.connections.load(Ordering::SeqCst)
    }

    /// Returns the number of open connections. A close may not be noticed immediately.
    #[must_use]
    pub fn open(&self) -> usize {
        self.log.open.load(Ordering::SeqCst)
    }
}

impl Drop for FaultServer {
    fn drop(&mut self) {
        self.task.abort();
        if let Some((stop, thread)) = self.background.take() {
            drop(stop);
            let _panicked = thread.join();
        }
    }
}

async fn serve(mut stream: TcpStream, fate: &impl Fn(&Request) -> Fate, log: &Log) {
    let _refused_by_no_system = stream.set_nodelay(true);
    let mut buffer = Vec::new();
    while let Some((head, body)) = request::next(&mut stream, &mut buffer).await {
        let number = log.arrived.fetch_add(1, Ordering::SeqCst);
        let request = Request { number, head, body };
        if number < KEPT {
            let mut requests = log.requests.lock().unwrap_or_else(PoisonError::into_inner);
            requests.push(request.clone());
        }
        match fate(&request) {
            Fate::Respond(bytes) => {
                write(&mut stream, &bytes).await;
                if request.header("connection") != Some("close") {
                    continue;
                }
            }
            Fate::Close(bytes) => write(&mut stream, &bytes).await,
            Fate::Reset(bytes) => {
                write(&mut stream, &bytes).await;
                // Without lingering, closing the socket resets the connection.
                let _gone = stream.set_zero_linger();
            }
            Fate::Hang(bytes) => {
                write(&mut stream, &bytes).await;
                let mut chunk = [0; 64];
                while matches!(stream.read(&mut chunk).await, Ok(count) if count > 0) {}
            }
            Fate::Flood(bytes) => {
                write(&mut stream, &bytes).await;
                let block = vec![b'x'; 64 * 1024];
                while stream.write_all(&block).await.is_ok() {}
            }
            Fate::Drip(bytes, pause) => {
                for byte in bytes {
                    write(&mut stream, &[byte]).await;
                    tokio::time::sleep(pause).await;
                }
            }
        }
        return;
    }
}

async fn write(stream: &mut TcpStream, bytes: &[u8]) {
    // Some tests close the connection early.
    let _gone = stream.write_all(bytes).await;
    let _gone = stream.flush().await;
}
