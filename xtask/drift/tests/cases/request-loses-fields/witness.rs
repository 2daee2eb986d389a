use crate::trackstar::prelude::*;
use trackstar_api::{Client, Error};

pub async fn request_required_property_removed(client: &Client) -> Result<(), Error> {
    client
        .request_loses_fields_make_thing()
        .body_map(|body| body.a("x"))
        .send()
        .await?;
    Ok(())
}

pub async fn request_optional_property_removed(client: &Client) -> Result<(), Error> {
    client
        .request_loses_fields_make_thing()
        .body_map(|body| body.b("x"))
        .send()
        .await?;
    Ok(())
}
