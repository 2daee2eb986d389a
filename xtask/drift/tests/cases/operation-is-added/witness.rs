use crate::trackstar::prelude::*;
use trackstar_api::{Client, Error};

pub async fn operation_added(client: &Client) -> Result<(), Error> {
    client.operation_is_added_list_things().send().await?;
    Ok(())
}
