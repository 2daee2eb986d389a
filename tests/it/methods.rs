//! Retries and outcomes by method. The table follows RFC 9110, section 9.2, and the API's
//! description of its statuses. Tokio's time is paused.

use std::time::Duration;

use trackstar_api::reexports::http_1::Method;
use trackstar_tests::{Fate, FaultServer, builder, connection_of};

use crate::retries::status;

const METHODS: [Method; 6] = [
    Method::GET,
    Method::HEAD,
    Method::PUT,
    Method::DELETE,
    Method::POST,
    Method::PATCH,
];

/// A fault and the number of attempts for each method in the order above. `?` marks an unknown
/// outcome.
type Row = (&'static str, Fate, [&'static str; 6]);

fn rows() -> Vec<Row> {
    let lost = ["3", "3", "3?", "3?", "1?", "1?"];
    let broken = ["1", "1", "1?", "1?", "1?", "1?"];
    let again = ["3"; 6];
    let told = ["1"; 6];
    vec![
        ("closed", Fate::Close(Vec::new()), lost),
        ("reset", Fate::Reset(Vec::new()), lost),
        ("silence", Fate::Hang(Vec::new()), lost),
        ("502", status("502 Bad"), lost),
        ("503", status("503 Busy"), lost),
        ("504", status("504 Late"), lost),
        ("500", status("500 Oops"), broken),
        ("524", status("524 Late"), broken),
        ("429", status("429 Slow\r\nretry-after: 1"), again),
        // A gateway may also send this after the API exceeded a time limit.
        (
            "503 with a wait",
            status("503 Busy\r\nretry-after: 1"),
            lost,
        ),
        (
            "503 with a wait that cannot be read",
            status("503 Busy\r\nretry-after: soon"),
            lost,
        ),
        ("301", status("301 Moved"), broken),
        ("302", status("302 Found"), broken),
        ("307", status("307 Elsewhere"), told),
        ("308", status("308 Elsewhere"), told),
        ("406", status("406 No"), broken),
        ("408", status("408 Late"), broken),
        ("425", status("425 Early"), told),
        ("499", status("499 Gone"), broken),
        ("600", status("600 Odd"), broken),
        ("400", status("400 Bad"), told),
        ("401", status("401 No"), told),
        ("403", status("403 No"), told),
        ("404", status("404 Gone"), told),
        ("409", status("409 No"), told),
        ("422", status("422 No"), told),
        ("501", status("501 Never"), told),
    ]
}

#[tokio::test(start_paused = true)]
async fn retries_and_outcomes_depend_on_the_method() {
    for (name, fate, expected) in rows() {
        for (method, expected) in METHODS.into_iter().zip(expected) {
            let fate = fate.clone();
            let server = FaultServer::always(fate).await.unwrap();
            let client = builder(server.base_url()).unwrap();
            let client = client.attempt_timeout(Duration::from_secs(5)).build();
            let connection = connection_of(&client.unwrap()).unwrap();
            let outcome = connection.request(method.clone(), "/things").send().await;
            let error = outcome.expect_err(name);
            let unknown = if error.outcome_unknown() { "?" } else { "" };
            let found = format!("{}{unknown}", server.arrived());
            assert_eq!(found, expected, "{name}, {method}: {error}");
            let look = error.to_string().contains("check the current state");
            assert_eq!(look, unknown == "?", "{name}, {method}: {error}");
        }
    }
}
