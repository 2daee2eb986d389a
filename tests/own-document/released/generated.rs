/// Types used as operation parameters and responses.
#[allow(clippy::all)]
pub mod types {
    use super::__rt;
    ///`Card`
    #[derive(__rt::serde::Serialize, Clone, Debug, PartialEq)]
    #[non_exhaustive]
    #[serde(crate = "__rt::serde")]
    pub struct Card {
        pub card: ::std::string::String,
    }
    ///`Invoice`
    #[derive(__rt::serde::Serialize, Clone, Debug, PartialEq)]
    #[non_exhaustive]
    #[serde(crate = "__rt::serde")]
    pub struct Invoice {
        #[serde(deserialize_with = "__rt::lenient::converted")]
        pub days: i64,
    }
    ///`ListOrdersResponse`
    #[derive(__rt::serde::Serialize, Clone, Debug, PartialEq)]
    #[non_exhaustive]
    #[serde(crate = "__rt::serde")]
    pub struct ListOrdersResponse {
        pub data: ::std::vec::Vec<Order>,
        #[serde(skip_serializing_if = "::std::option::Option::is_none")]
        pub next_token: ::std::option::Option<::std::string::String>,
    }
    ///`NewOrder`
    #[derive(__rt::serde::Serialize, Clone, Debug, PartialEq)]
    #[non_exhaustive]
    #[serde(crate = "__rt::serde")]
    pub struct NewOrder {
        #[serde(default, skip_serializing_if = "__rt::Nullable::is_unset")]
        pub note: __rt::Nullable<::std::string::String>,
        #[serde(skip_serializing_if = "::std::option::Option::is_none")]
        pub payment: ::std::option::Option<Payment>,
        #[serde(skip_serializing_if = "::std::option::Option::is_none")]
        pub placed: ::std::option::Option<__rt::DateTime>,
        #[serde(
            deserialize_with = "__rt::lenient::converted",
            serialize_with = "__rt::decimal::write"
        )]
        pub total: __rt::Decimal,
    }
    ///`Order`
    #[derive(__rt::serde::Serialize, Clone, Debug, PartialEq)]
    #[non_exhaustive]
    #[serde(crate = "__rt::serde")]
    pub struct Order {
        pub id: ::std::string::String,
        #[serde(skip_serializing_if = "::std::option::Option::is_none")]
        pub payment: ::std::option::Option<Payment>,
        #[serde(skip_serializing_if = "::std::option::Option::is_none")]
        pub placed: ::std::option::Option<__rt::DateTime>,
        #[serde(skip_serializing_if = "::std::option::Option::is_none")]
        pub status: ::std::option::Option<Status>,
        #[serde(
            deserialize_with = "__rt::lenient::converted",
            serialize_with = "__rt::decimal::write"
        )]
        pub total: __rt::Decimal,
    }
    ///`Payment`
    #[derive(__rt::serde::Serialize, Clone, Debug, PartialEq)]
    #[serde(untagged)]
    #[non_exhaustive]
    #[serde(crate = "__rt::serde")]
    pub enum Payment {
        Card(Card),
        Invoice(Invoice),
    }
    impl ::std::convert::From<Card> for Payment {
        fn from(value: Card) -> Self {
            Self::Card(value)
        }
    }
    impl ::std::convert::From<Invoice> for Payment {
        fn from(value: Invoice) -> Self {
            Self::Invoice(value)
        }
    }
    ///`Status`
    #[derive(__rt::serde::Serialize, Clone, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
    #[non_exhaustive]
    #[serde(crate = "__rt::serde")]
    pub enum Status {
        #[serde(rename = "open")]
        Open,
        #[serde(rename = "closed")]
        Closed,
        /// A value that is not in the document, such as one that the API added later. It is serialized
        /// unchanged.
        #[serde(untagged)]
        UnknownValue(::std::string::String),
    }
    impl ::std::fmt::Display for Status {
        fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
            match *self {
                Self::Open => f.write_str("open"),
                Self::Closed => f.write_str("closed"),
                Self::UnknownValue(ref text) => f.write_str(text),
            }
        }
    }
    impl ::std::str::FromStr for Status {
        type Err = self::error::ConversionError;
        fn from_str(
            value: &str,
        ) -> ::std::result::Result<Self, self::error::ConversionError> {
            match value {
                "open" => Ok(Self::Open),
                "closed" => Ok(Self::Closed),
                _ => {
                    ::std::result::Result::Err(
                        "no value of `types::Status`, which has \"open\", \"closed\"; `types::Status::UnknownValue(…)` sends another"
                            .into(),
                    )
                }
            }
        }
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
    impl<'de> __rt::serde::Deserialize<'de> for Payment {
        fn deserialize<D: __rt::serde::Deserializer<'de>>(
            deserializer: D,
        ) -> ::std::result::Result<Self, D::Error> {
            __rt::untagged::read(
                deserializer,
                "Payment",
                &[
                    |value| {
                        <Card as __rt::serde::Deserialize>::deserialize(value)
                            .ok()
                            .map(Payment::Card)
                    },
                    |value| {
                        <Invoice as __rt::serde::Deserialize>::deserialize(value)
                            .ok()
                            .map(Payment::Invoice)
                    },
                ],
            )
        }
    }
    __rt::texts!(Status);
    __rt::object! {
        Card skip_unknown; required {} present { 0 "card" card read; } optional {}
        default {}
    }
    __rt::object! {
        Invoice skip_unknown; required { 0 "days" days converted; } present {} optional
        {} default {}
    }
    __rt::object! {
        ListOrdersResponse skip_unknown; required {} present { 0 "data" data read; 1
        "next_token" next_token read; } optional {} default {}
    }
    __rt::object! {
        NewOrder skip_unknown; required { 0 "total" total converted; } present { 1
        "payment" payment read; 2 "placed" placed read; } optional { 3 "note" note read;
        } default {}
    }
    __rt::object! {
        Order skip_unknown; required { 0 "total" total converted; } present { 1 "id" id
        read; 2 "payment" payment read; 3 "placed" placed read; 4 "status" status read; }
        optional {} default {}
    }
    impl Card {
        ///Returns a builder for `Card` with no fields set.
        pub fn builder() -> builder::Card {
            ::std::default::Default::default()
        }
    }
    impl Invoice {
        ///Returns a builder for `Invoice` with no fields set.
        pub fn builder() -> builder::Invoice {
            ::std::default::Default::default()
        }
    }
    impl NewOrder {
        ///Returns a builder for `NewOrder` with no fields set.
        pub fn builder() -> builder::NewOrder {
            ::std::default::Default::default()
        }
    }
    ///Builders for the types in requests.
    pub mod builder {
        use super::__rt;
        ///A builder for [`Card`](super::Card). Setters of that type accept it without a call of `build`.
        #[derive(Clone, Debug, Default)]
        #[must_use = "a builder does nothing until it is passed to a call or built"]
        pub struct Card {
            slot_0: ::std::option::Option<::std::string::String>,
            problems: __rt::Problems,
        }
        impl Card {
            pub fn card(
                mut self,
                value: impl __rt::Converts<::std::string::String>,
            ) -> Self {
                self.problems
                    .set::<::std::string::String, _, _>("card", value, &mut self.slot_0);
                self
            }
            /// Builds the value. The error names each missing or invalid field.
            pub fn build(
                mut self,
            ) -> ::std::result::Result<super::Card, super::error::ConversionError> {
                self.problems.require("card", "card", self.slot_0.is_some());
                match (self.problems.end(), self.slot_0) {
                    (
                        ::std::result::Result::Ok(()),
                        ::std::option::Option::Some(slot_0),
                    ) => ::std::result::Result::Ok(super::Card { card: slot_0 }),
                    (problems, ..) => {
                        ::std::result::Result::Err(
                            problems.err().unwrap_or_default().into(),
                        )
                    }
                }
            }
        }
        __rt::built!(Card);
        ///A builder for [`Invoice`](super::Invoice). Setters of that type accept it without a call of `build`.
        #[derive(Clone, Debug, Default)]
        #[must_use = "a builder does nothing until it is passed to a call or built"]
        pub struct Invoice {
            slot_0: ::std::option::Option<i64>,
            problems: __rt::Problems,
        }
        impl Invoice {
            pub fn days(mut self, value: impl __rt::Converts<i64>) -> Self {
                self.problems.set::<i64, _, _>("days", value, &mut self.slot_0);
                self
            }
            /// Builds the value. The error names each missing or invalid field.
            pub fn build(
                mut self,
            ) -> ::std::result::Result<super::Invoice, super::error::ConversionError> {
                self.problems.require("days", "days", self.slot_0.is_some());
                match (self.problems.end(), self.slot_0) {
                    (
                        ::std::result::Result::Ok(()),
                        ::std::option::Option::Some(slot_0),
                    ) => ::std::result::Result::Ok(super::Invoice { days: slot_0 }),
                    (problems, ..) => {
                        ::std::result::Result::Err(
                            problems.err().unwrap_or_default().into(),
                        )
                    }
                }
            }
        }
        __rt::built!(Invoice);
        ///A builder for [`NewOrder`](super::NewOrder). Setters of that type accept it without a call of `build`.
        #[derive(Clone, Debug, Default)]
        #[must_use = "a builder does nothing until it is passed to a call or built"]
        pub struct NewOrder {
            slot_0: ::std::option::Option<__rt::Nullable<::std::string::String>>,
            slot_1: ::std::option::Option<::std::option::Option<super::Payment>>,
            slot_2: ::std::option::Option<::std::option::Option<__rt::DateTime>>,
            slot_3: ::std::option::Option<__rt::Decimal>,
            problems: __rt::Problems,
        }
        impl NewOrder {
            pub fn note(
                mut self,
                value: impl __rt::Converts<::std::string::String>,
            ) -> Self {
                self.problems
                    .set::<::std::string::String, _, _>("note", value, &mut self.slot_0);
                self
            }
            /// Sends `null`, which clears the value.
            pub fn clear_note(mut self) -> Self {
                self.problems.clear("note");
                self.slot_0 = ::std::option::Option::Some(__rt::Nullable::Null);
                self
            }
            pub fn payment(
                mut self,
                value: impl __rt::Converts<super::Payment>,
            ) -> Self {
                self.problems
                    .set::<super::Payment, _, _>("payment", value, &mut self.slot_1);
                self
            }
            pub fn placed(mut self, value: impl __rt::Converts<__rt::DateTime>) -> Self {
                self.problems
                    .set::<__rt::DateTime, _, _>("placed", value, &mut self.slot_2);
                self
            }
            pub fn total(mut self, value: impl __rt::Converts<__rt::Decimal>) -> Self {
                self.problems
                    .set::<__rt::Decimal, _, _>("total", value, &mut self.slot_3);
                self
            }
            /// Builds the value. The error names each missing or invalid field.
            pub fn build(
                mut self,
            ) -> ::std::result::Result<super::NewOrder, super::error::ConversionError> {
                self.problems.require("total", "total", self.slot_3.is_some());
                match (self.problems.end(), self.slot_3) {
                    (
                        ::std::result::Result::Ok(()),
                        ::std::option::Option::Some(slot_3),
                    ) => {
                        ::std::result::Result::Ok(super::NewOrder {
                            note: self.slot_0.unwrap_or_default(),
                            payment: self.slot_1.unwrap_or_default(),
                            placed: self.slot_2.unwrap_or_default(),
                            total: slot_3,
                        })
                    }
                    (problems, ..) => {
                        ::std::result::Result::Err(
                            problems.err().unwrap_or_default().into(),
                        )
                    }
                }
            }
        }
        __rt::built!(NewOrder);
    }
    impl __rt::Page for ListOrdersResponse {
        type Item = Order;
        fn items(&self) -> &[Self::Item] {
            &self.data
        }
        fn into_items(self) -> ::std::vec::Vec<Self::Item> {
            self.data
        }
        fn next_token(&self) -> ::std::option::Option<&str> {
            self.next_token.as_deref()
        }
    }
}
///Operations on [`Client`](__rt::Client) that need only the API key.
pub trait ClientOperations: __rt::HasContext {
    /**Sends a `GET` request to `/labels/{label_id}`.

The path parameter `label_id`, required.

# Errors
Returns an [`Error`](__rt::Error) if the call is invalid, if the API rejects it, or if no usable response arrives. For a write, check `outcome_unknown()` before you repeat it.

# Example
```text
let response = client.get_label(1).send().await?;
```*/
    fn get_label(&self, label_id: impl __rt::Converts<i64>) -> builder::GetLabel {
        builder::GetLabel::new(__rt::HasContext::context(self)).label_id(label_id)
    }
}
impl ClientOperations for __rt::Client {}
const _: fn(&__rt::Client) = |it| {
    let _: builder::GetLabel = it.get_label(__rt::argument::<i64>());
};
///Operations on [`Connection`](__rt::Connection) that need an access token.
pub trait ConnectionOperations: __rt::HasContext {
    /**Sends a `GET` request to `/orders`. Returns a list: `stream` yields its items, and `pages` its pages.

# Errors
Returns an [`Error`](__rt::Error) if the call is invalid, if the API rejects it, or if no usable response arrives. For a write, check `outcome_unknown()` before you repeat it.

# Example
```text
let response = connection.list_orders().send().await?;
```*/
    fn list_orders(&self) -> builder::ListOrders {
        builder::ListOrders::new(__rt::HasContext::context(self))
    }
    /**Sends a `PUT` request to `/orders/{order_id}`.

The path parameter `order_id`, required.

# Errors
Returns an [`Error`](__rt::Error) if the call is invalid, if the API rejects it, or if no usable response arrives. For a write, check `outcome_unknown()` before you repeat it.

# Example
```text
let response = connection.replace_order("…").body_map(|body| body /* its fields */).send().await?;
```*/
    fn replace_order(
        &self,
        order_id: impl __rt::Converts<::std::string::String>,
    ) -> builder::ReplaceOrder {
        builder::ReplaceOrder::new(__rt::HasContext::context(self)).order_id(order_id)
    }
    /**Sends a `POST` request to `/orders/{order_id}/file`.

The path parameter `order_id`, required.

# Errors
Returns an [`Error`](__rt::Error) if the call is invalid, if the API rejects it, or if no usable response arrives. For a write, check `outcome_unknown()` before you repeat it.

# Example
```text
let response = connection.attach_file("…").file("…").send().await?;
```*/
    fn attach_file(
        &self,
        order_id: impl __rt::Converts<::std::string::String>,
    ) -> builder::AttachFile {
        builder::AttachFile::new(__rt::HasContext::context(self)).order_id(order_id)
    }
}
impl ConnectionOperations for __rt::Connection {}
const _: fn(&__rt::Connection) = |it| {
    let _: builder::ListOrders = it.list_orders();
    let _: builder::ReplaceOrder = it
        .replace_order(__rt::argument::<::std::string::String>());
    let _: builder::AttachFile = it
        .attach_file(__rt::argument::<::std::string::String>());
};
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
    ///A call of [`Client::get_label`](super::ClientOperations::get_label).
    #[derive(Clone, Debug)]
    #[must_use = "an operation does nothing until `send`"]
    pub struct GetLabel {
        call: __rt::Call,
    }
    impl GetLabel {
        pub(crate) const OPERATION: __rt::Operation = __rt::Operation::new(
                "get_label",
                "GET",
                "/labels/{label_id}",
            )
            .parameters(&[__rt::Parameter::path("label_id", "label_id")])
            .successes(&[(200u16, 200u16)])
            .content(&[(200u16, 200u16)])
            .accept("application/pdf");
        pub(crate) fn new(context: &__rt::CallContext) -> Self {
            Self {
                call: __rt::Call::new(context, &Self::OPERATION),
            }
        }
        pub(crate) fn label_id(mut self, value: impl __rt::Converts<i64>) -> Self {
            self.call = self.call.set::<i64, _>(0usize, value);
            self
        }
        ///Sends a `GET` request to `/labels/{label_id}`.
        pub async fn send(
            self,
        ) -> ::std::result::Result<__rt::Response<::std::vec::Vec<u8>>, __rt::Error> {
            self.call.send_bytes().await
        }
    }
    __rt::call!(GetLabel, ::std::vec::Vec < u8 >);
    ///A call of [`Connection::list_orders`](super::ConnectionOperations::list_orders).
    #[derive(Clone, Debug)]
    #[must_use = "an operation does nothing until `send`"]
    pub struct ListOrders {
        call: __rt::Call,
    }
    impl ListOrders {
        pub(crate) const OPERATION: __rt::Operation = __rt::Operation::new(
                "list_orders",
                "GET",
                "/orders",
            )
            .needs_token()
            .parameters(
                &[
                    __rt::Parameter::query("page_token", "page_token"),
                    __rt::Parameter::query("placed[gte]", "placed_gte"),
                    __rt::Parameter::query("status", "status"),
                    __rt::Parameter::header("x-region", "x_region"),
                ],
            )
            .successes(&[(200u16, 200u16)])
            .content(&[(200u16, 200u16)])
            .accept("application/json")
            .page_token(0usize);
        pub(crate) fn new(context: &__rt::CallContext) -> Self {
            Self {
                call: __rt::Call::new(context, &Self::OPERATION),
            }
        }
        ///The query parameter `page_token`.
        pub fn page_token(
            mut self,
            value: impl __rt::Converts<::std::string::String>,
        ) -> Self {
            self.call = self.call.set::<::std::string::String, _>(0usize, value);
            self
        }
        ///The query parameter `placed[gte]`.
        pub fn placed_gte(mut self, value: impl __rt::Converts<__rt::DateTime>) -> Self {
            self.call = self.call.set::<__rt::DateTime, _>(1usize, value);
            self
        }
        ///The query parameter `status`.
        pub fn status(mut self, value: impl __rt::Converts<types::Status>) -> Self {
            self.call = self.call.set::<types::Status, _>(2usize, value);
            self
        }
        ///The header parameter `x-region`.
        pub fn x_region(
            mut self,
            value: impl __rt::Converts<::std::string::String>,
        ) -> Self {
            self.call = self.call.set::<::std::string::String, _>(3usize, value);
            self
        }
        ///Sends a `GET` request to `/orders`.
        pub async fn send(
            self,
        ) -> ::std::result::Result<
            __rt::Response<types::ListOrdersResponse>,
            __rt::Error,
        > {
            self.call.send().await
        }
        /// Returns the pages, which are requested one by one.
        pub fn pages(self) -> __rt::Pages<types::ListOrdersResponse> {
            __rt::Pages::new(self.call)
        }
        /// Returns the items of all pages.
        pub fn stream(self) -> __rt::Items<types::ListOrdersResponse> {
            __rt::Items::new(self.call)
        }
        /// Continues a list at a checkpoint, whose page token and parameters replace those of this call.
        ///
        /// # Errors
        /// Returns an error if the checkpoint belongs to another operation, or has a parameter that the
        /// operation no longer has.
        pub fn resume(
            self,
            checkpoint: &__rt::Checkpoint,
        ) -> ::std::result::Result<Self, __rt::Error> {
            checkpoint.resume(self.call).map(|call| Self { call })
        }
    }
    __rt::call!(ListOrders, types::ListOrdersResponse);
    ///A call of [`Connection::replace_order`](super::ConnectionOperations::replace_order).
    #[derive(Clone, Debug)]
    #[must_use = "an operation does nothing until `send`"]
    pub struct ReplaceOrder {
        call: __rt::Call,
    }
    impl ReplaceOrder {
        pub(crate) const OPERATION: __rt::Operation = __rt::Operation::new(
                "replace_order",
                "PUT",
                "/orders/{order_id}",
            )
            .needs_token()
            .parameters(
                &[
                    __rt::Parameter::path("order_id", "order_id"),
                    __rt::Parameter::query("notify", "notify"),
                    __rt::Parameter::header("x-region", "x_region"),
                ],
            )
            .body("application/json", true)
            .successes(&[(200u16, 200u16)])
            .content(&[(200u16, 200u16)])
            .accept("application/json");
        pub(crate) fn new(context: &__rt::CallContext) -> Self {
            Self {
                call: __rt::Call::new(context, &Self::OPERATION),
            }
        }
        pub(crate) fn order_id(
            mut self,
            value: impl __rt::Converts<::std::string::String>,
        ) -> Self {
            self.call = self.call.set::<::std::string::String, _>(0usize, value);
            self
        }
        ///The query parameter `notify`.
        pub fn notify(mut self, value: impl __rt::Converts<bool>) -> Self {
            self.call = self.call.set::<bool, _>(1usize, value);
            self
        }
        ///The header parameter `x-region`.
        pub fn x_region(
            mut self,
            value: impl __rt::Converts<::std::string::String>,
        ) -> Self {
            self.call = self.call.set::<::std::string::String, _>(2usize, value);
            self
        }
        /// Sets the body.
        pub fn body(mut self, value: impl __rt::Converts<types::NewOrder>) -> Self {
            self.call = self.call.body::<types::NewOrder, _>(value);
            self
        }
        /// Sets the body to the result of `fill`, which starts with an empty builder.
        pub fn body_map(
            self,
            fill: impl FnOnce(types::builder::NewOrder) -> types::builder::NewOrder,
        ) -> Self {
            self.body(fill(<types::NewOrder>::builder()))
        }
        ///Sends a `PUT` request to `/orders/{order_id}`.
        pub async fn send(
            self,
        ) -> ::std::result::Result<__rt::Response<types::Order>, __rt::Error> {
            self.call.send().await
        }
    }
    __rt::call!(ReplaceOrder, types::Order);
    ///A call of [`Connection::attach_file`](super::ConnectionOperations::attach_file).
    #[derive(Debug)]
    #[must_use = "an operation does nothing until `send`"]
    pub struct AttachFile {
        call: __rt::UploadCall,
    }
    impl AttachFile {
        pub(crate) const OPERATION: __rt::Operation = __rt::Operation::new(
                "attach_file",
                "POST",
                "/orders/{order_id}/file",
            )
            .needs_token()
            .parameters(&[__rt::Parameter::path("order_id", "order_id")])
            .body("multipart/form-data", true)
            .successes(&[(204u16, 204u16)])
            .content(&[]);
        pub(crate) fn new(context: &__rt::CallContext) -> Self {
            Self {
                call: __rt::UploadCall::new(__rt::Call::new(context, &Self::OPERATION)),
            }
        }
        pub(crate) fn order_id(
            mut self,
            value: impl __rt::Converts<::std::string::String>,
        ) -> Self {
            self.call.call = self
                .call
                .call
                .set::<::std::string::String, _>(0usize, value);
            self
        }
        ///The part `file` of the body, required.
        pub fn file(mut self, value: impl ::std::convert::Into<__rt::Upload>) -> Self {
            self.call = self.call.anew("file").file("file", value);
            self
        }
        ///The part `title` of the body.
        pub fn title<V>(mut self, value: V) -> Self
        where
            V: __rt::Converts<::std::string::String>,
        {
            self.call = self
                .call
                .anew("title")
                .part::<::std::string::String, V>("title", false, value);
            self
        }
        ///Sends a `POST` request to `/orders/{order_id}/file`.
        pub async fn send(
            self,
        ) -> ::std::result::Result<__rt::Response<()>, __rt::Error> {
            self.call.send_empty(&[("file", "file")]).await
        }
    }
    __rt::call!(AttachFile, ());
}
/// The events of webhooks.
pub mod webhooks {
    use super::__rt;
    use super::types;
    /// The payload of a webhook, by the name of its event. An event that the document does not contain is
    /// `Unknown`.
    #[derive(Clone, Debug, PartialEq)]
    #[non_exhaustive]
    pub enum Event {
        ///`order.created`.
        OrderCreated(::std::boxed::Box<types::Order>),
        /// An event that the document does not contain.
        Unknown(__rt::UnknownEvent),
    }
    impl Event {
        /// The names of all events in the document.
        pub const TYPES: &'static [&'static str] = &["order.created"];
        /// Returns the name of the event.
        #[must_use]
        pub fn event_type(&self) -> &str {
            match self {
                Self::OrderCreated(_) => "order.created",
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
                "order.created" => {
                    __rt::repair::value(payload)
                        .map(|value| Self::OrderCreated(::std::boxed::Box::new(value)))
                }
                _ => __rt::UnknownEvent::read(event_type, payload).map(Self::Unknown),
            }
        }
    }
}
