use crate::trackstar::prelude::*;
use trackstar_api::{Client, Error, Sensitive};

pub async fn response_write_only_property_removed(client: &Client) -> Result<Option<Sensitive>, Error> {
    let answer = client
        .write_only_fields_are_not_in_answers_list_things()
        .send()
        .await?
        .into_inner();
    Ok(answer.secret)
}
