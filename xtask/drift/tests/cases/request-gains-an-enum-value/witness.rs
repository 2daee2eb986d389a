use crate::trackstar::prelude::*;
use crate::trackstar::types;
use trackstar_api::{Client, Error};

pub async fn request_enum_value_added(client: &Client) -> Result<(), Error> {
    client
        .request_gains_an_enum_value_make_thing()
        .body_map(|body| body.state(types::RequestGainsAnEnumValueMakeThingBodyState::Open))
        .send()
        .await?;
    Ok(())
}
