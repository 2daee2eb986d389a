use crate::trackstar::prelude::*;
use trackstar_api::{Client, Error};

pub async fn callbacks_changed(client: &Client) -> Result<(), Error> {
    client
        .webhooks_and_callbacks_have_no_code_list_things()
        .send()
        .await?;
    Ok(())
}

pub async fn webhook_removed(client: &Client) -> Result<(), Error> {
    client
        .webhooks_and_callbacks_have_no_code_list_things()
        .send()
        .await?;
    Ok(())
}

pub async fn webhook_changed(client: &Client) -> Result<(), Error> {
    client
        .webhooks_and_callbacks_have_no_code_list_things()
        .send()
        .await?;
    Ok(())
}

pub async fn webhook_added(client: &Client) -> Result<(), Error> {
    client
        .webhooks_and_callbacks_have_no_code_list_things()
        .send()
        .await?;
    Ok(())
}
