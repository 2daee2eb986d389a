//! The outcome of a verb, and the text of its problems.

/// The result of a verb that worked. A failure of the tool is an `Err`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Outcome {
    Well,
    NeedsAttention,
    /// A client does not conform to its document.
    FallsShort,
}

/// Returns the text with hidden characters made visible, because names and texts of documents are in it.
/// Each problem is one line, so the only line breaks are those between problems.
pub(crate) fn shown(text: &str) -> String {
    let lines: Vec<String> = text.lines().map(trackstar_drift::visible).collect();
    lines.join("\n")
}
