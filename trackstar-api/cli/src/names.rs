//! Assigns a distinct flag name to each parameter, property and part of a command.

/// Prefixes that separate flags from the program's own flags and from each other.
const PREFIXES: [&str; 3] = ["body-", "param-", "part-"];

/// Flags of a command, each with the prefix for its target.
#[derive(Default)]
pub(super) struct Names(Vec<(&'static str, String)>);

impl Names {
    pub(super) fn push(&mut self, kind: &'static str, name: &str) {
        self.0.push((kind, name.to_owned()));
    }

    /// Returns the final names, in order. Adds the prefix to a name that is empty, that an earlier flag has, or that
    /// the program assigns to another flag (`help` becomes `param-help`).
    pub(super) fn distinct(self) -> Vec<String> {
        let all: Vec<String> = self.0.iter().map(|(_, name)| name.clone()).collect();
        let given = |name: &str| {
            let rest = PREFIXES.iter().find_map(|prefix| name.strip_prefix(prefix));
            rest.is_some_and(|rest| all.iter().any(|other| other == rest))
        };
        let mut distinct: Vec<String> = Vec::new();
        for (index, (kind, written)) in self.0.into_iter().enumerate() {
            // A later flag keeps its original name, unless the program assigns that name to another flag.
            let kept = |name: &String| all[index + 1..].contains(name) && !given(name);
            let mut name = written.clone();
            while name.is_empty()
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
    fn each_flag_has_a_name_of_its_own() {
        let mut names = Names::default();
        for (kind, name) in [
            ("param", "id"),
            ("param", "help"),
            ("param", "param-help"),
            ("param", "part-number"),
            ("body", "id"),
            ("body", "body-id"),
            ("body", ""),
            ("part", "id"),
        ] {
            names.push(kind, name);
        }
        assert_eq!(
            names.distinct(),
            [
                "id",
                "help",
                "param-param-help",
                "part-number",
                "body-id",
                "body-body-id",
                "body-",
                "part-id",
            ]
        );
    }
}
