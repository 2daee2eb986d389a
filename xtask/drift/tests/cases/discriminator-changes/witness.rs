use crate::trackstar::prelude::*;
use crate::trackstar::types;
use trackstar_api::{Client, Error};

pub async fn response_discriminator_property_changed(
    client: &Client,
) -> Result<Option<String>, Error> {
    let answer = client
        .discriminator_changes_list_things()
        .send()
        .await?
        .into_inner();
    Ok(match answer {
        types::DiscriminatorChangesListThingsResponse::A { a } => a,
        _ => None,
    })
}
