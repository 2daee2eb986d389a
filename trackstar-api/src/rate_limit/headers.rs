//! Parses rate-limit headers.

use std::time::{Duration, SystemTime};

use http::{HeaderMap, HeaderName, StatusCode, header};

use crate::error::{retry_after, seconds};

pub(crate) const REMAINING: HeaderName = HeaderName::from_static("x-ratelimit-remaining");
/// An older page of Trackstar's documentation has this spelling.
pub(crate) const REMAINING_OF_OLD: HeaderName = HeaderName::from_static("x-rate-limit-remaining");
const RESET: HeaderName = HeaderName::from_static("x-ratelimit-reset");
const RESET_OF_OLD: HeaderName = HeaderName::from_static("x-rate-limit-reset");

/// The longest time that we pause a connection for. If the server asks for more than that, we leave
/// it to the calls to report this in their errors.
const LONGEST_PAUSE: Duration = Duration::from_secs(60);

/// If two clocks differ by no more than this, we consider them to be the same. Otherwise, we go by
/// the server's clock.
const SAME_CLOCK: Duration = Duration::from_secs(2);

/// Returns how long to pause after this response, if at all.
pub(crate) fn pause(status: StatusCode, headers: &HeaderMap, now: SystemTime) -> Option<Duration> {
    let told_off = matches!(
        status,
        StatusCode::TOO_MANY_REQUESTS | StatusCode::SERVICE_UNAVAILABLE
    );
    let asked = told_off.then(|| retry_after(headers)).flatten();
    let pause = match asked {
        None if status != StatusCode::SERVICE_UNAVAILABLE => until_reset(headers, now),
        asked => asked,
    };
    pause.filter(|pause| !pause.is_zero() && *pause <= LONGEST_PAUSE)
}

/// Returns how long it takes until the next window, provided that the current one is used up.
fn until_reset(headers: &HeaderMap, now: SystemTime) -> Option<Duration> {
    let number = |text: &str| text.parse::<u64>().ok();
    if first(headers, [&REMAINING, &REMAINING_OF_OLD], number)? > 0 {
        return None;
    }
    let reset = first(headers, [&RESET, &RESET_OF_OLD], seconds)?;
    // According to the documentation, this is a timestamp. A number this small can only be
    // relative, though.
    if reset < Duration::from_secs(1_000_000_000) {
        return Some(reset);
    }
    let reset = SystemTime::UNIX_EPOCH.checked_add(reset)?;
    reset.duration_since(server_time(headers, now)).ok()
}

/// Returns the server's time.
///
/// The `Date` header only has a resolution of one second. If the clocks agree, we use our own
/// instead, since it's more precise.
fn server_time(headers: &HeaderMap, now: SystemTime) -> SystemTime {
    let date = headers.get(header::DATE).and_then(|it| it.to_str().ok());
    let Some(date) = date.and_then(|it| httpdate::parse_http_date(it).ok()) else {
        return now;
    };
    let apart = now
        .duration_since(date)
        .unwrap_or_else(|error| error.duration());
    if apart <= SAME_CLOCK { now } else { date }
}

/// Returns the value of the first header that is present and can be parsed.
fn first<T>(
    headers: &HeaderMap,
    names: [&HeaderName; 2],
    read: impl Fn(&str) -> Option<T>,
) -> Option<T> {
    let mut values = names.iter().filter_map(|name| headers.get(*name));
    values.find_map(|value| read(value.to_str().ok()?.trim()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(status: u16, pairs: &[(&str, &str)]) -> Option<Duration> {
        // Half a second after Sun, 06 Nov 1994 08:49:37 GMT.
        let now = SystemTime::UNIX_EPOCH + Duration::from_millis(784_111_777_500);
        said_at(now, status, pairs)
    }

    fn said_at(now: SystemTime, status: u16, pairs: &[(&str, &str)]) -> Option<Duration> {
        let mut headers = HeaderMap::new();
        for (name, value) in pairs {
            let name = http::HeaderName::from_bytes(name.as_bytes()).expect("a name");
            headers.insert(name, value.parse().expect("a value"));
        }
        pause(StatusCode::from_u16(status).expect("valid"), &headers, now)
    }

    const SECOND: Option<Duration> = Some(Duration::from_secs(1));

    #[test]
    fn retry_after_pauses_only_after_errors() {
        let retry_after = [("retry-after", "1")];
        assert_eq!(said(429, &retry_after), SECOND);
        assert_eq!(said(503, &retry_after), SECOND);
        assert_eq!(said(200, &retry_after), None);
        let longest = Some(Duration::from_secs(60));
        assert_eq!(said(429, &[("retry-after", "60")]), longest);
        let empty = [("x-ratelimit-remaining", "0"), ("x-ratelimit-reset", "1")];
        assert_eq!(said(429, &empty), SECOND);
        assert_eq!(said(503, &empty), None, "not rejected because of a limit");
        assert_eq!(said(429, &[]), None);
        assert_eq!(said(429, &[("retry-after", "0")]), None);
        assert_eq!(
            said(429, &[("retry-after", "61")]),
            None,
            "left to the caller"
        );
        // Fractions and invalid values should pause as well.
        for (text, expected) in [("1.5", 2), ("soon", 1), ("2, 1", 2)] {
            let pause = said(429, &[("retry-after", text)]);
            assert_eq!(pause, Some(Duration::from_secs(expected)), "{text}");
        }
    }

    #[test]
    fn exhausted_window_pauses_until_its_reset() {
        for (remaining, reset) in [
            ("x-ratelimit-remaining", "x-ratelimit-reset"),
            ("x-rate-limit-remaining", "x-rate-limit-reset"),
        ] {
            let at = |left, end| said(200, &[(remaining, left), (reset, end)]);
            assert_eq!(at("0", "1"), SECOND, "from now");
            assert_eq!(at("0", "0.2"), SECOND, "rounded up");
            assert_eq!(at("0", "99999999999999999999999999"), None, "too long");
            assert_eq!(at("1", "1"), None, "not empty");
            assert_eq!(at("none", "1"), None);
        }
        let end = [
            ("x-ratelimit-remaining", "0"),
            ("x-ratelimit-reset", "2000000010"),
        ];
        let at = |millis| SystemTime::UNIX_EPOCH + Duration::from_millis(millis);
        let of = |millis, pairs: &[_]| said_at(at(millis), 200, pairs);
        assert_eq!(
            of(2_000_000_009_750, &end),
            Some(Duration::from_millis(250))
        );
        assert_eq!(of(2_000_000_010_001, &end), None, "over");
        // Second 2,000,000,000 is 18 May 2033 03:33:20.
        let dated = [end[0], end[1], ("date", "Wed, 18 May 2033 03:33:29 GMT")];
        assert_eq!(
            of(2_000_000_009_750, &dated),
            Some(Duration::from_millis(250))
        );
        assert_eq!(of(1_999_999_000_000, &dated), SECOND, "our clock is wrong");
        assert_eq!(of(1_999_999_000_000, &end), None, "too long for a pause");
    }
}
