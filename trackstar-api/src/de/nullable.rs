//! Fields that can explicitly be set to null.

use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// A request field that is either absent, null or set to a value.
///
/// In an update, these have different meanings. Leaving a field out keeps its current value, while
/// null clears it.
///
/// ```
/// use trackstar_api::Nullable;
///
/// let mut note: Nullable<String> = Nullable::Unset;
/// assert!(note.is_unset());
/// note = Nullable::Null;
/// assert_eq!(serde_json::to_value(&note)?, serde_json::Value::Null);
/// note = Nullable::from("fragile".to_owned());
/// assert_eq!(note.as_ref().map(String::as_str), Some("fragile"));
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Nullable<T> {
    /// The field isn't sent.
    #[default]
    Unset,
    /// The field is sent as `null`.
    Null,
    /// The field is sent with this value.
    Value(T),
}

impl<T> Nullable<T> {
    /// Returns true if the field isn't sent.
    pub const fn is_unset(&self) -> bool {
        matches!(self, Self::Unset)
    }

    /// Returns true if the field is sent as `null`.
    pub const fn is_null(&self) -> bool {
        matches!(self, Self::Null)
    }

    /// Returns a reference to the value, if there is one.
    pub const fn as_ref(&self) -> Option<&T> {
        match self {
            Self::Value(value) => Some(value),
            Self::Unset | Self::Null => None,
        }
    }

    /// Consumes this and returns the value, if there is one.
    pub fn into_value(self) -> Option<T> {
        match self {
            Self::Value(value) => Some(value),
            Self::Unset | Self::Null => None,
        }
    }
}

impl<T> From<T> for Nullable<T> {
    fn from(value: T) -> Self {
        Self::Value(value)
    }
}

/// Generated types skip the field if it's `Unset`. In any other context, we have no choice but to
/// write `null`.
impl<T: Serialize> Serialize for Nullable<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.as_ref().serialize(serializer)
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Nullable<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Ok(match Option::deserialize(deserializer)? {
            Some(value) => Self::Value(value),
            None => Self::Null,
        })
    }
}

#[cfg(feature = "schemars")]
impl<T: schemars::JsonSchema> schemars::JsonSchema for Nullable<T> {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> std::borrow::Cow<'static, str> {
        Option::<T>::schema_name()
    }

    fn json_schema(generator: &mut schemars::SchemaGenerator) -> schemars::Schema {
        Option::<T>::json_schema(generator)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, Default, PartialEq, Serialize, Deserialize)]
    struct Update {
        #[serde(default, skip_serializing_if = "Nullable::is_unset")]
        note: Nullable<String>,
    }

    #[test]
    fn all_three_states_round_trip() {
        for (text, note) in [
            ("{}", Nullable::Unset),
            (r#"{"note":null}"#, Nullable::Null),
            (r#"{"note":"x"}"#, Nullable::from("x".to_owned())),
        ] {
            let update = Update { note };
            assert_eq!(serde_json::to_string(&update).expect("writable"), text);
            let read: Update = serde_json::from_str(text).expect("readable");
            assert_eq!(read, update, "{text}");
        }
    }
}
