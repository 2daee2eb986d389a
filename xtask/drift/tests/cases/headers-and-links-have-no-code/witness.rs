use crate::trackstar::prelude::*;
use trackstar_api::{Client, Error};

pub async fn response_type_changed(client: &Client) -> Result<(), Error> {
    client
        .headers_and_links_have_no_code_list_things()
        .send()
        .await?;
    Ok(())
}

pub async fn response_header_added(client: &Client) -> Result<(), Error> {
    client
        .headers_and_links_have_no_code_list_things()
        .send()
        .await?;
    Ok(())
}

pub async fn response_header_removed(client: &Client) -> Result<(), Error> {
    client
        .headers_and_links_have_no_code_list_things()
        .send()
        .await?;
    Ok(())
}

pub async fn links_changed(client: &Client) -> Result<(), Error> {
    client
        .headers_and_links_have_no_code_list_things()
        .send()
        .await?;
    Ok(())
}
