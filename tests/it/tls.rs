//! Faults before a connection is established. Tokio's time is paused.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use rcgen::{CertifiedKey, KeyPair, generate_simple_self_signed};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::Instant;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::pki_types::PrivateKeyDer;
use tokio_rustls::rustls::{ServerConfig, crypto};
use trackstar_api::prelude::*;
use trackstar_api::reexports::http_1::Method;
use trackstar_api::reexports::reqwest_0_13 as reqwest;
use trackstar_api::{Connection, Error};
use trackstar_tests::{Fate, FaultServer, builder, connection_of};

const GOOD: &[u8] = b"HTTP/1.1 200 OK\r\nconnection: close\r\ncontent-length: 56\r\n\r\n\
    {\"id\": \"conn-1\", \"object\": \"connection\", \"deleted\":true}";

#[derive(Clone, Copy, Debug, PartialEq)]
enum Fault {
    /// The server never responds to the handshake.
    Silence,
    /// The server responds with garbage.
    Garbage,
    /// The server closes the connection during the handshake.
    Close,
    /// The client does not trust the certificate.
    Untrusted,
    /// The client trusts the certificate, but it is for another host.
    AnotherHost,
}

const FAULTS: [Fault; 5] = [
    Fault::Silence,
    Fault::Garbage,
    Fault::Close,
    Fault::Untrusted,
    Fault::AnotherHost,
];

fn certified(host: &str) -> CertifiedKey<KeyPair> {
    generate_simple_self_signed([host.to_owned()]).unwrap()
}

pub(crate) fn acceptor(certified: &CertifiedKey<KeyPair>) -> TlsAcceptor {
    let key = PrivateKeyDer::try_from(certified.signing_key.serialize_der()).unwrap();
    let config =
        ServerConfig::builder_with_provider(Arc::new(crypto::aws_lc_rs::default_provider()))
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_no_client_auth()
            .with_single_cert(vec![certified.cert.der().clone()], key)
            .unwrap();
    TlsAcceptor::from(Arc::new(config))
}

/// A server whose connections fail if `faulty` returns true for their numbers. Counts connections
/// and requests.
struct Server {
    _listening: FaultServer,
    connection: Connection,
    connections: Arc<AtomicUsize>,
    requests: Arc<AtomicUsize>,
}

const TOTAL: Duration = Duration::from_secs(30);

async fn start(fault: Fault, faulty: fn(usize) -> bool) -> Server {
    let [good, stranger, other] = ["127.0.0.1", "127.0.0.1", "localhost"].map(certified);
    let trusted = [&good, &other].map(|it| reqwest::Certificate::from_der(it.cert.der()).unwrap());
    let acceptors = [good, stranger, other].map(|it| acceptor(&it));
    let (connections, requests) = (Arc::<AtomicUsize>::default(), Arc::<AtomicUsize>::default());
    let counts = (Arc::clone(&connections), Arc::clone(&requests));
    let server = FaultServer::raw(move |stream| {
        let number = counts.0.fetch_add(1, Ordering::SeqCst);
        let fault = faulty(number).then_some(fault);
        let [good, stranger, other] = acceptors.clone();
        let requests = Arc::clone(&counts.1);
        async move {
            let acceptor = match fault {
                None => good,
                Some(Fault::Untrusted) => stranger,
                Some(Fault::AnotherHost) => other,
                Some(fault) => return misbehave(stream, fault).await,
            };
            // The client closes the connection if it rejects the certificate.
            let Ok(mut stream) = acceptor.accept(stream).await else {
                return;
            };
            if matches!(stream.read(&mut [0; 4096]).await, Ok(count) if count > 0) {
                requests.fetch_add(1, Ordering::SeqCst);
                let _gone = stream.write_all(GOOD).await;
                let _gone = stream.shutdown().await;
            }
        }
    });
    let server = server.await.unwrap();
    let client = builder(server.base_url().replace("http:", "https:"))
        .unwrap()
        .reqwest_0_13(reqwest::Client::builder().tls_certs_only(trusted))
        .connect_timeout(Duration::from_secs(5))
        .timeout(TOTAL)
        .build()
        .unwrap();
    Server {
        _listening: server,
        connection: connection_of(&client).unwrap(),
        connections,
        requests,
    }
}

async fn misbehave(mut stream: TcpStream, fault: Fault) {
    let mut chunk = [0; 4096];
    let _hello = stream.read(&mut chunk).await;
    match fault {
        Fault::Garbage => {
            let _gone = stream.write_all(b"HTTP/1.1 400 Bad\r\n\r\n").await;
        }
        Fault::Silence => while matches!(stream.read(&mut chunk).await, Ok(count) if count > 0) {},
        _ => {}
    }
}

impl Server {
    async fn call(&self, method: &Method) -> Result<(), Error> {
        let began = Instant::now();
        let request = self.connection.request(method.clone(), "/things");
        let outcome = request.send().await.map(|_| ());
        assert!(began.elapsed() <= TOTAL, "{:?}", began.elapsed());
        outcome
    }

    fn counts(&self) -> (usize, usize) {
        let [connections, requests] =
            [&self.connections, &self.requests].map(|it| it.load(Ordering::SeqCst));
        (connections, requests)
    }
}

#[tokio::test(start_paused = true)]
async fn failed_handshake_is_retried_for_every_method() {
    for fault in FAULTS {
        for method in [Method::GET, Method::POST, Method::PATCH, Method::DELETE] {
            let server = start(fault, |number| number == 0).await;
            server.call(&method).await.expect("the second is good");
            assert_eq!(server.counts(), (2, 1), "{fault:?} {method}");

            let server = start(fault, |_| true).await;
            let error = server.call(&method).await.expect_err("no connection");
            assert!(error.is_connect() && !error.outcome_unknown(), "{error}");
            assert_eq!(error.is_timeout(), fault == Fault::Silence, "{error}");
            assert!(error.to_string().contains("nothing was sent"), "{error}");
            assert_eq!(error.attempts().len(), 3, "{fault:?} {method}");
            assert_eq!(server.counts(), (3, 0), "{fault:?} {method}");
        }
        let server = start(fault, |number| number % 2 == 0).await;
        for _ in 0..4 {
            server
                .call(&Method::POST)
                .await
                .expect("every second attempt succeeds");
        }
        assert_eq!(server.counts(), (8, 4), "{fault:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn timeout_while_connecting_sent_nothing() {
    let silent = FaultServer::always(Fate::Hang(Vec::new())).await.unwrap();
    let base_url = silent.base_url().replace("http:", "https:");
    let seconds = Duration::from_secs;
    for (connect, attempt, total, attempts) in [
        (Some(seconds(3)), Some(seconds(60)), Some(seconds(60)), 3),
        (Some(seconds(10)), Some(seconds(3)), Some(seconds(60)), 3),
        (None, Some(seconds(3)), None, 3),
        (Some(seconds(10)), Some(seconds(10)), Some(seconds(3)), 1),
        // The timeout of the call ends the last attempt.
        (Some(seconds(3)), Some(seconds(60)), Some(seconds(5)), 2),
        (None, None, Some(seconds(3)), 1),
    ] {
        let client = builder(&base_url).unwrap().connect_timeout(connect);
        let client = client.attempt_timeout(attempt).timeout(total).build();
        let connection = connection_of(&client.unwrap()).unwrap();
        let error = connection.delete_connection().send().await.unwrap_err();
        let case = format!("{connect:?} {attempt:?} {total:?}: {error}");
        assert!(error.is_connect() && error.is_timeout(), "{case}");
        assert!(!error.outcome_unknown(), "{case}");
        assert_eq!(error.attempts().len(), attempts, "{case}");
    }
    assert!(silent.heads().is_empty(), "no request was sent");
}
