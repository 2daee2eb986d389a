//! Texts of a document stay texts in every format of a report.

use proptest::prelude::*;
use pulldown_cmark::{Event, Options, Parser, Tag};
use serde_json::{Value, json};
use trackstar_drift::{Format, Report, Scope, compare, texts, visible};

#[rustfmt::skip]
const PIECES: &[&str] = &[
    "`", "```", "~~~", "*", "_", "|", "\\", "\n", "\r\n", "\t", "    ", " ", "# ", "- ", "1. ", "> ", "[", "]",
    "(", ")", "![", "](", "[a](https://e.com)", "<b>", "<!--", "<script>", "<https://e.com>", "&lt;", "&#64;",
    "@user", "#1", "GH-3", "https://e.com/", "www.e.com", "$", "%", "%0A", "::", "\n::error::x", "\r::error::x",
    "##[error]", "\u{1b}[31m", "\u{202e}", "\u{2066}", "\u{200b}", "\u{feff}", "\u{2028}", "\u{e0041}", "\0",
    "\u{7f}", ":", ",", "a", "é", "+++", "---", "===", "</details>", "<summary>", "</style>", "</pre>", "'", "\"",
    "<section>", "\" onclick=\"x",
];

fn text() -> impl Strategy<Value = String> {
    let pieces = prop::collection::vec(prop::sample::select(PIECES), 1..12);
    pieces.prop_map(|pieces| pieces.concat())
}

/// Returns a report on two documents with `before` and `after` at every place for text.
fn report(name: &str, before: &str, after: &str) -> Report {
    let document = |text: &str, ty: &str| {
        json!({
            "openapi": "3.1.0", "info": {"title": text, "version": "1"},
            "paths": {format!("/{name}"): {"get": {
                "summary": text, "description": text,
                "parameters": [{"in": "query", "name": format!("q{name}"), "schema": {"type": ty}}],
                "responses": {"200": {"description": text, "content": {"application/json": {
                    "schema": {"type": "object", "title": text, "required": [format!("a{text}")],
                        "properties": {
                            format!("a{text}"): {"type": "string"},
                            format!("b{name}"): {"type": "string", "enum": [text], "example": [text]},
                        }},
                }}}},
            }}},
            "components": {"schemas": {}},
        })
    };
    let (base, revision) = (document(before, "string"), document(after, "integer"));
    let mut report = Report::new(compare(&base, &revision, &Scope::All).expect("documents"));
    report.add_texts(texts(&base, &revision, &Scope::All));
    report.note(after);
    report
}

fn is_hidden(it: char) -> bool {
    it.is_control() && it != '\n'
        || "\u{200b}\u{2028}\u{202e}\u{2066}\u{feff}\u{e0041}".contains(it)
}

/// Returns the number of tags of a page, or the first text that is not one of its tags.
fn tags(page: &str) -> Result<usize, String> {
    #[rustfmt::skip]
    let names = [
        "!doctype", "a", "body", "code", "del", "details", "div", "h1", "h2", "h3", "head", "header", "html", "ins",
        "li", "main", "meta", "nav", "p", "pre", "section", "span", "style", "summary", "title", "ul",
    ];
    let mut count = 0;
    for part in page.split('<').skip(1) {
        let (tag, text) = part.split_once('>').ok_or(part)?;
        let name = tag
            .trim_start_matches('/')
            .split(' ')
            .next()
            .unwrap_or_default();
        // The style contains no `>`.
        if !names.contains(&name) || tag.contains(" on") || text.contains('>') {
            return Err(part.to_owned());
        }
        count += 1;
    }
    Ok(count)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 256, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn terminal_output_contains_no_commands(name in text(), before in text(), after in text(), full: bool) {
        let mut report = report(&name, &before, &after);
        if full {
            report.show_in_full();
        }
        for written in [report.write(Format::Text), report.write_texts()] {
            prop_assert!(!written.contains(is_hidden), "{:?}", written);
            prop_assert!(!written.contains("##["), "{:?}", written);
            prop_assert!(!written.lines().any(|line| line.trim_start().starts_with("::")), "{:?}", written);
        }
        let colored = report.write(Format::ColoredText);
        let plain = ["1", "2", "31", "32", "33", "0"].iter().fold(colored, |text, code| {
            text.replace(&format!("\u{1b}[{code}m"), "")
        });
        prop_assert_eq!(plain, report.write(Format::Text));
    }

    #[test]
    fn markdown_has_no_html_link_or_image(name in text(), before in text(), after in text()) {
        let written = report(&name, &before, &after).write(Format::Markdown);
        prop_assert!(!written.contains(is_hidden), "{:?}", written);
        let mut shown = String::new();
        for event in Parser::new_ext(&written, Options::all() - Options::ENABLE_SMART_PUNCTUATION) {
            let sound = match &event {
                Event::Start(tag) => matches!(
                    tag,
                    Tag::Paragraph | Tag::Heading { .. } | Tag::Strong | Tag::CodeBlock(_) | Tag::List(None)
                        | Tag::Item | Tag::Table(_) | Tag::TableHead | Tag::TableRow | Tag::TableCell
                ),
                Event::Text(text) => {
                    shown.push_str(text);
                    true
                }
                Event::End(_) | Event::Code(_) | Event::SoftBreak => true,
                _ => false,
            };
            prop_assert!(sound, "{:?} of {}", event, written);
        }
        // Code shows the complete text.
        let first = after.lines().next().unwrap_or_default();
        let added = format!("+ {first}");
        if added.trim_end().len() == added.len() && !added.contains(is_hidden) && !added.contains("##[") {
            let line = format!("+ {}", visible(&added[2..]));
            // A line that the text had before isn't added.
            let had = before.lines().any(|line| line == first);
            prop_assert!(had || shown.contains(&line), "{:?} is not in {:?}", line, shown);
        }
    }

    #[test]
    fn html_contains_no_tags_of_a_document(name in text(), before in text(), after in text(), full: bool) {
        let page = |text: &dyn Fn(&str) -> String| {
            let mut report = report(&text(&name), &text(&before), &text(&after));
            if full {
                report.show_in_full();
            }
            report.write(Format::Html)
        };
        let written = page(&str::to_owned);
        prop_assert!(!written.contains(is_hidden), "{:?}", written);
        let count = tags(&written);
        prop_assert!(count.is_ok(), "{:?} in {}", count, written);
        // Without any `<` in the documents, the page has as many tags.
        let plain = page(&|text| text.replace('<', "(").replace('>', ")").replace('"', "~").replace('\'', "^"));
        prop_assert_eq!(count, tags(&plain), "{}", written);
    }

    #[test]
    fn github_output_has_one_command_per_line(name in text(), before in text(), after in text()) {
        let report = report(&name, &before, &after);
        let written = report.write(Format::Github);
        prop_assert!(!written.contains(is_hidden), "{:?}", written);
        for line in written.lines() {
            let command = ["::error title=", "::warning title=", "::notice title="];
            let rest = command.iter().find_map(|command| line.strip_prefix(command));
            let (title, _) = rest.and_then(|rest| rest.split_once("::")).expect("a message");
            let sound = title.chars().all(|it| it.is_ascii_alphanumeric() || it == '-' || it == ' ');
            prop_assert!(sound, "{:?}", line);
        }
    }

    #[test]
    fn json_round_trips(name in text(), before in text(), after in text()) {
        let written = report(&name, &before, &after).write(Format::Json);
        prop_assert!(!written.contains(is_hidden), "{:?}", written);
        let read: Value = serde_json::from_str(&written).expect("JSON");
        prop_assert_eq!(&read["notes"][0], &json!(after));
    }
}
