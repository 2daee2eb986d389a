use crate::trackstar::prelude::*;
use trackstar_api::{Client, Error};

pub async fn response_success_status_added(client: &Client) -> Result<Option<String>, Error> {
    let answer = client
        .success_status_is_added_list_things()
        .send()
        .await?
        .into_inner();
    Ok(answer.id)
}
