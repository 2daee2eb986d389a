//! The doc comments of the generated source: progenitor's repeat every parameter, and link to a `Client`
//! that is gone.
//!
//! [`Docs`] is the only way for text into a doc comment. Text of the document comes in by
//! [`crate::prose`], so that none of it is code, HTML or a link to an item.

use proc_macro2::TokenStream;
use quote::{ToTokens, TokenStreamExt as _};
use syn::{Attribute, Expr, Ident, Lit, Meta, parse_quote};
use trackstar_openapi::model::{Operation, Parameter, ParameterLocation, Part};

use crate::emit::Setter;
use crate::facade::Receiver;
use crate::outline::argument;
use crate::prose;

const ERRORS: &str = "# Errors\nReturns an [`Error`](__rt::Error) if the call is invalid, if the API rejects it, or if \
                      no usable response arrives. For a write, check `outcome_unknown()` before you repeat it.";

/// The doc comment of the function that lists the types' schemas, with an example for the client's own.
pub(crate) fn schemas(of_client: bool) -> Docs {
    let docs =
        Docs::ours("Returns the JSON Schema of every generated type, by its name in [`types`].");
    let example = "```\nfor (name, schema) in trackstar_api::schemas() {\n    \
                   println!(\"{name}: {}\", schema.as_value());\n}\n```";
    if of_client {
        docs.and_ours(example)
    } else {
        docs
    }
}

/// A doc comment.
#[derive(Clone, Debug, Default)]
pub(crate) struct Docs {
    paragraphs: Vec<String>,
}

/// A part of a sentence.
#[derive(Clone, Debug)]
pub(crate) struct Words(String);

impl Words {
    /// Words of ours.
    pub(crate) fn ours(text: &'static str) -> Self {
        Self(text.to_owned())
    }

    /// A name or a path of the document, as code.
    pub(crate) fn code(text: &str) -> Self {
        Self(prose::code(text))
    }

    /// Words of the document without any markup, in brackets if there are some.
    fn in_brackets(text: &str) -> Self {
        let words = prose::words(text);
        let shown = (!words.is_empty()).then(|| format!(" ({words})"));
        Self(shown.unwrap_or_default())
    }

    /// A name of the generated source, for a link.
    pub(crate) fn name(name: &Ident) -> Self {
        Self(name.to_string())
    }
}

impl Docs {
    /// Text of ours.
    pub(crate) fn ours(text: &'static str) -> Self {
        Self::default().and_ours(text)
    }

    /// Markdown of the document.
    pub(crate) fn of_document(text: &str) -> Self {
        Self::default().and_of_document(Some(text))
    }

    /// A sentence of ours, with a part in place of every `{}`.
    pub(crate) fn sentence<const N: usize>(template: &'static str, parts: [Words; N]) -> Self {
        Self::default().and_sentence(template, parts)
    }

    fn and_ours(self, text: &'static str) -> Self {
        self.and(text.to_owned())
    }

    fn and_of_document(self, text: Option<&str>) -> Self {
        self.and(text.map(prose::markdown).unwrap_or_default())
    }

    fn and_sentence<const N: usize>(self, template: &'static str, parts: [Words; N]) -> Self {
        let mut parts = parts.into_iter();
        let mut pieces = template.split("{}");
        let mut sentence = pieces.next().unwrap_or_default().to_owned();
        for piece in pieces {
            sentence.extend(parts.next().map(|Words(part)| part));
            sentence.push_str(piece);
        }
        self.and(sentence)
    }

    /// Code for a method of ours: the only code in a doc comment that rustdoc may compile.
    fn and_example(self, example: &Example) -> Self {
        let Example { label, code } = example;
        self.and(format!("# Example\n```{label}\n{code}\n```"))
    }

    /// The description of a path parameter, which is an argument of the method.
    fn and_argument(self, setter: &Setter) -> Self {
        let text = setter.parameter.description.as_deref();
        let Docs { paragraphs } = parameter(setter);
        let [.., sentence] = &paragraphs[..] else {
            return self;
        };
        self.and(sentence.clone()).and_of_document(text)
    }

    fn and(mut self, paragraph: String) -> Self {
        if !paragraph.is_empty() {
            self.paragraphs.push(paragraph);
        }
        self
    }
}

impl Docs {
    /// The doc comment as attributes.
    pub(crate) fn attributes(&self) -> Vec<Attribute> {
        let text = self.paragraphs.join("\n\n");
        // In a comment of several lines, rustdoc takes asterisks at the start of each for a frame.
        let framed = text.lines().any(|it| it.trim_start().starts_with('*'));
        let texts: Vec<&str> = if framed {
            text.lines().collect()
        } else {
            (!text.is_empty())
                .then_some(text.as_str())
                .into_iter()
                .collect()
        };
        let texts = texts.into_iter();
        texts.map(|text| parse_quote!(#[doc = #text])).collect()
    }
}

impl ToTokens for Docs {
    fn to_tokens(&self, tokens: &mut TokenStream) {
        tokens.append_all(self.attributes());
    }
}

/// The example of a method, made of names of the generated source and of nothing else.
#[derive(Clone, Debug)]
pub(crate) struct Example {
    /// How rustdoc is to take the code.
    pub(crate) label: &'static str,
    pub(crate) code: String,
}

/// The doc comment of an operation's method.
pub(crate) fn operation_method(
    operation: &Operation,
    pages: bool,
    path: &[&Setter],
    example: &Example,
) -> Docs {
    let mut docs = Docs::default()
        .and_of_document(operation.summary.as_deref())
        .and_of_document(operation.description.as_deref());
    if operation.deprecated {
        docs = docs.and_ours("The document marks this operation as deprecated.");
    }
    let listed = if pages {
        " Returns a list: `stream` yields its items, and `pages` its pages."
    } else {
        ""
    };
    let [method, template] = request(operation);
    docs = docs.and_sentence(
        "Sends a {} request to {}{}.{}",
        [
            method,
            template,
            Words::in_brackets(&operation.tags.join(" / ")),
            Words::ours(listed),
        ],
    );
    for setter in path {
        docs = docs.and_argument(setter);
    }
    docs.and_ours(ERRORS).and_example(example)
}

/// The method and the path of an operation.
pub(crate) fn request(operation: &Operation) -> [Words; 2] {
    [Words::code(&operation.method), Words::code(&operation.path)]
}

/// The doc comment of a builder.
pub(crate) fn builder(receiver: Receiver, method: &Ident) -> Docs {
    let (name, method) = (Words::ours(receiver.name()), Words::name(method));
    Docs::sentence(
        "A call of [`{}::{}`](super::{}Operations::{}).",
        [name.clone(), method.clone(), name, method],
    )
}

/// The doc comment of a parameter's setter.
pub(crate) fn parameter(setter: &Setter) -> Docs {
    let Setter { ty, parameter, .. } = setter;
    let several = parameter.object || argument(ty, "Vec", 0).is_some();
    let list = if several { reserved(parameter) } else { "" };
    Docs::default()
        .and_of_document(parameter.description.as_deref())
        .and_sentence(
            "The {} parameter {}{}.{}",
            [
                Words::ours(parameter.location.name()),
                Words::code(&parameter.name),
                required(parameter.required),
                Words::ours(list),
            ],
        )
}

/// A sentence on the character that no value of a list or an object may hold.
fn reserved(parameter: &Parameter) -> &'static str {
    match (parameter.location, parameter.style.as_str()) {
        (ParameterLocation::Header, _) => " Its values must not contain a comma.",
        (_, "spaceDelimited") => " Its values must not contain a space.",
        (_, "pipeDelimited") => " Its values must not contain a vertical bar.",
        _ => "",
    }
}

/// The doc comment of the setter of one part of a body.
pub(crate) fn part(part: &Part) -> Docs {
    let again = if part.list {
        " Call it once for each value."
    } else {
        ""
    };
    Docs::default()
        .and_of_document(part.description.as_deref())
        .and_sentence(
            "The part {} of the body{}.{}",
            [
                Words::code(&part.name),
                required(part.required),
                Words::ours(again),
            ],
        )
}

fn required(required: bool) -> Words {
    Words::ours(if required { ", required" } else { "" })
}

/// The doc comment of an event: its name, and the first of the texts that there is.
pub(crate) fn event(name: &str, texts: [Option<&String>; 2]) -> Docs {
    let text = texts.into_iter().flatten().next();
    let text = text.map_or("", |text| text.as_str());
    // In one paragraph, where the text begins with one.
    Docs::of_document(&format!("{}. {text}", prose::code(name)))
}

/// The text of an attribute that is a doc comment.
pub(crate) fn text_of(attribute: &Attribute) -> Option<String> {
    if let Meta::NameValue(pair) = &attribute.meta
        && pair.path.is_ident("doc")
        && let Expr::Lit(literal) = &pair.value
        && let Lit::Str(text) = &literal.lit
    {
        return Some(text.value());
    }
    None
}

/// The doc comments among `attributes`.
pub(crate) fn of(attributes: &[Attribute]) -> Vec<&Attribute> {
    attributes
        .iter()
        .filter(|one| one.path().is_ident("doc"))
        .collect()
}
