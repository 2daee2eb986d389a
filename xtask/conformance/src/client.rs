//! The client under test.

use trackstar_conformance::driver::{CallResult, Client, ListedOperation, Running};

use crate::call::Arguments;
use crate::oracle::{KEY, TOKEN};

/// A client whose calls can be tested.
pub(crate) trait Calls {
    /// Returns its operations.
    fn listed(&self) -> anyhow::Result<Vec<ListedOperation>>;

    /// Makes one call and waits for its result.
    fn call(&mut self, id: &str, arguments: &Arguments, all: bool) -> anyhow::Result<CallResult>;
}

/// A client that is started again if it has ended.
#[derive(Debug)]
pub(crate) struct Started {
    client: Client,
    base_url: String,
    running: Running,
}

impl Started {
    /// Starts the client with the server at `base_url`.
    pub(crate) fn new(client: Client, base_url: String) -> anyhow::Result<Self> {
        let running = client.start(&base_url, KEY, TOKEN)?;
        Ok(Self {
            client,
            base_url,
            running,
        })
    }
}

impl Calls for Started {
    fn listed(&self) -> anyhow::Result<Vec<ListedOperation>> {
        self.client.operations()
    }

    fn call(&mut self, id: &str, arguments: &Arguments, all: bool) -> anyhow::Result<CallResult> {
        let result = self.running.call(id, arguments, all)?;
        if matches!(result, CallResult::Ended(_)) {
            self.running = self.client.start(&self.base_url, KEY, TOKEN)?;
        }
        Ok(result)
    }
}
