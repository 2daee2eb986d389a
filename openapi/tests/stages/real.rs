//! The documents that the vendor published, where they lie beside the repository.

use trackstar_openapi::Source;

use super::{corrected, files};

#[test]
#[expect(clippy::print_stderr, reason = "a test that is skipped should say so")]
fn every_published_document_can_be_lowered() {
    let folder = files::path("../../shared/specs");
    if !folder.is_dir() {
        eprintln!("skipped: the published documents are not beside the repository");
        return;
    }
    let mut tried = 0;
    for name in files::names(&folder) {
        let path = folder.join(&name);
        if path.extension().is_none_or(|extension| extension != "json") {
            continue;
        }
        let text = files::read(&path);
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
        tried += 1;
    }
    assert!(tried > 0, "no document was found");
}
