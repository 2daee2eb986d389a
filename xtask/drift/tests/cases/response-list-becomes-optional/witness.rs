use crate::trackstar::prelude::*;
use trackstar_api::{Client, Error};

pub async fn response_property_became_optional(client: &Client) -> Result<Vec<String>, Error> {
    let answer = client
        .response_list_becomes_optional_list_things()
        .send()
        .await?
        .into_inner();
    Ok(answer.ids)
}
