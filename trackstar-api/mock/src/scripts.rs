//! Scripted and varied responses.

use crate::Error;
use crate::answer::{Answer, Script};
use crate::service::Service;
use crate::vary::Random;

impl Service {
    /// Sets the next responses for an operation, replacing any previous script.
    ///
    /// Only valid requests use up a response. After that, the last one is repeated if
    /// `repeats` is true. Otherwise, we go back to the documented response.
    ///
    /// # Errors
    ///
    /// This returns an error if the operation doesn't exist or if a response is invalid. It also
    /// returns an error if `repeats` is true but `responses` is empty.
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

    /// Varies the documented responses, based on a seed. Optional values may be missing, nullable
    /// values may be null, and lists may be empty. All responses still match their schema.
    pub fn vary(&self, seed: u64) {
        self.lock().variation = Some(Random::new(seed));
    }

    /// Returns the operations with scripted responses that haven't been used, and how many there
    /// are.
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
