use crate::trackstar::prelude::*;
use trackstar_api::{Client, Error};

pub async fn request_parameter_became_optional(client: &Client) -> Result<(), Error> {
    client
        .request_parameter_becomes_optional_list_things()
        .a("x")
        .send()
        .await?;
    Ok(())
}
