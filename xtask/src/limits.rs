//! Options that limit what a verb reads.

use std::time::Duration;

use anyhow::Context;
use clap::Args;

use crate::sources::{Deadline, Limits};

/// The limits of a verb that reads documents from untrusted sources.
#[derive(Clone, Copy, Debug, Args)]
pub(crate) struct LimitOptions {
    /// Give up after this many seconds, before anything is written [default: 180]
    #[arg(long, value_name = "SECONDS", value_parser = seconds)]
    timeout: Option<Duration>,
    /// Reject documents that are larger than this number of bytes [default: 64 MiB]
    #[arg(long, value_name = "BYTES", default_value_t = Limits::BYTES, hide_default_value = true)]
    max_bytes: u64,
}

impl LimitOptions {
    /// Returns the limits. The time of the command begins now.
    pub(crate) fn start(self) -> Limits {
        Limits {
            bytes: self.max_bytes,
            deadline: Deadline::after(self.timeout.unwrap_or(Deadline::DEFAULT)),
        }
    }
}

fn seconds(text: &str) -> anyhow::Result<Duration> {
    let seconds = text.parse().ok().filter(|seconds| *seconds > 0.0);
    let duration = seconds.and_then(|seconds| Duration::try_from_secs_f64(seconds).ok());
    duration.context("use a number of seconds, such as 60")
}
