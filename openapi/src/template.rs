//! Path templates, such as `/orders/{order_id}`.

/// Returns the names between braces, in order.
///
/// ```
/// use trackstar_openapi::template::names;
///
/// let all: Vec<_> = names("/shelves/{shelf}/things/{thing}").collect();
/// assert_eq!(all, ["shelf", "thing"]);
/// ```
pub fn names(path: &str) -> impl Iterator<Item = &str> {
    let parts = path.split('{').skip(1);
    parts.filter_map(|part| Some(part.split_once('}')?.0))
}

/// Returns the template with other names of parameters. Names for which `rename` returns `None` stay.
pub(crate) fn renamed<'n>(path: &str, rename: impl Fn(&str) -> Option<&'n str>) -> String {
    let mut parts = path.split('{');
    let mut text = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let named = part.split_once('}');
        match named.and_then(|(name, rest)| Some((rename(name)?, rest))) {
            Some((name, rest)) => text.extend(["{", name, "}", rest]),
            None => text.extend(["{", part]),
        }
    }
    text
}

/// Returns the template without the names of its parameters, which the preparation may change.
///
/// ```
/// assert_eq!(trackstar_openapi::template::unnamed("/orders/{id}/files"), "/orders/{}/files");
/// ```
#[must_use]
pub fn unnamed(path: &str) -> String {
    renamed(path, |_| Some(""))
}
