//! Changes of parameters.

use serde_json::json;

use super::List;
use crate::places::Kind;

pub(super) fn parameter(list: &mut List) {
    let parameter = Kind::Parameter;
    list.flip(parameter, "parameter required", "required");
    list.set(
        parameter,
        "parameter named otherwise",
        "name",
        json!("named_otherwise"),
    );
    for place in ["query", "header", "cookie"] {
        list.set(parameter, "parameter elsewhere", "in", json!(place));
    }
    list.add(parameter, "parameter in another case", |parameter, _| {
        let name = parameter.get("name")?.as_str()?.to_uppercase();
        parameter.insert("name".to_owned(), json!(name));
        Some(())
    });
    for style in [
        "form",
        "spaceDelimited",
        "pipeDelimited",
        "deepObject",
        "simple",
    ] {
        list.set(parameter, "style", "style", json!(style));
    }
    list.set(parameter, "explode", "explode", json!(true));
    list.set(parameter, "no explode", "explode", json!(false));
    list.flip(parameter, "allowReserved", "allowReserved");
    list.add(parameter, "as JSON", |parameter, _| {
        let schema = parameter.remove("schema")?;
        parameter.insert(
            "content".to_owned(),
            json!({"application/json": {"schema": schema}}),
        );
        Some(())
    });
    list.set(
        parameter,
        "list with commas",
        "schema",
        json!({"type": "array", "items": {"type": "string"}}),
    );
}
