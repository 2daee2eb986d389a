//! The lists of reserved names, compared with the code that has the methods.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use serde_json::json;
use syn::{FnArg, ImplItem, Item, Signature, TraitItem, UseTree};
use trackstar_build::reserved::{OF_CALLS, OF_RECEIVERS, OF_VALUES};

use crate::{generated, with_body};

/// Methods that the standard library implements for the types, without an import.
const OF_STD: [&str; 5] = ["clone", "clone_into", "into", "to_owned", "try_into"];

/// Returns the files below a folder.
fn files(folder: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder).expect("a folder");
    let paths = entries.map(|entry| entry.expect("an entry").path());
    paths
        .flat_map(|path| {
            if path.is_dir() {
                files(&path)
            } else {
                vec![path]
            }
        })
        .filter(|path| path.extension().is_some_and(|it| it == "rs"))
        .collect()
}

/// Returns the items of the source of `trackstar-api`, those of inner modules included.
fn items_of_client() -> Vec<Item> {
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("../src");
    let files = files(&source);
    let parsed = files.iter().map(|path| {
        let text = std::fs::read_to_string(path).expect("a file");
        syn::parse_file(&text).expect("Rust").items
    });
    parsed.flat_map(flattened).collect()
}

fn flattened(items: Vec<Item>) -> Vec<Item> {
    let inner = items.into_iter().flat_map(|item| match item {
        Item::Mod(module) => {
            let mut items = flattened(module.content.clone().unwrap_or_default().1);
            items.push(Item::Mod(module));
            items
        }
        item => vec![item],
    });
    inner.collect()
}

fn called_on_value(signature: &Signature) -> bool {
    matches!(signature.inputs.first(), Some(FnArg::Receiver(_)))
}

/// Returns the functions in the inherent `impl` blocks of a type that `wanted` accepts.
fn inherent(items: &[Item], ty: &str, wanted: fn(&Signature) -> bool) -> BTreeSet<String> {
    let blocks = items.iter().filter_map(|item| match item {
        Item::Impl(block) if block.trait_.is_none() => Some(block),
        _ => None,
    });
    let of_type = blocks.filter(|block| {
        let syn::Type::Path(path) = &*block.self_ty else {
            return false;
        };
        path.path
            .segments
            .last()
            .is_some_and(|last| last.ident == ty)
    });
    let functions = of_type
        .flat_map(|block| &block.items)
        .filter_map(|item| match item {
            ImplItem::Fn(function) if wanted(&function.sig) => Some(&function.sig),
            _ => None,
        });
    functions
        .map(|signature| signature.ident.to_string())
        .collect()
}

fn of_trait(items: &[Item], name: &str) -> BTreeSet<String> {
    let found = items.iter().find_map(|item| match item {
        Item::Trait(one) if one.ident == name => Some(one),
        _ => None,
    });
    let found = found.unwrap_or_else(|| panic!("no trait {name}"));
    let functions = found.items.iter().filter_map(|item| match item {
        TraitItem::Fn(function) => Some(function.sig.ident.to_string()),
        _ => None,
    });
    functions.collect()
}

/// Returns the names that a tree of imports ends in.
fn imported(tree: &UseTree) -> Vec<String> {
    match tree {
        UseTree::Path(path) => imported(&path.tree),
        UseTree::Rename(rename) => vec![rename.ident.to_string()],
        UseTree::Name(name) => vec![name.ident.to_string()],
        UseTree::Group(group) => group.items.iter().flat_map(imported).collect(),
        UseTree::Glob(_) => panic!("an import of everything"),
    }
}

/// Returns the traits that every prelude has.
fn traits_of_prelude(items: &[Item]) -> Vec<String> {
    let preludes = items.iter().filter_map(|item| match item {
        Item::Mod(module) if module.ident == "prelude" => module.content.as_ref(),
        _ => None,
    });
    let imports = preludes
        .flat_map(|(_, items)| items)
        .map(|item| match item {
            Item::Use(import) => imported(&import.tree),
            _ => panic!("an item that is not an import"),
        });
    imports.flatten().collect()
}

fn assert_same(listed: &[&str], found: &BTreeSet<String>) {
    let listed: BTreeSet<String> = listed.iter().map(ToString::to_string).collect();
    assert_eq!(listed, *found, "the list, and the methods");
}

#[test]
fn methods_of_client_and_connection_are_reserved() {
    let items = items_of_client();
    let mut found = of_trait(&items, "HasContext");
    for receiver in ["Client", "Connection"] {
        let methods = inherent(&items, receiver, called_on_value);
        assert!(methods.contains("request"), "{receiver}: {methods:?}");
        found.extend(methods);
    }
    found.extend(OF_STD.map(ToOwned::to_owned));
    assert_same(OF_RECEIVERS, &found);
}

#[test]
fn methods_of_builders_are_reserved() {
    let mut document = with_body(&json!({"field": {"type": "string"}}), &json!([]));
    document["paths"]["/things"]["get"] = json!({
        "operationId": "list_things",
        "parameters": [{"name": "page_token", "in": "query", "schema": {"type": "string"}}],
        "responses": {"200": {"description": "ok", "content": {"application/json": {"schema": {
            "type": "object",
            "required": ["data", "next_token"],
            "properties": {
                "data": {"type": "array", "items": {"$ref": "#/components/schemas/Thing"}},
                "next_token": {"type": "string", "nullable": true},
            },
        }}}}},
    });
    let items = flattened(syn::parse_file(&generated(&document)).expect("Rust").items);
    let mut calls = inherent(&items, "RemoveThings", |_| true);
    calls.extend(inherent(&items, "ListThings", |_| true));
    assert!(calls.remove("page_token"), "{calls:?}");
    let client = items_of_client();
    let traits = traits_of_prelude(&client);
    assert!(traits.len() >= 2, "{traits:?}");
    calls.extend(traits.iter().flat_map(|name| of_trait(&client, name)));
    calls.insert("clone".to_owned());
    assert_same(OF_CALLS, &calls);

    let is_builder = |signature: &Signature| signature.ident != "builder";
    let mut values = inherent(&items, "NewThing", is_builder);
    assert!(values.remove("field"), "{values:?}");
    values.insert("clone".to_owned());
    assert_same(OF_VALUES, &values);
}

#[test]
fn reserved_names_of_operations_and_setters_get_an_underscore() {
    let mut document = with_body(&json!({"build": {"type": "string"}}), &json!([]));
    let operation = &mut document["paths"]["/things"]["delete"];
    operation["operationId"] = json!("to_owned");
    operation["parameters"] =
        json!([{"name": "send", "in": "query", "schema": {"type": "string"}}]);
    let source = generated(&document);
    for name in ["fn to_owned_(&self)", "fn send_(", "fn build_("] {
        assert!(source.contains(name), "{name} is missing in {source}");
    }
}
