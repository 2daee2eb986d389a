//! The Rust type that the generator derives from a prepared schema, as far as another document can change
//! it.

use std::collections::BTreeSet;

use serde_json::{Map, Value, json};

use crate::canonical::{name_of, text};

/// Why code that uses a type no longer compiles.
pub(super) type Reason = String;

/// A prepared schema without untyped wrappers.
#[derive(Clone, Copy)]
pub(super) struct Schema<'a> {
    pub(super) fields: Option<&'a Map<String, Value>>,
    pub(super) nullable: bool,
}

/// Formats of strings that stay strings. The client does not check their limits.
const TEXTS: [&str; 5] = ["date", "ip", "ipv4", "ipv6", "uuid"];

/// Maximum number of nested wrappers.
const MAX_WRAPPERS: usize = 16;

impl<'a> Schema<'a> {
    pub(super) fn of(value: &'a Value) -> Self {
        let mut schema = Self {
            fields: value.as_object(),
            nullable: false,
        };
        for _ in 0..MAX_WRAPPERS {
            schema.nullable |= schema.get("nullable") == Some(&json!(true));
            let Some(within) = schema.wrapped() else {
                break;
            };
            schema.fields = within.as_object();
        }
        schema
    }

    /// Returns the schema that this one wraps, if it is a wrapper.
    fn wrapped(&self) -> Option<&'a Value> {
        const SAID: [&str; 10] = [
            "allOf",
            "anyOf",
            "deprecated",
            "description",
            "example",
            "nullable",
            "oneOf",
            "readOnly",
            "title",
            "writeOnly",
        ];
        let fields = self.fields?;
        let lists = ["allOf", "anyOf", "oneOf"].map(|key| fields.get(key));
        let mut lists = lists.into_iter().flatten().filter_map(Value::as_array);
        let (only, None) = (lists.next()?, lists.next()) else {
            return None;
        };
        let ours = |key: &str| key.starts_with("x-") && key != "x-rust-type";
        let quiet = fields
            .keys()
            .all(|key| SAID.contains(&key.as_str()) || ours(key));
        match only.as_slice() {
            [one] if quiet => Some(one),
            _ => None,
        }
    }

    pub(super) fn get(&self, key: &str) -> Option<&'a Value> {
        self.fields?.get(key)
    }

    fn text(&self, key: &str) -> Option<&'a str> {
        self.get(key)?.as_str()
    }

    fn has(&self, key: &str) -> bool {
        self.get(key).is_some()
    }

    /// Returns the component that this schema refers to.
    pub(super) fn reference(&self) -> Option<&'a str> {
        self.text("$ref").map(name_of)
    }

    pub(super) fn list(&self, key: &str) -> &'a [Value] {
        let list = self.get(key).and_then(Value::as_array);
        list.map_or(&[], Vec::as_slice)
    }

    /// Returns the alternatives and their keyword.
    pub(super) fn alternatives(&self) -> Option<(&'static str, &'a [Value])> {
        let of = |key| Some((key, self.list(key))).filter(|(_, list)| !list.is_empty());
        of("oneOf")
            .or_else(|| of("anyOf"))
            .filter(|_| self.joined().is_none())
    }

    /// Returns the strings that become the variants of an enum.
    pub(super) fn variants(&self) -> Option<Vec<&'a str>> {
        self.joined().or_else(|| self.texts())
    }

    /// Returns the strings of alternatives that only list strings. They become one enum.
    fn joined(&self) -> Option<Vec<&'a str>> {
        let texts = self.list("oneOf").iter().map(|alternative| {
            let alternative = Schema::of(alternative);
            let of_ours = alternative.has("x-rust-type") || alternative.nullable;
            alternative.texts().filter(|_| !of_ours)
        });
        let texts: Option<Vec<Vec<&str>>> = texts.collect();
        texts.filter(|all| !all.is_empty()).map(|all| all.concat())
    }

    fn texts(&self) -> Option<Vec<&'a str>> {
        let values = self.list("enum").iter().filter(|value| !value.is_null());
        let texts: Option<Vec<&str>> = values.map(Value::as_str).collect();
        texts.filter(|texts| !texts.is_empty() && self.kind() != Kind::Other && !self.is_secret())
    }

    /// Returns the names of a struct's properties with their schemas. A required property without a
    /// declaration can have any value.
    pub(super) fn properties(&self) -> Vec<(&'a str, &'a Value)> {
        static ANY: Value = Value::Null;
        let declared = self.get("properties").and_then(Value::as_object);
        let mut all: Vec<(&str, &Value)> = declared
            .into_iter()
            .flatten()
            .map(|(name, schema)| (name.as_str(), schema))
            .collect();
        for name in self.list("required").iter().filter_map(Value::as_str) {
            if all.iter().all(|(other, _)| *other != name) {
                all.push((name, &ANY));
            }
        }
        all
    }

    pub(super) fn requires(&self, name: &str) -> bool {
        self.list("required").iter().any(|it| it == name)
    }

    /// Returns the schema of additional properties of a struct or map, if it keeps them.
    pub(super) fn rest(&self) -> Option<&'a Value> {
        self.get("additionalProperties")
            .filter(|rest| **rest != json!(false))
    }

    pub(super) fn kind(&self) -> Kind {
        match self.text("type") {
            Some("object") => Kind::Object,
            Some("array") => Kind::Array,
            Some("string") => Kind::Text,
            Some("integer") => Kind::Integer,
            Some(_) => Kind::Other,
            None if self.has("properties") || self.has("additionalProperties") => Kind::Object,
            None if self.has("items") => Kind::Array,
            None => Kind::Any,
        }
    }

    /// Returns true if the type implements `Display`.
    pub(super) fn is_scalar(&self) -> bool {
        let written_out = self.reference().is_none() && !self.has("x-rust-type");
        written_out && matches!(self.kind(), Kind::Text | Kind::Integer | Kind::Other)
    }

    pub(super) fn is_struct(&self) -> bool {
        let closed = self.get("additionalProperties") == Some(&json!(false));
        self.kind() == Kind::Object && (!self.properties().is_empty() || closed)
    }

    /// Returns true if no value is required, so the type has a default.
    pub(super) fn has_default(&self) -> bool {
        let optional = |(name, schema): &(&str, &Value)| {
            !self.requires(name) || Schema::of(schema).has("default")
        };
        self.rest().is_none() && self.properties().iter().all(optional)
    }

    /// Returns true if the type accepts null: it is any JSON, a component in `nulls`, or one of its
    /// alternatives accepts null.
    pub(super) fn reads_null(&self, nulls: &BTreeSet<String>) -> bool {
        let any = self.kind() == Kind::Any
            && self.list("allOf").is_empty()
            && !self.has("enum")
            && self.joined().is_none()
            && !self.is_secret();
        match (self.reference(), self.alternatives()) {
            (Some(name), _) => nulls.contains(name),
            (None, Some((_, alternatives))) => {
                let mut alternatives = alternatives.iter().map(Schema::of);
                alternatives.any(|it| it.nullable || it.reads_null(nulls))
            }
            (None, None) => any && !self.has("x-rust-type"),
        }
    }

    /// Returns the wrapper of an optional member. `sent` contains the components that accept null, if the
    /// type is used in requests.
    pub(super) fn slot(&self, required: bool, sent: Option<&BTreeSet<String>>) -> &'static str {
        let is_given = required || self.has("default");
        let map = self.kind() == Kind::Object && !self.is_struct();
        let collection = map || self.kind() == Kind::Array;
        let of_ours = self.has("x-rust-type");
        let null = sent.is_some_and(|nulls| self.reads_null(nulls));
        match () {
            () if is_given && !self.nullable => "plain",
            () if of_ours && !is_given => "nullable",
            () if null && !is_given => "nullable",
            () if collection && !self.nullable && sent.is_none() => "plain",
            () => "option",
        }
    }

    /// Returns the format, unless it does not change the type.
    pub(super) fn format(&self) -> Option<&'a str> {
        let plain = |format: &str| self.kind() == Kind::Text && TEXTS.contains(&format);
        self.text("format").filter(|format| !plain(format))
    }

    fn is_secret(&self) -> bool {
        self.text("format") == Some("password")
    }

    /// Returns the facts that decide the type of a value without parts, in the generator's terms.
    pub(super) fn leaf(&self) -> String {
        // A secret has a separate type, regardless of the other keywords.
        if self.is_secret() {
            match self.kind() {
                Kind::Text => return "a secret text".to_owned(),
                Kind::Integer => return "a secret integer".to_owned(),
                Kind::Other if self.text("type") == Some("number") => {
                    return "a secret number".to_owned();
                }
                Kind::Any => return "a secret".to_owned(),
                Kind::Array => return "a list of secrets".to_owned(),
                Kind::Object if !self.is_struct() => return "a map of secrets".to_owned(),
                Kind::Object | Kind::Other => {}
            }
        }
        let kind = match self.kind() {
            Kind::Text | Kind::Any if self.variants().is_some() => "an enum".to_owned(),
            // The generator ignores a format next to a keyword that it does not know.
            Kind::Text => match self.text("format").filter(|_| !self.has("not")) {
                Some("date-time") => "date-time".to_owned(),
                Some(format) if TEXTS.contains(&format) => "a text".to_owned(),
                _ if ["maxLength", "minLength", "pattern"]
                    .iter()
                    .any(|key| self.has(key)) =>
                {
                    "a checked text".to_owned()
                }
                _ => "a text".to_owned(),
            },
            Kind::Integer => self.integer(),
            Kind::Other if self.text("type") == Some("number") => {
                if self.text("format") == Some("float") {
                    "f32"
                } else {
                    "f64"
                }
                .to_owned()
            }
            Kind::Other => text(self.get("type").unwrap_or(&Value::Null)),
            Kind::Object if self.is_struct() => "a struct".to_owned(),
            Kind::Object => "a map".to_owned(),
            Kind::Array => "a list".to_owned(),
            Kind::Any => "any JSON".to_owned(),
        };
        let listed = self.variants().is_none() && self.has("enum");
        if listed {
            format!("{kind} of listed values")
        } else {
            kind
        }
    }

    /// Returns the type that the generator chooses for an integer: that of the format if the limits fit
    /// it, and otherwise the type with these limits.
    fn integer(&self) -> String {
        const TYPES: [(&str, &str, f64, f64); 10] = [
            ("int8", "i8", -128.0, 127.0),
            ("uint8", "u8", 0.0, 255.0),
            ("int16", "i16", -32_768.0, 32_767.0),
            ("uint16", "u16", 0.0, 65_535.0),
            ("int", "i32", -2_147_483_648.0, 2_147_483_647.0),
            ("int32", "i32", -2_147_483_648.0, 2_147_483_647.0),
            ("uint", "u32", 0.0, 4_294_967_295.0),
            ("uint32", "u32", 0.0, 4_294_967_295.0),
            (
                "int64",
                "i64",
                -9_223_372_036_854_775_808.0,
                9_223_372_036_854_775_807.0,
            ),
            ("uint64", "u64", 0.0, 18_446_744_073_709_551_615.0),
        ];
        let limit = |key: &str, exclusive: &str, step: f64| {
            let limit = self.get(key)?.as_f64()?;
            let outside = self.get(exclusive) == Some(&json!(true));
            Some(if outside { limit + step } else { limit })
        };
        let mut lower = limit("minimum", "exclusiveMinimum", 1.0);
        let mut upper = limit("maximum", "exclusiveMaximum", -1.0);
        let format = self.text("format");
        if let Some((_, ty, min, max)) = TYPES.iter().find(|it| Some(it.0) == format) {
            let within = lower.is_none_or(|it| it >= *min) && upper.is_none_or(|it| it <= *max);
            if within && !self.has("multipleOf") {
                let not_zero = lower.is_some_and(|it| is(it, 1.0));
                return if not_zero {
                    // There is no signed type without zero.
                    format!("u{} but 0", &ty[1..])
                } else {
                    (*ty).to_owned()
                };
            }
            lower = lower.or(Some(*min));
            upper = upper.or(Some(*max));
        }
        if lower.is_some_and(|it| is(it, 1.0)) {
            return "u64 but 0".to_owned();
        }
        let found = TYPES
            .iter()
            .rev()
            .find(|(_, _, min, max)| match (lower, upper) {
                (None, None) => false,
                (lower, upper) => {
                    lower.is_none_or(|it| is(it, *min)) && upper.is_none_or(|it| is(it, *max))
                }
            });
        found.map_or("i64", |it| it.1).to_owned()
    }
}

/// Returns the components whose types accept null. A component can contain another in any order.
pub(super) fn nulls(schemas: Option<&Map<String, Value>>) -> BTreeSet<String> {
    let mut nulls = BTreeSet::new();
    loop {
        let known = nulls.len();
        for (name, schema) in schemas.into_iter().flatten() {
            let schema = Schema::of(schema);
            if schema.nullable || schema.reads_null(&nulls) {
                nulls.insert(name.clone());
            }
        }
        if nulls.len() == known {
            return nulls;
        }
    }
}

fn is(one: f64, other: f64) -> bool {
    (one - other).abs() <= f64::EPSILON
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Object,
    Array,
    Text,
    Integer,
    /// Numbers, booleans, and lists of types.
    Other,
    Any,
}
