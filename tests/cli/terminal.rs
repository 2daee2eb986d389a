//! A simulated terminal that types and reads the screen like a person.

use std::io::{Read, Write};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::time::Duration;

use portable_pty::{Child, CommandBuilder, MasterPty, PtySize, native_pty_system};
use trackstar_tests::{ACCESS_TOKEN, API_KEY};

use crate::support::{PROGRAM, assert_clean, folder};

/// Timeout for output that is expected but may never arrive.
const NEVER: Duration = Duration::from_secs(60);

/// The program, running on a pseudoterminal.
pub(crate) struct Terminal {
    child: Box<dyn Child + Send + Sync>,
    input: Box<dyn Write + Send>,
    output: Receiver<Vec<u8>>,
    screen: vt100::Parser,
    /// Raw output, including escape sequences.
    pub(crate) raw: Vec<u8>,
    _master: Box<dyn MasterPty + Send>,
}

impl Terminal {
    pub(crate) fn open(columns: u16, arguments: &[&str], variables: &[(&str, &str)]) -> Self {
        Self::run("exec \"$0\" \"$@\"", columns, arguments, variables)
    }

    /// Runs a shell script with the program as `$0`, followed by its arguments.
    pub(crate) fn run(
        script: &str,
        columns: u16,
        arguments: &[&str],
        variables: &[(&str, &str)],
    ) -> Self {
        let size = PtySize {
            rows: 40,
            cols: columns,
            pixel_width: 0,
            pixel_height: 0,
        };
        let pair = native_pty_system().openpty(size).unwrap();
        // On Ctrl-C a terminal discards pending output after it sends the signal, which would occasionally lose the
        // program's message. `noflsh` disables this.
        let mut command = CommandBuilder::new("/bin/sh");
        command.args(["-c", &format!("stty noflsh && {script}"), PROGRAM]);
        command.args(arguments);
        command.env_clear();
        if let Some(path) = std::env::var_os("PATH") {
            command.env("PATH", path);
        }
        let home = folder("home").to_string_lossy().into_owned();
        let own = [
            ("HOME", home.as_str()),
            ("XDG_CONFIG_HOME", home.as_str()),
            ("TERM", "xterm-256color"),
            ("TRACKSTAR_API_KEY", API_KEY),
            ("TRACKSTAR_ACCESS_TOKEN", ACCESS_TOKEN),
        ];
        for (name, value) in own.iter().chain(variables) {
            command.env(name, value);
        }
        let child = pair.slave.spawn_command(command).unwrap();
        // Close the slave, because otherwise the terminal would never reach end of file.
        drop(pair.slave);
        let mut reader = pair.master.try_clone_reader().unwrap();
        let (sender, output) = channel();
        std::thread::spawn(move || {
            let mut chunk = [0; 4096];
            while let Ok(count @ 1..) = reader.read(&mut chunk) {
                if sender.send(chunk[..count].to_vec()).is_err() {
                    break;
                }
            }
        });
        Self {
            child,
            input: pair.master.take_writer().unwrap(),
            output,
            screen: vt100::Parser::new(40.try_into().unwrap(), columns.try_into().unwrap(), 0),
            raw: Vec::new(),
            _master: pair.master,
        }
    }

    pub(crate) fn screen(&self) -> String {
        self.screen.screen().contents()
    }

    /// Waits until the text is on the screen.
    pub(crate) fn until(&mut self, text: &str) {
        while !self.screen().contains(text) {
            assert!(self.more(), "`{text}` never came: {}", self.screen());
        }
    }

    pub(crate) fn type_in(&mut self, keys: &str) {
        self.input.write_all(keys.as_bytes()).unwrap();
        self.input.flush().unwrap();
    }

    /// Waits for the program to exit, and returns its exit code.
    pub(crate) fn end(&mut self) -> u32 {
        while self.more() {}
        assert_clean(&String::from_utf8_lossy(&self.raw));
        self.child.wait().unwrap().exit_code()
    }

    fn more(&mut self) -> bool {
        match self.output.recv_timeout(NEVER) {
            Ok(chunk) => {
                self.screen.process(&chunk);
                self.raw.extend(chunk);
                true
            }
            Err(RecvTimeoutError::Disconnected) => false,
            Err(RecvTimeoutError::Timeout) => panic!("nothing comes any more: {}", self.screen()),
        }
    }
}

/// Kills the program, which would otherwise wait forever after a failed test.
impl Drop for Terminal {
    fn drop(&mut self) {
        let _gone = self.child.kill();
    }
}
