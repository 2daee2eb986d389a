//! Implements a document, with credentials, scripts, rate limits and recorded requests.

use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::SystemTime;

use serde_json::Value;
use trackstar_openapi::media_type::is_json;
use trackstar_openapi::model::Operation;

use crate::answer::{Answer, Kind, Reply};
use crate::contract::Contract;
use crate::credentials::{ACCESS_TOKEN, API_KEY, deletes_its_connection, needs};
use crate::draft::{Draft, decoded, json_body};
use crate::limits::{LimitHeaders, Limits, Windows};
use crate::pages::List;
use crate::problems::Problems;
use crate::request::{REDACTED, Received, Request};
use crate::route::{self, Route};
use crate::state::{State, new_tokens};
use crate::vary::vary;
use crate::{check, failure, prefer, secrets};

/// An implementation of a document. At first, it doesn't accept any credentials.
///
/// ```
/// use std::sync::Arc;
/// use std::time::SystemTime;
/// use serde_json::json;
/// use trackstar_mock::{Contract, Request, Service};
///
/// let header = |name: &str| json!({
///     "in": "header", "name": name, "required": true, "schema": {"type": "string"},
/// });
/// let contract = Contract::new(json!({"openapi": "3.1.0", "paths": {"/parcel": {"delete": {
///     "operationId": "delete_parcel",
///     "parameters": [header("x-trackstar-api-key"), header("x-trackstar-access-token")],
///     "responses": {"204": {"description": "Gone."}},
/// }}}}))?;
/// let service = Service::new(Arc::new(contract));
/// service.admit_key("key-1");
/// service.admit_token("token-1");
///
/// let request = Request::new("DELETE", "/parcel").header("x-trackstar-api-key", "key-1");
/// let reply = service.answer(request.clone(), SystemTime::now());
/// assert_eq!(reply.status, 422);
/// assert_eq!(
///     reply.json().unwrap()["detail"]["headers"],
///     json!({"x-trackstar-access-token": ["Missing data for required field."]}),
/// );
///
/// let request = request.header("x-trackstar-access-token", "token-1");
/// assert_eq!(service.answer(request.clone(), SystemTime::now()).status, 204);
/// // The connection is deleted, so its access token is no longer valid.
/// assert_eq!(service.answer(request, SystemTime::now()).status, 401);
/// # Ok::<(), trackstar_mock::Error>(())
/// ```
pub struct Service {
    contract: Arc<Contract>,
    state: Mutex<State>,
}

impl Service {
    /// Creates a service for the contract.
    #[must_use]
    pub fn new(contract: Arc<Contract>) -> Self {
        Self {
            contract,
            state: Mutex::default(),
        }
    }

    pub(crate) fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Returns the contract that this service implements.
    #[must_use]
    pub fn contract(&self) -> &Contract {
        &self.contract
    }

    /// Adds an API key.
    pub fn admit_key(&self, key: impl Into<String>) {
        self.lock().keys.push(key.into());
    }

    /// Adds a connection with the given access token. If it was deleted, this restores it.
    pub fn admit_token(&self, token: impl Into<String>) {
        self.lock().tokens.insert(token.into(), true);
    }

    /// Adds a connection and returns its access token.
    #[must_use]
    pub fn new_token(&self) -> String {
        self.lock().mint()
    }

    /// Sets the rate limits, or disables them if `limits` is `None`.
    pub fn limit(&self, limits: Option<Limits>) {
        self.lock().windows = limits.map(Windows::new);
    }

    /// Returns all requests received so far, in order.
    #[must_use]
    pub fn requests(&self) -> Vec<Received> {
        self.lock().received.clone()
    }

    /// Records a request that was handled elsewhere, and returns the id to use in the response.
    pub fn record(&self, request: Request, status: u16) -> String {
        let route = route::find(self.contract.operations(), &request.method, &request.path);
        let operation = match route {
            Route::Found(operation, _) => Some(operation),
            _ => None,
        };
        let reply = self.finish(operation, request, Draft::new(status, None), None);
        reply.get("x-request-id").unwrap_or_default().to_owned()
    }

    /// Responds to a request. `now` is the time of its arrival.
    pub fn answer(&self, request: Request, now: SystemTime) -> Reply {
        let route = route::find(self.contract.operations(), &request.method, &request.path);
        let mut limit_headers = None;
        let (operation, draft) = match route {
            Route::Unknown => {
                let text = format!(
                    "Not found: the document has no path {}.",
                    decoded(&request.path)
                );
                (None, self.failure(None, 404, &text, None))
            }
            Route::OtherMethod(methods) => {
                let methods = methods.join(", ");
                let text = format!("Method not allowed: the document has {methods} for this path.");
                let mut draft = self.failure(None, 405, &text, None);
                draft.headers.push(("allow".to_owned(), methods));
                (None, draft)
            }
            Route::Found(operation, values) => {
                let draft = self.refused(operation, &request, now, &mut limit_headers);
                let draft = draft.or_else(|| {
                    let problems = check::check(&self.contract, operation, &request, &values);
                    (!problems.is_empty()).then(|| self.invalid(operation, &problems))
                });
                let draft = draft.unwrap_or_else(|| self.planned(operation, &request, now));
                (Some(operation), draft)
            }
        };
        self.finish(operation, request, draft, limit_headers.as_ref())
    }

    /// Returns a 401 if a credential isn't known, or a 429 if the token is over its limit.
    fn refused(
        &self,
        operation: &Operation,
        request: &Request,
        now: SystemTime,
        limit_headers: &mut Option<LimitHeaders>,
    ) -> Option<Draft> {
        let mut state = self.lock();
        let key = request.get(API_KEY).filter(|_| needs(operation, API_KEY));
        if key.is_some_and(|key| !state.keys.iter().any(|it| it == key)) {
            let text = "Invalid API key: use the mock's `api_key()`.";
            return Some(self.failure(Some(operation), 401, text, None));
        }
        let token = request
            .get(ACCESS_TOKEN)
            .filter(|_| needs(operation, ACCESS_TOKEN))?;
        match state.tokens.get(token) {
            Some(true) => {}
            Some(false) => {
                let text = "Invalid access token: its connection has been deleted.";
                return Some(self.failure(Some(operation), 401, text, None));
            }
            None => {
                let text = "Invalid access token: use one from the mock's `new_token()`, or \
                            register it with `admit` or `builder().token(…)`.";
                return Some(self.failure(Some(operation), 401, text, None));
            }
        }
        let counted = state.windows.as_mut()?.count(token, &request.method, now);
        let refused = counted
            .wait
            .map(|_| self.failure(Some(operation), 429, failure::text(429), None));
        *limit_headers = Some(counted);
        refused
    }

    fn invalid(&self, operation: &Operation, problems: &Problems) -> Draft {
        let text = "Validation error: see `detail`.";
        self.failure(Some(operation), 422, text, Some(&problems.detail()))
    }

    /// Responds to a request with the given response, without validating the request. The caller
    /// takes care of the delay.
    pub fn give(
        &self,
        operation: &str,
        answer: Answer,
        request: Request,
        now: SystemTime,
    ) -> Reply {
        let found = self.contract.operation(operation);
        let draft = match &found {
            Ok(operation) => self.given(operation, answer, &request, now),
            Err(error) => self.failure(None, 500, &error.to_string(), None),
        };
        self.finish(found.ok(), request, draft, None)
    }

    /// Returns the next scripted response. If there isn't one, this returns the documented
    /// response.
    fn planned(&self, operation: &Operation, request: &Request, now: SystemTime) -> Draft {
        let planned = self.lock().planned(&operation.pointer);
        let answer = planned.or_else(|| prefer::preferred(&self.contract, operation, request));
        let answer = answer.unwrap_or_else(Answer::documented);
        self.given(operation, answer, request, now)
    }

    /// Converts a scripted response and applies its effect.
    fn given(
        &self,
        operation: &Operation,
        answer: Answer,
        request: &Request,
        now: SystemTime,
    ) -> Draft {
        let mut draft = match answer.kind {
            Kind::Documented => self.success(operation, request, None),
            Kind::Status(status) if status < 400 => self.success(operation, request, Some(status)),
            Kind::Status(status) => {
                self.failure(Some(operation), status, failure::text(status), None)
            }
            Kind::Json(status, value) => Draft {
                given: true,
                ..Draft::new(status, Some(json_body(&value)))
            },
            Kind::Content(status, kind, body) => {
                let none = kind.is_empty() && body.is_empty();
                Draft {
                    given: true,
                    ..Draft::new(status, (!none).then_some((kind, body)))
                }
            }
            Kind::RateLimited(wait) => {
                let mut draft = self.failure(Some(operation), 429, failure::text(429), None);
                draft.headers = LimitHeaders::waiting(&request.method, wait, now).headers();
                draft
            }
            Kind::HangUp => Draft::new(0, None),
        };
        draft.headers.extend(answer.headers);
        draft.delay = answer.delay;
        let succeeds = (200..300).contains(&draft.status) || answer.takes_effect;
        if succeeds
            && deletes_its_connection(operation)
            && let Some(token) = request.get(ACCESS_TOKEN)
            && let Some(exists) = self.lock().tokens.get_mut(token)
        {
            *exists = false;
        }
        draft
    }

    fn success(&self, operation: &Operation, request: &Request, status: Option<u16>) -> Draft {
        let success = match self.contract.success(operation, status) {
            Ok(success) => success,
            Err(error) => {
                let text = format!("The mock cannot create a response: {error}.");
                return self.failure(Some(operation), 500, &text, None);
            }
        };
        let mut body = success.body.clone();
        if let (Some(list), Some((_, page))) = (&success.list, &mut body) {
            match list.answer(request) {
                Ok(cut) => *page = cut,
                Err(problems) => return self.invalid(operation, &problems),
            }
        }
        let body = body.map(|(kind, mut value)| {
            if let (Some(schema), Some(random)) = (&success.schema, &mut self.lock().variation) {
                let keep = success.list.as_ref().map(List::places).unwrap_or_default();
                let fits = |it: &Value| self.contract.fits(schema, it);
                vary(&mut value, random, &keep, fits);
            }
            new_tokens(&mut value, &mut self.lock());
            match value {
                Value::String(text) if !is_json(&kind) => (kind, text.into_bytes()),
                value => (kind, value.to_string().into_bytes()),
            }
        });
        Draft::new(success.status, body)
    }

    fn failure(
        &self,
        operation: Option<&Operation>,
        status: u16,
        text: &str,
        detail: Option<&Value>,
    ) -> Draft {
        let body = failure::body(&self.contract, operation, status, text, detail);
        Draft::new(status, Some(json_body(&body)))
    }

    /// Completes the response and records the request.
    fn finish(
        &self,
        operation: Option<&Operation>,
        mut request: Request,
        draft: Draft,
        limit_headers: Option<&LimitHeaders>,
    ) -> Reply {
        let mut state = self.lock();
        state.answered += 1;
        let mut headers = vec![(
            "x-request-id".to_owned(),
            format!("mock-request-{}", state.answered),
        )];
        let mut body = Vec::new();
        if let Some((kind, content)) = draft.body {
            headers.push(("content-type".to_owned(), kind));
            body = content;
        }
        if (400..500).contains(&draft.status) && !draft.given {
            // The error message contains names from the request, and those could be secrets.
            let known = state.keys.iter().chain(state.tokens.keys());
            let secrets: Vec<&str> = known.map(String::as_str).chain(request.secrets()).collect();
            body = secrets::without(body, &secrets);
        }
        let limit_headers =
            limit_headers.filter(|_| !draft.headers.iter().any(|(name, _)| name == "retry-after"));
        headers.extend(limit_headers.map(LimitHeaders::headers).unwrap_or_default());
        for (name, value) in draft.headers {
            // Headers from the script take precedence over ours.
            headers.retain(|(own, _)| !own.eq_ignore_ascii_case(&name));
            headers.push((name.to_ascii_lowercase(), value));
        }
        if request.method == "HEAD" {
            body.clear();
        }
        let token = request.get(ACCESS_TOKEN).map(str::to_owned);
        let shown = secrets::shown(&self.contract, operation, &request);
        for (name, value) in &mut request.headers {
            if secrets::is_credential(operation, name) {
                REDACTED.clone_into(value);
            }
        }
        let head = secrets::head(&self.contract, operation, &request);
        state.received.push(Received {
            operation: operation
                .map(|it| it.id.clone())
                .filter(|id| !id.is_empty()),
            request,
            token,
            shown,
            head,
            status: draft.status,
        });
        Reply {
            status: draft.status,
            headers,
            body,
            delay: draft.delay,
        }
    }
}

impl fmt::Debug for Service {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let state = self.lock();
        f.debug_struct("Service")
            .field("operations", &self.contract.operations().len())
            .field("connections", &state.connections())
            .field("requests", &state.received.len())
            .finish_non_exhaustive()
    }
}
