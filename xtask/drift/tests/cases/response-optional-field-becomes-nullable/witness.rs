use crate::trackstar::prelude::*;
use trackstar_api::{Client, Error};

pub async fn response_became_nullable(client: &Client) -> Result<Option<String>, Error> {
    let answer = client
        .response_optional_field_becomes_nullable_list_things()
        .send()
        .await?
        .into_inner();
    Ok(answer.id)
}
