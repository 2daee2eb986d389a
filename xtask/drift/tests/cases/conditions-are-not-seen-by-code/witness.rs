use crate::trackstar::prelude::*;
use trackstar_api::{Client, Error};

pub async fn request_dependent_required_changed(client: &Client) -> Result<(), Error> {
    client
        .conditions_are_not_seen_by_code_make_thing()
        .body_map(|body| body.a("x"))
        .send()
        .await?;
    Ok(())
}

pub async fn request_if_changed(client: &Client) -> Result<(), Error> {
    client
        .conditions_are_not_seen_by_code_make_thing()
        .body_map(|body| body.a("x"))
        .send()
        .await?;
    Ok(())
}

pub async fn request_pattern_property_added(client: &Client) -> Result<(), Error> {
    client
        .conditions_are_not_seen_by_code_make_thing()
        .body_map(|body| body.a("x"))
        .send()
        .await?;
    Ok(())
}

pub async fn request_max_length_tightened(client: &Client) -> Result<(), Error> {
    client
        .conditions_are_not_seen_by_code_make_thing()
        .body_map(|body| body.a("x"))
        .send()
        .await?;
    Ok(())
}

pub async fn request_pattern_property_removed(client: &Client) -> Result<(), Error> {
    client
        .conditions_are_not_seen_by_code_make_thing()
        .body_map(|body| body.a("x"))
        .send()
        .await?;
    Ok(())
}
