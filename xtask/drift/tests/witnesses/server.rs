//! A server that sends a configured response and keeps the request.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};

use serde_json::{Map, Value};

/// A request of the client.
#[derive(Debug)]
pub(crate) struct Request {
    pub(crate) method: String,
    /// The path with the query.
    pub(crate) target: String,
    pub(crate) media: Option<String>,
    pub(crate) body: Vec<u8>,
}

#[derive(Default)]
struct Told {
    answer: Vec<u8>,
    request: Option<Request>,
}

pub(crate) struct Server {
    pub(crate) url: String,
    told: Arc<Mutex<Told>>,
}

impl Server {
    pub(crate) fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let told = Arc::new(Mutex::new(Told::default()));
        let shared = Arc::clone(&told);
        // The thread ends with the test.
        std::thread::spawn(move || {
            for stream in listener.incoming() {
                let stream = stream.unwrap();
                let request = read(&stream);
                let mut told = shared.lock().unwrap();
                told.request = Some(request);
                (&stream).write_all(&told.answer).unwrap();
            }
        });
        Self { url, told }
    }

    /// Sets the response to the next requests.
    pub(crate) fn answer(&self, status: u64, headers: &Map<String, Value>, body: &[u8]) {
        let mut answer = format!("HTTP/1.1 {status} Told\r\nconnection: close\r\n").into_bytes();
        for (name, value) in headers {
            let value = value.as_str().expect("the value of a header is a text");
            answer.extend_from_slice(format!("{name}: {value}\r\n").as_bytes());
        }
        if status != 204 {
            answer.extend_from_slice(format!("content-length: {}\r\n", body.len()).as_bytes());
        }
        answer.extend_from_slice(b"\r\n");
        answer.extend_from_slice(body);
        let mut told = self.told.lock().unwrap();
        told.answer = answer;
        told.request = None;
    }

    /// Returns the last request since the response was set.
    pub(crate) fn request(&self) -> Option<Request> {
        self.told.lock().unwrap().request.take()
    }
}

fn read(stream: &TcpStream) -> Request {
    let mut reader = BufReader::new(stream);
    let mut line = || {
        let mut line = String::new();
        reader.read_line(&mut line).unwrap();
        line.trim_end().to_owned()
    };
    let first = line();
    let mut parts = first.split(' ').map(str::to_owned);
    let (method, target) = (parts.next().unwrap(), parts.next().unwrap());
    let (mut media, mut length) = (None, 0);
    loop {
        let line = line();
        let Some((name, value)) = line.split_once(':') else {
            break;
        };
        match name.to_ascii_lowercase().as_str() {
            "content-type" => media = Some(value.trim().to_owned()),
            "content-length" => length = value.trim().parse().unwrap(),
            "transfer-encoding" => panic!("a body of unknown length is not read here"),
            _ => {}
        }
    }
    let mut body = vec![0; length];
    reader.read_exact(&mut body).unwrap();
    Request {
        method,
        target,
        media,
        body,
    }
}
