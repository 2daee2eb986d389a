//! Repair of JSON that a strict parser rejects. Half of a surrogate pair, or a duplicate key, would
//! otherwise fail a list of a thousand records.
//!
//! The repair runs only if the JSON cannot be read unchanged.

use std::collections::HashMap;

use serde::de::IgnoredAny;
use zeroize::Zeroizing;

use crate::error::Drift;

/// The repairs of a body.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Repairs {
    surrogates: bool,
    duplicates: bool,
}

impl Repairs {
    /// Returns the repairs as events for metrics.
    pub(crate) fn drifts(self) -> impl Iterator<Item = Drift<'static>> {
        let surrogates = self.surrogates.then_some(Drift::LoneSurrogate);
        let duplicates = self.duplicates.then_some(Drift::DuplicateKey);
        surrogates.into_iter().chain(duplicates)
    }
}

/// Reads JSON. If it cannot be read unchanged, it is repaired and read again.
#[cfg(any(test, feature = "webhooks"))]
pub(crate) fn read<T: serde::de::DeserializeOwned>(
    body: &[u8],
) -> Result<(T, Repairs), serde_json::Error> {
    read_with(body, |body| serde_json::from_slice(body))
}

/// Reads JSON with a function. If that fails, the JSON is repaired and read again.
pub(crate) fn read_with<T>(
    body: &[u8],
    read: impl Fn(&[u8]) -> Result<T, serde_json::Error>,
) -> Result<(T, Repairs), serde_json::Error> {
    match read(body) {
        Ok(value) => Ok((value, Repairs::default())),
        Err(error) => read_again(body, read, error),
    }
}

/// Reads JSON without reporting its repairs.
///
/// # Errors
/// Returns an error if the text is not JSON of the type.
#[cfg(feature = "webhooks")]
pub fn value<T: serde::de::DeserializeOwned>(json: &[u8]) -> Result<T, serde_json::Error> {
    read(json).map(|(value, _)| value)
}

#[cold]
fn read_again<T>(
    body: &[u8],
    read: impl Fn(&[u8]) -> Result<T, serde_json::Error>,
    error: serde_json::Error,
) -> Result<(T, Repairs), serde_json::Error> {
    match repaired(body) {
        Some((body, repairs)) => Ok((read(&body)?, repairs)),
        None => Err(error),
    }
}

/// Returns the JSON without lone surrogates and with only the last of several members of the same
/// name. The rest keeps its position, so that errors contain the right one. Returns `None` if there
/// is nothing to repair, or if the text is not JSON.
fn repaired(body: &[u8]) -> Option<(Zeroizing<Vec<u8>>, Repairs)> {
    let mut body = Zeroizing::new(body.to_vec());
    let surrogates = replace_lone_surrogates(&mut body);
    serde_json::from_slice::<IgnoredAny>(&body).ok()?;
    let overridden = overridden(&body)?;
    let repairs = Repairs {
        surrogates,
        duplicates: !overridden.is_empty(),
    };
    for (start, end) in overridden {
        body[start..end].fill(b' ');
    }
    (repairs != Repairs::default()).then_some((body, repairs))
}

/// Replaces each escape that is half of a surrogate pair by U+FFFD, whose escape has the same
/// length.
fn replace_lone_surrogates(json: &mut [u8]) -> bool {
    const REPLACEMENT: &[u8] = br"\ufffd";
    let unit = |json: &[u8], at: usize| -> Option<u16> {
        let digits = json.get(at..at + 6)?.strip_prefix(br"\u")?;
        let digits = std::str::from_utf8(digits).ok()?;
        // `from_str_radix` also accepts a sign.
        let all = digits.bytes().all(|it| it.is_ascii_hexdigit());
        all.then(|| u16::from_str_radix(digits, 16).ok())?
    };
    let mut replaced = false;
    let mut at = 0;
    // In JSON, a backslash occurs only in strings.
    while let Some(next) = json[at..].iter().position(|it| *it == b'\\') {
        at += next;
        match unit(json, at) {
            Some(0xd800..0xdc00) if matches!(unit(json, at + 6), Some(0xdc00..0xe000)) => at += 12,
            Some(0xd800..0xe000) => {
                json[at..at + 6].copy_from_slice(REPLACEMENT);
                replaced = true;
                at += 6;
            }
            _ => at = json.len().min(at + 2),
        }
    }
    replaced
}

/// An object or a list that is still open.
enum Open {
    List,
    Object {
        /// Start and end of each member, including the comma after it, by its name.
        members: HashMap<String, (usize, usize)>,
        /// The current member.
        current: Option<(String, usize)>,
    },
}

/// Returns the members that another member of the same name follows, each with the comma after it.
/// `json` is valid, and may be nested at any depth.
fn overridden(json: &[u8]) -> Option<Vec<(usize, usize)>> {
    let (mut open, mut found) = (Vec::new(), Vec::new());
    let mut at = 0;
    while let Some(byte) = json.get(at) {
        match byte {
            b'"' => {
                let end = end_of_text(json, at)?;
                if let Some(Open::Object { current, .. }) = open.last_mut()
                    && current.is_none()
                {
                    let name = serde_json::from_slice(&json[at..end]).ok()?;
                    *current = Some((name, at));
                }
                at = end;
                continue;
            }
            b'{' => open.push(Open::Object {
                members: HashMap::new(),
                current: None,
            }),
            b'[' => open.push(Open::List),
            b',' | b'}' => {
                if let Some(Open::Object { members, current }) = open.last_mut()
                    && let Some((name, start)) = current.take()
                {
                    found.extend(members.insert(name, (start, at + 1)));
                }
                if *byte == b'}' {
                    open.pop();
                }
            }
            b']' => drop(open.pop()),
            _ => {}
        }
        at += 1;
    }
    Some(found)
}

/// Returns the end of the string whose quotation mark is at `start`.
fn end_of_text(json: &[u8], start: usize) -> Option<usize> {
    let mut at = start + 1;
    loop {
        at += json[at..]
            .iter()
            .position(|it| matches!(it, b'"' | b'\\'))?;
        if json[at] == b'"' {
            return Some(at + 1);
        }
        at = json.len().min(at + 2);
    }
}

#[cfg(test)]
mod tests;
