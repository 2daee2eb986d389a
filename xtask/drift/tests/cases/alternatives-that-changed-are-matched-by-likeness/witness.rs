use crate::trackstar::prelude::*;
use crate::trackstar::types;
use trackstar_api::{Client, Error};

pub async fn response_type_changed(client: &Client) -> Result<Option<String>, Error> {
    let answer = client
        .alternatives_that_changed_are_matched_by_likeness_list_things()
        .send()
        .await?
        .into_inner();
    Ok(match answer {
        types::AlternativesThatChangedAreMatchedByLikenessListThingsResponse::Variant1 {
            d,
            ..
        } => d,
        _ => None,
    })
}
