//! Request and response bodies.

use std::fmt;
use std::pin::Pin;
use std::sync::{Mutex, PoisonError};
use std::task::{Context, Poll, ready};

use bytes::{Buf, Bytes};
use futures_core::Stream;
use http_body::{Frame, SizeHint};

use super::failure::{BoxError, TransportError};

type Stored = Pin<Box<dyn http_body::Body<Data = Bytes, Error = BoxError> + Send>>;

/// The body of a request or response, which is either a buffer or a stream.
///
/// It implements [`http_body::Body`](crate::reexports::http_body_1::Body), so you can pass it to
/// most HTTP libraries.
///
/// ```
/// use trackstar_api::transport::Body;
///
/// let body = Body::from(r#"{"deleted": true}"#);
/// assert_eq!(body.as_bytes(), Some(&br#"{"deleted": true}"#[..]));
/// ```
pub struct Body(BodyContent);

enum BodyContent {
    Bytes(Bytes),
    /// A request body that was created by this crate.
    Request(reqwest::Body),
    /// Some libraries need a body to be `Sync`, which is why there is a lock. There's never any
    /// contention.
    Stream(Mutex<Stored>),
}

impl Body {
    /// Creates an empty body.
    #[must_use]
    pub const fn empty() -> Self {
        Self(BodyContent::Bytes(Bytes::new()))
    }

    /// Creates a body from one that comes from another HTTP library. Trailers are ignored.
    pub fn wrap<B>(body: B) -> Self
    where
        B: http_body::Body + Send + 'static,
        B::Error: Into<BoxError>,
    {
        Self(BodyContent::Stream(Mutex::new(Box::pin(Wrapped(
            Box::pin(body),
        )))))
    }

    /// Creates a body from a stream.
    ///
    /// ```
    /// # fn example<S>(chunks: S) -> trackstar_api::transport::Body
    /// # where S: futures_core::Stream<Item = Result<Vec<u8>, std::io::Error>> + Send + 'static {
    /// trackstar_api::transport::Body::stream(chunks)
    /// # }
    /// ```
    pub fn stream<S, B, E>(stream: S) -> Self
    where
        S: Stream<Item = Result<B, E>> + Send + 'static,
        B: Into<Bytes> + 'static,
        E: Into<BoxError> + 'static,
    {
        Self(BodyContent::Stream(Mutex::new(Box::pin(Streamed(
            Box::pin(stream),
        )))))
    }

    pub(super) fn of_request(body: Option<reqwest::Body>) -> Self {
        body.map_or_else(Self::empty, |body| Self(BodyContent::Request(body)))
    }

    /// Returns the content of the body, or `None` if it's a stream.
    #[must_use]
    pub fn as_bytes(&self) -> Option<&[u8]> {
        match &self.0 {
            BodyContent::Bytes(bytes) => Some(bytes),
            BodyContent::Request(body) => body.as_bytes(),
            BodyContent::Stream(_) => None,
        }
    }

    /// Reads the whole body into memory.
    ///
    /// # Errors
    ///
    /// This fails if the stream returns an error.
    pub async fn collect(mut self) -> Result<Bytes, TransportError> {
        if let BodyContent::Bytes(bytes) = self.0 {
            return Ok(bytes);
        }
        let mut collected = Vec::new();
        loop {
            let chunk = std::future::poll_fn(|context| self.poll_chunk(context)).await;
            match chunk.map_err(TransportError::new)? {
                Some(chunk) => collected.extend_from_slice(&chunk),
                None => return Ok(collected.into()),
            }
        }
    }

    /// Polls for the next chunk, skipping trailers.
    pub(super) fn poll_chunk(
        &mut self,
        context: &mut Context<'_>,
    ) -> Poll<Result<Option<Bytes>, BoxError>> {
        loop {
            let Some(frame) = ready!(self.poll(context)).transpose()? else {
                return Poll::Ready(Ok(None));
            };
            if let Ok(data) = frame.into_data() {
                return Poll::Ready(Ok(Some(data)));
            }
        }
    }

    fn poll(&mut self, context: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, BoxError>>> {
        match &mut self.0 {
            BodyContent::Bytes(bytes) if bytes.is_empty() => Poll::Ready(None),
            BodyContent::Bytes(bytes) => Poll::Ready(Some(Ok(Frame::data(std::mem::take(bytes))))),
            BodyContent::Request(body) => {
                let frame = ready!(http_body::Body::poll_frame(Pin::new(body), context));
                Poll::Ready(frame.map(|frame| frame.map_err(Into::into)))
            }
            BodyContent::Stream(stream) => stored(stream).as_mut().poll_frame(context),
        }
    }
}

fn stored(stream: &mut Mutex<Stored>) -> &mut Stored {
    stream.get_mut().unwrap_or_else(PoisonError::into_inner)
}

impl http_body::Body for Body {
    type Data = Bytes;
    type Error = BoxError;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, BoxError>>> {
        self.poll(context)
    }

    fn is_end_stream(&self) -> bool {
        match &self.0 {
            BodyContent::Bytes(bytes) => bytes.is_empty(),
            BodyContent::Request(body) => body.is_end_stream(),
            BodyContent::Stream(stream) => {
                let stream = stream.lock().unwrap_or_else(PoisonError::into_inner);
                stream.is_end_stream()
            }
        }
    }

    fn size_hint(&self) -> SizeHint {
        match &self.0 {
            BodyContent::Bytes(bytes) => SizeHint::with_exact(bytes.len() as u64),
            BodyContent::Request(body) => body.size_hint(),
            BodyContent::Stream(stream) => {
                let stream = stream.lock().unwrap_or_else(PoisonError::into_inner);
                stream.size_hint()
            }
        }
    }
}

impl Default for Body {
    fn default() -> Self {
        Self::empty()
    }
}

impl From<Bytes> for Body {
    fn from(bytes: Bytes) -> Self {
        Self(BodyContent::Bytes(bytes))
    }
}

impl From<Vec<u8>> for Body {
    fn from(bytes: Vec<u8>) -> Self {
        Bytes::from(bytes).into()
    }
}

impl From<String> for Body {
    fn from(text: String) -> Self {
        Bytes::from(text).into()
    }
}

impl From<&'static str> for Body {
    fn from(text: &'static str) -> Self {
        Bytes::from_static(text.as_bytes()).into()
    }
}

/// Only shows the number of bytes, since the content might be a customer's data.
impl fmt::Debug for Body {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.as_bytes() {
            Some(bytes) => write!(f, "Body({} bytes)", bytes.len()),
            None => f.write_str("Body(stream)"),
        }
    }
}

/// A body of some other type.
struct Wrapped<B>(Pin<Box<B>>);

impl<B: http_body::Body<Error: Into<BoxError>>> http_body::Body for Wrapped<B> {
    type Data = Bytes;
    type Error = BoxError;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, BoxError>>> {
        let frame = ready!(self.0.as_mut().poll_frame(context));
        let bytes = |mut data: B::Data| data.copy_to_bytes(data.remaining());
        Poll::Ready(frame.map(|frame| match frame {
            Ok(frame) => Ok(frame.map_data(bytes)),
            Err(error) => Err(error.into()),
        }))
    }

    fn is_end_stream(&self) -> bool {
        self.0.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.0.size_hint()
    }
}

/// A stream of chunks.
struct Streamed<S>(Pin<Box<S>>);

impl<S, B, E> http_body::Body for Streamed<S>
where
    S: Stream<Item = Result<B, E>>,
    B: Into<Bytes>,
    E: Into<BoxError>,
{
    type Data = Bytes;
    type Error = BoxError;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, BoxError>>> {
        let chunk = ready!(self.0.as_mut().poll_next(context));
        Poll::Ready(chunk.map(|chunk| match chunk {
            Ok(chunk) => Ok(Frame::data(chunk.into())),
            Err(error) => Err(error.into()),
        }))
    }
}
