use crate::trackstar::prelude::*;
use trackstar_api::{Client, Error};

pub async fn response_optional_property_added(client: &Client) -> Result<String, Error> {
    let answer = client
        .response_gains_fields_list_things()
        .send()
        .await?
        .into_inner();
    Ok(answer.id)
}

pub async fn response_required_property_added(client: &Client) -> Result<String, Error> {
    let answer = client
        .response_gains_fields_list_things()
        .send()
        .await?
        .into_inner();
    Ok(answer.id)
}
