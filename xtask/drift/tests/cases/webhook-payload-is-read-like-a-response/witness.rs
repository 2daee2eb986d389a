use crate::trackstar::prelude::*;
use trackstar_api::{Client, Error};

pub async fn response_property_became_optional(client: &Client) -> Result<String, Error> {
    let answer = client
        .webhook_payload_is_read_like_a_response_list_things()
        .send()
        .await?
        .into_inner();
    Ok(answer.id)
}

pub async fn response_enum_value_added(client: &Client) -> Result<bool, Error> {
    let answer = client
        .webhook_payload_is_read_like_a_response_list_things()
        .send()
        .await?
        .into_inner();
    Ok(answer.state.is_some())
}

pub async fn request_property_became_required(client: &Client) -> Result<(), Error> {
    client
        .webhook_payload_is_read_like_a_response_list_things()
        .send()
        .await?;
    Ok(())
}
