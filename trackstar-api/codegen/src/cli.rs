//! The table of subcommands for the command line (feature `cli` of the client): what progenitor's
//! command line says of flags and types ([`read`]), brought together with where values go on the wire.
//!
//! A table and no clap commands, because those of a large document are tens of thousands of calls,
//! each of them compiled.

mod fields;
mod flags;
mod read;
mod template;

use std::collections::BTreeMap;

use heck::ToKebabCase as _;
use proc_macro2::TokenStream;
use quote::{ToTokens as _, format_ident, quote};
use serde_json::Value;
use syn::{Ident, Item, Type};

use crate::emit::Emitted;
use crate::operations::Part;
use crate::outline::{Body, argument};
use crate::setters::part_type;
use crate::{Error, prose};
use fields::Field;
pub(crate) use read::Command;
use read::{Flag, Goes, Need};

/// The subcommands by the ids of their operations, from progenitor's command line.
pub(crate) fn read(file: syn::File) -> Result<BTreeMap<String, Command>, Error> {
    read::read(file)
}

/// The generated module `cli`.
pub(crate) fn module(
    all: &[Emitted<'_>],
    mut commands: BTreeMap<String, Command>,
    types: &[Item],
    document: &Value,
) -> Result<TokenStream, Error> {
    let mut table = Vec::new();
    for one in all {
        let id = &one.outline.id;
        let command = commands.remove(id).ok_or_else(|| {
            Error::unknown_output(format_args!("no subcommand for the operation `{id}`"))
        })?;
        table.push(entry(one, &command, types, document)?);
    }
    Ok(quote! {
        /// For `crate::cli`.
        #[cfg(feature = "cli")]
        pub mod cli {
            use super::types;
            use super::types::*;

            pub(crate) const COMMANDS: &[crate::cli::table::Command] = &[#(#table),*];
        }
    })
}

/// What the value of a flag becomes.
enum Written<'a> {
    Parameter(&'a Flag, &'a Ident),
    Property(&'a Field, Need),
    Part(&'a Part),
}

fn entry(
    one: &Emitted<'_>,
    command: &Command,
    types: &[Item],
    document: &Value,
) -> Result<TokenStream, Error> {
    let (gate, builder) = (one.gate(), &one.outline.builder);
    let name = one.outline.id.to_kebab_case();
    let about = option(command.about.as_deref().map(prose::plain));
    let properties = one
        .outline
        .body_name()
        .map_or_else(Vec::new, |body| fields::of(types, &body));
    let mut names = flags::Names::default();
    let mut flags = Vec::new();
    for flag in &command.flags {
        flags.push(match &flag.goes {
            Goes::Parameter(setter) => {
                names.push("param", &flag.name);
                Written::Parameter(flag, setter)
            }
            Goes::Property(field) => {
                let found = properties.iter().find(|one| one.name == *field);
                let found = found.ok_or_else(|| {
                    Error::unknown_output(format_args!("a flag for no property `{field}`"))
                })?;
                names.push("body", &flag.name);
                Written::Property(found, flag.need)
            }
        });
    }
    // progenitor leaves out what is no one text, and what is called like a parameter.
    for field in &properties {
        let is_of = |goes: &Goes| matches!(goes, Goes::Property(name) if *name == field.name);
        if !command.flags.iter().any(|flag| is_of(&flag.goes)) {
            names.push("body", &field.wire.to_kebab_case());
            flags.push(Written::Property(field, Need::Optional));
        }
    }
    for written in &one.operation.parts {
        names.push("part", &written.name.to_kebab_case());
        flags.push(Written::Part(written));
    }
    let flags = flags.into_iter().zip(names.distinct());
    let flags = flags.map(|(flag, name)| match flag {
        Written::Parameter(flag, setter) => parameter(one, flag, &name, setter, types),
        Written::Property(field, need) => Ok(property(field, &name, need, types)),
        Written::Part(written) => Ok(part(written, &name)),
    });
    let flags = flags.collect::<Result<Vec<_>, Error>>()?;
    let body = body(one, command, document);
    Ok(quote! {
        #gate
        crate::cli::table::Command {
            operation: &super::builder::#builder::OPERATION,
            name: #name,
            about: #about,
            flags: &[#(#flags),*],
            body: #body,
        }
    })
}

/// How the whole body is given.
fn body(one: &Emitted<'_>, command: &Command, document: &Value) -> TokenStream {
    match &one.outline.body {
        Some(Body::Raw) if one.operation.text => quote!(crate::cli::table::Body::Text),
        Some(Body::Raw) => quote!(crate::cli::table::Body::Bytes),
        Some(Body::Typed(_)) if command.body => {
            let template = template::of(document, &one.outline.id);
            quote!(crate::cli::table::Body::Json { template: #template })
        }
        _ => quote!(crate::cli::table::Body::None),
    }
}

fn parameter(
    one: &Emitted<'_>,
    flag: &Flag,
    name: &str,
    setter: &Ident,
    types: &[Item],
) -> Result<TokenStream, Error> {
    let mut known = one.outline.parameters.iter().zip(&one.setters);
    let (_, known) = known
        .find(|(known, _)| known.setter == *setter)
        .ok_or_else(|| Error::unknown_output(format_args!("a flag for no setter `{setter}`")))?;
    let (place, wire) = (known.parameter.place.names().1, &known.parameter.name);
    let place = format_ident!("{place}");
    Ok(emit(&Emit {
        name,
        help: flag.help.as_deref(),
        need: flag.need,
        ty: &flag.ty,
        wire,
        goes: quote!(crate::cli::table::Goes::Parameter(crate::operation::Place::#place)),
        secret: known.parameter.secret,
        types,
    }))
}

fn property(field: &Field, name: &str, need: Need, types: &[Item]) -> TokenStream {
    emit(&Emit {
        name,
        help: field.doc.as_deref(),
        need,
        ty: &field.ty,
        wire: &field.wire,
        goes: quote!(crate::cli::table::Goes::Property),
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
    let goes = if part.binary {
        quote!(crate::cli::table::Goes::File)
    } else {
        quote!(crate::cli::table::Goes::Part)
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
        crate::cli::table::Flag {
            name: #name, help: #help, need: crate::cli::table::Need::#need, list: #list, wire: #wire,
            goes: #goes, kind: crate::cli::table::Kind::#kind,
            parse: crate::cli::value::parse::<#ty>, values: &[#(#values),*], secret: #secret,
        }
    }
}

fn option(text: Option<String>) -> TokenStream {
    text.map_or_else(|| quote!(None), |text| quote!(Some(#text)))
}
