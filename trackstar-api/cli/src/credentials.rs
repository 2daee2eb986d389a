//! Finds the credentials in a file, a profile or an environment variable. We don't accept them as
//! arguments, since those are visible to all users of the machine.

use std::path::{Path, PathBuf};

use zeroize::Zeroizing;

use super::exit::Failure;
use super::options::{Options, variable};
use super::profile::Profile;
use super::report::Reporter;
use super::secret_file::{self, Others};
use trackstar_api::{AccessToken, ApiKey, Sensitive};

/// A credential and where we've found it.
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

    /// Wraps a placeholder that isn't going to be sent.
    pub(super) fn none(value: T) -> Self {
        let from = "nobody".to_owned();
        Self { value, from }
    }
}

/// Returns the API key, or `None` if we can't find one.
pub(super) fn api_key(
    options: &Options,
    profile: Option<&Profile>,
    reporter: Reporter,
) -> Result<Option<Found<ApiKey>>, Failure> {
    let places = Places {
        what: "the API key file",
        variable: "TRACKSTAR_API_KEY",
        file: options.api_key_file.as_deref(),
        profile,
        of_profile: profile.and_then(|it| it.api_key.as_ref()),
        file_of_profile: profile.and_then(|it| it.api_key_file.as_ref()),
    };
    places.credential(reporter, ApiKey::new)
}

/// Returns the access token, or `None` if we can't find one.
pub(super) fn access_token(
    options: &Options,
    profile: Option<&Profile>,
    reporter: Reporter,
) -> Result<Option<Found<AccessToken>>, Failure> {
    let places = Places {
        what: "the access token file",
        variable: "TRACKSTAR_ACCESS_TOKEN",
        file: options.access_token_file.as_deref(),
        profile,
        of_profile: profile.and_then(|it| it.access_token.as_ref()),
        file_of_profile: profile.and_then(|it| it.access_token_file.as_ref()),
    };
    places.credential(reporter, AccessToken::new)
}

/// The places where a credential might be found.
struct Places<'a> {
    what: &'static str,
    variable: &'static str,
    file: Option<&'a Path>,
    profile: Option<&'a Profile>,
    of_profile: Option<&'a Sensitive>,
    file_of_profile: Option<&'a PathBuf>,
}

impl Places<'_> {
    /// Returns the credential, using `new` to create it.
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

    /// Looks for a credential. In order of precedence, it comes from a file passed as a flag, from
    /// a profile that was selected with a flag, from the environment, or from any other profile.
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
        // Editors and `echo` add a line break to the end of a file.
        let end = text.trim_end_matches(['\r', '\n']).len();
        text.truncate(end);
        Ok((taken(text), format!("the file {}", path.display())))
    }
}

/// Takes the string without copying it. It's up to the new owner to wipe it.
fn taken(mut text: Zeroizing<String>) -> String {
    std::mem::take(&mut *text)
}
