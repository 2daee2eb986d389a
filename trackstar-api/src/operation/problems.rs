//! Used by the builders of request types.
#![allow(dead_code, reason = "unused if no request has a body")]

use std::fmt::Display;

use serde::Serialize;
use serde::de::DeserializeOwned;

/// Implemented by everything that can be passed to a setter for a `T`.
#[diagnostic::on_unimplemented(
    message = "a `{Self}` does not convert into a `{T}`",
    label = "this setter does not accept the value"
)]
pub trait Converts<T>: TryInto<T, Error: Display> {}

impl<T, V: TryInto<T, Error: Display>> Converts<T> for V {}

/// The problems that a builder has found, along with the field responsible.
///
/// These are collected so that all of them can be reported together. Setting a field again clears
/// its problem.
#[derive(Clone, Debug, Default)]
pub struct Problems(Vec<(&'static str, String)>);

impl Problems {
    /// Clears the problem of a field that is being set again.
    pub fn clear(&mut self, name: &'static str) {
        self.0.retain(|(other, _)| *other != name);
    }

    fn note<T>(&mut self, name: &'static str, value: Result<T, impl Display>) -> Option<T> {
        self.clear(name);
        match value {
            Ok(value) => Some(value),
            Err(error) => {
                let problem = format!("`{name}` cannot be set: {error}");
                self.0.push((name, problem));
                None
            }
        }
    }

    /// Converts a value, recording a problem if that fails.
    pub fn one<T, V>(&mut self, name: &'static str, value: V) -> Option<T>
    where
        V: TryInto<T, Error: Display>,
    {
        self.note(name, value.try_into())
    }

    /// Converts a value and stores it in `slot`. If that fails, this records a problem and leaves
    /// `slot` as it is.
    pub fn set<T, V, S>(&mut self, name: &'static str, value: V, slot: &mut Option<S>)
    where
        V: Converts<T>,
        S: From<T>,
    {
        if let Some(value) = self.one(name, value) {
            *slot = Some(value.into());
        }
    }

    /// Converts a list and stores it in `slot`. See [`set`](Self::set).
    pub fn set_each<T, V, S>(&mut self, name: &'static str, values: V, slot: &mut Option<S>)
    where
        V: IntoIterator<Item: Converts<T>>,
        S: From<Vec<T>>,
    {
        if let Some(values) = self.each(name, values) {
            *slot = Some(values.into());
        }
    }

    /// Converts the items of a list, recording a problem if that fails.
    pub fn each<T, V>(&mut self, name: &'static str, values: V) -> Option<Vec<T>>
    where
        V: IntoIterator<Item: TryInto<T, Error: Display>>,
    {
        let values: Result<Vec<T>, _> = values.into_iter().map(TryInto::try_into).collect();
        self.note(name, values)
    }

    /// Converts the entries of a map, recording a problem if that fails.
    pub fn pairs<T, M, V, K, U>(&mut self, name: &'static str, values: V) -> Option<M>
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
        self.note(name, pairs)
    }

    /// Records a problem if a required field isn't set (unless it already has a problem).
    pub fn require(&mut self, name: &'static str, setter: &str, is_set: bool) {
        if !is_set && self.0.iter().all(|(of, _)| *of != name) {
            let problem = format!("`{name}` is not set: call `.{setter}(…)`");
            self.0.push((name, problem));
        }
    }

    /// Reports all problems at once.
    ///
    /// # Errors
    ///
    /// This returns an error if there are any problems.
    pub fn end(self) -> Result<(), String> {
        if self.0.is_empty() {
            Ok(())
        } else {
            let problems: Vec<String> = self.0.into_iter().map(|(_, problem)| problem).collect();
            Err(problems.join("; "))
        }
    }
}

/// Converts a variant of a body to the type that represents all variants.
///
/// # Errors
///
/// This returns an error if the value doesn't match that type.
pub fn widen<T: Serialize, U: DeserializeOwned>(value: &T) -> Result<U, String> {
    let value = serde_json::to_value(value).and_then(serde_json::from_value);
    value.map_err(|error| format!("not valid for the type shared by all variants: {error}"))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;

    #[test]
    fn reports_each_problem_once() {
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
        assert_eq!(problems.one::<u8, _>("mended", 700), None);
        assert_eq!(problems.one::<u8, _>("mended", 70), Some(70));
        assert_eq!(problems.one::<u8, _>("cleared", 700), None);
        problems.clear("cleared");
        problems.require("large", "large", false);
        problems.require("absent", "absent_", false);
        problems.require("small", "small", true);
        let text = problems.end().expect_err("problems");
        assert_eq!(
            text,
            "`large` cannot be set: out of range integral type conversion attempted; `numbers` cannot \
             be set: out of range integral type conversion attempted; `absent` is not \
             set: call `.absent_(…)`"
        );
        assert_eq!(Problems::default().end(), Ok(()));
    }
}
