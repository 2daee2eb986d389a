//! Detects the kind of a text by its content, because servers and file names are often wrong.

use anyhow::bail;

/// The kind of a text.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Content {
    /// A document in JSON or YAML.
    Document { json: bool },
    /// A page of the documentation, with the documents in its code fences.
    Page(Vec<String>),
    /// A list of such pages, as links.
    Index(Vec<String>),
}

pub(super) fn of(text: &str) -> anyhow::Result<Content> {
    let start = text.trim_start_matches('\u{feff}').trim_start();
    if start.starts_with(['{', '[', '<']) {
        // The parser reports a web page.
        return Ok(Content::Document {
            json: !start.starts_with('<'),
        });
    }
    let first_fence = text.lines().position(|line| fence(line).is_some());
    let is_document = text
        .lines()
        .take(first_fence.unwrap_or(usize::MAX))
        .any(|line| line.starts_with("openapi:") || line.starts_with("swagger:"));
    if is_document {
        return Ok(Content::Document { json: false });
    }
    let slices = slices(text)?;
    if !slices.is_empty() {
        return Ok(Content::Page(slices));
    }
    let links = links(text);
    if !links.is_empty() {
        return Ok(Content::Index(links));
    }
    if first_fence.is_some() {
        bail!("it is a page, and none of its fences holds an OpenAPI document; name another page");
    }
    Ok(Content::Document { json: false })
}

/// Returns the documents in the code fences of a Markdown page.
pub(super) fn slices(page: &str) -> anyhow::Result<Vec<String>> {
    let mut slices = Vec::new();
    let mut lines = page.lines().enumerate();
    while let Some((number, line)) = lines.next() {
        let Some((mark, length, info)) = fence(line) else {
            continue;
        };
        let mut text = String::new();
        loop {
            let Some((_, line)) = lines.next() else {
                bail!(
                    "the page is cut off: the fence that opens in line {} is not closed; fetch it \
                     again",
                    number + 1
                );
            };
            let closes = fence(line).is_some_and(|(closing, at_least, rest)| {
                closing == mark && at_least >= length && rest.is_empty()
            });
            if closes {
                break;
            }
            text.push_str(line);
            text.push('\n');
        }
        if is_slice(info, &text) {
            slices.push(text);
        }
    }
    Ok(slices)
}

/// Returns the character of a fence, its length, and the text after it.
fn fence(line: &str) -> Option<(char, usize, &str)> {
    let mark = line.chars().next().filter(|mark| "`~".contains(*mark))?;
    let rest = line.trim_start_matches(mark);
    let length = line.len() - rest.len();
    // In prose, backticks close on the line on which they open.
    (length >= 3 && !rest.contains('`')).then(|| (mark, length, rest.trim()))
}

/// Returns true if a fence contains a part of the document. Other fences can have the same language.
fn is_slice(info: &str, text: &str) -> bool {
    let language = info.split_whitespace().next().unwrap_or_default();
    match language.to_lowercase().as_str() {
        "yaml" | "yml" => text.lines().any(|line| line.starts_with("openapi:")),
        "json" => text.trim_start().starts_with('{') && text.contains("\"openapi\""),
        _ => false,
    }
}

/// Returns the links of an index, one per list entry.
fn links(text: &str) -> Vec<String> {
    let entries = text
        .lines()
        .map(str::trim_start)
        .filter(|line| line.starts_with("- [") || line.starts_with("* ["));
    let link = |line: &str| {
        let (_, rest) = line.split_once("](")?;
        let (link, _) = rest.split_once(')')?;
        let link = link.split_whitespace().next()?;
        Some(link.trim_matches(['<', '>']).to_owned())
    };
    entries.filter_map(link).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(text: &str) -> Result<Content, String> {
        of(text).map_err(|error| error.to_string())
    }

    #[test]
    fn detects_json_by_its_first_character() {
        let json = Ok(Content::Document { json: true });
        let yaml = Ok(Content::Document { json: false });
        assert_eq!(told("\u{feff} \n{\"openapi\": \"3.1.0\"}"), json);
        assert_eq!(told("info: {}\nopenapi: 3.1.0\n```\n"), yaml);
        assert_eq!(told("# a comment\n---\nopenapi: 3.1.0\n"), yaml);
        // The parser rejects other texts.
        assert_eq!(told("<!doctype html>"), yaml);
        assert_eq!(told("nothing"), yaml);
        assert_eq!(told(""), yaml);
    }

    #[test]
    fn detects_a_page_by_its_fenced_document() {
        let page = "# Delete\n\n```bash\nopenapi: no\n```\n\n````yaml delete /a\nopenapi: 3.1.0\n\
                    description: |\n  ```\n  a fence in prose\n  ```\n```\n````\n\n~~~json\n{\"openapi\": \"3.1.0\"}\n~~~\n";
        let yaml = "openapi: 3.1.0\ndescription: |\n  ```\n  a fence in prose\n  ```\n```\n";
        let json = "{\"openapi\": \"3.1.0\"}\n";
        assert_eq!(
            told(page),
            Ok(Content::Page(vec![yaml.to_owned(), json.to_owned()]))
        );
    }

    #[test]
    fn rejects_truncated_pages_and_pages_without_a_document() {
        assert_eq!(
            told("# Delete\n````yaml delete /a\nopenapi: 3.1.0\n```\n"),
            Err(
                "the page is cut off: the fence that opens in line 2 is not closed; fetch it again"
                    .to_owned()
            )
        );
        assert_eq!(
            told("# Prose\n```yaml\na: 1\n```\n"),
            Err(
                "it is a page, and none of its fences holds an OpenAPI document; name another page"
                    .to_owned()
            )
        );
    }

    #[test]
    fn detects_an_index_by_its_list_of_links() {
        let index = "# API\n\n> What it is, see [home](https://a.example).\n\n## Docs\n\n\
                     - [One](https://a.example/one.md): the first\n* [Two](<two.md> \"title\")\n- no link\n";
        assert_eq!(
            told(index),
            Ok(Content::Index(vec![
                "https://a.example/one.md".to_owned(),
                "two.md".to_owned()
            ]))
        );
    }
}
