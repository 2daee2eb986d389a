//! Generates values that match a schema. You always get the same ones.

use serde_json::{Map, Value, json};
use trackstar_openapi::pointer::below;
use trackstar_openapi::{Merged, is_a};

use crate::leaf::{self, fits, make_unique};

/// Selects which parts of a schema are generated.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    /// All properties and items.
    Full,
    /// Only properties and items that are required.
    Minimal,
    /// All properties and items, using the examples from the document even if they don't match the
    /// schema.
    Examples,
}

/// A value that matches a schema, along with the places where a test could change it.
#[derive(Clone, Debug)]
pub struct Instance {
    /// The value.
    pub value: Value,
    /// The places where a test could change it.
    pub places: Vec<Place>,
    /// The optional properties that are missing because we couldn't generate a value, and why.
    pub skipped: Vec<String>,
}

/// A part of an instance that a test could change.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// The JSON pointer.
    pub pointer: String,
    /// The kind of value or property.
    pub kind: PlaceKind,
    /// Whether the value may be null.
    pub null: bool,
}

/// The kind of a [`Place`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PlaceKind {
    /// An object with known properties.
    Object,
    /// A string from an enum.
    Enum,
    /// An optional property.
    Optional,
    /// An integer.
    Whole,
}

/// The reason why a value couldn't be generated.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Missing {
    /// The schema is recursive, and we've already expanded it often enough.
    Recursion,
    Because(String),
}

/// The number of times that we expand a recursive schema.
const UNROLLED: usize = 2;
/// The maximum number of values that we generate. Beyond this, optional properties are left out.
const MOST: usize = 20_000;

/// Generates a value for the schema at `pointer`.
///
/// At the top level, this uses the alternative with the index `choice`. Everywhere else, it's the
/// first alternative that works.
///
/// ```
/// use trackstar_mock::instance::{Mode, instance};
///
/// let document = serde_json::json!({"type": "object", "properties": {"n": {"const": 5}}});
/// let made = instance(&document, "", Mode::Full, 0).unwrap();
/// assert_eq!(made.value, serde_json::json!({"n": 5}));
/// ```
///
/// # Errors
///
/// If there is no value that matches the schema, or if we didn't find any, this returns the reason.
pub fn instance(
    document: &Value,
    pointer: &str,
    mode: Mode,
    choice: usize,
) -> Result<Instance, String> {
    let schema = document
        .pointer(pointer)
        .ok_or_else(|| format!("{pointer} does not exist in the document"))?;
    let mut maker = Maker {
        document,
        mode,
        made: 0,
        places: Vec::new(),
        skipped: Vec::new(),
    };
    let at = At {
        pointer: "",
        name: "",
        trail: &[],
        choice,
    };
    match maker.make(vec![schema], at) {
        Ok(value) => Ok(Instance {
            value,
            places: maker.places,
            skipped: maker.skipped,
        }),
        Err(Missing::Because(reason)) => Err(reason),
        Err(Missing::Recursion) => Err("the schema requires itself, so no value matches it".into()),
    }
}

/// Returns the number of alternatives at the top level of a schema.
#[must_use]
pub fn alternatives(document: &Value, pointer: &str) -> usize {
    let merged = Merged::of(document, document.pointer(pointer));
    let lists = merged.alternatives.iter().map(|of| of.all.len());
    lists.max().unwrap_or(1)
}

struct Maker<'a> {
    document: &'a Value,
    mode: Mode,
    made: usize,
    places: Vec<Place>,
    skipped: Vec<String>,
}

#[derive(Clone, Copy)]
struct At<'t, 'a> {
    pointer: &'t str,
    /// The name of the property with this value.
    name: &'t str,
    /// The references that we've followed to get here.
    trail: &'t [&'a str],
    choice: usize,
}

impl<'a> Maker<'a> {
    fn make(&mut self, schemas: Vec<&'a Value>, at: At<'_, 'a>) -> Result<Value, Missing> {
        self.made += 1;
        self.settle(Merged::of(self.document, schemas), at)
    }

    /// Tries one alternative after the other.
    fn settle(&mut self, mut merged: Merged<'a>, at: At<'_, 'a>) -> Result<Value, Missing> {
        let deep = |reference: &&str| at.trail.iter().filter(|it| it == &reference).count();
        if merged.references().iter().any(|it| deep(it) >= UNROLLED) {
            return Err(Missing::Recursion);
        }
        if self.mode == Mode::Examples
            && let Some(example) = merged.examples().first()
        {
            return Ok((*example).clone());
        }
        let Some(alternatives) = merged.alternatives.pop() else {
            let mut trail = at.trail.to_vec();
            trail.extend(merged.references());
            return self.fill(
                &merged,
                At {
                    trail: &trail,
                    ..at
                },
            );
        };
        let count = alternatives.all.len();
        let mut order: Vec<&Value> = (0..count)
            .map(|index| &alternatives.all[(index + at.choice) % count])
            .collect();
        // We try null last because it isn't very interesting.
        order.sort_by_key(|it| it.get("type").is_some_and(|kind| kind == "null"));
        let mut last = Missing::Because(format!(
            "{}: none of the alternatives can be generated",
            at.pointer
        ));
        for alternative in order {
            let mut merged = merged.clone();
            merged.add(alternative);
            let (places, skipped) = (self.places.len(), self.skipped.len());
            match self.settle(merged, at) {
                Ok(value) => return Ok(value),
                Err(missing) => last = missing,
            }
            self.places.truncate(places);
            self.skipped.truncate(skipped);
        }
        Err(last)
    }

    fn fill(&mut self, merged: &Merged<'a>, at: At<'_, 'a>) -> Result<Value, Missing> {
        let because = |reason: String| Missing::Because(format!("{}: {reason}", at.pointer));
        if merged.is_impossible() {
            return Err(because("no value matches the schema".into()));
        }
        let examples = merged.examples();
        if let Some(values) = merged.values() {
            let shown = examples.iter().filter(|it| values.contains(it));
            let nulls = values.iter().filter(|it| it.is_null());
            let all = shown.chain(values.iter().filter(|it| !it.is_null()));
            let value = all.chain(nulls).find(|it| fits(merged, it));
            let value = value.ok_or_else(|| because("no value of the enum matches".into()))?;
            if value.is_string() {
                self.note(at.pointer, PlaceKind::Enum);
            }
            return Ok((*value).clone());
        }
        let kind = merged.kind();
        match kind {
            Some("object") => return self.object(merged, at),
            Some("array") => return self.array(merged, at),
            Some("null") => return Ok(Value::Null),
            _ => {}
        }
        let of_kind = |it: &&&Value| kind.is_none_or(|kind| is_a(kind, it));
        let shown = examples.iter().filter(of_kind).find(|it| fits(merged, it));
        let value = match (shown, kind) {
            (Some(shown), _) => (*shown).clone(),
            (None, Some("boolean")) => json!(true),
            (None, Some("integer")) => leaf::number(merged, true).map_err(because)?,
            (None, Some("number")) => leaf::number(merged, false).map_err(because)?,
            (None, Some("string")) => leaf::text(merged, at.name).map_err(because)?,
            (None, _) => json!({"anything": ["goes", 1, null]}),
        };
        if kind == Some("integer") && value.is_i64() {
            self.note(at.pointer, PlaceKind::Whole);
        }
        Ok(value)
    }

    fn object(&mut self, merged: &Merged<'a>, at: At<'_, 'a>) -> Result<Value, Missing> {
        let mut fields = Map::new();
        let (properties, needed) = (merged.properties(), merged.required());
        let is_map = properties.is_empty();
        // If there is a schema for additional properties, we can't make up unknown ones.
        let rest: Vec<&Value> = merged.each("additionalProperties").collect();
        let shut = rest.contains(&&Value::Bool(false));
        let typed = !shut
            && rest
                .iter()
                .any(|it| it.as_object().is_some_and(|it| !it.is_empty()));
        if !is_map && !typed {
            self.note(at.pointer, PlaceKind::Object);
        }
        for (name, schemas) in properties {
            let required = needed.contains(name);
            if !required && (self.mode == Mode::Minimal || self.made > MOST) {
                continue;
            }
            let pointer = below(at.pointer, &[name]);
            let (places, skipped) = (self.places.len(), self.skipped.len());
            if !required {
                self.note(&pointer, PlaceKind::Optional);
                let merged = Merged::of(self.document, schemas.iter().copied());
                let null = merged.types().is_none_or(|it| it.contains("null"));
                if let Some(place) = self.places.last_mut() {
                    place.null = null;
                }
            }
            let below = At {
                pointer: &pointer,
                name,
                trail: at.trail,
                choice: 0,
            };
            match self.make(schemas, below) {
                // At the end of a recursion, null isn't very interesting either.
                Ok(Value::Null) if !required => {
                    self.places.truncate(places);
                    self.skipped.truncate(skipped);
                }
                Ok(value) => {
                    fields.insert((*name).to_owned(), value);
                }
                Err(missing) if required => return Err(missing),
                Err(missing) => {
                    self.places.truncate(places);
                    self.skipped.truncate(skipped);
                    if let Missing::Because(reason) = missing {
                        self.skipped.push(reason);
                    }
                }
            }
        }
        for name in needed {
            if !fields.contains_key(name) {
                let value = self.entry(rest.clone(), at, name)?;
                fields.insert(name.to_owned(), value);
            }
        }
        if self.mode != Mode::Minimal && (typed || is_map && !shut) {
            let name = self.name(merged, at);
            match self.entry(rest, at, &name) {
                Ok(value) => {
                    fields.insert(name, value);
                }
                Err(Missing::Recursion) => {}
                Err(Missing::Because(reason)) => self.skipped.push(reason),
            }
        }
        Ok(Value::Object(fields))
    }

    /// Returns a name for an additional property.
    fn name(&self, merged: &Merged<'a>, at: At<'_, 'a>) -> String {
        let names = Merged::of(self.document, merged.each("propertyNames"));
        let name = match names.values().and_then(|values| values.first().copied()) {
            Some(first) => Some(first.clone()),
            None if merged.each("propertyNames").next().is_none() => None,
            None => leaf::text(&names, at.name).ok(),
        };
        match name {
            Some(Value::String(name)) => name,
            _ => "key of a map".to_owned(),
        }
    }

    /// Generates the value of an additional property.
    fn entry(
        &mut self,
        rest: Vec<&'a Value>,
        at: At<'_, 'a>,
        name: &str,
    ) -> Result<Value, Missing> {
        let pointer = below(at.pointer, &[name]);
        let at = At {
            pointer: &pointer,
            name,
            trail: at.trail,
            choice: 0,
        };
        self.make(rest, at)
    }

    fn array(&mut self, merged: &Merged<'a>, at: At<'_, 'a>) -> Result<Value, Missing> {
        let limit = |key: &str| {
            let value = merged.limit(key).and_then(Value::as_u64);
            value.and_then(|value| usize::try_from(value).ok())
        };
        let least = limit("minItems").unwrap_or(0);
        let wanted = match self.mode {
            Mode::Minimal => least,
            // This needs an item for each schema in `prefixItems`, but at least one.
            _ => least.max(merged.prefix()).max(1),
        };
        let shut = |index: &usize| merged.item(*index).contains(&&Value::Bool(false));
        let most = (0..=merged.prefix()).find(shut).unwrap_or(usize::MAX);
        let wanted = wanted.min(limit("maxItems").unwrap_or(most)).min(most);
        let mut items: Vec<Value> = Vec::new();
        for index in 0..wanted {
            let pointer = below(at.pointer, &[&index.to_string()]);
            let at = At {
                pointer: &pointer,
                name: at.name,
                trail: at.trail,
                choice: index,
            };
            let places = self.places.len();
            match self.make(merged.item(index), at) {
                Ok(value) => items.push(value),
                Err(Missing::Recursion) if index >= least => {
                    self.places.truncate(places);
                    break;
                }
                Err(missing) => return Err(missing),
            }
        }
        if merged.each("uniqueItems").any(|it| it == true) {
            make_unique(&mut items);
        }
        Ok(Value::Array(items))
    }

    fn note(&mut self, pointer: &str, kind: PlaceKind) {
        self.places.push(Place {
            pointer: pointer.to_owned(),
            kind,
            null: false,
        });
    }
}

#[cfg(test)]
mod tests;
