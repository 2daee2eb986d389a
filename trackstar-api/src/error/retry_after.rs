//! How long a server asks to wait.

use std::time::{Duration, SystemTime};

use http::{HeaderMap, header};

/// No server means more, and more would overflow the clocks of some systems.
const LONGEST: Duration = Duration::from_secs(366 * 24 * 60 * 60);

/// `Retry-After` in seconds or as an HTTP date, which counts from the server's own `Date`; at most
/// a year.
pub(crate) fn retry_after(headers: &HeaderMap) -> Option<Duration> {
    let text = headers.get(header::RETRY_AFTER)?.to_str().ok()?.trim();
    if let Ok(seconds) = text.parse() {
        return Some(Duration::from_secs(seconds).min(LONGEST));
    }
    let date = |text: &str| httpdate::parse_http_date(text).ok();
    let until = date(text)?;
    let now = headers
        .get(header::DATE)
        .and_then(|now| now.to_str().ok())
        .and_then(date);
    Some(
        until
            .duration_since(now.unwrap_or_else(SystemTime::now))
            .unwrap_or_default()
            .min(LONGEST),
    )
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn headers(pairs: &[(header::HeaderName, &str)]) -> HeaderMap {
        pairs
            .iter()
            .map(|(name, value)| (name.clone(), value.parse().expect("valid")))
            .collect()
    }

    #[test]
    fn retry_after_is_read_in_seconds_and_as_a_date_from_the_servers_clock() {
        let seconds = |text: &str| retry_after(&headers(&[(header::RETRY_AFTER, text)]));
        assert_eq!(seconds("7"), Some(Duration::from_secs(7)));
        assert_eq!(seconds(" 0 "), Some(Duration::ZERO));
        assert_eq!(seconds(&u64::MAX.to_string()), Some(LONGEST));
        for nonsense in ["", "-1", "soon", "1.5", "99999999999999999999999"] {
            assert_eq!(seconds(nonsense), None, "{nonsense:?}");
        }
        let dated = headers(&[
            (header::DATE, "Sun, 06 Nov 1994 08:49:37 GMT"),
            (header::RETRY_AFTER, "Sun, 06 Nov 1994 08:50:07 GMT"),
        ]);
        assert_eq!(retry_after(&dated), Some(Duration::from_secs(30)));
        assert_eq!(
            seconds("Sun, 06 Nov 1994 08:49:37 GMT"),
            Some(Duration::ZERO),
            "the past"
        );
    }

    proptest! {
        #[test]
        fn seconds_are_taken_literally(number in 0u64..31_622_400) {
            let read = retry_after(&headers(&[(header::RETRY_AFTER, &number.to_string())]));
            prop_assert_eq!(read, Some(Duration::from_secs(number)));
        }

        #[test]
        fn dates_count_from_the_servers_own(start in 0u64..4_000_000_000, wait in 0u64..40_000_000) {
            let at = |seconds| {
                httpdate::fmt_http_date(SystemTime::UNIX_EPOCH + Duration::from_secs(seconds))
            };
            let read = retry_after(&headers(&[
                (header::DATE, &at(start)),
                (header::RETRY_AFTER, &at(start + wait)),
            ]));
            prop_assert_eq!(read, Some(Duration::from_secs(wait.min(31_622_400))));
        }

        #[test]
        fn whatever_is_sent_is_a_bounded_wait_or_none(text in "[ -~]{0,40}", date in "[ -~]{0,40}") {
            let read = retry_after(&headers(&[(header::RETRY_AFTER, &text), (header::DATE, &date)]));
            prop_assert!(read.is_none_or(|read| read <= LONGEST));
        }
    }
}
