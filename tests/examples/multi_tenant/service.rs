//! The service itself. We also use it in a load test.

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

/// The tenants and their connections.
///
/// All of them share the client's connection pool and TLS configuration. Rate limits and retry
/// budgets are separate for each token, so that tenants can't slow each other down.
pub(crate) struct Tenants {
    client: Client,
    connections: HashMap<String, Connection>,
    /// Every call gets a clone of this. That's how we can tell when the last one has ended.
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

    /// Waits until the service has stopped and all calls have ended, even if nobody is waiting for
    /// their response anymore.
    pub(crate) fn ended(&mut self) -> impl Future<Output = ()> + use<> {
        let ended = self.ended.take();
        async move {
            if let Some(mut ended) = ended {
                // We never send anything, so this returns when the last sender is dropped.
                let _none = ended.recv().await;
            }
        }
    }

    /// Adds a tenant. Its name appears in spans and metrics.
    ///
    /// # Errors
    ///
    /// This returns an error if there already is a tenant with this name.
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
    // We use a separate task so that the delete isn't interrupted if the caller disconnects.
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

/// An error to be returned to the caller.
struct Failed(Error);

impl From<Error> for Failed {
    fn from(error: Error) -> Self {
        Self(error)
    }
}

impl IntoResponse for Failed {
    fn into_response(self) -> Response {
        let error = self.0;
        // This has to come first. If the outcome isn't known, nothing else really matters.
        let status = if error.outcome_unknown() {
            StatusCode::BAD_GATEWAY
        } else if error.status() == Some(StatusCode::SERVICE_UNAVAILABLE) {
            StatusCode::SERVICE_UNAVAILABLE
        } else if error.is_rate_limited() || error.retry_after().is_some() {
            StatusCode::TOO_MANY_REQUESTS
        } else if error.is_timeout() {
            StatusCode::GATEWAY_TIMEOUT
        } else if error.message().is_some() && (error.is_unauthorized() || error.is_not_found()) {
            // This is about our own token, not the caller's. It means that the connection has been
            // deleted or never existed, provided that the response came from the API and not from a
            // gateway. (If the API key was wrong, this would happen for all tenants.)
            StatusCode::GONE
        } else {
            StatusCode::BAD_GATEWAY
        };
        let body = json!({
            // The API's message is meant to be shown to people. The client's own message is safe to
            // show too, since it doesn't contain secrets.
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
