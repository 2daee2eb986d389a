use crate::trackstar::prelude::*;
use trackstar_api::{Client, Error};

pub async fn response_max_length_loosened(client: &Client) -> Result<String, Error> {
    let answer = client
        .response_limits_are_not_held_list_things()
        .send()
        .await?
        .into_inner();
    Ok(answer.id)
}

pub async fn response_pattern_added(client: &Client) -> Result<String, Error> {
    let answer = client
        .response_limits_are_not_held_list_things()
        .send()
        .await?
        .into_inner();
    Ok(answer.id)
}
