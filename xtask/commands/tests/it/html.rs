//! The page of a drift report, as a browser shows it.

use std::fs;
use std::path::Path;
use std::process::Command;

use crate::{Copy, Ran};

/// Names of the browser.
const CHROMIUM: [&str; 3] = ["chromium", "chromium-browser", "google-chrome"];

/// Returns the page for a document with a changed type, and with a text that looks like markup.
fn page(copy: &Copy) -> Ran {
    let text = fs::read_to_string(copy.path("trackstar.yaml")).unwrap();
    let edits = [
        (
            "was deleted.\n          type: boolean",
            "was deleted.\n          type: string",
        ),
        (
            "Deletes the connection",
            "</pre><script>document.title = 'run'</script>",
        ),
    ];
    let changed = edits.iter().fold(text, |text, (from, to)| {
        assert!(
            text.contains(from),
            "the document does not contain {from:?}"
        );
        text.replacen(from, to, 1)
    });
    let file = copy.path("upstream.yaml");
    fs::write(&file, changed).unwrap();
    copy.xtask(&[
        "drift",
        "--format",
        "html",
        "--from",
        file.to_str().unwrap(),
    ])
}

/// Returns the output of a headless browser, or `None` if there is no browser.
#[expect(clippy::print_stderr, reason = "a test that is skipped should say so")]
fn browse(folder: &Path, options: &[&str]) -> Option<String> {
    for name in CHROMIUM {
        let profile = format!("--user-data-dir={}", folder.join("profile").display());
        let page = format!("file://{}", folder.join("report.html").display());
        let browser = Command::new(name)
            .args(["--headless", "--no-sandbox", "--disable-gpu", &profile])
            .args(options)
            .arg(page)
            .output();
        if let Ok(output) = browser {
            assert!(output.status.success(), "{output:?}");
            return Some(String::from_utf8(output.stdout).unwrap());
        }
    }
    eprintln!("skipped: none of {CHROMIUM:?} is installed");
    None
}

#[test]
fn page_has_both_sides_of_each_change_and_no_scripts() {
    let copy = Copy::new();
    let ran = page(&copy);
    assert_eq!((ran.code, ran.err.as_str()), (4, ""));
    for expected in [
        "<a class=\"skip\" href=\"#changes\">",
        "<main id=\"changes\" tabindex=\"-1\">",
        "<h2 id=\"group-0\">DELETE /connections</h2>",
        "<span class=\"verdict breaks\">wire breaks</span>",
        "<pre>boolean</pre>",
        "<pre>string</pre>",
        "prefers-color-scheme: dark",
    ] {
        assert!(ran.out.contains(expected), "{expected}: {}", ran.out);
    }
    for missing in ["<script", "<link", "src=", "http://", "https://", "url("] {
        assert!(!ran.out.contains(missing), "{missing}: {}", ran.out);
    }
}

#[test]
fn browser_shows_the_page_in_light_and_dark() {
    let copy = Copy::new();
    let folder = copy.0.path();
    fs::write(folder.join("report.html"), page(&copy).out).unwrap();
    let Some(dom) = browse(folder, &["--dump-dom"]) else {
        return;
    };
    assert!(
        dom.contains("<title>Drift</title>") && !dom.contains("<script"),
        "{dom}"
    );
    assert_eq!(dom.matches("<div class=\"side\">").count(), 4, "{dom}");
    assert!(dom.contains("&lt;/pre&gt;&lt;script&gt;"), "{dom}");
    let shots = ["0", "1"].map(|scheme| {
        let file = folder.join(format!("{scheme}.png"));
        let shot = format!("--screenshot={}", file.display());
        let scheme = format!("--blink-settings=preferredColorScheme={scheme}");
        browse(folder, &[&shot, &scheme]);
        fs::read(file).unwrap()
    });
    assert!(shots.iter().all(|shot| shot.starts_with(b"\x89PNG")));
    assert!(shots[0] != shots[1], "light and dark look the same");
}
