//! Detection of types without values, and of incompatible serde attributes.

use quote::ToTokens as _;
use syn::{Fields, Item, Type};

use super::Finding;
use crate::outline::{argument, last};
use crate::syntax::{derives, has_setting};

pub(super) fn check(items: &[Item], findings: &mut Vec<Finding>) {
    for item in items {
        match item {
            Item::Struct(one) => {
                let name = one.ident.to_string();
                spread(&name, &one.fields, items, findings);
                let mut fields = one.fields.iter();
                if has_setting(&one.attrs, "transparent")
                    && fields.any(|field| has_setting(&field.attrs, "default"))
                {
                    findings.push(Finding {
                        message: format!(
                            "`{name}` would have a default for a value that is never missing"
                        ),
                        about: name,
                        advice: "remove the default from the schema with an overlay action",
                    });
                }
            }
            Item::Enum(one) => {
                let name = one.ident.to_string();
                if one.variants.is_empty() {
                    findings.push(Finding {
                        about: name.clone(),
                        message: format!("no value would be valid for `{name}`"),
                        advice: "correct the contradiction in the schema with an overlay action",
                    });
                }
                let copied = derives(&one.attrs, "Copy");
                let plain = |fields: &Fields| matches!(fields, Fields::Unit);
                if copied && !one.variants.iter().all(|variant| plain(&variant.fields)) {
                    findings.push(Finding {
                        about: name.clone(),
                        message: format!(
                            "`{name}` would implement `Copy`, but contains a type that does not"
                        ),
                        advice: "correct the values of the schema with an overlay action",
                    });
                }
                for variant in &one.variants {
                    spread(&name, &variant.fields, items, findings);
                }
            }
            _ => {}
        }
    }
}

/// Reports flattened fields whose type is not an object.
fn spread(name: &str, fields: &Fields, items: &[Item], findings: &mut Vec<Finding>) {
    let flat = fields.iter();
    let flat = flat.filter(|field| has_setting(&field.attrs, "flatten"));
    for field in flat {
        if !is_object(&field.ty, items, DEEPEST) {
            let field = field.ident.to_token_stream();
            findings.push(Finding {
                about: name.to_owned(),
                message: format!("`{field}` of `{name}` would be flattened, but is not an object"),
                advice: "change the alternatives to `oneOf` with an overlay action",
            });
        }
    }
}

/// Maximum depth of nested types that are followed.
const DEEPEST: usize = 32;

fn is_object(ty: &Type, items: &[Item], depth: usize) -> bool {
    let inner = ["Option", "Box"]
        .iter()
        .find_map(|name| argument(ty, name, 0));
    if let Some(inner) = inner {
        return depth > 0 && is_object(inner, items, depth - 1);
    }
    let Some(name) = last(ty) else { return false };
    if ["BTreeMap", "HashMap", "Map", "Value"]
        .iter()
        .any(|known| name == known)
    {
        return true;
    }
    let nested = |fields: &Fields| match fields {
        Fields::Named(_) => true,
        Fields::Unnamed(fields) => {
            fields.unnamed.len() == 1
                && depth > 0
                && is_object(&fields.unnamed[0].ty, items, depth - 1)
        }
        Fields::Unit => false,
    };
    items.iter().any(|item| match item {
        Item::Struct(one) => one.ident == *name && nested(&one.fields),
        Item::Enum(one) => one.ident == *name && one.variants.iter().all(|it| nested(&it.fields)),
        _ => false,
    })
}
