use crate::trackstar::prelude::*;
use trackstar_api::{Client, Error};

pub async fn request_max_length_added(client: &Client) -> Result<(), Error> {
    client
        .first_items_are_alternatives_of_all_make_thing()
        .body(vec!["a".to_owned()])
        .send()
        .await?;
    Ok(())
}
