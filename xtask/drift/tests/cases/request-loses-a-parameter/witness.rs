use crate::trackstar::prelude::*;
use trackstar_api::{Client, Error};

pub async fn request_optional_parameter_removed(client: &Client) -> Result<(), Error> {
    client
        .request_loses_a_parameter_list_things()
        .b("x")
        .send()
        .await?;
    Ok(())
}
