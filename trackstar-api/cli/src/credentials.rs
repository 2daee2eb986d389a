//! Finds credentials in files, profiles and environment variables. Command-line arguments are not a source, because
//! every user of the machine can read them.

use std::path::{Path, PathBuf};

use zeroize::Zeroizing;

use super::exit::Failure;
use super::options::{Options, variable};
use super::profile::Profile;
use super::report::Reporter;
use super::secret_file::{self, Others};
use trackstar_api::{AccessToken, ApiKey, Sensitive};

/// A credential and a description of its source for messages.
#[derive(Debug)]
pub(super) struct Found<T> {
    pub(super) value: T,
    pub(super) from: String,
}

impl<T> Found<T> {
    /// Wraps a credential of the embedded mock server.
    pub(super) fn of_mock(value: T) -> Self {
        let from = "the embedded server".to_owned();
        Self { value, from }
    }

    /// Wraps a placeholder for a credential that is not sent.
    pub(super) fn none(value: T) -> Self {
        let from = "nobody".to_owned();
        Self { value, from }
    }
}

/// Returns the API key, or `None` if no source has one.
pub(super) fn api_key(
    options: &Options,
    profile: Option<&Profile>,
    reporter: Reporter,
) -> Result<Option<Found<ApiKey>>, Failure> {
    let places = Places {
        what: "the file of the API key",
        variable: "TRACKSTAR_API_KEY",
        file: options.api_key_file.as_deref(),
        profile,
        of_profile: profile.and_then(|it| it.api_key.as_ref()),
        file_of_profile: profile.and_then(|it| it.api_key_file.as_ref()),
    };
    places.credential(reporter, ApiKey::new)
}

/// Returns the access token, or `None` if no source has one.
pub(super) fn access_token(
    options: &Options,
    profile: Option<&Profile>,
    reporter: Reporter,
) -> Result<Option<Found<AccessToken>>, Failure> {
    let places = Places {
        what: "the file of the access token",
        variable: "TRACKSTAR_ACCESS_TOKEN",
        file: options.access_token_file.as_deref(),
        profile,
        of_profile: profile.and_then(|it| it.access_token.as_ref()),
        file_of_profile: profile.and_then(|it| it.access_token_file.as_ref()),
    };
    places.credential(reporter, AccessToken::new)
}

/// Possible sources of a credential.
struct Places<'a> {
    what: &'static str,
    variable: &'static str,
    file: Option<&'a Path>,
    profile: Option<&'a Profile>,
    of_profile: Option<&'a Sensitive>,
    file_of_profile: Option<&'a PathBuf>,
}

impl Places<'_> {
    /// Returns the credential that `new` makes of the first source that has one.
    fn credential<T>(
        &self,
        reporter: Reporter,
        new: impl FnOnce(String) -> Result<T, trackstar_api::Error>,
    ) -> Result<Option<Found<T>>, Failure> {
        let Some((text, from)) = self.find(reporter)? else {
            return Ok(None);
        };
        let value = new(text)?;
        Ok(Some(Found { value, from }))
    }

    /// Searches the sources in order of precedence: a file flag, a profile that a flag selected, the environment, any
    /// other profile.
    fn find(&self, reporter: Reporter) -> Result<Option<(String, String)>, Failure> {
        if let Some(path) = self.file {
            return self.file(path, Others::Warned, reporter).map(Some);
        }
        let by_flag = self.profile.is_some_and(|profile| profile.by_flag);
        if by_flag && let Some(found) = self.profile(reporter)? {
            return Ok(Some(found));
        }
        let file_variable = format!("{}_FILE", self.variable);
        match (variable(self.variable)?, variable(&file_variable)?) {
            (Some(_), Some(_)) => Err(Failure::usage(format!(
                "both {} and {file_variable} are set: unset one of them",
                self.variable
            ))),
            (Some(text), None) => Ok(Some((text, self.variable.to_owned()))),
            (None, Some(path)) => self
                .file(Path::new(&path), Others::Warned, reporter)
                .map(Some),
            (None, None) if by_flag => Ok(None),
            (None, None) => self.profile(reporter),
        }
    }

    fn profile(&self, reporter: Reporter) -> Result<Option<(String, String)>, Failure> {
        let name = self.profile.map_or("", |profile| profile.name.as_str());
        let from = format!("the profile `{name}`");
        if let Some(text) = self.of_profile {
            return Ok(Some((text.expose().to_owned(), from)));
        }
        let Some(path) = self.file_of_profile else {
            return Ok(None);
        };
        let (text, _) = self.file(path, Others::Refused, reporter)?;
        Ok(Some((text, from)))
    }

    fn file(
        &self,
        path: &Path,
        others: Others,
        reporter: Reporter,
    ) -> Result<(String, String), Failure> {
        let (mut text, warning) = secret_file::read(path, self.what, others)?;
        if let Some(warning) = warning {
            reporter.warn(&warning);
        }
        // Editors and `echo` add a line break at the end of a file.
        let end = text.trim_end_matches(['\r', '\n']).len();
        text.truncate(end);
        Ok((taken(text), format!("the file {}", path.display())))
    }
}

/// Moves the buffer out without copying it, so that the new owner can wipe it.
fn taken(mut text: Zeroizing<String>) -> String {
    std::mem::take(&mut *text)
}
