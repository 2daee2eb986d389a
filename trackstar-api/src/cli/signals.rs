//! The signals that end the program.

use super::exit::Exit;

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
