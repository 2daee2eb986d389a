//! Files that hold a secret: short, and only the user's to read and change.

use std::fs::File;
use std::io::Read;
use std::path::Path;

use zeroize::Zeroizing;

use super::exit::Failure;

/// Maximum length of such a file, in bytes.
const LONGEST: usize = 1024 * 1024;

/// What happens if others may read or change the content of the file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Others {
    /// It is refused.
    Refused,
    /// It is told. Containers are given their secrets in files of the root user, which all of the
    /// container may read.
    Warned,
}

/// Returns the text of the file, and a warning about it. The errors never show the text.
pub(super) fn read(
    path: &Path,
    what: &str,
    others: Others,
) -> Result<(Zeroizing<String>, Option<String>), Failure> {
    let shown = path.display();
    let fail = |why: String| Failure::usage(format!("{what} {shown} {why}"));
    let file = File::open(path).map_err(|error| fail(format!("cannot be opened: {error}")))?;
    // Of what has been opened, and not of what stands there by now.
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
        return Err(fail("is no text: give a file of text, in UTF-8".to_owned()));
    };
    Ok((text, warning.map(|why| format!("{what} {shown} {why}"))))
}

/// Reads up to one byte more than is allowed. The buffer never grows: its old memory would be freed with
/// what is in it.
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

/// Returns the same memory as a text.
fn text(mut bytes: Zeroizing<Vec<u8>>) -> Option<Zeroizing<String>> {
    match String::from_utf8(std::mem::take(&mut *bytes)) {
        Ok(text) => Some(Zeroizing::new(text)),
        Err(error) => {
            *bytes = error.into_bytes();
            None
        }
    }
}

/// Returns why others may read or change the file.
#[cfg(unix)]
fn open_to_others(file: &File, path: &Path, others: Others) -> std::io::Result<Option<String>> {
    let metadata = file.metadata()?;
    // A pipe has no others.
    if !metadata.is_file() {
        return Ok(None);
    }
    let user = rustix::process::geteuid().as_raw();
    let access = Access::of(&metadata);
    if let Some(problem) = access.to_file(user, others, &path.display().to_string()) {
        return Ok(Some(problem));
    }
    // A link stands in one folder, and the file in another.
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

/// Elsewhere the folders of users are only theirs.
#[cfg(not(unix))]
fn open_to_others(_: &File, _: &Path, _: Others) -> std::io::Result<Option<String>> {
    Ok(None)
}

#[cfg(unix)]
const ROOT: u32 = 0;

/// Whose a file or a folder is, and what others may do with it.
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

    /// Returns why others may read or change a file.
    fn to_file(self, user: u32, others: Others, shown: &str) -> Option<String> {
        let Self { owner, mode } = self;
        // The root user may read and change everything.
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

    /// Returns why others may put another file in the place of one in this folder.
    fn to_folder(self, user: u32, shown: &str) -> Option<String> {
        let Self { owner, mode } = self;
        if owner != user && owner != ROOT {
            return Some(format!(
                "lies in the folder {shown} of another user (uid {owner}), who can replace it: move it \
                 to a folder of your own"
            ));
        }
        // In a folder with the sticky bit users can replace only their own files.
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
