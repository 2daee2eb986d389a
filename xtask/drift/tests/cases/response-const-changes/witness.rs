use crate::trackstar::prelude::*;
use crate::trackstar::types;
use trackstar_api::{Client, Error};

pub async fn response_const_changed(client: &Client) -> Result<bool, Error> {
    let answer = client
        .response_const_changes_list_things()
        .send()
        .await?
        .into_inner();
    Ok(answer.kind == types::ResponseConstChangesListThingsResponseKind::A)
}
