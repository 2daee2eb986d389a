use crate::trackstar::prelude::*;
use trackstar_api::{Client, Error};

pub async fn response_format_changed(client: &Client) -> Result<i32, Error> {
    let answer = client
        .response_integer_grows_list_things()
        .send()
        .await?
        .into_inner();
    Ok(answer.id)
}
