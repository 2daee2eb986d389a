//! Sources that are not what they should be, and disks that fail: nothing on disk is different
//! afterwards, and one message says why.

use std::io::Write;
use std::time::{Duration, Instant};

use flate2::Compression;
use flate2::write::GzEncoder;

use crate::support::server::{Server, answer};
use crate::support::{snapshot, upstream};
use crate::{Copy, Ran};

/// Refreshes from a source that cannot be used: the message is as expected, and no file is touched.
fn refused(copy: &Copy, source: &str, options: &[&str], expected: &str) -> Ran {
    let before = snapshot(&copy.path(""));
    let ran = copy.xtask(&[&["refresh", "--from", source], options].concat());
    assert_eq!(ran.code, 100, "{expected}\n{}{}", ran.out, ran.err);
    assert!(ran.err.contains(expected), "{expected}\n{}", ran.err);
    assert!(
        ran.err
            .starts_with("error: failed to refresh: failed to read "),
        "{}",
        ran.err
    );
    assert_eq!(ran.err.lines().count(), 1, "{}", ran.err);
    assert_eq!(ran.out, "", "{expected}");
    assert!(
        snapshot(&copy.path("")) == before,
        "{expected}: a file is different"
    );
    ran
}

fn document() -> String {
    upstream().to_string()
}

fn gzipped(chunk: &[u8], times: usize) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    for _ in 0..times {
        encoder.write_all(chunk).unwrap();
    }
    encoder.finish().unwrap()
}

#[test]
fn an_answer_that_is_no_document_is_refused_by_what_it_is() {
    let page = "<!doctype html><html><body>Down for maintenance</body></html>";
    let conflict =
        "openapi: 3.1.0\n<<<<<<< ours\ninfo: {}\n=======\ninfo: {a: 1}\n>>>>>>> theirs\n";
    let bomb: String = (1..30).fold("a0: &a0 [x, x]\n".to_owned(), |text, n| {
        let of = n - 1;
        text + &format!("a{n}: &a{n} [*a{of}, *a{of}, *a{of}, *a{of}, *a{of}, *a{of}]\n")
    }) + "openapi: 3.1.0\n";
    let deep = format!("{{\"openapi\": {}", "[".repeat(100_000));
    let large = format!(
        "{{\"openapi\": \"3.1.0\", \"x\": \"{}\"}}",
        "x".repeat(70_000)
    );
    let cut = document();
    let cut = &cut[..cut.len() / 2];
    let small = ["--max-bytes", "65536"];
    let none: [&str; 0] = [];
    let cases: [(&str, Vec<u8>, &[&str], &str); 21] = [
        (
            "a failure with a document",
            answer("500 Internal Server Error", &[], document()),
            &none,
            "it answered 500 Internal Server Error; try again later",
        ),
        (
            "not there",
            answer("404 Not Found", &[], "{}"),
            &none,
            "it answered 404 Not Found",
        ),
        (
            "a part",
            answer("206 Partial Content", &[], document()),
            &none,
            "it answered 206 Partial Content",
        ),
        (
            "nothing",
            answer("204 No Content", &[], ""),
            &none,
            "it answered 204 No Content",
        ),
        (
            "unasked",
            answer("304 Not Modified", &[], ""),
            &none,
            "it answered 304 Not Modified, which was not asked for",
        ),
        (
            "nowhere",
            answer("302 Found", &[], ""),
            &none,
            "it answered 302 Found without saying where to go instead",
        ),
        (
            "a web page",
            answer("200 OK", &["content-type: application/json"], page),
            &none,
            "the text is a web page, not a document",
        ),
        (
            "empty",
            answer("200 OK", &[], ""),
            &none,
            "the text is empty",
        ),
        (
            "conflict",
            answer("200 OK", &[], conflict),
            &none,
            "a merge conflict is left in the text at line 2",
        ),
        (
            "other JSON",
            answer("200 OK", &[], "{\"data\": []}"),
            &none,
            "the document is no OpenAPI document: it has no version in a field `openapi`",
        ),
        (
            "a list",
            answer("200 OK", &[], "[1]"),
            &none,
            "is no OpenAPI document",
        ),
        (
            "number",
            answer("200 OK", &[], "openapi: 3.1"),
            &none,
            "is no OpenAPI document",
        ),
        (
            "half of JSON",
            answer("200 OK", &[], cut),
            &none,
            "not readable as JSON",
        ),
        (
            "bytes",
            answer("200 OK", &[], [0xff, 0xfe, 0x00]),
            &none,
            "it is no text in UTF-8",
        ),
        (
            "bomb",
            answer("200 OK", &[], bomb),
            &none,
            "not readable as YAML",
        ),
        (
            "deep",
            answer("200 OK", &[], deep),
            &none,
            "recursion limit exceeded",
        ),
        (
            "large",
            answer("200 OK", &[], large),
            &small,
            "it is larger than the 65536 bytes that are taken; allow more with --max-bytes",
        ),
        (
            "half of a body",
            "HTTP/1.1 200 OK\r\ncontent-length: 4096\r\n\r\n{\"openapi\"".into(),
            &none,
            "the answer is cut off",
        ),
        (
            "half of a chunk",
            "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n40\r\n{\"openapi\"".into(),
            &none,
            "the answer is cut off",
        ),
        (
            "no HTTP",
            "SSH-2.0-OpenSSH_9.6\r\n\r\n".into(),
            &none,
            "the connection failed (",
        ),
        (
            "encoding",
            answer("200 OK", &["content-encoding: br"], document()),
            &none,
            "it answered in the encoding \"br\", only gzip was asked for",
        ),
    ];
    let copy = Copy::new();
    for (what, bytes, options, expected) in cases {
        let server = Server::saying(bytes);
        let url = server.url("/openapi.json");
        let ran = refused(&copy, &url, options, expected);
        assert!(ran.err.contains(&url), "{what}: {}", ran.err);
        assert_eq!(server.heads().len(), 1, "{what}");
    }
}

#[test]
fn a_compressed_answer_is_capped_by_what_it_holds() {
    let copy = Copy::new();
    let gzip = ["content-encoding: gzip"];
    // 65 MiB in 64 KiB: one more than the cap.
    let bomb = gzipped(&vec![b' '; 1 << 20], 65);
    assert!(bomb.len() < 100_000);
    let server = Server::saying(answer("200 OK", &gzip, bomb));
    let expected = "it is larger than the 67108864 bytes that are taken";
    refused(&copy, &server.url("/"), &[], expected);

    let whole = gzipped(document().as_bytes(), 1);
    let server = Server::saying(answer("200 OK", &gzip, &whole[..whole.len() - 20]));
    refused(&copy, &server.url("/"), &[], "the answer is cut off");
}

#[test]
fn a_server_that_does_not_answer_in_time_is_not_waited_for() {
    let copy = Copy::new();
    let silent = Server::new(|_, _| std::thread::sleep(Duration::from_secs(2)));
    // A byte at a time, for as long as anyone listens.
    let dripping = Server::new(|_, stream| {
        let _gone = stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 4096\r\n\r\n");
        for _ in 0..100 {
            if stream.write_all(b" ").is_err() {
                return;
            }
            std::thread::sleep(Duration::from_millis(30));
        }
    });
    for server in [silent, dripping] {
        let started = Instant::now();
        let expected = "it has not answered in full within 0.5 s; try again, or allow more with \
                        --timeout";
        refused(&copy, &server.url("/"), &["--timeout", "0.5"], expected);
        assert!(started.elapsed() < Duration::from_secs(5));
    }
}

#[test]
fn a_connection_that_fails_is_told_as_such() {
    let copy = Copy::new();
    let server = Server::resetting();
    refused(&copy, &server.url("/"), &[], "the connection failed (");
    let closed = Server::resetting().url("/");
    refused(&copy, &closed, &[], "the connection failed (");
}

#[test]
fn no_redirect_leads_to_another_host() {
    let copy = Copy::new();
    let other = Server::saying(answer("200 OK", &[], document()));
    let location = format!("location: {}", other.url("/openapi.json?token=1"));
    let server = Server::saying(answer("302 Found", &[&location], ""));
    let expected = format!(
        "it redirects to another host, {:?}",
        other.url("/openapi.json")
    );
    refused(&copy, &server.url("/"), &[], &expected);
    assert_eq!(other.heads().len(), 0, "the other host was asked");

    let server = Server::saying(answer("301 Moved Permanently", &["location: /again"], ""));
    refused(
        &copy,
        &server.url("/"),
        &[],
        "it redirects more than 5 times",
    );
    assert_eq!(server.heads().len(), 6);
}

#[test]
fn what_is_not_to_be_asked_is_not_asked() {
    let copy = Copy::new();
    let before = snapshot(&copy.path(""));
    for (source, expected) in [
        (
            "http://example.com/openapi.json",
            "plain HTTP is for this machine alone; ask example.com by https://",
        ),
        (
            "https://user:hunter2@example.com/",
            "a source needs no credentials; give its URL without them",
        ),
        (
            "ftp://example.com/openapi.json",
            "ftp:// is no way to a source",
        ),
        (
            "no-such-file.json",
            "failed to read no-such-file.json: No such file",
        ),
        ("src", "failed to read src: "),
    ] {
        let ran = copy.xtask(&["refresh", "--from", source]);
        assert_eq!((ran.code, ran.out.as_str()), (100, ""), "{source}");
        assert!(ran.err.contains(expected), "{}", ran.err);
        assert!(!ran.err.contains("hunter2"), "{}", ran.err);
    }
    assert_eq!(snapshot(&copy.path("")), before);
}

#[cfg(unix)]
mod disk {
    use std::fs;
    use std::os::unix::fs::{MetadataExt, PermissionsExt};
    use std::os::unix::process::CommandExt;
    use std::process::{Command, Output};

    use super::*;

    fn ran(output: &Output) -> Ran {
        Ran {
            code: output.status.code().unwrap_or(-1),
            out: String::from_utf8_lossy(&output.stdout).into_owned(),
            err: String::from_utf8_lossy(&output.stderr).into_owned(),
        }
    }

    /// A document under which all three files change.
    fn changed(copy: &Copy) -> String {
        let path = copy.0.path().join("upstream.json");
        let text = document().replace("Whether or not", "Whether");
        fs::write(&path, text).unwrap();
        path.display().to_string()
    }

    #[test]
    fn a_disk_that_is_full_leaves_all_as_it_was() {
        let copy = Copy::new();
        let source = changed(&copy);
        let before = snapshot(&copy.path(""));
        // No file may grow beyond one block, which the first of the three does.
        let script = "trap '' XFSZ; ulimit -f 1; exec \"$@\"";
        let output = Command::new("sh")
            .args(["-c", script, "sh", env!("CARGO_BIN_EXE_xtask"), "refresh"])
            .args(["--from", &source, "--root"])
            .arg(copy.0.path())
            .output()
            .unwrap();
        let ran = ran(&output);
        assert_eq!(ran.code, 100, "{}", ran.err);
        assert!(
            ran.err.contains("nothing was changed: File too large"),
            "{}",
            ran.err
        );
        assert!(snapshot(&copy.path("")) == before, "a file is different");
        assert_eq!(copy.xtask(&["refresh", "--from", &source]).code, 0);
        assert_eq!(copy.xtask(&["check"]).code, 0);
    }

    #[test]
    fn a_folder_that_is_read_only_leaves_all_as_it_was() {
        let copy = Copy::new();
        let source = changed(&copy);
        let before = snapshot(&copy.path(""));
        let mode = |path: &std::path::Path, mode| {
            fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
        };
        mode(copy.0.path(), 0o755);
        // Permissions do not keep out whoever may do everything: the program is run by someone else
        // then, from where that one can reach it.
        let program = copy.0.path().join("xtask");
        fs::copy(env!("CARGO_BIN_EXE_xtask"), &program).unwrap();
        mode(&program, 0o755);
        let mut command = Command::new(&program);
        if fs::metadata(copy.0.path()).unwrap().uid() == 0 {
            command.uid(65534).gid(65534);
        }
        mode(&copy.path(""), 0o555);
        let output = command
            .args(["refresh", "--from", &source, "--root"])
            .arg(copy.0.path())
            .output();
        mode(&copy.path(""), 0o755);
        let ran = ran(&output.unwrap());
        assert_eq!(ran.code, 100, "{}{}", ran.out, ran.err);
        assert!(
            ran.err.contains("nothing was changed: Permission denied"),
            "{}",
            ran.err
        );
        assert!(snapshot(&copy.path("")) == before, "a file is different");
    }

    #[test]
    fn a_kill_while_the_source_is_read_leaves_all_as_it_was() {
        let copy = Copy::new();
        let before = snapshot(&copy.path(""));
        let server = Server::new(|_, stream| {
            let _gone = stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 4096\r\n\r\n{");
            std::thread::sleep(Duration::from_secs(1));
        });
        let mut child = Command::new(env!("CARGO_BIN_EXE_xtask"))
            .args(["refresh", "--from", &server.url("/"), "--root"])
            .arg(copy.0.path())
            .spawn()
            .unwrap();
        let started = Instant::now();
        while server.heads().is_empty() && started.elapsed() < Duration::from_secs(20) {
            std::thread::sleep(Duration::from_millis(5));
        }
        child.kill().unwrap();
        assert!(!child.wait().unwrap().success());
        assert_eq!(snapshot(&copy.path("")), before);
    }
}

#[test]
fn a_refresh_that_was_cut_short_between_its_files_is_completed_by_the_next_run() {
    // What a run leaves that is killed when one of three files is in its place: that each kill comes
    // to such a folder is shown beside the code that makes it.
    let copy = Copy::new();
    let source = copy.0.path().join("upstream.json");
    std::fs::write(&source, document().replace("Whether or not", "Whether")).unwrap();
    let before = snapshot(&copy.path(""));
    assert_eq!(
        copy.xtask(&["refresh", "--from", source.to_str().unwrap()])
            .code,
        0
    );
    let after = snapshot(&copy.path(""));
    let decided = copy.path(".refresh");
    std::fs::create_dir(&decided).unwrap();
    for name in ["source.toml", "trackstar.yaml"] {
        std::fs::write(decided.join(name), &after[name]).unwrap();
        std::fs::write(copy.path(name), &before[name]).unwrap();
    }
    let ran = copy.xtask(&["check"]);
    assert_eq!(ran.code, 0, "{}{}", ran.out, ran.err);
    assert!(
        ran.out
            .starts_with("completed a refresh that was interrupted\n"),
        "{}",
        ran.out
    );
    assert!(snapshot(&copy.path("")) == after, "a file is different");
}
