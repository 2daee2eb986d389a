use crate::trackstar::prelude::*;
use trackstar_api::{Client, Error};

pub async fn response_media_type_removed(client: &Client) -> Result<String, Error> {
    Ok(client
        .response_media_type_changes_list_things()
        .send()
        .await?
        .into_inner())
}

pub async fn response_media_type_added(client: &Client) -> Result<String, Error> {
    Ok(client
        .response_media_type_changes_list_things()
        .send()
        .await?
        .into_inner())
}
