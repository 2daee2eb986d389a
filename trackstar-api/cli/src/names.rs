//! Makes sure that all flags of a command have different names.

use std::collections::BTreeSet;

/// Prefixes to add to a name if it's already taken.
const PREFIXES: [&str; 3] = ["body-", "param-", "part-"];

/// The flags of a command, along with the prefix to use if there is a conflict.
#[derive(Default)]
pub(super) struct Names(Vec<(&'static str, String)>);

impl Names {
    pub(super) fn push(&mut self, kind: &'static str, name: &str) {
        self.0.push((kind, name.to_owned()));
    }

    /// Returns the final names.
    ///
    /// If a name is empty, or is already used by an earlier flag or by the program itself (`own`),
    /// this adds a prefix. For example, `help` turns into `param-help`.
    pub(super) fn distinct(self, own: &BTreeSet<String>) -> Vec<String> {
        let all: Vec<String> = self.0.iter().map(|(_, name)| name.clone()).collect();
        let given = |name: &str| {
            let rest = PREFIXES.iter().find_map(|prefix| name.strip_prefix(prefix));
            rest.is_some_and(|rest| all.iter().any(|other| other == rest))
        };
        let mut distinct: Vec<String> = Vec::new();
        for (index, (kind, written)) in self.0.into_iter().enumerate() {
            // A later flag gets to keep its name, unless the program itself uses it.
            let kept = |name: &String| all[index + 1..].contains(name) && !given(name);
            let mut name = written.clone();
            while name.is_empty()
                || own.contains(&name)
                || distinct.contains(&name)
                || if name == written {
                    given(&name)
                } else {
                    kept(&name)
                }
            {
                name = format!("{kind}-{name}");
            }
            distinct.push(name);
        }
        distinct
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn flags_have_unique_names() {
        let mut names = Names::default();
        for (kind, name) in [
            ("param", "id"),
            ("param", "help"),
            ("param", "param-help"),
            ("param", "help"),
            ("param", "part-number"),
            ("body", "id"),
            ("body", "body-id"),
            ("body", ""),
            ("part", "id"),
        ] {
            names.push(kind, name);
        }
        assert_eq!(
            names.distinct(&BTreeSet::from(["help".to_owned()])),
            [
                "id",
                "param-help",
                "param-param-help",
                "param-param-param-help",
                "part-number",
                "body-id",
                "body-body-id",
                "body-",
                "part-id",
            ]
        );
    }
}
