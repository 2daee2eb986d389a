use crate::trackstar::prelude::*;
use trackstar_api::{Client, Error};

pub async fn response_type_changed(client: &Client) -> Result<i64, Error> {
    let answer = client
        .component_that_two_operations_use_is_one_finding_list_things()
        .send()
        .await?
        .into_inner();
    Ok(answer.id)
}
