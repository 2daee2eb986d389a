use crate::trackstar::prelude::*;
use trackstar_api::{Client, Error};

pub async fn request_parameter_explode_changed(client: &Client) -> Result<(), Error> {
    client
        .request_parameter_is_written_otherwise_list_things()
        .a(["x", "y"])
        .send()
        .await?;
    Ok(())
}
