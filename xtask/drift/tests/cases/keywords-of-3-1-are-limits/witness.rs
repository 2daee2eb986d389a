use crate::trackstar::prelude::*;
use trackstar_api::{Client, Error};

pub async fn request_min_contains_added(client: &Client) -> Result<(), Error> {
    client
        .keywords_of_3_1_are_limits_make_thing()
        .body(vec!["a".to_owned()])
        .send()
        .await?;
    Ok(())
}
