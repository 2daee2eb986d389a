//! Handles the signals that end the program.

use std::sync::mpsc::channel;
use std::thread;
use std::time::Duration;

use super::exit::Exit;

/// Grace period before the program is forced to exit.
const PATIENCE: Duration = Duration::from_secs(1);

/// Waits for the first signal.
pub(super) async fn interrupted() -> Exit {
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        if let Ok(mut terminated) = signal(SignalKind::terminate()) {
            return tokio::select! {
                exit = ctrl_c() => exit,
                _ = terminated.recv() => Exit::Terminated,
            };
        }
    }
    ctrl_c().await
}

async fn ctrl_c() -> Exit {
    if tokio::signal::ctrl_c().await.is_err() {
        // Listening failed, so the default action of the signal applies and ends the program.
        std::future::pending::<()>().await;
    }
    Exit::Interrupted
}

/// Forces the program to exit if it does not end after a signal. It may be blocked by a reader that does not drain
/// its output, and a signal handler disables the default action. `tell` reports the known outcome first.
pub(super) fn insist(tell: impl FnOnce(Exit) + Send + 'static) {
    thread::spawn(move || {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build();
        let Ok(runtime) = runtime else {
            return;
        };
        let exit = runtime.block_on(interrupted());
        thread::sleep(PATIENCE);
        // Standard error may be blocked as well, so do not wait for the report indefinitely.
        let (told, wait) = channel::<()>();
        thread::spawn(move || {
            tell(exit);
            drop(told);
        });
        let _told_or_not = wait.recv_timeout(PATIENCE);
        std::process::exit(exit.code().into());
    });
}
