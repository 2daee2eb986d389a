//! Handles the signals that end the program.

use std::sync::mpsc::channel;
use std::thread;
use std::time::Duration;

use super::exit::Exit;

/// The grace period before we force the program to exit.
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
        // If we can't listen for signals, the default action applies.
        std::future::pending::<()>().await;
    }
    Exit::Interrupted
}

/// Forces the program to exit if it doesn't do so on its own after a signal.
///
/// This is needed because it might be blocked by whoever reads its output, and there is no default
/// action once we've installed a signal handler. Before exiting, `tell` reports what we know about
/// the outcome.
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
        // Standard error might be blocked too, so don't wait forever.
        let (told, wait) = channel::<()>();
        thread::spawn(move || {
            tell(exit);
            drop(told);
        });
        let _told_or_not = wait.recv_timeout(PATIENCE);
        std::process::exit(exit.code().into());
    });
}
