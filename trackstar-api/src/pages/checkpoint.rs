//! Checkpoints for resuming a list, possibly in another process.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::call::Call;
use crate::error::Error;
use crate::operation::parameters::Values;
use crate::operation::{Parameter, ParameterLocation};
use crate::secret::sanitize::Shown;

/// A position in a list from which you can resume.
///
/// It consists of the operation, its parameters (including filters) and the page token. All of
/// these are needed, since the token doesn't include the parameters. With other ones, it would
/// continue a different list.
///
/// You can store a checkpoint with serde. To resume, pass it to the `resume()` method of the same
/// operation on the same connection. While it does contain the values of filters, it doesn't
/// contain credentials or secret parameters (those with `format: password`). If you use a secret
/// parameter, you have to set it again before you call `resume()`.
///
/// ```
/// # fn example(text: &str) -> Result<(), serde_json::Error> {
/// let checkpoint: trackstar_api::Checkpoint = serde_json::from_str(text)?;
/// println!("continue {}", checkpoint.operation_id());
/// # Ok(())
/// # }
/// let saved = r#"{"operation":"list_orders","arguments":[]}"#;
/// example(saved)?;
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Checkpoint {
    operation: String,
    arguments: Vec<Argument>,
    /// The names of the secret parameters that were set. Their values aren't stored.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    secrets: Vec<Name>,
}

#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Name {
    location: ParameterLocation,
    name: String,
}

impl Name {
    fn is_of(&self, parameter: &Parameter) -> bool {
        self.location == parameter.location && self.name == parameter.name
    }
}

#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Argument {
    location: ParameterLocation,
    name: String,
    #[serde(flatten)]
    values: Values,
}

impl Checkpoint {
    pub(super) fn of(call: &Call) -> Self {
        let (mut arguments, mut secrets) = (Vec::new(), Vec::new());
        for (parameter, values) in call.arguments() {
            let (location, name) = (parameter.location, parameter.name.to_owned());
            if parameter.secret {
                secrets.push(Name { location, name });
            } else {
                let values = values.clone();
                arguments.push(Argument {
                    location,
                    name,
                    values,
                });
            }
        }
        Self {
            operation: call.operation().id.to_owned(),
            arguments,
            secrets,
        }
    }

    /// Returns the `operationId` of the list operation.
    #[must_use]
    pub fn operation_id(&self) -> &str {
        &self.operation
    }

    /// Replaces the arguments of `call` with the ones in this checkpoint.
    #[doc(hidden)]
    #[allow(
        clippy::missing_errors_doc,
        reason = "hidden, and only called by generated code"
    )]
    pub fn resume(&self, mut call: Call) -> Result<Call, Error> {
        let operation = call.operation();
        let context = call.context().clone();
        let refuse = context.invalid_request(operation);
        if self.operation != operation.id {
            return Err(refuse(format!(
                "the checkpoint belongs to `{}`: use it to resume that operation",
                self.operation
            )));
        }
        for secret in &self.secrets {
            let mut set = call.arguments();
            if !set.any(|(parameter, _)| secret.is_of(parameter)) {
                let mut known = operation.parameters.iter();
                let known = known.find(|parameter| secret.is_of(parameter));
                let setter = known.map_or("?", |parameter| parameter.setter);
                return Err(refuse(format!(
                    "the checkpoint does not contain the secret `{}`: set it again with \
                     `.{setter}(…)` \
                     before `.resume(…)`",
                    secret.name
                )));
            }
        }
        let given =
            |one: &&Argument| !matches!(&one.values, Values::Items(items) if items.is_empty());
        let arguments = self
            .arguments
            .iter()
            .filter(given)
            .map(|one| (one.location, one.name.as_str(), one.values.clone()));
        let keep = |parameter: &Parameter| self.secrets.iter().any(|it| it.is_of(parameter));
        call.replace_arguments(arguments, keep).map_err(|name| {
            refuse(format!(
                "the checkpoint has the parameter `{name}`, which the operation no longer has: \
                 start the list again"
            ))
        })?;
        Ok(call)
    }
}

/// Leaves out the values, since they might be a customer's data.
impl fmt::Debug for Checkpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names = self.arguments.iter().map(|one| Shown(&one.name));
        let names: Vec<Shown<'_>> = names.collect();
        f.debug_struct("Checkpoint")
            .field("operation", &Shown(&self.operation))
            .field("parameters", &names)
            .field("secrets", &self.secrets.len())
            .finish_non_exhaustive()
    }
}
