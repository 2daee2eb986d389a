//! Compile-time properties of public types.

use trackstar_api::prelude::*;
use trackstar_api::types::DeleteConnectionResponse;
use trackstar_api::{
    AccessToken, ApiKey, Client, ClientBuilder, Connection, Detail, Error, Response, builder,
};

fn shared<T: Send + Sync + 'static>() {}
fn value<T>()
where
    T: Clone + std::fmt::Debug + PartialEq + serde::Serialize + serde::de::DeserializeOwned,
{
}
fn sendable<T: Send>(_: &T) {}

#[test]
fn types_are_send_and_sync() {
    shared::<Client>();
    shared::<ClientBuilder>();
    shared::<Connection>();
    shared::<ApiKey>();
    shared::<AccessToken>();
    shared::<Error>();
    shared::<Detail>();
    shared::<Response<DeleteConnectionResponse>>();
    shared::<builder::DeleteConnection>();
    shared::<DeleteConnectionResponse>();
}

#[test]
fn futures_are_send() {
    let connection = trackstar_tests::connection("http://127.0.0.1:1").unwrap();
    sendable(&connection.delete_connection().send());
}

#[test]
fn values_are_plain_data() {
    value::<DeleteConnectionResponse>();
    let text = r#"{"id":"c","object":"connection","deleted":true}"#;
    let one: DeleteConnectionResponse = serde_json::from_str(text).unwrap();
    let other = one.clone();
    assert_eq!(one, other);
    assert_eq!(
        serde_json::to_value(&other).unwrap(),
        serde_json::from_str::<serde_json::Value>(text).unwrap()
    );
}
