use crate::trackstar::prelude::*;
use trackstar_api::{Client, Error};

pub async fn operation_id_changed(client: &Client) -> Result<(), Error> {
    client.operation_id_changes_list_things().send().await?;
    Ok(())
}
