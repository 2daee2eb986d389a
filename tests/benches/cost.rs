//! Compares the client with the same requests written by hand on reqwest: instructions and
//! allocations per request, and the throughput of 64 concurrent callers.
//!
//! ```sh
//! cargo bench --package trackstar-benches --bench cost
//! ```
//!
//! Callgrind and dhat count the instructions and allocations of a separate process. The result is
//! the difference between many requests and few. Without valgrind, the benchmark skips them and
//! reports that.

#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a benchmark that cannot run has nothing to report, and one that can, prints"
)]

mod hand;

use std::process::Command;
use std::time::{Duration, Instant};

use hand::{by_hand, server};
use tokio::task::JoinSet;
use trackstar_api::prelude::*;

const FEW: u32 = 200;
const MANY: u32 = 1200;
const CALLERS: usize = 64;
const EACH: u32 = 200;
const ROUNDS: usize = 31;

fn main() {
    let arguments: Vec<String> = std::env::args().collect();
    if let [_, mark, who, count, base_url] = arguments.as_slice()
        && mark == "--child"
    {
        return child(who, count.parse().unwrap(), base_url);
    }
    counts();
    throughput();
}

/// Runs in a child process under callgrind or dhat.
fn child(who: &str, count: u32, base_url: &str) {
    let runtime = hand::runtime();
    runtime.block_on(async {
        let (http, connection) = (hand::http(), hand::connection(base_url, "token"));
        for _ in 0..count {
            if who == "hand" {
                by_hand(&http, base_url).await;
            } else {
                connection.delete_connection().send().await.unwrap();
            }
        }
    });
}

/// Maximum instructions per request, in percent of those by hand.
const MOST_INSTRUCTIONS: u64 = 98;
/// Maximum allocations per request.
const MOST_ALLOCATIONS: u64 = 45;

fn counts() {
    if Command::new("valgrind").arg("--version").output().is_err() {
        println!("instructions and allocations: SKIPPED, valgrind is not installed");
        return;
    }
    let [hand, client] = ["hand", "client"].map(|who| of_one(who, instructions));
    println!(
        "instructions of one request: by hand {hand}, by the client {client}{}",
        ratio(client, hand)
    );
    assert!(
        client * 100 <= hand * MOST_INSTRUCTIONS,
        "the client costs more than {MOST_INSTRUCTIONS} % of reqwest by hand"
    );
    let [hand, client] = ["hand", "client"].map(|who| of_one(who, allocations));
    println!("allocations of one request: by hand {hand}, by the client {client}");
    assert!(
        client <= MOST_ALLOCATIONS,
        "the client allocates more than {MOST_ALLOCATIONS} times"
    );
}

/// Returns the increase of a count per request, rounded to the nearest integer.
fn of_one(who: &str, counted: fn(&str, u32) -> u64) -> u64 {
    let [few, many] = [FEW, MANY].map(|requests| counted(who, requests));
    let requests = u64::from(MANY - FEW);
    (many.saturating_sub(few) + requests / 2) / requests
}

fn instructions(who: &str, requests: u32) -> u64 {
    let options = ["--tool=callgrind", "--callgrind-out-file=/dev/null"];
    let text = under_valgrind(&options, who, requests);
    let number = text.split_once("Collected : ").map(|(_, number)| number);
    let number = number.and_then(|number| number.lines().next()?.trim().parse().ok());
    number.unwrap_or_else(|| panic!("callgrind failed: {text}"))
}

/// Counts allocated blocks. Reallocations are not counted.
fn allocations(who: &str, requests: u32) -> u64 {
    let options = [
        "--tool=dhat",
        "--dhat-out-file=/dev/null",
        "--trace-malloc=yes",
    ];
    let text = under_valgrind(&options, who, requests);
    let makes = |line: &&str| {
        [" malloc(", " calloc(", " memalign("]
            .iter()
            .any(|it| line.contains(it))
    };
    let made = text.lines().filter(makes).count();
    assert!(made > 0, "dhat failed: {text}");
    u64::try_from(made).unwrap()
}

fn under_valgrind(options: &[&str], who: &str, requests: u32) -> String {
    let output = Command::new("valgrind")
        .args(options)
        .arg(std::env::current_exe().unwrap())
        .args(["--child", who, &requests.to_string(), server()])
        .output()
        .unwrap();
    String::from_utf8_lossy(&output.stderr).into_owned()
}

/// Measures both in alternating rounds, so that a slow machine affects both. Prints the median of
/// the rounds' ratios.
fn throughput() {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .unwrap();
    let (mut hand, mut client) = (Vec::new(), Vec::new());
    for round in 0..=ROUNDS {
        // The order alternates.
        let first = runtime.block_on(by_all(round % 2 == 0));
        let second = runtime.block_on(by_all(round % 2 == 1));
        let taken = if round % 2 == 0 {
            [first, second]
        } else {
            [second, first]
        };
        // The first round warms up.
        if round > 0 {
            hand.push(taken[0]);
            client.push(taken[1]);
        }
    }
    let thousandths = hand.iter().zip(&client);
    let thousandths =
        thousandths.map(|(hand, client)| hand.as_micros() * 1000 / client.as_micros());
    let mut thousandths: Vec<u128> = thousandths.collect();
    thousandths.sort_unstable();
    let median = thousandths[thousandths.len() / 2];
    println!(
        "throughput of {CALLERS} callers, by the client against by hand: {}.{} %",
        median / 10,
        median % 10
    );
}

async fn by_all(hand: bool) -> Duration {
    let http = hand::http();
    let client = hand::connection(server(), "token");
    let began = Instant::now();
    let mut tasks = JoinSet::new();
    for _ in 0..CALLERS {
        let (http, client) = (http.clone(), client.clone());
        tasks.spawn(async move {
            for _ in 0..EACH {
                if hand {
                    by_hand(&http, server()).await;
                } else {
                    client.delete_connection().send().await.unwrap();
                }
            }
        });
    }
    while let Some(done) = tasks.join_next().await {
        done.unwrap();
    }
    began.elapsed()
}

fn ratio(client: u64, hand: u64) -> String {
    format!(" ({}.{} %)", client * 100 / hand, client * 1000 / hand % 10)
}
