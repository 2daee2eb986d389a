use crate::trackstar::prelude::*;
use crate::trackstar::types;
use trackstar_api::{Client, Error};

pub async fn response_schema_renamed(
    client: &Client,
) -> Result<types::SchemaIsRenamedThing, Error> {
    Ok(client
        .schema_is_renamed_list_things()
        .send()
        .await?
        .into_inner())
}
