use crate::trackstar::prelude::*;
use crate::trackstar::types;
use trackstar_api::{Client, Error};

pub async fn request_reference_became_inline(client: &Client) -> Result<(), Error> {
    client
        .reference_becomes_written_out_make_thing()
        .body(types::ReferenceBecomesWrittenOutItem::builder().id("a"))
        .send()
        .await?;
    Ok(())
}
