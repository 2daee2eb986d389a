//! Tests with the vendor's published documents, if they are available next to the repository.

use trackstar_openapi::Source;

use super::{corrected, files};

#[test]
fn downgrades_every_published_document() {
    for (name, text) in files::published() {
        let once = corrected(
            Source {
                name: &name,
                text: &text,
            },
            &[],
        )
        .unwrap_or_else(|error| panic!("{error}"));
        let again = once.to_string();
        let source = Source {
            name: &name,
            text: &again,
        };
        let twice = corrected(source, &[]).unwrap_or_else(|error| panic!("{error}"));
        assert_eq!(once, twice, "{name}");
    }
}
