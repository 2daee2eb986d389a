//! Media types (RFC 9110, section 8.3.1).

/// Returns a media type without its parameters, in lower case.
///
/// ```
/// use trackstar_openapi::media_type::essence;
///
/// assert_eq!(essence("Application/JSON; charset=utf-8"), "application/json");
/// ```
#[must_use]
pub fn essence(name: &str) -> String {
    let name = name.split(';').next().unwrap_or_default();
    name.trim().to_ascii_lowercase()
}

/// Returns true if a media type is JSON, by its own name or by its suffix (RFC 6839).
///
/// ```
/// use trackstar_openapi::media_type::is_json;
///
/// assert!(is_json("application/problem+json; charset=utf-8"));
/// assert!(!is_json("application/json5"));
/// ```
#[must_use]
pub fn is_json(name: &str) -> bool {
    let name = essence(name);
    ["application/json", "text/json"].contains(&name.as_str()) || name.ends_with("+json")
}

/// Returns true if a name is a media range that includes JSON and most other media types.
///
/// ```
/// use trackstar_openapi::media_type::is_any;
///
/// assert!(is_any("application/*") && is_any("*/*"));
/// assert!(!is_any("image/*"));
/// ```
#[must_use]
pub fn is_any(name: &str) -> bool {
    matches!(essence(name).as_str(), "*/*" | "application/*")
}

/// Returns true if a media type equals a documented media type, or is within a documented range.
///
/// ```
/// use trackstar_openapi::media_type::matches;
///
/// assert!(matches("Image/*", "image/png; q=1"));
/// assert!(!matches("image/*", "application/pdf"));
/// ```
#[must_use]
pub fn matches(range: &str, name: &str) -> bool {
    let (range, name) = (essence(range), essence(name));
    let family = range.strip_suffix('*').filter(|it| it.ends_with('/'));
    range == name || family.is_some_and(|it| it == "*/" || name.starts_with(it))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges_match_the_media_types_of_their_family() {
        for (range, name, expected) in [
            ("*/*", "application/pdf", true),
            ("application/json", "application/json;charset=utf-8", true),
            ("application/json", "application/json5", false),
            ("image/*", "images/png", false),
        ] {
            assert_eq!(matches(range, name), expected, "{range} {name}");
        }
    }
}
