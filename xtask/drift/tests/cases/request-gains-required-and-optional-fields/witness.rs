use crate::trackstar::prelude::*;
use trackstar_api::{Client, Error};

pub async fn request_optional_property_added(client: &Client) -> Result<(), Error> {
    client
        .request_gains_required_and_optional_fields_make_thing()
        .body_map(|body| body.id("a"))
        .send()
        .await?;
    Ok(())
}
