//! Reads files with secrets. These have to be short, and nobody but the user should have access.

use std::fs::File;
use std::io::Read;
use std::path::Path;

use zeroize::Zeroizing;

use super::exit::Failure;

/// The maximum length of the file, in bytes.
const LONGEST: usize = 1024 * 1024;

/// The action to take if other users can access the file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Others {
    /// Reject the file.
    Refused,
    /// Print a warning. In a container, secrets are usually in files that belong to root and that
    /// every user can read.
    Warned,
}

/// Reads the file and returns its text. If others have access, this also returns a warning. Errors
/// never contain the text.
pub(super) fn read(
    path: &Path,
    what: &str,
    others: Others,
) -> Result<(Zeroizing<String>, Option<String>), Failure> {
    let shown = path.display();
    let fail = |why: String| Failure::usage(format!("{what} {shown} {why}"));
    let file = File::open(path).map_err(|error| fail(format!("cannot be opened: {error}")))?;
    // We have to look at the open file, because there may be another one at this path by now.
    let warning = open_to_others(&file, path, others)
        .map_err(|error| fail(format!("cannot be inspected: {error}")))?;
    if others == Others::Refused
        && let Some(why) = &warning
    {
        return Err(fail(why.clone()));
    }
    let bytes = bounded(file).map_err(|error| fail(format!("cannot be read: {error}")))?;
    if bytes.len() > LONGEST {
        return Err(fail("is larger than 1 MiB".to_owned()));
    }
    let Some(text) = text(bytes) else {
        return Err(fail("is not valid UTF-8".to_owned()));
    };
    Ok((text, warning.map(|why| format!("{what} {shown} {why}"))))
}

/// Reads one byte more than the limit at most. The buffer must not grow, because that would leave a
/// copy of the secret behind.
fn bounded(source: impl Read) -> std::io::Result<Zeroizing<Vec<u8>>> {
    let mut bytes = Zeroizing::new(vec![0; LONGEST + 1]);
    let mut source = source;
    let mut end = 0;
    while end < bytes.len() {
        match source.read(&mut bytes[end..]) {
            Ok(0) => break,
            Ok(read) => end += read,
            Err(error) if error.kind() == std::io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    bytes.truncate(end);
    Ok(bytes)
}

/// Converts the bytes to a string without copying them.
fn text(mut bytes: Zeroizing<Vec<u8>>) -> Option<Zeroizing<String>> {
    match String::from_utf8(std::mem::take(&mut *bytes)) {
        Ok(text) => Some(Zeroizing::new(text)),
        Err(error) => {
            *bytes = error.into_bytes();
            None
        }
    }
}

/// Returns why other users have access to the file, if they do.
#[cfg(unix)]
fn open_to_others(file: &File, path: &Path, others: Others) -> std::io::Result<Option<String>> {
    let metadata = file.metadata()?;
    // Other users can't open a pipe.
    if !metadata.is_file() {
        return Ok(None);
    }
    let user = rustix::process::geteuid().as_raw();
    let access = Access::of(&metadata);
    if let Some(problem) = access.to_file(user, others, &path.display().to_string()) {
        return Ok(Some(problem));
    }
    // A symbolic link and its target can be in different folders.
    let folder = |path: &Path| match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder.to_owned(),
        _ => Path::new(".").to_owned(),
    };
    let mut folders = vec![folder(path)];
    let real = folder(&std::fs::canonicalize(path)?);
    if std::fs::canonicalize(&folders[0])? != real {
        folders.push(real);
    }
    for folder in folders {
        let metadata = std::fs::metadata(&folder)?;
        let access = Access::of(&metadata);
        if let Some(problem) = access.to_folder(user, &folder.display().to_string()) {
            return Ok(Some(problem));
        }
    }
    Ok(None)
}

/// There is no check on other systems, since users' folders are private there.
#[cfg(not(unix))]
fn open_to_others(_: &File, _: &Path, _: Others) -> std::io::Result<Option<String>> {
    Ok(None)
}

#[cfg(unix)]
const ROOT: u32 = 0;

/// The owner and mode of a file or folder.
#[cfg(unix)]
#[derive(Clone, Copy)]
struct Access {
    owner: u32,
    mode: u32,
}

#[cfg(unix)]
impl Access {
    fn of(metadata: &std::fs::Metadata) -> Self {
        use std::os::unix::fs::MetadataExt as _;
        Self {
            owner: metadata.uid(),
            mode: metadata.mode() & 0o7777,
        }
    }

    /// Returns why other users have access to the file, if they do.
    fn to_file(self, user: u32, others: Others, shown: &str) -> Option<String> {
        let Self { owner, mode } = self;
        // Root has access to every file anyway.
        let trusted = owner == user || (others == Others::Warned && owner == ROOT);
        if !trusted {
            return Some(format!(
                "belongs to another user (uid {owner}), who can read and change it: use your own \
                 file"
            ));
        }
        (mode & 0o066 != 0).then(|| {
            format!(
                "can be read or changed by others (mode {:03o}): run `chmod 600 {shown}`",
                mode & 0o777
            )
        })
    }

    /// Returns why other users can replace files in this folder, if they can.
    fn to_folder(self, user: u32, shown: &str) -> Option<String> {
        let Self { owner, mode } = self;
        if owner != user && owner != ROOT {
            return Some(format!(
                "is in the folder {shown} of another user (uid {owner}), who can replace it: move \
                 it to one of your own folders"
            ));
        }
        // If the sticky bit is set, users can only replace their own files.
        (mode & 0o022 != 0 && mode & 0o1000 == 0).then(|| {
            format!(
                "is in the folder {shown}, where others can replace it (mode {mode:03o}): run \
                 `chmod go-w {shown}`"
            )
        })
    }
}

#[cfg(test)]
mod tests;
