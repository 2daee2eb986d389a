//! Collects the problems and notes of the passes.

use crate::error::{Error, Problem};
use crate::model::Facts;
use crate::pointer::{self, JsonPointer};

/// A change that the preparation made to the document. Most changes make it less precise.
///
/// ```
/// use trackstar_openapi::{Preparation, Source};
///
/// let text = r##"{
///     "openapi": "3.1.0", "info": {"title": "T", "version": "1"},
///     "paths": {"/x": {"get": {"responses": {
///         "200": {"description": "fine"}, "404": {"description": "gone"}
///     }}}}
/// }"##;
/// let prepared = Preparation::new(Source { name: "api.json", text }).run().unwrap();
/// assert_eq!(prepared.notes()[0].pointer, "/paths/~1x/get");
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Note {
    /// JSON pointer (RFC 6901) to the location, as it was before the pass.
    pub pointer: String,
    /// What was lost or changed and why, as a lower-case fragment.
    pub text: String,
}

/// A collector of problems and notes. The trail is the current location of the pass.
#[derive(Debug)]
pub(crate) struct Findings {
    file: String,
    pub(crate) trail: JsonPointer,
    problems: Vec<Problem>,
    notes: Vec<Note>,
}

impl Findings {
    pub(crate) fn new(file: &str) -> Self {
        Self {
            file: file.to_owned(),
            trail: JsonPointer::default(),
            problems: Vec::new(),
            notes: Vec::new(),
        }
    }

    /// Records a problem at the current location.
    pub(crate) fn problem(&mut self, message: impl Into<String>, advice: impl Into<String>) {
        let problem = Problem::new(&self.file, Some(self.trail.as_str()), message, advice);
        self.problems.push(problem);
    }

    /// Records a problem at a field of the current location.
    pub(crate) fn problem_at(
        &mut self,
        field: &str,
        message: impl Into<String>,
        advice: impl Into<String>,
    ) {
        self.trail.push(field);
        self.problem(message, advice);
        self.trail.pop();
    }

    /// Records a note at a field of the current location.
    pub(crate) fn note_at(&mut self, field: &str, text: impl Into<String>) {
        self.trail.push(field);
        self.note(text);
        self.trail.pop();
    }

    pub(crate) fn note(&mut self, text: impl Into<String>) {
        self.notes.push(Note {
            pointer: self.trail.as_str().to_owned(),
            text: text.into(),
        });
    }

    /// Records a note at the given location.
    pub(crate) fn note_on(&mut self, pointer: &str, text: impl Into<String>) {
        self.notes.push(Note {
            pointer: pointer.to_owned(),
            text: text.into(),
        });
    }

    /// Records a problem at the given location.
    pub(crate) fn problem_on(
        &mut self,
        pointer: &str,
        message: impl Into<String>,
        advice: impl Into<String>,
    ) {
        let problem = Problem::new(&self.file, Some(pointer), message, advice);
        self.problems.push(problem);
    }

    /// Replaces the pointers into hoisted components by the original locations of their schemas.
    pub(crate) fn relocate(&mut self, facts: &Facts) {
        let pointers = self
            .problems
            .iter_mut()
            .filter_map(|it| it.pointer.as_mut());
        for pointer in pointers.chain(self.notes.iter_mut().map(|note| &mut note.pointer)) {
            while let Some((component, place)) = made_of(pointer, facts) {
                *pointer = format!("{place}{}", &pointer[component..]);
            }
        }
    }

    /// Returns the notes of a pass that reports no problems.
    pub(crate) fn into_notes(mut self) -> Vec<Note> {
        sort_notes(&mut self.notes);
        self.notes
    }

    /// Returns the notes, or all problems if there are any, in document order.
    pub(crate) fn finish(mut self) -> Result<Vec<Note>, Error> {
        self.problems.sort_by_cached_key(|problem| {
            pointer::position(problem.pointer.as_deref().unwrap_or_default())
        });
        Error::unless_empty(self.problems)?;
        sort_notes(&mut self.notes);
        Ok(self.notes)
    }
}

/// Returns the length of the component's part of a pointer, and the original location of its schema.
fn made_of<'a>(pointer: &str, facts: &'a Facts) -> Option<(usize, &'a str)> {
    let name = pointer.strip_prefix("/components/schemas/")?;
    let length = pointer.len() - name.len() + name.find('/').unwrap_or(name.len());
    let place = facts.get(&pointer[..length])?.made_of.as_deref()?;
    Some((length, place))
}

/// Sorts notes by location. The sort is stable, so notes at one location keep their order.
pub(crate) fn sort_notes(notes: &mut [Note]) {
    notes.sort_by_cached_key(|note| pointer::position(&note.pointer));
}
