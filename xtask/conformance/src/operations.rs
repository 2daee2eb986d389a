//! Calls all operations of one client in sequence.

use serde_json::Value;
use trackstar_conformance::driver::{CallResult, ListedOperation};
use trackstar_openapi::Note;

use crate::arguments::arguments;
use crate::call::Intent;
use crate::client::Calls;
use crate::equivalence::{Reading, differences};
use crate::mock::Mock;
use crate::published::Published;
use crate::report::{FailureKind, Report};
use crate::response_generator::{MockResponse, ResponseCase, replies};
use crate::spec::Operation;
use crate::{accept, spec};

/// Maximum number of places that are named for a change that fails.
const NAMED: usize = 5;

/// A run in progress.
pub(crate) struct TestRun<'a, C> {
    pub(crate) client: C,
    pub(crate) mock: Mock,
    pub(crate) published: &'a Published,
    pub(crate) report: Report,
}

impl<C: Calls> TestRun<'_, C> {
    /// Calls every operation of the document.
    pub(crate) fn operations(
        &mut self,
        notes: &[Note],
        progress: &mut impl FnMut(&str),
    ) -> anyhow::Result<()> {
        let operations = spec::operations(&self.published.document.value);
        let mut listed = self.client.listed()?;
        self.report.operations = operations.len();
        for (index, operation) in operations.iter().enumerate() {
            if index % 10 == 0 {
                progress(&format!(
                    "{}: operation {} of {}",
                    self.report.name,
                    index + 1,
                    operations.len()
                ));
            }
            let own =
                |it: &ListedOperation| it.method == operation.method && it.path == operation.path;
            match listed.iter().position(own) {
                Some(index) => {
                    self.servers(operation, notes);
                    self.operation(operation, &listed.swap_remove(index))?;
                }
                None => self.report.fail(
                    &operation.title(),
                    FailureKind::Absent,
                    "the client lacks the operation",
                    "",
                    why_absent(operation, notes),
                ),
            }
        }
        for stranger in listed {
            let title = format!("{} {}", stranger.method, stranger.path);
            let text = "the document lacks the operation".to_owned();
            self.report.fail(
                &title,
                FailureKind::Absent,
                "the client has an operation",
                "",
                text,
            );
        }
        Ok(())
    }

    fn operation(&mut self, operation: &Operation, listed: &ListedOperation) -> anyhow::Result<()> {
        let plan = self.published.plan(operation);
        let title = operation.title();
        let skipped = plan.skipped.iter();
        self.report
            .skipped
            .extend(skipped.map(|it| format!("{title}: {it}")));
        let Some(first) = plan.requests.first() else {
            let text = plan.skipped.join("\n");
            self.report.fail(
                &title,
                FailureKind::Uncalled,
                "no call could be made up",
                "",
                text,
            );
            return Ok(());
        };
        self.report.called += 1;
        // Until the client's accepted media types are known, the mock sends the first one of the
        // document.
        let first_of_all: Vec<String> = operation
            .responses
            .iter()
            .filter_map(|response| response.media.first())
            .map(|media| media.name.clone())
            .collect();
        let (usual, _) = replies(&self.published.document, operation, &first_of_all);
        let mut asked_for = Vec::new();
        for planned in &plan.requests {
            let usual = usual.first().map(|it| it.reply.clone());
            let found = self.request(operation, listed, &planned.what, &planned.intent, usual)?;
            if asked_for.is_empty() {
                asked_for = found;
            }
        }
        let (replies, skipped) = replies(&self.published.document, operation, &asked_for);
        let skipped = skipped.iter().map(|it| format!("{title}: {it}"));
        self.report.skipped.extend(skipped);
        for prepared in &replies {
            self.reply(operation, listed, &first.intent, prepared)?;
        }
        if let Some(usual) = replies.first().filter(|_| listed.paged) {
            self.pages(operation, listed, &first.intent, usual)?;
        }
        Ok(())
    }

    /// Checks that the preparation reports an operation on another server, which the client calls at the
    /// wrong URL.
    fn servers(&mut self, operation: &Operation, notes: &[Note]) {
        let told = |url: &String| {
            let mut about = notes
                .iter()
                .filter(|note| note.text.contains(&operation.title()));
            about.any(|note| note.text.contains(url.as_str()))
        };
        let untold: Vec<&str> = operation
            .servers
            .iter()
            .filter(|url| !told(url))
            .map(String::as_str)
            .collect();
        if !untold.is_empty() {
            let text = format!(
                "the document has it on {}, but the client calls its base URL, and no note reports it",
                untold.join(", ")
            );
            self.report.fail(
                &operation.title(),
                FailureKind::Request,
                "servers",
                "server",
                text,
            );
        }
    }

    /// Makes one call, and checks its request. Returns the media types that it accepts.
    fn request(
        &mut self,
        operation: &Operation,
        listed: &ListedOperation,
        what: &str,
        intent: &Intent,
        usual: Option<MockResponse>,
    ) -> anyhow::Result<Vec<String>> {
        let title = operation.title();
        let result = self.call(operation, listed, intent, false, usual)?;
        let arrived = self.mock.arrived();
        let Some(request) = arrived.first() else {
            let text = match result {
                CallResult::Error(text) | CallResult::Ended(text) => text,
                CallResult::Value(_) => "a value came of it".to_owned(),
            };
            self.report.fail(
                &title,
                FailureKind::Call,
                &format!("{what}: nothing was sent"),
                "",
                text,
            );
            return Ok(Vec::new());
        };
        let mismatches = self.published.mismatches(operation, intent, request);
        self.report
            .fail_each(&title, FailureKind::Request, what, mismatches);
        if arrived.len() > 1 {
            let text = format!("{} requests were made of one call", arrived.len());
            self.report
                .fail(&title, FailureKind::Request, what, "", text);
        }
        Ok(accept::ranges(request.header("accept")))
    }

    /// Makes one call, and compares the decoded response with the sent one.
    fn reply(
        &mut self,
        operation: &Operation,
        listed: &ListedOperation,
        intent: &Intent,
        prepared: &ResponseCase,
    ) -> anyhow::Result<()> {
        let title = operation.title();
        let found = self.decode((operation, listed), intent, prepared, &prepared.reply)?;
        if found.is_empty() {
            self.report.decoded += 1;
            return Ok(());
        }
        // A change at several places failed. Tries each place by itself.
        let mut alone = Vec::new();
        if let Some((original, change)) = &prepared.change
            && change.places.len() > 1
        {
            for place in &change.places {
                let media = prepared.reply.body.as_ref().map(|(media, _)| media.clone());
                let reply = MockResponse {
                    status: prepared.reply.status,
                    body: media.map(|media| (media, change.alone(original, place))),
                };
                let called = (operation, listed);
                if !self.decode(called, intent, prepared, &reply)?.is_empty() {
                    alone.push(place.as_str());
                }
                if alone.len() == NAMED {
                    break;
                }
            }
        }
        let places = alone.join(", ");
        for (kind, place, text) in found {
            let place = if places.is_empty() {
                place
            } else {
                places.clone()
            };
            self.report.fail(&title, kind, &prepared.what, &place, text);
        }
        Ok(())
    }

    /// Returns the errors in the client's decoding of a reply.
    fn decode(
        &mut self,
        (operation, listed): (&Operation, &ListedOperation),
        intent: &Intent,
        prepared: &ResponseCase,
        reply: &MockResponse,
    ) -> anyhow::Result<Vec<(FailureKind, String, String)>> {
        let result = self.call(operation, listed, intent, false, [reply.clone()])?;
        if self.mock.arrived().is_empty() {
            // The error of the request is reported already.
            return Ok(Vec::new());
        }
        let sent = reply.body.as_ref().map_or(&Value::Null, |(_, value)| value);
        Ok(match result {
            // A response of bytes may be empty.
            CallResult::Value(value) if reply.body.is_none() && value == "" => Vec::new(),
            CallResult::Value(value) => {
                let document = &self.published.document.value;
                let differences = differences(
                    Reading::Response,
                    document,
                    prepared.schema.as_deref(),
                    sent,
                    &value,
                );
                let told = differences.into_iter();
                told.map(|it| (FailureKind::Value, it.place, it.text))
                    .collect()
            }
            CallResult::Error(text) => vec![(FailureKind::Response, String::new(), text)],
            CallResult::Ended(text) => vec![(
                FailureKind::Call,
                String::new(),
                format!("the client ended: {text}"),
            )],
        })
    }

    pub(crate) fn call(
        &mut self,
        operation: &Operation,
        listed: &ListedOperation,
        intent: &Intent,
        all: bool,
        replies: impl IntoIterator<Item = MockResponse>,
    ) -> anyhow::Result<CallResult> {
        self.report.calls += 1;
        self.mock.expect(replies);
        let arguments = arguments(operation, intent);
        self.client.call(&listed.id, &arguments, all)
    }
}

/// Returns the notes of the preparation on an operation that it omitted.
fn why_absent(operation: &Operation, notes: &[Note]) -> String {
    let title = operation.title();
    let inside = format!("{}/", operation.pointer);
    let about = notes.iter().filter(|note| {
        note.text.contains(&title)
            || note.pointer == operation.pointer
            || note.pointer.starts_with(&inside)
    });
    let texts: Vec<&str> = about.map(|note| note.text.as_str()).collect();
    let omitted = texts.iter().find(|text| text.contains("omitted"));
    match (omitted, texts.is_empty()) {
        (Some(text), _) => (*text).to_owned(),
        (None, false) => texts.join("\n"),
        (None, true) => "the preparation does not report it".to_owned(),
    }
}

#[cfg(test)]
mod tests;
