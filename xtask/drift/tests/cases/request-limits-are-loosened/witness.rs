use crate::trackstar::prelude::*;
use trackstar_api::{Client, Error};

pub async fn request_max_length_loosened(client: &Client) -> Result<(), Error> {
    client
        .request_limits_are_loosened_make_thing()
        .body_map(|body| body.id("abcde"))
        .send()
        .await?;
    Ok(())
}

pub async fn request_min_length_removed(client: &Client) -> Result<(), Error> {
    client
        .request_limits_are_loosened_make_thing()
        .body_map(|body| body.id("ab"))
        .send()
        .await?;
    Ok(())
}

pub async fn request_unique_items_removed(client: &Client) -> Result<(), Error> {
    client
        .request_limits_are_loosened_make_thing()
        .body_map(|body| body.list(vec![serde_json::json!(1)]))
        .send()
        .await?;
    Ok(())
}

pub async fn request_multiple_of_changed(client: &Client) -> Result<(), Error> {
    client
        .request_limits_are_loosened_make_thing()
        .body_map(|body| body.n(4.0))
        .send()
        .await?;
    Ok(())
}
