use crate::trackstar::prelude::*;
use crate::trackstar::types;
use trackstar_api::{Client, Error};

pub async fn response_description_changed(
    client: &Client,
) -> Result<types::SchemasThatWereCopiesAreTwoTypesThing, Error> {
    Ok(client
        .schemas_that_were_copies_are_two_types_make_thing()
        .send()
        .await?
        .into_inner()
        .data)
}
