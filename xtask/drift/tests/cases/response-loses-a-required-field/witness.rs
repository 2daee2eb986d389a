use crate::trackstar::prelude::*;
use trackstar_api::{Client, Error};

pub async fn response_required_property_removed(client: &Client) -> Result<String, Error> {
    let answer = client
        .response_loses_a_required_field_list_things()
        .send()
        .await?
        .into_inner();
    Ok(answer.note)
}
