//! The links that are kept.

use std::fmt::Write as _;

use pulldown_cmark::LinkType;

/// Returns the address of a link that is one of a web page or of mail, with every other character than
/// those of addresses escaped.
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
        // rustdoc takes a name without a dot for one of Rust.
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
