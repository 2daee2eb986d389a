use trackstar_api::{Client, Error};

pub async fn request_property_became_optional(client: &Client) -> Result<(), Error> {
    client
        .request_field_becomes_optional_make_thing()
        .body_map(|body| body.id("a"))
        .send()
        .await?;
    Ok(())
}
