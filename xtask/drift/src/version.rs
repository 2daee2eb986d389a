//! The next version of a client.

use serde::Serialize;

/// The part of the version number that the next release has to increase.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Bump {
    /// Nothing changed.
    None,
    /// Only documentation changed.
    Patch,
    /// Code still compiles.
    Minor,
    /// Code may no longer compile.
    Major,
}

impl Bump {
    /// Returns the name of the part.
    ///
    /// ```
    /// assert_eq!(trackstar_drift::Bump::Minor.word(), "minor");
    /// ```
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Patch => "patch",
            Self::Minor => "minor",
            Self::Major => "major",
        }
    }
}

/// Returns the version without build metadata after a bump, or `None` if the text is not a version.
///
/// Before 1.0, the minor number increases for a breaking change and the patch number for any other.
pub(crate) fn next(current: &str, bump: Bump) -> Option<String> {
    let (version, _) = current.split_once('+').unwrap_or((current, ""));
    let (numbers, pre_release) = version.split_once('-').unwrap_or((version, ""));
    let numbers: Result<Vec<u64>, _> = numbers.split('.').map(str::parse).collect();
    let [major, minor, patch] = numbers.ok()?.try_into().ok()?;
    let bump = match bump {
        Bump::Major if major == 0 => Bump::Minor,
        Bump::Minor if major == 0 => Bump::Patch,
        other => other,
    };
    let (major, minor, patch) = match bump {
        Bump::None => return Some(version.to_owned()),
        // The release of a pre-release has the same numbers.
        Bump::Patch if !pre_release.is_empty() => (major, minor, patch),
        Bump::Patch => (major, minor, patch.checked_add(1)?),
        Bump::Minor => (major, minor.checked_add(1)?, 0),
        Bump::Major => (major.checked_add(1)?, 0, 0),
    };
    Some(format!("{major}.{minor}.{patch}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn breaks_raise_minor_before_1_0_and_major_after() {
        for (current, none, patch, minor, major) in [
            ("0.0.1", "0.0.1", "0.0.2", "0.0.2", "0.1.0"),
            ("0.1.3+a.20261124", "0.1.3", "0.1.4", "0.1.4", "0.2.0"),
            ("1.2.3", "1.2.3", "1.2.4", "1.3.0", "2.0.0"),
            ("2.0.0-rc.1+a", "2.0.0-rc.1", "2.0.0", "2.1.0", "3.0.0"),
        ] {
            let bumps = [Bump::None, Bump::Patch, Bump::Minor, Bump::Major];
            let next = bumps.map(|bump| next(current, bump).unwrap_or_default());
            assert_eq!(next, [none, patch, minor, major], "{current}");
        }
    }

    #[test]
    fn rejects_invalid_versions() {
        for text in [
            "",
            "1.0",
            "1.0.0.0",
            "1.x.0",
            "v1.0.0",
            "1.0.18446744073709551616",
        ] {
            assert_eq!(next(text, Bump::Major), None, "{text}");
        }
        let last = "0.0.18446744073709551615";
        assert_eq!(next(last, Bump::Patch), None);
    }
}
