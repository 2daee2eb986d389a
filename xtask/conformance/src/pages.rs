//! The pages of a list: the responses and the expected items.

use serde_json::{Value, json};
use trackstar_conformance::driver::{CallResult, ListedOperation};

use crate::call::Intent;
use crate::client::Calls;
use crate::equivalence::{Reading, differences};
use crate::operations::TestRun;
use crate::report::FailureKind;
use crate::response_generator::{MockResponse, ResponseCase};
use crate::spec::{Operation, ParameterLocation};
use trackstar_mock::instance::{self, Mode};
use trackstar_openapi::pointer::below;

/// The two pages of a list, and the items of both.
#[derive(Clone, Debug, PartialEq)]
struct Pages {
    first: Value,
    second: Value,
    /// The location of the items in a page.
    items: String,
    /// The items of both pages in order.
    all: Vec<Value>,
}

/// The token of the second page.
const SECOND: &str = "t2";

/// Returns two different pages, made of a full and a minimal instance of the response.
fn of(document: &Value, schema: &str) -> Result<Pages, String> {
    let full = instance::instance(document, schema, Mode::Full, 0)?.value;
    let page = full.as_object().ok_or("the response is not an object")?;
    let lists = page.iter().filter(|(_, value)| value.is_array());
    let list = lists.max_by_key(|(name, _)| *name == "data");
    let name = list.ok_or("the response has no list")?.0.clone();
    let items = below("", &[&name]);
    let one = full
        .pointer(&items)
        .and_then(|it| it.get(0))
        .ok_or("the list has no item")?;
    let page = |items: Vec<Value>, token: Value| {
        let mut page = full.clone();
        page[&name] = Value::Array(items);
        page["next_token"] = token;
        page
    };
    // The pages differ in their number of items: two and one.
    Ok(Pages {
        first: page(vec![one.clone(), one.clone()], json!(SECOND)),
        second: page(vec![one.clone()], Value::Null),
        items,
        all: vec![one.clone(); 3],
    })
}

impl<C: Calls> TestRun<'_, C> {
    /// Calls for all items of two pages, and expects every filter in both requests.
    pub(crate) fn pages(
        &mut self,
        operation: &Operation,
        listed: &ListedOperation,
        intent: &Intent,
        usual: &ResponseCase,
    ) -> anyhow::Result<()> {
        const WHAT: &str = "all items of two pages";
        let title = operation.title();
        let schema = usual.schema.as_deref().unwrap_or_default();
        let document = &self.published.document.value;
        let pages = match of(document, schema) {
            Ok(pages) => pages,
            Err(reason) => {
                self.report
                    .skipped
                    .push(format!("{title}: {WHAT}: {reason}"));
                return Ok(());
            }
        };
        let mut intent = intent.clone();
        intent.clear(ParameterLocation::Query, "page_token");
        let media = usual
            .reply
            .body
            .as_ref()
            .map_or("application/json", |(media, _)| media);
        let reply = |page: &Value| MockResponse {
            status: usual.reply.status,
            body: Some((media.to_owned(), page.clone())),
        };
        let replies = [reply(&pages.first), reply(&pages.second)];
        let result = self.call(operation, listed, &intent, true, replies)?;
        let arrived = self.mock.arrived();
        if arrived.len() != 2 {
            let text = format!("{} requests were made of two pages", arrived.len());
            self.report
                .fail(&title, FailureKind::Request, WHAT, "", text);
        }
        for (index, request) in arrived.iter().enumerate() {
            let mut intent = intent.clone();
            let token = operation.arguments().find(|it| it.name == "page_token");
            if let Some(token) = token.filter(|_| index == 1) {
                intent.set(token, SECOND.into());
            }
            let mismatches = self.published.mismatches(operation, &intent, request);
            let what = format!("{WHAT}, request {}", index + 1);
            self.report
                .fail_each(&title, FailureKind::Request, &what, mismatches);
        }
        match result {
            CallResult::Value(value) => {
                // Compares the items with a page that contains all of them.
                let mut given = pages.second.clone();
                let mut found = pages.second.clone();
                let put = |page: &mut Value, items: Value| {
                    if let Some(place) = page.pointer_mut(&pages.items) {
                        *place = items;
                    }
                };
                put(&mut given, Value::Array(pages.all));
                put(&mut found, value);
                let differences =
                    differences(Reading::Response, document, Some(schema), &given, &found);
                self.report.decoded += usize::from(differences.is_empty());
                self.report
                    .fail_each(&title, FailureKind::Value, WHAT, differences);
            }
            CallResult::Error(text) | CallResult::Ended(text) => {
                self.report
                    .fail(&title, FailureKind::Response, WHAT, "", text);
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_pages_contain_all_items() {
        let document = json!({"type": "object", "properties": {
            "data": {"type": "array", "items": {"type": "integer"}}, "next_token": {"type": ["string", "null"]}, "a": {"type": "array"},
        }});
        let pages = of(&document, "").expect("pages");
        assert_eq!(pages.first["next_token"], "t2");
        assert_eq!(
            (&pages.first["data"], &pages.second["data"]),
            (&json!([3, 3]), &json!([3]))
        );
        assert_eq!((pages.items.as_str(), pages.all.len()), ("/data", 3));
    }
}
