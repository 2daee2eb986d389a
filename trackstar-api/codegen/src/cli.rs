//! The table of subcommands for the command line (feature `cli` of the client).
//!
//! A table and no clap commands, because those of a large document are tens of thousands of calls,
//! each of them compiled.

mod fields;
mod flags;
mod template;

use std::collections::BTreeMap;

use heck::ToKebabCase as _;
use proc_macro2::TokenStream;
use quote::{ToTokens as _, quote};
use serde_json::Value;
use syn::{Item, Type};
use trackstar_openapi::model::{Part, PartType};

use crate::emit::Emitted;
use crate::outline::{Body, Outline, argument};
use crate::prose;
use crate::setters::part_type;
use fields::{Field, Texts};

/// Whether a flag must be given.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Need {
    Optional,
    Required,
    /// Required where the whole body is not given.
    UnlessBody,
}

/// The generated module `cli`.
pub(crate) fn module(all: &[Emitted<'_>], types: &[Item], document: &Value) -> TokenStream {
    let texts = Texts::of(types);
    let table = all.iter().map(|one| entry(one, types, &texts, document));
    quote! {
        /// The subcommands of the command line.
        #[doc(hidden)]
        pub mod cli {
            use super::types;
            use super::types::*;

            /// What the command line is made of.
            pub static PROGRAM: __rt::cli::Program = __rt::cli::Program::new(
                &[#(#table),*],
                &super::dynamic::TABLE,
                &super::mock::DOCUMENT,
            );
        }
    }
}

/// What the value of a flag becomes.
enum Written<'a> {
    /// By its place among the setters.
    Parameter(usize),
    Property(&'a Field, Need),
    Part(&'a Part),
}

fn entry(one: &Emitted<'_>, types: &[Item], texts: &Texts, document: &Value) -> TokenStream {
    let (gate, builder) = (one.gate(), &one.outline.builder);
    let name = one.outline.id.to_kebab_case();
    let about = option(about(one).as_deref().map(prose::plain));
    let properties = one
        .outline
        .body_name()
        .map_or_else(Vec::new, |body| fields::of(types, &body));
    let (mut names, mut flags) = (flags::Names::default(), Vec::new());
    let (sorted, rest) = in_order(one.outline, &properties, texts);
    for (name, flag) in sorted {
        let kind = match flag {
            Written::Parameter(_) => "param",
            Written::Property(..) | Written::Part(_) => "body",
        };
        names.push(kind, &name);
        flags.push(flag);
    }
    for field in rest {
        names.push("body", &field.wire.to_kebab_case());
        flags.push(Written::Property(field, Need::Optional));
    }
    for written in one.body_parts() {
        names.push("part", &written.name.to_kebab_case());
        flags.push(Written::Part(written));
    }
    let flags = flags.into_iter().zip(names.distinct());
    let flags = flags.map(|(flag, name)| match flag {
        Written::Parameter(index) => parameter(one, index, &name, types),
        Written::Property(field, need) => property(field, &name, need, types),
        Written::Part(written) => part(written, &name),
    });
    let body = body(one, document);
    quote! {
        #gate
        __rt::cli::table::Command {
            operation: &super::builder::#builder::OPERATION,
            name: #name,
            about: #about,
            flags: &[#(#flags),*],
            body: #body,
        }
    }
}

/// Summary and description.
fn about(one: &Emitted<'_>) -> Option<String> {
    let said = [&one.operation.summary, &one.operation.description];
    let said: Vec<&str> = said.into_iter().flatten().map(String::as_str).collect();
    (!said.is_empty()).then(|| said.join("\n\n"))
}

/// The flags by their names, and the properties that come behind them: what is no one text, and what is
/// called like a parameter.
fn in_order<'a>(
    outline: &Outline,
    properties: &'a [Field],
    texts: &Texts,
) -> (BTreeMap<String, Written<'a>>, Vec<&'a Field>) {
    let parameters = outline.parameters.iter().enumerate();
    let parameters = parameters.map(|(index, one)| {
        (
            one.setter.to_string().to_kebab_case(),
            Written::Parameter(index),
        )
    });
    let mut named: BTreeMap<String, Written<'a>> = parameters.collect();
    let mut rest = Vec::new();
    for field in properties {
        let name = field.name.to_string().to_kebab_case();
        if named.contains_key(&name) || !texts.contains(&field.ty) {
            rest.push(field);
            continue;
        }
        let need = if field.required {
            Need::UnlessBody
        } else {
            Need::Optional
        };
        named.insert(name, Written::Property(field, need));
    }
    (named, rest)
}

/// How the whole body is given.
fn body(one: &Emitted<'_>, document: &Value) -> TokenStream {
    match &one.outline.body {
        Some(Body::Raw) if one.is_text() => quote!(__rt::cli::table::Body::Text),
        Some(Body::Raw) => quote!(__rt::cli::table::Body::Bytes),
        Some(Body::Typed(_)) => {
            let body = one.operation.body.as_ref();
            let template = template::of(document, body.map(|body| &body.content));
            quote!(__rt::cli::table::Body::Json { template: #template })
        }
        _ => quote!(__rt::cli::table::Body::None),
    }
}

fn parameter(one: &Emitted<'_>, index: usize, name: &str, types: &[Item]) -> TokenStream {
    let setter = &one.setters[index];
    let parameter = &setter.parameter;
    let place = crate::names::pascal(parameter.location.name());
    let help = parameter.description.as_deref();
    emit(&Emit {
        name,
        help: help.filter(|help| !help.trim().is_empty()),
        need: if parameter.required {
            Need::Required
        } else {
            Need::Optional
        },
        ty: &setter.ty,
        wire: &parameter.name,
        goes: quote!(__rt::cli::table::Goes::Parameter(__rt::Place::#place)),
        secret: setter.secret,
        types,
    })
}

fn property(field: &Field, name: &str, need: Need, types: &[Item]) -> TokenStream {
    emit(&Emit {
        name,
        help: field.doc.as_deref(),
        need,
        ty: &field.ty,
        wire: &field.wire,
        goes: quote!(__rt::cli::table::Goes::Property),
        secret: false,
        types,
    })
}

fn part(part: &Part, name: &str) -> TokenStream {
    let need = if part.required {
        Need::Required
    } else {
        Need::Optional
    };
    let goes = if part.holds == PartType::Bytes {
        quote!(__rt::cli::table::Goes::File)
    } else {
        quote!(__rt::cli::table::Goes::Part)
    };
    let mut ty = part_type(part);
    if part.list {
        ty = syn::parse_quote!(::std::vec::Vec<#ty>);
    }
    emit(&Emit {
        name,
        help: part.description.as_deref(),
        need,
        ty: &ty,
        wire: &part.name,
        goes,
        secret: part.secret,
        types: &[],
    })
}

/// What is told of a flag.
struct Emit<'a> {
    name: &'a str,
    help: Option<&'a str>,
    need: Need,
    ty: &'a Type,
    wire: &'a str,
    goes: TokenStream,
    /// Whether it holds a secret that its type does not tell of.
    secret: bool,
    types: &'a [Item],
}

fn emit(flag: &Emit<'_>) -> TokenStream {
    let (name, wire, goes) = (flag.name, flag.wire, &flag.goes);
    let help = flag.help.map(prose::plain);
    let help = option(help.filter(|help| !help.is_empty()));
    let need = match flag.need {
        Need::Optional => quote!(Optional),
        Need::Required => quote!(Required),
        Need::UnlessBody => quote!(UnlessBody),
    };
    let item = argument(flag.ty, "Vec", 0);
    let list = item.is_some();
    let ty = item.unwrap_or(flag.ty);
    let values = fields::values(flag.types, ty);
    let secret = flag.secret || fields::is_secret(flag.types, ty);
    let plain = argument(ty, "Sensitive", 0).unwrap_or(ty);
    let shown = plain.to_token_stream().to_string();
    let kind = match shown.rsplit([':', ' ', '<']).next().unwrap_or_default() {
        "f64" | "f32" => quote!(Number),
        integer if integer.starts_with(['i', 'u']) && shown == integer => quote!(Integer),
        "bool" => quote!(Boolean),
        "DateTime" => quote!(Date),
        "String" | "Sensitive" => quote!(Text),
        _ if !values.is_empty() => quote!(Text),
        _ => quote!(Json),
    };
    quote! {
        __rt::cli::table::Flag {
            name: #name, help: #help, need: __rt::cli::table::Need::#need, list: #list, wire: #wire,
            goes: #goes, kind: __rt::cli::table::Kind::#kind,
            parse: __rt::cli::value::parse::<#ty>, values: &[#(#values),*], secret: #secret,
        }
    }
}

fn option(text: Option<String>) -> TokenStream {
    text.map_or_else(|| quote!(None), |text| quote!(Some(#text)))
}
