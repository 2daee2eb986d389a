use proptest::prelude::*;
use pulldown_cmark::{BrokenLink, CowStr, Event, Options, Parser, Tag, TagEnd};

use super::*;

#[test]
fn escapes_terminal_control_characters() {
    assert_eq!(
        visible("a\u{1b}[31m\u{9b}2J\u{7}\r\n\t\u{202e}\u{200b}\u{e0041}é"),
        r"a\u{1b}[31m\u{9b}2J\u{7}\r\n\t\u{202e}\u{200b}\u{e0041}é"
    );
    assert_eq!(visible("##[error]x ###[y"), r"##\[error]x ###\[y");
    for (text, expected) in [
        ("::error::a", r"\::error::a"),
        (" \u{a0}\u{3000}::a", " \u{a0}\u{3000}\\::a"),
        ("a\n::stop-commands::x", r"a\n::stop-commands::x"),
        ("\n::a", r"\n::a"),
        (":a::b", ":a::b"),
    ] {
        assert_eq!(visible(text), expected);
    }
}

#[test]
fn markdown_cells_escape_markup_and_mentions() {
    for (text, expected) in [
        (
            "a|b\n<script>`@who`",
            r"a\|b\\n&lt;script&gt;\`@&#8203;who\`",
        ),
        ("#123 a/b#4 GH-5", r"\#&#8203;123 a/b\#&#8203;4 GH-&#8203;5"),
        (
            "https://e.com www.e.com",
            "https:&#8203;//e.com www.&#8203;e.com",
        ),
        ("- a", r"\- a"),
        ("12. a", r"12\. a"),
        ("![a](b) $x$ &lt;", r"\!\[a\](b) \$x\$ &amp;lt;"),
    ] {
        assert_eq!(markdown(text), expected);
    }
}

#[test]
fn text_cannot_end_a_command_or_a_property() {
    assert_eq!(command("50%\r\n::error::x"), r"50%25\r\n::error::x");
    assert_eq!(property("a:b,c"), "a%3Ab%2Cc");
}

#[test]
fn escaped_json_is_equivalent() {
    let text = "\u{202e}\u{e0041}\u{7f}é\u{1b}##[x";
    let written = json(&serde_json::Value::from(text).to_string());
    assert_eq!(written, r#""\u202e\udb40\udc41\u007fé\u001b##\u005bx""#);
    assert_eq!(
        serde_json::from_str::<String>(&written).ok().as_deref(),
        Some(text)
    );
}

#[rustfmt::skip]
const PIECES: &[&str] = &[
    "`", "``", "```", "~~~", "*", "_", "**", "~~", "|", "\\", "\n", "\r\n", "\t", "    ", " ", "#", "# ", "- ",
    "+ ", "1. ", "1) ", "> ", "=", "---", "[", "]", "(", ")", "![", "](", "[a](https://e.com)", "<b>", "</b>",
    "<!--", "<script>", "<https://e.com>", "<a@e.com>", "&lt;", "&#64;", "&commat;", "@user", "@org/team", "#1",
    "a/b#2", "GH-3", "https://e.com/", "http://", "www.e.com", "mailto:a@e.com", "$", "$$", "%", "%0A", "::",
    "::error::", "::set-output name=a::", "##[error]", "\u{1b}[31m", "\u{9b}", "\u{202e}", "\u{2066}",
    "\u{200b}", "\u{feff}", "\u{2028}", "\u{e0041}", "\0", "\u{7f}", ":", ",", "a", "é", "gh-", "{", "}", "!",
];

fn texts() -> impl Strategy<Value = String> {
    let pieces = prop::collection::vec(prop::sample::select(PIECES), 0..16);
    pieces.prop_map(|pieces| pieces.concat())
}

fn events(markdown: &str) -> Vec<Event<'_>> {
    let options = Options::all() - Options::ENABLE_SMART_PUNCTUATION;
    let name = |_: BrokenLink<'_>| Some((CowStr::from("link"), CowStr::from("")));
    Parser::new_with_broken_link_callback(markdown, options, Some(name)).collect()
}

/// Returns the visible text of Markdown without code.
fn words(events: &[Event<'_>]) -> String {
    let words = events.iter().filter_map(|event| match event {
        Event::Text(text) => Some(text.as_ref()),
        Event::End(TagEnd::TableCell | TagEnd::Item) => Some("\n"),
        _ => None,
    });
    words.collect()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1024, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn terminal_text_is_one_line_without_hidden_characters(text in texts()) {
        let written = visible(&text);
        prop_assert!(!written.contains(is_hidden), "{:?}", written);
        prop_assert!(!written.contains("##["));
        prop_assert!(!written.trim_start().starts_with("::"), "{:?}", written);
        prop_assert_eq!(visible(&written), written);
    }

    #[test]
    fn markdown_text_is_read_as_text(text in texts()) {
        let written = format!("| a | b |\n| --- | --- |\n| {} | end |\n\n- note: {}\n", markdown(&text), markdown(&text));
        let events = events(&written);
        let cells = events.iter().filter(|it| matches!(it, Event::Start(Tag::TableCell))).count();
        prop_assert_eq!(cells, 4, "{:?}", written);
        for event in &events {
            let sound = matches!(
                event,
                Event::Text(_) | Event::End(_) | Event::Start(
                    Tag::Table(_) | Tag::TableHead | Tag::TableRow | Tag::TableCell | Tag::List(None) | Tag::Item
                )
            );
            prop_assert!(sound, "{:?} of {:?}", event, written);
        }
        // GitHub finds mentions and links in text with resolved entities.
        let words = words(&events).to_lowercase();
        for (at, sign) in words.match_indices(['@', '#']) {
            let next = words[at + 1..].chars().next();
            let linked = next.is_some_and(|it| it.is_ascii_digit() || sign == "@" && it.is_ascii_alphanumeric());
            prop_assert!(!linked, "{:?}", words);
        }
        for link in ["://", "www.e", "gh-1", "gh-3", "mailto:a"] {
            prop_assert!(!words.contains(link), "{:?}", words);
        }
    }

    #[test]
    fn markdown_code_is_read_as_code(lines in prop::collection::vec(texts(), 1..4)) {
        let lines: Vec<String> = lines.iter().map(|line| format!("+ {}", visible(line))).collect();
        let written = format!("{}\n\n{}", code_span(&lines[0]), code_block("diff", &lines));
        let events = events(&written);
        let code = lines.join("\n") + "\n";
        let texts: String = words(&events);
        prop_assert_eq!(texts, code, "{:?}", written);
        let spans = events.iter().filter(|it| matches!(it, Event::Code(_))).count();
        prop_assert_eq!(spans, 1);
        let html = |it: &Event<'_>| matches!(it, Event::Html(_) | Event::InlineHtml(_));
        let link = |it: &Event<'_>| matches!(it, Event::Start(Tag::Link { .. }));
        prop_assert!(!events.iter().any(|it| html(it) || link(it)));
    }

    #[test]
    fn commands_are_one_line_and_round_trip(text in texts(), title in texts()) {
        let written = format!("::notice title={}::{}", property(&title), command(&text));
        prop_assert!(!written.contains(is_hidden), "{:?}", written);
        prop_assert!(!written.contains("##["));
        // Reads the command as the runner does.
        let (properties, message) = written["::notice ".len()..].split_once("::").expect("a message");
        let unescaped = |text: &str| text.replace("%0D", "\r").replace("%0A", "\n").replace("%25", "%");
        prop_assert_eq!(unescaped(message), visible(&text));
        let (name, value) = properties.split_once('=').expect("a property");
        prop_assert_eq!(name, "title");
        prop_assert!(!value.contains(','));
        let value = value.replace("%3A", ":").replace("%2C", ",");
        prop_assert_eq!(unescaped(&value), visible(&title));
    }

    #[test]
    fn json_without_hidden_characters_is_equivalent(text in texts()) {
        let value = serde_json::json!({ text.clone(): [text] });
        let written = json(&format!("{value:#}"));
        prop_assert!(!written.chars().any(|it| it != '\n' && is_hidden(it)), "{:?}", written);
        prop_assert_eq!(serde_json::from_str::<serde_json::Value>(&written).ok(), Some(value));
    }
}
