//! Where a list was left, to be gone on with later, perhaps by another process.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::Error;
use crate::call::Call;
use crate::operation::Place;

/// A place in a list: the operation, all its parameters (filters among them) and the page token, kept
/// together because the token alone would ask for another list.
///
/// Write it down with serde, and give it to `.resume()` of the same operation. It holds the values
/// of filters, and no credential: it is of use only on the connection it came from.
///
/// ```
/// # fn example(text: &str) -> Result<(), serde_json::Error> {
/// let checkpoint: trackstar_api::Checkpoint = serde_json::from_str(text)?;
/// println!("{} goes on", checkpoint.operation_id());
/// # Ok(())
/// # }
/// let kept = r#"{"operation":"list_orders","arguments":[]}"#;
/// example(kept)?;
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Checkpoint {
    operation: String,
    arguments: Vec<Argument>,
}

#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Argument {
    place: Place,
    name: String,
    values: Vec<String>,
}

impl Checkpoint {
    pub(super) fn of(call: &Call) -> Self {
        let arguments = call.arguments().map(|(parameter, values)| Argument {
            place: parameter.place,
            name: parameter.name.to_owned(),
            values: values.to_vec(),
        });
        Self {
            operation: call.operation().id.to_owned(),
            arguments: arguments.collect(),
        }
    }

    /// The `operationId` of the list.
    #[must_use]
    pub fn operation_id(&self) -> &str {
        &self.operation
    }

    /// `call` with the arguments of this checkpoint in place of its own.
    pub(crate) fn resume(&self, mut call: Call) -> Result<Call, Error> {
        let operation = call.operation();
        let caller = call.caller().clone();
        let refuse = Error::invalid_request(&caller, operation);
        if self.operation != operation.id {
            return Err(refuse(format!(
                "the checkpoint is of `{}`: resume it there",
                self.operation
            )));
        }
        let arguments = self
            .arguments
            .iter()
            .map(|one| (one.place, one.name.as_str(), one.values.clone()));
        call.replace_arguments(arguments).map_err(|name| {
            refuse(format!(
                "the checkpoint has the parameter `{name}`, which the operation has no longer: \
                 begin the list again"
            ))
        })?;
        Ok(call)
    }
}

/// Without values: they may be a customer's.
impl fmt::Debug for Checkpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names: Vec<&str> = self.arguments.iter().map(|one| one.name.as_str()).collect();
        f.debug_struct("Checkpoint")
            .field("operation", &self.operation)
            .field("parameters", &names)
            .finish_non_exhaustive()
    }
}
