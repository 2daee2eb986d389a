//! The command line as a user sees it. No test compiles or runs the commands.

#![allow(
    clippy::unwrap_used,
    reason = "in a test, a failure to set up is a failure"
)]

use std::process::Command;

/// The result of a run.
struct Ran {
    code: i32,
    out: String,
    err: String,
}

/// Runs the program. It fails if it needs cargo.
fn run(arguments: &[&str]) -> Ran {
    let mut command = Command::new(env!("CARGO_BIN_EXE_xtask"));
    ended(command.args(arguments).env("CARGO", "no-cargo"))
}

fn ended(command: &mut Command) -> Ran {
    let output = command.output().unwrap();
    Ran {
        code: output.status.code().unwrap(),
        out: String::from_utf8(output.stdout).unwrap(),
        err: String::from_utf8(output.stderr).unwrap(),
    }
}

#[test]
fn rejects_invalid_arguments() {
    for (arguments, expected) in [
        (&["chekc"][..], "unrecognized subcommand 'chekc'"),
        (&["check", "--schemars"], "unexpected argument '--schemars'"),
        (
            &["check", "--root"],
            "a value is required for '--root <DIR>'",
        ),
        (&["check", "a-path"], "unexpected argument 'a-path'"),
        (&["check", "--add", "GET /connections"], "'--add'"),
        (&["check", "--against", "a-path"], "'--against'"),
        (
            &["codegen", "--schemars"],
            "codegen --from <FILE> --schemars",
        ),
        (&["conformance"], "<PATH>"),
        (&["conformance", "--from", "a-path"], "'--from'"),
        (
            &["drift", "--fail-on", "all"],
            "[possible values: wire, source, any]",
        ),
        (
            &["drift", "--format", "xml"],
            "[possible values: text, json, markdown, github",
        ),
        (&["refresh", "a-path"], "unexpected argument 'a-path'"),
        (&["refresh", "--update"], "unexpected argument '--update'"),
        (
            &["refresh", "--timeout", "0"],
            "use a number of seconds, such as 60",
        ),
        (&["refresh", "--max-bytes", "many"], "'--max-bytes <BYTES>'"),
        (
            &["refresh", "--add", "nonsense"],
            "use a method and a path, as in 'GET /connections'",
        ),
        (
            &["refresh", "--remove", "connections"],
            "use a method and a path, as in 'GET /connections'",
        ),
    ] {
        let ran = run(arguments);
        assert_eq!((ran.code, ran.out.as_str()), (100, ""), "{arguments:?}");
        let begins_once = ran.err.starts_with("error: ") && ran.err.matches("error: ").count() == 1;
        assert!(begins_once && ran.err.contains(expected), "{}", ran.err);
    }
}

#[test]
fn each_command_has_its_own_help() {
    let verbs = [
        ("check", "--drop-stale"),
        ("codegen", "--schemars"),
        ("conformance", "<PATH>..."),
        ("drift", "--fail-on <LEVEL>"),
        ("refresh", "--add-tag <TAG>"),
    ];
    for (verb, _) in verbs {
        let help = run(&[verb, "--help"]);
        assert_eq!((help.code, help.err.as_str()), (0, ""), "{verb}");
        let usage = format!("Usage: cargo xtask {verb} ");
        assert!(
            help.out.contains(&usage) && help.out.contains("--root <DIR>"),
            "{}",
            help.out
        );
        for (other, option) in verbs {
            assert_eq!(
                help.out.contains(option),
                other == verb,
                "{option}: {}",
                help.out
            );
        }
    }
    for arguments in [&[][..], &["-h"], &["--help"], &["help"]] {
        let help = run(arguments);
        assert_eq!((help.code, help.err.as_str()), (0, ""), "{arguments:?}");
        assert!(help.out.contains("Exit codes:"), "{}", help.out);
        for (verb, _) in verbs {
            assert!(help.out.contains(&format!("\n  {verb} ")), "{}", help.out);
        }
    }
}

#[test]
fn arguments_in_errors_do_not_control_the_terminal() {
    let ran = run(&["refresh", "--add\u{7}\u{1b}[2J"]);
    assert_eq!((ran.code, ran.out.as_str()), (100, ""), "{}", ran.err);
    let is_plain = |it: char| it == '\n' || !it.is_control();
    assert!(ran.err.chars().all(is_plain), "{:?}", ran.err);
}

#[test]
fn reports_that_cargo_cannot_be_run() {
    let ran = run(&["check"]);
    assert_eq!((ran.code, ran.out.as_str()), (100, ""), "{}", ran.err);
    let expected = "error: failed to run the command through cargo: ";
    assert!(ran.err.starts_with(expected), "{}", ran.err);
}

#[test]
fn does_not_depend_on_packages_that_compile_slowly() {
    let tree = "tree --quiet --edges normal,build --depth 1 --prefix none --format {p}";
    let mut command = Command::new(env!("CARGO"));
    command
        .args(tree.split(' '))
        .current_dir(env!("CARGO_MANIFEST_DIR"));
    let tree = ended(&mut command);
    assert_eq!(tree.code, 0, "{}", tree.err);
    let names: Vec<_> = tree
        .out
        .lines()
        .map(|line| line.split(' ').next().unwrap())
        .collect();
    assert_eq!(names, ["xtask", "clap"]);
}

#[cfg(unix)]
mod command {
    use std::io::{BufRead as _, BufReader};
    use std::path::Path;
    use std::process::{Command, Stdio};

    /// Returns the program with a stand-in for cargo.
    fn xtask(arguments: &[&str]) -> Command {
        let cargo = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/stand-in-cargo");
        let mut command = Command::new(env!("CARGO_BIN_EXE_xtask"));
        command.args(arguments).env("CARGO", cargo);
        command
    }

    #[test]
    fn gets_the_arguments_the_folder_and_the_input() {
        let manifest = concat!(env!("CARGO_MANIFEST_DIR"), "/commands/Cargo.toml");
        assert!(Path::new(manifest).exists());
        let folder = std::env::temp_dir().canonicalize().unwrap();
        let (input, mut writer) = std::io::pipe().unwrap();
        std::io::Write::write_all(&mut writer, b"a document").unwrap();
        drop(writer);
        let arguments = ["drift", "--from", "a/b c", "--root=.", "--timeout", "5"];
        let ran = super::ended(xtask(&arguments).current_dir(&folder).stdin(input));
        let expected = format!(
            "arguments: run --quiet --manifest-path {manifest} -- {}\nfolder: {}\ninput: a document\npackage: \n",
            arguments.join(" "),
            folder.display()
        );
        assert_eq!(ran.out, expected);
        assert_eq!((ran.code, ran.err.as_str()), (4, "an error\n"));
    }

    #[test]
    fn gets_signals_and_chooses_the_exit_code() {
        let mut command = xtask(&["check"]);
        command
            .env("STAND_IN", "waits")
            .stdin(Stdio::null())
            .stderr(Stdio::null());
        let mut child = command.stdout(Stdio::piped()).spawn().unwrap();
        let lines = BufReader::new(child.stdout.take().unwrap()).lines();
        assert!(lines.map(Result::unwrap).any(|line| line == "ready"));
        let terminate = ["-s", "TERM", &child.id().to_string()];
        assert!(
            Command::new("kill")
                .args(terminate)
                .status()
                .unwrap()
                .success()
        );
        assert_eq!(child.wait().unwrap().code(), Some(9));
    }
}
