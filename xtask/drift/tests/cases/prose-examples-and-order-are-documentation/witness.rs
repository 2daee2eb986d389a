use crate::trackstar::prelude::*;
use trackstar_api::{Client, Error};

pub async fn response_description_changed(client: &Client) -> Result<String, Error> {
    let answer = client
        .prose_examples_and_order_are_documentation_list_things()
        .send()
        .await?
        .into_inner();
    Ok(answer.id)
}

pub async fn response_example_changed(client: &Client) -> Result<String, Error> {
    let answer = client
        .prose_examples_and_order_are_documentation_list_things()
        .send()
        .await?
        .into_inner();
    Ok(answer.id)
}

pub async fn response_title_changed(client: &Client) -> Result<String, Error> {
    let answer = client
        .prose_examples_and_order_are_documentation_list_things()
        .send()
        .await?
        .into_inner();
    Ok(answer.id)
}
