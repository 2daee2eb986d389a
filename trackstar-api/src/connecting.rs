//! Whether an attempt that ran out of time was still connecting: then nothing was sent, and what
//! became of the operation is known.
//!
//! The pool of connections does not tell. It polls the connector within the future of the request
//! for as long as that request waits for it, and no longer: once a connection is there, made for it or
//! left behind by another request (for which it looks first), it sends. So what a poll of the
//! request's future has seen of the connector tells on which side of sending it ended.

use std::cell::Cell;
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::task::{Context, Poll, ready};

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
        Connector(Arc::new(inner))
    }
}

/// A connector that tells. The pool takes a copy of it for each request, most of which need none, so
/// that a copy has to cost nothing.
#[derive(Debug)]
pub(crate) struct Connector<S>(Arc<S>);

impl<S> Clone for Connector<S> {
    fn clone(&self) -> Self {
        Self(Arc::clone(&self.0))
    }
}

impl<S, R> Service<R> for Connector<S>
where
    S: Service<R, Future: Unpin> + Clone + Unpin,
    R: Unpin,
{
    type Response = S::Response;
    type Error = S::Error;
    type Future = Connecting<S, R, S::Future>;

    /// Whether what is behind it is ready is asked when it is called.
    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), S::Error>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, target: R) -> Self::Future {
        Connecting::Begins(S::clone(&self.0), Some(target))
    }
}

/// A connection that is being made.
#[derive(Debug)]
pub(crate) enum Connecting<S, R, F> {
    Begins(S, Option<R>),
    Goes(F),
}

impl<S, R> Future for Connecting<S, R, S::Future>
where
    S: Service<R, Future: Unpin> + Unpin,
    R: Unpin,
{
    type Output = Result<S::Response, S::Error>;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        if let Self::Begins(service, target) = &mut *self {
            ready!(note(service.poll_ready(context)))?;
            // It is there until the connector is called, which it is once.
            let Some(target) = target.take() else {
                return note(Poll::Pending);
            };
            let going = service.call(target);
            *self = Self::Goes(going);
        }
        match &mut *self {
            Self::Goes(going) => note(Pin::new(going).poll(context)),
            Self::Begins(..) => note(Poll::Pending),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use tokio::time::{sleep, timeout};

    use super::*;

    const SECOND: Duration = Duration::from_secs(1);

    /// A connector that takes this long, and is ready at once, or never.
    #[derive(Clone)]
    struct Slow(Duration, bool);

    impl Service<()> for Slow {
        type Response = ();
        type Error = ();
        type Future = Pin<Box<dyn Future<Output = Result<(), ()>> + Send>>;

        fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), ()>> {
            if self.1 {
                Poll::Ready(Ok(()))
            } else {
                Poll::Pending
            }
        }

        fn call(&mut self, (): ()) -> Self::Future {
            let time = self.0;
            Box::pin(async move {
                sleep(time).await;
                Ok(())
            })
        }
    }

    async fn connecting(time: Duration) {
        let mut connector = Tells.layer(Slow(time, true));
        connector.call(()).await.expect("it connects");
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

    #[tokio::test(start_paused = true)]
    async fn what_waits_for_a_connector_that_is_not_ready_has_sent_nothing() {
        let mut connector = Tells.layer(Slow(SECOND, false));
        let (_, connecting) = watched(timeout(SECOND, connector.call(()))).await;
        assert!(connecting);
    }
}
