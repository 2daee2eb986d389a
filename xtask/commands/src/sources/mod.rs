//! Reads documents from files and servers. A source is not trusted: anything except a complete OpenAPI
//! document is rejected, with one message that describes its content.

mod cap;
mod content;
mod deadline;
mod files;
mod http;
mod index;
mod location;
mod merge;
mod url;

use anyhow::{Context, bail};
use serde_json::Value;
use trackstar_openapi::Source;
use xtask::LimitArgs;

use crate::hash::Hash;
use crate::progress::Progress;
use cap::Cap;
use content::Content;
pub(crate) use deadline::Deadline;
pub(crate) use http::Conditions;
pub(crate) use location::SourceLocation;
pub(crate) use merge::Contradiction;

/// Limits of a command that reads documents.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Limits {
    /// Maximum total size of the texts of one source, in bytes after decompression.
    pub(crate) bytes: u64,
    /// The time by which the command must be done.
    pub(crate) deadline: Deadline,
}

impl Limits {
    /// Returns the limits of a command that begins now.
    pub(crate) fn start(options: LimitArgs) -> Self {
        Self {
            bytes: options.max_bytes,
            deadline: Deadline::after(options.timeout),
        }
    }
}

/// A document with facts about its retrieval.
#[derive(Debug)]
pub(crate) struct Document {
    pub(crate) value: Value,
    /// The text of the document, if it is published as one text.
    pub(crate) text: Option<String>,
    /// The form of publication.
    pub(crate) format: String,
    /// The SHA-256 of all texts, one after the other.
    pub(crate) sha256: String,
    /// The server's name for this version, for the next request.
    pub(crate) version: Conditions,
    /// Contradictions between the pages of an index. The document follows the first page.
    pub(crate) contradictions: Vec<Contradiction>,
    /// Links of an index that were not followed because they lead out of the documentation.
    pub(crate) not_followed: Vec<String>,
}

/// Reads documents within limits.
#[derive(Debug)]
pub(crate) struct Reader<'p> {
    client: http::Client,
    limits: Limits,
    /// The remaining number of bytes.
    left: u64,
    hash: Hash,
    progress: &'p Progress,
}

impl<'p> Reader<'p> {
    pub(crate) fn new(limits: Limits, progress: &'p Progress) -> Self {
        Self {
            client: http::Client::new(limits.deadline),
            limits,
            left: limits.bytes,
            hash: Hash::default(),
            progress,
        }
    }

    /// Reads a document. Returns `None` if the server responds to the conditions that it has not changed.
    pub(crate) fn read(
        mut self,
        place: &SourceLocation,
        conditions: &Conditions,
    ) -> anyhow::Result<Option<Document>> {
        let read = self.document(place, conditions);
        read.with_context(|| format!("failed to read {place}"))
    }

    fn document(
        &mut self,
        place: &SourceLocation,
        conditions: &Conditions,
    ) -> anyhow::Result<Option<Document>> {
        let Some((text, version)) = self.text(place, conditions)? else {
            return Ok(None);
        };
        let mut not_followed = Vec::new();
        let mut whole = None;
        let (format, version, parts) = match content::of(&text)? {
            Content::Document { json } => {
                let format = if json { "JSON" } else { "YAML" };
                let value = parse("the document", &text)?;
                whole = Some(text);
                (format.to_owned(), version, vec![(String::new(), value)])
            }
            Content::Page(slices) => {
                let parts = parts("the page", &slices)?;
                ("documentation page".to_owned(), version, parts)
            }
            Content::Index(links) => {
                let parts = self.pages(place, &links, &mut not_followed)?;
                let format = format!("documentation index, {} pages", parts.len());
                // A page may change even if its index does not.
                (format, Conditions::default(), parts)
            }
        };
        let (value, contradictions) = merge::merge(parts);
        Ok(Some(Document {
            value,
            text: whole,
            format,
            sha256: std::mem::take(&mut self.hash).finish(),
            version,
            contradictions,
            not_followed,
        }))
    }

    /// Reads the parts of the document on all pages of an index, each with the name of its page.
    fn pages(
        &mut self,
        index: &SourceLocation,
        links: &[String],
        not_followed: &mut Vec<String>,
    ) -> anyhow::Result<Vec<(String, Value)>> {
        let pages = index::pages(index, links, not_followed)?;
        let mut read = Vec::new();
        for (position, page) in pages.iter().enumerate() {
            let of = pages.len();
            self.progress
                .phase(format!("page {} of {of}: {page}", position + 1));
            let slices = self.page(index, page);
            read.extend(slices.with_context(|| format!("failed to read its page {page}"))?);
        }
        if read.is_empty() {
            bail!(
                "none of the {} pages that it names holds an OpenAPI document; give the whole \
                 document, or another index",
                pages.len()
            );
        }
        Ok(read)
    }

    /// Reads the part of the document on a page of an index, if the page has one.
    fn page(
        &mut self,
        index: &SourceLocation,
        page: &SourceLocation,
    ) -> anyhow::Result<Vec<(String, Value)>> {
        let text = self.text(&index::confined(index, page)?, &Conditions::default())?;
        let text = text.map(|(text, _)| text).unwrap_or_default();
        let slices = content::slices(&text)?;
        parts(&page.to_string(), &slices)
    }

    /// Reads a text and its version, unless it has not changed.
    fn text(
        &mut self,
        place: &SourceLocation,
        conditions: &Conditions,
    ) -> anyhow::Result<Option<(String, Conditions)>> {
        let Limits { bytes, deadline } = self.limits;
        let cap = Cap {
            left: self.left,
            bytes,
        };
        let (bytes, version) = match place {
            SourceLocation::Url(url) => {
                match self.client.get(url, conditions, cap, self.progress)? {
                    Some(answer) => answer,
                    None => return Ok(None),
                }
            }
            SourceLocation::File(path) => {
                let bytes = files::read(path, cap, deadline)?;
                (bytes, Conditions::default())
            }
        };
        self.left = self.left.saturating_sub(bytes.len() as u64);
        self.hash.update(&bytes);
        let Ok(text) = String::from_utf8(bytes) else {
            bail!("it is not UTF-8 text; give a document as JSON, YAML or Markdown");
        };
        Ok(Some((text, version)))
    }
}

fn parts(name: &str, slices: &[String]) -> anyhow::Result<Vec<(String, Value)>> {
    let parse = |text: &String| Ok((name.to_owned(), parse(name, text)?));
    slices.iter().map(parse).collect()
}

/// Parses a text as a document of a supported version.
fn parse(name: &str, text: &str) -> anyhow::Result<Value> {
    let value = trackstar_openapi::parse(Source { name, text })?;
    if !value.get("openapi").is_some_and(Value::is_string) {
        bail!(
            "{name} is not an OpenAPI document: it has no version in a field `openapi`; give a \
             document of OpenAPI 3.0 or 3.1"
        );
    }
    // An empty slice checks only the version.
    trackstar_openapi::slice(name, &value, &[""; 0])?;
    Ok(value)
}
