//! The one road from a built request to an answer that is read to its end.
//!
//! It knows no operation by name; what it must know of one comes with the call.

use std::borrow::Cow;
use std::fmt;
use std::sync::Arc;

use crate::answer::Answer;
use crate::base_url::BaseUrl;
use crate::credentials::{ACCESS_TOKEN_HEADER, API_KEY_HEADER, AccessToken, ApiKey};
use crate::error::Error;
use crate::operation::Operation;
use crate::redact::redact;

/// What all connections of a client share: pool, TLS, address, key.
pub(crate) struct Shared {
    pub(crate) http: reqwest::Client,
    pub(crate) base_url: BaseUrl,
    pub(crate) api_key: ApiKey,
}

/// Who calls: the client, and the connection's token where there is one.
#[derive(Clone)]
pub(crate) struct Caller {
    shared: Arc<Shared>,
    token: Option<AccessToken>,
}

impl Caller {
    pub(crate) fn new(shared: Arc<Shared>, token: Option<AccessToken>) -> Self {
        Self { shared, token }
    }

    /// The same client on behalf of the connection that `token` names.
    pub(crate) fn with_token(&self, token: AccessToken) -> Self {
        Self {
            shared: Arc::clone(&self.shared),
            token: Some(token),
        }
    }

    /// Without a trailing slash: paths begin with one.
    pub(crate) fn base_url(&self) -> &str {
        self.shared.base_url.as_str()
    }

    pub(crate) fn http(&self) -> &reqwest::Client {
        &self.shared.http
    }

    /// Sends `request` with the credentials that `operation` needs and reads the answer whole.
    pub(crate) async fn execute(
        &self,
        mut request: reqwest::Request,
        operation: &'static Operation,
    ) -> Result<Answer, Error> {
        self.authorize(&mut request, operation)?;
        let response = self
            .shared
            .http
            .execute(request)
            .await
            .map_err(|error| Error::unanswered(operation, self.base_url(), error))?;
        Answer::read(response, operation, self.clone()).await
    }

    /// Inserts the credentials, and only those that the operation needs.
    fn authorize(
        &self,
        request: &mut reqwest::Request,
        operation: &'static Operation,
    ) -> Result<(), Error> {
        let headers = request.headers_mut();
        headers.insert(API_KEY_HEADER, self.shared.api_key.secret().header());
        if operation.needs_token {
            let token = self
                .token
                .as_ref()
                .ok_or_else(|| Error::no_token(operation))?;
            headers.insert(ACCESS_TOKEN_HEADER, token.secret().header());
        }
        Ok(())
    }

    /// Takes the caller's credentials out of what a server sent.
    pub(crate) fn redact<'a>(&self, text: &'a [u8]) -> Cow<'a, [u8]> {
        let key = self.shared.api_key.secret().as_bytes();
        match &self.token {
            Some(token) => redact(text, &[key, token.secret().as_bytes()]),
            None => redact(text, &[key]),
        }
    }

    /// As [`redact`](Self::redact), for what is text.
    pub(crate) fn redact_text(&self, text: &str) -> String {
        String::from_utf8_lossy(&self.redact(text.as_bytes())).into_owned()
    }
}

impl fmt::Debug for Caller {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Caller")
            .field("base_url", &self.base_url())
            .field("api_key", &self.shared.api_key)
            .field("access_token", &self.token)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NEEDS_TOKEN: Operation = Operation {
        id: "remove",
        method: "DELETE",
        path: "/things",
        needs_token: true,
        ..Operation::BLANK
    };

    fn caller() -> Caller {
        let shared = Shared {
            http: reqwest::Client::new(),
            base_url: BaseUrl::parse("http://127.0.0.1:9").expect("valid"),
            api_key: ApiKey::new("key-1").expect("valid"),
        };
        Caller::new(Arc::new(shared), None)
    }

    fn request() -> reqwest::Request {
        reqwest::Client::new()
            .delete("http://127.0.0.1:9/things")
            .build()
            .expect("valid")
    }

    #[test]
    fn an_operation_that_needs_a_token_and_has_none_fails_before_anything_is_sent() {
        let error = caller()
            .authorize(&mut request(), &NEEDS_TOKEN)
            .expect_err("must fail");
        assert!(
            error.to_string().contains("needs an access token"),
            "{error}"
        );
    }

    #[test]
    fn an_operation_gets_the_credentials_that_it_needs_and_no_others() {
        static KEY_ALONE: Operation = Operation {
            id: "list",
            method: "GET",
            path: "/things",
            ..Operation::BLANK
        };
        let caller = caller().with_token(AccessToken::new("token-1").expect("valid"));

        let mut both = request();
        caller
            .authorize(&mut both, &NEEDS_TOKEN)
            .expect("authorized");
        assert_eq!(both.headers()[API_KEY_HEADER], "key-1");
        assert_eq!(both.headers()[ACCESS_TOKEN_HEADER], "token-1");
        assert!(both.headers().values().all(http::HeaderValue::is_sensitive));

        let mut one = request();
        caller.authorize(&mut one, &KEY_ALONE).expect("authorized");
        assert!(one.headers().contains_key(API_KEY_HEADER));
        assert!(!one.headers().contains_key(ACCESS_TOKEN_HEADER));
    }
}
