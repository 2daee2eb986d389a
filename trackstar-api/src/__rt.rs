//! The runtime of generated code, in this crate or in a user's. Generated code contains no other
//! paths.
//!
//! It is hidden and not for other use. Code that an earlier release of the same minor version
//! generated must compile with it. Names can be added, but not changed. Nothing here creates an
//! error from a text.

#[cfg(feature = "httpmock")]
pub use httpmock;
#[cfg(feature = "decimal")]
pub use rust_decimal::Decimal;
#[cfg(feature = "schemars")]
pub use schemars;
pub use serde;
pub use serde_json;

pub use crate::call::context::{CallContext, HasContext};
pub use crate::call::options::{HasOptions, Options};
pub use crate::call::{Call, Sends};
pub use crate::de::by_name::ByName;
pub use crate::operation::problems::{Converts, Problems, widen};
pub use crate::operation::{Operation, Parameter, ParameterLocation, Style};
#[cfg(feature = "uploads")]
pub use crate::upload::{Upload, UploadCall};
#[cfg(feature = "webhooks")]
pub use crate::webhooks::{UnknownEvent, WebhookEvent};
pub use crate::{
    Checkpoint, Client, Connection, DateTime, Error, Items, Nullable, Page, Pages, Response,
    RetryPolicy, Sensitive,
};

pub use crate::__built as built;
pub use crate::__call as call;
pub use crate::__object as object;
pub use crate::__operations as operations;
pub use crate::__texts as texts;

/// Features that generated code requires.
pub mod needs {
    #[cfg(feature = "decimal")]
    pub use crate::__operations as decimal;
    #[cfg(feature = "httpmock")]
    pub use crate::__operations as httpmock;
    #[cfg(feature = "mock")]
    pub use crate::__operations as mock;
    #[cfg(feature = "schemars")]
    pub use crate::__operations as schemars;
    #[cfg(feature = "uploads")]
    pub use crate::__operations as uploads;
    #[cfg(feature = "webhooks")]
    pub use crate::__operations as webhooks;
    #[cfg(not(feature = "decimal"))]
    pub use crate::__without as decimal;
    #[cfg(not(feature = "httpmock"))]
    pub use crate::__without as httpmock;
    #[cfg(not(feature = "mock"))]
    pub use crate::__without as mock;
    #[cfg(not(feature = "schemars"))]
    pub use crate::__without as schemars;
    #[cfg(not(feature = "uploads"))]
    pub use crate::__without as uploads;
    #[cfg(not(feature = "webhooks"))]
    pub use crate::__without as webhooks;
}

/// Lenient deserialization of responses.
pub mod lenient {
    pub use crate::de::lenient::{
        FromWire, converted, converted_or_default, or_default, text, unknown,
    };
}

/// Decimals that are numbers on the wire.
#[cfg(feature = "decimal")]
pub mod decimal {
    pub use crate::de::decimal::write;
}

/// Deserialization of objects.
pub mod objects {
    pub use crate::de::object::{Entries, Object, read};
}

/// Deserialization of untagged alternatives.
pub mod untagged {
    pub use crate::de::untagged::read;
}

/// Deserialization of webhook payloads.
#[cfg(feature = "webhooks")]
pub mod repair {
    pub use crate::de::repair::value;
}

/// The mock of the API.
#[cfg(feature = "mock")]
pub mod mock {
    #[cfg(feature = "httpmock")]
    pub use crate::mock::Content;
    pub use crate::mock::{Answer, Builder, Document, MockServer};

    /// Typed mocks.
    #[cfg(feature = "httpmock")]
    pub mod typed {
        pub use crate::mock::typed::{When, answer, bytes, json, status};
    }
}

/// Calls of operations that are known only at run time, as in the command line.
pub mod untyped {
    pub use crate::call::authorized;
    pub use crate::de::lenient::strictly;
    pub use crate::error::{is_unprocessed, is_usage};
    pub use crate::secret::redact::redact;
    pub use crate::secret::sanitize::charset::decode as text;
    pub use crate::secret::sanitize::{is_unsafe, write_escaped};
}

/// The part of every prelude that does not depend on the operations.
pub mod prelude {
    #[cfg(feature = "blocking")]
    pub use crate::blocking::SendBlocking as _;
    pub use crate::call::options::CallOptions as _;
}

/// Replaces the argument of a method in code that is compiled but never runs.
#[must_use]
pub fn argument<T>() -> T {
    unreachable!("only for the compiler")
}
