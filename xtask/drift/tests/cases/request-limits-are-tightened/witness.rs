use crate::trackstar::prelude::*;
use trackstar_api::{Client, Error};

pub async fn request_pattern_added(client: &Client) -> Result<(), Error> {
    client
        .request_limits_are_tightened_make_thing()
        .body_map(|body| body.id("a"))
        .send()
        .await?;
    Ok(())
}

pub async fn request_min_items_added(client: &Client) -> Result<(), Error> {
    client
        .request_limits_are_tightened_make_thing()
        .body_map(|body| body.list(vec![serde_json::json!(1)]))
        .send()
        .await?;
    Ok(())
}
