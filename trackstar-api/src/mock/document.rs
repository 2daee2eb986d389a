//! The document that a mock is based on.

use std::sync::{Arc, OnceLock};

use trackstar_mock::Contract;

use crate::error::Error;

/// A document to mock. This is included in generated code.
#[derive(Debug)]
pub struct Document {
    text: &'static str,
    /// We parse this only once per program, no matter how many mocks there are.
    contract: OnceLock<Result<Arc<Contract>, String>>,
}

impl Document {
    /// This is only meant for generated code.
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
