//! Deserializes values that can have one of several types, without a tag that says which.
#![allow(dead_code, reason = "unused without unions")]

use std::cell::Cell;
use std::cmp::Reverse;

use serde::Serialize;
use serde::de::{Deserialize, Deserializer, Error};
use serde_json::Value;

use crate::de::lenient;

/// Reads a value as one of the types. Returns `None` if it doesn't match.
pub(crate) type Reader<T> = fn(&Value) -> Option<T>;

/// Below this depth, we use the first alternative that matches. If we kept trying all of them, the
/// time it takes would double with every level.
const DEPTH: u32 = 3;

thread_local! {
    static LEVEL: Cell<u32> = const { Cell::new(0) };
}

/// Reads a value as the alternative that preserves most of it.
///
/// If there is a tie, we choose the one with the fewest unknown enum values, since a tag is usually
/// an enum. If it's still a tie, the first one wins.
///
/// # Errors
///
/// This returns an error if the value doesn't match any of the alternatives.
pub fn read<'de, D, T>(deserializer: D, name: &str, readers: &[Reader<T>]) -> Result<T, D::Error>
where
    D: Deserializer<'de>,
    T: Serialize,
{
    let value = Value::deserialize(deserializer)?;
    let level = Level::enter();
    best(&value, readers, level.0 <= DEPTH)
        .ok_or_else(|| D::Error::custom(format_args!("value did not match any variant of {name}")))
}

fn best<T: Serialize>(value: &Value, readers: &[Reader<T>], search: bool) -> Option<T> {
    let whole = kept(value, value);
    let mut best: Option<(Rank, T, Vec<&'static str>)> = None;
    for read in readers {
        let (Some(read), unknown) = lenient::noting(|| read(value)) else {
            continue;
        };
        let kept = if search {
            serde_json::to_value(&read).map_or(0, |written| kept(value, &written))
        } else {
            whole
        };
        let rank = (kept, Reverse(unknown.len()));
        let done = !search || rank == (whole, Reverse(0));
        if best.as_ref().is_none_or(|(most, ..)| rank > *most) {
            best = Some((rank, read, unknown));
        }
        if done {
            break;
        }
    }
    let (_, read, unknown) = best?;
    unknown.into_iter().for_each(lenient::note);
    Some(read)
}

/// The rank of an alternative, given by how much it preserves and how many of its enums have an
/// unknown value.
type Rank = (usize, Reverse<usize>);

/// Returns how many of the values in `came` also occur in `written`.
fn kept(came: &Value, written: &Value) -> usize {
    match (came, written) {
        (Value::Object(came), Value::Object(written)) => {
            let shared = came
                .iter()
                .filter_map(|(name, value)| Some((value, written.get(name)?)));
            1 + shared
                .map(|(came, written)| 1 + kept(came, written))
                .sum::<usize>()
        }
        (Value::Array(came), Value::Array(written)) => {
            let pairs = came.iter().zip(written);
            1 + pairs
                .map(|(came, written)| kept(came, written))
                .sum::<usize>()
        }
        (Value::Number(came), Value::Number(written)) => {
            usize::from(came == written || came.as_f64() == written.as_f64())
        }
        // Times may be formatted in a different way than what we've read.
        (Value::String(_), Value::String(_)) => 1,
        (came, written) => usize::from(came == written),
    }
}

/// Tracks the depth while a value is being read.
struct Level(u32);

impl Level {
    fn enter() -> Self {
        LEVEL.with(|level| {
            level.set(level.get() + 1);
            Self(level.get())
        })
    }
}

impl Drop for Level {
    fn drop(&mut self) {
        LEVEL.with(|level| level.set(self.0 - 1));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, Default, PartialEq, Serialize, serde::Deserialize)]
    struct Cat {
        #[serde(default, skip_serializing_if = "Option::is_none")]
        hunts: Option<bool>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        age: Option<f64>,
    }

    #[derive(Debug, Default, PartialEq, Serialize, serde::Deserialize)]
    struct Dog {
        #[serde(default, skip_serializing_if = "Option::is_none")]
        barks: Option<bool>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        age: Option<f64>,
    }

    #[derive(Debug, PartialEq, Serialize)]
    #[serde(untagged)]
    enum Pet {
        Cat(Cat),
        Dog(Dog),
        Both(Vec<Pet>),
    }

    impl<'de> Deserialize<'de> for Pet {
        fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
            read(
                deserializer,
                "Pet",
                &[
                    |value| Cat::deserialize(value).ok().map(Pet::Cat),
                    |value| Dog::deserialize(value).ok().map(Pet::Dog),
                    |value| Vec::deserialize(value).ok().map(Pet::Both),
                ],
            )
        }
    }

    fn of(text: &str) -> Result<Pet, String> {
        serde_json::from_str(text).map_err(|error| error.to_string())
    }

    #[test]
    fn prefers_the_alternative_that_keeps_the_most_data() {
        let dog = Dog {
            barks: Some(true),
            age: Some(1.0),
        };
        assert_eq!(
            of(r#"{"barks": true, "age": 1, "new": {}}"#),
            Ok(Pet::Dog(dog))
        );
        let cat = Cat {
            age: Some(2.0),
            ..Cat::default()
        };
        assert_eq!(of(r#"{"age": 2.0}"#), Ok(Pet::Cat(cat)));
        assert_eq!(of("{}"), Ok(Pet::Cat(Cat::default())));
        let error = of("7").expect_err("no pet");
        assert!(
            error.starts_with("value did not match any variant of Pet"),
            "{error}"
        );
    }

    #[derive(Debug, PartialEq, Serialize, serde::Deserialize)]
    enum Red {
        #[serde(rename = "red")]
        Red,
        #[serde(untagged, deserialize_with = "crate::de::lenient::unknown::<_, Red>")]
        Unknown(String),
    }

    #[derive(Debug, PartialEq, Serialize, serde::Deserialize)]
    enum Blue {
        #[serde(rename = "blue")]
        Blue,
        #[serde(untagged, deserialize_with = "crate::de::lenient::unknown::<_, Blue>")]
        Unknown(String),
    }

    #[derive(Debug, PartialEq, Serialize)]
    #[serde(untagged)]
    enum Colour {
        Red(Red),
        Blue(Blue),
    }

    #[test]
    fn prefers_alternative_with_known_tag_among_equals() {
        let readers: [Reader<Colour>; 2] = [
            |value| Red::deserialize(value).ok().map(Colour::Red),
            |value| Blue::deserialize(value).ok().map(Colour::Blue),
        ];
        let of = |text: &str| {
            let value = Value::from(text);
            lenient::noting(|| read(value, "Colour", &readers).expect("any text is a colour"))
        };
        assert_eq!(of("red"), (Colour::Red(Red::Red), vec![]));
        assert_eq!(of("blue"), (Colour::Blue(Blue::Blue), vec![]));
        let unknown = Colour::Red(Red::Unknown("green".to_owned()));
        assert_eq!(of("green"), (unknown, vec!["Red"]));
    }

    #[test]
    fn deeply_nested_alternatives_are_read_quickly() {
        // None of the alternatives preserves `new`, so every level has to try all of them.
        let text = format!("{}{}{}", "[".repeat(60), r#"{"new": 1}"#, "]".repeat(60));
        assert!(matches!(of(&text), Ok(Pet::Both(_))));
        assert!(of("7").is_err());
    }
}
