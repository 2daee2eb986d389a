use crate::trackstar::prelude::*;
use crate::trackstar::types;
use trackstar_api::{Client, Error};

pub async fn response_alternative_added(client: &Client) -> Result<Option<String>, Error> {
    let answer = client
        .response_alternative_is_added_list_things()
        .send()
        .await?
        .into_inner();
    Ok(match answer {
        types::ResponseAlternativeIsAddedListThingsResponse::String(text) => Some(text),
        _ => None,
    })
}
