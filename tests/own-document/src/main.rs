//! Calls every operation of `api.yaml` and checks the wire; tests only, for there is nothing to run.

fn main() {}

#[cfg(test)]
mod tests {
    use httpmock::{Method, MockServer};
    use serde_json::json;
    use trackstar_api::{AccessToken, ApiKey, Client, Connection, types};

    fn client(server: &MockServer) -> Client {
        let key = ApiKey::new("key-of-own-document").unwrap();
        Client::builder(key).base_url(server.base_url()).unwrap().build().unwrap()
    }

    fn connection(server: &MockServer) -> Connection {
        client(server).connection(AccessToken::new("token-of-own-document").unwrap())
    }

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
            .status_in(vec!["open".to_owned(), "shipped".to_owned()])
            .tag(vec!["a b".to_owned(), "c&d".to_owned()])
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

    #[tokio::test]
    async fn a_body_holds_what_was_set_and_nothing_else() {
        let server = MockServer::start_async().await;
        let mock = server
            .mock_async(|when, then| {
                when.method(Method::POST)
                    .path("/orders")
                    .header("content-type", "application/json")
                    .body(r#"{"reference":"r-1"}"#);
                then.status(201).json_body(json!({
                    "id": "1", "status": "open", "note": null, "created_date": "2026-01-01T00:00:00Z"
                }));
            })
            .await;
        let connection = connection(&server);
        let order = connection.create_order().body_map(|body| body.reference("r-1")).send();
        assert_eq!(order.await.unwrap().id, "1");
        mock.assert_async().await;

        let missing = connection.create_order().send().await.expect_err("no reference");
        let text = missing.to_string();
        assert!(text.contains("POST /orders") && text.contains("reference"), "{text}");
        let unknown = "huge".parse::<types::NewOrderPriority>();
        assert!(unknown.is_err(), "requests are as strict as the document");
        mock.assert_async().await;
    }

    #[tokio::test]
    async fn an_id_never_leaves_its_segment_and_the_key_alone_goes_where_it_is_enough() {
        let server = MockServer::start_async().await;
        let mock = server
            .mock_async(|when, then| {
                when.method(Method::DELETE)
                    .path("/links/..%2F..%5Cconnections%3Fa%3Db")
                    .header("x-trackstar-api-key", "key-of-own-document")
                    .header_missing("x-trackstar-access-token");
                then.status(204);
            })
            .await;
        let anything_else = server
            .mock_async(|when, then| {
                when.any_request();
                then.status(500);
            })
            .await;
        let client = client(&server);
        client.delete_link().link_id("../..\\connections?a=b").send().await.unwrap();
        mock.assert_async().await;
        for refused in ["", ".", ".."] {
            let error = client.delete_link().link_id(refused).send().await.expect_err(refused);
            assert!(error.to_string().contains("link_id"), "{error}");
            assert_eq!(error.operation_id(), Some("delete_link"));
        }
        anything_else.assert_calls_async(0).await;
    }
}
