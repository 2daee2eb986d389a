//! The set of vendored operations.

use std::collections::BTreeSet;

use anyhow::bail;
use clap::Args;
use trackstar_openapi::Listed;

/// The changes to the set of vendored operations.
#[derive(Clone, Debug, Default, PartialEq, Eq, Args)]
pub(crate) struct Change {
    /// Vendor this operation as well, such as 'GET /connections'
    #[arg(long, value_name = "OPERATION", value_parser = name)]
    add: Vec<String>,
    /// Vendor all operations with this tag as well
    #[arg(long = "add-tag", value_name = "TAG")]
    add_tags: Vec<String>,
    /// Stop vendoring this operation
    #[arg(long, value_name = "OPERATION", value_parser = name)]
    remove: Vec<String>,
    /// Vendor all operations
    #[arg(long)]
    all: bool,
}

impl Change {
    pub(crate) fn is_none(&self) -> bool {
        *self == Self::default()
    }

    /// Returns the operations to vendor in the order of the document, or the problems.
    pub(crate) fn apply(
        &self,
        vendored: &BTreeSet<String>,
        offered: &[Listed],
    ) -> Result<Vec<String>, Vec<String>> {
        let names: BTreeSet<String> = offered.iter().map(Listed::name).collect();
        let mut problems = Vec::new();
        let mut wanted = vendored.clone();
        if self.all {
            wanted.extend(names.iter().cloned());
        }
        for name in &self.add {
            wanted.insert(name.clone());
            if !names.contains(name.as_str()) {
                problems.push(format!(
                    "upstream has no operation `{name}`: `cargo xtask refresh --list` shows what \
                     there is"
                ));
            }
        }
        for tag in &self.add_tags {
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
        for name in &self.remove {
            if !wanted.remove(name) {
                problems.push(format!(
                    "`{name}` is not vendored, so it cannot be removed: openapi/source.toml lists \
                     what is"
                ));
            }
        }
        for name in &wanted {
            if !names.contains(name.as_str()) && !self.add.contains(name) {
                problems.push(format!(
                    "upstream no longer has the vendored operation `{name}`: if it is gone for \
                     good, run `cargo xtask refresh --remove '{name}'`; if it was renamed, add the \
                     new one with --add in the same run"
                ));
            }
        }
        if wanted.is_empty() {
            problems.push(
                "no operation would be left: keep one, or name another with --add".to_owned(),
            );
        }
        if !problems.is_empty() {
            return Err(problems);
        }
        let kept = offered.iter().map(Listed::name);
        Ok(kept.filter(|name| wanted.contains(name)).collect())
    }
}

/// Returns the name of an operation as the document has it, from an argument such as `get /connections`.
fn name(written: &str) -> anyhow::Result<String> {
    let mut words = written.split_whitespace();
    let (Some(method), Some(path), None) = (words.next(), words.next(), words.next()) else {
        bail!("use a method and a path, as in 'GET /connections'");
    };
    if !path.starts_with('/') || !method.bytes().all(|byte| byte.is_ascii_alphabetic()) {
        bail!("use a method and a path, as in 'GET /connections'");
    }
    Ok(format!("{} {path}", method.to_uppercase()))
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

    fn applied(change: &Change, vendored: &[&str]) -> Result<Vec<String>, Vec<String>> {
        let vendored = vendored.iter().map(|&name| name.to_owned()).collect();
        change.apply(&vendored, &offered())
    }

    fn texts(texts: &[&str]) -> Vec<String> {
        texts.iter().map(|&text| text.to_owned()).collect()
    }

    #[test]
    fn adds_by_name_tag_or_all_and_removes_by_name() {
        let change = Change::default();
        assert_eq!(applied(&change, &["GET /a"]), Ok(texts(&["GET /a"])));
        let change = Change {
            add: texts(&["PUT /a"]),
            remove: texts(&["GET /a"]),
            ..Change::default()
        };
        assert_eq!(applied(&change, &["GET /a"]), Ok(texts(&["PUT /a"])));
        let change = Change {
            add_tags: texts(&["T"]),
            ..Change::default()
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
        let change = Change {
            all: true,
            remove: texts(&["PUT /a"]),
            ..Change::default()
        };
        assert_eq!(applied(&change, &[]), Ok(texts(&["GET /a", "GET /b"])));
    }

    #[test]
    fn all_that_does_not_fit_is_told_at_once() {
        let change = Change {
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
        let change = Change {
            remove: texts(&["GET /a"]),
            ..Change::default()
        };
        let problems =
            applied(&change, &["GET /a"]).map_or_else(|it| it.join("\n"), |_| String::new());
        assert!(
            problems.contains("no operation would be left"),
            "{problems}"
        );
    }

    #[test]
    fn accepts_methods_in_lower_case() {
        assert_eq!(name(" get  /a/{b}").ok().as_deref(), Some("GET /a/{b}"));
        for wrong in ["", "GET", "/a", "GET a", "GET /a b", "G3T /a"] {
            assert!(name(wrong).is_err(), "{wrong}");
        }
    }
}
