//! The pages of an index. An index only leads to its own documentation: for a server, pages of that
//! server, and for a file, files below its folder.

use std::collections::BTreeSet;
use std::path::{Component, Path};

use anyhow::{Context, bail};

use super::location::SourceLocation;
use super::url;

/// Maximum number of pages of an index.
const MAX_PAGES: usize = 2000;

/// Returns the pages of an index without duplicates.
///
/// # Errors
///
/// Returns an error if there are no pages or too many.
pub(super) fn pages(
    index: &SourceLocation,
    links: &[String],
    not_followed: &mut Vec<String>,
) -> anyhow::Result<Vec<SourceLocation>> {
    let mut pages = Vec::new();
    let mut seen = BTreeSet::new();
    for link in links {
        match page(index, link) {
            Some(page) => {
                if seen.insert(page.clone()) {
                    pages.push(page);
                }
            }
            None => not_followed.push(link.clone()),
        }
        if pages.len() > MAX_PAGES {
            bail!(
                "the index names more than the {MAX_PAGES} pages that are followed; give the whole \
                 document instead"
            );
        }
    }
    if pages.is_empty() {
        let (kind, advice) = match index {
            SourceLocation::Url(_) => (
                "on its own host",
                "the index of the host that has the pages",
            ),
            SourceLocation::File(_) => ("below its own folder", "the URL of the index"),
        };
        bail!(
            "none of its {} links leads to a page {kind}; give {advice}",
            links.len()
        );
    }
    Ok(pages)
}

/// Returns the page at a link of an index, or `None` if the link leads out of the documentation.
fn page(index: &SourceLocation, link: &str) -> Option<SourceLocation> {
    let path = link.split(['#', '?']).next().unwrap_or_default();
    let is_page = Path::new(path).extension().is_some_and(|end| end == "md");
    if !is_page || path.contains(char::is_control) {
        return None;
    }
    match index {
        SourceLocation::Url(base) => {
            let page = url::join(base, path)?;
            url::same_origin(base, &page).then_some(SourceLocation::Url(page))
        }
        SourceLocation::File(file) => {
            if path.contains("://") || path.starts_with("//") {
                return None;
            }
            // A link to the root of the documentation is relative to the folder of its index.
            let below = Path::new(path.trim_start_matches('/'));
            let mut steps = below.components();
            let stays = steps.all(|it| matches!(it, Component::Normal(_) | Component::CurDir));
            stays.then(|| SourceLocation::File(folder(file).join(below)))
        }
    }
}

/// Returns the location from which a page is read. For a file, symbolic links are resolved.
///
/// # Errors
///
/// Returns an error if the path leads out of the folder of the index.
pub(super) fn confined(
    index: &SourceLocation,
    page: &SourceLocation,
) -> anyhow::Result<SourceLocation> {
    let (SourceLocation::File(index), SourceLocation::File(path)) = (index, page) else {
        return Ok(page.clone());
    };
    let real = path.canonicalize()?;
    let folder = folder(index).canonicalize();
    let folder = folder.context("failed to find the folder of the index; try again")?;
    if !real.starts_with(folder) {
        bail!("it is a link that leads out of the folder of the index; put a copy in its place");
    }
    if !real.is_file() {
        bail!("it is not a regular file; replace it with a copy");
    }
    Ok(SourceLocation::File(real))
}

fn folder(index: &Path) -> &Path {
    match index.parent() {
        Some(folder) if folder != Path::new("") => folder,
        _ => Path::new("."),
    }
}

#[cfg(test)]
mod tests {
    use std::path::PathBuf;

    use proptest::prelude::*;
    use ureq::http::Uri;

    use super::*;

    #[test]
    fn links_of_an_index_file_stay_below_its_folder() {
        let index = SourceLocation::File(PathBuf::from("docs/llms.txt"));
        for (link, expected) in [
            ("a.md", "docs/a.md"),
            ("./api/a.md?x#y", "docs/./api/a.md"),
            ("/api/a.md", "docs/api/a.md"),
        ] {
            let expected = Some(SourceLocation::File(PathBuf::from(expected)));
            assert_eq!(page(&index, link), expected, "{link}");
        }
        for link in [
            "../a.md",
            "api/../../a.md",
            "api/../a.md",
            "/../a.md",
            "//host.example/a.md",
            "http://127.0.0.1:1/a.md",
            "https://docs.example/a.md",
            "file:///etc/a.md",
            "a.txt",
            "a\u{0}.md",
        ] {
            assert_eq!(page(&index, link), None, "{link}");
        }
    }

    #[test]
    fn links_of_an_index_stay_on_its_server() {
        let index = SourceLocation::Url("https://docs.example:8443/a/llms.txt".to_owned());
        for (link, expected) in [
            ("b.md", "https://docs.example:8443/a/b.md"),
            ("../../b.md", "https://docs.example:8443/b.md"),
            (
                "https://DOCS.example:8443/b.md",
                "https://docs.example:8443/b.md",
            ),
        ] {
            let expected = Some(SourceLocation::Url(expected.to_owned()));
            assert_eq!(page(&index, link), expected, "{link}");
        }
        for link in [
            "https://docs.example/b.md",
            "http://docs.example:8443/b.md",
            "https://docs.example:8444/b.md",
            "https://docs.example:8443@evil.example/b.md",
            "https://docs.example.evil.example:8443/b.md",
            "//evil.example/b.md",
            "file:///etc/b.md",
        ] {
            assert_eq!(page(&index, link), None, "{link}");
        }
    }

    #[test]
    fn lists_each_page_once_in_link_order() {
        let index = SourceLocation::Url("https://docs.example/llms.txt".to_owned());
        let links = ["b.md", "a.md", "b.md#part", "c.json", "/a.md"].map(str::to_owned);
        let mut not_followed = Vec::new();
        let found = pages(&index, &links, &mut not_followed).ok();
        let expected = ["https://docs.example/b.md", "https://docs.example/a.md"];
        let expected = expected.map(|url| SourceLocation::Url(url.to_owned()));
        assert_eq!(found, Some(expected.to_vec()));
        assert_eq!(not_followed, ["c.json"]);
    }

    /// Returns a link of parts that have a meaning in a path or a URL.
    fn link() -> impl Strategy<Value = String> {
        let start = prop::sample::select(vec![
            "", "", "/", "//", "\\\\", "C:", "file://", "http://", "https://", "HTTPS://", "https:",
        ]);
        let segment = prop::sample::select(vec![
            "..",
            "..",
            ".",
            "a",
            "é",
            " ",
            "~",
            "%2e%2e",
            "%2F",
            "#",
            "?",
            "docs.example:8443",
            "DOCS.example:8443",
            "docs.example",
            "docs.example:8443@evil.example",
            "evil.example:8443",
        ]);
        let separator = prop::sample::select(vec!["/", "/", "/", "//", "\\", ""]);
        let steps = prop::collection::vec((segment, separator), 0..5);
        (start, steps).prop_map(|(start, steps)| {
            let steps = steps.into_iter().flat_map(|(one, other)| [one, other]);
            let steps: String = steps.collect();
            format!("{start}{steps}a.md")
        })
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn rejects_links_out_of_the_documentation(link in link()) {
            let index = SourceLocation::File(PathBuf::from("/docs/llms.txt"));
            if let Some(SourceLocation::File(path)) = page(&index, &link) {
                let below = path.strip_prefix("/docs").expect("it is below the folder");
                let stays = |it: Component<'_>| matches!(it, Component::Normal(_) | Component::CurDir);
                prop_assert!(below.components().all(stays), "{path:?}");
            }
            let index = SourceLocation::Url("https://docs.example:8443/a/llms.txt".to_owned());
            if let Some(SourceLocation::Url(url)) = page(&index, &link) {
                let uri: Uri = url.parse().expect("its origin was read");
                let host = uri.host().map(str::to_lowercase);
                prop_assert_eq!(uri.scheme_str(), Some("https"));
                prop_assert_eq!(host.as_deref(), Some("docs.example"));
                prop_assert_eq!(uri.port_u16(), Some(8443));
            }
        }
    }
}
