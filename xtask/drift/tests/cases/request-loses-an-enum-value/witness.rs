use crate::trackstar::prelude::*;
use crate::trackstar::types;
use trackstar_api::{Client, Error};

pub async fn request_enum_value_removed(client: &Client) -> Result<(), Error> {
    client
        .request_loses_an_enum_value_make_thing()
        .body_map(|body| body.state(types::RequestLosesAnEnumValueMakeThingBodyState::Shut))
        .send()
        .await?;
    Ok(())
}
