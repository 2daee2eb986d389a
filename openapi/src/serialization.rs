//! How the value of a parameter is written: `style` and `explode`, stated or by default.

use serde_json::Value;

/// The effective `style` and `explode` of a parameter.
///
/// ```
/// use serde_json::json;
/// use trackstar_openapi::Serialization;
///
/// let of = |parameter| {
///     let Serialization { style, explode } = Serialization::of(&parameter);
///     (style.to_owned(), explode)
/// };
/// assert_eq!(of(json!({"in": "query", "name": "a"})), ("form".to_owned(), true));
/// assert_eq!(of(json!({"in": "path", "name": "a"})), ("simple".to_owned(), false));
/// let piped = json!({"in": "query", "name": "a", "style": "pipeDelimited"});
/// assert_eq!(of(piped), ("pipeDelimited".to_owned(), false));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Serialization<'a> {
    /// The style, by its name in OpenAPI.
    pub style: &'a str,
    /// Whether the items of a list and the properties of an object stand by themselves.
    pub explode: bool,
}

impl<'a> Serialization<'a> {
    /// Returns what the parameter states, and OpenAPI's defaults for what it does not state.
    ///
    /// The defaults depend on the place: `form` in a query and in cookies, `simple` in a path and in
    /// headers. `explode` is true for `form` and false for all other styles.
    #[must_use]
    pub fn of(parameter: &'a Value) -> Self {
        let text = |key: &str| parameter.get(key).and_then(Value::as_str);
        let usual = match text("in") {
            Some("path" | "header") => "simple",
            _ => "form",
        };
        let style = text("style").unwrap_or(usual);
        let explode = parameter.get("explode").and_then(Value::as_bool);
        Self {
            style,
            explode: explode.unwrap_or(style == "form"),
        }
    }
}
