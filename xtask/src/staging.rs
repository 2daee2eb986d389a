//! Replacing several files at once: all of them or none, whenever the power goes.
//!
//! The new files are written into a folder beside the old ones and synced. Giving that folder its
//! final name is the one step that decides. Before it, the old files stand, and the next run removes
//! the leftovers. After it, the next run completes what this one does not. The lock of the checkout
//! keeps a second run away in between.

use std::fs::{self, File};
use std::io::{ErrorKind, Write as _};
use std::path::Path;
use std::time::SystemTime;

use anyhow::{Context, bail, ensure};

use crate::lock::Lock;
use crate::manifest::MANIFEST;
use crate::record::RECORD;
use crate::vendored::{DOCUMENT, GOLDEN};

pub(crate) const CHANGELOG: &str = "CHANGELOG.md";

/// The files that can be replaced together, by their paths from the root of the checkout. No others
/// are put in their places, whatever stands in the folder.
const FILES: [&str; 5] = [DOCUMENT, RECORD, GOLDEN, MANIFEST, CHANGELOG];

/// The folder beside the files, and in it the new files while they are written and once they are
/// decided on.
const FOLDER: &str = "openapi";
const PREPARING: &str = ".refresh.part";
const DECIDED: &str = ".refresh";

/// The places where a run may be cut short; tests do that, in each of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Step {
    Locked,
    Cleared,
    Created,
    Written(usize),
    Decided,
    Moved(usize),
}

/// Replaces files, each by its path from the root of the checkout.
pub(crate) fn replace(lock: &Lock, files: &[(&str, &str)]) -> anyhow::Result<()> {
    replace_observed(lock, files, &mut |_| {})
}

fn replace_observed(
    lock: &Lock,
    files: &[(&str, &str)],
    at: &mut dyn FnMut(Step),
) -> anyhow::Result<()> {
    at(Step::Locked);
    let root = lock.root();
    recover(root, Some(lock))?;
    let folder = root.join(FOLDER);
    let (preparing, decided) = (folder.join(PREPARING), folder.join(DECIDED));
    for name in [&preparing, &decided] {
        clear(name).with_context(|| {
            format!(
                "failed to remove {}, which an earlier run left; nothing was changed",
                name.display()
            )
        })?;
    }
    at(Step::Cleared);
    let mut write = || -> anyhow::Result<()> {
        fs::create_dir(&preparing)?;
        at(Step::Created);
        for (index, (path, text)) in files.iter().enumerate() {
            ensure!(
                FILES.contains(path),
                "{path} is not among the files that are replaced"
            );
            let mut file = File::create_new(preparing.join(name(path)))?;
            file.write_all(text.as_bytes())?;
            if let Ok(before) = fs::metadata(root.join(path)) {
                file.set_permissions(before.permissions())?;
            }
            file.sync_all()?;
            at(Step::Written(index));
        }
        sync(&preparing)?;
        Ok(fs::rename(&preparing, &decided)?)
    };
    if let Err(error) = write() {
        // What cannot be removed now is removed by the next run.
        let _left = clear(&preparing);
        let message = format!(
            "failed to write beside the files of {}; nothing was changed",
            folder.display()
        );
        return Err(error).context(message);
    }
    at(Step::Decided);
    complete(root, at)
}

/// Completes a replacement that an earlier run had decided on. Returns true if there was one.
///
/// A run that only reads has no lock of its own, and takes it for that long.
///
/// # Errors
///
/// Returns an error if another process has the lock and completes the replacement: a run that read
/// then could take a new document for the one of an old record.
pub(crate) fn recover(root: &Path, lock: Option<&Lock>) -> anyhow::Result<bool> {
    let is_decided = || is_decided(root);
    if !is_decided() {
        return Ok(false);
    }
    let _taken = match lock {
        Some(_) => None,
        None => match Lock::try_take(root)? {
            Some(taken) if is_decided() => Some(taken),
            None if is_decided() => {
                bail!("a refresh is being completed in this checkout; try again")
            }
            _ => return Ok(false),
        },
    };
    complete(root, &mut |_| {})?;
    Ok(true)
}

/// Whether a replacement has been decided on. A link or a file of that name is no decision of ours.
fn is_decided(root: &Path) -> bool {
    let decided = root.join(FOLDER).join(DECIDED);
    fs::symlink_metadata(decided).is_ok_and(|it| it.is_dir())
}

/// Reads files of a checkout, all of them as they were before a replacement, or as they are after it.
///
/// A run that reads needs no lock: it looks afterwards whether it has met a replacement.
///
/// # Errors
///
/// Returns the error of the reading, or that files were replaced meanwhile.
pub(crate) fn steadily<T>(
    root: &Path,
    read: impl FnOnce() -> anyhow::Result<T>,
) -> anyhow::Result<T> {
    let before = FILES.map(|path| stamp(&root.join(path)));
    let read = read();
    // One that is decided on may have begun before the first look, and end after the last.
    if is_decided(root) || before != FILES.map(|path| stamp(&root.join(path))) {
        bail!("a refresh has replaced files of this checkout while they were read; try again");
    }
    read
}

/// What tells a file apart from the one that takes its place; `None` where there is none.
fn stamp(path: &Path) -> Option<(Option<SystemTime>, u64, u64)> {
    let file = fs::symlink_metadata(path).ok()?;
    #[cfg(unix)]
    let number = std::os::unix::fs::MetadataExt::ino(&file);
    #[cfg(not(unix))]
    let number = 0;
    Some((file.modified().ok(), file.len(), number))
}

/// Removes what stands under a name, if anything does. A link is removed, not what it leads to.
fn clear(path: &Path) -> std::io::Result<()> {
    match fs::symlink_metadata(path) {
        Ok(there) if there.is_dir() => fs::remove_dir_all(path),
        // On Windows, a link to a folder is removed as a folder.
        Ok(_) => fs::remove_file(path).or_else(|error| fs::remove_dir(path).map_err(|_| error)),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(()),
        Err(error) => Err(error),
    }
}

/// Puts the files that have been decided on in their places.
fn complete(root: &Path, at: &mut dyn FnMut(Step)) -> anyhow::Result<()> {
    let folder = root.join(FOLDER);
    let decided = folder.join(DECIDED);
    let mut moved = || -> std::io::Result<()> {
        sync(&folder)?;
        for (index, path) in FILES.into_iter().enumerate() {
            let from = decided.join(name(path));
            if fs::symlink_metadata(&from).is_ok_and(|it| it.is_file()) {
                fs::rename(from, root.join(path))?;
            }
            at(Step::Moved(index));
        }
        for folder in [root, &folder] {
            sync(folder)?;
        }
        clear(&decided)?;
        sync(&folder)
    };
    moved().with_context(|| {
        format!(
            "failed to put the files of {} in their places; the next run of any verb completes it",
            decided.display()
        )
    })
}

/// Returns the name under which a file waits. No two have the same.
fn name(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or(path)
}

/// Makes sure that the names in a folder outlive a crash, where the system has a way to do that.
fn sync(folder: &Path) -> std::io::Result<()> {
    if cfg!(unix) {
        File::open(folder)?.sync_all()?;
    }
    Ok(())
}

#[cfg(test)]
mod tests;
