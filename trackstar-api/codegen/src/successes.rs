//! The successes of an operation, and which of them have content.

use serde_json::Value;

use crate::operations::{resolve, texts};

/// Statuses, each from the first to the last.
type Ranges = Vec<(u16, u16)>;

/// The successes of an operation, in the order of the document.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Successes(Vec<Promise>);

/// What the document promises for one success of an operation.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Promise {
    pub(crate) status: Status,
    /// Whether its content is read.
    pub(crate) content: bool,
    /// Whether it has no content in the document as it was published.
    empty: bool,
}

/// What stands for the status of an answer in a document.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Status {
    Code(u16),
    /// All successes.
    Successes,
    Default,
}

impl Status {
    /// `200`, `2XX` and `default`; `None` for what is no success.
    fn read(text: &str) -> Option<Self> {
        match text {
            "2XX" | "2xx" => Some(Self::Successes),
            "default" => Some(Self::Default),
            code => {
                let code = code.parse().ok().filter(|code| (200..300).contains(code));
                code.map(Self::Code)
            }
        }
    }

    /// From the first to the last; the generator has every success for `default`.
    fn range(self) -> (u16, u16) {
        match self {
            Self::Code(code) => (code, code),
            Self::Successes | Self::Default => (200, 299),
        }
    }
}

impl Successes {
    pub(crate) fn read(document: &Value, operation: &Value) -> Self {
        let marked = texts(&operation["x-empty"]);
        let answers = operation["responses"].as_object().into_iter().flatten();
        let success = |(status, answer): (&String, &Value)| {
            let content = resolve(document, answer)["content"].as_object();
            let content = content.is_some_and(|content| !content.is_empty());
            Some(Promise {
                status: Status::read(status)?,
                content,
                empty: !content || marked.contains(status),
            })
        };
        Self(answers.filter_map(success).collect())
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = &Promise> {
        self.0.iter()
    }

    /// Returns true if the content of any of them is read.
    pub(crate) fn are_read(&self) -> bool {
        self.0.iter().any(|one| one.content)
    }

    /// Returns all statuses of success.
    pub(crate) fn statuses(&self) -> Ranges {
        let mut ranges: Ranges = self.0.iter().map(|one| one.status.range()).collect();
        ranges.sort_unstable();
        ranges
    }

    /// Returns the statuses whose answers have content in the document as it was published. A status by
    /// itself counts before the range that it is in.
    pub(crate) fn with_content(&self) -> Ranges {
        let mut empty: Vec<u16> = self
            .0
            .iter()
            .filter(|one| one.empty)
            .filter_map(|one| match one.status {
                Status::Code(code) => Some(code),
                Status::Successes | Status::Default => None,
            })
            .collect();
        empty.sort_unstable();
        let full = self.0.iter().filter(|one| !one.empty);
        let mut ranges: Ranges = full
            .flat_map(|one| without(one.status.range(), &empty))
            .collect();
        ranges.sort_unstable();
        ranges
    }
}

/// Takes single statuses, in their order, out of a range.
fn without((mut first, last): (u16, u16), statuses: &[u16]) -> Ranges {
    let mut ranges = Ranges::new();
    for status in statuses {
        if (first..=last).contains(status) {
            ranges.push((first, status - 1));
            first = status + 1;
        }
    }
    ranges.push((first, last));
    ranges.retain(|(first, last)| first <= last);
    ranges
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn read(operation: &Value) -> (Ranges, Ranges) {
        let document = json!({"components": {"responses": {
            "Thing": {"content": {"application/json": {}}},
        }}});
        let read = Successes::read(&document, operation);
        (read.statuses(), read.with_content())
    }

    #[test]
    fn successes_are_single_statuses_and_ranges() {
        let operation = json!({"responses": {"204": {}, "404": {}, "2XX": {}, "500": {}}});
        assert_eq!(read(&operation), (vec![(200, 299), (204, 204)], vec![]));
        let operation = json!({"responses": {"default": {"content": {}}}});
        assert_eq!(read(&operation), (vec![(200, 299)], vec![]));
    }

    #[test]
    fn content_is_promised_where_the_published_document_has_it() {
        let thing = json!({"$ref": "#/components/responses/Thing"});
        for (operation, content) in [
            (json!({"responses": {"200": thing}}), vec![(200, 200)]),
            (
                json!({"responses": {"200": thing, "202": thing, "204": {}}, "x-empty": ["202"]}),
                vec![(200, 200)],
            ),
            (
                json!({"responses": {"200": thing, "202": thing}, "x-empty": ["200", "202"]}),
                vec![],
            ),
            (json!({"responses": {"2XX": thing}}), vec![(200, 299)]),
            (
                json!({"responses": {"2XX": thing, "200": {}, "205": {}, "299": {}}}),
                vec![(201, 204), (206, 298)],
            ),
            (
                json!({"responses": {"200": thing, "2XX": thing}, "x-empty": ["2XX"]}),
                vec![(200, 200)],
            ),
        ] {
            assert_eq!(read(&operation).1, content, "{operation}");
        }
    }
}
