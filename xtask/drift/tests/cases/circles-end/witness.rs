use crate::trackstar::prelude::*;
use trackstar_api::{Client, Error};

pub async fn response_type_changed(client: &Client) -> Result<Option<i64>, Error> {
    let answer = client.circles_end_list_things().send().await?.into_inner();
    Ok(answer.value)
}
