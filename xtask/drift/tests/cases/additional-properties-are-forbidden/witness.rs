use crate::trackstar::prelude::*;
use trackstar_api::{Client, Error};

pub async fn request_additional_properties_forbidden(client: &Client) -> Result<(), Error> {
    client
        .additional_properties_are_forbidden_make_thing()
        .body_map(|body| body.id("a"))
        .send()
        .await?;
    Ok(())
}
