//! The mock server: it records requests and sends configured responses.

use std::collections::VecDeque;
use std::convert::Infallible;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use anyhow::Context;
use http_body_util::{BodyExt, Full};
use hyper::body::{Bytes, Incoming};
use hyper_util::rt::TokioIo;
use tokio::net::TcpListener;
use tokio::runtime::Runtime;

use crate::call::Request;
use crate::response_generator::Reply;
use crate::spec::is_json;

/// A server on the loopback interface with separate threads. Dropping it stops it.
pub(crate) struct Mock {
    address: std::net::SocketAddr,
    state: Arc<Mutex<State>>,
    _runtime: Runtime,
}

#[derive(Default)]
struct State {
    replies: VecDeque<Reply>,
    requests: Vec<Request>,
}

impl Mock {
    pub(crate) fn start() -> anyhow::Result<Self> {
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(1)
            .enable_all()
            .build()
            .context("failed to start the threads of the mock server")?;
        let listener = runtime
            .block_on(TcpListener::bind("127.0.0.1:0"))
            .context("failed to open a port of loopback for the mock server")?;
        let address = listener
            .local_addr()
            .context("failed to find the mock server's port")?;
        let state = Arc::new(Mutex::new(State::default()));
        let shared = Arc::clone(&state);
        runtime.spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let shared = Arc::clone(&shared);
                let service =
                    hyper::service::service_fn(move |request| answer(request, Arc::clone(&shared)));
                let serve = hyper::server::conn::http1::Builder::new()
                    .serve_connection(TokioIo::new(stream), service);
                tokio::spawn(async move {
                    // The waiting thread notices a client that closed the connection.
                    let _gone = serve.await;
                });
            }
        });
        Ok(Self {
            address,
            state,
            _runtime: runtime,
        })
    }

    pub(crate) fn base_url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Forgets recorded requests, and sends `replies` to the next ones.
    pub(crate) fn expect(&self, replies: impl IntoIterator<Item = Reply>) {
        let mut state = lock(&self.state);
        state.requests.clear();
        state.replies = replies.into_iter().collect();
    }

    /// Returns the requests since the last reset.
    pub(crate) fn arrived(&self) -> Vec<Request> {
        std::mem::take(&mut lock(&self.state).requests)
    }
}

fn lock(state: &Mutex<State>) -> MutexGuard<'_, State> {
    state.lock().unwrap_or_else(PoisonError::into_inner)
}

async fn answer(
    request: hyper::Request<Incoming>,
    state: Arc<Mutex<State>>,
) -> Result<hyper::Response<Full<Bytes>>, Infallible> {
    let (head, body) = request.into_parts();
    let text =
        |value: &hyper::header::HeaderValue| String::from_utf8_lossy(value.as_bytes()).into_owned();
    let headers = head
        .headers
        .iter()
        .map(|(name, value)| (name.to_string(), text(value)));
    let mut request = Request {
        method: head.method.to_string(),
        path: head.uri.path().to_owned(),
        query: head.uri.query().unwrap_or_default().to_owned(),
        headers: headers.collect(),
        // A truncated body differs from the given one.
        body: body
            .collect()
            .await
            .map(|it| it.to_bytes().to_vec())
            .unwrap_or_default(),
        parts: None,
    };
    let kind = request.header("content-type").next().unwrap_or_default();
    if kind.starts_with("multipart/") {
        request.parts = Some(trackstar_mock::parts(kind, &request.body));
    }
    let reply = {
        let mut state = lock(&state);
        state.requests.push(request);
        state.replies.pop_front()
    };
    Ok(match reply {
        Some(reply) => response(&reply),
        None => plain(
            500,
            "text/plain",
            "no response is configured for this request".into(),
        ),
    })
}

fn response(reply: &Reply) -> hyper::Response<Full<Bytes>> {
    match &reply.body {
        None => plain(reply.status, "", Vec::new()),
        Some((media, serde_json::Value::String(text))) if !is_json(media) => {
            plain(reply.status, media, text.clone().into_bytes())
        }
        Some((media, value)) => plain(reply.status, media, value.to_string().into_bytes()),
    }
}

fn plain(status: u16, media: &str, body: Vec<u8>) -> hyper::Response<Full<Bytes>> {
    let mut response = hyper::Response::new(Full::new(Bytes::from(body)));
    *response.status_mut() = hyper::StatusCode::from_u16(status).unwrap_or_default();
    if let Ok(media) = media.parse()
        && !hyper::body::Body::is_end_stream(response.body())
    {
        response
            .headers_mut()
            .insert(hyper::header::CONTENT_TYPE, media);
    }
    response
}
