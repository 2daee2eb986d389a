use crate::trackstar::prelude::*;
use trackstar_api::{Client, Error};

pub async fn request_type_changed(client: &Client) -> Result<(), Error> {
    client
        .request_type_changes_make_thing()
        .body_map(|body| body.n(1))
        .send()
        .await?;
    Ok(())
}
