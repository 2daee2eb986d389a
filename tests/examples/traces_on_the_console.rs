//! Prints spans and events to the console and counts metrics.
//!
//! ```sh
//! cargo run --example traces_on_the_console
//! ```

#![allow(clippy::print_stdout, reason = "the example prints to the terminal")]

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use tracing_subscriber::filter::Targets;
use tracing_subscriber::fmt::format::FmtSpan;
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;
use trackstar_api::mock::{Answer, MockServer};
use trackstar_api::prelude::*;
use trackstar_api::{Event, EventKind, Metrics};

/// Counts events. A real service would use a metrics library for this.
#[derive(Clone, Default)]
struct Counters(Arc<Mutex<BTreeMap<String, u32>>>);

impl Metrics for Counters {
    fn count(&self, event: &Event<'_>) {
        let name = match &event.kind {
            EventKind::Call { outcome, .. } => format!("call, {outcome:?}"),
            EventKind::Attempt { status, .. } => match status {
                Some(status) => format!("attempt, {}", status.as_u16()),
                None => "attempt, no response".to_owned(),
            },
            EventKind::Wait { reason, .. } => format!("wait, {reason:?}"),
            EventKind::Drift { drift, .. } => format!("drift, {drift}"),
            _ => return,
        };
        if let Ok(mut counts) = self.0.lock() {
            *counts.entry(name).or_default() += 1;
        }
    }
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    // This prints events, as well as spans when they are closed. None of them contain credentials,
    // bodies or parameter values.
    let console = tracing_subscriber::fmt::layer()
        .with_span_events(FmtSpan::CLOSE)
        .with_ansi(false);
    tracing_subscriber::registry()
        .with(console)
        .with(Targets::new().with_target("trackstar_api", tracing::Level::DEBUG))
        .init();

    let server = MockServer::start().await?;
    // At first, there is an error from a gateway. After that, the API is busy.
    server.script(
        "delete_connection",
        [
            Answer::status(502),
            Answer::status(429).header("retry-after", "1"),
            Answer::documented(),
        ],
    )?;
    let counters = Counters::default();
    let client = server.client_builder()?.metrics(counters.clone()).build()?;
    let connection = client.connection(server.new_token()?).label("acme");
    let deleted = connection.delete_connection().send().await?;
    println!(
        "{} is gone (request {:?})",
        deleted.id,
        deleted.request_id()
    );

    let counts = counters.0.lock().map_err(|_| "a counter panicked")?;
    for (name, count) in &*counts {
        println!("{count:3}  {name}");
    }
    Ok(())
}
