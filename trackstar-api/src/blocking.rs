//! Blocking calls for programs and threads without an async runtime. Every operation can be sent
//! with `send_blocking` instead of `send`.
//!
//! Blocking calls use the same [`Client`](crate::Client) as asynchronous ones. They share its
//! limits, budgets, retries, deadlines, errors and middleware with asynchronous calls of its
//! clones, which may run at the same time and on any number of threads. There is no second client
//! with different methods.
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
//! Lists become blocking iterators with `.stream().blocking()` and `.pages().blocking()`, and
//! request one page at a time; see [`Iter`]. [`Request`] has `send_blocking` and
//! `send_json_blocking`.
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
//! One thread of the process, `trackstar-http`, drives the HTTP connections of the blocking calls
//! of all clients. The first call starts it, and it runs until the process exits. The call itself
//! and your middleware run on the calling thread. A panic in middleware is contained, as in any
//! other call. Blocking calls have a separate connection pool for each client, because a connection
//! that was made in an async runtime makes no progress while that runtime is blocked. (Threads do
//! not survive `fork`, so make the first call after it.)
//!
//! # Within an async runtime
//! A blocking call works within an async runtime, but blocks the thread. Other tasks on that thread
//! wait. On a current-thread runtime, these are all tasks. Use `send().await` there, or wrap the
//! blocking call in `tokio::task::spawn_blocking`.

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

/// Name of the thread. Tools that list threads truncate names after 15 bytes.
const THREAD: &str = "trackstar-http";

/// Adds `send_blocking` to the calls of all operations.
pub trait SendBlocking: Sends {
    /// Sends the call and blocks the thread until the response arrives; see the [module](self).
    ///
    /// # Errors
    /// Returns the same errors as `send`.
    fn send_blocking(self) -> Result<Response<Self::Output>, Error>
    where
        Self: Sized,
    {
        wait(self.sends())
    }
}

impl<C: Sends> SendBlocking for C {}

impl Request {
    /// Sends the request like [`send`](Self::send), on a thread without a runtime; see
    /// [`blocking`](crate::blocking).
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
    /// Returns the errors of [`send`](Self::send).
    pub fn send_blocking(self) -> Result<Response<Vec<u8>>, Error> {
        wait(self.send())
    }

    /// Sends the request like [`send_json`](Self::send_json), on a thread without a runtime; see
    /// [`blocking`](crate::blocking).
    ///
    /// # Errors
    /// Returns the errors of [`send_json`](Self::send_json).
    pub fn send_json_blocking<T: DeserializeOwned>(self) -> Result<Response<T>, Error> {
        wait(self.send_json())
    }
}

/// Blocks this thread until `future` completes.
///
/// The future is polled on this thread, so it need not be `Send` or `'static`. The runtime of the
/// background thread handles its connections, timers and name resolution, even if this thread is in
/// another runtime.
pub(crate) fn wait<T>(future: impl Future<Output = Result<T, Error>>) -> Result<T, Error> {
    let runtime = runtime()?;
    let _entered = runtime.enter();
    let _waits = Waits::begin();
    // Within a task, tokio's cooperative budget makes the future yield to tokio at intervals. The
    // yield never completes while the task is blocked here.
    let (output, waited) = block_on(tokio::task::unconstrained(future));
    if waited {
        // The background thread returns the connection to the pool just after the response. Without
        // this wait, an immediate second call would find the pool empty and open another
        // connection.
        let settled = runtime.spawn(tokio::task::yield_now());
        let _settled = block_on(tokio::task::unconstrained(settled));
    }
    output
}

/// Returns the runtime of the background thread, and starts it if necessary. A failure is not
/// cached, because the next attempt to create a thread may succeed.
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
            "the thread for blocking calls cannot be started ({error}): raise the limit of threads or \
             open files, or call again when some are free"
        ))
    })?;
    Ok(RUNTIME.get_or_init(|| handle))
}

fn start(thread: thread::Builder) -> std::io::Result<Handle> {
    let (told, hears) = mpsc::channel();
    // Create the runtime on the new thread. If the thread cannot be started, a runtime created here
    // would have to be dropped here, which panics within another runtime.
    let run = move || {
        // The features that reqwest enables determine the effect of `enable_all`. reqwest needs
        // sockets and timers itself.
        let mut builder = runtime::Builder::new_current_thread();
        match builder.enable_all().thread_name(THREAD).build() {
            Ok(runtime) => {
                // The receiver waits for this message.
                let _heard = told.send(Ok(runtime.handle().clone()));
                runtime.block_on(std::future::pending::<()>());
            }
            Err(error) => drop(told.send(Err(error))),
        }
    };
    // The thread is never joined. It runs as long as the process, whose exit does not wait for it.
    thread.spawn(run)?;
    let gone = |_| std::io::Error::other("it ended at once");
    hears.recv().map_err(gone)?
}

/// A waker that unparks a thread.
struct Wakes {
    thread: Thread,
    /// Separate from the thread's own token, which other code that parks the thread may consume.
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

/// Polls `future` on this thread until it completes. Returns its output, and true if the thread had
/// to wait. Unlike tokio's `block_on`, it works within a runtime.
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

/// The rest of a list, as an iterator that blocks while a page is requested.
///
/// [`Pages`] and [`Items`] create it with `.blocking()`. Like them, it requests a page only when
/// the page is needed, and ends after an error.
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
#[must_use = "a list is asked for page by page, as the iterator is used"]
pub struct Iter<S> {
    list: S,
    /// Whether this iterator itself returned an error, which the list does not know about.
    ended: bool,
}

impl<S> Iter<S> {
    fn new(list: S) -> Self {
        Self { list, ended: false }
    }

    /// Returns the list in its current state, to continue asynchronously.
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
    /// Returns an iterator over the remaining pages, for a thread without a runtime; see
    /// [`blocking`](crate::blocking).
    pub fn blocking(self) -> Iter<Self> {
        Iter::new(self)
    }
}

impl<P: Page> Items<P> {
    /// Returns an iterator over the remaining items, for a thread without a runtime; see
    /// [`blocking`](crate::blocking).
    pub fn blocking(self) -> Iter<Self> {
        Iter::new(self)
    }
}

impl<P: Page> Iter<Pages<P>> {
    /// Returns the place at which to continue; see [`Pages::checkpoint`].
    #[must_use]
    pub fn checkpoint(&self) -> Option<Checkpoint> {
        self.list.checkpoint()
    }
}

impl<P: Page> Iter<Items<P>> {
    /// Returns the place at which to continue; see [`Items::checkpoint`].
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
            // Consume the thread's own token, like a channel receiver in a middleware.
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
    fn a_panic_leaves_the_thread_and_the_runtime_as_they_were() {
        let panics = std::panic::catch_unwind(|| wait::<()>(async { panic!("of a middleware") }));
        assert!(panics.is_err());
        assert!(!waits());
        let waited = wait(async {
            assert!(waits());
            // A nested call that also gives the background thread time to run.
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
        // More than the memory of any machine.
        let thread = || thread::Builder::new().stack_size(1 << 60);
        let started = runtime.block_on(async { start(thread()).map(drop) });
        assert!(started.is_err());
    }

    #[test]
    fn within_a_task_it_is_not_made_to_yield_to_that_task() {
        let runtime = runtime::Builder::new_current_thread()
            .build()
            .expect("a runtime");
        runtime.block_on(async {
            let spawned = tokio::spawn(async {
                let (send, mut receive) = tokio::sync::mpsc::unbounded_channel();
                (0..1000).for_each(|number| send.send(number).expect("received"));
                wait(async {
                    // Each receive uses part of the task's cooperative budget, which covers fewer
                    // than 1,000.
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
