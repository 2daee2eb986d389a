//! Scripted responses.

use trackstar_mock::Answer;

use super::MockServer;
use crate::error::Error;

impl MockServer {
    /// Sets the next responses for an operation. `operation` is the name of its method.
    ///
    /// This replaces any responses that you've scripted for the operation before. Only valid
    /// requests use up a response. After that, the mock goes back to responding
    /// according to the document.
    ///
    /// ```
    /// use std::time::Duration;
    /// use trackstar_api::prelude::*;
    /// use trackstar_api::mock::{Answer, MockServer};
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), trackstar_api::Error> {
    /// let server = MockServer::start().await?;
    /// let wait = Duration::from_secs(0);
    /// server.script("delete_connection", [Answer::rate_limited(wait), Answer::bad_gateway()])?;
    ///
    /// // The third attempt gets the document's answer.
    /// let deleted = server.connection()?.delete_connection().send().await?;
    /// assert!(deleted.deleted);
    /// let statuses: Vec<u16> = server.requests().iter().map(|it| it.status()).collect();
    /// assert_eq!(statuses, [429, 502, 200]);
    ///
    /// let error = server.script("delete_everything", [Answer::documented()]).unwrap_err();
    /// assert!(error.to_string().contains("no operation \"delete_everything\""), "{error}");
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// This returns an error if the operation doesn't exist. The error suggests some that exist.
    pub fn script(
        &self,
        operation: &str,
        answers: impl IntoIterator<Item = Answer>,
    ) -> Result<(), Error> {
        Ok(self.service.script(operation, answers, false)?)
    }

    /// Checks that all scripted responses were used.
    ///
    /// This also happens when the mock is dropped, unless the thread is already panicking.
    ///
    /// ```should_panic
    /// use trackstar_api::mock::{Answer, MockServer};
    ///
    /// let mock = MockServer::in_process()?;
    /// mock.script("delete_connection", [Answer::status(403)])?;
    /// // The test has forgotten the call.
    /// mock.finish();
    /// # Ok::<(), trackstar_api::Error>(())
    /// ```
    ///
    /// # Panics
    ///
    /// This panics if there are scripted responses that weren't used. The last response of
    /// [`script_repeating`](Self::script_repeating) doesn't count. To get rid of responses that you
    /// no longer need, use `script(operation, [])`.
    #[track_caller]
    pub fn finish(self) {
        self.check_scripts();
    }

    #[track_caller]
    fn check_scripts(&self) {
        let unused = self.service.unused().into_iter();
        let unused: Vec<String> = unused
            .map(|(name, count)| format!("{count} of {name}"))
            .collect();
        assert!(
            unused.is_empty(),
            "the mock has scripted responses that were never used ({}): make the calls, or remove \
             the responses with `script(operation, [])`",
            unused.join(", ")
        );
    }

    /// Like [`script`](Self::script), but keeps repeating the last response.
    ///
    /// # Errors
    ///
    /// See [`script`](Self::script). This also returns an error if `responses` is empty.
    pub fn script_repeating(
        &self,
        operation: &str,
        answers: impl IntoIterator<Item = Answer>,
    ) -> Result<(), Error> {
        Ok(self.service.script(operation, answers, true)?)
    }
}

/// Panics if there are unused responses, unless the thread is already panicking.
impl Drop for MockServer {
    fn drop(&mut self) {
        if !std::thread::panicking() {
            self.check_scripts();
        }
    }
}
