use crate::trackstar::prelude::*;
use trackstar_api::{Client, Error};

pub async fn operation_removed(client: &Client) -> Result<(), Error> {
    client.operation_is_removed_drop_things().send().await?;
    Ok(())
}
