//! The same program on reqwest: it sends both headers, decodes the response, and reports the
//! error's text and status.

use serde::Deserialize;

#[derive(Deserialize)]
struct Deleted {
    id: String,
    object: String,
    deleted: bool,
}

#[derive(Deserialize)]
struct Refused {
    error: String,
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    provider();
    let client = reqwest::Client::new();
    let response = client
        .delete("https://production.trackstarhq.com/connections")
        .header("x-trackstar-api-key", std::env::var("TRACKSTAR_API_KEY")?)
        .header("x-trackstar-access-token", std::env::var("TRACKSTAR_ACCESS_TOKEN")?)
        .send()
        .await?;
    let status = response.status();
    if status.is_success() {
        let deleted: Deleted = response.json().await?;
        println!("{} {} {}", deleted.id, deleted.object, deleted.deleted);
    } else {
        let refused: Refused = response.json().await?;
        println!("{} {status}", refused.error);
    }
    Ok(())
}
