//! Reads files as sources.

use std::fs::File;
use std::path::Path;
use std::sync::mpsc::{RecvTimeoutError, channel};

use anyhow::anyhow;

use super::cap::Cap;
use super::deadline::Deadline;
use crate::progress::Progress;

/// Reads a file.
///
/// A separate thread opens and reads it, because the writer of a pipe may never write, and a file system
/// may not respond. A thread that is still reading at the deadline ends with the process.
pub(super) fn read(path: &Path, cap: Cap, deadline: Deadline) -> anyhow::Result<Vec<u8>> {
    let left = deadline.left()?;
    let (send, read) = channel();
    let path = path.to_owned();
    std::thread::spawn(move || {
        let open = File::open(path).map_err(anyhow::Error::from);
        // The receiver is gone if the deadline has passed.
        let _late = send.send(open.and_then(|file| cap.read(file, &Progress::default())));
    });
    read.recv_timeout(left).map_err(|error| match error {
        RecvTimeoutError::Timeout => deadline.passed(),
        RecvTimeoutError::Disconnected => anyhow!("the thread that read it has failed; try again"),
    })?
}
