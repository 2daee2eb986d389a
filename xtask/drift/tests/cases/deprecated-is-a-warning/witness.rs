use crate::trackstar::prelude::*;
use trackstar_api::{Client, Error};

pub async fn became_deprecated(client: &Client) -> Result<(), Error> {
    client.deprecated_is_a_warning_list_things().send().await?;
    Ok(())
}
