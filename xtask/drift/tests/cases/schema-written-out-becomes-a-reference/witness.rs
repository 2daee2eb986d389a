use crate::trackstar::prelude::*;
use crate::trackstar::types;
use trackstar_api::{Client, Error};

pub async fn response_inline_became_reference(
    client: &Client,
) -> Result<types::SchemaWrittenOutBecomesAReferenceListThingsResponse, Error> {
    Ok(client
        .schema_written_out_becomes_a_reference_list_things()
        .send()
        .await?
        .into_inner())
}
