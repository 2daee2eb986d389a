use crate::trackstar::prelude::*;
use trackstar_api::{Client, Error};

pub async fn request_read_only_property_added(client: &Client) -> Result<(), Error> {
    client
        .read_only_fields_are_not_in_requests_make_thing()
        .body_map(|body| body.id("a"))
        .send()
        .await?;
    Ok(())
}
