use crate::trackstar::prelude::*;
use trackstar_api::{Client, Error};

pub async fn request_encoding_changed(client: &Client) -> Result<(), Error> {
    client
        .multipart_encoding_changes_make_thing()
        .a("x")
        .send()
        .await?;
    Ok(())
}
