use crate::trackstar::prelude::*;
use crate::trackstar::types;
use trackstar_api::{Client, Error};

pub async fn response_enum_value_added(client: &Client) -> Result<bool, Error> {
    let answer = client
        .response_gains_an_enum_value_list_things()
        .send()
        .await?
        .into_inner();
    Ok(answer.state == types::ResponseGainsAnEnumValueListThingsResponseState::Open)
}
