//! The building blocks of builders of request types.
#![allow(
    dead_code,
    reason = "a document whose requests have no bodies calls none of it"
)]

use std::fmt::Display;

use serde::Serialize;
use serde::de::DeserializeOwned;

/// A value that a setter for `T` accepts, because it converts to `T`.
#[diagnostic::on_unimplemented(
    message = "a `{Self}` does not convert into a `{T}`",
    label = "not a value of this setter"
)]
pub trait Converts<T>: TryInto<T, Error: Display> {}

impl<T, V: TryInto<T, Error: Display>> Converts<T> for V {}

/// The problems of a builder, by the name of the field. They are reported together. A new value of
/// a field removes its problem.
#[derive(Clone, Debug, Default)]
pub struct Problems(Vec<(&'static str, String)>);

impl Problems {
    /// Removes the problem of a field, because it gets a new value.
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

    /// Converts a value. If this fails, records a problem.
    pub fn one<T, V>(&mut self, name: &'static str, value: V) -> Option<T>
    where
        V: TryInto<T, Error: Display>,
    {
        self.note(name, value.try_into())
    }

    /// Converts a value and stores it in the slot of a field. If this fails, records a problem and
    /// does not change the slot.
    pub fn set<T, V, S>(&mut self, name: &'static str, value: V, slot: &mut Option<S>)
    where
        V: Converts<T>,
        S: From<T>,
    {
        if let Some(value) = self.one(name, value) {
            *slot = Some(value.into());
        }
    }

    /// Converts a list and stores it in the slot of a field; see [`set`](Self::set).
    pub fn set_each<T, V, S>(&mut self, name: &'static str, values: V, slot: &mut Option<S>)
    where
        V: IntoIterator<Item: Converts<T>>,
        S: From<Vec<T>>,
    {
        if let Some(values) = self.each(name, values) {
            *slot = Some(values.into());
        }
    }

    /// Converts the values of a list. If this fails, records a problem.
    pub fn each<T, V>(&mut self, name: &'static str, values: V) -> Option<Vec<T>>
    where
        V: IntoIterator<Item: TryInto<T, Error: Display>>,
    {
        let values: Result<Vec<T>, _> = values.into_iter().map(TryInto::try_into).collect();
        self.note(name, values)
    }

    /// Converts the values of a map. If this fails, records a problem.
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

    /// Records a problem if a required field is not set and has no problem yet.
    pub fn require(&mut self, name: &'static str, setter: &str, is_set: bool) {
        if !is_set && self.0.iter().all(|(of, _)| *of != name) {
            let problem = format!("`{name}` is not set: call `.{setter}(…)`");
            self.0.push((name, problem));
        }
    }

    /// Reports all problems in one text.
    ///
    /// # Errors
    /// Returns an error if there are problems.
    pub fn end(self) -> Result<(), String> {
        if self.0.is_empty() {
            Ok(())
        } else {
            let problems: Vec<String> = self.0.into_iter().map(|(_, problem)| problem).collect();
            Err(problems.join("; "))
        }
    }
}

/// Converts one variant of a body to the type that all variants share.
///
/// # Errors
/// Returns an error if the value does not match that type.
pub fn widen<T: Serialize, U: DeserializeOwned>(value: &T) -> Result<U, String> {
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
