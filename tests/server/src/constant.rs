//! A server for benchmarks.

use std::io::{self, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::thread;

/// Starts a server that sends the same bytes for every request without a body, and returns its base
/// URL. It has a thread for each connection, allocates nothing for a request, and runs until the
/// process ends.
///
/// # Errors
/// Returns an error if no port on loopback can be bound.
pub fn constant(response: &'static [u8]) -> io::Result<String> {
    let listener = TcpListener::bind("127.0.0.1:0")?;
    let url = format!("http://{}", listener.local_addr()?);
    thread::spawn(move || {
        for stream in listener.incoming() {
            thread::spawn(move || serve(stream?, response));
        }
    });
    Ok(url)
}

fn serve(mut stream: TcpStream, response: &[u8]) -> io::Result<()> {
    stream.set_nodelay(true)?;
    let mut buffer = [0; 4096];
    let mut filled = 0;
    loop {
        let count = stream.read(&mut buffer[filled..])?;
        if count == 0 {
            return Ok(());
        }
        filled += count;
        if buffer[..filled].ends_with(b"\r\n\r\n") {
            filled = 0;
            stream.write_all(response)?;
        }
    }
}
