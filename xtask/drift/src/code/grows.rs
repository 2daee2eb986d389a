//! Compares the types of two prepared documents, and decides whether they only grow.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;
use trackstar_openapi::Prepared;
use trackstar_openapi::pointer::below;

use super::operation::references;
use super::parts::{Components, paired, title};
use super::schema::{Kind, Reason, Schema, nulls};

/// The components of two documents, and the results of comparing them.
pub(super) struct GrowingTypes<'a> {
    prepared: [&'a Prepared; 2],
    schemas: [Components<'a>; 2],
    /// Components in requests.
    sent: [BTreeSet<&'a str>; 2],
    /// Components that accept null.
    nulls: [BTreeSet<String>; 2],
    found: BTreeMap<String, Component>,
    /// The components that the schemas compared last refer to.
    uses: BTreeSet<String>,
}

struct Component {
    broken: Option<Reason>,
    uses: BTreeSet<String>,
}

/// The context of a schema.
#[derive(Clone, Copy)]
struct TypeContext {
    /// Whether the type is used in requests, before and after.
    sent: [bool; 2],
    /// Whether it is within an inline alternative, whose fields are fixed.
    closed: bool,
    /// Whether absence has a value.
    defaults: bool,
    /// Whether it is a field whose presence and null are compared already.
    field: bool,
}

impl<'a> GrowingTypes<'a> {
    pub(super) fn new(prepared: [&'a Prepared; 2], sent: [BTreeSet<&'a str>; 2]) -> Self {
        let schemas = prepared.map(|it| it.document().pointer("/components/schemas"));
        let schemas = schemas.map(|it| Components(it.and_then(Value::as_object)));
        Self {
            prepared,
            nulls: schemas.map(|all| nulls(all.0)),
            schemas,
            sent,
            found: BTreeMap::new(),
            uses: BTreeSet::new(),
        }
    }

    /// Compares two schemas of an operation and everything that they refer to.
    pub(super) fn compare(
        &mut self,
        before: &Value,
        after: &Value,
        sent: bool,
    ) -> Result<(), Reason> {
        let place = TypeContext {
            sent: [sent; 2],
            closed: false,
            defaults: false,
            // Bodies and parameters are never null.
            field: sent,
        };
        self.uses.clear();
        self.schema(before, after, place)?;
        let mut todo = std::mem::take(&mut self.uses);
        let mut done = BTreeSet::new();
        while let Some(name) = todo.pop_first() {
            let component = self.component(&name);
            if let Some(broken) = &component.broken {
                return Err(broken.clone());
            }
            let uses = component.uses.iter();
            todo.extend(uses.filter(|it| !done.contains(*it)).cloned());
            done.insert(name);
        }
        Ok(())
    }

    /// Returns the type that the name of a type stands for now.
    fn now<'n>(&self, name: &'n str) -> &'n str
    where
        'a: 'n,
    {
        let copies = self.prepared[1].copies();
        copies.get(name).map_or(name, String::as_str)
    }

    fn component(&mut self, name: &str) -> &Component {
        if !self.found.contains_key(name) {
            let component = self.compared(name);
            self.found.insert(name.to_owned(), component);
        }
        &self.found[name]
    }

    fn compared(&mut self, name: &str) -> Component {
        let names = [name, self.now(name)];
        let place = TypeContext {
            sent: [0, 1].map(|side| self.sent[side].contains(names[side])),
            closed: false,
            defaults: true,
            field: false,
        };
        self.uses.clear();
        let compared = match [0, 1].map(|side| self.schemas[side].get(names[side])) {
            [Some(before), Some(after)] => self.schema(before, after, place),
            [None, None] => Ok(()),
            _ => Err("it is no longer a type".to_owned()),
        };
        Component {
            broken: compared.err().map(|why| format!("`{name}`: {why}")),
            uses: std::mem::take(&mut self.uses),
        }
    }

    /// Returns true if a type was another name of an original before.
    fn was_copy(&self, name: &str, original: &str) -> bool {
        let copies = self.prepared[0].copies();
        copies.get(name).is_some_and(|it| it == original)
    }

    /// Returns true if the preparation made this component of an enum in one location. The generator also
    /// makes a type of an enum that is written out, and both have the name of the location. A component that
    /// several locations share has the name of one of them. Other schemas that are written out may have no
    /// type.
    fn is_hoisted_enum(&self, side: usize, name: &str) -> bool {
        let schema = self.schemas[side].get(name);
        schema.is_some_and(|schema| Schema::of(schema).get("enum").is_some())
            && self.prepared[side]
                .origins()
                .contains_key(&below("/components/schemas", &[name]))
            && self.is_used_once(side, name)
    }

    fn is_used_once(&self, side: usize, name: &str) -> bool {
        let reference = format!("#/components/schemas/{name}");
        let all = references(self.prepared[side].document());
        all.filter(|it| *it == reference).count() == 1
    }

    fn schema(&mut self, before: &Value, after: &Value, place: TypeContext) -> Result<(), Reason> {
        let (was, is) = (Schema::of(before), Schema::of(after));
        if was.nullable != is.nullable && !place.field {
            return Err("the presence of a value became optional or required".to_owned());
        }
        let [place, field] = [false, true].map(|field| TypeContext { field, ..place });
        match (was.reference(), is.reference()) {
            (Some(one), Some(other)) if one == other || self.now(one) == other => {
                self.uses.insert(one.to_owned());
                return Ok(());
            }
            (None, None) => {}
            (Some(one), Some(other)) if self.was_copy(other, one) => {
                return Err(format!(
                    "`{other}` was another name of `{one}` and is a separate type now"
                ));
            }
            (Some(name), None) if self.is_hoisted_enum(0, name) && is.get("enum").is_some() => {
                let own = self.schemas[0].get(name).unwrap_or(before);
                return self.schema(own, after, field);
            }
            (None, Some(name)) if self.is_hoisted_enum(1, name) && was.get("enum").is_some() => {
                let own = self.schemas[1].get(name).unwrap_or(after);
                return self.schema(before, own, field);
            }
            _ => return Err("its type has another name".to_owned()),
        }
        self.of_ours(&was, &is, place)?;
        match (was.alternatives(), is.alternatives()) {
            (None, None) => {}
            (Some((one, before)), Some((other, after))) if one == other => {
                self.alternatives(before, after, place)?;
            }
            _ => return Err("its type has other alternatives".to_owned()),
        }
        let (parts, now) = (was.list("allOf"), is.list("allOf"));
        let [components, components_now] = self.schemas;
        let (parts, now) = (components.parts(parts), components_now.parts(now));
        if parts.len() != now.len() {
            let whole = (components.merged(before), components_now.merged(after));
            let (Some(was), Some(is)) = whole else {
                return Err("its type is made of others".to_owned());
            };
            return self.schema(&was, &is, place);
        }
        for (part, partner) in paired(&parts, &now, "its type is made of others")? {
            self.schema(part, partner, place)?;
        }
        let (one, other) = (was.leaf(), is.leaf());
        if one != other {
            return Err(format!("its type was {one} and is {other}"));
        }
        if let (Some(before), Some(after)) = (was.variants(), is.variants()) {
            let gone = before.iter().find(|value| !after.contains(value));
            return match gone {
                Some(value) => Err(format!("the variant of `{value}` is gone")),
                None => Ok(()),
            };
        }
        if place.defaults && was.get("default").is_some() != is.get("default").is_some() {
            return Err("only one of the two has a default".to_owned());
        }
        match was.kind() {
            Kind::Object => self.object(&was, &is, place),
            Kind::Array => self.items(&was, &is, place),
            _ => Ok(()),
        }
    }

    /// Compares types of the client's library, which an extension names.
    fn of_ours(
        &mut self,
        was: &Schema<'_>,
        is: &Schema<'_>,
        place: TypeContext,
    ) -> Result<(), Reason> {
        let (one, other) = match (was.get("x-rust-type"), is.get("x-rust-type")) {
            (None, None) => return Ok(()),
            (Some(one), Some(other)) if one["path"] == other["path"] => (one, other),
            _ => return Err("null and absence are no longer distinguished, or are now".to_owned()),
        };
        let parameters =
            |value: &'_ Value| value["parameters"].as_array().cloned().unwrap_or_default();
        for (before, after) in parameters(one).iter().zip(&parameters(other)) {
            self.schema(before, after, place)?;
        }
        Ok(())
    }

    /// Compares alternatives. Additional ones are additional variants. Alternatives with names are
    /// matched by name, and the others by order.
    fn alternatives(
        &mut self,
        before: &[Value],
        after: &[Value],
        place: TypeContext,
    ) -> Result<(), Reason> {
        if before.len() < 2 && before.len() != after.len() {
            return Err("one type became several".to_owned());
        }
        let scalars = |all: &[Value]| all.iter().all(|it| Schema::of(it).is_scalar());
        if scalars(before) && !scalars(after) {
            return Err("it can be displayed no longer".to_owned());
        }
        let gone = "an alternative is gone, or has another name";
        for (one, partner) in paired(before, after, gone)? {
            let formats = [one, partner].map(|it| Schema::of(it).format());
            if title(one) != title(partner) || formats[0] != formats[1] {
                return Err("an alternative has another name".to_owned());
            }
            let place = TypeContext {
                closed: true,
                ..place
            };
            self.schema(one, partner, place)?;
        }
        Ok(())
    }

    fn items(
        &mut self,
        was: &Schema<'_>,
        is: &Schema<'_>,
        place: TypeContext,
    ) -> Result<(), Reason> {
        let fixed = |schema: &Schema<'_>| {
            let count = schema
                .get("maxItems")
                .filter(|it| Some(*it) == schema.get("minItems"));
            count.cloned()
        };
        if fixed(was) != fixed(is) {
            return Err("its type has another length".to_owned());
        }
        let place = TypeContext {
            closed: false,
            ..place
        };
        let any = Value::Null;
        let items = (
            was.get("items").unwrap_or(&any),
            is.get("items").unwrap_or(&any),
        );
        self.schema(items.0, items.1, place)
    }

    fn object(
        &mut self,
        was: &Schema<'_>,
        is: &Schema<'_>,
        place: TypeContext,
    ) -> Result<(), Reason> {
        let within = TypeContext {
            closed: false,
            defaults: true,
            field: true,
            ..place
        };
        let (before, after) = (was.properties(), is.properties());
        for (name, schema) in &before {
            let Some((_, now)) = after.iter().find(|(other, _)| other == name) else {
                return Err(format!("the field `{name}` is gone"));
            };
            let slot = |schema: &Schema<'_>, value: &Value, side: usize| {
                let sent = place.sent[side].then_some(&self.nulls[side]);
                Schema::of(value).slot(schema.requires(name), sent)
            };
            let slots = (slot(was, schema, 0), slot(is, now, 1));
            if slots.0 != slots.1 {
                return Err(format!("the field `{name}` may be absent, or no longer"));
            }
            self.schema(schema, now, within)
                .map_err(|why| format!("`{name}`: {why}"))?;
        }
        for (name, schema) in &after {
            let required = is.requires(name) && Schema::of(schema).get("default").is_none();
            let new = before.iter().all(|(other, _)| other != name);
            if was.is_struct() && new && (place.closed || (required && place.sent[0])) {
                return Err(format!("the field `{name}` has to be given"));
            }
        }
        if was.is_struct() && was.has_default() && !is.has_default() {
            return Err("it no longer has a default".to_owned());
        }
        match (was.rest(), is.rest()) {
            (None, Some(_)) if was.is_struct() && !place.closed => Ok(()),
            (None, None) => Ok(()),
            (Some(before), Some(after)) => self.schema(before, after, within),
            (None | Some(_), _) => {
                let any = Value::Null;
                let any_map = !was.is_struct();
                let (before, after) = (was.rest().unwrap_or(&any), is.rest().unwrap_or(&any));
                if any_map {
                    self.schema(before, after, within)
                } else {
                    Err("its field for more properties is gone, or new".to_owned())
                }
            }
        }
    }
}
