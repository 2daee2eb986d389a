//! The service. The load test of this project uses it, too.

use std::collections::HashMap;
use std::sync::Arc;

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::delete;
use axum::{Json, Router};
use serde_json::json;
use tokio::sync::mpsc;
use trackstar_api::prelude::*;
use trackstar_api::{AccessToken, Client, Connection, Error};

/// The tenants and their connections. All share the client's connection pool and TLS configuration.
/// Limits and budgets belong to each token, so that tenants cannot slow each other down.
pub(crate) struct Tenants {
    client: Client,
    connections: HashMap<String, Connection>,
    /// Each call holds a clone, so that the end of the last call can be detected.
    in_progress: mpsc::Sender<()>,
    ended: Option<mpsc::Receiver<()>>,
}

impl Tenants {
    pub(crate) fn new(client: Client) -> Self {
        let (in_progress, ended) = mpsc::channel(1);
        Self {
            client,
            connections: HashMap::new(),
            in_progress,
            ended: Some(ended),
        }
    }

    /// Waits until the service has stopped and its last call has ended, including calls whose
    /// callers are gone.
    pub(crate) fn ended(&mut self) -> impl Future<Output = ()> + use<> {
        let ended = self.ended.take();
        async move {
            if let Some(mut ended) = ended {
                // Nothing is ever sent. Receiving fails when the last sender is dropped.
                let _none = ended.recv().await;
            }
        }
    }

    /// Adds a tenant. Its name appears in spans and metrics.
    ///
    /// # Errors
    /// Returns an error if a tenant of that name exists.
    pub(crate) fn add(
        &mut self,
        name: impl Into<String>,
        token: AccessToken,
    ) -> Result<(), String> {
        let name = name.into();
        let connection = self.client.connection(token).label(&name);
        match self.connections.insert(name.clone(), connection) {
            None => Ok(()),
            Some(_) => Err(format!("duplicate tenant {name}")),
        }
    }
}

pub(crate) fn router(tenants: Tenants) -> Router {
    Router::new()
        .route("/tenants/{tenant}/connection", delete(disconnect))
        .with_state(Arc::new(tenants))
}

async fn disconnect(
    State(tenants): State<Arc<Tenants>>,
    Path(tenant): Path<String>,
) -> Result<Response, Failed> {
    let Some(connection) = tenants.connections.get(&tenant).cloned() else {
        let body = Json(json!({"error": "unknown tenant"}));
        return Ok((StatusCode::NOT_FOUND, body).into_response());
    };
    // Runs in a separate task. If the caller disconnects, the delete continues until its outcome is
    // known.
    let in_progress = tenants.in_progress.clone();
    let call = tokio::spawn(async move {
        let outcome = connection.delete_connection().send().await;
        drop(in_progress);
        outcome
    });
    let deleted = match call.await {
        Ok(outcome) => outcome?,
        Err(_) => return Ok(StatusCode::INTERNAL_SERVER_ERROR.into_response()),
    };
    Ok(Json(json!({"id": deleted.id, "deleted": deleted.deleted})).into_response())
}

/// An error as shown to the callers of this service.
struct Failed(Error);

impl From<Error> for Failed {
    fn from(error: Error) -> Self {
        Self(error)
    }
}

impl IntoResponse for Failed {
    fn into_response(self) -> Response {
        let error = self.0;
        // An unknown outcome comes first, because it determines the caller's options.
        let status = if error.outcome_unknown() {
            StatusCode::BAD_GATEWAY
        } else if error.status() == Some(StatusCode::SERVICE_UNAVAILABLE) {
            StatusCode::SERVICE_UNAVAILABLE
        } else if error.is_rate_limited() || error.retry_after().is_some() {
            StatusCode::TOO_MANY_REQUESTS
        } else if error.is_timeout() {
            StatusCode::GATEWAY_TIMEOUT
        } else if error.message().is_some() && (error.is_unauthorized() || error.is_not_found()) {
            // The API itself rejected the service's token, not the caller's: the connection was
            // deleted or never existed. An HTML page from a gateway would say nothing about it. (An
            // invalid API key has the same effect for all tenants.)
            StatusCode::GONE
        } else {
            StatusCode::BAD_GATEWAY
        };
        let body = json!({
            // The API's message is intended for people. The client's message contains no secrets
            // either.
            "error": error.message().map_or_else(|| error.to_string(), str::to_owned),
            "outcome_unknown": error.outcome_unknown(),
            "request_id": error.request_id(),
        });
        let mut response = (status, Json(body)).into_response();
        if let Some(wait) = error.retry_after() {
            let seconds = wait.as_secs() + u64::from(wait.subsec_nanos() > 0);
            response.headers_mut().insert("retry-after", seconds.into());
        }
        response
    }
}
