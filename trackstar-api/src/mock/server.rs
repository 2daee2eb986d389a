//! The server of a [`MockServer`](super::MockServer), which runs on its own thread.

use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use http_body_util::BodyExt;
use hyper::body::{Bytes, Incoming};
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use tokio::net::TcpListener;
use tokio::sync::oneshot;
use trackstar_mock::{Request, Service};

#[cfg(feature = "httpmock")]
use super::mocks::Address;
use super::reply::{HttpResponse, write};

/// A server. It runs until this is dropped.
#[derive(Debug)]
pub(super) struct Server {
    pub(super) address: SocketAddr,
    /// When this is dropped, the thread exits.
    _running: oneshot::Sender<()>,
}

/// The state needed to respond to requests.
pub(super) struct ServerState {
    pub(super) service: Arc<Service>,
    #[cfg(feature = "httpmock")]
    pub(super) mocks: Address,
}

impl Server {
    /// Runs the server on a loopback port until it's dropped. Use 0 for any free port.
    ///
    /// This needs to be called on the server's own thread. Once the server is ready, it is passed
    /// to `started`.
    pub(super) fn run(shared: ServerState, port: u16, started: impl FnOnce(io::Result<Self>)) {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build();
        let runtime = match runtime {
            Ok(runtime) => runtime,
            Err(error) => return started(Err(error)),
        };
        runtime.block_on(async move {
            let listening = TcpListener::bind((Ipv4Addr::LOCALHOST, port)).await;
            let listening = listening.and_then(|it| Ok((it.local_addr()?, it)));
            let (address, listener) = match listening {
                Ok(listening) => listening,
                Err(error) => return started(Err(error)),
            };
            let (running, ended) = oneshot::channel();
            started(Ok(Self {
                address,
                _running: running,
            }));
            // This task ends along with the runtime.
            tokio::spawn(accept(listener, Arc::new(shared)));
            let _dropped = ended.await;
        });
    }
}

async fn accept(listener: TcpListener, shared: Arc<ServerState>) {
    loop {
        let Ok((stream, _)) = listener.accept().await else {
            // Either the client has closed the connection, or there are too many open files. The
            // latter might take a while to get better.
            tokio::time::sleep(Duration::from_millis(10)).await;
            continue;
        };
        let shared = Arc::clone(&shared);
        tokio::spawn(async move {
            let service = service_fn(move |request| answer(request, Arc::clone(&shared)));
            let serve = hyper::server::conn::http1::Builder::new()
                .serve_connection(TokioIo::new(stream), service);
            // The test already knows that its client closed the connection.
            let _gone = serve.await;
        });
    }
}

async fn answer(
    request: hyper::Request<Incoming>,
    shared: Arc<ServerState>,
) -> io::Result<HttpResponse> {
    let (head, body) = request.into_parts();
    let body = body.collect().await.map_err(io::Error::other)?.to_bytes();
    respond((&head, &body), &shared, SystemTime::now()).await
}

/// Responds to a request. `now` is the time of its arrival.
pub(super) async fn respond(
    (head, body): (&http::request::Parts, &Bytes),
    shared: &ServerState,
    now: SystemTime,
) -> io::Result<HttpResponse> {
    let request = read(head, body);
    #[cfg(feature = "httpmock")]
    {
        let (mocks, service) = (&shared.mocks, &shared.service);
        if let Some(response) = mocks.respond(service, (head, body), &request).await? {
            return Ok(response);
        }
    }
    let reply = shared.service.answer(request, now);
    tokio::time::sleep(reply.delay).await;
    write(reply)
}

fn read(head: &http::request::Parts, body: &Bytes) -> Request {
    let headers = head.headers.iter().map(|(name, value)| {
        let value = String::from_utf8_lossy(value.as_bytes()).into_owned();
        (name.as_str().to_owned(), value)
    });
    Request {
        method: head.method.to_string(),
        path: head.uri.path().to_owned(),
        query: head.uri.query().unwrap_or_default().to_owned(),
        headers: headers.collect(),
        body: body.to_vec(),
    }
}
