//! The serialization of parameters: `style` and `explode`, with their defaults.

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
    /// Name of the style in OpenAPI.
    pub style: &'a str,
    /// Whether each item of a list and each property of an object is written separately.
    pub explode: bool,
}

impl<'a> Serialization<'a> {
    /// Returns the serialization of a parameter, or of a response header (without `in`). Missing fields
    /// have OpenAPI's defaults.
    ///
    /// The default of `style` depends on the location: `form` for queries and cookies, `simple` for paths
    /// and headers. The default of `explode` is true for `form` and false for all other styles.
    #[must_use]
    pub fn of(parameter: &'a Value) -> Self {
        let text = |key: &str| parameter.get(key).and_then(Value::as_str);
        let usual = match text("in") {
            Some("query" | "cookie") => "form",
            _ => "simple",
        };
        let style = text("style").unwrap_or(usual);
        let explode = parameter.get("explode").and_then(Value::as_bool);
        Self {
            style,
            explode: explode.unwrap_or(style == "form"),
        }
    }
}
