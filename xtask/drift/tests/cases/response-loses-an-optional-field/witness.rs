use crate::trackstar::prelude::*;
use trackstar_api::{Client, Error};

pub async fn response_optional_property_removed(client: &Client) -> Result<Option<String>, Error> {
    let answer = client
        .response_loses_an_optional_field_list_things()
        .send()
        .await?
        .into_inner();
    Ok(answer.note)
}
