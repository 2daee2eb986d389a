use trackstar_api::{Client, Error};

pub async fn request_became_nullable(client: &Client) -> Result<(), Error> {
    client
        .request_null_is_allowed_make_thing()
        .body_map(|body| body.note("a"))
        .send()
        .await?;
    Ok(())
}
