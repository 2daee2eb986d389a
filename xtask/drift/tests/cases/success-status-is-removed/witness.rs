use crate::trackstar::prelude::*;
use crate::trackstar::types;
use trackstar_api::{Client, Error};

pub async fn response_success_status_removed(client: &Client) -> Result<Option<String>, Error> {
    let answer = client
        .success_status_is_removed_list_things()
        .send()
        .await?
        .into_inner();
    Ok(match answer {
        types::SuccessStatusIsRemovedListThingsSuccess::Variant1 { job } => job,
        _ => None,
    })
}
