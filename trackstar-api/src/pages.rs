//! Pagination.
#![allow(dead_code, reason = "unused without lists")]

mod checkpoint;

use std::collections::HashSet;
use std::fmt;
use std::future::Future;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::vec;

use futures_core::Stream;
use serde::de::DeserializeOwned;

use crate::call::Call;
use crate::call::response::Response;
use crate::error::Error;

pub use checkpoint::Checkpoint;

/// A page of a list.
///
/// This is implemented by the response types of all operations that return a list in pages.
///
/// ```
/// fn count<P: trackstar_api::Page>(page: &P) -> (usize, bool) {
///     (page.items().len(), page.next_token().is_some())
/// }
/// ```
pub trait Page: DeserializeOwned + Send + 'static {
    /// The type of the items in this list.
    type Item: Send + 'static;

    /// Returns the items on this page.
    fn items(&self) -> &[Self::Item];

    /// Consumes the page and returns its items.
    fn into_items(self) -> Vec<Self::Item>;

    /// Returns the token for the next page, or `None` if this is the last page.
    fn next_token(&self) -> Option<&str>;
}

/// A stream of pages.
///
/// Use the `pages()` method of a list operation to create one. Pages are requested one at a time,
/// and only once you poll for them. If you don't need `Stream`, you can call [`next`](Self::next)
/// in a loop. Each page is a [`Response`], so you also get its status code and headers.
///
/// All requests use the same parameters. This is necessary because Trackstar's page tokens don't
/// include filters (according to the "Pagination" page of its documentation).
///
/// # End of the list
///
/// The list ends with a page whose `next_token` is null or empty, or after an error. If the server
/// sends the same token twice, you get an error instead of a list that goes on forever. You can use
/// [`checkpoint`](Self::checkpoint) to find out where to resume.
///
/// ```
/// # use trackstar_api::{Error, Page, Pages};
/// // `.pages()` of any list operation returns `Pages`.
/// async fn count<P: Page>(mut pages: Pages<P>) -> Result<usize, Error> {
///     let mut count = 0;
///     while let Some(page) = pages.next().await {
///         count += page?.items().len();
///     }
///     Ok(count)
/// }
/// ```
#[must_use = "streams do nothing unless polled"]
pub struct Pages<P> {
    /// The call that requests the next page.
    call: Call,
    state: State<P>,
    /// Hashes of the tokens we've sent so far. We don't store the tokens themselves because a list
    /// can have many pages.
    sent: HashSet<u64>,
}

type Waiting<P> = Pin<Box<dyn Future<Output = Result<Response<P>, Error>> + Send>>;

enum State<P> {
    /// `call` is ready to request the next page.
    Ready,
    Waiting(Waiting<P>),
    /// The page we just returned has a token that we've already used.
    Repeated,
    /// There was an error. It's possible to resume with `call`.
    Failed,
    /// The last page has been returned, or the error about the repeated token.
    Done,
}

impl<P: Page> Pages<P> {
    #[doc(hidden)]
    pub fn new(call: Call) -> Self {
        let sent = token_of(&call).map(hash).into_iter().collect();
        Self {
            call,
            state: State::Ready,
            sent,
        }
    }

    /// Returns the next page, or `None` at the end of the list or after an error.
    ///
    /// This method is cancel safe. If you drop the future before it completes, then the next call
    /// picks up the same page.
    pub async fn next(&mut self) -> Option<Result<Response<P>, Error>> {
        std::future::poll_fn(|context| Pin::new(&mut *self).poll_next(context)).await
    }

    /// Returns a checkpoint for the first page that hasn't been returned yet.
    ///
    /// This is `None` after the last page, and also if the server has repeated a page token.
    #[must_use]
    pub fn checkpoint(&self) -> Option<Checkpoint> {
        match self.state {
            State::Done | State::Repeated => None,
            _ => Some(Checkpoint::of(&self.call)),
        }
    }

    fn arrived(&mut self, page: &P) {
        self.state = match (page.next_token(), self.call.operation().page_token) {
            (Some(token), Some(index)) if !token.is_empty() => {
                if self.sent.insert(hash(token)) {
                    self.call.set_text(index, token.to_owned());
                    State::Ready
                } else {
                    State::Repeated
                }
            }
            _ => State::Done,
        };
    }
}

fn token_of(call: &Call) -> Option<&str> {
    call.argument(call.operation().page_token?)
}

fn hash(token: &str) -> u64 {
    let mut hasher = DefaultHasher::new();
    token.hash(&mut hasher);
    hasher.finish()
}

impl<P: Page> Stream for Pages<P> {
    type Item = Result<Response<P>, Error>;

    fn poll_next(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let pages = self.get_mut();
        loop {
            match &mut pages.state {
                State::Ready => {
                    let call = pages.call.clone();
                    pages.state = State::Waiting(Box::pin(call.send()));
                }
                State::Waiting(answer) => {
                    let answer = ready!(answer.as_mut().poll(context));
                    match &answer {
                        Ok(page) => pages.arrived(page),
                        Err(_) => pages.state = State::Failed,
                    }
                    return Poll::Ready(Some(answer));
                }
                State::Repeated => {
                    pages.state = State::Done;
                    let error = Error::repeated_token(pages.call.operation());
                    return Poll::Ready(Some(Err(error)));
                }
                State::Failed | State::Done => return Poll::Ready(None),
            }
        }
    }
}

// The only future in here is boxed.
impl<P> Unpin for Pages<P> {}

impl<P: Page> fmt::Debug for Pages<P> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Pages")
            .field("call", &self.call)
            .field("pages_asked_for", &self.sent.len())
            .finish_non_exhaustive()
    }
}

/// A stream of items, across all pages of a list.
///
/// Use the `stream()` method of a list operation to create one. The next page is only requested
/// once you have read all items of the current one. See [`Pages`] for when the list ends.
///
/// ```
/// # use trackstar_api::{Error, Items, Page};
/// // `.stream()` of any list operation returns `Items`.
/// async fn count<P: Page>(mut items: Items<P>) -> Result<usize, Error> {
///     let mut count = 0;
///     while let Some(item) = items.next().await {
///         item?;
///         count += 1;
///     }
///     Ok(count)
/// }
/// ```
#[must_use = "streams do nothing unless polled"]
pub struct Items<P: Page> {
    pages: Pages<P>,
    page: vec::IntoIter<P::Item>,
    /// The checkpoint for the current page.
    from: Option<Checkpoint>,
}

impl<P: Page> Items<P> {
    #[doc(hidden)]
    pub fn new(call: Call) -> Self {
        Self {
            pages: Pages::new(call),
            page: Vec::new().into_iter(),
            from: None,
        }
    }

    /// Returns the next item, or `None` at the end of the list or after an error.
    ///
    /// This method is cancel safe.
    pub async fn next(&mut self) -> Option<Result<P::Item, Error>> {
        std::future::poll_fn(|context| Pin::new(&mut *self).poll_next(context)).await
    }

    /// Returns a checkpoint for the page with the next item.
    ///
    /// If you resume from it, you'll get all items on that page, including those that you've
    /// already seen. This means that you might see an item twice, but you won't miss any. Returns
    /// `None` after the last item, and also if the server has repeated a page token.
    #[must_use]
    pub fn checkpoint(&self) -> Option<Checkpoint> {
        if self.page.len() == 0 {
            self.pages.checkpoint()
        } else {
            self.from.clone()
        }
    }
}

impl<P: Page> Stream for Items<P> {
    type Item = Result<P::Item, Error>;

    fn poll_next(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let items = self.get_mut();
        loop {
            if let Some(item) = items.page.next() {
                return Poll::Ready(Some(Ok(item)));
            }
            // This has to come first, because the checkpoint moves on as soon as the page arrives.
            let from = items.pages.checkpoint();
            match ready!(Pin::new(&mut items.pages).poll_next(context)) {
                Some(Ok(page)) => {
                    items.page = page.into_inner().into_items().into_iter();
                    items.from = from;
                }
                Some(Err(error)) => return Poll::Ready(Some(Err(error))),
                None => return Poll::Ready(None),
            }
        }
    }
}

// See `Pages`. We never pin the items either.
impl<P: Page> Unpin for Items<P> {}

impl<P: Page> fmt::Debug for Items<P> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Items")
            .field("pages", &self.pages)
            .field("left_of_page", &self.page.len())
            .finish_non_exhaustive()
    }
}
