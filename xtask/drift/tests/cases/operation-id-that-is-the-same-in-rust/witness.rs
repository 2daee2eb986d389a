use crate::trackstar::prelude::*;
use trackstar_api::{Client, Error};

pub async fn operation_id_changed(client: &Client) -> Result<(), Error> {
    client
        .operation_id_that_is_the_same_in_rust_list_things()
        .send()
        .await?;
    Ok(())
}
