use crate::trackstar::prelude::*;
use trackstar_api::{Client, Error};

pub async fn request_path_parameter_renamed(client: &Client) -> Result<(), Error> {
    client
        .path_parameter_is_renamed_list_things("a")
        .send()
        .await?;
    Ok(())
}
