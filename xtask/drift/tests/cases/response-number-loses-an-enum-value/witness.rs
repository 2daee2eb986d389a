use crate::trackstar::prelude::*;
use trackstar_api::{Client, Error};

pub async fn response_enum_value_removed(client: &Client) -> Result<i64, Error> {
    let answer = client
        .response_number_loses_an_enum_value_list_things()
        .send()
        .await?
        .into_inner();
    Ok(answer.state)
}
