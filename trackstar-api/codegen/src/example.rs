//! Usage examples for operations: the shortest call that sets all required values.

use syn::{Ident, Item, Type};

use crate::Settings;
use crate::docs::Example;
use crate::emit::Emitted;
use crate::outline::{self, Body};
use crate::setters::part_type;
use crate::syntax::implements;

/// Returns the code block for the doc comment of `method`. It is compiled if a sample value is known for each
/// type. Otherwise, it is only displayed.
pub(crate) fn of(
    one: &Emitted<'_>,
    method: &Ident,
    types: &[Item],
    settings: &Settings,
) -> Example {
    let receiver = one.receiver().name();
    let variable = receiver.to_lowercase();
    let (arguments, calls, known) = setters(one, types);
    let call = format!("let response = {variable}.{method}({arguments}){calls}.send().await?;");
    if !settings.gated {
        // Crates that include the code do not need to run its doctests.
        return Example {
            label: "text",
            code: call,
        };
    }
    if known {
        let code = format!(
            "# use trackstar_api::prelude::*;\n# async fn example({variable}: &trackstar_api::{receiver}) -> Result<(), \
             trackstar_api::Error> {{\n{call}\n# Ok(())\n# }}"
        );
        Example {
            label: "no_run",
            code,
        }
    } else {
        Example {
            label: "ignore",
            code: call,
        }
    }
}

/// Returns the arguments of the method, the calls to the required setters, and whether a sample value is known
/// for each type.
fn setters(one: &Emitted<'_>, types: &[Item]) -> (String, String, bool) {
    let (mut calls, mut known) = (Vec::new(), true);
    let path = one.path_parameters().into_iter().map(|setter| {
        let value = value(&setter.ty, types);
        known &= value.is_some();
        value.unwrap_or_else(|| setter.name.to_string())
    });
    let arguments = path.collect::<Vec<_>>().join(", ");
    for setter in &one.setters {
        if !setter.parameter.required || setter.is_path() {
            continue;
        }
        let value = value(&setter.ty, types);
        known &= value.is_some();
        let value = value.unwrap_or_else(|| "value".to_owned());
        calls.push(format!(".{}({value})", setter.name));
    }
    for (part, name) in one.body_parts().iter().zip(&one.parts) {
        if part.required {
            let value = value(&part_type(part), types);
            known &= value.is_some();
            let value = value.unwrap_or_else(|| "value".to_owned());
            calls.push(format!(".{name}({value})"));
        }
    }
    if one.operation.body.is_some() && one.outline.body.is_some() {
        if one.body_builder.is_some() {
            calls.push(".body_map(|body| body /* its fields */)".to_owned());
        } else {
            let text = matches!(one.outline.body, Some(Body::Raw));
            known &= text;
            let body = if text {
                ".body(\"…\")"
            } else {
                ".body(body)"
            };
            calls.push(body.to_owned());
        }
    }
    (arguments, calls.concat(), known)
}

/// Returns a sample value of the type, as Rust code.
fn value(ty: &Type, types: &[Item]) -> Option<String> {
    if let Some(item) = outline::argument(ty, "Vec", 0) {
        return value(item, types).map(|item| format!("[{item}]"));
    }
    if let Some(held) = outline::argument(ty, "Sensitive", 0) {
        return value(held, types);
    }
    let name = outline::last(ty)?;
    Some(match name.to_string().as_str() {
        "bool" => "true".to_owned(),
        "f32" | "f64" => "1.5".to_owned(),
        "Decimal" if crate::types::is_decimal(ty) => "\"1.5\"".to_owned(),
        "i8" | "i16" | "i32" | "i64" | "u8" | "u16" | "u32" | "u64" => "1".to_owned(),
        "String" | "Sensitive" => "\"…\"".to_owned(),
        "DateTime" => "\"2026-01-31T12:00:00Z\"".to_owned(),
        _ => {
            let parsed = types.iter().any(|item| is_parsed(item, name));
            return parsed.then(|| "\"…\"".to_owned());
        }
    })
}

/// Returns true if the item implements `FromStr` for the type `name`.
fn is_parsed(item: &Item, name: &Ident) -> bool {
    matches!(item, Item::Impl(block) if implements(block, "FromStr")
        && matches!(&*block.self_ty, Type::Path(path) if path.path.is_ident(name)))
}
