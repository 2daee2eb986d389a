//! Whether an attempt that ran out of time was still connecting: then nothing was sent, and what
//! became of the operation is known.
//!
//! The pool of connections does not tell. It polls the connector within the future of the request
//! for as long as that request waits for it, and no longer: once a connection is there, made for it or
//! left behind by another request (for which it looks first), it sends. So what a poll of the
//! request's future has seen of the connector tells on which side of sending it ended.

use std::cell::Cell;
use std::pin::{Pin, pin};
use std::task::{Context, Poll};

use tower_layer::Layer;
use tower_service::Service;

/// What a poll has seen of the connector.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Seen {
    /// It was not asked.
    Nothing,
    /// It is at work.
    Working,
    /// It is done, be it with a connection or an error.
    Done,
}

thread_local! {
    static SEEN: Cell<Seen> = const { Cell::new(Seen::Nothing) };
}

fn note<T>(polled: Poll<T>) -> Poll<T> {
    SEEN.set(if polled.is_pending() {
        Seen::Working
    } else {
        Seen::Done
    });
    polled
}

/// Runs a request to its end. The second of what is answered: whether it was connecting when it was
/// last seen at work, so that an end by a timeout came before anything was sent.
pub(crate) async fn watched<F: Future>(request: F) -> (F::Output, bool) {
    let mut request = pin!(request);
    let mut connecting = false;
    std::future::poll_fn(|context| {
        // A request within a request, such as one of a user's resolver, has a poll of its own.
        let outer = SEEN.replace(Seen::Nothing);
        let polled = request.as_mut().poll(context);
        let seen = SEEN.replace(outer);
        match polled {
            // A timeout ends it without another look at the connector.
            Poll::Ready(output) => Poll::Ready((output, connecting && seen != Seen::Done)),
            Poll::Pending => {
                connecting = seen == Seen::Working;
                Poll::Pending
            }
        }
    })
    .await
}

/// Makes the connector of an HTTP client tell.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Tells;

impl<S> Layer<S> for Tells {
    type Service = Connector<S>;

    fn layer(&self, inner: S) -> Connector<S> {
        Connector(inner)
    }
}

/// A connector that tells.
#[derive(Clone, Debug)]
pub(crate) struct Connector<S>(S);

impl<S, R> Service<R> for Connector<S>
where
    S: Service<R, Future: Unpin>,
{
    type Response = S::Response;
    type Error = S::Error;
    type Future = Connecting<S::Future>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), S::Error>> {
        note(self.0.poll_ready(context))
    }

    fn call(&mut self, target: R) -> Self::Future {
        Connecting(self.0.call(target))
    }
}

/// A connection that is being made.
#[derive(Debug)]
pub(crate) struct Connecting<F>(F);

impl<F: Future + Unpin> Future for Connecting<F> {
    type Output = F::Output;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<F::Output> {
        note(Pin::new(&mut self.0).poll(context))
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use tokio::time::{sleep, timeout};

    use super::*;

    const SECOND: Duration = Duration::from_secs(1);

    fn connecting(time: Duration) -> Connecting<Pin<Box<tokio::time::Sleep>>> {
        Connecting(Box::pin(sleep(time)))
    }

    #[tokio::test(start_paused = true)]
    async fn what_ends_while_it_connects_has_sent_nothing() {
        let (ended, connecting) = watched(timeout(SECOND, connecting(2 * SECOND))).await;
        assert!(ended.is_err() && connecting);
    }

    #[tokio::test(start_paused = true)]
    async fn what_ends_behind_connecting_may_have_sent() {
        let request = async {
            connecting(SECOND).await;
            sleep(9 * SECOND).await;
        };
        let (ended, connecting) = watched(timeout(2 * SECOND, request)).await;
        assert!(ended.is_err() && !connecting);
    }

    #[tokio::test(start_paused = true)]
    async fn what_takes_a_connection_of_the_pool_while_its_own_is_made_may_have_sent() {
        let request = async {
            // As the pool does it, whose own connections come first.
            tokio::select! {
                biased;
                () = sleep(SECOND) => {}
                () = connecting(9 * SECOND) => {}
            }
            sleep(9 * SECOND).await;
        };
        let (ended, connecting) = watched(timeout(2 * SECOND, request)).await;
        assert!(ended.is_err() && !connecting);
    }

    #[tokio::test(start_paused = true)]
    async fn what_connects_and_ends_in_one_step_may_have_sent() {
        let request = async {
            connecting(SECOND).await;
        };
        let ((), connecting) = watched(request).await;
        assert!(!connecting);
    }

    #[tokio::test(start_paused = true)]
    async fn requests_within_a_request_and_beside_it_are_told_apart() {
        let inner = async {
            let (_, inner) = watched(timeout(SECOND, sleep(9 * SECOND))).await;
            inner
        };
        let outer = async {
            let (inner, ()) = tokio::join!(inner, connecting(2 * SECOND));
            sleep(9 * SECOND).await;
            inner
        };
        let beside = watched(timeout(SECOND, connecting(9 * SECOND)));
        let ((_, outer), (_, beside)) = tokio::join!(watched(timeout(3 * SECOND, outer)), beside);
        assert!(!outer && beside);
        // One that is polled behind the connector does not hide it.
        let both = async { tokio::join!(connecting(9 * SECOND), watched(sleep(9 * SECOND))) };
        let (_, outer) = watched(timeout(SECOND, both)).await;
        assert!(outer);
    }

    /// A connector that never gets ready.
    struct Busy;

    impl Service<()> for Busy {
        type Response = ();
        type Error = ();
        type Future = std::future::Ready<Result<(), ()>>;

        fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), ()>> {
            Poll::Pending
        }

        fn call(&mut self, (): ()) -> Self::Future {
            std::future::ready(Ok(()))
        }
    }

    #[tokio::test(start_paused = true)]
    async fn what_waits_for_a_connector_that_is_not_ready_has_sent_nothing() {
        let mut connector = Tells.layer(Busy);
        let ready = std::future::poll_fn(|context| connector.poll_ready(context));
        let (_, connecting) = watched(timeout(SECOND, ready)).await;
        assert!(connecting);
    }
}
