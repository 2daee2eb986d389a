use crate::trackstar::prelude::*;
use trackstar_api::{Client, Error};

pub async fn response_became_not_nullable(client: &Client) -> Result<Option<String>, Error> {
    let answer = client
        .response_field_is_no_longer_nullable_list_things()
        .send()
        .await?
        .into_inner();
    Ok(answer.id)
}
