//! Profiles, which are named sets of settings and credentials in a configuration file.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use etcetera::BaseStrategy as _;
use serde::Deserialize;

use super::exit::Failure;
use super::options::{Format, Options};
use super::secret_file::{self, Others};
use trackstar_api::Sensitive;

/// The name of the default profile.
const DEFAULT: &str = "default";

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Profiles {
    #[serde(default)]
    profiles: BTreeMap<String, Profile>,
}

/// In errors, names that are longer than this aren't shown. They might be credentials.
const LONGEST_SHOWN: usize = 16;

/// A profile.
#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(super) struct Profile {
    #[serde(skip)]
    pub(super) name: String,
    /// Whether the profile was selected with a flag. In that case, it takes precedence over the
    /// environment.
    #[serde(skip)]
    pub(super) by_flag: bool,
    pub(super) base_url: Option<String>,
    pub(super) api_key: Option<Sensitive>,
    pub(super) api_key_file: Option<PathBuf>,
    pub(super) access_token: Option<Sensitive>,
    pub(super) access_token_file: Option<PathBuf>,
    pub(super) output: Option<Format>,
    /// The document that defines the subcommands.
    pub(super) openapi: Option<PathBuf>,
}

/// Returns the path of the configuration file in the user's configuration directory.
pub(super) fn default_path() -> Option<PathBuf> {
    let folders = etcetera::base_strategy::choose_native_strategy().ok()?;
    Some(folders.config_dir().join("trackstar").join("config.toml"))
}

impl Profile {
    /// Returns the selected profile. If there is none, this is the default profile, or `None` if
    /// that doesn't exist.
    pub(super) fn find(options: &Options) -> Result<Option<Self>, Failure> {
        let profile = options.profile.as_ref();
        let profile = profile.map(|(name, by_flag)| (name.as_str(), *by_flag));
        Self::named(options.config.as_deref(), profile)
    }

    /// Reads a profile. If `config` is `None`, this uses the default path. `profile` is the name
    /// and whether it comes from a flag.
    pub(super) fn named(
        config: Option<&Path>,
        profile: Option<(&str, bool)>,
    ) -> Result<Option<Self>, Failure> {
        let (path, given) = match (config, default_path()) {
            (Some(path), _) => (path.to_owned(), true),
            (None, Some(path)) => (path, false),
            (None, None) => return Ok(None),
        };
        let name = profile.map(|(name, _)| name);
        if !given && !path.exists() {
            let Some(name) = name else { return Ok(None) };
            return Err(Failure::usage(format!(
                "profile {} not found, because the file {} does not exist: create it, or select \
                 another file with \
                 --config",
                shown(name),
                path.display()
            )));
        }
        let (text, _) = secret_file::read(&path, "the configuration file", Others::Refused)?;
        let profiles = parse(&text, &path)?;
        let mut found = pick(profiles, name, &path)?;
        let by_flag = profile.is_some_and(|(_, by_flag)| by_flag);
        if let Some(profile) = &mut found {
            profile.by_flag = by_flag;
            let folder = path.parent().unwrap_or(Path::new(""));
            let files = [
                &mut profile.api_key_file,
                &mut profile.access_token_file,
                &mut profile.openapi,
            ];
            for file in files {
                *file = file.take().map(|file| beside(folder, &file));
            }
        }
        Ok(found)
    }
}

/// Resolves a path in the file, which may be relative to the file or to the home directory (`~/`).
fn beside(folder: &Path, path: &Path) -> PathBuf {
    match path.strip_prefix("~") {
        Ok(rest) => etcetera::home_dir().map_or_else(|_| path.to_owned(), |home| home.join(rest)),
        Err(_) => folder.join(path),
    }
}

fn parse(text: &str, path: &Path) -> Result<BTreeMap<String, Profile>, Failure> {
    let parsed: Result<Profiles, _> = toml::from_str(text);
    let profiles = parsed.map(|it| it.profiles).map_err(|error| {
        let line = error
            .span()
            .and_then(|span| text.get(..span.start))
            .map_or(1, |before| before.matches('\n').count() + 1);
        Failure::usage(format!(
            "the configuration file {}, line {line}: {}",
            path.display(),
            without_values(error.message())
        ))
    })?;
    for (name, profile) in &profiles {
        for (one, other, key) in [
            (
                profile.api_key.is_some(),
                profile.api_key_file.is_some(),
                "api_key",
            ),
            (
                profile.access_token.is_some(),
                profile.access_token_file.is_some(),
                "access_token",
            ),
        ] {
            if one && other {
                return Err(Failure::usage(format!(
                    "the profile {} of {} has both {key} and {key}_file: use only one of them",
                    shown(name),
                    path.display()
                )));
            }
        }
    }
    Ok(profiles)
}

/// Removes all values from the parser's message. It quotes lines of the file, and they may contain
/// secrets.
fn without_values(message: &str) -> String {
    let unknown = if message.starts_with("unknown field") {
        "unknown field, "
    } else {
        ""
    };
    match message.rsplit_once(", expected ") {
        Some((_, expected)) => format!("{unknown}expected {expected}"),
        None => "invalid configuration file: see `trackstar --help`".to_owned(),
    }
}

/// Returns the name of a profile to be shown in an error. If it might be a misplaced credential,
/// it's hidden.
fn shown(name: &str) -> String {
    let is_plain = |it: u8| it.is_ascii_alphanumeric() || it == b'-' || it == b'_';
    if name.len() <= LONGEST_SHOWN && name.bytes().all(is_plain) {
        format!("`{name}`")
    } else {
        "<name>".to_owned()
    }
}

fn pick(
    mut profiles: BTreeMap<String, Profile>,
    name: Option<&str>,
    path: &Path,
) -> Result<Option<Profile>, Failure> {
    match (profiles.remove(name.unwrap_or(DEFAULT)), name) {
        (Some(profile), _) => Ok(Some(Profile {
            name: name.unwrap_or(DEFAULT).to_owned(),
            ..profile
        })),
        (None, None) => Ok(None),
        (None, Some(name)) => {
            let known: Vec<String> = profiles.keys().map(|name| shown(name)).collect();
            let known = if known.is_empty() {
                "it has no profiles".to_owned()
            } else {
                format!("it has {}", known.join(", "))
            };
            Err(Failure::usage(format!(
                "profile {} not found in {} ({known}): add it, or select another one",
                shown(name),
                path.display()
            )))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::exit::Problem;
    use super::*;

    fn told(text: &str) -> String {
        let failure = parse(text, Path::new("p.toml")).expect_err("wrong");
        let Problem::Text(text) = failure.problem else {
            panic!("a text")
        };
        text
    }

    #[test]
    fn reports_line_of_invalid_file_without_quoting_it() {
        for (text, line, why) in [
            ("[profiles.a]\napi_key = s3cret\n", 2, ""),
            ("[profiles.a]\napi_key = 731731\n", 2, "expected a string"),
            (
                "[profiles.a]\napikey = \"s3cret\"\n",
                2,
                "unknown field, expected one of `base_url`, `api_key`,",
            ),
            (
                "[profiles.a]\noutput = \"s3cret\"\n",
                2,
                "expected `json` or `table`",
            ),
            ("[profile.a]\n", 1, "unknown field, expected `profiles`"),
            ("[profiles.a]\napi_key = \"s3cret\n", 2, ""),
            ("[profiles.a]\n\"s3cret\" = \"x\"\n", 2, "unknown field, "),
            ("s3cret = 1\n", 1, "unknown field, "),
            (
                "[profiles.a.s3cret]\nx = 1\n",
                1,
                "unknown field, expected one of ",
            ),
        ] {
            let told = told(text);
            assert!(
                told.contains(&format!("line {line}: ")) && told.contains(why),
                "{told}"
            );
            assert!(
                !told.contains("s3cret") && !told.contains("731731"),
                "{told}"
            );
        }
        let both = told("[profiles.a]\napi_key = \"s3cret\"\napi_key_file = \"k\"\n");
        assert!(both.contains("both api_key and api_key_file"), "{both}");
    }

    #[test]
    fn names_that_could_be_credentials_are_not_shown() {
        let key = "api-key-2b1f07d6c9e84a35";
        let text = format!("[profiles.\"{key}\"]\n[profiles.other]\n[profiles.\"a b\"]\n");
        let pick = |name| {
            let profiles = parse(&text, Path::new("p.toml")).ok()?;
            let failure = pick(profiles, Some(name), Path::new("p.toml")).err()?;
            match failure.problem {
                Problem::Text(text) => Some(text),
                Problem::Call(_) => None,
            }
        };
        let expected = "profile `third` not found in p.toml (it has <name>, <name>, `other`): add \
             it, or select another one";
        assert_eq!(pick("third").as_deref(), Some(expected));
        let expected = expected.replace("`third`", "<name>");
        assert_eq!(pick("access-token-77e0c4a1f3b9"), Some(expected));
    }

    #[test]
    fn paths_are_relative_to_the_profile_file() {
        assert_eq!(
            beside(Path::new("/etc/t"), Path::new("key")),
            Path::new("/etc/t/key")
        );
        assert_eq!(
            beside(Path::new("/etc/t"), Path::new("/k")),
            Path::new("/k")
        );
        assert!(!beside(Path::new("/etc/t"), Path::new("~/k")).starts_with("/etc/t"));
    }
}
