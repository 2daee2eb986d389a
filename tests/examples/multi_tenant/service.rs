//! The service itself; the load test of this project drives it, too.

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

/// The tenants and their connections. All share the client's pool and TLS; limits and budgets are
/// those of each token, so that no tenant can slow another down.
pub(crate) struct Tenants {
    client: Client,
    connections: HashMap<String, Connection>,
    /// A clone goes with each call, so that it can be seen when the last has ended.
    under_way: mpsc::Sender<()>,
    ended: Option<mpsc::Receiver<()>>,
}

impl Tenants {
    pub(crate) fn new(client: Client) -> Self {
        let (under_way, ended) = mpsc::channel(1);
        Self {
            client,
            connections: HashMap::new(),
            under_way,
            ended: Some(ended),
        }
    }

    /// Comes to an end when the service is gone and its last call has ended, be it one whose caller has
    /// hung up.
    pub(crate) fn ended(&mut self) -> impl Future<Output = ()> + use<> {
        let ended = self.ended.take();
        async move {
            if let Some(mut ended) = ended {
                // Nothing is ever sent: this is the last sender's end.
                let _none = ended.recv().await;
            }
        }
    }

    /// Adds a tenant, whose name is shown in spans and counters.
    ///
    /// # Errors
    /// When there is one of that name.
    pub(crate) fn add(
        &mut self,
        name: impl Into<String>,
        token: AccessToken,
    ) -> Result<(), String> {
        let name = name.into();
        let connection = self.client.connection(token).label(&name);
        match self.connections.insert(name.clone(), connection) {
            None => Ok(()),
            Some(_) => Err(format!("there are two tenants called {name}")),
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
        let body = Json(json!({"error": "no such tenant"}));
        return Ok((StatusCode::NOT_FOUND, body).into_response());
    };
    // In a task of its own: when the caller hangs up, the delete goes on to an end that is known.
    let under_way = tenants.under_way.clone();
    let call = tokio::spawn(async move {
        let outcome = connection.delete_connection().send().await;
        drop(under_way);
        outcome
    });
    let deleted = match call.await {
        Ok(outcome) => outcome?,
        Err(_) => return Ok(StatusCode::INTERNAL_SERVER_ERROR.into_response()),
    };
    Ok(Json(json!({"id": deleted.id, "deleted": deleted.deleted})).into_response())
}

/// An error as the caller of this service gets to see it.
struct Failed(Error);

impl From<Error> for Failed {
    fn from(error: Error) -> Self {
        Self(error)
    }
}

impl IntoResponse for Failed {
    fn into_response(self) -> Response {
        let error = self.0;
        // Whether the outcome is known comes first: it decides what the caller may do.
        let status = if error.outcome_unknown() {
            StatusCode::BAD_GATEWAY
        } else if error.status() == Some(StatusCode::SERVICE_UNAVAILABLE) {
            StatusCode::SERVICE_UNAVAILABLE
        } else if error.is_rate_limited() || error.retry_after().is_some() {
            StatusCode::TOO_MANY_REQUESTS
        } else if error.is_timeout() {
            StatusCode::GATEWAY_TIMEOUT
        } else if error.message().is_some() && (error.is_unauthorized() || error.is_not_found()) {
            // The API's own word on this service's token, not the caller's: the connection is gone, or
            // never was. A gateway's page says nothing of it. (A wrong API key looks the same, for all
            // tenants at once.)
            StatusCode::GONE
        } else {
            StatusCode::BAD_GATEWAY
        };
        let body = json!({
            // The API's own text is for people; ours names no secret either.
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
