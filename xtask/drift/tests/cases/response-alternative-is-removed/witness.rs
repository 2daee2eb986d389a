use crate::trackstar::prelude::*;
use crate::trackstar::types;
use trackstar_api::{Client, Error};

pub async fn response_alternative_removed(client: &Client) -> Result<Option<bool>, Error> {
    let answer = client
        .response_alternative_is_removed_list_things()
        .send()
        .await?
        .into_inner();
    Ok(match answer {
        types::ResponseAlternativeIsRemovedListThingsResponse::Boolean(it) => Some(it),
        _ => None,
    })
}
