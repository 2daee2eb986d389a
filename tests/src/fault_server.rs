//! A server below HTTP libraries that chooses a fault for each request, so that it can misbehave
//! like any network.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;

/// How the server handles a request.
#[derive(Clone, Debug)]
pub enum Fate {
    /// Writes these bytes and keeps the connection for the next request.
    Answer(Vec<u8>),
    /// Writes these bytes and closes the connection, even if the response allows its reuse.
    Close(Vec<u8>),
    /// Writes these bytes and resets the connection.
    Reset(Vec<u8>),
    /// Writes these bytes, then nothing, and keeps the connection open.
    Hang(Vec<u8>),
    /// Writes these bytes and then endlessly many others.
    Flood(Vec<u8>),
    /// Writes these bytes, one per second.
    Drip(Vec<u8>),
}

/// A request whose head has arrived.
#[derive(Debug)]
pub struct Arrival {
    /// The number of the request, starting at 0.
    pub number: usize,
    /// The head as received.
    pub head: String,
}

impl Arrival {
    /// Returns the value of a header. `name` must be in lower case.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        let mut lines = self.head.split("\r\n").filter_map(|it| it.split_once(": "));
        lines.find_map(|(found, value)| (found == name).then_some(value))
    }
}

/// A server on loopback that stops when dropped.
#[derive(Debug)]
pub struct FaultServer {
    address: SocketAddr,
    arrived: Arc<AtomicUsize>,
    open: Arc<AtomicUsize>,
    task: JoinHandle<()>,
}

impl FaultServer {
    /// Starts a server that handles each request as `fate` decides.
    ///
    /// # Errors
    /// Returns an error if no port on loopback can be bound.
    pub async fn start(
        fate: impl Fn(&Arrival) -> Fate + Send + Sync + 'static,
    ) -> std::io::Result<Self> {
        Self::on(TcpListener::bind("127.0.0.1:0").await?, fate)
    }

    /// Does the same as [`start`](Self::start) with a bound listener.
    ///
    /// # Errors
    /// Returns an error if the listener's address is unknown.
    pub fn on(
        listener: TcpListener,
        fate: impl Fn(&Arrival) -> Fate + Send + Sync + 'static,
    ) -> std::io::Result<Self> {
        let arrived = Arc::new(AtomicUsize::new(0));
        let shared = Arc::new((fate, Arc::clone(&arrived)));
        Self::run(listener, arrived, move |stream| {
            let shared = Arc::clone(&shared);
            async move { serve(stream, &shared.0, &shared.1).await }
        })
    }

    /// Starts a server that writes these bytes before reading, and closes the connection.
    ///
    /// # Errors
    /// Returns an error if no port on loopback can be bound.
    pub async fn greeting(bytes: Vec<u8>) -> std::io::Result<Self> {
        let bytes = Arc::new(bytes);
        let server = Self::raw(move |mut stream| {
            let bytes = Arc::clone(&bytes);
            async move { write(&mut stream, &bytes).await }
        });
        server.await
    }

    /// Starts a server that passes each connection to `serve`, in order. `serve` counts what
    /// arrives.
    ///
    /// # Errors
    /// Returns an error if no port on loopback can be bound.
    pub async fn raw<S>(serve: impl Fn(TcpStream) -> S + Send + 'static) -> std::io::Result<Self>
    where
        S: Future<Output = ()> + Send + 'static,
    {
        Self::run(
            TcpListener::bind("127.0.0.1:0").await?,
            Arc::default(),
            serve,
        )
    }

    /// Passes each connection to `serve` and counts open connections.
    fn run<S>(
        listener: TcpListener,
        arrived: Arc<AtomicUsize>,
        serve: impl Fn(TcpStream) -> S + Send + 'static,
    ) -> std::io::Result<Self>
    where
        S: Future<Output = ()> + Send + 'static,
    {
        let address = listener.local_addr()?;
        let open: Arc<AtomicUsize> = Arc::default();
        let count = Arc::clone(&open);
        let task = tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let (served, count) = (serve(stream), Arc::clone(&count));
                count.fetch_add(1, Ordering::SeqCst);
                tokio::spawn(async move {
                    served.await;
                    count.fetch_sub(1, Ordering::SeqCst);
                });
            }
        });
        Ok(Self {
            address,
            arrived,
            open,
            task,
        })
    }

    /// Returns `http://127.0.0.1:port`.
    #[must_use]
    pub fn base_url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Returns the number of requests that arrived.
    #[must_use]
    pub fn arrived(&self) -> usize {
        self.arrived.load(Ordering::SeqCst)
    }

    /// Returns the number of open connections. A close may not be noticed immediately.
    #[must_use]
    pub fn open(&self) -> usize {
        self.open.load(Ordering::SeqCst)
    }
}

impl Drop for FaultServer {
    fn drop(&mut self) {
        self.task.abort();
    }
}

async fn serve(mut stream: TcpStream, fate: &impl Fn(&Arrival) -> Fate, arrived: &AtomicUsize) {
    let _refused_by_no_system = stream.set_nodelay(true);
    let mut buffer = Vec::new();
    while let Some(head) = next_head(&mut stream, &mut buffer).await {
        let number = arrived.fetch_add(1, Ordering::SeqCst);
        let (mut stay, mut reset) = (false, false);
        match fate(&Arrival { number, head }) {
            Fate::Answer(bytes) => {
                stay = true;
                write(&mut stream, &bytes).await;
            }
            Fate::Close(bytes) => write(&mut stream, &bytes).await,
            Fate::Reset(bytes) => {
                write(&mut stream, &bytes).await;
                reset = true;
            }
            Fate::Hang(bytes) => {
                write(&mut stream, &bytes).await;
                wait_for_the_end(&mut stream).await;
            }
            Fate::Flood(bytes) => {
                write(&mut stream, &bytes).await;
                let block = vec![b'x'; 64 * 1024];
                while stream.write_all(&block).await.is_ok() {}
            }
            Fate::Drip(bytes) => {
                for byte in bytes {
                    write(&mut stream, &[byte]).await;
                    tokio::time::sleep(Duration::from_secs(1)).await;
                }
            }
        }
        if reset {
            // Without lingering, closing the socket resets the connection.
            let _gone = stream.set_zero_linger();
        }
        if !stay {
            return;
        }
    }
}

/// Reads the head of the next request and skips its body.
async fn next_head(stream: &mut TcpStream, buffer: &mut Vec<u8>) -> Option<String> {
    let end = loop {
        if let Some(at) = buffer.windows(4).position(|it| it == b"\r\n\r\n") {
            break at + 4;
        }
        more(stream, buffer).await?;
    };
    let head = String::from_utf8_lossy(&buffer[..end]).into_owned();
    let length = head.split("\r\n").find_map(|line| {
        let length = line.strip_prefix("content-length: ")?;
        length.parse::<usize>().ok()
    });
    let whole = end + length.unwrap_or(0);
    while buffer.len() < whole {
        more(stream, buffer).await?;
    }
    buffer.drain(..whole);
    Some(head)
}

async fn more(stream: &mut TcpStream, buffer: &mut Vec<u8>) -> Option<()> {
    let mut chunk = [0; 4096];
    match stream.read(&mut chunk).await {
        Ok(count) if count > 0 => buffer.extend_from_slice(&chunk[..count]),
        // The client closed the connection.
        _ => return None,
    }
    Some(())
}

async fn wait_for_the_end(stream: &mut TcpStream) {
    let mut chunk = [0; 64];
    while matches!(stream.read(&mut chunk).await, Ok(count) if count > 0) {}
}

async fn write(stream: &mut TcpStream, bytes: &[u8]) {
    // Some tests close the connection early.
    let _gone = stream.write_all(bytes).await;
    let _gone = stream.flush().await;
}
