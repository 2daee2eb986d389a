//! What the builders of request types are made of.
#![allow(
    dead_code,
    reason = "a document whose requests have no bodies calls none of it"
)]

use std::fmt::Display;

use serde::Serialize;
use serde::de::DeserializeOwned;

/// What stands in the way of a value, to be told all at once.
#[derive(Clone, Debug, Default)]
pub(crate) struct Problems(Vec<String>);

impl Problems {
    fn add(&mut self, name: &str, error: impl Display) {
        self.0.push(format!("`{name}` cannot be set: {error}"));
    }

    /// One value; a problem where it cannot be converted.
    pub(crate) fn one<T, V>(&mut self, name: &str, value: V) -> Option<T>
    where
        V: TryInto<T, Error: Display>,
    {
        let value = value.try_into();
        value.map_err(|error| self.add(name, error)).ok()
    }

    /// The values of a list; a problem where one cannot be converted.
    pub(crate) fn each<T, V>(&mut self, name: &str, values: V) -> Option<Vec<T>>
    where
        V: IntoIterator<Item: TryInto<T, Error: Display>>,
    {
        let values: Result<Vec<T>, _> = values.into_iter().map(TryInto::try_into).collect();
        values.map_err(|error| self.add(name, error)).ok()
    }

    /// The entries of a map; a problem where a value cannot be converted.
    pub(crate) fn pairs<T, M, V, K, U>(&mut self, name: &str, values: V) -> Option<M>
    where
        V: IntoIterator<Item = (K, U)>,
        K: Into<String>,
        U: TryInto<T, Error: Display>,
        M: FromIterator<(String, T)>,
    {
        let pairs = values
            .into_iter()
            .map(|(key, value)| Ok((key.into(), value.try_into()?)));
        let pairs: Result<M, U::Error> = pairs.collect();
        pairs.map_err(|error| self.add(name, error)).ok()
    }

    /// A problem where a field that must be there is not, and none was found with it.
    pub(crate) fn require(&mut self, name: &str, is_set: bool) {
        let told = format!("`{name}` cannot");
        if !is_set && !self.0.iter().any(|problem| problem.starts_with(&told)) {
            self.0.push(format!("`{name}` is not set"));
        }
    }

    /// All of them in one text; `Ok` where there are none.
    pub(crate) fn end(self) -> Result<(), String> {
        if self.0.is_empty() {
            Ok(())
        } else {
            Err(self.0.join("; "))
        }
    }
}

/// One variant of a body as the type that all of them share.
pub(crate) fn widen<T: Serialize, U: DeserializeOwned>(value: &T) -> Result<U, String> {
    let value = serde_json::to_value(value).and_then(serde_json::from_value);
    value.map_err(|error| format!("it does not fit the type that all variants share: {error}"))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;

    #[test]
    fn every_problem_is_told_once() {
        let mut problems = Problems::default();
        assert_eq!(problems.one::<u8, _>("small", 7), Some(7));
        assert_eq!(problems.one::<u8, _>("large", 700), None);
        assert_eq!(
            problems
                .each::<String, _>("list", ["a", "b"])
                .map(|it| it.len()),
            Some(2)
        );
        assert_eq!(problems.each::<u8, _>("numbers", [1, 256]), None);
        let map: Option<BTreeMap<String, u8>> = problems.pairs("map", [("a", 1)]);
        assert_eq!(map, Some(BTreeMap::from([("a".to_owned(), 1)])));
        problems.require("large", false);
        problems.require("absent", false);
        problems.require("small", true);
        let text = problems.end().expect_err("problems");
        assert_eq!(
            text,
            "`large` cannot be set: out of range integral type conversion attempted; `numbers` cannot \
             be set: out of range integral type conversion attempted; `absent` is not set"
        );
        assert_eq!(Problems::default().end(), Ok(()));
    }
}
