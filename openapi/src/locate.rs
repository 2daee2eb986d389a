//! Adds positions to problems.

use crate::error::{Error, Problem};
use crate::{Source, parse};

/// Adds the positions of problems whose pointers lead into one of the texts.
pub(crate) fn locate(problems: &mut [Problem], sources: &[Source<'_>]) {
    for source in sources {
        // Reading positions takes longer than parsing, so it waits for the first problem.
        let mut positions = None;
        for problem in problems.iter_mut() {
            if problem.position.is_none()
                && problem.file == source.name
                && let Some(pointer) = &problem.pointer
            {
                let all = positions.get_or_insert_with(|| parse::positions(*source).ok());
                problem.position = all.as_ref().map(|all| all.nearest(pointer));
            }
        }
    }
}

/// Adds the positions of an error's problems.
pub(crate) fn error(error: Error, sources: &[Source<'_>]) -> Error {
    let mut problems = error.into_problems();
    locate(&mut problems, sources);
    Error::new(problems)
}

#[cfg(test)]
mod tests {
    use crate::{Overlay, Preparation, Source, parse};

    const YAML: &str = "\
openapi: 3.1.0
info: {title: T, version: '1'}
paths:
  /a:
    get:
      responses:
        200:
          description: fine
          content:
            application/json:
              schema:
                properties:
                  b: {$ref: '#/components/schemas/Missing'}
";

    const OVERLAY: &str = "\
overlay: 1.0.0
info: {title: O, version: 1.0.0}
actions:
  - target: $.info
    description: Reason.
    update: {title: U}
  - target: $.tags
    description: Reason.
    remove: true
";

    fn overlay(text: &str) -> Source<'_> {
        let name = "o.yaml";
        Source { name, text }
    }

    fn document(text: &str) -> Source<'_> {
        let name = "api";
        Source { name, text }
    }

    /// Returns the files and positions that an error of the preparation names.
    fn positions(text: &str, overlays: &[&str]) -> Vec<String> {
        let overlays: Vec<Source<'_>> = overlays.iter().map(|text| overlay(text)).collect();
        let refused = Preparation::new(document(text)).overlays(&overlays).run();
        let error = refused.expect_err("something is wrong").to_string();
        let start = |line: &str| line.split(": ").next().unwrap_or_default().to_owned();
        error.lines().map(start).collect()
    }

    #[test]
    fn preparation_errors_have_positions_in_yaml() {
        assert_eq!(positions(YAML, &[]), ["api:13:23"]);
    }

    #[test]
    fn preparation_errors_have_positions_in_minified_json() {
        let text = parse(document(YAML)).expect("a document").to_string();
        let column = text.find(r#""$ref""#).expect("the reference") + 1;
        assert_eq!(positions(&text, &[]), [format!("api:1:{column}")]);
    }

    #[test]
    fn parse_errors_have_positions() {
        for (text, expected) in [
            ("a: 1\nb: [1, 2\n", "api:2:4"),
            ("a: 1\na: 2\n", "api:2:1"),
            ("{\"é\": 1, \"é\": 2}", "api:1:12"),
            ("{\n\"a\": [1,\n}", "api:3:1"),
            ("a: 1\n<<<<<<< ours\n", "api:2:1"),
        ] {
            assert_eq!(positions(text, &[]), [expected], "{text}");
        }
    }

    #[test]
    fn overlay_errors_have_positions() {
        assert_eq!(positions(YAML, &[OVERLAY]), ["o.yaml:7:5"]);
        let text = OVERLAY.replace("    remove: true\n", "");
        assert_eq!(positions(YAML, &[&text]), ["o.yaml:7:5"]);
        let error = Overlay::parse(overlay(&text)).expect_err("it has no change");
        let text = error.to_string();
        assert!(text.starts_with("o.yaml:7:5: at /actions/1: "), "{text}");
    }

    #[test]
    fn stale_actions_have_positions() {
        let text = YAML.replace("$ref: '#/components/schemas/Missing'", "");
        let preparation = Preparation::new(document(&text)).overlays(&[overlay(OVERLAY)]);
        let prepared = preparation.report_stale_actions().run();
        let prepared = prepared.expect("the document is in order");
        let position = prepared.stale_actions()[0].position.expect("a position");
        assert_eq!(position.to_string(), "7:5");
    }
}
