use crate::trackstar::prelude::*;
use trackstar_api::{Client, Error};

pub async fn request_became_not_nullable(client: &Client) -> Result<(), Error> {
    client
        .request_null_is_forbidden_make_thing()
        .body_map(|body| body.clear_note())
        .send()
        .await?;
    Ok(())
}
