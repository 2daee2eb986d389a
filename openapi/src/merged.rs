//! Merges all schemas that apply to one value.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value, json};

use crate::reference;
use crate::spec::{On, is_assertion, on};

/// The merged view of all schemas that apply to one value: the given schemas, the schemas that they
/// refer to, and the members of their `allOf`.
///
/// Each schema is counted once, so a schema that contains itself adds nothing.
///
/// The view ignores `not`, `if`, `patternProperties`, `contains`, and the keywords that depend on the
/// evaluation of others. It is exact for all other keywords of JSON Schema 2020-12: a value is valid
/// against the schemas if it is valid against the assertions of the view, and if its parts are valid
/// against the schemas that the view returns for them.
///
/// ```
/// use trackstar_openapi::Merged;
///
/// let document = serde_json::json!({"$defs": {"A": {"required": ["n"]}}});
/// let schema = serde_json::json!({
///     "allOf": [{"$ref": "#/$defs/A"}, {"properties": {"n": {"minimum": 1}}}],
///     "properties": {"n": {"type": "integer"}},
/// });
/// let merged = Merged::of(&document, [&schema]);
/// assert!(merged.required().contains("n"));
/// let n = Merged::of(&document, merged.property("n"));
/// assert_eq!(n.assertions().to_string(), r#"{"allOf":[{"type":"integer"},{"minimum":1}]}"#);
/// ```
#[derive(Clone, Debug)]
pub struct Merged<'a> {
    document: &'a Value,
    parts: Vec<&'a Map<String, Value>>,
    /// Addresses of the parts in memory.
    seen: BTreeSet<usize>,
    references: Vec<&'a str>,
    is_false: bool,
    /// The unions among the schemas. They are not merged.
    pub alternatives: Vec<Alternatives<'a>>,
}

/// The alternatives of a union.
#[derive(Clone, Copy, Debug)]
pub struct Alternatives<'a> {
    /// Keyword of the union, `anyOf` or `oneOf`.
    pub keyword: &'static str,
    /// Schemas of the alternatives. There is at least one.
    pub all: &'a [Value],
}

/// All type names, those with the largest sets of values first.
const TYPES: [&str; 7] = [
    "object", "array", "string", "integer", "number", "boolean", "null",
];

impl<'a> Merged<'a> {
    /// Merges schemas of a document.
    #[must_use]
    pub fn of(document: &'a Value, schemas: impl IntoIterator<Item = &'a Value>) -> Self {
        let mut merged = Self {
            document,
            parts: Vec::new(),
            seen: BTreeSet::new(),
            references: Vec::new(),
            is_false: false,
            alternatives: Vec::new(),
        };
        for schema in schemas {
            merged.add(schema);
        }
        merged
    }

    /// Adds a schema, such as the chosen alternative of a union.
    pub fn add(&mut self, schema: &'a Value) {
        let mut waiting = vec![schema];
        while let Some(schema) = waiting.pop() {
            let Value::Object(keywords) = schema else {
                self.is_false |= schema == &Value::Bool(false);
                continue;
            };
            if !self.seen.insert(address(schema)) {
                continue;
            }
            self.parts.push(keywords);
            for keyword in ["anyOf", "oneOf"] {
                if let all @ [_, ..] = list(keywords, keyword) {
                    self.alternatives.push(Alternatives { keyword, all });
                }
            }
            // The last schema on the stack is processed first.
            waiting.extend(list(keywords, "allOf").iter().rev());
            if let Some(reference) = reference::of(schema) {
                let target = reference::target(reference);
                match target.and_then(|target| self.document.pointer(&target)) {
                    Some(target) if self.seen.contains(&address(target)) => {}
                    Some(target) => {
                        self.references.push(reference);
                        waiting.push(target);
                    }
                    None => self.is_false = true,
                }
            }
        }
    }

    /// Returns the references that were followed.
    #[must_use]
    pub fn references(&self) -> &[&'a str] {
        &self.references
    }

    /// Returns the value of a keyword in each of the schemas that have it.
    pub fn each(&self, keyword: &str) -> impl Iterator<Item = &'a Value> {
        self.parts.iter().filter_map(move |part| part.get(keyword))
    }

    /// Returns true if no value is valid. An unresolved reference is one reason.
    ///
    /// Unions and bounds are not considered.
    #[must_use]
    pub fn is_impossible(&self) -> bool {
        self.is_false
            || self.types().is_some_and(|types| types.is_empty())
            || self.values().is_some_and(|values| values.is_empty())
    }

    /// Returns the types that all schemas allow, or `None` if no schema has `type`.
    #[must_use]
    pub fn types(&self) -> Option<BTreeSet<&'a str>> {
        let stated = self.each("type").map(|stated| match stated {
            Value::Array(names) => names.iter().filter_map(Value::as_str).collect(),
            name => name.as_str().into_iter().collect::<BTreeSet<_>>(),
        });
        stated.reduce(|one, other| {
            // `number` includes `integer`.
            let has = |types: &BTreeSet<&str>, name: &str| {
                types.contains(name) || name == "integer" && types.contains("number")
            };
            let all = one.union(&other).copied();
            all.filter(|name| has(&one, name) && has(&other, name))
                .collect()
        })
    }

    /// Returns the best type for an example, or `None` if the schemas imply no type.
    #[must_use]
    pub fn kind(&self) -> Option<&'static str> {
        if let Some(types) = self.types() {
            return TYPES.into_iter().find(|name| types.contains(name));
        }
        let mut about = self
            .parts
            .iter()
            .flat_map(|part| part.keys())
            .map(|it| on(it));
        let lists = about.clone().any(|it| it == Some(On::List));
        if about.any(|it| it == Some(On::Object)) {
            return Some("object");
        }
        lists.then_some("array")
    }

    /// Returns the values that are in every `enum` and `const`, or `None` if no schema has either.
    #[must_use]
    pub fn values(&self) -> Option<Vec<&'a Value>> {
        let listed = self.parts.iter().flat_map(|part| {
            let constant = part.get("const").map(std::slice::from_ref);
            let values = part.get("enum").and_then(Value::as_array);
            constant.into_iter().chain(values.map(Vec::as_slice))
        });
        let listed = listed.map(|values| values.iter().collect::<Vec<_>>());
        listed.reduce(|mut one, other| {
            one.retain(|value| other.iter().any(|it| is_same(it, value)));
            one
        })
    }

    /// Returns the tightest value of a bound, such as `maxLength`.
    #[must_use]
    pub fn limit(&self, keyword: &str) -> Option<&'a Value> {
        let order = |one: &&Value, other: &&Value| {
            let (one, other) = (one.as_f64(), other.as_f64());
            one.partial_cmp(&other).unwrap_or(std::cmp::Ordering::Equal)
        };
        let stated = self.each(keyword).filter(|value| value.is_number());
        if keyword.starts_with("max") || keyword == "exclusiveMaximum" {
            stated.min_by(order)
        } else {
            stated.max_by(order)
        }
    }

    /// Returns a schema with the assertions about the value itself, without those about its parts.
    #[must_use]
    pub fn assertions(&self) -> Value {
        let mut all: Vec<Value> = Vec::new();
        for part in &self.parts {
            let own = part.iter().filter(|(keyword, _)| is_assertion(keyword));
            let own: Map<String, Value> = own.map(|(key, it)| (key.clone(), it.clone())).collect();
            if !own.is_empty() {
                all.push(Value::Object(own));
            }
        }
        match all.as_mut_slice() {
            [] => json!({}),
            [only] => only.take(),
            _ => json!({"allOf": all}),
        }
    }

    /// Returns the names of required properties.
    #[must_use]
    pub fn required(&self) -> BTreeSet<&'a str> {
        let names = self.each("required").filter_map(Value::as_array).flatten();
        names.filter_map(Value::as_str).collect()
    }

    /// Returns the named properties, each with all schemas that apply to it.
    #[must_use]
    pub fn properties(&self) -> BTreeMap<&'a str, Vec<&'a Value>> {
        let maps = self.each("properties").filter_map(Value::as_object);
        let names = maps.flat_map(Map::keys);
        names
            .map(|name| (name.as_str(), self.property(name)))
            .collect()
    }

    /// Returns all schemas that apply to a property.
    ///
    /// `additionalProperties` applies if its own schema does not name the property.
    #[must_use]
    pub fn property(&self, name: &str) -> Vec<&'a Value> {
        let of_part = |part: &&'a Map<String, Value>| {
            let named = part.get("properties").and_then(|it| it.get(name));
            named.or_else(|| part.get("additionalProperties"))
        };
        self.parts.iter().filter_map(of_part).collect()
    }

    /// Returns all schemas that apply to an array item.
    #[must_use]
    pub fn item(&self, index: usize) -> Vec<&'a Value> {
        let of_part = |part: &&'a Map<String, Value>| {
            let own = list(part, "prefixItems").get(index);
            own.or_else(|| part.get("items"))
        };
        self.parts.iter().filter_map(of_part).collect()
    }

    /// Returns the number of leading array items that have individual schemas.
    #[must_use]
    pub fn prefix(&self) -> usize {
        let lists = self.parts.iter().map(|part| list(part, "prefixItems"));
        lists.map(<[Value]>::len).max().unwrap_or_default()
    }

    /// Returns the examples, starting with those of the outermost schema.
    #[must_use]
    pub fn examples(&self) -> Vec<&'a Value> {
        let of_part = |part: &&'a Map<String, Value>| {
            let one = part.get("example").into_iter();
            one.chain(list(part, "examples"))
        };
        self.parts.iter().flat_map(of_part).collect()
    }
}

fn address(schema: &Value) -> usize {
    std::ptr::from_ref(schema).addr()
}

fn list<'a>(keywords: &'a Map<String, Value>, keyword: &str) -> &'a [Value] {
    let list = keywords.get(keyword).and_then(Value::as_array);
    list.map(Vec::as_slice).unwrap_or_default()
}

/// Returns true if JSON Schema considers two values equal. For example, 1 equals 1.0.
pub(crate) fn is_same(one: &Value, other: &Value) -> bool {
    match (one, other) {
        (Value::Number(one), Value::Number(other)) => {
            // Different integers above 53 bits may be equal as floats.
            one == other || (one.is_f64() || other.is_f64()) && one.as_f64() == other.as_f64()
        }
        (Value::Array(one), Value::Array(other)) => {
            one.len() == other.len()
                && one
                    .iter()
                    .zip(other)
                    .all(|(one, other)| is_same(one, other))
        }
        (Value::Object(one), Value::Object(other)) => {
            let has = |(name, value)| other.get(name).is_some_and(|it| is_same(value, it));
            one.len() == other.len() && one.iter().all(has)
        }
        _ => one == other,
    }
}
