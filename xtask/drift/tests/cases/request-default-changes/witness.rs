use crate::trackstar::prelude::*;
use trackstar_api::{Client, Error};

pub async fn request_default_changed(client: &Client) -> Result<(), Error> {
    client
        .request_default_changes_list_things()
        .limit(5)
        .send()
        .await?;
    Ok(())
}
