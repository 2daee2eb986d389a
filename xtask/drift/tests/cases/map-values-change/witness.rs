use std::collections::BTreeMap;

use crate::trackstar::prelude::*;
use trackstar_api::{Client, Error};

pub async fn response_type_changed(client: &Client) -> Result<BTreeMap<String, i64>, Error> {
    Ok(client
        .map_values_change_list_things()
        .send()
        .await?
        .into_inner())
}
