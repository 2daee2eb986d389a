//! Finds the operation for a request.

use std::collections::BTreeMap;

use percent_encoding::percent_decode_str;
use trackstar_openapi::model::Operation;

/// The operation for a request, if there is one.
#[derive(Debug)]
pub(crate) enum Route<'a> {
    Found(&'a Operation, BTreeMap<String, String>),
    /// The path exists, but only with these methods.
    OtherMethod(Vec<&'a str>),
    Unknown,
}

/// Finds the operation for a method and path. If more than one matches, the one with the fewest
/// path parameters wins.
pub(crate) fn find<'a>(operations: &'a [Operation], method: &str, path: &str) -> Route<'a> {
    let mut found: Vec<(&Operation, BTreeMap<String, String>)> = operations
        .iter()
        .filter_map(|one| Some((one, fill(&one.path, path)?)))
        .collect();
    let fewest = found.iter().map(|(_, values)| values.len()).min();
    found.retain(|(_, values)| Some(values.len()) == fewest);
    let methods: Vec<&str> = found.iter().map(|(one, _)| one.method.as_str()).collect();
    let mut found = found.into_iter();
    match found.find(|(one, _)| one.method == method) {
        Some((one, values)) => Route::Found(one, values),
        None if methods.is_empty() => Route::Unknown,
        None => Route::OtherMethod(methods),
    }
}

/// Returns the decoded path parameters, or `None` if the path doesn't match the template.
pub(crate) fn fill(template: &str, path: &str) -> Option<BTreeMap<String, String>> {
    let mut values = BTreeMap::new();
    let (mut wanted, mut given) = (template.split('/'), path.split('/'));
    loop {
        match (wanted.next(), given.next()) {
            (None, None) => return Some(values),
            (Some(wanted), Some(given)) => {
                let given = percent_decode_str(given).decode_utf8().ok()?;
                segment(wanted, &given, &mut values)?;
            }
            _ => return None,
        }
    }
}

/// Matches a single segment. It can have more than one parameter, for example `{a}.{b}`.
fn segment(wanted: &str, given: &str, values: &mut BTreeMap<String, String>) -> Option<()> {
    let Some((literal, rest)) = wanted.split_once('{') else {
        return (wanted == given).then_some(());
    };
    let given = given.strip_prefix(literal)?;
    let (name, rest) = rest.split_once('}')?;
    // A value ends where the next text begins. For the last parameter, we use the last occurrence.
    let next = rest.split('{').next().unwrap_or_default();
    let end = match (next, rest.contains('{')) {
        ("", _) => given.len(),
        (next, true) => given.find(next)?,
        (next, false) => given.rfind(next)?,
    };
    let value = &given[..end];
    if value.is_empty() {
        return None;
    }
    values.insert(name.to_owned(), value.to_owned());
    segment(rest, &given[end..], values)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn matches_segments_and_decodes_parameters() {
        let filled = |template, path| {
            let values = fill(template, path)?;
            Some(values.into_values().collect::<Vec<_>>().join("|"))
        };
        for (template, path, expected) in [
            ("/a/{id}", "/a/x%2Fy", Some("x/y")),
            ("/a/{id}", "/a/", None),
            ("/a/{id}", "/a/b/c", None),
            ("/a/{id}", "/A/b", None),
            ("/a", "/a/", None),
            ("/{a}/b.{b}", "/x/b.json", Some("x|json")),
            ("/{a}.{b}", "/one.two.three", Some("one|two.three")),
            ("/f/{a}.pdf", "/f/x.pdf.pdf", Some("x.pdf")),
            ("/f/{a}.pdf", "/f/x.doc", None),
        ] {
            let found = filled(template, path);
            assert_eq!(found.as_deref(), expected, "{template} {path}");
        }
    }
}
