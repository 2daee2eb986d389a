//! Finds the operation that uses a faulty component, because readers look for a problem by operation.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::contents::items;
use crate::error::{Error, Problem};
use crate::model::listed_with_webhooks;
use crate::pointer::{self, JsonPointer, below};
use crate::reference;
use crate::spec::{self, Kind, Version, visit};

/// Adds the first operation that uses the component to each problem in a component.
pub(crate) fn name(document: &Value, error: Error) -> Error {
    let components = components(document);
    let mut problems = error.into_problems();
    for problem in &mut problems {
        if problem.operation.is_none() {
            problem.operation = operation(problem, &components);
        }
    }
    Error::new(problems)
}

fn operation(problem: &Problem, components: &BTreeMap<String, String>) -> Option<String> {
    components
        .get(&component(problem.pointer.as_deref()?)?)
        .cloned()
}

/// Returns the pointer of the component that contains a location.
fn component(pointer: &str) -> Option<String> {
    let mut segments = pointer::segments(pointer);
    let mut trail = JsonPointer::default();
    for _ in 0..3 {
        trail.push(&segments.next()?);
    }
    let own = trail.as_str();
    own.starts_with("/components/").then(|| own.to_owned())
}

/// Returns the first operation that uses each component, keyed by the component's pointer.
fn components(document: &Value) -> BTreeMap<String, String> {
    let mut found: BTreeMap<String, String> = BTreeMap::new();
    let mut all = listed_with_webhooks(document);
    // Most users know the operations better than the webhooks.
    all.sort_by_key(|operation| operation.webhook);
    for operation in all {
        let at = |pointer: &str| document.pointer(pointer);
        let shared = below(&operation.item(), &["parameters"]);
        let shared = items(at(&shared));
        let own = at(&operation.pointer).map(|own| (Kind::Operation, own));
        let mut todo: Vec<_> = own.into_iter().collect();
        todo.extend(shared.map(|it| (Kind::Parameter, it)));
        while let Some((kind, value)) = todo.pop() {
            let trail = &mut JsonPointer::default();
            visit(kind, value, Version::V30, trail, &mut |node, _| {
                let target = reference::of(node.value).and_then(reference::target);
                if let Some(pointer) = target.and_then(|target| component(&target))
                    && !found.contains_key(&pointer)
                {
                    todo.extend(node_at(document, &pointer));
                    found.insert(pointer, operation.name());
                }
            });
        }
    }
    found
}

/// Returns the kind of a component and the component itself.
fn node_at<'a>(document: &'a Value, pointer: &str) -> Option<(Kind, &'a Value)> {
    let mut names = pointer::segments(pointer).skip(1);
    spec::component(document, Version::V30, (&names.next()?, &names.next()?))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn names_the_first_operation_that_uses_a_component() {
        let schema = |name: &str| json!({"$ref": format!("#/components/schemas/{name}")});
        let body = |name: &str| json!({"content": {"application/json": {"schema": schema(name)}}});
        let document = json!({
            "paths": {
                "/a": {
                    "parameters": [{"name": "p", "in": "query", "schema": schema("Shared")}],
                    "post": {"requestBody": {"$ref": "#/components/requestBodies/B"}},
                },
                "/b": {"get": {"responses": {"200": body("Deep")}}},
            },
            "components": {
                "requestBodies": {"B": body("Sent")},
                "schemas": {
                    "Shared": {}, "Idle": schema("Deep"), "Deep": {"items": schema("Deep")},
                    "Sent": {"properties": {"a/b": schema("Shared~1x")}}, "Shared/x": {},
                },
            },
        });
        let of = |pointer: &str| {
            let problem = Problem::new("f", Some(pointer), "m", "a");
            let named = name(&document, Error::new(vec![problem]));
            named.problems()[0].operation.clone()
        };
        let schemas = "/components/schemas";
        for (place, operation) in [
            ("Shared", Some("POST /a")),
            ("Sent/properties/a~1b", Some("POST /a")),
            ("Shared~1x/type", Some("POST /a")),
            ("Deep/items", Some("GET /b")),
            ("Idle", None),
        ] {
            assert_eq!(
                of(&format!("{schemas}/{place}")).as_deref(),
                operation,
                "{place}"
            );
        }
        assert_eq!(
            of("/components/requestBodies/B").as_deref(),
            Some("POST /a")
        );
        assert_eq!(of("/paths/~1b/get/responses").as_deref(), Some("GET /b"));
        assert_eq!(of("/info"), None);
    }
}
