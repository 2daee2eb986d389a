//! Reads files that contain a secret. They must be short, and only the user may read or change them.

use std::fs::File;
use std::io::Read;
use std::path::Path;

use zeroize::Zeroizing;

use super::exit::Failure;

/// Maximum length of a secret file, in bytes.
const LONGEST: usize = 1024 * 1024;

/// The reaction to a file that other users can read or change.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Others {
    /// The file is rejected.
    Refused,
    /// A warning is printed. Containers get their secrets in files that belong to root and are readable by every user
    /// in the container.
    Warned,
}

/// Reads the text of the file, and returns it with a warning if other users have access. Errors never contain the
/// text.
pub(super) fn read(
    path: &Path,
    what: &str,
    others: Others,
) -> Result<(Zeroizing<String>, Option<String>), Failure> {
    let shown = path.display();
    let fail = |why: String| Failure::usage(format!("{what} {shown} {why}"));
    let file = File::open(path).map_err(|error| fail(format!("cannot be opened: {error}")))?;
    // Inspect the opened file, because the path may refer to another file by now.
    let warning = open_to_others(&file, path, others)
        .map_err(|error| fail(format!("cannot be looked at: {error}")))?;
    if others == Others::Refused
        && let Some(why) = &warning
    {
        return Err(fail(why.clone()));
    }
    let bytes = bounded(file).map_err(|error| fail(format!("cannot be read: {error}")))?;
    if bytes.len() > LONGEST {
        return Err(fail("is longer than 1 MiB: give another".to_owned()));
    }
    let Some(text) = text(bytes) else {
        return Err(fail(
            "is not text: give a file of text, in UTF-8".to_owned(),
        ));
    };
    Ok((text, warning.map(|why| format!("{what} {shown} {why}"))))
}

/// Reads at most one byte more than the limit. The buffer never grows, because reallocation would free memory without
/// wiping the secret in it.
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

/// Returns the reason why other users can read or change the file, if any.
#[cfg(unix)]
fn open_to_others(file: &File, path: &Path, others: Others) -> std::io::Result<Option<String>> {
    let metadata = file.metadata()?;
    // Other users cannot open a pipe.
    if !metadata.is_file() {
        return Ok(None);
    }
    let user = rustix::process::geteuid().as_raw();
    let access = Access::of(&metadata);
    if let Some(problem) = access.to_file(user, others, &path.display().to_string()) {
        return Ok(Some(problem));
    }
    // A symbolic link and its target may be in different folders.
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

/// Skips the check. On other systems, user folders are private.
#[cfg(not(unix))]
fn open_to_others(_: &File, _: &Path, _: Others) -> std::io::Result<Option<String>> {
    Ok(None)
}

#[cfg(unix)]
const ROOT: u32 = 0;

/// Ownership and permissions of a file or a folder.
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

    /// Returns the reason why other users can read or change the file, if any.
    fn to_file(self, user: u32, others: Others, shown: &str) -> Option<String> {
        let Self { owner, mode } = self;
        // Root can read and change every file.
        let trusted = owner == user || (others == Others::Warned && owner == ROOT);
        if !trusted {
            return Some(format!(
                "belongs to another user (uid {owner}), who can read and change it: give a file of your \
                 own"
            ));
        }
        (mode & 0o066 != 0).then(|| {
            format!(
                "can be read or changed by others (mode {:03o}): run `chmod 600 {shown}`",
                mode & 0o777
            )
        })
    }

    /// Returns the reason why other users can replace a file in this folder, if any.
    fn to_folder(self, user: u32, shown: &str) -> Option<String> {
        let Self { owner, mode } = self;
        if owner != user && owner != ROOT {
            return Some(format!(
                "lies in the folder {shown} of another user (uid {owner}), who can replace it: move it \
                 to a folder of your own"
            ));
        }
        // In a folder with the sticky bit, users can replace only their own files.
        (mode & 0o022 != 0 && mode & 0o1000 == 0).then(|| {
            format!(
                "lies in the folder {shown}, in which others can replace it (mode {mode:03o}): run \
                 `chmod go-w {shown}`"
            )
        })
    }
}

#[cfg(test)]
mod tests;
