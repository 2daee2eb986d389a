//! OpenAPI Overlay 1.0 documents, which describe corrections as data.
//!
//! The parser is stricter than the specification, so that a correction that is no longer needed is
//! noticed. Every action must state its reason, match something, and change something, and must have
//! exactly one of `update` and `remove`. Appending values that a list already contains changes nothing.
//! In one point the parser is more lenient: `remove` may target a scalar, while the specification
//! allows only objects and arrays.
//!
//! - An action with `x-when-present: true` may match nothing. It is for values that only some documents
//!   of an API contain, such as a larger slice. If it matches, it must change something.
//! - An action with `x-unless`, a JSON path, adds a value that the document lacks. If the path matches,
//!   the action is no longer needed.
//! - Header names are case-insensitive. A target with a lower-case header name matches any case.
//! - `extends` is documentation. The caller decides which document an overlay applies to.

mod apply;
mod headers;
mod search;

use serde_json::{Map, Value};
use serde_json_path::JsonPath;

use crate::error::{Error, Problem};
use crate::{Source, locate, parse};

/// A parsed overlay document.
///
/// ```
/// use serde_json::json;
/// use trackstar_openapi::{Overlay, Source};
///
/// let text = "
/// overlay: 1.0.0
/// info: {title: Corrections, version: 1.0.0}
/// actions:
///   - target: $.paths[*][*]
///     description: The client sets its own deadline.
///     update: {x-deadline: 5}
/// ";
/// let overlay = Overlay::parse(Source { name: "overlay.yaml", text }).unwrap();
/// let action = overlay.actions().next().unwrap();
/// assert_eq!(action.index(), 1);
/// assert_eq!(action.target(), "$.paths[*][*]");
/// assert_eq!(action.description(), "The client sets its own deadline.");
///
/// let mut document = json!({"paths": {"/a": {"get": {}}}});
/// overlay.apply(&mut document).unwrap();
/// assert_eq!(document, json!({"paths": {"/a": {"get": {"x-deadline": 5}}}}));
/// // The action changes nothing any more, so it is stale.
/// assert!(overlay.apply(&mut document).is_err());
/// ```
#[derive(Clone, Debug)]
pub struct Overlay {
    file: String,
    actions: Vec<Action>,
}

/// A correction with its target and its reason.
#[derive(Clone, Debug)]
pub struct Action {
    index: usize,
    target: String,
    description: String,
    path: JsonPath,
    change: Change,
    when_present: bool,
    unless: Option<JsonPath>,
}

/// Extension that marks an action that may match nothing.
const WHEN_PRESENT: &str = "x-when-present";

/// Extension with the path of a value that the document must lack.
const UNLESS: &str = "x-unless";

#[derive(Clone, Debug)]
enum Change {
    Update(Value),
    Remove,
}

impl Action {
    /// Returns the number of the action in its document, starting at 1.
    #[must_use]
    pub fn index(&self) -> usize {
        self.index
    }

    /// Returns the JSON path of the target.
    #[must_use]
    pub fn target(&self) -> &str {
        &self.target
    }

    /// Returns the reason for the correction.
    #[must_use]
    pub fn description(&self) -> &str {
        &self.description
    }

    /// Returns true if the action may match nothing (`x-when-present: true`).
    ///
    /// ```
    /// use serde_json::json;
    /// use trackstar_openapi::{Overlay, Source};
    ///
    /// let text = "
    /// overlay: 1.0.0
    /// info: {title: Corrections, version: 1.0.0}
    /// actions:
    ///   - target: $.paths['/lists'].get
    ///     description: This slice does not contain the lists.
    ///     update: {operationId: list}
    ///     x-when-present: true
    /// ";
    /// let overlay = Overlay::parse(Source { name: "overlay.yaml", text }).unwrap();
    /// assert!(overlay.actions().all(|action| action.when_present()));
    /// overlay.apply(&mut json!({"paths": {}})).unwrap();
    /// ```
    #[must_use]
    pub fn when_present(&self) -> bool {
        self.when_present
    }
}

impl Overlay {
    /// Parses an overlay document.
    ///
    /// # Errors
    ///
    /// Returns all problems of the document: invalid YAML or JSON, a version other than 1.0, unknown
    /// fields, invalid targets, and actions without a reason or with both or neither of `update` and
    /// `remove`.
    pub fn parse(source: Source<'_>) -> Result<Self, Error> {
        let value = parse(source)?;
        let mut reader = OverlayReader {
            file: source.name,
            problems: Vec::new(),
        };
        let actions = reader.document(&value);
        Error::unless_empty(reader.problems).map_err(|error| locate::error(error, &[source]))?;
        Ok(Self {
            file: source.name.to_owned(),
            actions,
        })
    }

    /// Returns the actions in the order in which they are applied.
    pub fn actions(&self) -> impl Iterator<Item = &Action> {
        self.actions.iter()
    }

    /// Applies all actions in order, each to the result of the previous ones.
    ///
    /// # Errors
    ///
    /// Returns a problem for each action that changes nothing, cannot be applied to its target, or matches
    /// nothing although it [must](Action::when_present). The other actions have been applied.
    pub fn apply(&self, document: &mut Value) -> Result<(), Error> {
        let problems: Vec<_> = self
            .actions
            .iter()
            .filter_map(|action| {
                let fault = action.apply(document).err()?;
                let pointer = format!("/actions/{}{}", action.index - 1, fault.field);
                let label = label(action.index, Some(&action.target));
                let message = format!("{label}: {}", fault.message);
                let reason: Vec<&str> = action.description.split_whitespace().collect();
                let advice = format!(
                    "{}; description of the action: {}",
                    fault.advice,
                    reason.join(" ")
                );
                let problem = Problem::new(&self.file, Some(&pointer), message, &advice);
                Some(Problem {
                    stale: fault.stale,
                    ..problem
                })
            })
            .collect();
        document.sort_all_objects();
        Error::unless_empty(problems)
    }
}

/// Returns the name of an action in messages.
fn label(index: usize, target: Option<&str>) -> String {
    match target {
        Some(target) => format!("action {index} (target `{target}`)"),
        None => format!("action {index}"),
    }
}

struct OverlayReader<'a> {
    file: &'a str,
    problems: Vec<Problem>,
}

impl OverlayReader<'_> {
    fn problem(&mut self, pointer: &str, message: impl Into<String>, advice: &str) {
        self.problems
            .push(Problem::new(self.file, Some(pointer), message, advice));
    }

    fn document(&mut self, value: &Value) -> Vec<Action> {
        let Some(fields) = value.as_object() else {
            self.problem(
                "",
                "the overlay is not an object",
                "write an object with the fields `overlay`, `info` and `actions`",
            );
            return Vec::new();
        };
        match fields.get("overlay").and_then(Value::as_str) {
            Some(version) if version.starts_with("1.0.") => {}
            Some(version) => {
                let message = format!("overlay version {version} is not supported");
                self.problem("/overlay", message, "use version 1.0.0");
            }
            None => {
                let advice = "add `overlay: 1.0.0`";
                self.problem("/overlay", "missing field `overlay`", advice);
            }
        }
        self.known(
            fields,
            "",
            "an overlay",
            &["overlay", "info", "extends", "actions"],
        );
        self.info(fields.get("info"));
        match fields.get("actions") {
            Some(Value::Array(actions)) if !actions.is_empty() => {
                let numbered = actions.iter().enumerate();
                numbered
                    .filter_map(|(index, action)| self.action(index, action))
                    .collect()
            }
            _ => {
                let message = "the overlay has no actions";
                self.problem("/actions", message, "add an action, or delete the overlay");
                Vec::new()
            }
        }
    }

    fn info(&mut self, info: Option<&Value>) {
        let Some(Value::Object(info)) = info else {
            let advice = "add `info` with `title` and `version`";
            self.problem("/info", "missing field `info`", advice);
            return;
        };
        self.known(info, "/info", "the overlay's `info`", &["title", "version"]);
        for key in ["title", "version"] {
            if !info.get(key).is_some_and(Value::is_string) {
                let message = format!("`{key}` is missing or not a string");
                self.problem(&format!("/info/{key}"), message, "add it as a string");
            }
        }
    }

    fn known(&mut self, fields: &Map<String, Value>, at: &str, what: &str, names: &[&str]) {
        for key in fields.keys() {
            if !names.contains(&key.as_str()) && !key.starts_with("x-") {
                let message = format!("unknown field `{key}` in {what}");
                let pointer = crate::pointer::below(at, &[key]);
                self.problem(&pointer, message, "correct its name or remove it");
            }
        }
    }

    /// Reads an action. Returns `None` after a problem that leaves nothing to apply.
    fn action(&mut self, position: usize, value: &Value) -> Option<Action> {
        let index = position + 1;
        let at = format!("/actions/{position}");
        let Some(fields) = value.as_object() else {
            let message = format!("{} is not an object", label(index, None));
            self.problem(
                &at,
                message,
                "write an object with `target`, `description`, and `update` or `remove`",
            );
            return None;
        };
        let target = fields.get("target").and_then(Value::as_str);
        let label = label(index, target);
        let keys = ["target", "description", "update", "remove"];
        self.known(fields, &at, &label, &keys);
        let description = match fields.get("description").and_then(Value::as_str) {
            Some(reason) if !reason.trim().is_empty() => Some(reason.to_owned()),
            _ => {
                let message = format!("{label} has no description");
                let advice = "state the reason for the correction in `description`";
                self.problem(&format!("{at}/description"), message, advice);
                None
            }
        };
        let change = self.change(fields, &at, &label);
        let when_present = match fields.get(WHEN_PRESENT) {
            None => Some(false),
            Some(Value::Bool(flag)) => Some(*flag),
            Some(_) => {
                let message = format!("`{WHEN_PRESENT}` of {label} is not a boolean");
                let advice = "write `x-when-present: true`, or remove the field";
                self.problem(&format!("{at}/{WHEN_PRESENT}"), message, advice);
                None
            }
        };
        let unless = match fields
            .get(UNLESS)
            .map(|path| path.as_str().map(JsonPath::parse))
        {
            None => Some(None),
            Some(Some(Ok(path))) => Some(Some(path)),
            Some(_) => {
                let message = format!("`{UNLESS}` of {label} is not a valid JSON path");
                let advice = "set it to the path of the missing value, or remove the field";
                self.problem(&format!("{at}/{UNLESS}"), message, advice);
                None
            }
        };
        let Some(target) = target else {
            let message = format!("{label} has no target");
            let advice = "set `target` to the JSON path of the value to correct";
            self.problem(&format!("{at}/target"), message, advice);
            return None;
        };
        match JsonPath::parse(target) {
            Ok(path) => Some(Action {
                index,
                target: target.to_owned(),
                description: description?,
                path,
                change: change?,
                when_present: when_present?,
                unless: unless?,
            }),
            Err(error) => {
                let message = format!("the target of {label} is not a valid JSON path: {error}");
                self.problem(
                    &format!("{at}/target"),
                    message,
                    "correct the path (see RFC 9535)",
                );
                None
            }
        }
    }

    fn change(&mut self, fields: &Map<String, Value>, at: &str, label: &str) -> Option<Change> {
        let remove = match fields.get("remove") {
            None => false,
            Some(Value::Bool(remove)) => *remove,
            Some(_) => {
                let message = format!("`remove` of {label} is not a boolean");
                self.problem(&format!("{at}/remove"), message, "write `remove: true`");
                return None;
            }
        };
        match (fields.get("update"), remove) {
            (Some(update), false) => Some(Change::Update(update.clone())),
            (None, true) => Some(Change::Remove),
            (Some(_), true) => {
                let message = format!("{label} has both `update` and `remove`");
                self.problem(at, message, "keep one of them, or split the action in two");
                None
            }
            (None, false) => {
                let message = format!("{label} has neither `update` nor `remove`");
                self.problem(at, message, "add one of them");
                None
            }
        }
    }
}
