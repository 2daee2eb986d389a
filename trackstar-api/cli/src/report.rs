//! Prints errors, warnings and progress to standard error.
//!
//! There are colors on a terminal, unless `NO_COLOR` is set. If the user has asked for JSON, errors
//! are printed as JSON too.

use std::io::Write;

use clap::builder::styling::{AnsiColor, Style};
use serde_json::{Map, Value, json};

use super::exit::{Exit, Failure, Problem};
use super::options::Format;
use super::text;
use trackstar_api::__rt::untyped::redact;
use trackstar_api::Error;

/// Prints to standard error.
#[derive(Clone, Copy, Debug)]
pub(super) struct Reporter {
    /// Whether to print errors as JSON.
    pub(super) json: bool,
    pub(super) verbose: bool,
}

impl Reporter {
    pub(super) fn new(format: Option<Format>, verbose: bool) -> Self {
        Self {
            json: format == Some(Format::Json),
            verbose,
        }
    }

    pub(super) fn fail(self, failure: &Failure) {
        // The client only knows about credentials, so other secrets have to be redacted here.
        let secrets: Vec<&[u8]> = failure.secrets.iter().map(String::as_bytes).collect();
        let clean =
            |told: String| String::from_utf8_lossy(&redact(told.as_bytes(), &secrets)).into_owned();
        if self.json {
            write_line(&text::json(&clean(as_json(failure).to_string())));
            return;
        }
        self.line(AnsiColor::Red, "error", &clean(as_text(failure)));
    }

    pub(super) fn warn(self, warning: &str) {
        self.line(AnsiColor::Yellow, "warning", warning);
    }

    pub(super) fn note(self, note: &str) {
        self.line(AnsiColor::Cyan, "note", note);
    }

    /// Prints a detail, but only with `--verbose`.
    pub(super) fn detail(self, detail: &str) {
        if self.verbose {
            write_line(&text::lines(detail));
        }
    }

    #[allow(clippy::unused_self, reason = "all output goes through a reporter")]
    fn line(self, colour: AnsiColor, label: &str, said: &str) {
        let style = Style::new().bold().fg_color(Some(colour.into()));
        write_line(&format!("{style}{label}:{style:#} {}", text::lines(said)));
    }
}

/// Prints a line. There's nothing we could do if this fails.
fn write_line(line: &str) {
    let mut out = anstream::stderr().lock();
    let _unread = writeln!(out, "{line}");
    let _unread = out.flush();
}

fn as_text(failure: &Failure) -> String {
    match &failure.problem {
        Problem::Text(text) => text.clone(),
        Problem::Call(error) => {
            let mut told = error.to_string();
            // The message has already been shortened and escaped. Trackstar asks clients to show it
            // as is.
            if let Some(message) = error.message()
                && !told.contains(message)
            {
                told.push_str("\nthe API says: ");
                // Indent the message, so that none of its lines can be mistaken for one of ours.
                told.push_str(&message.replace('\n', "\n  "));
            }
            told
        }
    }
}

fn as_json(failure: &Failure) -> Value {
    let mut fields = Map::new();
    fields.insert("kind".into(), failure.exit.name().into());
    fields.insert("exit_code".into(), failure.exit.code().into());
    match &failure.problem {
        Problem::Text(text) => {
            fields.insert("text".into(), text.as_str().into());
            let unknown = failure.exit == Exit::Unknown;
            fields.insert("outcome_unknown".into(), unknown.into());
        }
        Problem::Call(error) => {
            fields.insert("text".into(), error.to_string().into());
            fields.extend(of_call(error));
        }
    }
    json!({ "error": fields })
}

fn of_call(error: &Error) -> Map<String, Value> {
    let detail = error
        .detail()
        .filter(|detail| !detail.is_empty())
        .map(|detail| {
            let mut locations = Map::new();
            for (location, field, messages) in detail.iter() {
                locations.entry(location).or_insert_with(|| json!({}))[field] = json!(messages);
            }
            Value::Object(locations)
        });
    let fields = [
        ("operation", error.operation_id().map(Value::from)),
        (
            "status",
            error.status().map(|status| status.as_u16().into()),
        ),
        ("request_id", error.request_id().map(Value::from)),
        ("message", error.message().map(Value::from)),
        ("origin", error.origin().map(Value::from)),
        ("detail", detail),
        (
            "retry_after_seconds",
            error.retry_after().map(|wait| wait.as_secs_f64().into()),
        ),
        ("outcome_unknown", Some(error.outcome_unknown().into())),
        ("attempts", Some(error.attempts().len().into())),
    ];
    let told = fields
        .into_iter()
        .filter_map(|(name, value)| Some((name.to_owned(), value?)));
    told.collect()
}
