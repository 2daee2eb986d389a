//! The document that a mock implements.

use std::sync::{Arc, OnceLock};

use trackstar_mock::Contract;

use crate::error::Error;

/// A document that mocks implement. Generated code contains one.
#[derive(Debug)]
pub struct Document {
    text: &'static str,
    /// Parsed once for all mocks of the program.
    contract: OnceLock<Result<Arc<Contract>, String>>,
}

impl Document {
    /// For generated code.
    #[doc(hidden)]
    #[must_use]
    pub const fn new(text: &'static str) -> Self {
        Self {
            text,
            contract: OnceLock::new(),
        }
    }

    pub(crate) fn contract(&self) -> Result<Arc<Contract>, Error> {
        let made = self.contract.get_or_init(|| {
            let document = serde_json::from_str(self.text).map_err(|error| error.to_string())?;
            let contract = Contract::new(document).map_err(|error| error.to_string())?;
            Ok(Arc::new(contract))
        });
        made.clone().map_err(|reason| {
            Error::config(format!(
                "the mock server cannot use the document of this build: {reason}"
            ))
        })
    }
}
