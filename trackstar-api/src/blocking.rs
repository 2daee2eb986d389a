//! Calls from programs, or threads, that have no async runtime: every operation can be sent with
//! `send_blocking` in place of `send`.
//!
//! It is the same [`Client`](crate::Client) and the same calls: limits, budgets, retries, deadlines,
//! errors and middleware are shared with whatever its clones send asynchronously, at the same time and
//! from any number of threads. There is no second client whose methods could differ.
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
//! Lists are iterators, asked for page by page as you go: `.stream().blocking()`,
//! `.pages().blocking()`; see [`Iter`]. [`Request`](crate::Request) has `send_blocking` and
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
//! One thread of the process, `trackstar-http`, drives the HTTP connections of all blocking calls, of
//! all clients. It starts with the first call, and ends with the process. The call itself runs on the
//! thread that makes it, and so does your middleware: a panic there is contained, as in any other call.
//! Blocking calls have a pool of HTTP connections of their own for each client, because a
//! connection that was made in an async runtime stands still when that runtime does. (Threads do not
//! survive `fork`: make the first call behind it.)
//!
//! # Within an async runtime
//! It works, and blocks the thread like any other blocking call: tasks that run on the same thread
//! wait meanwhile, and on a current-thread runtime that is all of them. `send().await` is what belongs
//! there, or `tokio::task::spawn_blocking` around a blocking call.

use std::cell::Cell;
use std::future::Future;
use std::iter::FusedIterator;
use std::pin::{Pin, pin};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, OnceLock, PoisonError, mpsc};
use std::task::{Context, Poll, Wake, Waker};
use std::thread::{self, Thread};

use futures_core::Stream;
use tokio::runtime::{self, Handle};

use crate::__rt::Sends;
use crate::{Checkpoint, Error, Items, Page, Pages, Response};

/// Shown by tools that list threads, which cut names off behind 15 bytes.
const THREAD: &str = "trackstar-http";

/// `send_blocking`, for the calls of all operations.
pub trait SendBlocking: Sends {
    /// Sends the call and waits for the answer, on a thread without a runtime; see the
    /// [module](self).
    ///
    /// # Errors
    /// As `send`.
    fn send_blocking(self) -> Result<Response<Self::Answer>, Error>
    where
        Self: Sized,
    {
        wait(self.sends())
    }
}

impl<C: Sends> SendBlocking for C {}

/// Waits for what a call comes to, on this thread.
///
/// The future is polled here, so it need be neither `Send` nor `'static`. What it leaves to a runtime
/// (connections, timers, names to be resolved) goes to the one of the background thread, whatever
/// runtime this thread may be in.
pub(crate) fn wait<T>(future: impl Future<Output = Result<T, Error>>) -> Result<T, Error> {
    let runtime = runtime()?;
    let _entered = runtime.enter();
    let _waits = Waits::begin();
    // Within a task of tokio the future would be made to yield to it every now and then, which never
    // comes to pass while the task waits here.
    let (output, waited) = block_on(tokio::task::unconstrained(future));
    if waited {
        // The connection goes back to the pool on the background thread, just after the answer. Who
        // calls again at once would otherwise find the pool empty, and make another.
        let settled = runtime.spawn(tokio::task::yield_now());
        let _settled = block_on(tokio::task::unconstrained(settled));
    }
    output
}

thread_local! {
    static WAITS: Cell<bool> = const { Cell::new(false) };
}

/// Whether this thread is in a blocking call: what is polled then must not depend on a runtime of the
/// user's, which may stand still just because of that.
pub(crate) fn waits() -> bool {
    WAITS.get()
}

/// Until it is dropped, even by a panic. A middleware may make a blocking call within another.
struct Waits(bool);

impl Waits {
    fn begin() -> Self {
        Self(WAITS.replace(true))
    }
}

impl Drop for Waits {
    fn drop(&mut self) {
        WAITS.set(self.0);
    }
}

/// The runtime of the background thread, started where it is not running yet. A failure is not kept:
/// there may be room for a thread the next time.
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
    // Made over there: where there is no thread, a runtime would have to be dropped here, which is a
    // panic within another.
    let run = move || {
        // What `all` is, reqwest decides: it needs sockets and timers itself.
        let mut builder = runtime::Builder::new_current_thread();
        match builder.enable_all().thread_name(THREAD).build() {
            Ok(runtime) => {
                // Whoever asked waits for it.
                let _heard = told.send(Ok(runtime.handle().clone()));
                runtime.block_on(std::future::pending::<()>());
            }
            Err(error) => drop(told.send(Err(error))),
        }
    };
    // Never joined: it is to last as long as the process, whose end does not wait for it.
    thread.spawn(run)?;
    let gone = |_| std::io::Error::other("it ended at once");
    hears.recv().map_err(gone)?
}

/// Wakes a thread that is parked.
struct Wakes {
    thread: Thread,
    /// Beside the thread's own token, which whatever else parks the thread may take.
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

/// Polls `future` on this thread; whether it had to wait for it comes with the output. Unlike tokio's,
/// it works within a runtime, too.
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

/// What is left of a list, as an iterator that blocks while a page is on its way.
///
/// Made by `.blocking()` of [`Pages`] and [`Items`], and promises what they do: nothing is asked for
/// before it is wanted, and after an error it ends.
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
    /// After an error of this iterator's own, which the list knows nothing of.
    ended: bool,
}

impl<S> Iter<S> {
    fn new(list: S) -> Self {
        Self { list, ended: false }
    }

    /// The list as it is now, to be gone on with asynchronously.
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
    /// The pages that are left, for a thread without a runtime; see [`blocking`](crate::blocking).
    pub fn blocking(self) -> Iter<Self> {
        Iter::new(self)
    }
}

impl<P: Page> Items<P> {
    /// The items that are left, for a thread without a runtime; see [`blocking`](crate::blocking).
    pub fn blocking(self) -> Iter<Self> {
        Iter::new(self)
    }
}

impl<P: Page> Iter<Pages<P>> {
    /// Where to go on: as [`Pages::checkpoint`].
    #[must_use]
    pub fn checkpoint(&self) -> Option<Checkpoint> {
        self.list.checkpoint()
    }
}

impl<P: Page> Iter<Items<P>> {
    /// Where to go on: as [`Items::checkpoint`].
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
            // Takes the thread's own token, as a channel does that is waited for in a middleware.
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
            // One within another, and time of the background thread.
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
        // More than any machine has.
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
                    // Each takes of the task's share, which is less than that.
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
