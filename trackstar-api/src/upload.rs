//! Support for uploading files.
#![allow(dead_code, reason = "unused without uploads")]

mod call;
mod content;
mod progress;
mod sent;

use std::fmt;

use bytes::Bytes;
use futures_core::Stream;
use reqwest::multipart::Part;

use content::{UploadContent, quotable};
use progress::Reports;

pub use call::UploadCall;
pub use progress::UploadProgress;

/// The content of a file to upload.
///
/// This is either a buffer in memory or a stream. The chunks of a stream are sent as they arrive,
/// so the file never has to fit into memory.
///
/// ```
/// use trackstar_api::Upload;
///
/// let label = Upload::from("^XA^XZ".to_owned()).file_name("label.zpl").media_type("application/zpl");
/// assert_eq!(label.len(), Some(6));
/// ```
pub struct Upload {
    content: UploadContent,
    length: Option<u64>,
    file_name: Option<String>,
    media_type: Option<String>,
    progress: Option<Reports>,
}

impl Upload {
    /// Creates an upload from a stream of chunks.
    ///
    /// If the stream returns an error, the request fails.
    ///
    /// ```
    /// # fn example<S>(file: S) -> trackstar_api::Upload
    /// # where S: futures_core::Stream<Item = Result<Vec<u8>, std::io::Error>> + Send + 'static {
    /// trackstar_api::Upload::stream(file).length(1024).file_name("invoice.pdf")
    /// # }
    /// ```
    pub fn stream<S, B, E>(stream: S) -> Self
    where
        S: Stream<Item = Result<B, E>> + Send + 'static,
        B: 'static,
        Bytes: From<B>,
        E: Into<Box<dyn std::error::Error + Send + Sync>> + 'static,
    {
        Self {
            content: UploadContent::stream(stream),
            length: None,
            file_name: None,
            media_type: None,
            progress: None,
        }
    }

    /// Sets the length of the stream, in bytes.
    ///
    /// Some servers require this. If the stream turns out to be shorter or longer, the request
    /// fails.
    #[must_use]
    pub fn length(mut self, bytes: u64) -> Self {
        self.length = Some(bytes);
        self
    }

    /// Sets the file name that is sent to the server.
    ///
    /// Quotation marks are sent as `%22`, which is what browsers do. If the name contains a control
    /// character, sending the request fails.
    #[must_use]
    pub fn file_name(mut self, name: impl Into<String>) -> Self {
        self.file_name = Some(name.into());
        self
    }

    /// Sets the media type of the content, for example `application/pdf`.
    #[must_use]
    pub fn media_type(mut self, name: impl Into<String>) -> Self {
        self.media_type = Some(name.into());
        self
    }

    /// Sets a callback that is called as the upload progresses.
    ///
    /// It is called whenever the HTTP client reads another piece of the upload, on one of the
    /// client's tasks. For this reason, it shouldn't block. It's safe for it to panic. If the
    /// upload is retried, progress starts over at zero.
    ///
    /// ```
    /// use trackstar_api::Upload;
    ///
    /// let invoice = Upload::from(vec![0; 1_000_000]).on_progress(|progress| {
    ///     println!("{} of {:?} bytes", progress.sent, progress.total);
    /// });
    /// # let _ = invoice;
    /// ```
    #[must_use]
    pub fn on_progress(mut self, report: impl Fn(UploadProgress) + Send + Sync + 'static) -> Self {
        self.progress = Some(Reports::new(report));
        self
    }

    /// Returns the length in bytes, if known.
    #[must_use]
    #[allow(clippy::len_without_is_empty, reason = "not known for a stream")]
    pub fn len(&self) -> Option<u64> {
        self.length
    }

    /// Clones the upload. This isn't possible for a stream.
    fn try_clone(&self) -> Option<Self> {
        Some(Self {
            content: self.content.try_clone()?,
            length: self.length,
            file_name: self.file_name.clone(),
            media_type: self.media_type.clone(),
            progress: self.progress.clone(),
        })
    }

    fn is_badly_named(&self) -> bool {
        let name = self.file_name.as_deref();
        name.is_some_and(|name| name.contains(char::is_control))
    }

    fn part(self) -> Result<Part, reqwest::Error> {
        let content = self.content.body(self.length, self.progress);
        let mut part = match self.length {
            Some(length) => Part::stream_with_length(content, length),
            None => Part::stream(content),
        };
        if let Some(name) = self.file_name {
            part = part.file_name(quotable(&name));
        }
        let media_type = self.media_type.as_deref();
        part.mime_str(media_type.unwrap_or("application/octet-stream"))
    }
}

impl From<Bytes> for Upload {
    fn from(bytes: Bytes) -> Self {
        Self {
            length: Some(bytes.len() as u64),
            content: UploadContent::Bytes(bytes),
            file_name: None,
            media_type: None,
            progress: None,
        }
    }
}

impl From<Vec<u8>> for Upload {
    fn from(bytes: Vec<u8>) -> Self {
        Bytes::from(bytes).into()
    }
}

impl From<String> for Upload {
    fn from(text: String) -> Self {
        Bytes::from(text).into()
    }
}

impl From<&'static str> for Upload {
    fn from(text: &'static str) -> Self {
        Bytes::from_static(text.as_bytes()).into()
    }
}

/// Leaves out the content.
impl fmt::Debug for Upload {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Upload")
            .field("length", &self.length)
            .field("media_type", &self.media_type)
            .finish_non_exhaustive()
    }
}
