use crate::trackstar::prelude::*;
use trackstar_api::{Client, Error};

pub async fn request_optional_parameter_added(client: &Client) -> Result<(), Error> {
    client
        .request_gains_parameters_list_things()
        .a("x")
        .send()
        .await?;
    Ok(())
}
