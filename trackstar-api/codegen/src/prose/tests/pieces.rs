//! A strategy that generates random texts for the tests of this crate.

use proptest::prelude::*;

/// Fragments that affect Markdown parsers, individually or in combination.
#[rustfmt::skip]
const PIECES: &[&str] = &[
    "```", "````", "~~~", "~~~~", "```rust", "```should_panic", "~~~edition2021", "```ignore",
    "```standalone_crate", "```{.rust}", "```text", "```compile_fail,E0277", "`", "``", "*", "**", "***",
    "_", "__", "~", "~~", "#", "## ", "- ", "+ ", "* ", "1. ", "7) ", "> ", ">", "    ", "\t", " ", "  ",
    "\n", "\n\n", "\r", "\r\n", "\\", "\\\n", "|", "| a | b |\n|---|:-:|\n| c | d |", "---", "===",
    "- - -", "[", "]", "(", ")", "![", "](", "[a](https://e.com)", "[a](javascript:x)", "<javascript:x>",
    "<https://e.com/a|b>", "<a@e.com>", "[Error]", "[`Error`]", "[a][b]", "\n[b]: https://e.com\n",
    "\n[b]: javascript:x\n", "[^1]", "\n[^1]: note\n", "<b>", "</b>", "<br>", "<!--", "-->", "<script>",
    "<details>\n\n", "<pre>", "<?", "<![CDATA[", "]]>", "&#10;", "&#32;", "&#96;", "&lt;", "&amp;",
    "&#x202e;", "&#35;", "&Tab;", "&NewLine;", "\u{202e}", "\u{2066}", "\u{200b}", "\u{a0}", "\u{feff}",
    "\u{1b}[31m", "\0", "- [ ] ", "!", "=", ":", "fn main() {}", "std::fs::write(\"x\", \"x\");", "a",
    "word", "1", ".", "é", "\u{301}", "{", "}", "$", "\"", "'", "--", "...",
];

fn pieces() -> impl Strategy<Value = String> {
    prop::sample::select(PIECES).prop_map(str::to_owned)
}

/// Nests the lines of a text in quotations, list items or indentation.
fn nested(text: &str, prefixes: &[&str]) -> String {
    prefixes.iter().fold(text.to_owned(), |text, prefix| {
        let lines = text.split('\n').enumerate().map(|(index, line)| {
            let item = prefix.starts_with(['-', '1']);
            let prefix = if item && index > 0 {
                " ".repeat(prefix.len())
            } else {
                (*prefix).to_owned()
            };
            format!("{prefix}{line}")
        });
        lines.collect::<Vec<_>>().join("\n")
    })
}

pub(crate) fn texts() -> impl Strategy<Value = String> {
    let prefix = prop::sample::select(vec!["> ", "- ", "1. ", "   ", "    ", "\t", ">"]);
    let part = (
        prop::collection::vec(pieces(), 0..10),
        prop::collection::vec(prefix, 0..3),
    );
    let part = part.prop_map(|(pieces, prefixes)| nested(&pieces.concat(), &prefixes));
    prop::collection::vec(part, 1..5).prop_map(|parts| parts.join("\n"))
}
