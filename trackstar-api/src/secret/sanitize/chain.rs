//! Copies errors that come from other crates.

use std::error::Error as StdError;
use std::fmt;

use super::Sanitized;
use crate::contain::contained;

/// The maximum number of causes that we keep.
const LONGEST_CHAIN: usize = 16;

/// A placeholder for an error that panics while it's being formatted.
const UNSHOWN: &str = "an error that cannot be shown";

/// A copy of an error and its causes, with credentials redacted.
///
/// The error comes from a library or from the user. We only keep the messages, not the types.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct SanitizedError {
    text: Sanitized,
    source: Option<Box<Self>>,
}

impl SanitizedError {
    pub(crate) fn new(error: &(dyn StdError + 'static), secrets: &[&[u8]]) -> Self {
        let mut texts = vec![Sanitized::of_library(&text_of(error), secrets)];
        let mut cause = cause_of(error);
        while let Some(error) = cause.filter(|_| texts.len() < LONGEST_CHAIN) {
            texts.push(Sanitized::of_library(&text_of(error), secrets));
            cause = cause_of(error);
        }
        let innermost = Self {
            text: texts.pop().unwrap_or_default(),
            source: None,
        };
        texts.into_iter().rfold(innermost, |source, text| Self {
            text,
            source: Some(Box::new(source)),
        })
    }

    /// Returns the innermost cause, since that's usually the most helpful one.
    pub(crate) fn innermost(&self) -> &Sanitized {
        let mut error = self;
        while let Some(source) = &error.source {
            error = source;
        }
        &error.text
    }
}

/// Returns the cause of an error. This could be a user's type, so we have to catch panics.
fn cause_of<'a>(error: &'a (dyn StdError + 'static)) -> Option<&'a (dyn StdError + 'static)> {
    contained(|| error.source()).flatten()
}

/// Returns the message of an error. We remove any URL from it, since that might contain ids and
/// query parameters.
fn text_of(error: &(dyn StdError + 'static)) -> String {
    let text = contained(|| {
        let mut text = String::new();
        fmt::write(&mut text, format_args!("{error}")).map(|()| text)
    });
    let Some(Ok(text)) = text else {
        return UNSHOWN.to_owned();
    };
    let url = error.downcast_ref::<reqwest::Error>();
    match url.and_then(reqwest::Error::url) {
        Some(url) => text.replace(&format!(" for url ({url})"), ""),
        None => text,
    }
}

impl fmt::Display for SanitizedError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.text, f)
    }
}

impl fmt::Debug for SanitizedError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.text, f)?;
        match &self.source {
            Some(source) => write!(f, ": {source:?}"),
            None => Ok(()),
        }
    }
}

impl StdError for SanitizedError {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        self.source.as_deref().map(|source| source as _)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// An error that has this many causes of the same type.
    #[derive(Debug)]
    struct Nested(Option<Box<Nested>>);

    impl fmt::Display for Nested {
        fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("key secret-0123456789\n")
        }
    }

    impl StdError for Nested {
        fn source(&self) -> Option<&(dyn StdError + 'static)> {
            self.0.as_deref().map(|source| source as _)
        }
    }

    /// An error that panics in one of its methods.
    #[derive(Debug)]
    struct Broken {
        text: fn() -> Result<&'static str, fmt::Error>,
        panics_in_source: bool,
    }

    impl fmt::Display for Broken {
        fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str((self.text)()?)
        }
    }

    impl StdError for Broken {
        fn source(&self) -> Option<&(dyn StdError + 'static)> {
            assert!(!self.panics_in_source, "no cause");
            Some(&Nested(None))
        }
    }

    #[test]
    fn contains_panic_of_an_error() {
        for (text, panics_in_source, debug) in [
            (
                (|| panic!("no text")) as fn() -> _,
                false,
                r#""an error that cannot be shown": "key <redacted>\n""#,
            ),
            (
                || Err(fmt::Error),
                false,
                r#""an error that cannot be shown": "key <redacted>\n""#,
            ),
            (|| Ok("broken"), true, r#""broken""#),
            (
                || panic!("no text"),
                true,
                r#""an error that cannot be shown""#,
            ),
        ] {
            let error = Broken {
                text,
                panics_in_source,
            };
            let copy = SanitizedError::new(&error, &[b"secret-0123456789"]);
            assert_eq!(format!("{copy:?}"), debug);
        }
    }

    #[test]
    fn copies_a_bounded_error_chain() {
        for (depth, kept) in [(0, 1), (2, 3), (100, LONGEST_CHAIN)] {
            let error = (0..depth).fold(Nested(None), |error, _| Nested(Some(Box::new(error))));
            let copy = SanitizedError::new(&error, &[b"secret-0123456789"]);
            let mut links = vec![format!("{copy}")];
            let mut source = copy.source();
            while let Some(link) = source {
                links.push(link.to_string());
                source = link.source();
            }
            assert_eq!(links, vec!["key <redacted>\\n"; kept]);
            assert_eq!(
                format!("{copy:?}"),
                vec!["\"key <redacted>\\n\""; kept].join(": ")
            );
            assert_eq!(copy.innermost().as_str(), "key <redacted>\n");
        }
    }
}
