//! Mocks created with httpmock. They are tried before the document.

use std::io;
use std::net::SocketAddr;
use std::sync::{Arc, OnceLock};
use std::time::SystemTime;

use http::header::{CONTENT_TYPE, HOST, HeaderName, HeaderValue};
use http::request::Parts;
use http::uri::PathAndQuery;
use http_body_util::{BodyExt, Full};
use hyper::StatusCode;
use hyper::body::Bytes;
use hyper_util::rt::TokioIo;
use tokio::net::TcpStream;
use trackstar_mock::{Request, Service};

use super::reply::{HttpResponse, write};
use super::typed::plan;

/// The response of httpmock if none of the mocks match.
const UNMATCHED: &[u8] = b"Request did not match any route or mock";
/// The paths of httpmock's own management API start with this.
const MANAGEMENT: &str = "/__httpmock__/";
const REQUEST_ID: &str = "x-request-id";

/// The httpmock server and its address, once it has been started.
#[derive(Default)]
pub(super) struct Mocks {
    server: OnceLock<httpmock::MockServer>,
    pub(super) address: Address,
}

/// The address of the httpmock server, once it has been started.
#[derive(Clone, Debug, Default)]
pub(super) struct Address(Arc<OnceLock<SocketAddr>>);

impl Mocks {
    /// Returns the httpmock server, starting it if necessary.
    pub(super) fn server(&self) -> &httpmock::MockServer {
        let server = self.server.get_or_init(httpmock::MockServer::start);
        let _known = self.address.0.set(*server.address());
        server
    }
}

impl Address {
    /// Returns the response of a matching mock, if there is one.
    pub(super) async fn respond(
        &self,
        service: &Service,
        (head, body): (&Parts, &Bytes),
        request: &Request,
    ) -> io::Result<Option<HttpResponse>> {
        let managed = request.path.starts_with(MANAGEMENT);
        let Some(address) = self.0.get().filter(|_| !managed) else {
            return Ok(None);
        };
        let forwarded = forward(*address, head.clone(), body.clone()).await;
        let Some(mut response) = forwarded.map_err(io::Error::other)? else {
            return Ok(None);
        };
        let request = request.clone();
        if let Some(plan) = plan(response.headers()) {
            // httpmock has already taken care of the delay.
            let answer = plan.answer.clone();
            let reply = service.give(plan.operation, answer, request, SystemTime::now());
            return write(reply).map(Some);
        }
        let id = service.record(request, response.status().as_u16());
        if let Ok(id) = HeaderValue::from_str(&id) {
            let name = HeaderName::from_static(REQUEST_ID);
            response.headers_mut().entry(name).or_insert(id);
        }
        Ok(Some(response))
    }
}

async fn forward(
    address: SocketAddr,
    head: Parts,
    body: Bytes,
) -> Result<Option<HttpResponse>, Box<dyn std::error::Error + Send + Sync>> {
    let stream = TcpStream::connect(address).await?;
    let (mut sender, connection) =
        hyper::client::conn::http1::handshake(TokioIo::new(stream)).await?;
    tokio::spawn(connection);
    // When the mock runs in the same process, it gets the full URL instead of a `host` header.
    let mut head = head;
    if let Some(authority) = head.uri.authority() {
        let host = HeaderValue::from_str(authority.as_str())?;
        head.headers.entry(HOST).or_insert(host);
        let path = head.uri.path_and_query().map_or("/", PathAndQuery::as_str);
        head.uri = path.parse()?;
    }
    let request = hyper::Request::from_parts(head, Full::new(body));
    let (head, body) = sender.send_request(request).await?.into_parts();
    let body = body.collect().await?.to_bytes();
    let json = head
        .headers
        .get(CONTENT_TYPE)
        .is_none_or(|kind| kind == "application/json");
    let unmatched = head.status == StatusCode::NOT_FOUND
        && json
        && body.windows(UNMATCHED.len()).any(|part| part == UNMATCHED);
    Ok((!unmatched).then(|| HttpResponse::from_parts(head, Full::new(body))))
}
