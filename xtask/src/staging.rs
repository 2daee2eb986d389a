//! Replacing several files at once: all of them or none, whenever the power goes.
//!
//! The new files are written into a folder beside the old ones and synced. Giving that folder its
//! final name is the one step that decides. Before it, the old files stand, and the next run removes
//! the leftovers. After it, the next run completes what this one does not. The lock of the checkout
//! keeps a second run away in between.

use std::fs::{self, File};
use std::io::{ErrorKind, Write as _};
use std::path::{Path, PathBuf};

use anyhow::Context;

use crate::lock::Lock;

/// The folder whose files are replaced, below the root of the checkout.
pub(crate) const FOLDER: &str = "openapi";

/// Below that folder: the new files while they are written, and once they are decided on.
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

/// Replaces the files of a folder, each by its name.
pub(crate) fn replace(lock: &Lock, files: &[(&str, &str)]) -> anyhow::Result<()> {
    replace_observed(lock, files, &mut |_| {})
}

fn replace_observed(
    lock: &Lock,
    files: &[(&str, &str)],
    at: &mut dyn FnMut(Step),
) -> anyhow::Result<()> {
    at(Step::Locked);
    recover(lock.root(), Some(lock))?;
    let folder = lock.root().join(FOLDER);
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
    let mut write = || -> std::io::Result<()> {
        fs::create_dir(&preparing)?;
        at(Step::Created);
        for (index, (name, text)) in files.iter().enumerate() {
            let mut file = File::create_new(preparing.join(name))?;
            file.write_all(text.as_bytes())?;
            file.sync_all()?;
            at(Step::Written(index));
        }
        sync(&preparing)?;
        fs::rename(&preparing, &decided)?;
        sync(&folder)
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
    complete(&folder, at)
}

/// Completes a replacement that an earlier run had decided on. Returns true if there was one.
///
/// A run that only reads has no lock of its own, and takes it for that long. If another process has
/// the lock, it completes the replacement itself.
pub(crate) fn recover(root: &Path, lock: Option<&Lock>) -> anyhow::Result<bool> {
    let folder = root.join(FOLDER);
    // A link or a file of that name is no decision of ours.
    let is_decided = || fs::symlink_metadata(folder.join(DECIDED)).is_ok_and(|it| it.is_dir());
    if !is_decided() {
        return Ok(false);
    }
    let _taken = match lock {
        Some(_) => None,
        None => match Lock::try_take(root)? {
            Some(taken) if is_decided() => Some(taken),
            _ => return Ok(false),
        },
    };
    complete(&folder, &mut |_| {})?;
    Ok(true)
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

fn complete(folder: &Path, at: &mut dyn FnMut(Step)) -> anyhow::Result<()> {
    let decided = folder.join(DECIDED);
    let mut moved = || -> std::io::Result<()> {
        let entries = fs::read_dir(&decided)?.collect::<Result<Vec<_>, _>>()?;
        let mut files: Vec<PathBuf> = entries.iter().map(fs::DirEntry::path).collect();
        files.sort();
        for (index, file) in files.iter().enumerate() {
            if let Some(name) = file.file_name() {
                fs::rename(file, folder.join(name))?;
            }
            at(Step::Moved(index));
        }
        sync(folder)?;
        match fs::remove_dir(&decided) {
            Err(error) if error.kind() != ErrorKind::NotFound => Err(error),
            _ => sync(folder),
        }
    };
    moved().with_context(|| {
        format!(
            "failed to put the files of {} in their places; the next run of any verb completes it",
            decided.display()
        )
    })
}

/// Makes sure that the names in a folder outlive a crash, where the system has a way to do that.
fn sync(folder: &Path) -> std::io::Result<()> {
    if cfg!(unix) {
        File::open(folder)?.sync_all()?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::process::{Child, Command, Stdio};
    use std::time::{Duration, Instant};

    use super::*;

    /// What the child of a test is told: the root of its checkout, and the step at which it waits.
    const ROOT: &str = "STAGING_TEST_ROOT";
    const STEP: &str = "STAGING_TEST_STEP";
    /// The file by which it tells that it has come there.
    const REACHED: &str = "reached";

    const OLD: [(&str, &str); 3] = [("a", "old a"), ("b", "old b"), ("c", "old c")];
    const NEW: [(&str, &str); 3] = [("a", "new a"), ("b", "new b"), ("c", "new c")];
    const OTHER: [(&str, &str); 3] = [("a", "other a"), ("b", "other b"), ("c", "other c")];

    fn steps() -> Vec<Step> {
        let first = [Step::Locked, Step::Cleared, Step::Created];
        let written = (0..3).map(Step::Written);
        let moved = (0..3).map(Step::Moved);
        let steps = first.into_iter().chain(written).chain([Step::Decided]);
        steps.chain(moved).collect()
    }

    fn is_decided(step: Step) -> bool {
        matches!(step, Step::Decided | Step::Moved(_))
    }

    /// Runs in a process of its own, which waits at its step until its input is closed.
    #[test]
    fn child_that_waits_at_a_step() -> anyhow::Result<()> {
        let (Some(root), Ok(step)) = (std::env::var_os(ROOT), std::env::var(STEP)) else {
            return Ok(());
        };
        let root = Path::new(&root);
        let waits_at = steps().get(step.parse::<usize>()?).copied();
        replace_observed(&Lock::take(root)?, &NEW, &mut |step| {
            if Some(step) == waits_at {
                fs::write(root.join(REACHED), "").expect("the folder can be written to");
                let _closed = std::io::stdin().read_line(&mut String::new());
            }
        })
    }

    /// A refresh that another process is in the middle of.
    struct Held {
        child: Child,
        root: PathBuf,
    }

    impl Held {
        fn at(root: &Path, step: usize) -> anyhow::Result<Self> {
            let mut held = Self {
                child: Command::new(std::env::current_exe()?)
                    .args(["--exact", "staging::tests::child_that_waits_at_a_step"])
                    .env(ROOT, root)
                    .env(STEP, step.to_string())
                    .stdin(Stdio::piped())
                    .stdout(Stdio::null())
                    .spawn()?,
                root: root.to_owned(),
            };
            let begun = Instant::now();
            while !root.join(REACHED).exists() {
                let ended = held.child.try_wait()?;
                anyhow::ensure!(ended.is_none(), "the child ended before step {step}");
                let waited = begun.elapsed();
                anyhow::ensure!(waited < Duration::from_secs(60), "no step {step}");
                std::thread::sleep(Duration::from_millis(2));
            }
            Ok(held)
        }

        /// Lets the process go on to its end.
        fn released(mut self) -> anyhow::Result<()> {
            drop(self.child.stdin.take());
            let status = self.child.wait()?;
            anyhow::ensure!(status.success(), "the child failed: {status}");
            Ok(fs::remove_file(self.root.join(REACHED))?)
        }

        /// Ends the process where it is.
        fn killed(mut self) -> anyhow::Result<()> {
            self.child.kill()?;
            let status = self.child.wait()?;
            anyhow::ensure!(!status.success(), "the child was not killed");
            Ok(fs::remove_file(self.root.join(REACHED))?)
        }
    }

    /// The files of the folder, of which no subfolder is expected.
    fn files(root: &Path) -> anyhow::Result<Vec<(String, String)>> {
        let mut files = Vec::new();
        for entry in fs::read_dir(root.join(FOLDER))? {
            let entry = entry?;
            let name = entry.file_name().to_string_lossy().into_owned();
            let text = fs::read_to_string(entry.path()).with_context(|| name.clone())?;
            files.push((name, text));
        }
        files.sort();
        Ok(files)
    }

    fn all(of: [(&str, &str); 3]) -> Vec<(String, String)> {
        of.map(|(name, text)| (name.to_owned(), text.to_owned()))
            .to_vec()
    }

    /// The texts of the three files, whatever else there is.
    fn texts(root: &Path) -> anyhow::Result<Vec<String>> {
        let folder = root.join(FOLDER);
        let text = |(name, _)| Ok(fs::read_to_string(folder.join(name))?);
        OLD.into_iter().map(text).collect()
    }

    fn checkout() -> anyhow::Result<tempfile::TempDir> {
        let root = tempfile::tempdir()?;
        fs::create_dir(root.path().join(FOLDER))?;
        for (name, text) in OLD {
            fs::write(root.path().join(FOLDER).join(name), text)?;
        }
        Ok(root)
    }

    fn replaced(root: &Path, files: &[(&str, &str)]) -> anyhow::Result<()> {
        replace(&Lock::take(root)?, files)
    }

    #[test]
    fn second_run_is_refused_at_each_step_of_the_first() -> anyhow::Result<()> {
        for (index, step) in steps().into_iter().enumerate() {
            let checkout = checkout()?;
            let root = checkout.path();
            let first = Held::at(root, index)?;
            let before = texts(root)?;
            let error = replaced(root, &OTHER).expect_err("the first run has the lock");
            assert_eq!(
                format!("{error:#}"),
                "another refresh is running in this checkout, or a check that writes; wait until \
                 it has ended, and try again"
            );
            // A run that reads does not complete it in its place.
            assert!(!recover(root, None)?, "{step:?}");
            assert_eq!(texts(root)?, before, "{step:?}");
            first.released()?;
            assert_eq!(files(root)?, all(NEW), "{step:?}");
            replaced(root, &OTHER)?;
            assert_eq!(files(root)?, all(OTHER), "{step:?}");
        }
        Ok(())
    }

    #[test]
    fn killed_run_is_undone_or_completed_by_the_next() -> anyhow::Result<()> {
        for (index, step) in steps().into_iter().enumerate() {
            let checkout = checkout()?;
            let root = checkout.path();
            Held::at(root, index)?.killed()?;
            assert_eq!(recover(root, None)?, is_decided(step), "{step:?}");
            let left = if is_decided(step) { NEW } else { OLD };
            assert_eq!(texts(root)?, left.map(|(_, text)| text), "{step:?}");
            assert!(!recover(root, None)?, "{step:?}");

            // A refresh that comes first does the same, and then its own work.
            Held::at(root, index)?.killed()?;
            replaced(root, &[("b", "other b")])?;
            let a = if is_decided(step) { "new a" } else { left[0].1 };
            let c = if is_decided(step) { "new c" } else { left[2].1 };
            let expected = [("a", a), ("b", "other b"), ("c", c)];
            assert_eq!(files(root)?, all(expected), "{step:?}");
        }
        Ok(())
    }

    #[test]
    fn leftovers_of_any_kind_do_not_block_a_run() -> anyhow::Result<()> {
        type Leave = fn(&Path, &Path) -> std::io::Result<()>;
        let leftovers: &[(&str, Leave)] = &[
            ("file", |at, _| fs::write(at, "half")),
            ("empty folder", |at, _| fs::create_dir(at)),
            ("half-written folder", |at, _| {
                fs::create_dir_all(at.join("sub"))?;
                fs::write(at.join("a"), "half")
            }),
            #[cfg(unix)]
            ("link", |at, outside| {
                std::os::unix::fs::symlink(outside, at)
            }),
            #[cfg(unix)]
            ("dangling link", |at, outside| {
                std::os::unix::fs::symlink(outside.join("none"), at)
            }),
        ];
        for name in [PREPARING, DECIDED] {
            for (kind, leave) in leftovers {
                let checkout = checkout()?;
                let outside = tempfile::tempdir()?;
                fs::write(outside.path().join("a"), "outside")?;
                let at = checkout.path().join(FOLDER).join(name);
                // A folder of the final name has been decided on, and is completed.
                if name == DECIDED && *kind == "half-written folder" {
                    continue;
                }
                leave(&at, outside.path())?;
                replaced(checkout.path(), &NEW).with_context(|| format!("{name}: {kind}"))?;
                assert_eq!(files(checkout.path())?, all(NEW), "{name}: {kind}");
                let kept = fs::read_to_string(outside.path().join("a"))?;
                assert_eq!(kept, "outside", "{name}: {kind}");
            }
        }
        Ok(())
    }

    #[test]
    fn a_file_that_cannot_be_written_leaves_all_as_it_was() -> anyhow::Result<()> {
        let checkout = checkout()?;
        let error = replaced(checkout.path(), &[("a", "new a"), ("no/such/folder", "b")]);
        let text = error.map_or_else(|error| format!("{error:#}"), |()| String::new());
        assert!(text.contains("nothing was changed"), "{text}");
        assert_eq!(files(checkout.path())?, all(OLD));
        Ok(())
    }
}
