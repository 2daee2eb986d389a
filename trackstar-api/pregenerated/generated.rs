/// Types used as operation parameters and responses.
#[allow(clippy::all)]
pub mod types {
    use super::__rt;
    #[cfg(feature = "webhooks")]
    ///`ConnectionDeletedWebhook`
    #[derive(__rt::serde::Serialize, Clone, Debug, PartialEq)]
    #[non_exhaustive]
    #[serde(crate = "__rt::serde")]
    #[cfg_attr(
        feature = "schemars",
        derive(__rt::schemars::JsonSchema),
        schemars(crate = "__rt::schemars")
    )]
    pub struct ConnectionDeletedWebhook {
        ///The ID of the connection.
        pub connection_id: ::std::string::String,
        pub data: ConnectionDeletedWebhookData,
        ///The name of the event, "connection.deleted".
        pub event_type: ::std::string::String,
        ///The name of the connected system.
        #[serde(skip_serializing_if = "::std::option::Option::is_none")]
        pub integration_name: ::std::option::Option<::std::string::String>,
        ///The type of the event, "general" for events about a connection.
        #[serde(skip_serializing_if = "::std::option::Option::is_none")]
        pub integration_type: ::std::option::Option<::std::string::String>,
    }
    #[cfg(feature = "webhooks")]
    ///`ConnectionDeletedWebhookData`
    #[derive(__rt::serde::Serialize, Clone, Debug, Default, PartialEq)]
    #[non_exhaustive]
    #[serde(crate = "__rt::serde")]
    #[cfg_attr(
        feature = "schemars",
        derive(__rt::schemars::JsonSchema),
        schemars(crate = "__rt::schemars")
    )]
    pub struct ConnectionDeletedWebhookData {
        ///The time of the deletion.
        #[serde(skip_serializing_if = "::std::option::Option::is_none")]
        pub deleted_date: ::std::option::Option<__rt::DateTime>,
    }
    ///`DeleteConnectionResponse`
    #[derive(__rt::serde::Serialize, Clone, Debug, PartialEq)]
    #[non_exhaustive]
    #[serde(crate = "__rt::serde")]
    #[cfg_attr(
        feature = "schemars",
        derive(__rt::schemars::JsonSchema),
        schemars(crate = "__rt::schemars")
    )]
    pub struct DeleteConnectionResponse {
        ///Whether or not the object was deleted.
        pub deleted: bool,
        ///The id of the deleted object.
        pub id: ::std::string::String,
        ///The type of the object that was deleted.
        pub object: ::std::string::String,
    }
    ///Error types.
    pub mod error {
        use super::__rt;
        ///Error from a `TryFrom` or `FromStr` implementation.
        pub struct ConversionError(::std::borrow::Cow<'static, str>);
        impl ::std::error::Error for ConversionError {}
        impl ::std::fmt::Display for ConversionError {
            fn fmt(
                &self,
                f: &mut ::std::fmt::Formatter<'_>,
            ) -> Result<(), ::std::fmt::Error> {
                ::std::fmt::Display::fmt(&self.0, f)
            }
        }
        impl ::std::fmt::Debug for ConversionError {
            fn fmt(
                &self,
                f: &mut ::std::fmt::Formatter<'_>,
            ) -> Result<(), ::std::fmt::Error> {
                ::std::fmt::Debug::fmt(&self.0, f)
            }
        }
        impl From<&'static str> for ConversionError {
            fn from(value: &'static str) -> Self {
                Self(value.into())
            }
        }
        impl From<String> for ConversionError {
            fn from(value: String) -> Self {
                Self(value.into())
            }
        }
    }
    #[cfg(feature = "webhooks")]
    __rt::object! {
        ConnectionDeletedWebhook skip_unknown; required {} present { 0 "connection_id"
        connection_id read; 1 "data" data read; 2 "event_type" event_type read; 3
        "integration_name" integration_name read; 4 "integration_type" integration_type
        read; } optional {} default {}
    }
    #[cfg(feature = "webhooks")]
    __rt::object! {
        ConnectionDeletedWebhookData skip_unknown; required {} present { 0 "deleted_date"
        deleted_date read; } optional {} default {}
    }
    __rt::object! {
        DeleteConnectionResponse skip_unknown; required {} present { 0 "deleted" deleted
        read; 1 "id" id read; 2 "object" object read; } optional {} default {}
    }
}
#[cfg(feature = "schemars")]
/**Returns the JSON Schema of every generated type, by its name in [`types`].

```
for (name, schema) in trackstar_api::schemas() {
    println!("{name}: {}", schema.as_value());
}
```*/
pub fn schemas() -> ::std::vec::Vec<(&'static str, __rt::schemars::Schema)> {
    ::std::vec::Vec::from([
        #[cfg(feature = "webhooks")]
        (
            "ConnectionDeletedWebhook",
            __rt::schemars::schema_for!(types::ConnectionDeletedWebhook),
        ),
        #[cfg(feature = "webhooks")]
        (
            "ConnectionDeletedWebhookData",
            __rt::schemars::schema_for!(types::ConnectionDeletedWebhookData),
        ),
        (
            "DeleteConnectionResponse",
            __rt::schemars::schema_for!(types::DeleteConnectionResponse),
        ),
    ])
}
///Operations on [`Client`](__rt::Client) that need only the API key.
pub trait ClientOperations: __rt::HasContext {}
impl ClientOperations for __rt::Client {}
const _: fn(&__rt::Client) = |it| {};
///Operations on [`Connection`](__rt::Connection) that need an access token.
pub trait ConnectionOperations: __rt::HasContext {
    /**Delete Connection

Deletes the connection associated with your access token.

Sends a `DELETE` request to `/connections` (Auth).

# Errors
Returns an [`Error`](__rt::Error) if the call is invalid, if the API rejects it, or if no usable response arrives. For a write, check `outcome_unknown()` before you repeat it.

# Example
```no_run
# use trackstar_api::prelude::*;
# async fn example(connection: &trackstar_api::Connection) -> Result<(), trackstar_api::Error> {
let response = connection.delete_connection().send().await?;
# Ok(())
# }
```*/
    fn delete_connection(&self) -> builder::DeleteConnection {
        builder::DeleteConnection::new(__rt::HasContext::context(self))
    }
}
impl ConnectionOperations for __rt::Connection {}
const _: fn(&__rt::Connection) = |it| {
    let _: builder::DeleteConnection = it.delete_connection();
};
#[cfg(feature = "webhooks")]
pub use webhooks::Event;
/// The traits with the operations. Import them with `use …::prelude::*;`.
pub mod prelude {
    use super::__rt;
    pub use super::{ClientOperations as _, ConnectionOperations as _};
    pub use __rt::prelude::*;
}
/// Builders for calls, returned by the operation methods.
pub mod builder {
    use super::__rt;
    use super::types;
    ///A call of [`Connection::delete_connection`](super::ConnectionOperations::delete_connection).
    #[derive(Clone, Debug)]
    #[must_use = "an operation does nothing until `send`"]
    pub struct DeleteConnection {
        call: __rt::Call,
    }
    impl DeleteConnection {
        pub(crate) const OPERATION: __rt::Operation = __rt::Operation::new(
                "delete_connection",
                "DELETE",
                "/connections",
            )
            .needs_token()
            .successes(&[(200u16, 200u16)])
            .content(&[(200u16, 200u16)])
            .accept("application/json");
        pub(crate) fn new(context: &__rt::CallContext) -> Self {
            Self {
                call: __rt::Call::new(context, &Self::OPERATION),
            }
        }
        ///Sends a `DELETE` request to `/connections`.
        pub fn send(
            self,
        ) -> impl ::std::future::Future<
            Output = ::std::result::Result<
                __rt::Response<types::DeleteConnectionResponse>,
                __rt::Error,
            >,
        > + ::std::marker::Send {
            self.call.send()
        }
    }
    __rt::call!(DeleteConnection, types::DeleteConnectionResponse);
}
#[cfg(feature = "webhooks")]
/// The events of webhooks.
pub mod webhooks {
    use super::__rt;
    use super::types;
    /// The payload of a webhook, by the name of its event. An event that the document does not contain is
    /// `Unknown`.
    #[derive(Clone, Debug, PartialEq)]
    #[non_exhaustive]
    pub enum Event {
        ///`connection.deleted`. A connection was deleted, and its access token is no longer valid.
        ConnectionDeleted(::std::boxed::Box<types::ConnectionDeletedWebhook>),
        /// An event that the document does not contain.
        Unknown(__rt::UnknownEvent),
    }
    impl Event {
        /// The names of all events in the document.
        pub const TYPES: &'static [&'static str] = &["connection.deleted"];
        /// Returns the name of the event.
        #[must_use]
        pub fn event_type(&self) -> &str {
            match self {
                Self::ConnectionDeleted(_) => "connection.deleted",
                Self::Unknown(event) => event.event_type(),
            }
        }
    }
    impl __rt::WebhookEvent for Event {
        fn read(
            event_type: &str,
            payload: &[u8],
        ) -> ::std::result::Result<Self, __rt::serde_json::Error> {
            match event_type {
                "connection.deleted" => {
                    __rt::repair::value(payload)
                        .map(|value| Self::ConnectionDeleted(
                            ::std::boxed::Box::new(value),
                        ))
                }
                _ => __rt::UnknownEvent::read(event_type, payload).map(Self::Unknown),
            }
        }
    }
}
#[cfg(feature = "mock")]
/// A mock server for tests; see `trackstar_api::mock`.
pub mod mock {
    use super::__rt;
    /// The document of the mock server.
    pub static DOCUMENT: __rt::mock::Document = __rt::mock::Document::new(
        include_str!("mock.json"),
    );
    /// Returns the builder of a server that responds as the document specifies.
    pub fn server() -> __rt::mock::Builder {
        DOCUMENT.server()
    }
    /// The request and the response of a mock, for each operation: `When` and `Then` of `httpmock`.
    /// `into_inner` returns the wrapped value.
    #[cfg(feature = "httpmock")]
    pub mod operations {
        use super::__rt;
        use super::super::{builder, types};
        ///The requests of `delete_connection` that a mock matches.
        pub struct DeleteConnectionWhen(__rt::mock::typed::When);
        impl ::std::fmt::Debug for DeleteConnectionWhen {
            fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
                f.write_str("DeleteConnectionWhen")
            }
        }
        impl DeleteConnectionWhen {
            /// Matches all requests of the operation.
            pub fn new(inner: __rt::httpmock::When) -> Self {
                Self(
                    __rt::mock::typed::When::new(
                        inner,
                        &builder::DeleteConnection::OPERATION,
                    ),
                )
            }
            /// Returns the wrapped value.
            pub fn into_inner(self) -> __rt::httpmock::When {
                self.0.into_inner()
            }
        }
        ///The response of a mock of `delete_connection`.
        pub struct DeleteConnectionThen(__rt::httpmock::Then);
        impl ::std::fmt::Debug for DeleteConnectionThen {
            fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
                f.write_str("DeleteConnectionThen")
            }
        }
        impl DeleteConnectionThen {
            /// Creates an empty response.
            pub fn new(inner: __rt::httpmock::Then) -> Self {
                Self(inner)
            }
            /// Returns the wrapped value.
            pub fn into_inner(self) -> __rt::httpmock::Then {
                self.0
            }
            /// Responds like a script: with the document's response, or with an error in the API's own form.
            pub fn answer(self, answer: __rt::mock::Answer) -> Self {
                Self(
                    __rt::mock::typed::answer(
                        self.0,
                        &super::DOCUMENT,
                        &builder::DeleteConnection::OPERATION,
                        answer,
                    ),
                )
            }
            /// Responds with a success.
            pub fn ok(
                self,
                value: impl __rt::mock::Content<types::DeleteConnectionResponse>,
            ) -> Self {
                Self(
                    __rt::mock::typed::json::<
                        types::DeleteConnectionResponse,
                        _,
                    >(self.0, 200u16, "application/json", &value),
                )
            }
        }
    }
    /// Methods that add a mock of an operation. Mocks apply in the order in which they were added, and
    /// take precedence over the document.
    #[cfg(feature = "httpmock")]
    pub trait MockServerExt {
        ///A mock of `DELETE /connections`, which takes precedence over the document.
        fn delete_connection<F>(&self, config_fn: F) -> __rt::httpmock::Mock<'_>
        where
            F: FnOnce(
                operations::DeleteConnectionWhen,
                operations::DeleteConnectionThen,
            );
    }
    #[cfg(feature = "httpmock")]
    impl MockServerExt for __rt::httpmock::MockServer {
        fn delete_connection<F>(&self, config_fn: F) -> __rt::httpmock::Mock<'_>
        where
            F: FnOnce(
                operations::DeleteConnectionWhen,
                operations::DeleteConnectionThen,
            ),
        {
            self.mock(|when, then| {
                config_fn(
                    operations::DeleteConnectionWhen::new(when),
                    operations::DeleteConnectionThen::new(then),
                );
            })
        }
    }
    #[cfg(feature = "httpmock")]
    impl MockServerExt for __rt::mock::MockServer {
        fn delete_connection<F>(&self, config_fn: F) -> __rt::httpmock::Mock<'_>
        where
            F: FnOnce(
                operations::DeleteConnectionWhen,
                operations::DeleteConnectionThen,
            ),
        {
            self.http().delete_connection(config_fn)
        }
    }
}
