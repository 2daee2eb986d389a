//! Pagination of lists.
#![allow(dead_code, reason = "a document without lists in pages makes none")]

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

/// One page of a list. Generated response types of list operations implement it.
///
/// ```
/// fn count<P: trackstar_api::Page>(page: &P) -> (usize, bool) {
///     (page.items().len(), page.next_token().is_some())
/// }
/// ```
pub trait Page: DeserializeOwned + Send + 'static {
    /// The type of an item.
    type Item: Send + 'static;

    /// Returns the items of this page.
    fn items(&self) -> &[Self::Item];

    /// Converts the page to its items.
    fn into_items(self) -> Vec<Self::Item>;

    /// Returns the token of the next page, or `None` on the last page.
    fn next_token(&self) -> Option<&str>;
}

/// The pages of a list. Each page is one request, which is sent only when the page is polled.
///
/// `pages()` of a list operation creates it. Every request has all parameters of the first, because the API's
/// page token does not contain filters (source: the page "Pagination" of the vendor's documentation). The list ends
/// with the page whose `next_token` is null or empty. A token that was already used is an error, because the list
/// would never end. The list also ends after an error. [`checkpoint`](Self::checkpoint) returns the place at which
/// to continue, if there is one.
///
/// Each page is a [`Response`], which has the status code and the headers. `Pages` implements
/// [`Stream`](futures_core::Stream). [`next`](Self::next) does not need that trait.
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
#[must_use = "pages are requested only when they are polled"]
pub struct Pages<P> {
    /// The call for the next page.
    call: Call,
    state: State<P>,
    /// Hashes of the tokens that were sent. A list can have many pages.
    sent: HashSet<u64>,
}

type Waiting<P> = Pin<Box<dyn Future<Output = Result<Response<P>, Error>> + Send>>;

enum State<P> {
    /// The next page is that of `call`.
    Ready,
    Waiting(Waiting<P>),
    /// The last page was returned, and its token was already used.
    Repeated,
    /// After an error. A checkpoint can continue at the page of `call`.
    Failed,
    /// After the last page, or after the error about a repeated token.
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

    /// Returns the next page, or `None` after the last one and after an error.
    ///
    /// Cancel safe: if the future is dropped, the next call waits for the same page.
    pub async fn next(&mut self) -> Option<Result<Response<P>, Error>> {
        std::future::poll_fn(|context| Pin::new(&mut *self).poll_next(context)).await
    }

    /// Returns the place of the first page that was not returned, with the same parameters. Returns `None` after the
    /// last page, and after the server repeated a page token.
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

// The future is boxed, so nothing else is pinned.
impl<P> Unpin for Pages<P> {}

impl<P: Page> fmt::Debug for Pages<P> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Pages")
            .field("call", &self.call)
            .field("pages_asked_for", &self.sent.len())
            .finish_non_exhaustive()
    }
}

/// The items of a list, over all its pages. A page is requested after the items before it were read.
///
/// `stream()` of a list operation creates it. See [`Pages`] for its guarantees.
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
#[must_use = "items are requested only when they are polled"]
pub struct Items<P: Page> {
    pages: Pages<P>,
    page: vec::IntoIter<P::Item>,
    /// The place of the current page.
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

    /// Returns the next item, or `None` after the last one and after an error. Cancel safe.
    pub async fn next(&mut self) -> Option<Result<P::Item, Error>> {
        std::future::poll_fn(|context| Pin::new(&mut *self).poll_next(context)).await
    }

    /// Returns the place of the page that contains the next item. A list that resumes there repeats
    /// the items of that page that were already returned, and omits none. Returns `None` after the
    /// last item, and after the server repeated a page token.
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
            // Take the checkpoint first, because the arrival of the page moves on to the next one.
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

// As for `Pages`. Items are never pinned.
impl<P: Page> Unpin for Items<P> {}

impl<P: Page> fmt::Debug for Items<P> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Items")
            .field("pages", &self.pages)
            .field("left_of_page", &self.page.len())
            .finish_non_exhaustive()
    }
}
