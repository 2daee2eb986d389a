use crate::trackstar::prelude::*;
use trackstar_api::{Client, Error};

pub async fn response_type_changed(client: &Client) -> Result<String, Error> {
    let answer = client
        .component_taken_in_by_all_of_is_compared_list_things()
        .send()
        .await?
        .into_inner();
    Ok(answer.id)
}
