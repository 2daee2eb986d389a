use crate::trackstar::prelude::*;
use trackstar_api::{Client, Error};

pub async fn request_optional_property_became_read_only(client: &Client) -> Result<(), Error> {
    client
        .request_field_becomes_read_only_make_thing()
        .body_map(|body| body.id("a"))
        .send()
        .await?;
    Ok(())
}
