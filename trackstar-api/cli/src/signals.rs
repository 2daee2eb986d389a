//! The signals that end the program.

use std::sync::mpsc::channel;
use std::thread;
use std::time::Duration;

use super::exit::Exit;

/// So long the program has to end by itself.
const PATIENCE: Duration = Duration::from_secs(1);

/// Waits for the first of them.
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
        // It cannot be listened for, so the system ends the program by itself.
        std::future::pending::<()>().await;
    }
    Exit::Interrupted
}

/// Ends the program where a signal has come and it does not end by itself: it may be held up by a
/// reader that takes nothing from it, and whoever listens for a signal has taken from the system the
/// power to end it. `tell` says beforehand what is known.
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
        // Nobody may be reading that, either.
        let (told, wait) = channel::<()>();
        thread::spawn(move || {
            tell(exit);
            drop(told);
        });
        let _told_or_not = wait.recv_timeout(PATIENCE);
        std::process::exit(exit.code().into());
    });
}
