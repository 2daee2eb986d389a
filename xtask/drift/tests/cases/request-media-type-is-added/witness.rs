use crate::trackstar::prelude::*;
use trackstar_api::{Client, Error};

pub async fn request_media_type_added(client: &Client) -> Result<(), Error> {
    client
        .request_media_type_is_added_make_thing()
        .body(serde_json::Map::new())
        .send()
        .await?;
    Ok(())
}
