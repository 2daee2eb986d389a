//! Lists that come in pages.
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
#[cfg(feature = "dynamic")]
use crate::caller::Caller;
#[cfg(feature = "dynamic")]
use crate::operation::Operation;
use crate::{Error, Response};

pub use checkpoint::Checkpoint;

/// One page of a list: what a list operation answers. Implemented by generated types.
///
/// ```
/// fn count<P: trackstar_api::Page>(page: &P) -> (usize, bool) {
///     (page.items().len(), page.next_token().is_some())
/// }
/// ```
pub trait Page: DeserializeOwned + Send + 'static {
    /// What the list is of.
    type Item: Send + 'static;

    /// What stands on this page.
    fn items(&self) -> &[Self::Item];

    /// What stands on this page, to keep.
    fn into_items(self) -> Vec<Self::Item>;

    /// The token that asks for the next page; `None` on the last.
    fn next_token(&self) -> Option<&str>;
}

/// The pages of a list, one request each, made when it is asked for and never ahead of that.
///
/// Made by `.pages()` of a list operation. Every page is asked for with all parameters of the first:
/// the API's page token does not remember filters (page: Pagination). The list ends with the page
/// whose `next_token` is null or empty; a token that was there before is an error, where following it
/// would go on for ever. After an error the list ends too; [`checkpoint`](Self::checkpoint) says
/// where to go on, if there is such a place.
///
/// It is a [`Stream`](futures_core::Stream), and has a [`next`](Self::next) of its own for whoever
/// needs no more than that.
///
/// ```
/// # use trackstar_api::{Error, Page, Pages};
/// // `pages` is what `.pages()` of any list operation makes.
/// async fn count<P: Page>(mut pages: Pages<P>) -> Result<usize, Error> {
///     let mut count = 0;
///     while let Some(page) = pages.next().await {
///         count += page?.items().len();
///     }
///     Ok(count)
/// }
/// ```
#[must_use = "pages are asked for one by one"]
pub struct Pages<P> {
    /// The call for the page that has not been handed out.
    call: Call,
    state: State<P>,
    /// The tokens that have been sent, as hashes: a list can have many pages.
    sent: HashSet<u64>,
}

type Waiting<P> = Pin<Box<dyn Future<Output = Result<Response<P>, Error>> + Send>>;

enum State<P> {
    /// The page of `call` is the next.
    Ready,
    Waiting(Waiting<P>),
    /// The last page was handed out, and its token was there before.
    Repeated,
    /// After an error: nothing more, but the page of `call` is still to be had.
    Failed,
    /// After the last page, or after the error of one whose token was there before.
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

    /// The next page; `None` after the last one, and after an error. Dropping the future loses
    /// nothing: the next call waits for the same page.
    pub async fn next(&mut self) -> Option<Result<Response<P>, Error>> {
        std::future::poll_fn(|context| Pin::new(&mut *self).poll_next(context)).await
    }

    /// Where to go on: at the first page that has not been handed out, with the same parameters.
    /// `None` after the last, and where the server repeats a page token: no token leads on from there.
    #[must_use]
    pub fn checkpoint(&self) -> Option<Checkpoint> {
        match self.state {
            State::Done | State::Repeated => None,
            _ => Some(Checkpoint::of(&self.call)),
        }
    }

    #[cfg(feature = "dynamic")]
    pub(crate) fn caller(&self) -> &Caller {
        self.call.caller()
    }

    #[cfg(feature = "dynamic")]
    pub(crate) fn operation(&self) -> &'static Operation {
        self.call.operation()
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

// Nothing in it is pinned: the future stands in a box.
impl<P> Unpin for Pages<P> {}

impl<P: Page> fmt::Debug for Pages<P> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Pages")
            .field("call", &self.call)
            .field("pages_asked_for", &self.sent.len())
            .finish_non_exhaustive()
    }
}

/// The items of a list, over all its pages. A page is asked for when the one before is used up.
///
/// Made by `.stream()` of a list operation; see [`Pages`] for what it promises.
///
/// ```
/// # use trackstar_api::{Error, Items, Page};
/// // `items` is what `.stream()` of any list operation makes.
/// async fn count<P: Page>(mut items: Items<P>) -> Result<usize, Error> {
///     let mut count = 0;
///     while let Some(item) = items.next().await {
///         item?;
///         count += 1;
///     }
///     Ok(count)
/// }
/// ```
#[must_use = "items are asked for page by page"]
pub struct Items<P: Page> {
    pages: Pages<P>,
    page: vec::IntoIter<P::Item>,
    /// Where the page begins whose items are being handed out.
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

    /// The next item; `None` after the last one, and after an error. Dropping the future loses
    /// nothing.
    pub async fn next(&mut self) -> Option<Result<P::Item, Error>> {
        std::future::poll_fn(|context| Pin::new(&mut *self).poll_next(context)).await
    }

    /// Where to go on: at the page of the next item. Those of its items that have been handed out
    /// come again, none is left out. `None` after the last item, and where the server repeats a page
    /// token.
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
            // Before the page arrives, for its arrival moves on to the next.
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

// As for the pages; items are never pinned.
impl<P: Page> Unpin for Items<P> {}

impl<P: Page> fmt::Debug for Items<P> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Items")
            .field("pages", &self.pages)
            .field("left_of_page", &self.page.len())
            .finish_non_exhaustive()
    }
}
