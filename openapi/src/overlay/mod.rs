//! Corrections as data: OpenAPI Overlay 1.0 documents, read strictly.
//!
//! Stricter than the specification in four points, so that no correction outlives its cause
//! unseen: every action states its reason, must match something, must change something (appending
//! to a list what is there already changes nothing), and says either `update` or `remove`. Wider in
//! one: `remove` may target a plain value, where the specification wants objects and lists.
//!
//! An action that says `x-when-present: true` may match nothing, without a word: it is for what the
//! document at hand does not have and another one of the same API does, such as a larger slice.
//! Where it matches it must change something, as any other.
//! An action that says `x-unless` with a JSON path is for what the document does not say at all: where
//! the path matches, the action has outlived its cause.
//! Header names have no case: a target that says one in lower case matches it in any.
//! `extends` is read as documentation: which document an overlay is for is its caller's business.

mod apply;
mod headers;

use serde_json::{Map, Value};
use serde_json_path::JsonPath;

use crate::error::{Error, Problem};
use crate::{Source, parse};

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
///     description: The client has its own deadline.
///     update: {x-deadline: 5}
/// ";
/// let overlay = Overlay::parse(Source { name: "overlay.yaml", text }).unwrap();
/// let action = overlay.actions().next().unwrap();
/// assert_eq!(action.index(), 1);
/// assert_eq!(action.target(), "$.paths[*][*]");
/// assert_eq!(action.description(), "The client has its own deadline.");
///
/// let mut document = json!({"paths": {"/a": {"get": {}}}});
/// overlay.apply(&mut document).unwrap();
/// assert_eq!(document, json!({"paths": {"/a": {"get": {"x-deadline": 5}}}}));
/// // Nothing is left to correct, so the action has outlived its cause.
/// assert!(overlay.apply(&mut document).is_err());
/// ```
#[derive(Clone, Debug)]
pub struct Overlay {
    file: String,
    actions: Vec<Action>,
}

/// One correction: where, what, and why.
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

/// Marks an action that may match nothing.
const WHEN_PRESENT: &str = "x-when-present";

/// Names what the document has to lack.
const UNLESS: &str = "x-unless";

#[derive(Clone, Debug)]
enum Change {
    Update(Value),
    Remove,
}

impl Action {
    /// The number of the action in its document, counted from 1.
    #[must_use]
    pub fn index(&self) -> usize {
        self.index
    }

    /// The JSON path of what is corrected.
    #[must_use]
    pub fn target(&self) -> &str {
        &self.target
    }

    /// The reason for the correction.
    #[must_use]
    pub fn description(&self) -> &str {
        &self.description
    }

    /// Whether the action may match nothing: `x-when-present: true`.
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
    ///     description: The slice at hand has no lists yet.
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
    /// Reads an overlay document.
    ///
    /// # Errors
    ///
    /// All problems of the document: unreadable text, another version than 1.0, unknown fields,
    /// invalid targets, actions without a reason, or with both or neither of `update` and
    /// `remove`.
    pub fn parse(source: Source<'_>) -> Result<Self, Error> {
        let value = parse(source)?;
        let mut reader = Reader {
            file: source.name,
            problems: Vec::new(),
        };
        let actions = reader.document(&value);
        if reader.problems.is_empty() {
            Ok(Self {
                file: source.name.to_owned(),
                actions,
            })
        } else {
            Err(Error::new(reader.problems))
        }
    }

    /// The actions, in the order in which they are applied.
    pub fn actions(&self) -> impl Iterator<Item = &Action> {
        self.actions.iter()
    }

    /// Applies all actions in order, each to the result of those before it.
    ///
    /// # Errors
    ///
    /// All actions that match nothing (but for those that [may](Action::when_present)), change
    /// nothing, or cannot be applied where they match.
    /// The other actions have been applied then.
    pub fn apply(&self, document: &mut Value) -> Result<(), Error> {
        let problems: Vec<_> = self
            .actions
            .iter()
            .filter_map(|action| {
                let fault = action.apply(document).err()?;
                let pointer = format!("/actions/{}{}", action.index - 1, fault.field);
                let label = label(action.index, Some(&action.target));
                let message = format!("{label}: {}", fault.message);
                let problem = Problem::new(&self.file, Some(&pointer), message, fault.advice);
                Some(Problem {
                    outlived: fault.outlived,
                    ..problem
                })
            })
            .collect();
        document.sort_all_objects();
        if problems.is_empty() {
            Ok(())
        } else {
            Err(Error::new(problems))
        }
    }
}

/// How messages name an action.
fn label(index: usize, target: Option<&str>) -> String {
    match target {
        Some(target) => format!("action {index} (target `{target}`)"),
        None => format!("action {index}"),
    }
}

struct Reader<'a> {
    file: &'a str,
    problems: Vec<Problem>,
}

impl Reader<'_> {
    fn problem(&mut self, pointer: &str, message: impl Into<String>, advice: &str) {
        self.problems
            .push(Problem::new(self.file, Some(pointer), message, advice));
    }

    fn document(&mut self, value: &Value) -> Vec<Action> {
        let Some(fields) = value.as_object() else {
            self.problem(
                "",
                "this is no overlay document",
                "give an object with `overlay`",
            );
            return Vec::new();
        };
        match fields.get("overlay").and_then(Value::as_str) {
            Some(version) if version.starts_with("1.0.") => {}
            Some(version) => {
                let message = format!("overlay version {version} is not supported");
                self.problem("/overlay", message, "write the overlay in version 1.0.0");
            }
            None => {
                let advice = "add `overlay: 1.0.0`";
                self.problem("/overlay", "the version of the overlay is missing", advice);
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
                let message = "the overlay has no list of actions";
                self.problem("/actions", message, "add an action, or delete the overlay");
                Vec::new()
            }
        }
    }

    fn info(&mut self, info: Option<&Value>) {
        let Some(Value::Object(info)) = info else {
            let advice = "add `info` with `title` and `version`";
            self.problem("/info", "the information on the overlay is missing", advice);
            return;
        };
        self.known(info, "/info", "an overlay's info", &["title", "version"]);
        for key in ["title", "version"] {
            if !info.get(key).is_some_and(Value::is_string) {
                let message = format!("`{key}` is missing or no text");
                self.problem(&format!("/info/{key}"), message, "add it as a text");
            }
        }
    }

    fn known(&mut self, fields: &Map<String, Value>, at: &str, what: &str, names: &[&str]) {
        for key in fields.keys() {
            if !names.contains(&key.as_str()) && !key.starts_with("x-") {
                let message = format!("`{key}` is no field of {what}");
                let pointer = crate::pointer::below(at, &[key]);
                self.problem(&pointer, message, "remove it, or correct its name");
            }
        }
    }

    /// Reads one action; `None` where a problem was found that leaves nothing to apply.
    fn action(&mut self, position: usize, value: &Value) -> Option<Action> {
        let index = position + 1;
        let at = format!("/actions/{position}");
        let Some(fields) = value.as_object() else {
            let message = format!("{} is no object", label(index, None));
            self.problem(
                &at,
                message,
                "give it `target`, `description`, and a change",
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
                let advice = "say in `description` why the correction is needed";
                self.problem(&format!("{at}/description"), message, advice);
                None
            }
        };
        let change = self.change(fields, &at, &label);
        let when_present = match fields.get(WHEN_PRESENT) {
            None => Some(false),
            Some(Value::Bool(flag)) => Some(*flag),
            Some(_) => {
                let message = format!("`{WHEN_PRESENT}` of {label} is neither true nor false");
                let advice = "write `x-when-present: true`, or remove it";
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
                let message = format!("`{UNLESS}` of {label} is no JSON path");
                let advice = "say in it what the document has to lack, or remove it";
                self.problem(&format!("{at}/{UNLESS}"), message, advice);
                None
            }
        };
        let Some(target) = target else {
            let message = format!("{label} has no target");
            let advice = "say in `target` what is corrected, as a JSON path";
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
                let message = format!("{label} has no valid JSON path: {error}");
                self.problem(
                    &format!("{at}/target"),
                    message,
                    "correct the path after RFC 9535",
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
                let message = format!("`remove` of {label} is neither true nor false");
                self.problem(&format!("{at}/remove"), message, "write `remove: true`");
                return None;
            }
        };
        match (fields.get("update"), remove) {
            (Some(update), false) => Some(Change::Update(update.clone())),
            (None, true) => Some(Change::Remove),
            (Some(_), true) => {
                let message = format!("{label} has both `update` and `remove`");
                self.problem(at, message, "keep one of them, or make two actions of it");
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
