//! Blocking calls, for programs and threads without an async runtime.
//!
//! To use this, call `send_blocking` instead of `send`. It works for every operation. There is no
//! separate blocking client. You can use the same [`Client`](crate::Client) for both kinds of
//! calls, even at the same time, and they share its rate limits, retry budgets and middleware.
//!
//! ```no_run
//! use trackstar_api::prelude::*;
//! use trackstar_api::{AccessToken, ApiKey, Client};
//!
//! fn main() -> Result<(), trackstar_api::Error> {
//!     let client = Client::new(ApiKey::from_env()?)?;
//!     let connection = client.connection(AccessToken::new("the connection's token")?);
//!     let deleted = connection.delete_connection().send_blocking()?;
//!     println!("{} is gone (request {:?})", deleted.id, deleted.request_id());
//!     Ok(())
//! }
//! ```
//!
//! To get a blocking iterator over a list, use `.stream().blocking()` or `.pages().blocking()`. It
//! requests one page at a time. For custom requests, there are [`Request::send_blocking`] and
//! [`Request::send_json_blocking`].
//!
//! ```
//! # use trackstar_api::prelude::*;
//! # use trackstar_api::{AccessToken, ApiKey, Client, RetryPolicy};
//! // Nobody listens there.
//! let client = Client::builder(ApiKey::new("key-1")?).base_url("http://127.0.0.1:9")?;
//! let client = client.retries(RetryPolicy::never()).build()?;
//! let threads = ["token-1", "token-2"].map(|token| {
//!     let connection = client.connection(AccessToken::new(token).expect("a token"));
//!     std::thread::spawn(move || connection.delete_connection().send_blocking())
//! });
//! for thread in threads {
//!     let error = thread.join().expect("no panic").unwrap_err();
//!     assert!(error.is_connect(), "{error}");
//! }
//! # Ok::<(), trackstar_api::Error>(())
//! ```
//!
//! # Threads
//!
//! The call itself runs on your thread, and so does your middleware. (It's safe for middleware to
//! panic.) However, the connections of all blocking calls are driven by a background thread named
//! `trackstar-http`. The first call starts it, and it keeps running until the process exits. If
//! your program uses `fork`, don't make any calls before that, because the child won't have this
//! thread.
//!
//! Blocking calls don't share a connection pool with async ones. Otherwise they might use a
//! connection that belongs to a runtime which is currently blocked.
//!
//! # Using this in async code
//!
//! It is possible to make a blocking call inside of an async runtime, but other tasks on the same
//! thread have to wait for it. For a current-thread runtime, this means all tasks. It's usually
//! better to use `send().await`, or to wrap the call in `tokio::task::spawn_blocking`.

use std::future::Future;
use std::iter::FusedIterator;
use std::pin::{Pin, pin};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, OnceLock, PoisonError, mpsc};
use std::task::{Context, Poll, Wake, Waker};
use std::thread::{self, Thread};

use futures_core::Stream;
use serde::de::DeserializeOwned;
use tokio::runtime::{self, Handle};

use crate::call::Sends;
use crate::call::request::Request;
use crate::call::response::Response;
use crate::error::Error;
use crate::pages::{Checkpoint, Items, Page, Pages};
use crate::transport::Waits;
#[cfg(test)]
use crate::transport::waits;

/// The name of the background thread. Tools tend to truncate these after 15 bytes.
const THREAD: &str = "trackstar-http";

/// Adds `send_blocking` to the calls of all operations.
pub trait SendBlocking: Sends {
    /// Sends the call and blocks until it completes. See the [module documentation](self) for
    /// details.
    ///
    /// # Errors
    ///
    /// This fails in the same cases as `send`.
    fn send_blocking(self) -> Result<Response<Self::Output>, Error>
    where
        Self: Sized,
    {
        wait(self.sends())
    }
}

impl<C: Sends> SendBlocking for C {}

impl Request {
    /// Like [`send`](Self::send), but blocks the current thread. See [`blocking`](crate::blocking).
    ///
    /// ```no_run
    /// # use trackstar_api::prelude::*;
    /// # use trackstar_api::reexports::http_1::Method;
    /// # fn example(connection: &trackstar_api::Connection) -> Result<(), trackstar_api::Error> {
    /// let label = connection.request(Method::GET, "/wms/labels/l-1").send_blocking()?;
    /// println!("{} bytes", label.len());
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// This fails in the same cases as [`send`](Self::send).
    pub fn send_blocking(self) -> Result<Response<Vec<u8>>, Error> {
        wait(self.send())
    }

    /// Like [`send_json`](Self::send_json), but blocks the current thread. See
    /// [`blocking`](crate::blocking).
    ///
    /// # Errors
    ///
    /// This fails in the same cases as [`send_json`](Self::send_json).
    pub fn send_json_blocking<T: DeserializeOwned>(self) -> Result<Response<T>, Error> {
        wait(self.send_json())
    }
}

/// Blocks the current thread until `future` completes.
///
/// Since we poll the future right here, it doesn't have to be `Send` or `'static`. Connections,
/// timers and name resolution always use the runtime of the background thread, even if this thread
/// belongs to another one.
pub(crate) fn wait<T>(future: impl Future<Output = Result<T, Error>>) -> Result<T, Error> {
    let runtime = runtime()?;
    let _entered = runtime.enter();
    let _waits = Waits::begin();
    // We might be inside a task, where tokio makes futures yield once the cooperative budget is
    // used up. That would never end here, since we're blocking the task.
    let (output, waited) = block_on(tokio::task::unconstrained(future));
    if waited {
        // The connection goes back to the pool shortly after we get the response. Give the
        // background thread a chance to do that. Otherwise, the next call would have to open a new
        // one.
        let settled = runtime.spawn(tokio::task::yield_now());
        let _settled = block_on(tokio::task::unconstrained(settled));
    }
    output
}

/// Returns the runtime of the background thread, starting it if necessary.
///
/// We don't cache errors, since there might be enough resources for a new thread next time.
fn runtime() -> Result<&'static Handle, Error> {
    static RUNTIME: OnceLock<Handle> = OnceLock::new();
    static STARTS: Mutex<()> = Mutex::new(());
    if let Some(handle) = RUNTIME.get() {
        return Ok(handle);
    }
    let _starts = STARTS.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(handle) = RUNTIME.get() {
        return Ok(handle);
    }
    let thread = thread::Builder::new().name(THREAD.to_owned());
    let handle = start(thread).map_err(|error| {
        Error::config(format!(
            "failed to start the thread for blocking calls ({error}): raise the limit of threads \
             or open files, or try again later"
        ))
    })?;
    Ok(RUNTIME.get_or_init(|| handle))
}

fn start(thread: thread::Builder) -> std::io::Result<Handle> {
    let (told, hears) = mpsc::channel();
    // If we created the runtime out here and then couldn't start the thread, we'd have to drop it,
    // which panics inside of another runtime.
    let run = move || {
        // The effect of `enable_all` depends on reqwest's features, but sockets and timers are
        // always enabled.
        let mut builder = runtime::Builder::new_current_thread();
        match builder.enable_all().thread_name(THREAD).build() {
            Ok(runtime) => {
                // The receiver is waiting for this, so it can't fail.
                let _heard = told.send(Ok(runtime.handle().clone()));
                runtime.block_on(std::future::pending::<()>());
            }
            Err(error) => drop(told.send(Err(error))),
        }
    };
    // We never join this thread. It lives until the process exits, which doesn't wait for it.
    thread.spawn(run)?;
    let gone = |_| std::io::Error::other("it ended at once");
    hears.recv().map_err(gone)?
}

/// A waker that unparks a thread.
struct Wakes {
    thread: Thread,
    /// We can't rely on the thread's own token, since other code might consume it.
    woken: AtomicBool,
}

impl Wake for Wakes {
    fn wake(self: Arc<Self>) {
        self.wake_by_ref();
    }

    fn wake_by_ref(self: &Arc<Self>) {
        self.woken.store(true, Ordering::Release);
        self.thread.unpark();
    }
}

/// Polls `future` on the current thread until it completes. This also returns whether the thread
/// had to wait. Unlike tokio's own `block_on`, this works inside of a runtime.
fn block_on<F: Future>(future: F) -> (F::Output, bool) {
    let mut future = pin!(future);
    let parked = Arc::new(Wakes {
        thread: thread::current(),
        woken: AtomicBool::new(false),
    });
    let waker = Waker::from(Arc::clone(&parked));
    let mut context = Context::from_waker(&waker);
    let mut waited = false;
    loop {
        if let Poll::Ready(output) = future.as_mut().poll(&mut context) {
            return (output, waited);
        }
        waited = true;
        while !parked.woken.swap(false, Ordering::Acquire) {
            thread::park();
        }
    }
}

/// A blocking iterator over the remainder of a list.
///
/// Call `.blocking()` on [`Pages`] or [`Items`] to create one. Just like those, it requests a page
/// only when needed, and ends after an error.
///
/// ```
/// # use trackstar_api::{Error, Items, Page};
/// // `items` is what `.stream()` of any list operation makes.
/// fn count<P: Page>(items: Items<P>) -> Result<usize, Error> {
///     let mut count = 0;
///     for item in items.blocking() {
///         item?;
///         count += 1;
///     }
///     Ok(count)
/// }
/// ```
#[derive(Debug)]
#[must_use = "iterators are lazy and do nothing unless consumed"]
pub struct Iter<S> {
    list: S,
    /// Whether we've returned an error that the list itself doesn't know about.
    ended: bool,
}

impl<S> Iter<S> {
    fn new(list: S) -> Self {
        Self { list, ended: false }
    }

    /// Returns the underlying list. You can use this to continue asynchronously.
    pub fn into_inner(self) -> S {
        self.list
    }
}

impl<S, T> Iterator for Iter<S>
where
    S: Stream<Item = Result<T, Error>> + Unpin,
{
    type Item = Result<T, Error>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.ended {
            return None;
        }
        let list = &mut self.list;
        let next = std::future::poll_fn(|context| {
            let next = Pin::new(&mut *list).poll_next(context);
            next.map(Option::transpose)
        });
        let next = wait(next);
        self.ended = !matches!(next, Ok(Some(_)));
        next.transpose()
    }
}

impl<S, T> FusedIterator for Iter<S> where S: Stream<Item = Result<T, Error>> + Unpin {}

impl<P: Page> Pages<P> {
    /// Returns a blocking iterator over the remaining pages. See [`blocking`](crate::blocking).
    pub fn blocking(self) -> Iter<Self> {
        Iter::new(self)
    }
}

impl<P: Page> Items<P> {
    /// Returns a blocking iterator over the remaining items. See [`blocking`](crate::blocking).
    pub fn blocking(self) -> Iter<Self> {
        Iter::new(self)
    }
}

impl<P: Page> Iter<Pages<P>> {
    /// Returns a checkpoint to resume from. See [`Pages::checkpoint`].
    #[must_use]
    pub fn checkpoint(&self) -> Option<Checkpoint> {
        self.list.checkpoint()
    }
}

impl<P: Page> Iter<Items<P>> {
    /// Returns a checkpoint to resume from. See [`Items::checkpoint`].
    #[must_use]
    pub fn checkpoint(&self) -> Option<Checkpoint> {
        self.list.checkpoint()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wake_during_poll_is_not_lost() {
        let mut polls = 0;
        let done = block_on(std::future::poll_fn(|context| {
            polls += 1;
            context.waker().wake_by_ref();
            // This consumes the thread's own token, as receiving from a channel would.
            thread::park();
            if polls == 3 {
                Poll::Ready(polls)
            } else {
                Poll::Pending
            }
        }));
        assert_eq!(done, (3, true));
    }

    #[test]
    fn panic_does_not_affect_later_calls() {
        let panics = std::panic::catch_unwind(|| wait::<()>(async { panic!("of a middleware") }));
        assert!(panics.is_err());
        assert!(!waits());
        let waited = wait(async {
            assert!(waits());
            // Another call inside of this one, which also gives the background thread time to run.
            wait(async { Ok(()) })?;
            assert!(waits());
            tokio::task::yield_now().await;
            Ok(7)
        });
        assert_eq!(waited.expect("no error"), 7);
        assert!(!waits());
        assert!(Handle::try_current().is_err());
    }

    #[test]
    fn failed_thread_start_is_an_error() {
        let runtime = runtime::Builder::new_current_thread()
            .build()
            .expect("a runtime");
        // No machine has this much memory.
        let thread = || thread::Builder::new().stack_size(1 << 60);
        let started = runtime.block_on(async { start(thread()).map(drop) });
        assert!(started.is_err());
    }

    #[test]
    fn ignores_the_cooperative_budget_of_the_task() {
        let runtime = runtime::Builder::new_current_thread()
            .build()
            .expect("a runtime");
        runtime.block_on(async {
            let spawned = tokio::spawn(async {
                let (send, mut receive) = tokio::sync::mpsc::unbounded_channel();
                (0..1000).for_each(|number| send.send(number).expect("received"));
                wait(async {
                    // Every receive uses up some of the task's cooperative budget, which lasts for
                    // fewer than 1,000.
                    for number in 0..1000 {
                        assert_eq!(receive.recv().await, Some(number));
                    }
                    Ok(())
                })
            });
            spawned.await.expect("no panic").expect("no error");
        });
    }
}
