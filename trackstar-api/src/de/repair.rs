//! Repairs JSON that would otherwise be rejected.
//!
//! Without this, a lone surrogate or a duplicate key would make a list of a thousand records
//! unreadable. We only do this if the JSON can't be parsed as is.

use std::collections::HashMap;

use serde::de::IgnoredAny;
use zeroize::Zeroizing;

use crate::error::Drift;

/// A summary of the repairs.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Repairs {
    surrogates: bool,
    duplicates: bool,
}

impl Repairs {
    /// Returns what was repaired in the form of events.
    pub(crate) fn drifts(self) -> impl Iterator<Item = Drift<'static>> {
        let surrogates = self.surrogates.then_some(Drift::LoneSurrogate);
        let duplicates = self.duplicates.then_some(Drift::DuplicateKey);
        surrogates.into_iter().chain(duplicates)
    }
}

/// Deserializes JSON, repairing it if necessary.
#[cfg(any(test, feature = "webhooks"))]
pub(crate) fn read<T: serde::de::DeserializeOwned>(
    body: &[u8],
) -> Result<(T, Repairs), serde_json::Error> {
    read_with(body, |body| serde_json::from_slice(body))
}

/// Deserializes JSON with the given function, repairing it if necessary.
pub(crate) fn read_with<T>(
    body: &[u8],
    read: impl Fn(&[u8]) -> Result<T, serde_json::Error>,
) -> Result<(T, Repairs), serde_json::Error> {
    match read(body) {
        Ok(value) => Ok((value, Repairs::default())),
        Err(error) => read_again(body, read, error),
    }
}

/// Deserializes JSON, repairing it if necessary, without reporting the repairs.
///
/// # Errors
///
/// This returns an error if the text isn't valid JSON or doesn't match the type.
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

/// Replaces lone surrogates and removes duplicate keys (keeping the last one).
///
/// Everything else stays where it is, so that errors have the right position. Returns `None` if
/// there is nothing to repair or if this isn't JSON.
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

/// Replaces lone surrogates with U+FFFD. Conveniently, its escape has the same length.
fn replace_lone_surrogates(json: &mut [u8]) -> bool {
    const REPLACEMENT: &[u8] = br"\ufffd";
    let unit = |json: &[u8], at: usize| -> Option<u16> {
        let digits = json.get(at..at + 6)?.strip_prefix(br"\u")?;
        let digits = std::str::from_utf8(digits).ok()?;
        // We need to check this because `from_str_radix` also accepts a sign.
        let all = digits.bytes().all(|it| it.is_ascii_hexdigit());
        all.then(|| u16::from_str_radix(digits, 16).ok())?
    };
    let mut replaced = false;
    let mut at = 0;
    // In JSON, a backslash can only occur inside of a string.
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

/// An object or list that we haven't reached the end of.
enum Open {
    List,
    Object {
        /// The start and end of each member, by name. This includes the comma that follows it.
        members: HashMap<String, (usize, usize)>,
        /// The member that we're in.
        current: Option<(String, usize)>,
    },
}

/// Returns all members that are overridden by a later one, along with the comma that follows.
///
/// `json` has to be valid. It can be nested to any depth.
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

/// Returns the end of the string that starts at `start`.
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
