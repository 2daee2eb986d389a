//! Whether Markdown is safe, as rustdoc would read it.

use pulldown_cmark::{BrokenLink, CodeBlockKind, CowStr, Event, LinkType, Options, Parser, Tag};

use super::characters;

/// Returns true if rustdoc would find no code but `text`, no HTML, no image, no link but to web pages and
/// mail addresses, and no name to link to.
pub(super) fn is_safe(text: &str) -> bool {
    let seen = |character: char| character == '\n' || !characters::is_invisible(character);
    // rustdoc shows doc comments with the extensions, and looks for code to run without them.
    let all = Options::ENABLE_TABLES
        | Options::ENABLE_FOOTNOTES
        | Options::ENABLE_STRIKETHROUGH
        | Options::ENABLE_TASKLISTS
        | Options::ENABLE_SMART_PUNCTUATION;
    text.chars().all(seen)
        && [all, Options::empty()].into_iter().all(|options| {
            // Every bracket that could be the name of an item is a link for rustdoc.
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
