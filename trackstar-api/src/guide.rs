//! A guide to this crate.
//!
//! Each of these pages is about one topic:
//!
//! | if you want to … | see |
//! | --- | --- |
//! | make your first call | [`getting_started`] |
//! | handle errors, and find out whether a write took effect | [`errors`] |
//! | cancel a call, or set a deadline | [`cancellation`] |
//! | configure retries and rate limits, or run several processes | [`retries_and_limits`] |
//! | rotate your API key while the program is running | [`credentials`] |
//! | read long lists | [`pagination`] |
//! | send request bodies and updates | [`bodies`] |
//! | upload files | [`uploads`] |
//! | receive webhooks | [`webhooks`] |
//! | test your program with a mock server | [`testing`] |
//! | see calls in your logs, traces and metrics | [`observability`] |
//! | make calls without an async runtime | [`blocking`] |
//! | configure proxies, TLS roots and timeouts | [`proxies_and_tls`] |
//! | use the whole API | [`whole_api`] |
//! | work with amounts and dates | [`money_and_dates`] |
//! | use a different HTTP client | [`transport`] |
//! | call an operation for every item of a list | [`bulk`] |
//! | see how this compares to other clients | [`common_requests`] |
//! | find out what isn't supported | [`not_supported`] |
//!
//! The document that comes with this crate only has an operation for deleting a connection. For
//! anything else, such as listing orders, the examples use a module named `warehouse`, which is
//! generated from a small test document. In your own program, use the module that you've generated
//! instead (see [`whole_api`]). The names and types will be different, but everything works the
//! same way.

#[doc = include_str!("guide/getting_started.md")]
pub mod getting_started {}
#[doc = include_str!("guide/errors.md")]
pub mod errors {}
#[doc = include_str!("guide/cancellation.md")]
pub mod cancellation {}
#[doc = include_str!("guide/retries_and_limits.md")]
pub mod retries_and_limits {}
#[doc = include_str!("guide/credentials.md")]
pub mod credentials {}
#[doc = include_str!("guide/pagination.md")]
pub mod pagination {}
#[doc = include_str!("guide/bodies.md")]
pub mod bodies {}
#[doc = include_str!("guide/uploads.md")]
pub mod uploads {}
#[doc = include_str!("guide/webhooks.md")]
pub mod webhooks {}
#[doc = include_str!("guide/testing.md")]
pub mod testing {}
#[doc = include_str!("guide/observability.md")]
pub mod observability {}
#[doc = include_str!("guide/blocking.md")]
pub mod blocking {}
#[doc = include_str!("guide/proxies_and_tls.md")]
pub mod proxies_and_tls {}
#[doc = include_str!("guide/whole_api.md")]
pub mod whole_api {}
#[doc = include_str!("guide/money_and_dates.md")]
pub mod money_and_dates {}
#[doc = include_str!("guide/bulk.md")]
pub mod bulk {}
#[doc = include_str!("guide/transport.md")]
pub mod transport {}
#[doc = include_str!("guide/common_requests.md")]
pub mod common_requests {}
#[doc = include_str!("guide/not_supported.md")]
pub mod not_supported {}
