use trackstar_api::{Client, Error, types};

pub async fn request_enum_value_added(client: &Client) -> Result<(), Error> {
    client
        .request_gains_an_enum_value_make_thing()
        .body_map(|body| body.state(types::RequestGainsAnEnumValueMakeThingBodyState::Open))
        .send()
        .await?;
    Ok(())
}
