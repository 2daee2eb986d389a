//! Scripted responses of a mock, and the check that all are used.

use trackstar_mock::Answer;

use super::MockServer;
use crate::error::Error;

impl MockServer {
    /// Sets the next responses of an operation, by the name of the client's method. They replace
    /// earlier scripted responses of the operation, and only valid requests receive them. After the
    /// last one, the mock returns the document's response again.
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
    /// Returns an error if the document does not have the operation. The error lists some that it
    /// has.
    pub fn script(
        &self,
        operation: &str,
        answers: impl IntoIterator<Item = Answer>,
    ) -> Result<(), Error> {
        Ok(self.service.script(operation, answers, false)?)
    }

    /// Ends the test of the mock. Dropping the mock has the same effect, unless the thread panics.
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
    /// Panics if a scripted response was not used. The last response of
    /// [`script_repeating`](Self::script_repeating) may be unused. `script(operation, [])` removes
    /// the remaining ones.
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
            "the mock has scripted responses that no request received ({}): make the calls, or remove \
             the responses with `script(operation, [])`",
            unused.join(", ")
        );
    }

    /// Sets the next responses like [`script`](Self::script), and repeats the last one.
    ///
    /// # Errors
    /// Returns the errors of [`script`](Self::script), and an error if `responses` is empty.
    pub fn script_repeating(
        &self,
        operation: &str,
        answers: impl IntoIterator<Item = Answer>,
    ) -> Result<(), Error> {
        Ok(self.service.script(operation, answers, true)?)
    }
}

/// Panics if scripted responses are unused, unless the thread panics already.
impl Drop for MockServer {
    fn drop(&mut self) {
        if !std::thread::panicking() {
            self.check_scripts();
        }
    }
}
