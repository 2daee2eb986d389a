//! A transport made of a `tower::Service`.

use std::task::{Context, Poll};

use serde_json::json;
use trackstar_api::prelude::*;
use trackstar_api::reexports::http_1::{Method, Request, Response};
use trackstar_api::transport::{Body, Sent, TowerTransport, TransportError};
use trackstar_api::{Effect, Error, RetryPolicy};

use crate::transport::{Chunks, DELETED, connection};

/// A service that is ready at the second poll, or fails.
#[derive(Clone)]
struct Service {
    polls: usize,
    ready: Result<(), Sent>,
    call: Result<(), Sent>,
}

fn failed(sent: Sent) -> Box<dyn std::error::Error + Send + Sync> {
    match sent {
        Sent::No => TransportError::new("no").with_sent(Sent::No).into(),
        Sent::Maybe => "broken".into(),
    }
}

impl tower_service::Service<Request<Body>> for Service {
    type Response = Response<
        Chunks<
            Box<
                dyn FnMut(&mut Context<'_>) -> Poll<Option<Result<Vec<u8>, std::io::Error>>> + Send,
            >,
        >,
    >;
    type Error = Box<dyn std::error::Error + Send + Sync>;
    type Future = std::future::Ready<Result<Self::Response, Self::Error>>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), Self::Error>> {
        self.polls += 1;
        if self.polls == 1 {
            context.waker().wake_by_ref();
            return Poll::Pending;
        }
        Poll::Ready(self.ready.map_err(failed))
    }

    fn call(&mut self, request: Request<Body>) -> Self::Future {
        assert_eq!((self.polls, request.method().as_str()), (2, "POST"));
        let mut body = Some(Ok(DELETED.as_bytes().to_vec()));
        let body = Chunks(Box::new(move |_: &mut Context<'_>| Poll::Ready(body.take())) as Box<_>);
        let response = self.call.map(|()| Response::new(body));
        std::future::ready(response.map_err(failed))
    }
}

#[tokio::test]
async fn sends_by_a_tower_service_once_it_is_ready() {
    let send = async |ready, call| {
        let service = TowerTransport::new(Service {
            polls: 0,
            ready,
            call,
        });
        let request = connection(service).request(Method::POST, "/x");
        let request = request.json(&json!({})).with_retries(RetryPolicy::never());
        let sent: Result<_, Error> = request.send_json::<serde_json::Value>().await;
        sent.map(|value| value["id"].clone())
            .map_err(|error| error.effect())
    };
    assert_eq!(send(Ok(()), Ok(())).await, Ok(json!("c-1")));
    // The service was not ready, so nothing was sent.
    assert_eq!(send(Err(Sent::Maybe), Ok(())).await, Err(Effect::NotDone));
    assert_eq!(send(Ok(()), Err(Sent::Maybe)).await, Err(Effect::Unknown));
    assert_eq!(send(Ok(()), Err(Sent::No)).await, Err(Effect::NotDone));
}
