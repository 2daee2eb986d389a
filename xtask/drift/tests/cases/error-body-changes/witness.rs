use crate::trackstar::prelude::*;
use trackstar_api::{Client, Error};

pub async fn response_property_became_optional(client: &Client) -> Result<Option<String>, Error> {
    let answer = client
        .error_body_changes_list_things()
        .send()
        .await?
        .into_inner();
    Ok(answer.id)
}

pub async fn response_type_changed(client: &Client) -> Result<u16, Error> {
    match client.error_body_changes_list_things().send().await {
        Ok(_) => Ok(200),
        Err(error) => error.status().map(|it| it.as_u16()).ok_or(error),
    }
}
