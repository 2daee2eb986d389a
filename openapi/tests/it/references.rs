//! Compares reference resolution with the crate `jsonschema`.

use proptest::collection::vec;
use proptest::prelude::*;
use serde_json::{Map, Value, json};
use trackstar_openapi::pointer::below;
use trackstar_openapi::reference;

/// Names with all characters that pointers or fragments escape.
const NAMES: [&str; 8] = ["a", "b/c", "d~e", "~1", "f g", "%20", "ü", "h#?i"];

proptest! {
    #[test]
    fn resolves_references_like_jsonschema(
        // The target of each schema: an earlier one, or none.
        links in vec(prop::option::of(0..NAMES.len()), NAMES.len()),
    ) {
        let mut schemas = Map::new();
        for (own, (name, link)) in NAMES.iter().zip(&links).enumerate() {
            let schema = match link {
                None => json!({"const": own}),
                Some(other) if *other < own => {
                    json!({"$ref": reference::to(&below("/schemas", &[NAMES[*other]]))})
                }
                Some(_) => json!({"$ref": "#/schemas/none"}),
            };
            schemas.insert((*name).to_owned(), schema);
        }
        for name in NAMES {
            let place = below("/schemas", &[name]);
            let document = json!({"$ref": reference::to(&place), "schemas": schemas});
            let found = reference::resolve(&document, &place).map(|(_, value)| value["const"].clone());
            let validator = jsonschema::validator_for(&document).ok();
            let accepted: Option<Vec<Value>> = validator.map(|validator| {
                let values = (0..NAMES.len()).map(Value::from);
                values.filter(|value| validator.is_valid(value)).collect()
            });
            prop_assert_eq!(found.map(|value| vec![value]), accepted, "{} in {}", name, document);
        }
    }
}
