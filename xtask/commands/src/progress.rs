//! Progress messages on a terminal, for steps that take longer than a moment.

use std::io::{IsTerminal, Write};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

/// The delay before the first message. Shorter steps end before a message could be read.
const PATIENCE: Duration = Duration::from_secs(1);
const STEP: Duration = Duration::from_millis(200);
/// Clears the current line of the terminal.
const CLEAR: &str = "\r\x1b[2K";

#[derive(Debug)]
enum Told {
    Phase(String),
    Bytes(usize),
}

/// A line on the terminal that is removed at the end.
#[derive(Debug, Default)]
pub(crate) struct Progress {
    /// `None` if standard error is not a terminal.
    line: Option<(Sender<Told>, JoinHandle<()>)>,
}

impl Progress {
    /// Returns a progress line on standard error, if that is a terminal.
    pub(crate) fn new() -> Self {
        if std::io::stderr().is_terminal() {
            Self::on(std::io::stderr(), PATIENCE)
        } else {
            Self::default()
        }
    }

    fn on(terminal: impl Write + Send + 'static, patience: Duration) -> Self {
        let (told, heard) = channel();
        let thread = std::thread::spawn(move || show(terminal, patience, &heard));
        Self {
            line: Some((told, thread)),
        }
    }

    /// Begins another phase.
    pub(crate) fn phase(&self, what: impl Into<String>) {
        self.tell(Told::Phase(what.into()));
    }

    /// Reports the number of bytes read in this phase.
    pub(crate) fn bytes(&self, count: usize) {
        self.tell(Told::Bytes(count));
    }

    fn tell(&self, told: Told) {
        if let Some((line, _)) = &self.line {
            // The thread ends if the terminal is gone. Then the message is not needed.
            let _gone = line.send(told);
        }
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        if let Some((line, thread)) = self.line.take() {
            drop(line);
            let _panicked = thread.join();
        }
    }
}

/// Shows messages until the sender or the terminal is gone.
fn show(mut terminal: impl Write, patience: Duration, heard: &Receiver<Told>) {
    let mut draw = |text: &str| write!(terminal, "{CLEAR}{text}").and_then(|()| terminal.flush());
    let (mut phase, mut read) = (String::new(), 0);
    let begun = Instant::now();
    let mut shown: Option<Instant> = None;
    loop {
        match heard.recv_timeout(STEP.min(patience)) {
            Ok(Told::Phase(next)) => (phase, read) = (next, 0),
            Ok(Told::Bytes(count)) => read = count,
            Err(RecvTimeoutError::Timeout) => {}
            Err(RecvTimeoutError::Disconnected) => break,
        }
        let due = shown.is_none_or(|shown| shown.elapsed() >= STEP);
        if begun.elapsed() < patience || !due {
            continue;
        }
        let bytes = match read {
            0 => String::new(),
            read => format!(", {} KiB", read / 1024),
        };
        if draw(&format!("{phase}{bytes} …")).is_err() {
            return;
        }
        shown = Some(Instant::now());
    }
    if shown.is_some() {
        let _gone = draw("");
    }
}

#[cfg(test)]
mod tests {
    use std::sync::{Arc, Mutex};

    use super::*;

    /// A terminal that tests can read.
    #[derive(Clone, Default)]
    struct Terminal(Arc<Mutex<Vec<u8>>>);

    impl Write for Terminal {
        fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
            let mut all = self.0.lock().map_err(|_| std::io::ErrorKind::Other)?;
            all.extend_from_slice(bytes);
            Ok(bytes.len())
        }

        fn flush(&mut self) -> std::io::Result<()> {
            Ok(())
        }
    }

    fn shown(patience: Duration, wait: Duration) -> String {
        let terminal = Terminal::default();
        let progress = Progress::on(terminal.clone(), patience);
        progress.phase("reading");
        progress.bytes(3 << 10);
        std::thread::sleep(wait);
        drop(progress);
        let bytes = terminal.0.lock().map(|bytes| bytes.clone());
        String::from_utf8_lossy(&bytes.unwrap_or_default()).into_owned()
    }

    #[test]
    fn shows_long_steps_and_clears_the_line() {
        let shown = shown(Duration::from_millis(50), Duration::from_millis(400));
        assert!(shown.contains("\r\u{1b}[2Kreading, 3 KiB …"), "{shown:?}");
        assert!(shown.ends_with("…\r\u{1b}[2K"), "{shown:?}");
    }

    #[test]
    fn short_steps_are_not_shown() {
        assert_eq!(shown(Duration::from_secs(9), Duration::from_millis(50)), "");
    }
}
