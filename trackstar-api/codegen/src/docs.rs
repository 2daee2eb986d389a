//! The doc comments of operations: progenitor writes examples that are ignored and links to a
//! `Client` that is gone.

use quote::ToTokens;
use syn::{Attribute, Expr, ExprLit, ImplItemFn, Lit, Meta, parse_quote};

use crate::facade::Receiver;
use crate::operations::{Parameter, Part};

const ERRORS: &str = "# Errors\nEvery answer that is not a success, and every failure to get an \
                      answer, is an [`Error`](crate::Error), which says what happened and what to do.";

/// The doc comment of the function that lists the types' schemas.
pub(crate) const SCHEMAS: &str = "The JSON Schema of every generated type, by the type's name in \
[`types`].\n\n```\nfor (name, schema) in trackstar_api::schemas() {\n    println!(\"{name}: {}\", \
schema.as_value());\n}\n```";

/// The doc comment of an operation's method. Its example is compiled where the operation takes no
/// arguments, and shows the arguments otherwise.
pub(crate) fn operation_method(method: &mut ImplItemFn, receiver: Receiver) {
    let variable = receiver.name().to_lowercase();
    for attribute in &mut method.attrs {
        let Some(text) = doc_text(attribute) else {
            continue;
        };
        let (prose, example) = match text.split_once("```ignore\n") {
            Some((prose, example)) => (prose, example.trim_end().trim_end_matches("```")),
            None => (text.as_str(), ""),
        };
        let lines: Vec<&str> = example.lines().map(str::trim).collect();
        let call = lines
            .concat()
            .replacen("client.", &format!("{variable}."), 1);
        let call = call.replace(".await;", ".await?;");
        let call = call.trim();
        let example = if lines.len() == 3 {
            format!(
                "```no_run\n# async fn example({variable}: &trackstar_api::{}) -> Result<(), \
                 trackstar_api::Error> {{\n{call}\n# Ok(())\n# }}\n```",
                receiver.name()
            )
        } else {
            format!("```ignore\n{call}\n```")
        };
        let text = format!("{}\n\n{ERRORS}\n\n# Example\n{example}", prose.trim_end());
        *attribute = parse_quote!(#[doc = #text]);
    }
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
    let described = parameter.description.as_deref().unwrap_or_default().trim();
    let name = &parameter.name;
    format!("{described}\n\nThe {place} parameter `{name}`{required}.{list}")
        .trim_start()
        .to_owned()
}

/// The doc comment of the setter of one part of a body.
pub(crate) fn part(part: &Part) -> String {
    let described = part.description.as_deref().unwrap_or_default().trim();
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

fn doc_text(attribute: &Attribute) -> Option<String> {
    let Meta::NameValue(pair) = &attribute.meta else {
        return None;
    };
    if !attribute.path().is_ident("doc") {
        return None;
    }
    match &pair.value {
        Expr::Lit(ExprLit {
            lit: Lit::Str(text),
            ..
        }) => Some(text.value()),
        other => Some(other.to_token_stream().to_string()),
    }
}
