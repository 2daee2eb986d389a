use crate::trackstar::prelude::*;
use trackstar_api::{Client, Error};

pub async fn response_type_changed(client: &Client) -> Result<Vec<u8>, Error> {
    Ok(client
        .answers_that_are_no_json_are_bytes_list_things()
        .send()
        .await?
        .into_inner())
}
