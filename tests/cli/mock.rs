//! Tests of `trackstar mock`, called as programs in other languages call it.

use std::io::{BufRead as _, BufReader};
use std::process::{Child, Command, Stdio};

use serde_json::{Value, json};

use crate::support::{Program, document};

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
        let text = printed("curl", curl.arg(format!("{}{path}", self.address)))?;
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

/// Returns the standard output of a program. Returns `None` if the program is not installed.
fn printed(name: &str, command: &mut Command) -> Option<String> {
    let Ok(output) = command.stderr(Stdio::inherit()).output() else {
        #[expect(clippy::print_stderr, reason = "readers of the output have to know")]
        {
            eprintln!("skipped: there is no {name}");
        }
        return None;
    };
    assert!(output.status.success(), "{name}: {}", output.status);
    Some(String::from_utf8(output.stdout).unwrap())
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

/// Deletes the connection at the address in its argument three times, and prints the status and the body of each
/// response. An environment with a proxy must not matter.
const PYTHON: &str = r#"
import json, sys, urllib.error, urllib.request

opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))

def delete(**more):
    headers = {"x-trackstar-api-key": "mock-api-key", "x-trackstar-access-token": "mock-access-token", **more}
    request = urllib.request.Request(sys.argv[1] + "/connections", headers=headers, method="DELETE")
    try:
        response = opener.open(request, timeout=30)
    except urllib.error.HTTPError as error:
        response = error
    return [response.getcode(), json.load(response)]

print(json.dumps([delete(Prefer="code=403"), delete(), delete()]))
"#;

#[test]
fn python_selects_responses_and_deletes_once() {
    let served = Served::start(&[]);
    let mut python = Command::new("python3");
    let Some(text) = printed("python3", python.args(["-c", PYTHON, &served.address])) else {
        return;
    };
    let found: Value = serde_json::from_str(&text).unwrap();
    let statuses: Vec<&Value> = found.as_array().unwrap().iter().map(|it| &it[0]).collect();
    assert_eq!(statuses, [403, 200, 401], "{found}");
    let disabled = "This endpoint is disabled for this connection.";
    assert_eq!(found[0][1]["error"], disabled);
    assert_eq!(found[1][1]["deleted"], json!(true));
    assert!(found[2][1]["error"].is_string(), "{found}");
}

#[test]
fn curl_selects_an_example_by_name() {
    let folder = crate::support::folder("mock");
    let document = document(
        &json!({"/parcels": {"get": {"summary": "List parcels", "responses": {
            "200": {"description": "All.", "content": {"application/json": {
                "schema": {"type": "array", "items": {"type": "string"}},
                "examples": {"none": {"value": []}, "two": {"value": ["p-1", "p-2"]}},
            }}},
        }}}}),
    );
    let document = crate::support::file(&folder, "parcels.json", &document, 0o600);
    let served = Served::start(&["--openapi", document.to_str().unwrap()]);
    for (name, expected) in [("none", json!([])), ("two", json!(["p-1", "p-2"]))] {
        let prefer = format!("Prefer: example={name}");
        let Some(found) = served.curl("GET", "/parcels", &[KEY, &prefer]) else {
            return;
        };
        assert_eq!(found, (200, expected));
    }
}
