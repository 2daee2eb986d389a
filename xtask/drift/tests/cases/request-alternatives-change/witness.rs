use crate::trackstar::prelude::*;
use crate::trackstar::types;
use trackstar_api::{Client, Error};

pub async fn request_alternative_removed(client: &Client) -> Result<(), Error> {
    client
        .request_alternatives_change_make_thing()
        .body(types::RequestAlternativesChangeMakeThingBody::String(
            "a".into(),
        ))
        .send()
        .await?;
    Ok(())
}

pub async fn request_alternative_added(client: &Client) -> Result<(), Error> {
    client
        .request_alternatives_change_make_thing()
        .body(types::RequestAlternativesChangeMakeThingBody::Integer(5))
        .send()
        .await?;
    Ok(())
}
