//! Reads the list of connections to delete.

use std::collections::HashMap;
use std::path::Path;

use serde::Deserialize;
use trackstar_api::AccessToken;

use super::Failure;

/// A row of the list. It's fine to derive `Debug`, since the token is redacted.
#[derive(Clone, Debug)]
pub(crate) struct Row {
    pub(crate) customer: String,
    pub(crate) token: AccessToken,
}

#[derive(Deserialize)]
struct Raw {
    customer: String,
    access_token: String,
}

/// Reads and validates all rows before anything is sent. Errors don't quote any of them.
pub(crate) fn read(path: &Path) -> Result<Vec<Row>, Failure> {
    let shown = path.display();
    let mut reader = csv::ReaderBuilder::new()
        .trim(csv::Trim::All)
        .from_path(path)
        .map_err(|error| format!("cannot read {shown}: {error}"))?;
    let (mut customers, mut tokens) = (HashMap::new(), HashMap::new());
    let mut rows = Vec::new();
    for (raw, line) in reader.deserialize::<Raw>().zip(2..) {
        let raw = raw.map_err(|_| {
            format!("{shown}, row {line}: expected the columns `customer` and `access_token`")
        })?;
        if raw.customer.is_empty() {
            return Err(format!("{shown}, row {line}: the customer is empty").into());
        }
        if raw.customer.contains(char::is_control) {
            let wrong =
                "the customer contains control characters, which the journal does not support";
            return Err(format!("{shown}, row {line}: {wrong}").into());
        }
        let token = AccessToken::new(raw.access_token.clone())
            .map_err(|error| format!("{shown}, row {line}: {error}"))?;
        // The journal identifies rows by their customer. If two rows have the same token, they
        // refer to the same connection.
        if let Some(first) = customers.insert(raw.customer.clone(), line) {
            return Err(format!("{shown}: rows {first} and {line} have the same customer").into());
        }
        if let Some(first) = tokens.insert(raw.access_token, line) {
            return Err(
                format!("{shown}: rows {first} and {line} have the same access token").into(),
            );
        }
        rows.push(Row {
            customer: raw.customer,
            token,
        });
    }
    Ok(rows)
}
