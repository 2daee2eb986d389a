//! The set of vendored operations.

use std::collections::BTreeSet;

use trackstar_openapi::Listed;
use xtask::ChangeArgs;

/// Returns the operations to vendor in the order of the document, or the problems.
pub(super) fn apply(
    change: &ChangeArgs,
    vendored: &BTreeSet<String>,
    offered: &[Listed],
) -> Result<Vec<String>, Vec<String>> {
    let names: BTreeSet<String> = offered.iter().map(Listed::name).collect();
    let mut problems = Vec::new();
    let mut wanted = vendored.clone();
    if change.all {
        wanted.extend(names.iter().cloned());
    }
    for name in &change.add {
        wanted.insert(name.clone());
        if !names.contains(name.as_str()) {
            problems.push(format!(
                "upstream has no operation `{name}`: `cargo xtask refresh --list` shows what \
                 there is"
            ));
        }
    }
    for tag in &change.add_tags {
        let tagged = offered.iter().filter(|it| it.tags.contains(tag));
        let mut tagged = tagged.map(Listed::name).peekable();
        let unknown = tagged.peek().is_none();
        wanted.extend(tagged);
        if unknown {
            problems.push(format!(
                "upstream has no operation with the tag `{tag}`: `cargo xtask refresh --list` \
                 shows what there is"
            ));
        }
    }
    for name in &change.remove {
        if !wanted.remove(name) {
            problems.push(format!(
                "`{name}` is not vendored, so it cannot be removed: openapi/source.toml lists \
                 what is"
            ));
        }
    }
    for name in &wanted {
        if !names.contains(name.as_str()) && !change.add.contains(name) {
            problems.push(format!(
                "upstream no longer has the vendored operation `{name}`: if it is gone for \
                 good, run `cargo xtask refresh --remove '{name}'`; if it was renamed, add the \
                 new one with --add in the same run"
            ));
        }
    }
    if wanted.is_empty() {
        problems
            .push("no operation would be left: keep one, or name another with --add".to_owned());
    }
    if !problems.is_empty() {
        return Err(problems);
    }
    let kept = offered.iter().map(Listed::name);
    Ok(kept.filter(|name| wanted.contains(name)).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn offered() -> Vec<Listed> {
        let document = serde_json::json!({"paths": {
            "/a": {"get": {"tags": ["T"]}, "put": {}},
            "/b": {"get": {"tags": ["T", "U"]}},
        }});
        trackstar_openapi::operations(&document)
    }

    fn applied(change: &ChangeArgs, vendored: &[&str]) -> Result<Vec<String>, Vec<String>> {
        let vendored = vendored.iter().map(|&name| name.to_owned()).collect();
        apply(change, &vendored, &offered())
    }

    fn texts(texts: &[&str]) -> Vec<String> {
        texts.iter().map(|&text| text.to_owned()).collect()
    }

    #[test]
    fn adds_by_name_tag_or_all_and_removes_by_name() {
        let change = ChangeArgs::default();
        assert_eq!(applied(&change, &["GET /a"]), Ok(texts(&["GET /a"])));
        let change = ChangeArgs {
            add: texts(&["PUT /a"]),
            remove: texts(&["GET /a"]),
            ..ChangeArgs::default()
        };
        assert_eq!(applied(&change, &["GET /a"]), Ok(texts(&["PUT /a"])));
        let change = ChangeArgs {
            add_tags: texts(&["T"]),
            ..ChangeArgs::default()
        };
        assert_eq!(
            applied(&change, &["PUT /a"]),
            Ok(texts(&["GET /a", "PUT /a", "GET /b"]))
        );
        // An operation that is vendored already does not make a tag unknown.
        assert_eq!(
            applied(&change, &["GET /a", "GET /b"]),
            Ok(texts(&["GET /a", "GET /b"]))
        );
        let change = ChangeArgs {
            all: true,
            remove: texts(&["PUT /a"]),
            ..ChangeArgs::default()
        };
        assert_eq!(applied(&change, &[]), Ok(texts(&["GET /a", "GET /b"])));
    }

    #[test]
    fn reports_all_mismatches_at_once() {
        let change = ChangeArgs {
            add: texts(&["GET /c"]),
            add_tags: texts(&["V"]),
            remove: texts(&["PUT /a"]),
            all: false,
        };
        let problems =
            applied(&change, &["GET /gone"]).map_or_else(|it| it.join("\n"), |_| String::new());
        for expected in [
            "upstream has no operation `GET /c`",
            "upstream has no operation with the tag `V`",
            "`PUT /a` is not vendored",
            "upstream no longer has the vendored operation `GET /gone`: if it is gone for good, run \
             `cargo xtask refresh --remove 'GET /gone'`",
        ] {
            assert!(problems.contains(expected), "{problems}");
        }
        assert_eq!(problems.lines().count(), 4, "{problems}");
        let change = ChangeArgs {
            remove: texts(&["GET /a"]),
            ..ChangeArgs::default()
        };
        let problems =
            applied(&change, &["GET /a"]).map_or_else(|it| it.join("\n"), |_| String::new());
        assert!(
            problems.contains("no operation would be left"),
            "{problems}"
        );
    }
}
