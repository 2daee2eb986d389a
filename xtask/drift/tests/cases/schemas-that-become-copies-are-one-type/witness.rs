use crate::trackstar::prelude::*;
use crate::trackstar::types;
use trackstar_api::{Client, Error};

pub async fn response_description_changed(
    client: &Client,
) -> Result<types::SchemasThatBecomeCopiesAreOneTypeMadeThing, Error> {
    Ok(client
        .schemas_that_become_copies_are_one_type_make_thing()
        .send()
        .await?
        .into_inner()
        .data)
}
