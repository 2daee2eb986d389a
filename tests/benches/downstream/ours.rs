//! A program that uses the client.

use trackstar_api::prelude::*;
use trackstar_api::{AccessToken, ApiKey, Client};

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    provider();
    let client = Client::new(ApiKey::from_env()?)?;
    let token = std::env::var("TRACKSTAR_ACCESS_TOKEN")?;
    let connection = client.connection(AccessToken::new(token)?);
    match connection.delete_connection().send().await {
        Ok(deleted) => println!("{} {} {}", deleted.id, deleted.object, deleted.deleted),
        Err(error) => println!("{error} {:?}", error.status()),
    }
    Ok(())
}
