use crate::trackstar::prelude::*;
use trackstar_api::{Client, Error};

pub async fn response_format_changed(client: &Client) -> Result<String, Error> {
    let answer = client
        .response_format_that_is_no_type_list_things()
        .send()
        .await?
        .into_inner();
    Ok(answer.id)
}
