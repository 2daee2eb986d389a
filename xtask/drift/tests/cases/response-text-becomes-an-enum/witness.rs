use crate::trackstar::prelude::*;
use trackstar_api::{Client, Error};

pub async fn response_became_enum(client: &Client) -> Result<String, Error> {
    let answer = client
        .response_text_becomes_an_enum_list_things()
        .send()
        .await?
        .into_inner();
    Ok(answer.state)
}
