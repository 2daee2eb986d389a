//! Reading files as sources.

use std::fs::File;
use std::path::Path;
use std::sync::mpsc::{RecvTimeoutError, channel};

use anyhow::anyhow;

use super::{Cap, Deadline};
use crate::progress::Progress;

/// Reads a file.
///
/// It is opened and read on a thread of its own: the writer of a pipe may never write, and a file may be
/// on a file system that does not answer. A thread that is still reading at the deadline ends with the
/// process.
pub(super) fn read(path: &Path, cap: Cap, deadline: Deadline) -> anyhow::Result<Vec<u8>> {
    let left = deadline.left()?;
    let (send, read) = channel();
    let path = path.to_owned();
    std::thread::spawn(move || {
        let open = File::open(path).map_err(anyhow::Error::from);
        // Nobody may be left to take it.
        let _late = send.send(open.and_then(|file| cap.read(file, &Progress::default())));
    });
    read.recv_timeout(left).map_err(|error| match error {
        RecvTimeoutError::Timeout => deadline.passed(),
        RecvTimeoutError::Disconnected => anyhow!("the thread that read it has failed; try again"),
    })?
}
