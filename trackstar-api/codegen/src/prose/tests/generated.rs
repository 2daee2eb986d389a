//! What holds for every text, tried on texts made by chance of what means something to Markdown.

use proptest::prelude::*;
use pulldown_cmark::{BrokenLink, CodeBlockKind, CowStr, Event, Options, Parser, Tag};

use super::super::{code, markdown, plain, words};

/// Returns what rustdoc would find that no text of a document may bring in.
pub(super) fn problem(text: &str) -> Option<String> {
    let hidden =
        |it: char| it.is_control() && it != '\n' || "\u{202e}\u{2066}\u{200b}\u{feff}".contains(it);
    if text.contains(hidden) {
        return Some("an invisible character".to_owned());
    }
    for options in [Options::all(), Options::empty(), Options::ENABLE_TABLES] {
        let name =
            |link: BrokenLink<'_>| Some((link.reference.into_string().into(), CowStr::from("")));
        let events = Parser::new_with_broken_link_callback(text, options, Some(name));
        for event in events {
            let sound = match &event {
                Event::Start(Tag::CodeBlock(kind)) => {
                    matches!(kind, CodeBlockKind::Fenced(label) if &**label == "text")
                }
                Event::Start(Tag::Link { dest_url, .. }) => ["http://", "https://", "mailto:"]
                    .iter()
                    .any(|it| dest_url.starts_with(it)),
                Event::Start(Tag::Image { .. } | Tag::HtmlBlock | Tag::FootnoteDefinition(_))
                | Event::Html(_)
                | Event::InlineHtml(_)
                | Event::FootnoteReference(_) => false,
                _ => true,
            };
            if !sound {
                return Some(format!("{event:?}"));
            }
        }
    }
    None
}

/// Texts that mean something to Markdown, alone or beside each other.
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

/// The lines of a text within quotations, items and indentation.
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

fn texts() -> impl Strategy<Value = String> {
    let prefix = prop::sample::select(vec!["> ", "- ", "1. ", "   ", "    ", "\t", ">"]);
    let part = (
        prop::collection::vec(pieces(), 0..10),
        prop::collection::vec(prefix, 0..3),
    );
    let part = part.prop_map(|(pieces, prefixes)| nested(&pieces.concat(), &prefixes));
    prop::collection::vec(part, 1..5).prop_map(|parts| parts.join("\n"))
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1024, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn generated_prose_holds_no_code_html_image_or_other_link(text in texts()) {
        let written = markdown(&text);
        prop_assert_eq!(problem(&written), None, "{:?} became {:?}", text, written);
        prop_assert_eq!(&markdown(&written), &written, "not stable: {:?}", text);
    }

    #[test]
    fn generated_names_hold_no_markup(text in texts()) {
        let written = format!("The parameter {}, of {}.", code(&text), words(&text));
        prop_assert_eq!(problem(&written), None, "{:?} became {:?}", text, written);
        prop_assert_eq!(written.lines().count(), 1);
    }

    #[test]
    fn plain_text_is_the_same_before_and_after(text in texts()) {
        let written = plain(&text);
        let hidden = |it: char| it.is_control() && it != '\n' || "\u{202e}\u{2066}\u{200b}".contains(it);
        prop_assert!(!written.contains(hidden), "{:?}", written);
    }
}
