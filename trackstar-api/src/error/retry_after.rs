//! Parses the `Retry-After` header.

use std::time::{Duration, SystemTime};

use http::{HeaderMap, header};

/// The longest wait that we return. Nobody needs more than a year, and on some systems it would
/// overflow the clock.
const LONGEST: Duration = Duration::from_secs(366 * 24 * 60 * 60);

/// The default wait if the value can't be parsed. It's not zero because the server did want us to
/// wait.
const UNREADABLE: Duration = Duration::from_secs(1);

/// Returns how long the `Retry-After` header asks us to wait, or `None` if the header is absent.
///
/// The header has either a number of seconds or an HTTP date, which we compare with the server's
/// own `Date` header. In practice, servers also send fractions (which we round up) and lists (where
/// we use the longest wait). We treat anything else as one second, and never return more than a
/// year.
pub(crate) fn retry_after(headers: &HeaderMap) -> Option<Duration> {
    let values = headers.get_all(header::RETRY_AFTER).iter();
    // This is called for every error response, so it should be cheap if the header isn't there.
    let waits = values.flat_map(|value| match value.to_str() {
        Ok(text) => waits(text, headers),
        Err(_) => vec![UNREADABLE],
    });
    waits.max().map(|wait| wait.min(LONGEST))
}

/// Returns all waits in a header value. There is always at least one.
fn waits(text: &str, headers: &HeaderMap) -> Vec<Duration> {
    // We need to try this first, because a date contains a comma.
    if let Some(wait) = until(text.trim(), headers) {
        return vec![wait];
    }
    let waits = text.split(',').map(|text| seconds(text.trim()));
    waits.map(|wait| wait.unwrap_or(UNREADABLE)).collect()
}

/// Parses a number of seconds, rounding up.
pub(crate) fn seconds(text: &str) -> Option<Duration> {
    let (whole, fraction) = match text.split_once('.') {
        None => (text, None),
        Some((whole, fraction)) => (whole, Some(fraction)),
    };
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    if !digits(whole) || fraction.is_some_and(|fraction| !digits(fraction)) {
        return None;
    }
    // If this overflows, it's certainly longer than the longest wait.
    let whole = whole.parse::<u64>().map_or(LONGEST, Duration::from_secs);
    Some(match fraction {
        None => whole,
        Some(fraction) if fraction.bytes().all(|byte| byte == b'0') => whole.max(UNREADABLE),
        Some(_) => whole.saturating_add(Duration::from_secs(1)),
    })
}

/// Returns the time that is left until an HTTP date.
fn until(text: &str, headers: &HeaderMap) -> Option<Duration> {
    let date = |text: &str| httpdate::parse_http_date(text).ok();
    let until = date(text)?;
    let now = headers
        .get(header::DATE)
        .and_then(|now| now.to_str().ok())
        .and_then(date);
    let now = now.unwrap_or_else(SystemTime::now);
    Some(until.duration_since(now).unwrap_or_default())
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

    fn read(text: &str) -> Option<Duration> {
        retry_after(&headers(&[(header::RETRY_AFTER, text)]))
    }

    #[test]
    fn reads_seconds_and_dates_from_the_servers_clock() {
        assert_eq!(read("7"), Some(Duration::from_secs(7)));
        assert_eq!(read(" 0 "), Some(Duration::from_secs(0)));
        assert_eq!(retry_after(&HeaderMap::new()), None);
        let dated = headers(&[
            (header::DATE, "Sun, 06 Nov 1994 08:49:37 GMT"),
            (header::RETRY_AFTER, "Sun, 06 Nov 1994 08:50:07 GMT"),
        ]);
        assert_eq!(retry_after(&dated), Some(Duration::from_secs(30)));
        assert_eq!(
            read("Sun, 06 Nov 1994 08:49:37 GMT"),
            Some(Duration::from_secs(0)),
            "the past"
        );
    }

    #[test]
    fn rounds_fractions_up() {
        for (text, expected) in [
            ("1.5", 2),
            ("0.001", 1),
            ("0.0", 1),
            ("2.0", 2),
            ("59.999999999999999999999", 60),
            ("99999999999999999999999999.5", 31_622_400),
        ] {
            assert_eq!(read(text), Some(Duration::from_secs(expected)), "{text:?}");
        }
    }

    #[test]
    fn uses_the_longest_value_of_a_list() {
        for (text, expected) in [
            ("1, 120", 120),
            ("120,1", 120),
            ("0, 0", 0),
            ("0, soon", 1),
            ("30, soon", 30),
            ("3, 1.5", 3),
            ("1,", 1),
            (",", 1),
        ] {
            assert_eq!(read(text), Some(Duration::from_secs(expected)), "{text:?}");
        }
        let mut twice = headers(&[(header::RETRY_AFTER, "1")]);
        twice.append(header::RETRY_AFTER, "45".parse().expect("valid"));
        assert_eq!(retry_after(&twice), Some(Duration::from_secs(45)));
        twice.append(header::RETRY_AFTER, "later".parse().expect("valid"));
        assert_eq!(retry_after(&twice), Some(Duration::from_secs(45)));
    }

    #[test]
    fn huge_value_exceeds_any_policy() {
        for text in [
            "18446744073709551615",
            "18446744073709551616",
            "99999999999999999999999999",
            "00000000000000000000000000099999999999",
        ] {
            assert_eq!(read(text), Some(LONGEST), "{text:?}");
        }
    }

    #[test]
    fn unreadable_value_counts_as_one_second() {
        for text in [
            "",
            " ",
            "-1",
            "+1",
            "soon",
            "1s",
            "PT1S",
            "1e3",
            "1.5.5",
            ".5",
            "5.",
            "0x10",
            "infinity",
            "NaN",
            "2026-11-26T10:00:00Z",
            "Sun, 99 Nov 1994 08:49:37 GMT",
        ] {
            assert_eq!(read(text), Some(Duration::from_secs(1)), "{text:?}");
        }
        let bytes = http::HeaderValue::from_bytes(b"\xff").expect("valid");
        let bytes = HeaderMap::from_iter([(header::RETRY_AFTER, bytes)]);
        assert_eq!(retry_after(&bytes), Some(Duration::from_secs(1)));
    }

    proptest! {
        #[test]
        fn any_number_of_seconds_is_exact(number in 0u64..31_622_400) {
            let read = retry_after(&headers(&[(header::RETRY_AFTER, &number.to_string())]));
            prop_assert_eq!(read, Some(Duration::from_secs(number)));
        }

        #[test]
        fn dates_are_relative_to_the_date_header(start in 0u64..4_000_000_000, wait in 0u64..40_000_000) {
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
        fn any_fraction_is_rounded_up(whole in 0u64..100_000, fraction in "[0-9]{1,30}") {
            let asked = format!("{whole}.{fraction}");
            let read = read(&asked).expect("a wait").as_secs();
            prop_assert!(read >= 1 && read >= whole && read <= whole + 1, "{asked}: {read}");
            let is_more = fraction.bytes().any(|digit| digit != b'0');
            prop_assert!(!is_more || read == whole + 1, "{asked}: {read}");
        }

        #[test]
        fn any_list_uses_its_longest_value(waits in proptest::collection::vec(0u64..100_000, 1..5)) {
            let text: Vec<String> = waits.iter().map(u64::to_string).collect();
            let longest = waits.into_iter().max().expect("one");
            prop_assert_eq!(read(&text.join(", ")), Some(Duration::from_secs(longest)));
        }

        #[test]
        fn any_value_is_a_bounded_wait(text in "[ -~]{0,40}", date in "[ -~]{0,40}") {
            let read = retry_after(&headers(&[(header::RETRY_AFTER, &text), (header::DATE, &date)]));
            let read = read.expect("a wait");
            prop_assert!(read <= LONGEST);
            // Only zero, or a date in the past, should mean "right away".
            let zeros = text.bytes().all(|byte| b"0, ".contains(&byte));
            prop_assert!(zeros || read >= Duration::from_secs(1), "{text:?}: {read:?}");
        }
    }
}
