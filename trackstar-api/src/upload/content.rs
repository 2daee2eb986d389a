//! The content of an upload.

use std::io;
use std::pin::Pin;
use std::sync::{Mutex, PoisonError};
use std::task::{Context, Poll, ready};

use bytes::Bytes;
use futures_core::Stream;
use reqwest::Body;
use reqwest::multipart::Part;

use super::progress::{Chunks, Reported, Reports};
use crate::transport::BoxError;

pub(super) enum UploadContent {
    Bytes(Bytes),
    /// We only need the lock to make this type `Sync`. There's never any contention.
    Stream(Mutex<Chunks>),
}

impl UploadContent {
    pub(super) fn stream<S, B, E>(stream: S) -> Self
    where
        S: Stream<Item = Result<B, E>> + Send + 'static,
        B: 'static,
        Bytes: From<B>,
        E: Into<BoxError> + 'static,
    {
        Self::Stream(Mutex::new(Box::pin(Converted(Box::pin(stream)))))
    }

    /// Clones the content if it's in memory.
    pub(super) fn try_clone(&self) -> Option<Self> {
        match self {
            Self::Bytes(bytes) => Some(Self::Bytes(bytes.clone())),
            Self::Stream(_) => None,
        }
    }

    /// Converts the content to a request body.
    ///
    /// If a length was declared, the body fails as soon as the stream turns out to have a different
    /// one. Otherwise, the HTTP client would silently cut off a stream that is too long.
    pub(super) fn body(self, length: Option<u64>, reports: Option<Reports>) -> Body {
        let chunks: Chunks = match self {
            Self::Bytes(bytes) => {
                if reports.is_none() && length.is_none_or(|it| it == bytes.len() as u64) {
                    return bytes.into();
                }
                Box::pin(Converted(Box::pin(Once(Some(bytes)))))
            }
            Self::Stream(chunks) => chunks.into_inner().unwrap_or_else(PoisonError::into_inner),
        };
        let chunks: Chunks = match length {
            Some(length) => Box::pin(Counted::new(chunks, length)),
            None => chunks,
        };
        match reports {
            Some(reports) => Body::wrap_stream(Reported::new(chunks, length, reports)),
            None => Body::wrap_stream(chunks),
        }
    }
}

/// Creates a part from text without copying it.
pub(super) fn text_part(text: Bytes) -> Part {
    let length = text.len() as u64;
    Part::stream_with_length(text, length)
}

/// Escapes a name that goes between quotation marks.
///
/// We do what browsers do ("multipart/form-data" in the HTML standard), which is to escape anything
/// that would end the quotation or the line, and leave everything else as UTF-8.
pub(super) fn quotable(name: &str) -> String {
    name.replace('"', "%22")
        .replace('\r', "%0D")
        .replace('\n', "%0A")
}

/// A stream that yields a single buffer.
struct Once(Option<Bytes>);

impl Stream for Once {
    type Item = Result<Bytes, BoxError>;

    fn poll_next(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        Poll::Ready(self.0.take().map(Ok))
    }
}

/// Converts the chunks and errors of the user's stream.
struct Converted<S>(Pin<Box<S>>);

impl<S, B, E> Stream for Converted<S>
where
    S: Stream<Item = Result<B, E>>,
    Bytes: From<B>,
    E: Into<BoxError>,
{
    type Item = Result<Bytes, BoxError>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let item = ready!(self.0.as_mut().poll_next(context));
        Poll::Ready(item.map(|item| item.map(Bytes::from).map_err(Into::into)))
    }
}

/// Fails if a stream doesn't have the declared length.
struct Counted {
    chunks: Chunks,
    length: u64,
    /// The number of bytes that we've read so far.
    read: u64,
    /// The chunk that completes the declared length. The HTTP client won't read any further, so we
    /// have to hold this back until we've seen the end of the stream.
    last: Option<Bytes>,
    ended: bool,
}

impl Counted {
    fn new(chunks: Chunks, length: u64) -> Self {
        Self {
            chunks,
            length,
            read: 0,
            last: None,
            ended: false,
        }
    }

    fn fail(&mut self, how: &str) -> Poll<Option<Result<Bytes, BoxError>>> {
        (self.ended, self.last) = (true, None);
        let text = format!(
            "the upload is {how} than the {} bytes that were declared",
            self.length
        );
        Poll::Ready(Some(Err(
            io::Error::new(io::ErrorKind::InvalidInput, text).into()
        )))
    }
}

impl Stream for Counted {
    type Item = Result<Bytes, BoxError>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        loop {
            if self.ended {
                return Poll::Ready(None);
            }
            match ready!(self.chunks.as_mut().poll_next(context)) {
                Some(Ok(chunk)) if chunk.is_empty() => {}
                Some(Ok(chunk)) => {
                    self.read = self.read.saturating_add(chunk.len() as u64);
                    if self.read > self.length {
                        return self.fail("longer");
                    }
                    if self.read < self.length {
                        return Poll::Ready(Some(Ok(chunk)));
                    }
                    self.last = Some(chunk);
                }
                Some(Err(error)) => {
                    (self.ended, self.last) = (true, None);
                    return Poll::Ready(Some(Err(error)));
                }
                None if self.read < self.length => return self.fail("shorter"),
                None => {
                    self.ended = true;
                    return Poll::Ready(self.last.take().map(Ok));
                }
            }
        }
    }
}
