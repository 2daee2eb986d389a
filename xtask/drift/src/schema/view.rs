//! The merged view of a schema: of its references, `allOf` and single alternatives, independent of the
//! version. All notations with the same meaning have the same view.
//!
//! [`Merged`](trackstar_openapi::Merged) cannot replace it. Findings need the location of each part and the
//! component that contains it, and here anchors resolve and null is separate from the types.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::types::{self, Types};
use crate::canonical;
use crate::document::{At, Document, Version};

/// Maximum number of places that take part in a schema through references.
const MAX_PARTS: usize = 128;

/// A place that takes part in a schema, and the component that contains it if a reference led there.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Part<'a> {
    pub(crate) at: At<'a>,
    pub(crate) owner: Option<&'a str>,
}

/// A `oneOf` or `anyOf` with more than one branch that is not null.
#[derive(Debug)]
pub(crate) struct Union<'a> {
    pub(crate) keyword: &'static str,
    pub(crate) at: At<'a>,
    pub(crate) branches: Vec<At<'a>>,
}

/// The properties that an object may have in addition to the declared ones.
#[derive(Clone, Debug)]
pub(crate) enum Additional<'a> {
    Open,
    Closed,
    Schema(Vec<At<'a>>),
}

#[derive(Debug, Default)]
pub(crate) struct View<'a> {
    pub(crate) parts: Vec<Part<'a>>,
    pub(crate) types: Types,
    pub(crate) null: bool,
    /// The values of `enum` and `const` without null.
    pub(crate) values: Option<Vec<&'a Value>>,
    pub(crate) properties: BTreeMap<&'a str, Vec<At<'a>>>,
    pub(crate) required: BTreeSet<&'a str>,
    pub(crate) items: Vec<At<'a>>,
    pub(crate) additional: Option<Additional<'a>>,
    pub(crate) unions: Vec<Union<'a>>,
    /// References whose target does not exist.
    pub(crate) unresolved: BTreeSet<&'a str>,
    /// Whether the schema is written at one place, which may refer to others.
    one_place: bool,
    /// Whether any part states whether null is allowed.
    null_said: bool,
}

impl<'a> View<'a> {
    pub(crate) fn of(document: &mut Document<'a>, places: &[At<'a>]) -> Self {
        let mut view = View {
            types: Types::ANY,
            one_place: places.len() == 1,
            ..View::default()
        };
        let mut seen = BTreeMap::new();
        let mut null = true;
        for at in places {
            null &= view.take(document, *at, None, &mut seen);
        }
        if view.types == Types::ANY {
            view.types = view.inferred();
        }
        view.null = null && view.null_said;
        view
    }

    /// Returns true if the schema allows any value.
    pub(crate) fn is_any(&self) -> bool {
        self.types == Types::ANY && self.values.is_none() && self.unions.is_empty()
    }

    /// Returns the value of a keyword.
    pub(crate) fn found(&self, keyword: &str) -> Option<&'a Value> {
        self.place(keyword)?.value.get(keyword)
    }

    /// Returns the part that has a keyword. If several have it, the outermost one wins. The parts of an
    /// `allOf` have no order, so their values decide.
    pub(crate) fn place(&self, keyword: &str) -> Option<At<'a>> {
        let said = |part: &Part<'a>| Some((part.at.value.get(keyword)?, part.at));
        let outermost = self.outermost().and_then(|part| said(&part));
        let first = || {
            let all = self.parts.iter().filter_map(said);
            all.min_by(|(one, _), (other, _)| canonical::order(keyword, one, other))
        };
        outermost.or_else(first).map(|(_, at)| at)
    }

    /// Returns the part that contains the others, if the schema is written at one place.
    pub(crate) fn outermost(&self) -> Option<Part<'a>> {
        self.parts.first().filter(|_| self.one_place).copied()
    }

    pub(crate) fn is_flagged(&self, keyword: &str) -> bool {
        self.parts
            .iter()
            .any(|part| part.at.value.get(keyword) == Some(&Value::Bool(true)))
    }

    /// Adds the schema at a place, and returns true if it allows null.
    fn take(
        &mut self,
        document: &mut Document<'a>,
        at: At<'a>,
        owner: Option<&'a str>,
        seen: &mut BTreeMap<usize, bool>,
    ) -> bool {
        if let Some(null) = seen.get(&at.address()) {
            return *null;
        }
        // A schema that contains itself adds nothing.
        seen.insert(at.address(), true);
        let null = self.enter(document, at, owner, seen);
        seen.insert(at.address(), null);
        null
    }

    fn enter(
        &mut self,
        document: &mut Document<'a>,
        at: At<'a>,
        owner: Option<&'a str>,
        seen: &mut BTreeMap<usize, bool>,
    ) -> bool {
        let Some(fields) = at.value.as_object() else {
            if at.value == &Value::Bool(false) {
                self.types = Types::NONE;
                return false;
            }
            // The value is neither a schema nor a boolean. It is reported as an unreadable keyword.
            if at.value != &Value::Bool(true) {
                self.parts.push(Part { at, owner });
            }
            return true;
        };
        self.parts.push(Part { at, owner });
        let mut null = true;
        if let Some(reference) = fields.get("$ref").and_then(Value::as_str) {
            // Real documents have fewer parts. The limit protects the stack.
            match document
                .resolve(reference)
                .filter(|_| seen.len() < MAX_PARTS)
            {
                Some(target) => {
                    let owner = Some(canonical::name_of(reference));
                    null &= self.take(document, target, owner, seen);
                }
                None => {
                    self.unresolved.insert(reference);
                }
            }
            // In 3.0, keywords next to a reference are ignored.
            if document.version == Version::V30 {
                return null;
            }
        }
        null &= self.own(document, at);
        if let Some(all) = document.get(at, "allOf") {
            for member in document.items(all) {
                null &= self.take(document, member, owner, seen);
            }
        }
        for keyword in ["anyOf", "oneOf"] {
            if let Some(list) = document.get(at, keyword) {
                null &= self.alternatives(document, list, keyword, owner, seen);
            }
        }
        if fields.get("nullable") == Some(&Value::Bool(true)) {
            self.null_said = true;
            return lists_null(at.value) != Some(false);
        }
        null
    }

    fn alternatives(
        &mut self,
        document: &mut Document<'a>,
        list: At<'a>,
        keyword: &'static str,
        owner: Option<&'a str>,
        seen: &mut BTreeMap<usize, bool>,
    ) -> bool {
        let mut branches = document.items(list);
        let before = branches.len();
        branches.retain(|branch| !types::is_null(branch.value));
        let has_null = branches.len() < before;
        self.null_said |= has_null;
        match branches.as_slice() {
            [] => has_null || before == 0,
            [only] => self.take(document, *only, owner, seen) || has_null,
            _ => {
                let null = has_null || branches.iter().any(|at| takes_null(document, *at));
                self.null_said |= null;
                self.unions.push(Union {
                    keyword,
                    at: list,
                    branches,
                });
                null
            }
        }
    }

    /// Adds the keywords of one schema object, and returns true if they allow null.
    fn own(&mut self, document: &mut Document<'a>, at: At<'a>) -> bool {
        let mut null = true;
        if let Some(stated) = at.value.get("type") {
            let (types, has_null) = Types::stated(stated);
            self.types = self.types.and(types);
            self.null_said = true;
            null = has_null;
        }
        let constant = at.value.get("const").map(std::slice::from_ref);
        let listed = at.value.get("enum").and_then(Value::as_array);
        for values in [constant, listed.map(Vec::as_slice)].into_iter().flatten() {
            let has_null = values.contains(&Value::Null);
            self.null_said = true;
            null &= has_null;
            let values = values.iter().filter(|value| !value.is_null());
            let kept = match self.values.take() {
                None => values.collect(),
                Some(before) => {
                    let after: Vec<&Value> = values.collect();
                    let both = |value: &&Value| after.iter().any(|it| canonical::same(it, value));
                    before.into_iter().filter(both).collect()
                }
            };
            self.values = Some(kept);
        }
        if let Some(properties) = document.get(at, "properties") {
            for (name, property) in document.members(properties) {
                self.properties.entry(name).or_default().push(property);
            }
        }
        let required = at.value.get("required").and_then(Value::as_array);
        let names = required.into_iter().flatten().filter_map(Value::as_str);
        self.required.extend(names);
        self.items.extend(document.get(at, "items"));
        if let Some(rest) = document.get(at, "additionalProperties") {
            self.narrow(rest);
        }
        null
    }

    fn narrow(&mut self, rest: At<'a>) {
        let open = rest.value == &Value::Bool(true)
            || rest
                .value
                .as_object()
                .is_some_and(serde_json::Map::is_empty);
        self.additional = Some(match self.additional.take() {
            _ if rest.value == &Value::Bool(false) => Additional::Closed,
            Some(Additional::Closed) => Additional::Closed,
            Some(before) if open => before,
            None if open => Additional::Open,
            Some(Additional::Schema(mut schemas)) => {
                schemas.push(rest);
                Additional::Schema(schemas)
            }
            _ => Additional::Schema(vec![rest]),
        });
    }

    /// Returns the types of a schema without `type`: those of its values, or those that its keywords
    /// apply to.
    fn inferred(&self) -> Types {
        if let Some(values) = &self.values {
            return values
                .iter()
                .fold(Types::NONE, |types, value| types.or(Types::of_value(value)));
        }
        let families = self.parts.iter().flat_map(|part| {
            let keys = part
                .at
                .value
                .as_object()
                .into_iter()
                .flat_map(|it| it.keys());
            keys.filter_map(|key| Types::of_keyword(key))
        });
        let types = families.fold(Types::NONE, Types::or);
        if types == Types::NONE || !self.unions.is_empty() {
            Types::ANY
        } else {
            types
        }
    }
}

/// Returns true if a schema lists null among its values, or `None` if it lists no values. `nullable`
/// widens a type. An enum without null forbids it in 3.0 (clarified in 3.0.3) as in 3.1.
fn lists_null(schema: &Value) -> Option<bool> {
    let listed = schema.get("enum").and_then(Value::as_array);
    let constant = schema.get("const");
    match (listed, constant) {
        (None, None) => None,
        (Some(values), _) => Some(values.contains(&Value::Null)),
        (None, Some(value)) => Some(value.is_null()),
    }
}

/// Returns true if a branch allows null. Ignores the branches of branches, whose number can be
/// exponential.
fn takes_null<'a>(document: &mut Document<'a>, branch: At<'a>) -> bool {
    let Some(branch) = document.follow(branch) else {
        return false;
    };
    let has = |keyword: &str| {
        let list = branch.value.get(keyword).and_then(Value::as_array);
        list.is_some_and(|list| list.iter().any(types::is_null))
    };
    let stated = branch.value.get("type").map(Types::stated);
    let nullable = branch.value.get("nullable") == Some(&Value::Bool(true));
    let stated = nullable || stated.is_some_and(|(_, null)| null);
    (stated && lists_null(branch.value) != Some(false)) || has("anyOf") || has("oneOf")
}
