//! Verifies that Markdown is safe when rustdoc parses it.

use pulldown_cmark::{BrokenLink, CodeBlockKind, CowStr, Event, LinkType, Options, Parser, Tag};

use super::characters;

/// Returns true if all elements that rustdoc would find are safe. Code blocks must have the label `text`, and
/// links must lead to web pages or mail addresses. HTML, images and names that rustdoc would resolve to items
/// are not allowed.
pub(super) fn is_safe(text: &str) -> bool {
    let seen = |character: char| character == '\n' || !characters::is_invisible(character);
    // rustdoc renders doc comments with extensions, but collects doctests without them.
    let all = Options::ENABLE_TABLES
        | Options::ENABLE_FOOTNOTES
        | Options::ENABLE_STRIKETHROUGH
        | Options::ENABLE_TASKLISTS
        | Options::ENABLE_SMART_PUNCTUATION;
    text.chars().all(seen)
        && [all, Options::empty()].into_iter().all(|options| {
            // rustdoc treats any text in brackets as a link if it could be the name of an item.
            let name = |_: BrokenLink<'_>| Some((CowStr::from("item"), CowStr::from("")));
            let events = Parser::new_with_broken_link_callback(text, options, Some(name));
            let mut events = events.into_iter();
            events.all(|event| is_safe_event(&event))
        })
}

fn is_safe_event(event: &Event<'_>) -> bool {
    match event {
        Event::Start(Tag::CodeBlock(CodeBlockKind::Fenced(label))) => &**label == "text",
        Event::Start(
            Tag::CodeBlock(CodeBlockKind::Indented)
            | Tag::HtmlBlock
            | Tag::Image { .. }
            | Tag::FootnoteDefinition(_),
        )
        | Event::Html(_)
        | Event::InlineHtml(_)
        | Event::FootnoteReference(_)
        | Event::TaskListMarker(_) => false,
        Event::Start(Tag::Link {
            link_type,
            dest_url,
            ..
        }) => {
            let schemes = ["http://", "https://", "mailto:"];
            let known = schemes.iter().any(|scheme| dest_url.starts_with(scheme));
            known && matches!(link_type, LinkType::Inline | LinkType::Autolink)
        }
        _ => true,
    }
}
