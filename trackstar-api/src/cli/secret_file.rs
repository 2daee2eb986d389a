//! Files that hold a secret: short, and nobody else's to read.

use std::fs::File;
use std::io::Read;
use std::path::Path;

use zeroize::Zeroizing;

use super::exit::Failure;

/// What no secret is longer than, in bytes; a file of profiles neither.
const LONGEST: u64 = 1024 * 1024;

/// Whether others may read or change what is in the file.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Others {
    /// It is refused.
    Refused,
    /// It is told. Containers are given their secrets in files that all of the container may read.
    Warned,
}

/// The text of the file, and a warning about it. The errors never show the text.
pub(super) fn read(
    path: &Path,
    what: &str,
    others: Others,
) -> Result<(Zeroizing<String>, Option<String>), Failure> {
    let shown = path.display();
    let fail = |why: String| Failure::usage(format!("{what} {shown} {why}"));
    let file = File::open(path).map_err(|error| fail(format!("cannot be opened: {error}")))?;
    // Of what has been opened, and not of what stands there by now.
    let warning = open_to_others(&file, path);
    if others == Others::Refused
        && let Some(why) = &warning
    {
        return Err(fail(why.clone()));
    }
    let mut text = Zeroizing::new(String::new());
    file.take(LONGEST + 1)
        .read_to_string(&mut text)
        .map_err(|error| {
            fail(format!(
                "cannot be read ({error}): give a file of text, in UTF-8"
            ))
        })?;
    if text.len() as u64 > LONGEST {
        return Err(fail("is longer than 1 MiB: give another".to_owned()));
    }
    Ok((text, warning.map(|why| format!("{what} {shown} {why}"))))
}

#[cfg(unix)]
fn open_to_others(file: &File, path: &Path) -> Option<String> {
    use std::os::unix::fs::PermissionsExt as _;
    let metadata = file.metadata().ok()?;
    let mode = metadata.permissions().mode() & 0o777;
    // A pipe has no others.
    (metadata.is_file() && mode & 0o066 != 0).then(|| {
        format!(
            "can be read or changed by others (mode {mode:03o}): run `chmod 600 {}`",
            path.display()
        )
    })
}

/// Elsewhere the folders of users are theirs alone.
#[cfg(not(unix))]
fn open_to_others(_: &File, _: &Path) -> Option<String> {
    None
}
