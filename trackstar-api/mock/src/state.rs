//! Who is known to a service, what is planned, what has arrived.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use crate::answer::Script;
use crate::limits::Windows;
use crate::request::Received;

/// The property of an answer that holds the access token of a new connection.
const NEW_TOKEN: &str = "access_token";

/// What a service knows and remembers.
#[derive(Default)]
pub(crate) struct State {
    pub(crate) keys: Vec<String>,
    /// Whether the connections that the tokens name are still there.
    pub(crate) tokens: BTreeMap<String, bool>,
    pub(crate) scripts: BTreeMap<String, Script>,
    pub(crate) windows: Option<Windows>,
    pub(crate) received: Vec<Received>,
    pub(crate) answered: u64,
    pub(crate) minted: u64,
}

impl State {
    /// A new access token, of a connection that exists.
    pub(crate) fn mint(&mut self) -> String {
        loop {
            self.minted += 1;
            let token = format!("mock-access-token-{}", self.minted);
            // A test may have one of that name already, of another connection.
            if !self.tokens.contains_key(&token) {
                self.tokens.insert(token.clone(), true);
                return token;
            }
        }
    }
}

/// Every token that an answer tells is one of a connection that exists.
pub(crate) fn new_tokens(value: &mut Value, state: &mut State) {
    match value {
        Value::Object(fields) => {
            for (name, value) in fields {
                if name == NEW_TOKEN && value.is_string() {
                    *value = json!(state.mint());
                } else {
                    new_tokens(value, state);
                }
            }
        }
        Value::Array(items) => items.iter_mut().for_each(|item| new_tokens(item, state)),
        _ => {}
    }
}
