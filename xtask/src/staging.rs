//! Replacing several files at once: all of them or none, whenever the power goes.
//!
//! The new files are written into a folder beside the old ones and synced. Giving that folder its
//! final name is the one step that decides: before it, nothing has happened, and what is left lying
//! about is removed by the next run; after it, the next run completes what this one does not.

use std::fs::{self, File};
use std::io::{ErrorKind, Write as _};
use std::path::{Path, PathBuf};

use anyhow::Context;

/// Below the folder whose files are replaced: while they are written, and once they are decided on.
const PREPARING: &str = ".refresh.part";
const DECIDED: &str = ".refresh";

/// The places where a run may be cut short; tests do that, in each of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Step {
    Written(usize),
    Decided,
    Moved(usize),
}

/// Replaces the files of a folder, each by its name.
pub(crate) fn replace(folder: &Path, files: &[(&str, &str)]) -> anyhow::Result<()> {
    replace_observed(folder, files, &mut |_| {})
}

fn replace_observed(
    folder: &Path,
    files: &[(&str, &str)],
    at: &mut dyn FnMut(Step),
) -> anyhow::Result<()> {
    recover(folder)?;
    let preparing = folder.join(PREPARING);
    if preparing.is_dir() {
        fs::remove_dir_all(&preparing).with_context(|| {
            format!(
                "failed to remove {}, which an earlier run left",
                preparing.display()
            )
        })?;
    }
    let mut write = || -> std::io::Result<()> {
        fs::create_dir(&preparing)?;
        for (index, (name, text)) in files.iter().enumerate() {
            let mut file = File::create_new(preparing.join(name))?;
            file.write_all(text.as_bytes())?;
            file.sync_all()?;
            at(Step::Written(index));
        }
        sync(&preparing)?;
        fs::rename(&preparing, folder.join(DECIDED))?;
        sync(folder)
    };
    if let Err(error) = write() {
        // What cannot be removed now is removed by the next run.
        let _left = fs::remove_dir_all(&preparing);
        let message = format!(
            "failed to write beside the files of {}; nothing was changed",
            folder.display()
        );
        return Err(error).context(message);
    }
    at(Step::Decided);
    complete(folder, at)
}

/// Completes what an earlier run had decided on. Tells whether there was such a run.
pub(crate) fn recover(folder: &Path) -> anyhow::Result<bool> {
    let decided = folder.join(DECIDED).is_dir();
    if decided {
        complete(folder, &mut |_| {})?;
    }
    Ok(decided)
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
    use std::process::Command;

    use super::*;

    /// What the child of a test is told: the folder, and the step at which it is killed.
    const FOLDER: &str = "STAGING_TEST_FOLDER";
    const STEP: &str = "STAGING_TEST_STEP";

    const OLD: [(&str, &str); 3] = [("a", "old a"), ("b", "old b"), ("c", "old c")];
    const NEW: [(&str, &str); 3] = [("a", "new a"), ("b", "new b"), ("c", "new c")];

    fn steps() -> Vec<Step> {
        let written = (0..3).map(Step::Written);
        let moved = (0..3).map(Step::Moved);
        written.chain([Step::Decided]).chain(moved).collect()
    }

    /// Runs in a process of its own, which does not live to see its end.
    #[test]
    fn a_run_that_is_killed_at_the_step_that_it_is_told() -> anyhow::Result<()> {
        let (Some(folder), Ok(step)) = (std::env::var_os(FOLDER), std::env::var(STEP)) else {
            return Ok(());
        };
        let fatal = steps().get(step.parse::<usize>()?).copied();
        replace_observed(Path::new(&folder), &NEW, &mut |step| {
            if Some(step) == fatal {
                std::process::abort();
            }
        })
    }

    fn files(folder: &Path) -> anyhow::Result<Vec<(String, String)>> {
        let mut files = Vec::new();
        for entry in fs::read_dir(folder)? {
            let entry = entry?;
            let text = fs::read_to_string(entry.path())?;
            files.push((entry.file_name().to_string_lossy().into_owned(), text));
        }
        files.sort();
        Ok(files)
    }

    fn all(of: [(&str, &str); 3]) -> Vec<(String, String)> {
        of.map(|(name, text)| (name.to_owned(), text.to_owned()))
            .to_vec()
    }

    fn old_files() -> anyhow::Result<tempfile::TempDir> {
        let folder = tempfile::tempdir()?;
        for (name, text) in OLD {
            fs::write(folder.path().join(name), text)?;
        }
        Ok(folder)
    }

    fn kill_at(folder: &Path, step: usize) -> anyhow::Result<()> {
        let name = "staging::tests::a_run_that_is_killed_at_the_step_that_it_is_told";
        let status = Command::new(std::env::current_exe()?)
            .args(["--exact", name])
            .env(FOLDER, folder)
            .env(STEP, step.to_string())
            .output()?
            .status;
        anyhow::ensure!(!status.success(), "the child was not killed at step {step}");
        Ok(())
    }

    #[test]
    fn a_kill_leaves_the_old_files_until_the_run_has_decided_and_the_next_run_completes_it_then()
    -> anyhow::Result<()> {
        for (index, step) in steps().into_iter().enumerate() {
            let folder = old_files()?;
            kill_at(folder.path(), index)?;
            let decided = !matches!(step, Step::Written(_));
            assert_eq!(recover(folder.path())?, decided, "{step:?}");
            if decided {
                assert_eq!(files(folder.path())?, all(NEW), "{step:?}");
            } else {
                for (name, text) in OLD {
                    assert_eq!(
                        fs::read_to_string(folder.path().join(name))?,
                        text,
                        "{step:?}"
                    );
                }
                // The next refresh goes through, and clears away what was left.
                replace(folder.path(), &NEW)?;
                assert_eq!(files(folder.path())?, all(NEW), "{step:?}");
            }
            assert!(!recover(folder.path())?, "{step:?}");
        }
        Ok(())
    }

    #[test]
    fn a_refresh_after_a_kill_first_completes_and_then_replaces() -> anyhow::Result<()> {
        let folder = old_files()?;
        kill_at(folder.path(), 4)?;
        replace(folder.path(), &[("b", "newer b")])?;
        let expected = [("a", "new a"), ("b", "newer b"), ("c", "new c")];
        assert_eq!(files(folder.path())?, all(expected));
        Ok(())
    }

    #[test]
    fn a_file_that_cannot_be_written_leaves_all_as_it_was() -> anyhow::Result<()> {
        let folder = old_files()?;
        let error = replace(folder.path(), &[("a", "new a"), ("no/such/folder", "b")]);
        let text = error.map_or_else(|error| format!("{error:#}"), |()| String::new());
        assert!(text.contains("nothing was changed"), "{text}");
        assert_eq!(files(folder.path())?, all(OLD));
        Ok(())
    }
}
