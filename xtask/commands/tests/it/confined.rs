//! Limits on what a source can make the program do: which servers it contacts, which files it opens, and
//! for how long.

use std::fs;
use std::time::Duration;

use serde_json::json;
use trackstar_test_server::{Fate, FaultServer, response};

use crate::Copy;
use crate::refresh::well;
use crate::sources::page;
use crate::support::{always, serving, snapshot, upstream};

/// Returns a server that sends the page of an operation for every request, after a delay.
fn slow(wait: Duration, index: String) -> FaultServer {
    let page = page("DELETE /connections", &upstream());
    serving(move |request| {
        std::thread::sleep(wait);
        let is_index = request.target() == "/llms.txt";
        let text = if is_index { &index } else { &page };
        Fate::Respond(response("200 OK", &[], text))
    })
}

#[test]
fn index_in_a_file_reads_only_below_its_folder() {
    let copy = Copy::new();
    let other = slow(Duration::ZERO, String::new());
    let delete = page("DELETE /connections", &upstream());
    let parcel = page("GET /parcels/{id}", &upstream());
    copy.source("docs/api/delete.md", &delete);
    let outside = copy.source("outside.md", &parcel);
    copy.source("docs-beside/outside.md", &parcel);
    let links = [
        other.url("/a.md"),
        other.url("/b.md").replacen("http:", "", 1),
        "https://elsewhere.example/a.md".to_owned(),
        "../outside.md".to_owned(),
        "api/../../outside.md".to_owned(),
        "../docs-beside/outside.md".to_owned(),
        "file:///etc/hosts.md".to_owned(),
    ];
    let listed: Vec<String> = links.iter().map(|it| format!("- [P]({it})\n")).collect();
    let listed = listed.concat();
    let own = "# Docs\n\n- [Delete](api/delete.md)\n";
    let index = copy.source("docs/llms.txt", &format!("{own}{listed}"));
    let ran = copy.refresh(&["--from", &index, "--add", "GET /parcels/{id}"]);
    assert_eq!(ran.code, 4, "an operation from outside was read");
    let ran = copy.refresh(&["--from", &index]);
    well(&ran);
    let read = "docs/llms.txt (documentation index, 1 pages)\n";
    assert!(ran.out.contains(read), "{}", ran.out);
    for link in &links {
        let expected = format!("  not followed: {link}\n");
        assert!(ran.out.contains(&expected), "{link}\n{}", ran.out);
    }
    assert!(other.heads().is_empty(), "a server was asked");

    // A rooted path is relative to the folder of the index, where the file does not exist. On systems
    // with drives, the path is not rooted in a drive and is not followed.
    copy.source("docs/llms.txt", &format!("{own}- [P]({outside})\n"));
    let ran = copy.refresh(&["--from", &index]);
    if cfg!(unix) {
        assert_eq!(ran.code, 100, "{}", ran.out);
        let expected = format!("docs{outside}: ");
        assert!(ran.err.contains(&expected), "{expected}\n{}", ran.err);
    } else {
        let expected = format!("  not followed: {outside}\n");
        assert!(ran.out.contains(&expected), "{expected}\n{}", ran.out);
    }
}

#[test]
#[cfg(unix)]
fn index_in_a_file_follows_no_link_out_of_its_folder() {
    use std::os::unix::fs::symlink;
    let copy = Copy::new();
    let delete = page("DELETE /connections", &upstream());
    copy.source("real/delete.md", &delete);
    copy.source("docs/inside/delete.md", &delete);
    let index = copy.source("docs/llms.txt", "- [Delete](api/delete.md)\n");
    let api = copy.0.path().join("docs/api");
    let before = snapshot(&copy.path(""));
    let refused = |expected: &str| {
        let ran = copy.refresh(&["--from", &index]);
        assert_eq!(ran.code, 100, "{}", ran.out);
        assert!(ran.err.contains(expected), "{expected}\n{}", ran.err);
        assert!(snapshot(&copy.path("")) == before, "a file is different");
    };
    let out = "it is a link that leads out of the folder of the index; put a copy in its place";

    symlink("../real", &api).unwrap();
    refused(out);
    fs::remove_file(&api).unwrap();
    fs::create_dir(&api).unwrap();
    symlink("../../real/delete.md", api.join("delete.md")).unwrap();
    refused(out);
    fs::remove_file(api.join("delete.md")).unwrap();
    fs::create_dir(api.join("delete.md")).unwrap();
    refused("it is not a regular file");

    // A link that stays in the folder is followed, regardless of the folder's name.
    fs::remove_dir_all(&api).unwrap();
    symlink("inside", &api).unwrap();
    well(&copy.refresh(&["--from", &index]));
    symlink("docs", copy.0.path().join("also")).unwrap();
    let also = copy.0.path().join("also/llms.txt").display().to_string();
    well(&copy.refresh(&["--from", &also]));
}

#[test]
fn index_without_pages_on_its_own_host_is_an_error() {
    let copy = Copy::new();
    let links = "- [A](https://elsewhere.example/a.md)\n";
    let index = copy.source("llms.txt", &format!("{links}- [B](../b.md)\n"));
    let ran = copy.refresh(&["--from", &index]);
    let expected =
        "none of its 2 links leads to a page below its own folder; give the URL of the index";
    assert!(ran.err.contains(expected), "{}", ran.err);
    let server = always(response("200 OK", &[], links));
    let ran = copy.refresh(&["--from", &server.url("/llms.txt")]);
    let expected =
        "none of its 1 links leads to a page on its own host; give the index of the host";
    assert!(ran.err.contains(expected), "{}", ran.err);
}

#[test]
fn does_not_read_pages_from_another_host() {
    let copy = Copy::new();
    let other = slow(Duration::ZERO, String::new());
    let location = format!("location: {}", other.url("/a.md"));
    let server = serving(move |request| {
        Fate::Respond(match request.target() {
            "/llms.txt" => response("200 OK", &[], "- [A](a.md)\n"),
            _ => response("307 Temporary Redirect", &[&location], ""),
        })
    });
    let ran = copy.refresh(&["--from", &server.url("/llms.txt")]);
    assert_eq!(ran.code, 100, "{}", ran.out);
    let expected = "it redirects to another host";
    assert!(ran.err.contains(expected), "{}", ran.err);
    assert!(other.heads().is_empty(), "the other host was asked");
}

const LATE: &str =
    "it did not respond completely within 1 s; try again, or allow more with --timeout";

#[test]
fn timeout_covers_all_pages_of_an_index() {
    let copy = Copy::new();
    let before = snapshot(&copy.path(""));
    let pages: Vec<String> = (0..12).map(|n| format!("- [P](p{n}.md)\n")).collect();
    // Each page by itself arrives in time.
    let server = slow(Duration::from_millis(300), pages.concat());
    let ran = copy.refresh(&["--from", &server.url("/llms.txt"), "--timeout", "1"]);
    assert_eq!((ran.code, ran.out.as_str()), (100, ""), "{}", ran.err);
    assert!(ran.err.contains(LATE), "{}", ran.err);
    let asked = server.heads().len();
    assert!(asked <= 5, "{asked} requests of 0.3 s in a second");
    assert!(snapshot(&copy.path("")) == before, "a file is different");
}

#[test]
fn timeout_covers_both_documents_of_drift() {
    let copy = Copy::new();
    let one = slow(Duration::from_millis(600), String::new());
    let two = slow(Duration::from_millis(600), String::new());
    let (one_url, two_url) = (one.url("/a.md"), two.url("/a.md"));
    let sources = ["--from", &one_url, "--against", &two_url];
    let ran = copy.xtask(&[&["drift", "--timeout", "1"], &sources[..]].concat());
    assert_eq!((ran.code, ran.out.as_str()), (100, ""), "{}", ran.err);
    assert!(ran.err.contains(LATE), "{}", ran.err);
    assert_eq!(one.heads().len(), 1);
}

#[test]
fn timeout_covers_redirects_and_handshakes() {
    let copy = Copy::new();
    let redirecting = serving(|_| {
        std::thread::sleep(Duration::from_millis(300));
        Fate::Respond(response("302 Found", &["location: /again"], ""))
    });
    // The bytes are not the head of a request, so the server waits for more.
    let mute = always(Vec::new());
    let mute_url = mute.url("/").replace("http://", "https://");
    for source in [redirecting.url("/"), mute_url] {
        let ran = copy.refresh(&["--from", &source, "--timeout", "1"]);
        assert_eq!(ran.code, 100, "{}", ran.out);
        assert!(ran.err.contains(LATE), "{}", ran.err);
    }
    assert!(redirecting.heads().len() <= 5);
}

#[test]
#[cfg(unix)]
fn timeout_covers_an_idle_pipe() {
    let copy = Copy::new();
    let pipe = copy.0.path().join("pipe");
    let made = std::process::Command::new("mkfifo").arg(&pipe).status();
    assert!(made.unwrap().success());
    let pipe = pipe.display().to_string();
    let ran = copy.refresh(&["--from", &pipe, "--timeout", "1"]);
    assert_eq!(ran.code, 100, "{}", ran.out);
    assert!(ran.err.contains(LATE), "{}", ran.err);
    // With a writer, a pipe is a source like any other.
    let (text, to) = (upstream().to_string(), pipe.clone());
    let writer = std::thread::spawn(move || fs::write(to, text));
    well(&copy.refresh(&["--from", &pipe]));
    writer.join().unwrap().unwrap();
}

/// Returns a document that takes far longer to process than to read.
fn large(copy: &Copy) -> String {
    let mut document = upstream();
    for number in 0..6_000 {
        let properties: serde_json::Map<String, serde_json::Value> = (0..8)
            .map(|it| {
                (
                    format!("field_{it}"),
                    json!({"type": "string", "maxLength": it}),
                )
            })
            .collect();
        document["components"]["schemas"][format!("Large{number}")] =
            json!({"type": "object", "properties": properties});
        document["paths"][format!("/large/{number}")]["get"] = json!({
            "operationId": format!("get_large_{number}"),
            "responses": {"200": {"description": "d", "content": {"application/json": {
                "schema": {"$ref": format!("#/components/schemas/Large{number}")},
            }}}},
        });
    }
    copy.source("large.json", &document.to_string())
}

#[test]
fn timeout_covers_processing() {
    let copy = Copy::new();
    let large = large(&copy);
    let before = snapshot(copy.0.path());
    for arguments in [
        &["refresh", "--all", "--from", &large][..],
        &["refresh", "--all", "--dry-run", "--from", &large],
        &["drift", "--all", "--from", &large],
    ] {
        let ran = copy.xtask(&[arguments, &["--timeout", "0.2"]].concat());
        assert_eq!((ran.code, ran.out.as_str()), (100, ""), "{}", ran.err);
        let late = format!(
            "error: failed to {}: processing what was read took longer than 0.2 s, and nothing was \
             written; try again, or allow more with --timeout\n",
            arguments[0]
        );
        assert_eq!(ran.err, late);
        let mut after = snapshot(copy.0.path());
        after.remove(".xtask.lock");
        assert!(after == before, "a file is different");
    }
}
