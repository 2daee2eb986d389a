//! The command line: its errors and its help.

use crate::run;

#[test]
fn reports_invalid_arguments_on_one_line() {
    for arguments in [
        &["chekc"][..],
        &["check", "--schemars"],
        &["check", "--root"],
        &["a", "b"],
        &["check", "a-path"],
        &["conformance"],
        &["conformance", "--from", "a-path"],
        &["refresh", "a-path"],
        &["refresh", "--update"],
        &["refresh", "--timeout", "0"],
        &["refresh", "--max-bytes", "many"],
        &["refresh", "--remove", "connections"],
        &["check", "--add", "GET /connections"],
    ] {
        let ran = run(arguments);
        assert_eq!((ran.code, ran.out.as_str()), (100, ""), "{arguments:?}");
        assert!(
            ran.err.starts_with("error: ") && ran.err.lines().count() == 1,
            "{}",
            ran.err
        );
    }
    for arguments in [&[][..], &["--help"], &["check", "-h"]] {
        let help = run(arguments);
        assert_eq!(help.code, 0);
        assert!(help.out.contains("cargo xtask <verb>"), "{}", help.out);
    }
}

#[test]
fn help_of_a_verb_leaves_the_other_verbs_out() {
    let of_check = run(&["check", "--help"]);
    assert!(of_check.out.contains("--drop-outlived"), "{}", of_check.out);
    let of_refresh = run(&["--help", "refresh"]);
    for expected in [
        "Usage: cargo xtask <verb> [options]",
        "\n  refresh          bring the vendored document up to date",
        "--changelog",
        "--timeout S",
        "--root DIR",
        "Exit codes:",
    ] {
        assert!(of_refresh.out.contains(expected), "{}", of_refresh.out);
    }
    for other in [
        "--drop-outlived",
        "--fail-on",
        "conformance PATH",
        "--explain",
    ] {
        assert!(
            !of_refresh.out.contains(other),
            "{other}: {}",
            of_refresh.out
        );
    }
    // Without a known verb, the help is complete.
    for all in [&["--help"][..], &["-h", "from"], &[]] {
        let help = run(all).out;
        assert!(
            help.contains("--drop-outlived") && help.contains("conformance PATH"),
            "{help}"
        );
    }
}
