//! An HTTP server that sends raw bytes, valid or not.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::thread::JoinHandle;
use std::time::Duration;

pub(crate) struct Server {
    address: SocketAddr,
    /// The heads of all requests, as received.
    heads: Arc<Mutex<Vec<String>>>,
    over: Arc<AtomicBool>,
    thread: Option<JoinHandle<()>>,
}

impl Server {
    /// Handles each request with a function of its head and its stream.
    pub(crate) fn new(handle: impl Fn(&str, &mut TcpStream) + Send + 'static) -> Self {
        Self::raw(move |stream, heads| {
            let head = head(stream);
            heads.lock().unwrap().push(head.clone());
            handle(&head, stream);
        })
    }

    /// Sends the same bytes for every request.
    pub(crate) fn saying(answer: impl Into<Vec<u8>>) -> Self {
        let answer = answer.into();
        Self::new(move |_, stream| drop(stream.write_all(&answer)))
    }

    /// Closes every connection before reading the request, which resets it.
    pub(crate) fn resetting() -> Self {
        Self::raw(|stream, _| {
            let mut first = [0];
            let _read = stream.read(&mut first);
        })
    }

    fn raw(handle: impl Fn(&mut TcpStream, &Mutex<Vec<String>>) + Send + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let heads = Arc::new(Mutex::new(Vec::new()));
        let over = Arc::new(AtomicBool::new(false));
        let (seen, stop) = (Arc::clone(&heads), Arc::clone(&over));
        let thread = std::thread::spawn(move || {
            for stream in listener.incoming() {
                if stop.load(Ordering::SeqCst) {
                    return;
                }
                let mut stream = stream.unwrap();
                // A failing test ends after this time instead of waiting.
                stream
                    .set_read_timeout(Some(Duration::from_secs(20)))
                    .unwrap();
                handle(&mut stream, &seen);
            }
        });
        Self {
            address,
            heads,
            over,
            thread: Some(thread),
        }
    }

    pub(crate) fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }

    pub(crate) fn heads(&self) -> Vec<String> {
        self.heads.lock().unwrap().clone()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.over.store(true, Ordering::SeqCst);
        // A connection wakes the thread.
        drop(TcpStream::connect(self.address));
        if let Some(thread) = self.thread.take() {
            let _panicked = thread.join();
        }
    }
}

fn head(stream: &mut TcpStream) -> String {
    let mut head = Vec::new();
    let mut byte = [0];
    while !head.ends_with(b"\r\n\r\n") && matches!(stream.read(&mut byte), Ok(1)) {
        head.push(byte[0]);
    }
    String::from_utf8_lossy(&head).into_owned()
}

/// Returns a complete response: status line, headers and body.
pub(crate) fn answer(status: &str, fields: &[&str], body: impl AsRef<[u8]>) -> Vec<u8> {
    let body = body.as_ref();
    let mut answer = format!("HTTP/1.1 {status}\r\nconnection: close\r\n");
    for field in fields {
        answer += field;
        answer += "\r\n";
    }
    answer += "content-length: ";
    answer += &body.len().to_string();
    answer += "\r\n\r\n";
    let mut answer = answer.into_bytes();
    answer.extend_from_slice(body);
    answer
}
