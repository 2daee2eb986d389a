//! The doc comments of operations, from the document's prose: progenitor's repeat every parameter, and
//! link to a `Client` that is gone.

use syn::Attribute;

use crate::facade::Receiver;
use crate::operations::{Operation, Parameter, Part};

const ERRORS: &str = "# Errors\nEvery answer that is not a success, and every failure to get an \
                      answer, is an [`Error`](crate::Error), which says what happened and what to do.";

/// The doc comment of the function that lists the types' schemas.
pub(crate) const SCHEMAS: &str = "The JSON Schema of every generated type, by the type's name in \
[`types`].\n\n```\nfor (name, schema) in trackstar_api::schemas() {\n    println!(\"{name}: {}\", \
schema.as_value());\n}\n```";

/// The doc comment of an operation's method.
pub(crate) fn operation_method(operation: &Operation, pages: bool, example: &str) -> String {
    let Operation { method, path, .. } = operation;
    let said = [&operation.summary, &operation.description];
    let said = said.into_iter().flatten().map(|said| prose(said));
    let mut paragraphs: Vec<String> = said.filter(|said| !said.is_empty()).collect();
    if operation.deprecated {
        paragraphs.push("The document says that it is deprecated.".to_owned());
    }
    let listed = if pages {
        " A list in pages: `stream` has its items, `pages` its pages."
    } else {
        ""
    };
    paragraphs.extend([
        format!("Sends a `{method}` request to `{path}`.{listed}"),
        ERRORS.to_owned(),
        format!("# Example\n{example}"),
    ]);
    paragraphs.join("\n\n")
}

/// The prose of the document, in which nothing is an example to be run: rustdoc takes every block of
/// code for one that names no other language, and what is indented for a block.
pub(crate) fn prose(text: &str) -> String {
    let mut fence: Option<&str> = None;
    let mut lines: Vec<String> = Vec::new();
    for line in text.trim().lines() {
        let trimmed = line.trim_start();
        match (fence, fence_of(trimmed)) {
            (None, Some(opening)) => {
                fence = Some(opening);
                let language = trimmed[opening.len()..].trim();
                let shown = if language.is_empty() || language.starts_with("rust") {
                    "text"
                } else {
                    language
                };
                lines.push(format!("{opening}{shown}"));
            }
            (Some(opening), Some(closing))
                if closing.starts_with(opening) && closing.len() == trimmed.trim_end().len() =>
            {
                fence = None;
                lines.push(closing.to_owned());
            }
            (None, None) if line.starts_with("    ") || line.starts_with('\t') => {
                lines.push(format!("   {trimmed}"));
            }
            _ => lines.push(line.to_owned()),
        }
    }
    lines.extend(fence.map(str::to_owned));
    lines.join("\n")
}

/// The marks at the start of a line that open or close a block of code.
fn fence_of(line: &str) -> Option<&str> {
    let mark = line.chars().next().filter(|mark| "`~".contains(*mark))?;
    let rest = line.trim_start_matches(mark);
    let fence = &line[..line.len() - rest.len()];
    (fence.len() >= 3).then_some(fence)
}

/// The doc comment of a builder.
pub(crate) fn builder(receiver: Receiver, method: &syn::Ident) -> String {
    let name = receiver.name();
    format!("The call of [`{name}::{method}`](crate::{name}::{method}).")
}

/// The doc comment of a parameter's setter.
pub(crate) fn parameter(parameter: &Parameter) -> String {
    let (place, _) = parameter.place.names();
    let required = if parameter.required { ", required" } else { "" };
    let list = if parameter.commas {
        " A value of a list holds no comma."
    } else {
        ""
    };
    let described = prose(parameter.description.as_deref().unwrap_or_default());
    let name = &parameter.name;
    format!("{described}\n\nThe {place} parameter `{name}`{required}.{list}")
        .trim_start()
        .to_owned()
}

/// The doc comment of the setter of one part of a body.
pub(crate) fn part(part: &Part) -> String {
    let described = prose(part.description.as_deref().unwrap_or_default());
    let required = if part.required { ", required" } else { "" };
    let again = if part.list {
        " Call it once for each."
    } else {
        ""
    };
    let name = &part.name;
    format!("{described}\n\nThe part `{name}` of the body{required}.{again}")
        .trim_start()
        .to_owned()
}

/// The doc comments among `attributes`.
pub(crate) fn of(attributes: &[Attribute]) -> Vec<&Attribute> {
    attributes
        .iter()
        .filter(|one| one.path().is_ident("doc"))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::prose;

    #[test]
    fn no_code_in_the_documents_prose_is_run_as_an_example() {
        for (said, written) in [
            (" One line. ", "One line."),
            ("a\n\n    indented();\n\tb", "a\n\n   indented();\n   b"),
            ("```\nx\n```\nafter", "```text\nx\n```\nafter"),
            ("```rust\nx\n```", "```text\nx\n```"),
            ("  ~~~\n    x\n  ~~~", "~~~text\n    x\n~~~"),
            ("```json\n{}\n```", "```json\n{}\n```"),
            ("```\nnever closed", "```text\nnever closed\n```"),
            ("````rust\n```\nx\n````\ny", "````text\n```\nx\n````\ny"),
        ] {
            assert_eq!(prose(said), written, "{said}");
        }
    }
}
