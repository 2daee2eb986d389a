use crate::trackstar::prelude::*;
use trackstar_api::{Client, DateTime, Error};

pub async fn response_format_removed(client: &Client) -> Result<DateTime, Error> {
    let answer = client
        .response_date_becomes_a_text_list_things()
        .send()
        .await?
        .into_inner();
    Ok(answer.made)
}
