use crate::trackstar::prelude::*;
use trackstar_api::{Client, Error};

pub async fn response_type_changed(client: &Client) -> Result<Vec<i64>, Error> {
    Ok(client.items_change_list_things().send().await?.into_inner())
}
