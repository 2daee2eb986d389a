//! Variations of responses that every reader must accept: additions to the document and other notations.

use serde_json::{Value, json};

use trackstar_mock::instance::{Instance, PlaceKind};

/// An instance with one kind of change at every possible place.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Mutation {
    pub(crate) what: String,
    pub(crate) value: Value,
    /// The changed places, so that a failure can be reduced to one of them.
    pub(crate) places: Vec<String>,
    kind: PlaceKind,
}

/// The name of a property that is in no document.
const UNKNOWN: &str = "unknown_to_the_document";

/// Returns all changes of the instance. `whole` is true if integers are also written as `1.0`.
pub(crate) fn changes(instance: &Instance, whole: bool) -> Vec<Mutation> {
    let everywhere = |kind, what| changed(instance, kind, what, |_| true);
    let mut all = vec![
        everywhere(PlaceKind::Object, "an unknown field in every object"),
        everywhere(PlaceKind::Enum, "an unknown value in every enum"),
    ];
    if whole {
        all.push(everywhere(PlaceKind::Whole, "whole numbers as 1.0"));
    }
    // Null at an outer place hides the inner ones, so each level is a separate change.
    let depth = |pointer: &str| pointer.matches('/').count();
    let optional = instance
        .places
        .iter()
        .filter(|it| it.kind == PlaceKind::Optional);
    let mut levels: Vec<usize> = optional.map(|it| depth(&it.pointer)).collect();
    levels.sort_unstable();
    levels.dedup();
    for level in levels {
        let what = format!("null in every optional place of level {level}");
        let at_level = |pointer: &str| depth(pointer) == level;
        all.push(changed(instance, PlaceKind::Optional, &what, at_level));
    }
    all.retain(|changed| !changed.places.is_empty());
    all
}

impl Mutation {
    /// Returns true if the change is to null.
    pub(crate) fn is_null(&self) -> bool {
        self.kind == PlaceKind::Optional
    }

    /// Returns the same change at one place.
    pub(crate) fn alone(&self, original: &Value, place: &str) -> Value {
        let mut value = original.clone();
        apply(&mut value, place, self.kind);
        value
    }
}

fn changed(
    instance: &Instance,
    kind: PlaceKind,
    what: &str,
    wanted: impl Fn(&str) -> bool,
) -> Mutation {
    let places = instance
        .places
        .iter()
        .filter(|it| it.kind == kind && wanted(&it.pointer));
    let places: Vec<String> = places.map(|it| it.pointer.clone()).collect();
    let mut value = instance.value.clone();
    for place in &places {
        apply(&mut value, place, kind);
    }
    Mutation {
        what: what.to_owned(),
        value,
        places,
        kind,
    }
}

fn apply(value: &mut Value, place: &str, kind: PlaceKind) {
    let Some(target) = value.pointer_mut(place) else {
        return;
    };
    match kind {
        PlaceKind::Object => {
            if let Some(fields) = target.as_object_mut() {
                fields.insert(UNKNOWN.to_owned(), json!({"deep": [1, null]}));
            }
        }
        PlaceKind::Enum => *target = json!("a value unknown to the document"),
        PlaceKind::Optional => *target = Value::Null,
        PlaceKind::Whole => *target = json!(target.as_f64()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use trackstar_mock::instance::{Mode, instance};

    #[test]
    fn mutates_every_position_and_null_level_by_level() {
        let document = json!({"type": "object", "properties": {
            "kind": {"enum": ["a"]}, "count": {"type": "integer"},
            "inner": {"type": "object", "required": ["r"], "properties": {"o": {"type": "string"}, "r": {"type": "string"}}},
        }});
        let full = instance(&document, "", Mode::Full, 0).expect("an instance");
        let all = changes(&full, true);
        let seen: Vec<_> = all.iter().map(|it| (it.what.as_str(), &it.value)).collect();
        let unknown = json!({"deep": [1, null]});
        let inner = json!({"o": "o-text", "r": "r-text"});
        assert_eq!(
            seen,
            [
                (
                    "an unknown field in every object",
                    &json!({"kind": "a", "count": 3, UNKNOWN: unknown,
                "inner": {"o": "o-text", "r": "r-text", UNKNOWN: unknown}})
                ),
                (
                    "an unknown value in every enum",
                    &json!({"kind": "a value unknown to the document", "count": 3, "inner": inner})
                ),
                (
                    "whole numbers as 1.0",
                    &json!({"kind": "a", "count": 3.0, "inner": inner})
                ),
                (
                    "null in every optional place of level 1",
                    &json!({"kind": null, "count": null, "inner": null})
                ),
                (
                    "null in every optional place of level 2",
                    &json!({"kind": "a", "count": 3, "inner": {"o": null, "r": "r-text"}})
                ),
            ]
        );
        assert_eq!(
            all[3].alone(&full.value, "/kind"),
            json!({"kind": null, "count": 3, "inner": inner})
        );
        assert_eq!(changes(&full, false).len(), 4);
    }
}
