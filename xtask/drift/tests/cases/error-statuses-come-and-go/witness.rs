use crate::trackstar::prelude::*;
use trackstar_api::{Client, Error};

pub async fn response_error_status_removed(client: &Client) -> Result<Option<String>, Error> {
    let answer = client
        .error_statuses_come_and_go_list_things()
        .send()
        .await?
        .into_inner();
    Ok(answer.id)
}

pub async fn response_error_status_added(client: &Client) -> Result<Option<String>, Error> {
    let answer = client
        .error_statuses_come_and_go_list_things()
        .send()
        .await?
        .into_inner();
    Ok(answer.id)
}
