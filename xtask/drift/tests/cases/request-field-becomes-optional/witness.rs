use crate::trackstar::prelude::*;
use crate::trackstar::types;
use trackstar_api::{Client, Error};

pub async fn request_property_became_optional(client: &Client) -> Result<(), Error> {
    let body = types::RequestFieldBecomesOptionalMakeThingBody::builder()
        .id("a")
        .build()
        .expect("it has all that it needs");
    let id: String = body.id.clone();
    assert_eq!(id, "a");
    client
        .request_field_becomes_optional_make_thing()
        .body(body)
        .send()
        .await?;
    Ok(())
}
