//! A guide to the crate, one page for each topic.
//!
//! | task | page |
//! | --- | --- |
//! | make the first call | [`getting_started`] |
//! | handle errors, and find out whether a write took effect | [`errors`] |
//! | stop a call, or set a deadline | [`cancellation`] |
//! | change retries and rate limits, run several processes | [`retries_and_limits`] |
//! | replace the API key while the program runs | [`credentials`] |
//! | read long lists | [`pagination`] |
//! | send bodies and updates | [`bodies`] |
//! | send files | [`uploads`] |
//! | receive webhooks | [`webhooks`] |
//! | test a program with the mock server | [`testing`] |
//! | see calls in logs, traces and metrics | [`observability`] |
//! | call without an async runtime | [`blocking`] |
//! | set proxies, TLS roots and timeouts | [`proxies_and_tls`] |
//! | generate the operations of the whole API | [`whole_api`] |
//! | compute with amounts and dates | [`money_and_dates`] |
//! | replace the HTTP client | [`transport`] |
//! | make one call for each item of a list | [`bulk`] |
//! | compare with other clients | [`common_requests`] |
//! | see the features that are missing | [`not_supported`] |
//!
//! The vendored document has one operation, which deletes a connection. Examples that need other operations, such as a list of
//! orders, use a module `warehouse`, generated from a small test document. Replace it by the module that you generate
//! ([`whole_api`]). Names and types differ, but the usage does not.

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
