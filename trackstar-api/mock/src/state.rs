//! The state of a service.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use crate::answer::{Answer, Script};
use crate::limits::Windows;
use crate::request::Received;
use crate::vary::Random;

/// If a response creates a connection, this property has its access token.
const NEW_TOKEN: &str = "access_token";

/// The credentials, scripts and requests of a service.
#[derive(Default)]
pub(crate) struct State {
    pub(crate) keys: Vec<String>,
    /// The access tokens, and whether their connections still exist.
    pub(crate) tokens: BTreeMap<String, bool>,
    pub(crate) scripts: BTreeMap<String, Script>,
    pub(crate) windows: Option<Windows>,
    pub(crate) received: Vec<Received>,
    pub(crate) answered: u64,
    pub(crate) minted: u64,
    pub(crate) variation: Option<Random>,
}

impl State {
    /// Returns the next scripted response for the operation at this JSON pointer.
    pub(crate) fn planned(&mut self, operation: &str) -> Option<Answer> {
        self.scripts.get_mut(operation)?.next()
    }

    /// Returns the number of connections that exist.
    pub(crate) fn connections(&self) -> usize {
        self.tokens.values().filter(|exists| **exists).count()
    }

    /// Adds a connection and returns its access token.
    pub(crate) fn mint(&mut self) -> String {
        loop {
            self.minted += 1;
            let token = format!("mock-access-token-{}", self.minted);
            // A test might already have added a connection with this token.
            if !self.tokens.contains_key(&token) {
                self.tokens.insert(token.clone(), true);
                return token;
            }
        }
    }
}

/// Replaces all access tokens in a response with those of new connections.
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
