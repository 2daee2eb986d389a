//! Lists: filters, and what they hold that the document does not know.

use httpmock::{Method, MockServer};
use serde_json::json;
use trackstar_api::{AccessToken, ApiKey, Client, Drift, Event, EventKind, Metrics, RetryPolicy, types};

use super::connection;

#[tokio::test]
async fn a_list_is_asked_for_with_its_filters_and_read_whatever_has_been_added_since() {
    let server = MockServer::start_async().await;
    let mock = server
        .mock_async(|when, then| {
            when.method(Method::GET)
                .path("/orders")
                .header("x-trackstar-api-key", "key-of-own-document")
                .header("x-trackstar-access-token", "token-of-own-document")
                .is_true(|request| {
                    let (text, number) = (|it: &str| it.to_owned(), "5".to_owned());
                    request.query_params()
                        == [
                            (text("created_date[gte]"), text("2026-01-01T00:00:00Z")),
                            (text("limit"), number),
                            (text("priority[eq]"), text("high")),
                            (text("status[in]"), text("open,shipped")),
                            (text("tag"), text("a b")),
                            (text("tag"), text("c&d")),
                        ]
                });
            then.status(200).json_body(json!({
                "data": [
                    {"id": "not-a-uuid", "status": "lost at sea", "note": null, "new": {"x": 1},
                     "created_date": "2022-01-01T00:00:00", "lines": [{"sku": "lower case"}]},
                    {"id": "2", "status": "open", "note": "fragile", "created_date": "soon"},
                ],
                "next_token": null,
                "total_count": 2,
            }));
        })
        .await;
    let page = connection(&server)
        .list_orders()
        .limit(5)
        .created_date_gte("2026-01-01T00:00:00Z")
        .status_in(["open", "shipped"])
        .tag(["a b", "c&d"])
        .priority_eq("high")
        .send()
        .await
        .unwrap();
    mock.assert_async().await;
    assert_eq!(page.data.len(), 2);
    assert_eq!(page.data[0].status, types::OrderStatus::UnknownValue("lost at sea".into()));
    assert_eq!(serde_json::to_value(&page.data[0].status).unwrap(), "lost at sea");
    assert!(page.data[0].created_date.to_system_time().is_some());
    assert_eq!(page.data[0].note, None);
    assert_eq!(page.data[1].status, types::OrderStatus::Open);
    assert_eq!(page.data[1].note.as_deref(), Some("fragile"));
    assert_eq!(page.data[1].created_date.as_str(), "soon");
    assert_eq!(page.next_token, None);
}

#[derive(Clone, Default)]
struct Drifts(std::sync::Arc<std::sync::Mutex<Vec<String>>>);

impl Metrics for Drifts {
    fn count(&self, event: &Event<'_>) {
        if let EventKind::Drift { drift: Drift::EnumValue(name), .. } = &event.kind {
            self.0.lock().unwrap().push(format!("{} {name}", event.operation_id));
        }
    }
}

#[tokio::test]
async fn a_value_that_an_enum_does_not_know_is_told_once_by_the_enums_name_alone() {
    let server = MockServer::start_async().await;
    let one = |status: &str| json!({"id": "1", "status": status, "note": null, "created_date": "x"});
    let page = [one("lost at sea"), one("open"), one("eaten")];
    let mock = server
        .mock_async(|when, then| {
            when.method(Method::GET).path("/orders");
            then.status(200)
                .json_body(json!({"data": page, "next_token": null, "total_count": 3}));
        })
        .await;
    let drifts = Drifts::default();
    let key = ApiKey::new("key-of-own-document").unwrap();
    let client = Client::builder(key).base_url(server.base_url()).unwrap();
    let client = client.metrics(drifts.clone()).build().unwrap();
    let connection = client.connection(AccessToken::new("token-of-own-document").unwrap());
    connection.list_orders().retries(RetryPolicy::never()).send().await.unwrap();
    assert_eq!(*drifts.0.lock().unwrap(), ["list_orders OrderStatus"]);
    mock.assert_async().await;
}

#[tokio::test]
async fn a_filter_of_nothing_is_refused_and_does_not_list_everything() {
    let server = MockServer::start_async().await;
    let mock = server.mock_async(|when, then| {
        when.any_request();
        then.status(200).json_body(json!({"data": [], "next_token": null}));
    });
    let mock = mock.await;
    let none = Vec::<String>::new;
    let connection = connection(&server);
    let error = connection.list_orders().status_in(none()).tag(none()).send().await;
    let text = error.expect_err("two empty lists").to_string();
    for told in ["`status[in]` cannot be sent: it is an empty list", "`tag` cannot", "leave it out"] {
        assert!(text.contains(told), "{text}");
    }
    mock.assert_calls_async(0).await;
    connection.list_orders().tag(none()).tag(["a"]).send().await.unwrap();
}
