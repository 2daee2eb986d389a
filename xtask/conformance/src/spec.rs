//! The OpenAPI specification's meaning of an operation: a separate implementation that shares only the
//! parser and the resolution of references with the client and its preparation.

use serde_json::Value;
use trackstar_openapi::pointer::below;
use trackstar_openapi::reference::resolve;
use trackstar_openapi::{Merged, methods};

/// The header of the organization's API key.
pub(crate) const API_KEY: &str = "x-trackstar-api-key";
/// The header of the access token, which identifies a connection.
pub(crate) const ACCESS_TOKEN: &str = "x-trackstar-access-token";

/// An operation with resolved references.
#[derive(Clone, Debug)]
pub(crate) struct Operation {
    /// The method in upper case.
    pub(crate) method: String,
    /// The path template.
    pub(crate) path: String,
    pub(crate) pointer: String,
    pub(crate) parameters: Vec<Parameter>,
    pub(crate) body: Option<Body>,
    /// The successes.
    pub(crate) responses: Vec<ResponseSpec>,
    /// The URLs of its servers, if they differ from those of the document.
    pub(crate) servers: Vec<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ParameterLocation {
    Path,
    Query,
    Header,
    Cookie,
}

/// The style of a value, by its OpenAPI name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Style {
    Form,
    SpaceDelimited,
    PipeDelimited,
    DeepObject,
    Simple,
    Label,
    Matrix,
}

#[derive(Clone, Debug)]
pub(crate) struct Parameter {
    pub(crate) name: String,
    pub(crate) place: ParameterLocation,
    pub(crate) required: bool,
    /// The pointer of its schema.
    pub(crate) schema: Option<String>,
    /// Whether it has a media type instead of a style.
    pub(crate) content: bool,
    pub(crate) style: Style,
    pub(crate) explode: bool,
    /// The declared properties of its schema. The list is empty for a map and for an object with
    /// additional properties.
    pub(crate) properties: Vec<String>,
    /// Its examples, without those of its schema.
    pub(crate) examples: Vec<Value>,
}

#[derive(Clone, Debug)]
pub(crate) struct Body {
    pub(crate) required: bool,
    pub(crate) media: Vec<Media>,
}

/// A body with one media type.
#[derive(Clone, Debug)]
pub(crate) struct Media {
    pub(crate) name: String,
    /// The pointer of its schema.
    pub(crate) schema: Option<String>,
    pub(crate) examples: Vec<Value>,
}

/// A success.
#[derive(Clone, Debug)]
pub(crate) struct ResponseSpec {
    pub(crate) status: u16,
    /// The media types, or none for a response without content.
    pub(crate) media: Vec<Media>,
}

impl Operation {
    /// Returns the method and the path for reports.
    pub(crate) fn title(&self) -> String {
        format!("{} {}", self.method, self.path)
    }

    /// Returns true if the document lists the header of the access token.
    pub(crate) fn lists_token(&self) -> bool {
        let mut headers = self
            .parameters
            .iter()
            .filter(|it| it.place == ParameterLocation::Header);
        headers.any(|it| it.name.eq_ignore_ascii_case(ACCESS_TOKEN))
    }

    /// Returns the parameters that are arguments of a call: all except the credentials.
    pub(crate) fn arguments(&self) -> impl Iterator<Item = &Parameter> {
        self.parameters.iter().filter(|it| {
            let name = it.name.to_ascii_lowercase();
            it.place != ParameterLocation::Header
                || ![API_KEY, ACCESS_TOKEN].contains(&name.as_str())
        })
    }
}

/// Returns a media type without parameters in lower case.
pub(crate) fn essence(media: &str) -> String {
    let name = media.split(';').next().unwrap_or_default();
    name.trim().to_ascii_lowercase()
}

/// Returns true if a media type is JSON, by its name or by its suffix (RFC 6839).
pub(crate) fn is_json(media: &str) -> bool {
    let name = essence(media);
    ["application/json", "text/json"].contains(&name.as_str()) || name.ends_with("+json")
}

/// Reads all operations in `paths`, in the order of path and method.
pub(crate) fn operations(document: &Value) -> Vec<Operation> {
    let reader = Reader(document);
    let mut operations = Vec::new();
    for path in keys(document.get("paths")) {
        let Some((item, _)) = resolve(document, &below("/paths", &[path])) else {
            continue;
        };
        for method in methods() {
            let pointer = below(&item, &[method]);
            if document.pointer(&pointer).is_some() {
                operations.push(reader.operation(method, path, &item, pointer));
            }
        }
    }
    operations
}

struct Reader<'a>(&'a Value);

impl Reader<'_> {
    fn at(&self, pointer: &str) -> Option<&Value> {
        self.0.pointer(pointer)
    }

    fn operation(&self, method: &str, path: &str, item: &str, pointer: String) -> Operation {
        let mut parameters = self.parameters(&below(&pointer, &["parameters"]));
        for shared in self.parameters(&below(item, &["parameters"])) {
            let same = |own: &Parameter| own.name == shared.name && own.place == shared.place;
            if !parameters.iter().any(same) {
                parameters.push(shared);
            }
        }
        let body = resolve(self.0, &below(&pointer, &["requestBody"])).map(|(at, body)| Body {
            required: body.get("required") == Some(&Value::Bool(true)),
            media: self.media(&at),
        });
        Operation {
            method: method.to_uppercase(),
            path: path.to_owned(),
            parameters,
            body: body.filter(|body| !body.media.is_empty()),
            responses: self.responses(&below(&pointer, &["responses"])),
            servers: self.servers(&[&pointer, item]),
            pointer,
        }
    }

    fn parameters(&self, list: &str) -> Vec<Parameter> {
        let count = self.at(list).and_then(Value::as_array).map_or(0, Vec::len);
        let pointers = (0..count).map(|index| below(list, &[&index.to_string()]));
        pointers.filter_map(|at| self.parameter(&at)).collect()
    }

    fn parameter(&self, at: &str) -> Option<Parameter> {
        let (pointer, value) = resolve(self.0, at)?;
        let text = |key: &str| value.get(key).and_then(Value::as_str);
        let place = match text("in")? {
            "path" => ParameterLocation::Path,
            "query" => ParameterLocation::Query,
            "header" => ParameterLocation::Header,
            "cookie" => ParameterLocation::Cookie,
            _ => return None,
        };
        let name = text("name")?.to_owned();
        // OpenAPI, "Parameter Object": such a definition shall be ignored.
        let ignored = ["accept", "content-type", "authorization"];
        if place == ParameterLocation::Header
            && ignored.contains(&name.to_ascii_lowercase().as_str())
        {
            return None;
        }
        let style = match (text("style"), place) {
            (Some("spaceDelimited"), _) => Style::SpaceDelimited,
            (Some("pipeDelimited"), _) => Style::PipeDelimited,
            (Some("deepObject"), _) => Style::DeepObject,
            (Some("label"), _) => Style::Label,
            (Some("matrix"), _) => Style::Matrix,
            (Some("form"), _) | (_, ParameterLocation::Query | ParameterLocation::Cookie) => {
                Style::Form
            }
            (_, ParameterLocation::Path | ParameterLocation::Header) => Style::Simple,
        };
        let own = below(&pointer, &["schema"]);
        let content = value.get("schema").is_none() && value.get("content").is_some();
        let schema = match self.at(&own) {
            Some(_) => Some(own),
            None => self.media(&pointer).into_iter().find_map(|it| it.schema),
        };
        let explode = value.get("explode").and_then(Value::as_bool);
        let properties = schema.as_deref().map(|at| self.properties(at));
        Some(Parameter {
            name,
            place,
            required: place == ParameterLocation::Path
                || value.get("required") == Some(&Value::Bool(true)),
            schema,
            content,
            style,
            // "When `style` is `form`, the default value is `true`. For all other styles, `false`."
            explode: explode.unwrap_or(style == Style::Form),
            properties: properties.unwrap_or_default(),
            examples: examples(value),
        })
    }

    /// Returns the names of all properties of a schema and its parts.
    fn properties(&self, schema: &str) -> Vec<String> {
        let mut merged = Merged::of(self.0, self.at(schema));
        // Parameters have at most one level of alternatives.
        for alternatives in std::mem::take(&mut merged.alternatives) {
            for alternative in alternatives.all {
                merged.add(alternative);
            }
        }
        let holds = |one: &&Value| Merged::of(self.0, [*one]).kind() == Some("object");
        let properties = merged.properties();
        let mut rest = merged.each("additionalProperties");
        let like_a_map = rest.next().is_some_and(|rest| rest != &Value::Bool(false))
            && !properties.values().flatten().any(holds);
        let names = properties.keys().filter(|_| !like_a_map);
        names.map(ToString::to_string).collect()
    }

    fn media(&self, holder: &str) -> Vec<Media> {
        let content = below(holder, &["content"]);
        let media = |name: &String| {
            let pointer = below(&content, &[name]);
            let schema = below(&pointer, &["schema"]);
            Media {
                name: name.clone(),
                schema: self.at(&schema).is_some().then_some(schema),
                examples: self.at(&pointer).map(examples).unwrap_or_default(),
            }
        };
        keys(self.at(&content)).map(media).collect()
    }

    fn responses(&self, responses: &str) -> Vec<ResponseSpec> {
        let status = |code: &str| -> Option<u16> {
            let code = code.to_ascii_uppercase().replace("XX", "00");
            code.parse().ok().filter(|code| (200..300).contains(code))
        };
        let codes = keys(self.at(responses));
        let successes = codes.clone().filter(|code| status(code).is_some());
        // `default` describes errors, unless it is the only response.
        let chosen: Vec<&String> = match successes.clone().next() {
            Some(_) => successes.collect(),
            None => codes.filter(|code| *code == "default").collect(),
        };
        if chosen.is_empty() {
            // The document promises nothing for a success, which may still occur.
            return vec![ResponseSpec {
                status: 200,
                media: Vec::new(),
            }];
        }
        let response = |code: &String| {
            let (pointer, _) = resolve(self.0, &below(responses, &[code]))?;
            Some(ResponseSpec {
                status: status(code).unwrap_or(200),
                media: self.media(&pointer),
            })
        };
        chosen.into_iter().filter_map(response).collect()
    }

    /// Returns the servers: "If a `servers` array is specified at the Path Item Object or Operation
    /// Object level, it is overridden by this value". The innermost one applies.
    fn servers(&self, owners: &[&str]) -> Vec<String> {
        let urls = |holder: &str| -> Vec<String> {
            let servers = self
                .at(&below(holder, &["servers"]))
                .and_then(Value::as_array);
            let urls = servers.into_iter().flatten();
            let urls = urls.filter_map(|server| server.get("url")?.as_str());
            urls.map(str::to_owned).collect()
        };
        let own = owners.iter().map(|owner| urls(owner));
        let own = own.into_iter().find(|urls| !urls.is_empty());
        let document = urls("");
        let foreign = own.unwrap_or_default().into_iter();
        foreign.filter(|url| !document.contains(url)).collect()
    }
}

/// Returns the examples of a parameter or of a media type.
fn examples(value: &Value) -> Vec<Value> {
    let mut all: Vec<Value> = value.get("example").cloned().into_iter().collect();
    if let Some(Value::Object(named)) = value.get("examples") {
        all.extend(named.values().filter_map(|it| it.get("value").cloned()));
    }
    all
}

fn keys(value: Option<&Value>) -> impl Iterator<Item = &String> + Clone {
    let object = value.and_then(Value::as_object);
    object.into_iter().flat_map(serde_json::Map::keys)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn defaults_of_style_and_explode_depend_on_the_location() {
        let parameter = |more: &str| format!("{{name: p, {more}, schema: {{type: array}}}}");
        for (more, style, explode) in [
            ("in: query", Style::Form, true),
            ("in: query, explode: false", Style::Form, false),
            (
                "in: query, style: pipeDelimited",
                Style::PipeDelimited,
                false,
            ),
            ("in: query, style: deepObject", Style::DeepObject, false),
            ("in: path", Style::Simple, false),
            ("in: header, explode: true", Style::Simple, true),
            ("in: path, style: label", Style::Label, false),
            ("in: cookie", Style::Form, true),
        ] {
            let text = format!(
                "openapi: 3.1.0\npaths: {{/a: {{get: {{parameters: [{}], responses: {{}}}}}}}}",
                parameter(more)
            );
            let document = crate::document::read("t.yaml", &text).expect("a document");
            let found = &operations(&document.value)[0].parameters[0];
            assert_eq!((found.style, found.explode), (style, explode), "{more}");
        }
    }

    #[test]
    fn innermost_servers_apply() {
        let server = |url: &str| json!([{"url": url}]);
        let document = json!({"servers": server("https://a"), "paths": {
            "/p": {"servers": server("https://b"), "get": {}, "put": {"servers": server("https://c")},
                "post": {"servers": server("https://a")}},
            "/q": {"get": {}},
        }});
        let found: Vec<_> = operations(&document)
            .into_iter()
            .map(|it| (it.title(), it.servers.join(" ")))
            .collect();
        let one = |title: &str, servers: &str| (title.to_owned(), servers.to_owned());
        assert_eq!(
            found,
            [
                one("GET /p", "https://b"),
                one("PUT /p", "https://c"),
                one("POST /p", ""),
                one("GET /q", ""),
            ]
        );
    }
}
