//! A server without a runtime.

use std::io::{BufRead as _, BufReader, Write as _};
use std::net::{TcpListener, TcpStream};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::thread;

use trackstar_api::{Client, Connection, RateLimit};
use trackstar_tests::{builder, connection_of};

use super::DELETED;

/// A server that uses plain threads, so that the only runtimes in this process are those of a test
/// and of blocking calls.
pub(super) struct Server {
    pub(super) base_url: String,
    /// The number of TCP connections.
    connections: Arc<AtomicUsize>,
    /// The heads of the requests, as lines.
    pub(super) heads: Arc<Mutex<Vec<Vec<String>>>>,
}

impl Server {
    /// Responds to each request, by its number, with this status line and these headers, and with
    /// the body of a delete. With `None`, sends nothing and keeps the connection open.
    pub(super) fn start(
        answer: impl Fn(usize) -> Option<&'static str> + Send + Sync + 'static,
    ) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let server = Self {
            base_url: format!("http://{}", listener.local_addr().unwrap()),
            connections: Arc::default(),
            heads: Arc::default(),
        };
        let (connections, heads) = (Arc::clone(&server.connections), Arc::clone(&server.heads));
        let answer = Arc::new(answer);
        thread::spawn(move || {
            for stream in listener.incoming() {
                connections.fetch_add(1, Ordering::SeqCst);
                let (stream, heads, answer) = (stream.unwrap(), Arc::clone(&heads), answer.clone());
                thread::spawn(move || serve(&stream, &heads, &*answer));
            }
        });
        server
    }

    pub(super) fn client(&self) -> Client {
        let builder = builder(&self.base_url).unwrap();
        builder.rate_limit(RateLimit::off()).build().unwrap()
    }

    pub(super) fn connection(&self) -> Connection {
        connection_of(&self.client()).unwrap()
    }

    pub(super) fn arrived(&self) -> usize {
        self.heads.lock().unwrap().len()
    }

    pub(super) fn connections(&self) -> usize {
        self.connections.load(Ordering::SeqCst)
    }
}

fn serve(
    mut stream: &TcpStream,
    heads: &Mutex<Vec<Vec<String>>>,
    answer: &dyn Fn(usize) -> Option<&'static str>,
) {
    let mut lines = BufReader::new(stream).lines().map_while(Result::ok);
    loop {
        let head: Vec<String> = lines.by_ref().take_while(|line| !line.is_empty()).collect();
        if head.is_empty() {
            return;
        }
        let number = {
            let mut heads = heads.lock().unwrap();
            heads.push(head);
            heads.len() - 1
        };
        if let Some(head) = answer(number) {
            let length = DELETED.len();
            let answer = format!("{head}content-length: {length}\r\n\r\n{DELETED}");
            // The client reports a closed connection.
            let _gone = stream.write_all(answer.as_bytes());
        }
    }
}
