use crate::trackstar::prelude::*;
use trackstar_api::{Client, Error};

pub async fn response_extension_changed(client: &Client) -> Result<Option<String>, Error> {
    let answer = client
        .extensions_are_documentation_list_things()
        .send()
        .await?
        .into_inner();
    Ok(answer.id)
}
