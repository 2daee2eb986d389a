//! Responses that a test scripts or varies.

use crate::Error;
use crate::answer::{Answer, Script};
use crate::service::Service;
use crate::vary::Random;

impl Service {
    /// Sets the next responses of an operation and discards its previous script.
    ///
    /// Only valid requests use up responses. After the last one, the service sends the documented
    /// success, or repeats the last response if `repeats` is true.
    ///
    /// # Errors
    /// Returns an error if the operation does not exist, if a response is invalid, or if `repeats`
    /// is true and there are no responses.
    pub fn script(
        &self,
        operation: &str,
        answers: impl IntoIterator<Item = Answer>,
        repeats: bool,
    ) -> Result<(), Error> {
        let operation = self.contract().operation(operation)?;
        let answers: std::collections::VecDeque<Answer> = answers.into_iter().collect();
        if repeats && answers.is_empty() {
            return Err(Error::new(
                "`repeats` is set, but the script is empty; add at least one response",
            ));
        }
        answers.iter().try_for_each(Answer::check)?;
        let script = Script { answers, repeats };
        self.lock()
            .scripts
            .insert(operation.pointer.clone(), script);
        Ok(())
    }

    /// Varies the documented successes from now on, by a seed: values that are optional, nullable or lists
    /// may be missing, null or empty. Each response still matches its schema.
    pub fn vary(&self, seed: u64) {
        self.lock().variation = Some(Random::new(seed));
    }

    /// Returns the operations with scripted responses that no request has received, and their number.
    #[must_use]
    pub fn unused(&self) -> Vec<(String, usize)> {
        let state = self.lock();
        let operations = self.contract().operations().iter();
        let unused = operations.filter_map(|operation| {
            let unused = state.scripts.get(&operation.pointer)?.unused();
            let id = Some(operation.id.clone()).filter(|id| !id.is_empty());
            (unused > 0).then(|| (id.unwrap_or_else(|| operation.name()), unused))
        });
        unused.collect()
    }
}
