//! The command line: its errors and its help.

use crate::run;

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
fn each_verb_has_its_own_help() {
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
