//! Property tests on random texts of Markdown syntax.

use proptest::prelude::*;
use pulldown_cmark::{BrokenLink, CodeBlockKind, CowStr, Event, Options, Parser, Tag};

use super::super::{code, markdown, words};
use super::pieces::texts;

/// Returns a construct in the Markdown that rustdoc must not find in text from a document, if any.
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

proptest! {
    #![proptest_config(ProptestConfig { cases: 1024, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn arbitrary_prose_yields_no_code_html_or_images(text in texts()) {
        let written = markdown(&text);
        prop_assert_eq!(problem(&written), None, "{:?} became {:?}", text, written);
        prop_assert_eq!(&markdown(&written), &written, "not stable: {:?}", text);
    }

    #[test]
    fn arbitrary_names_yield_no_markup(text in texts()) {
        let written = format!("The parameter {}, of {}.", code(&text), words(&text));
        prop_assert_eq!(problem(&written), None, "{:?} became {:?}", text, written);
        prop_assert_eq!(written.lines().count(), 1);
    }
}
