use crate::trackstar::prelude::*;
use crate::trackstar::types;
use trackstar_api::{Client, Error};

pub async fn request_became_nullable(client: &Client) -> Result<(), Error> {
    let body = types::RequestNullIsAllowedMakeThingBody::builder()
        .note("a")
        .build()
        .expect("it has all that it needs");
    let note: Option<String> = body.note.clone();
    assert_eq!(note.as_deref(), Some("a"));
    client
        .request_null_is_allowed_make_thing()
        .body(body)
        .send()
        .await?;
    Ok(())
}
