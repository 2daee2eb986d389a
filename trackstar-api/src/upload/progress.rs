//! Progress reports for uploads.

use std::fmt;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use bytes::Bytes;
use futures_core::Stream;

use crate::contain::contained;
use crate::transport::BoxError;

pub(super) type Chunks = Pin<Box<dyn Stream<Item = Result<Bytes, BoxError>> + Send>>;

/// If progress is reported, a buffer is sent in pieces of this size (in bytes).
const PIECE: usize = 64 * 1024;

/// The progress of an upload.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct UploadProgress {
    /// The number of bytes that the HTTP client has read during this attempt. Some of them might
    /// still be in a buffer rather than on the network.
    pub sent: u64,
    /// The size of the upload in bytes, if known.
    pub total: Option<u64>,
}

/// The user's callback.
#[derive(Clone)]
pub(super) struct Reports(Arc<dyn Fn(UploadProgress) + Send + Sync>);

impl Reports {
    pub(super) fn new(report: impl Fn(UploadProgress) + Send + Sync + 'static) -> Self {
        Self(Arc::new(report))
    }
}

impl fmt::Debug for Reports {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("…")
    }
}

/// Splits a stream into pieces and reports each one.
pub(super) struct Reported {
    chunks: Chunks,
    reports: Reports,
    /// What's left of the current chunk.
    rest: Bytes,
    progress: UploadProgress,
}

impl Reported {
    pub(super) fn new(chunks: Chunks, total: Option<u64>, reports: Reports) -> Self {
        Self {
            chunks,
            reports,
            rest: Bytes::new(),
            progress: UploadProgress { sent: 0, total },
        }
    }
}

impl Stream for Reported {
    type Item = Result<Bytes, BoxError>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        while self.rest.is_empty() {
            match std::task::ready!(self.chunks.as_mut().poll_next(context)) {
                Some(Ok(chunk)) => self.rest = chunk,
                end => return Poll::Ready(end),
            }
        }
        let length = self.rest.len().min(PIECE);
        let piece = self.rest.split_to(length);
        self.progress.sent += length as u64;
        contained(|| (self.reports.0)(self.progress));
        Poll::Ready(Some(Ok(piece)))
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Mutex;
    use std::task::Waker;

    use super::super::Upload;
    use super::*;

    #[test]
    fn reports_progress_anew_for_each_attempt() {
        let reports = Arc::<Mutex<Vec<UploadProgress>>>::default();
        let keeps = Arc::clone(&reports);
        let upload = Upload::from(vec![7; PIECE + 10]).on_progress(move |progress| {
            keeps.lock().expect("no panic").push(progress);
            assert!(progress.sent < 100, "a broken callback");
        });
        for _ in 0..2 {
            let copy = upload.try_clone().expect("in memory");
            let body = copy.content.body(copy.length, copy.progress);
            let mut body = std::pin::pin!(body);
            let mut context = Context::from_waker(Waker::noop());
            let mut sent = 0;
            while let Poll::Ready(Some(frame)) =
                http_body::Body::poll_frame(body.as_mut(), &mut context)
            {
                sent += frame.expect("a piece").data_ref().expect("data").len();
            }
            assert_eq!(sent, PIECE + 10);
            let reported = std::mem::take(&mut *reports.lock().expect("no panic"));
            let sent: Vec<_> = reported.iter().map(|it| (it.sent, it.total)).collect();
            assert_eq!(sent, [(65_536, Some(65_546)), (65_546, Some(65_546))]);
        }
    }
}
