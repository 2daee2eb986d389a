//! A library with operations of two documents.

#![deny(warnings, missing_docs, unreachable_pub, clippy::pedantic)]

/// The operations for parcels.
pub mod trackstar {
    client::include_operations!();
}

/// The operations for labels.
pub mod labels {
    client::include_operations!("labels");
}

use trackstar::prelude::*;

/// Returns the state of a parcel.
///
/// # Errors
/// Returns an error if the call fails.
pub async fn state(
    connection: &client::Connection,
    id: &str,
) -> Result<trackstar::types::GetParcelResponseState, client::Error> {
    let parcel = connection.get_parcel(id).send().await?;
    Ok(parcel.into_inner().state)
}

/// Deletes labels in addition to using operations of the vendored document.
pub mod beside {
    use crate::labels::prelude::*;
    use client::prelude::*;

    /// Deletes all labels, and then the connection.
    ///
    /// # Errors
    /// Returns an error if a call fails.
    pub async fn clear(
        api: &client::Client,
        connection: &client::Connection,
    ) -> Result<bool, client::Error> {
        api.delete_labels().send().await?;
        Ok(connection.delete_connection().send().await?.deleted)
    }
}
