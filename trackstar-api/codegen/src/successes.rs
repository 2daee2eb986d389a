//! Success statuses of an operation, with and without content.

use trackstar_openapi::model::{Status, Success};

/// Inclusive ranges of statuses.
type Ranges = Vec<(u16, u16)>;

/// Returns the ranges of all success statuses.
pub(crate) fn statuses(successes: &[Success]) -> Ranges {
    let mut ranges: Ranges = successes.iter().map(|one| one.status.range()).collect();
    ranges.sort_unstable();
    ranges
}

/// Returns the success statuses that have content in the published document. An individual status overrides the
/// range that includes it.
pub(crate) fn with_content(successes: &[Success]) -> Ranges {
    let (empty, full): (Vec<&Success>, Vec<&Success>) = successes.iter().partition(|it| it.empty);
    let single = empty.iter().filter_map(|one| match one.status {
        Status::Code(code) => Some(code),
        Status::Successes | Status::Default => None,
    });
    let mut single: Vec<u16> = single.collect();
    single.sort_unstable();
    let full = full.iter();
    let mut ranges: Ranges = full
        .flat_map(|one| without(one.status.range(), &single))
        .collect();
    ranges.sort_unstable();
    ranges
}

/// Removes individual statuses from a range. `statuses` must be sorted.
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
    use super::*;

    fn success(status: Status, empty: bool) -> Success {
        Success {
            status,
            content: true,
            empty,
        }
    }

    #[test]
    fn successes_are_single_statuses_and_ranges() {
        let all = [
            success(Status::Code(204), true),
            success(Status::Successes, true),
        ];
        assert_eq!(statuses(&all), [(200, 299), (204, 204)]);
        assert_eq!(with_content(&all), []);
        let all = [success(Status::Default, true)];
        assert_eq!(statuses(&all), [(200, 299)]);
    }

    #[test]
    fn content_is_promised_where_the_published_document_has_it() {
        let (code, any) = (Status::Code, Status::Successes);
        for (successes, content) in [
            (vec![(code(200), false)], vec![(200, 200)]),
            (
                vec![(code(200), false), (code(202), true)],
                vec![(200, 200)],
            ),
            (vec![(code(200), true), (code(202), true)], vec![]),
            (vec![(any, false)], vec![(200, 299)]),
            (
                vec![
                    (any, false),
                    (code(299), true),
                    (code(205), true),
                    (code(200), true),
                ],
                vec![(201, 204), (206, 298)],
            ),
            (vec![(code(200), false), (any, true)], vec![(200, 200)]),
        ] {
            let successes = successes.into_iter();
            let successes: Vec<_> = successes
                .map(|(status, empty)| success(status, empty))
                .collect();
            assert_eq!(with_content(&successes), content, "{successes:?}");
        }
    }
}
