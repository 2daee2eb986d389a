//! Selection of the links to keep.

use std::fmt::Write as _;

use pulldown_cmark::LinkType;

/// Returns the URL of a link to a web page or a mail address, with all characters percent-encoded that URLs do
/// not allow. Returns `None` for any other link.
pub(super) fn address(url: &str, link_type: LinkType) -> Option<String> {
    let starts = |scheme: &str| {
        let start = url.get(..scheme.len());
        start.is_some_and(|start| start.eq_ignore_ascii_case(scheme))
    };
    let mail = if link_type == LinkType::Email {
        Some(url)
    } else if starts("mailto:") {
        url.get("mailto:".len()..)
    } else {
        None
    };
    if let Some(mail) = mail {
        // rustdoc mistakes a host without a dot for the name of a Rust item.
        let (_, host) = mail.split('?').next()?.rsplit_once('@')?;
        let host = host.contains('.');
        return host.then(|| format!("mailto:{}", percent_encoded(mail)));
    }
    ["http://", "https://"].iter().find_map(|scheme| {
        let rest = starts(scheme).then(|| &url[scheme.len()..])?;
        (!rest.is_empty()).then(|| format!("{scheme}{}", percent_encoded(rest)))
    })
}

fn percent_encoded(url: &str) -> String {
    let mut encoded = String::with_capacity(url.len());
    for byte in url.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~:/?#@!$&'*+,;=%".contains(&byte) {
            encoded.push(char::from(byte));
        } else {
            let _infallible = write!(encoded, "%{byte:02X}");
        }
    }
    encoded
}
