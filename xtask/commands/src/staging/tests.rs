//! Tests interrupted and concurrent runs.

use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use super::*;
use crate::lock::LOCK;

/// The environment variable for the child of a test: the root of its checkout, and the step at which it
/// waits.
const ROOT: &str = "STAGING_TEST_ROOT";
const STEP: &str = "STAGING_TEST_STEP";
/// The file that the child creates when it reaches the step.
const REACHED: &str = "reached";

const OLD: [(&str, &str); 3] = texts("old");
const NEW: [(&str, &str); 3] = texts("new");
const OTHER: [(&str, &str); 3] = texts("other");

/// Returns three of the files, one of them in another folder.
const fn texts(text: &str) -> [(&str, &str); 3] {
    [(MANIFEST, text), (RECORD, text), (DOCUMENT, text)]
}

fn steps() -> Vec<Step> {
    let first = [Step::Locked, Step::Cleared, Step::Created];
    let written = (0..3).map(Step::Written);
    let moved = (0..FILES.len()).map(Step::Moved);
    let steps = first.into_iter().chain(written).chain([Step::Decided]);
    steps.chain(moved).collect()
}

fn is_decided(step: Step) -> bool {
    matches!(step, Step::Decided | Step::Moved(_))
}

/// Runs as a child process that waits at its step until its input is closed.
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

/// A refresh in another process that is interrupted at a step.
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

    /// Lets the process finish.
    fn released(mut self) -> anyhow::Result<()> {
        drop(self.child.stdin.take());
        let status = self.child.wait()?;
        anyhow::ensure!(status.success(), "the child failed: {status}");
        Ok(fs::remove_file(self.root.join(REACHED))?)
    }

    /// Kills the process.
    fn killed(mut self) -> anyhow::Result<()> {
        self.child.kill()?;
        let status = self.child.wait()?;
        anyhow::ensure!(!status.success(), "the child was not killed");
        Ok(fs::remove_file(self.root.join(REACHED))?)
    }
}

/// Returns all files of the checkout and of its folder. Fails if there is another folder.
fn files(root: &Path) -> anyhow::Result<Vec<(String, String)>> {
    let mut files = Vec::new();
    for (folder, prefix) in [(root.to_owned(), ""), (root.join(FOLDER), "openapi/")] {
        for entry in fs::read_dir(folder)? {
            let entry = entry?;
            let name = format!("{prefix}{}", entry.file_name().to_string_lossy());
            if !prefix.is_empty() || !(entry.file_type()?.is_dir() || name == LOCK) {
                let text = fs::read_to_string(entry.path());
                files.push((name.clone(), text.with_context(|| name)?));
            }
        }
    }
    files.sort();
    Ok(files)
}

fn all(of: [(&str, &str); 3]) -> Vec<(String, String)> {
    of.map(|(name, text)| (name.to_owned(), text.to_owned()))
        .to_vec()
}

/// Returns the texts of the three files and ignores all others.
fn read(root: &Path) -> anyhow::Result<Vec<String>> {
    let text = |(name, _)| Ok(fs::read_to_string(root.join(name))?);
    OLD.into_iter().map(text).collect()
}

fn checkout() -> anyhow::Result<tempfile::TempDir> {
    let root = tempfile::tempdir()?;
    fs::create_dir(root.path().join(FOLDER))?;
    for (name, text) in OLD {
        fs::write(root.path().join(name), text)?;
    }
    Ok(root)
}

fn replaced(root: &Path, files: &[(&str, &str)]) -> anyhow::Result<()> {
    replace(&Lock::take(root)?, files)
}

#[test]
fn rejects_second_run_at_each_step_of_the_first() -> anyhow::Result<()> {
    for (index, step) in steps().into_iter().enumerate() {
        let checkout = checkout()?;
        let root = checkout.path();
        let first = Held::at(root, index)?;
        let before = read(root)?;
        let error = replaced(root, &OTHER).expect_err("the first run has the lock");
        assert_eq!(
            format!("{error:#}"),
            "this checkout is locked by another run: a refresh, a check that writes, or a run \
             that completes an interrupted refresh; wait until it has ended, and try again"
        );
        // A run that reads neither completes the replacement nor reads between two moves.
        let read_now = recover(root, None).map_err(|error| format!("{error:#}"));
        let expected = if is_decided(step) {
            Err("a refresh is being completed in this checkout; try again".to_owned())
        } else {
            Ok(false)
        };
        assert_eq!(read_now, expected, "{step:?}");
        assert_eq!(read(root)?, before, "{step:?}");
        first.released()?;
        assert_eq!(files(root)?, all(NEW), "{step:?}");
        replaced(root, &OTHER)?;
        assert_eq!(files(root)?, all(OTHER), "{step:?}");
    }
    Ok(())
}

#[test]
fn rejects_reading_during_a_replacement() -> anyhow::Result<()> {
    let refused = "a refresh has replaced files of this checkout while they were read; try again";
    for (index, step) in steps().into_iter().enumerate() {
        let checkout = checkout()?;
        let root = checkout.path();
        let mut first = None;
        // The replacement begins between two files and waits at a step.
        let met = steadily(root, || {
            first = Some(Held::at(root, index)?);
            read(root)
        });
        let met = met.map_err(|error| format!("{error:#}"));
        let expected = if is_decided(step) {
            Err(refused.to_owned())
        } else {
            Ok(OLD.map(|(_, text)| text.to_owned()).to_vec())
        };
        assert_eq!(met, expected, "{step:?}");
        // The replacement ends during a reading that began after it.
        let met = steadily(root, || {
            first.take().context("it was begun")?.released()?;
            read(root)
        });
        let met = met.map_err(|error| format!("{error:#}"));
        let manifest = FILES.iter().position(|path| *path == MANIFEST);
        let moved = matches!(step, Step::Moved(index) if Some(index) >= manifest);
        let expected = if moved {
            // Every file was in its place when the reading began.
            Ok(NEW.map(|(_, text)| text.to_owned()).to_vec())
        } else {
            Err(refused.to_owned())
        };
        assert_eq!(met, expected, "{step:?}");
        let met = steadily(root, || read(root))?;
        assert_eq!(met, NEW.map(|(_, text)| text), "{step:?}");
    }
    Ok(())
}

#[test]
fn next_run_undoes_or_completes_a_killed_run() -> anyhow::Result<()> {
    for (index, step) in steps().into_iter().enumerate() {
        let checkout = checkout()?;
        let root = checkout.path();
        Held::at(root, index)?.killed()?;
        assert_eq!(recover(root, None)?, is_decided(step), "{step:?}");
        let left = if is_decided(step) { NEW } else { OLD };
        assert_eq!(read(root)?, left.map(|(_, text)| text), "{step:?}");
        assert!(!recover(root, None)?, "{step:?}");

        // A refresh that comes first completes the replacement and then does its own work.
        Held::at(root, index)?.killed()?;
        replaced(root, &[(RECORD, "other")])?;
        let mut expected = left;
        expected[1].1 = "other";
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
            fs::write(at.join("source.toml"), "half")
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
            fs::write(outside.path().join("source.toml"), "outside")?;
            let at = checkout.path().join(FOLDER).join(name);
            // A folder with the final name is committed, so it is completed.
            if name == DECIDED && *kind == "half-written folder" {
                continue;
            }
            leave(&at, outside.path())?;
            replaced(checkout.path(), &NEW).with_context(|| format!("{name}: {kind}"))?;
            assert_eq!(files(checkout.path())?, all(NEW), "{name}: {kind}");
            let kept = fs::read_to_string(outside.path().join("source.toml"))?;
            assert_eq!(kept, "outside", "{name}: {kind}");
        }
    }
    Ok(())
}

#[test]
fn replaces_only_files_of_a_refresh() -> anyhow::Result<()> {
    let checkout = checkout()?;
    let root = checkout.path();
    let decided = root.join(FOLDER).join(DECIDED);
    fs::create_dir_all(decided.join("prepared.json"))?;
    fs::write(decided.join("source.toml"), "new")?;
    for name in ["build.rs", ".gitignore", "c"] {
        fs::write(decided.join(name), "stranger")?;
    }
    #[cfg(unix)]
    std::os::unix::fs::symlink("/etc/hosts", decided.join("CHANGELOG.md"))?;
    assert!(recover(root, None)?);
    let mut expected = OLD;
    expected[1].1 = "new";
    assert_eq!(files(root)?, all(expected));
    Ok(())
}

#[test]
#[cfg(unix)]
fn keeps_file_permissions() -> anyhow::Result<()> {
    use std::os::unix::fs::PermissionsExt as _;
    let checkout = checkout()?;
    let path = checkout.path().join(RECORD);
    fs::set_permissions(&path, fs::Permissions::from_mode(0o640))?;
    replaced(checkout.path(), &NEW)?;
    assert_eq!(fs::metadata(path)?.permissions().mode() & 0o777, 0o640);
    Ok(())
}

#[test]
fn failed_write_leaves_files_unchanged() -> anyhow::Result<()> {
    let checkout = checkout()?;
    let error = replaced(checkout.path(), &[NEW[0], ("build.rs", "new")]);
    let text = error.map_or_else(|error| format!("{error:#}"), |()| String::new());
    assert!(text.contains("nothing was changed"), "{text}");
    assert_eq!(files(checkout.path())?, all(OLD));
    Ok(())
}
