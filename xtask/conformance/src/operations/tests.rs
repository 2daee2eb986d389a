//! A client with a defect falls short, and one without does not: the whole way from plan to report,
//! with a client that is written by hand here.

use std::io::{Read, Write};
use std::net::TcpStream;

use serde_json::Map;

use super::*;
use crate::call::Arguments;
use crate::oracle::{KEY, TOKEN};

const TEXT: &str = "
openapi: 3.1.0
paths:
  /things/{id}:
    put:
      servers: [{url: 'https://things.example'}]
      parameters:
        - {in: path, name: id, required: true, schema: {type: string}}
        - {in: query, name: limit, required: true, schema: {type: integer}}
        - {in: header, name: x-trackstar-access-token, schema: {type: string}}
      requestBody:
        required: true
        content: {application/json: {schema: {$ref: '#/components/schemas/Thing'}}}
      responses:
        '200': {description: d, content: {application/json: {schema: {$ref: '#/components/schemas/Thing'}}}}
  /things:
    get:
      parameters:
        - {in: query, name: state, schema: {type: string}}
        - {in: query, name: page_token, schema: {type: string}}
      responses:
        '200':
          description: d
          content:
            application/json:
              schema:
                type: object
                properties:
                  data: {type: array, items: {$ref: '#/components/schemas/Thing'}}
                  next_token: {type: [string, 'null']}
components:
  schemas:
    Thing:
      type: object
      required: [name]
      properties:
        name: {type: string}
        state: {type: string, enum: [open, shut]}
        note: {type: [string, 'null']}
";

/// What the client does wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Defect {
    None,
    LeavesOutQuery,
    UntoldServer,
    AsksForAnything,
    LosesPath,
    ForgetsToken,
    SendsNullsAsNothing,
    LosesFields,
    RefusesUnknownValues,
    RefusesNull,
    StopsAtThePage,
    ForgetsFilters,
    LacksAnOperation,
    Ends,
}

struct ByHand {
    address: String,
    defect: Defect,
}

impl ByHand {
    fn is(&self, defect: Defect) -> bool {
        self.defect == defect
    }

    fn send(&self, id: &str, arguments: &Arguments) -> std::io::Result<Value> {
        let encoded = |text: &str| {
            percent_encoding::utf8_percent_encode(text, percent_encoding::NON_ALPHANUMERIC)
                .to_string()
        };
        let (method, mut path) = match id {
            "put" => ("PUT", "/things/".to_owned()),
            _ => ("GET", "/things".to_owned()),
        };
        if let Some(Value::String(id)) = arguments.path.get("id")
            && !self.is(Defect::LosesPath)
        {
            path += &encoded(id);
        }
        let mut query: Vec<String> = Vec::new();
        for (name, value) in &arguments.query {
            let value = encoded(&crate::call::text(value).unwrap_or_default());
            if !self.is(Defect::LeavesOutQuery) {
                query.push(format!("{}={value}", encoded(name)));
            }
        }
        let accept = if self.is(Defect::AsksForAnything) {
            "*/*"
        } else {
            "application/json"
        };
        let token = match id {
            "put" if !self.is(Defect::ForgetsToken) => {
                format!("x-trackstar-access-token: {TOKEN}\r\n")
            }
            _ => String::new(),
        };
        let body = arguments.body.as_ref().map(|body| {
            let mut fields = body.as_object().cloned().unwrap_or_default();
            fields.retain(|_, value| !(self.is(Defect::SendsNullsAsNothing) && value.is_null()));
            Value::Object(fields).to_string()
        });
        let body = body.unwrap_or_default();
        let mut stream = TcpStream::connect(&self.address)?;
        write!(
            stream,
            "{method} {path}?{} HTTP/1.1\r\nhost: here\r\nconnection: close\r\nx-trackstar-api-key: \
             {KEY}\r\n{token}accept: {accept}\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\r\n{body}",
            query.join("&"),
            body.len()
        )?;
        let mut answer = String::new();
        stream.read_to_string(&mut answer)?;
        let (_, body) = answer.split_once("\r\n\r\n").unwrap_or_default();
        Ok(serde_json::from_str(body)?)
    }

    fn read(&self, answer: Value) -> CallResult {
        let text = answer.to_string();
        if self.is(Defect::RefusesUnknownValues) && text.contains("a value unknown") {
            return CallResult::Error("unknown variant".to_owned());
        }
        if self.is(Defect::RefusesNull) && text.contains("\"state\":null") {
            return CallResult::Error("null".to_owned());
        }
        let mut answer = answer;
        if self.is(Defect::LosesFields)
            && let Some(fields) = answer.as_object_mut()
        {
            fields.remove("note");
        }
        CallResult::Value(answer)
    }
}

impl Calls for ByHand {
    fn listed(&self) -> anyhow::Result<Vec<ListedOperation>> {
        let one = |id: &str, method: &str, path: &str, paged| ListedOperation {
            id: id.to_owned(),
            method: method.to_owned(),
            path: path.to_owned(),
            paged,
        };
        let mut all = vec![one("list", "GET", "/things", true)];
        if !self.is(Defect::LacksAnOperation) {
            all.push(one("put", "PUT", "/things/{id}", false));
        }
        Ok(all)
    }

    fn call(&mut self, id: &str, arguments: &Arguments, all: bool) -> anyhow::Result<CallResult> {
        if self.is(Defect::Ends) {
            return Ok(CallResult::Ended("panicked".to_owned()));
        }
        let mut answer = self.send(id, arguments)?;
        if !all {
            return Ok(self.read(answer));
        }
        let mut items = Vec::new();
        loop {
            items.extend(answer["data"].as_array().cloned().unwrap_or_default());
            let token = answer["next_token"].clone();
            if token.is_null() || self.is(Defect::StopsAtThePage) {
                return Ok(CallResult::Value(items.into()));
            }
            let mut next = arguments.clone();
            if self.is(Defect::ForgetsFilters) {
                next.query = Map::new();
            }
            next.query.insert("page_token".to_owned(), token);
            answer = self.send(id, &next)?;
        }
    }
}

fn report_with(defect: Defect) -> Report {
    let document = crate::document::read("t.yaml", TEXT).expect("a document");
    let published = Published::new(document).expect("schemas");
    let mock = Mock::start().expect("a server");
    let address = mock.base_url().replace("http://", "");
    let mut run = TestRun {
        client: ByHand { address, defect },
        mock,
        published: &published,
        report: Report::default(),
    };
    let note = Note {
        pointer: "/paths/~1things~1{id}/put".to_owned(),
        text: "PUT /things/{id} is omitted: there is no code for it".to_owned(),
    };
    let server = Note {
        pointer: "/paths/~1things~1{id}/put/servers".to_owned(),
        text: "PUT /things/{id} is not sent to https://things.example".to_owned(),
    };
    let mut notes = vec![note, server];
    notes.truncate(if defect == Defect::UntoldServer { 1 } else { 2 });
    run.operations(&notes, &mut |_| {}).expect("calls");
    run.report
}

#[test]
fn accepts_a_client_without_defects() {
    let report = report_with(Defect::None);
    assert_eq!(report.failures, []);
    assert_eq!(report.skipped, [""; 0]);
    assert_eq!((report.called, report.operations), (2, 2));
    assert!(report.calls > 15 && report.decoded > 10, "{report:?}");
}

#[test]
fn reports_kind_and_location_of_each_defect() {
    for (defect, kind, place) in [
        (Defect::LeavesOutQuery, FailureKind::Request, "query limit"),
        (Defect::LosesPath, FailureKind::Request, "path"),
        (Defect::UntoldServer, FailureKind::Request, "server"),
        (
            Defect::AsksForAnything,
            FailureKind::Request,
            "header accept",
        ),
        (
            Defect::ForgetsToken,
            FailureKind::Request,
            "header x-trackstar-access-token",
        ),
        (
            Defect::SendsNullsAsNothing,
            FailureKind::Request,
            "body/note",
        ),
        (Defect::LosesFields, FailureKind::Value, "/note"),
        (Defect::RefusesUnknownValues, FailureKind::Response, ""),
        (Defect::RefusesNull, FailureKind::Response, "/state"),
        (Defect::StopsAtThePage, FailureKind::Value, "/data"),
        (Defect::ForgetsFilters, FailureKind::Request, "query state"),
        (Defect::LacksAnOperation, FailureKind::Absent, ""),
        (Defect::Ends, FailureKind::Call, ""),
    ] {
        let report = report_with(defect);
        let found = report.failures.iter();
        let found = found
            .filter(|it| it.kind == kind && it.place == place)
            .count();
        assert!(found > 0, "{defect:?} is not among {:#?}", report.failures);
    }
    let report = report_with(Defect::LacksAnOperation);
    assert_eq!(report.called, 1);
    let text = &report.failures[0].text;
    assert!(text.contains("no code for it"), "{text}");
}
