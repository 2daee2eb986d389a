//! Tests of `trackstar mock`, called as programs in other languages call it.

use std::io::{BufRead as _, BufReader};
use std::process::{Child, Command, Stdio};

use serde_json::{Value, json};

use crate::support::Program;

/// A running mock server process, killed on drop.
struct Served {
    child: Child,
    address: String,
}

impl Served {
    fn start(arguments: &[&str]) -> Self {
        let arguments = [&["mock", "--port", "0"], arguments].concat();
        let mut program = Program::without_credentials(&arguments);
        let mut child = program.command.stdout(Stdio::piped()).spawn().unwrap();
        let lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let lines: Vec<String> = lines.map_while(Result::ok).take(3).collect();
        assert_eq!(
            lines[1..],
            [
                "x-trackstar-api-key: mock-api-key",
                "x-trackstar-access-token: mock-access-token"
            ]
        );
        let (_, address) = lines[0].split_once(" at ").unwrap();
        Self {
            address: address.to_owned(),
            child,
        }
    }

    /// Calls the server with curl. Returns `None` if curl is not installed.
    fn curl(&self, method: &str, path: &str, headers: &[&str]) -> Option<(u16, Value)> {
        let mut curl = Command::new("curl");
        curl.args([
            "--silent",
            "--request",
            method,
            "--write-out",
            "\n%{http_code}",
        ]);
        for header in headers {
            curl.args(["--header", header]);
        }
        let Ok(output) = curl.arg(format!("{}{path}", self.address)).output() else {
            #[expect(clippy::print_stderr, reason = "readers of the output have to know")]
            {
                eprintln!("skipped: there is no curl");
            }
            return None;
        };
        let text = String::from_utf8(output.stdout).unwrap();
        let (body, status) = text.rsplit_once('\n').unwrap();
        let body = serde_json::from_str(body).unwrap_or_default();
        Some((status.parse().unwrap(), body))
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        let _gone = self.child.kill();
        let _gone = self.child.wait();
    }
}

const KEY: &str = "x-trackstar-api-key: mock-api-key";
const TOKEN: &str = "x-trackstar-access-token: mock-access-token";

#[test]
fn curl_selects_responses_and_deletes_once() {
    let served = Served::start(&[]);
    let delete =
        |more: &[&str]| served.curl("DELETE", "/connections", &[&[KEY, TOKEN], more].concat());
    let Some((status, body)) = delete(&["Prefer: code=403"]) else {
        return;
    };
    assert_eq!(status, 403);
    assert_eq!(
        body["error"],
        "This endpoint is disabled for this connection."
    );
    let (status, body) = delete(&["Prefer: example=none-such"]).unwrap();
    let error =
        json!({"error": "Prefer: the document has no such example here.", "origin": "trackstar"});
    assert_eq!((status, body), (400, error));
    let (status, body) = delete(&[]).unwrap();
    assert_eq!((status, &body["deleted"]), (200, &json!(true)));
    assert_eq!(delete(&[]).unwrap().0, 401);
    let (status, body) = served.curl("DELETE", "/connections", &[KEY]).unwrap();
    assert_eq!(status, 422);
    let missing = json!(["Missing data for required field."]);
    assert_eq!(
        body["detail"]["headers"]["x-trackstar-access-token"],
        missing
    );
}

#[test]
fn curl_selects_an_example_by_name() {
    let folder = crate::support::folder("mock");
    let document = json!({
        "openapi": "3.1.0", "info": {"title": "T", "version": "1"},
        "paths": {"/parcels": {"get": {"summary": "List parcels", "responses": {
            "200": {"description": "All.", "content": {"application/json": {
                "schema": {"type": "array", "items": {"type": "string"}},
                "examples": {"none": {"value": []}, "two": {"value": ["p-1", "p-2"]}},
            }}},
        }}}},
    });
    let document = crate::support::file(&folder, "parcels.json", &document.to_string(), 0o600);
    let served = Served::start(&["--openapi", document.to_str().unwrap()]);
    for (name, expected) in [("none", json!([])), ("two", json!(["p-1", "p-2"]))] {
        let prefer = format!("Prefer: example={name}");
        let Some(found) = served.curl("GET", "/parcels", &[KEY, &prefer]) else {
            return;
        };
        assert_eq!(found, (200, expected));
    }
}
