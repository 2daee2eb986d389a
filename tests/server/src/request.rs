//! Requests, read from a connection as they arrive.

use tokio::io::AsyncReadExt;
use tokio::net::TcpStream;

/// A request that has arrived.
#[derive(Clone, Debug)]
pub struct Request {
    /// The number of the request, starting at 0.
    pub number: usize,
    /// The request line and the headers as received, with the empty line after them.
    pub head: String,
    /// The body, without the framing of chunks.
    pub body: Vec<u8>,
}

impl Request {
    /// Returns the method.
    #[must_use]
    pub fn method(&self) -> &str {
        self.head.split(' ').next().unwrap_or_default()
    }

    /// Returns the path with the query.
    #[must_use]
    pub fn target(&self) -> &str {
        self.head.split(' ').nth(1).unwrap_or_default()
    }

    /// Returns the names and values of the headers, in order.
    pub fn headers(&self) -> impl Iterator<Item = (&str, &str)> {
        headers(&self.head)
    }

    /// Returns the value of the first header with this name.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        header(&self.head, name)
    }
}

fn headers(head: &str) -> impl Iterator<Item = (&str, &str)> {
    let lines = head.split("\r\n").skip(1);
    lines.filter_map(|line| line.split_once(": "))
}

fn header<'a>(head: &'a str, name: &str) -> Option<&'a str> {
    let mut named = headers(head).filter(|(own, _)| own.eq_ignore_ascii_case(name));
    named.next().map(|(_, value)| value)
}

/// Reads the head and the body of the next request. `buffer` keeps the bytes after it.
pub(crate) async fn next(
    stream: &mut TcpStream,
    buffer: &mut Vec<u8>,
) -> Option<(String, Vec<u8>)> {
    let end = loop {
        if let Some(at) = buffer.windows(4).position(|it| it == b"\r\n\r\n") {
            break at + 4;
        }
        more(stream, buffer).await?;
    };
    let head = String::from_utf8_lossy(&buffer[..end]).into_owned();
    buffer.drain(..end);
    if header(&head, "transfer-encoding") == Some("chunked") {
        let (length, body) = loop {
            if let Some(found) = chunked(buffer) {
                break found;
            }
            more(stream, buffer).await?;
        };
        buffer.drain(..length);
        return Some((head, body));
    }
    let length = header(&head, "content-length").and_then(|it| it.parse().ok());
    let length = length.unwrap_or(0);
    while buffer.len() < length {
        more(stream, buffer).await?;
    }
    Some((head, buffer.drain(..length).collect()))
}

/// Returns the length and the content of a chunked body without trailers, if it is complete.
fn chunked(bytes: &[u8]) -> Option<(usize, Vec<u8>)> {
    let (mut at, mut content) = (0, Vec::new());
    loop {
        let rest = bytes.get(at..)?;
        let line = rest.windows(2).position(|it| it == b"\r\n")?;
        let size = std::str::from_utf8(&rest[..line]).ok()?;
        let size = usize::from_str_radix(size, 16).ok()?;
        let chunk = rest.get(line + 2..line + 2 + size + 2)?;
        content.extend_from_slice(&chunk[..size]);
        at += line + 2 + size + 2;
        if size == 0 {
            return Some((at, content));
        }
    }
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_chunks_when_all_have_arrived() {
        let bytes = b"5\r\nab\r\nc\r\nA\r\n0123456789\r\n0\r\n\r\nGET";
        let content = b"ab\r\nc0123456789".to_vec();
        let length = bytes.len() - 3;
        assert_eq!(chunked(bytes), Some((length, content)));
        for length in 0..length {
            assert_eq!(chunked(&bytes[..length]), None, "{length}");
        }
    }
}
