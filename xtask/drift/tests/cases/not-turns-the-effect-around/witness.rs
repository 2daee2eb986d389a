use crate::trackstar::prelude::*;
use trackstar_api::{Client, Error};

pub async fn request_enum_value_added(client: &Client) -> Result<(), Error> {
    client
        .not_turns_the_effect_around_make_thing()
        .body("x")
        .send()
        .await?;
    Ok(())
}
