//! Servers, pages and indexes as sources of a refresh.

use std::io::Write as _;

use flate2::Compression;
use flate2::write::GzEncoder;
use serde_json::{Value, json};
use trackstar_test_server::{Fate, FaultServer, response};

use crate::Copy;
use crate::refresh::{refused, well};
use crate::support::{always, serving, snapshot, upstream};

#[test]
fn unchanged_upstream_costs_one_304() {
    let copy = Copy::new();
    let body = upstream().to_string();
    let server = serving(move |request| {
        let known = request.head.contains("if-none-match: \"v1\"\r\n")
            && request
                .head
                .contains("if-modified-since: Mon, 23 Nov 2026 10:00:00 GMT\r\n");
        let version = [
            "etag: \"v1\"",
            "last-modified: Mon, 23 Nov 2026 10:00:00 GMT",
        ];
        Fate::Respond(if known {
            response("304 Not Modified", &version, "")
        } else {
            response("200 OK", &version, &body)
        })
    });
    let url = server.url("/openapi.json");
    well(&copy.refresh(&["--from", &url]));
    let record = copy.text("source.toml");
    for expected in [
        format!("url = \"{url}\"\n"),
        "etag = \"\\\"v1\\\"\"\n".to_owned(),
        "last-modified = \"Mon, 23 Nov 2026 10:00:00 GMT\"\n".to_owned(),
    ] {
        assert!(record.contains(&expected), "{expected}\n{record}");
    }
    assert!(!record.contains("file = "), "{record}");
    let first = snapshot(&copy.path(""));

    let ran = copy.refresh(&["--from", &url]);
    well(&ran);
    assert!(
        ran.out
            .starts_with(&format!("{url} has not changed since ")),
        "{}",
        ran.out
    );
    assert!(snapshot(&copy.path("")) == first, "a file is different");
    assert_eq!(server.heads().len(), 2);

    // Options that need the document request it.
    for whole in [&["--list"][..], &["--add", "GET /connections", "--dry-run"]] {
        well(&copy.refresh(&[&["--from", &url], whole].concat()));
    }
    // A vendored document that differs from the record is restored.
    copy.edit("trackstar.yaml", "Whether or not", "Whether  or not");
    well(&copy.refresh(&["--from", &url]));
    assert!(snapshot(&copy.path("")) == first, "a file is different");
    let heads = server.heads();
    assert!(
        heads[2..].iter().all(|head| !head.contains("if-")),
        "{heads:?}"
    );
    assert_eq!(heads.len(), 5);
}

#[test]
fn reads_the_recorded_document_by_default() {
    let copy = Copy::new();
    let server = always(response("200 OK", &[], upstream().to_string()));
    let url = server.url("/whole.json");
    copy.edit(
        "source.toml",
        "https://production.trackstarhq.com/openapi.json",
        &url,
    );
    let ran = copy.refresh(&["--dry-run"]);
    well(&ran);
    assert!(
        ran.out.starts_with(&format!("read {url} (JSON)\n")),
        "{}",
        ran.out
    );
    let head = &server.heads()[0];
    assert!(head.starts_with("GET /whole.json HTTP/1.1\r\n"), "{head}");
    for secret in ["authorization", "cookie", "x-trackstar"] {
        assert!(!head.to_lowercase().contains(secret), "{head}");
    }
}

#[test]
fn new_etag_without_changes_updates_only_the_record() {
    let copy = Copy::new();
    let first = always(response(
        "200 OK",
        &["etag: \"v1\""],
        upstream().to_string(),
    ));
    let (document, golden) = (copy.text("trackstar.yaml"), copy.text("prepared.json"));
    well(&copy.refresh(&["--from", &first.url("/")]));
    assert!(copy.text("source.toml").contains("etag = \"\\\"v1\\\"\"\n"));
    assert_eq!(copy.text("trackstar.yaml"), document);
    assert_eq!(copy.text("prepared.json"), golden);
}

#[test]
fn ignores_content_types_and_reads_gzip() {
    let copy = Copy::new();
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    encoder
        .write_all(upstream().to_string().as_bytes())
        .unwrap();
    let packed = encoder.finish().unwrap();
    let fields = [
        "content-type: text/html; charset=latin1",
        "content-encoding: gzip",
    ];
    let server = always(response("200 OK", &fields, packed));
    well(&copy.refresh(&["--from", &server.url("/")]));
    assert!(server.heads()[0].contains("accept-encoding: gzip\r\n"));
}

#[test]
fn follows_redirects_within_the_host() {
    let copy = Copy::new();
    let body = upstream().to_string();
    let server = serving(move |request| {
        Fate::Respond(match request.target() {
            "/v2/openapi.json" => response("200 OK", &[], &body),
            _ => response("302 Found", &["location: v2/openapi.json"], ""),
        })
    });
    well(&copy.refresh(&["--from", &server.url("/openapi.json")]));
}

/// Returns a page of the documentation that contains the slice of one operation.
pub(crate) fn page(operation: &str, document: &Value) -> String {
    let slice = trackstar_openapi::slice("upstream", document, &[operation]).unwrap();
    let yaml = trackstar_openapi::canonical(&slice).unwrap();
    let info = operation.to_lowercase();
    format!("# A page\n\n```bash\ncurl\n```\n\n## OpenAPI\n\n````yaml {info}\n{yaml}\n````")
}

const INDEX: &str = "# Docs\n\n> [home](/)\n\n- [Delete](/api/delete.md): deletes\n- [Intro](intro.md)\n\
                     - [Parcel](./api/parcel.md)\n- [Twice](/api/delete.md#part)\n\
                     - [Spec](/openapi.json)\n- [Elsewhere](https://elsewhere.example/a.md)\n";

fn pages(document: &Value, other: &Value) -> Vec<(&'static str, String)> {
    vec![
        ("/llms.txt", INDEX.to_owned()),
        ("/api/delete.md", page("DELETE /connections", document)),
        ("/intro.md", "# Intro\n\n- [More](more.md)\n".to_owned()),
        ("/api/parcel.md", page("GET /parcels/{id}", other)),
    ]
}

fn documentation(pages: Vec<(&'static str, String)>) -> FaultServer {
    serving(move |request| {
        let found = pages.iter().find(|(name, _)| *name == request.target());
        Fate::Respond(match found {
            Some((_, text)) => response("200 OK", &["etag: \"i\""], text),
            None => response("404 Not Found", &[], ""),
        })
    })
}

#[test]
fn reads_a_page_or_an_index_of_pages() {
    let document = upstream();
    let copy = Copy::new();
    let before = copy.text("trackstar.yaml");
    let source = copy.source("page.md", &page("DELETE /connections", &document));
    let ran = copy.refresh(&["--from", &source]);
    well(&ran);
    assert!(
        ran.out.contains("page.md (documentation page)\n"),
        "{}",
        ran.out
    );
    assert_eq!(copy.text("trackstar.yaml"), before);

    let server = documentation(pages(&document, &document));
    let index = server.url("/llms.txt");
    let ran = copy.refresh(&["--from", &index, "--all"]);
    well(&ran);
    for expected in [
        "/llms.txt (documentation index, 2 pages)\n",
        "  not followed: /openapi.json\n",
        "  not followed: https://elsewhere.example/a.md\n",
        "  added    GET /parcels/{id}\n",
        "vendored operations: 2, of which unchanged: 1\n",
    ] {
        assert!(ran.out.contains(expected), "{expected}\n{}", ran.out);
    }
    let asked: Vec<String> = server.heads();
    let asked: Vec<&str> = asked
        .iter()
        .filter_map(|head| head.split(' ').nth(1))
        .collect();
    assert_eq!(
        asked,
        ["/llms.txt", "/api/delete.md", "/intro.md", "/api/parcel.md"]
    );
    // A page can change even if its index does not.
    assert!(!copy.text("source.toml").contains("etag"));
    let merged = copy.text("trackstar.yaml");

    // The same pages as files contain the same operations as the whole document.
    for (name, text) in pages(&document, &document) {
        copy.source(&format!("docs{name}"), &text);
    }
    let index = copy.0.path().join("docs/llms.txt").display().to_string();
    let whole = copy.source("upstream.json", &document.to_string());
    for source in [&index, &whole] {
        well(&copy.refresh(&["--from", source]));
        assert_eq!(copy.text("trackstar.yaml"), merged, "{source}");
    }
}

#[test]
fn rejects_contradictions_only_in_vendored_operations() {
    let copy = Copy::new();
    let mut other = upstream();
    other["components"]["schemas"]["ValidationError"]["properties"]["error"]["type"] =
        json!("integer");
    let server = documentation(pages(&upstream(), &other));
    let index = server.url("/llms.txt");
    let place = "/components/schemas/ValidationError/properties/error/type";
    let one = server.url("/api/delete.md");
    let two = server.url("/api/parcel.md");
    refused(
        &copy,
        &["--from", &index],
        &[&format!(
            "{place}: {one} and {two} contradict each other; read the whole document instead"
        )],
    );

    // Contradictions about other operations are only reported.
    let mut document = upstream();
    document["components"]["schemas"]["Parcel"]["title"] = json!("One");
    let mut other = document.clone();
    other["components"]["schemas"]["Parcel"]["title"] = json!("Two");
    let mut all = pages(&document, &other);
    all[2].1 = page("GET /parcels/{id}", &document);
    let server = documentation(all);
    let ran = copy.refresh(&["--from", &server.url("/llms.txt")]);
    well(&ran);
    assert!(
        ran.out.contains("  /components/schemas/Parcel/title: "),
        "{}",
        ran.out
    );
}

#[test]
fn rejects_an_index_with_an_unreadable_page() {
    let copy = Copy::new();
    let before = snapshot(&copy.path(""));
    let mut all = pages(&upstream(), &upstream());
    all.pop();
    let server = documentation(all);
    let ran = copy.refresh(&["--from", &server.url("/llms.txt")]);
    assert_eq!(ran.code, 100);
    let expected = format!(
        "failed to read its page {}: it responded 404 Not Found",
        server.url("/api/parcel.md")
    );
    assert!(ran.err.contains(&expected), "{}", ran.err);
    assert!(snapshot(&copy.path("")) == before, "a file is different");
}

#[test]
fn follows_an_index_within_limits() {
    let copy = Copy::new();
    let before = snapshot(&copy.path(""));
    let many = (0..2001).map(|n| format!("- [P](/p{n}.md)\n"));
    let many = many.collect::<Vec<_>>().concat();
    let server = documentation(vec![("/llms.txt", many)]);
    let ran = copy.refresh(&["--from", &server.url("/llms.txt")]);
    let expected = "the index names more than the 2000 pages that are followed";
    assert!(ran.code == 100 && ran.err.contains(expected), "{}", ran.err);
    assert_eq!(server.heads().len(), 1);

    // The limit applies to all pages together. Each page by itself is smaller.
    let all = pages(&upstream(), &upstream());
    let largest = all.iter().map(|(_, text)| text.len()).max().unwrap();
    let cap = (largest + 200).to_string();
    let server = documentation(all);
    let ran = copy.refresh(&["--from", &server.url("/llms.txt"), "--max-bytes", &cap]);
    let expected = format!("it is larger than the {cap} bytes that are taken");
    assert!(
        ran.code == 100 && ran.err.contains(&expected),
        "{}",
        ran.err
    );

    // An index of pages without documents is not a source.
    let prose = "# Docs\n\n- [Intro](intro.md)\n".to_owned();
    let server = documentation(vec![
        ("/llms.txt", prose),
        ("/intro.md", "# Intro\n".to_owned()),
    ]);
    let ran = copy.refresh(&["--from", &server.url("/llms.txt")]);
    let expected = "none of the 1 pages that it names holds an OpenAPI document";
    assert!(ran.code == 100 && ran.err.contains(expected), "{}", ran.err);
    assert!(snapshot(&copy.path("")) == before, "a file is different");
}

#[test]
fn records_only_the_last_source() {
    let copy = Copy::new();
    let body = upstream().to_string();
    let server = always(response("200 OK", &["etag: \"v1\""], &body));
    let url = server.url("/openapi.json");
    well(&copy.refresh(&["--from", &url, "--add", "GET /connections"]));
    let recorded = |expected: &[&str], absent: &[&str]| {
        let record = copy.text("source.toml");
        let (head, retrieved) = record.split_once("\n[retrieved]\n").unwrap();
        // The default source of a refresh does not change.
        assert!(head.contains("document = \"https://production.trackstarhq.com/openapi.json\"\n"));
        for line in expected {
            assert!(retrieved.contains(line), "{line}\n{record}");
        }
        for key in absent {
            assert!(!retrieved.contains(key), "{key}\n{record}");
        }
        well(&copy.xtask(&["check"]));
    };
    let from_url = format!("url = \"{url}\"\n");
    recorded(&[&from_url, "etag = "], &["file = "]);

    let file = copy.source("copy.json", &body);
    well(&copy.refresh(&["--from", &file, "--remove", "GET /connections"]));
    recorded(&["file = \"copy.json\"\n"], &["url = ", "etag = "]);
    well(&copy.refresh(&["--from", &url, "--add", "GET /connections"]));
    recorded(&[&from_url, "etag = "], &["file = "]);

    // A record with both or neither is invalid.
    let both = format!("{from_url}file = \"copy.json\"\n");
    copy.edit("source.toml", &from_url, &both);
    let expected = "[retrieved] names a `url` or a `file`, and not both";
    assert!(copy.xtask(&["check"]).out.contains(expected));
    copy.edit("source.toml", &both, "");
    assert!(copy.xtask(&["check"]).out.contains(expected));
}
