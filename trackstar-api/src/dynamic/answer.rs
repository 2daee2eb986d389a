//! What an operation that was called by its name has answered.

use std::fmt;
use std::ops::Deref;

use serde::Serialize;
use serde_json::Value;

/// An answer, or an item of a list, as JSON. It dereferences to the value.
///
/// The value may hold what is told once, such as an access token: `Debug` shows its shape alone.
///
/// ```no_run
/// # use trackstar_api::dynamic::Arguments;
/// # async fn example(connection: &trackstar_api::Connection) -> Result<(), trackstar_api::Error> {
/// let deleted = connection.call("delete_connection", Arguments::default()).await?;
/// println!("{:?} is gone: {:?}", deleted["id"].as_str(), *deleted);
/// let value: serde_json::Value = deleted.into_inner().into_inner();
/// # let _ = value;
/// # Ok(())
/// # }
/// ```
#[derive(Clone, PartialEq, Serialize)]
#[serde(transparent)]
pub struct Answer(Value);

impl Answer {
    /// The value alone.
    #[must_use]
    pub fn into_inner(self) -> Value {
        self.0
    }
}

impl From<Value> for Answer {
    fn from(value: Value) -> Self {
        Self(value)
    }
}

impl Deref for Answer {
    type Target = Value;

    fn deref(&self) -> &Value {
        &self.0
    }
}

/// Without values: they may be secret, or a customer's.
impl fmt::Debug for Answer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Answer(")?;
        match &self.0 {
            Value::Null => f.write_str("null")?,
            Value::Bool(_) => f.write_str("boolean")?,
            Value::Number(_) => f.write_str("number")?,
            Value::String(_) => f.write_str("string")?,
            Value::Array(items) => write!(f, "array of {}", items.len())?,
            Value::Object(fields) => write!(f, "object of {}", fields.len())?,
        }
        f.write_str(")")
    }
}
