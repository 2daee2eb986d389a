//! Filters and paginated lists.

use httpmock::{Method, MockServer};
use own_document::trackstar::prelude::*;
use own_document::trackstar::{builder, types};
use serde_json::json;
use trackstar_api::Connection;

use crate::connection;

#[tokio::test]
async fn sends_filters_and_reads_extended_items() {
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
    assert_eq!(
        page.data[0].status,
        types::OrderStatus::UnknownValue("lost at sea".into())
    );
    assert_eq!(
        serde_json::to_value(&page.data[0].status).unwrap(),
        "lost at sea"
    );
    assert!(page.data[0].created_date.to_system_time().is_some());
    assert_eq!(page.data[0].note, None);
    assert_eq!(page.data[1].status, types::OrderStatus::Open);
    assert_eq!(page.data[1].note.as_deref(), Some("fragile"));
    assert_eq!(page.data[1].created_date.as_str(), "soon");
    assert_eq!(page.next_token, None);
}

#[tokio::test]
async fn rejects_empty_filter_instead_of_listing_everything() {
    let server = MockServer::start_async().await;
    let mock = server.mock_async(|when, then| {
        when.any_request();
        then.status(200)
            .json_body(json!({"data": [], "next_token": null}));
    });
    let mock = mock.await;
    let none = Vec::<String>::new;
    let connection = connection(&server);
    let error = connection
        .list_orders()
        .status_in(none())
        .tag(none())
        .send()
        .await;
    let text = error.expect_err("two empty lists").to_string();
    for told in [
        "`status[in]` cannot be sent: the list is empty",
        "`tag` cannot",
        "omit the parameter",
    ] {
        assert!(text.contains(told), "{text}");
    }
    mock.assert_calls_async(0).await;
    connection
        .list_orders()
        .tag(none())
        .tag(["a"])
        .send()
        .await
        .unwrap();
}

/// Mocks a list of three pages. `last` is the `next_token` of the last page.
pub(crate) async fn three_pages(
    server: &MockServer,
    last: serde_json::Value,
) -> Vec<httpmock::Mock<'_>> {
    let order =
        |id: &str| json!({"id": id, "status": "open", "note": null, "created_date": "soon"});
    let pages = [
        (
            None,
            json!({"data": [order("1"), order("2")], "next_token": "t&2"}),
        ),
        (Some("t&2"), json!({"data": [], "next_token": "t3"})),
        (
            Some("t3"),
            json!({"data": [order("3")], "next_token": last}),
        ),
    ];
    let mut mocks = Vec::new();
    for (token, page) in pages {
        let mock = server.mock_async(|when, then| {
            when.method(Method::GET)
                .path("/orders")
                .is_true(move |request| {
                    let mut wanted = vec![("limit", "2"), ("status[in]", "open,shipped")];
                    wanted.splice(1..1, token.map(|token| ("page_token", token)));
                    let sent = request.query_params();
                    sent.iter()
                        .map(|(name, value)| (name.as_str(), value.as_str()))
                        .eq(wanted)
                });
            then.status(200).json_body(page);
        });
        mocks.push(mock.await);
    }
    mocks
}

/// Returns a request for the list of [`three_pages`].
fn two_a_page(connection: &Connection) -> builder::ListOrders {
    connection
        .list_orders()
        .status_in(["open", "shipped"])
        .limit(2)
}

#[tokio::test]
async fn requests_pages_lazily_with_all_filters() {
    use futures_util::StreamExt;

    for last in [json!(null), json!("")] {
        let server = MockServer::start_async().await;
        let mocks = three_pages(&server, last).await;
        let connection = connection(&server);
        let list = || two_a_page(&connection);
        let mut orders = list().stream();
        let calls = async |wanted: [usize; 3]| {
            for (mock, wanted) in mocks.iter().zip(wanted) {
                mock.assert_calls_async(wanted).await;
            }
        };
        calls([0, 0, 0]).await;
        assert_eq!(orders.next().await.unwrap().unwrap().id, "1");
        assert_eq!(orders.next().await.unwrap().unwrap().id, "2");
        calls([1, 0, 0]).await;
        assert_eq!(orders.next().await.unwrap().unwrap().id, "3");
        calls([1, 1, 1]).await;
        assert!(orders.next().await.is_none() && orders.next().await.is_none());
        assert!(orders.checkpoint().is_none());
        calls([1, 1, 1]).await;

        let pages: Vec<_> = list()
            .pages()
            .map(|page| page.unwrap().data.len())
            .collect()
            .await;
        assert_eq!(pages, [2, 0, 1]);
        calls([2, 2, 2]).await;
    }
}

#[test]
fn blocking_lists_are_iterators() {
    // Used only by the mocks. Blocking calls need no runtime.
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let server = runtime.block_on(MockServer::start_async());
    let mocks = runtime.block_on(three_pages(&server, json!(null)));
    let connection = connection(&server);
    let list = || two_a_page(&connection);
    let calls = |wanted: [usize; 3]| {
        for (mock, wanted) in mocks.iter().zip(wanted) {
            runtime.block_on(mock.assert_calls_async(wanted));
        }
    };
    let mut orders = list().stream().blocking();
    calls([0, 0, 0]);
    assert_eq!(orders.next().unwrap().unwrap().id, "1");
    assert_eq!(orders.next().unwrap().unwrap().id, "2");
    calls([1, 0, 0]);
    let rest = list().resume(&orders.checkpoint().unwrap()).unwrap();
    assert_eq!(orders.next().unwrap().unwrap().id, "3");
    assert!(orders.next().is_none() && orders.next().is_none() && orders.checkpoint().is_none());
    calls([1, 1, 1]);
    let rest: Vec<_> = rest
        .pages()
        .blocking()
        .map(|page| page.unwrap().data.len())
        .collect();
    assert_eq!(rest, [0, 1]);
    calls([1, 2, 2]);
}

#[tokio::test]
async fn resumes_list_from_checkpoint() {
    let server = MockServer::start_async().await;
    let mocks = three_pages(&server, json!(null)).await;
    let connection = connection(&server);
    let mut pages = two_a_page(&connection).pages();
    assert_eq!(pages.next().await.unwrap().unwrap().data.len(), 2);
    let kept = serde_json::to_string(&pages.checkpoint().unwrap()).unwrap();
    assert!(!kept.contains("token-of-own-document") && !kept.contains("key-of-own-document"));
    drop(pages);

    let checkpoint: trackstar_api::Checkpoint = serde_json::from_str(&kept).unwrap();
    assert!(
        !format!("{checkpoint:?}").contains("shipped"),
        "{checkpoint:?}"
    );
    let rest = connection.list_orders().resume(&checkpoint).unwrap();
    let mut orders = rest.stream();
    assert_eq!(orders.next().await.unwrap().unwrap().id, "3");
    assert!(orders.next().await.is_none());
    for mock in mocks {
        mock.assert_async().await;
    }
    let other = kept.replace("list_orders", "list_links");
    let other = serde_json::from_str(&other).unwrap();
    let error = connection
        .list_orders()
        .resume(&other)
        .expect_err("the checkpoint belongs to another list");
    assert!(error.to_string().contains("list_links"), "{error}");
    let gone = serde_json::from_str(&kept.replace("status[in]", "gone[in]")).unwrap();
    let error = connection
        .list_orders()
        .resume(&gone)
        .expect_err("the parameter does not exist");
    assert!(error.to_string().contains("gone[in]"), "{error}");

    // A list that was interrupted within a page resumes at the start of the page, so that no item
    // is lost.
    let mut orders = two_a_page(&connection).stream();
    orders.next().await.unwrap().unwrap();
    let again = connection
        .list_orders()
        .resume(&orders.checkpoint().unwrap())
        .unwrap();
    assert_eq!(again.stream().next().await.unwrap().unwrap().id, "1");
}

#[tokio::test]
async fn repeated_page_token_is_an_error() {
    let server = MockServer::start_async().await;
    let mocks = three_pages(&server, json!("t&2")).await;
    let connection = connection(&server);
    let mut orders = two_a_page(&connection).stream();
    let mut ids = Vec::new();
    let error = loop {
        match orders.next().await.expect("the list ends with an error") {
            Ok(order) => ids.push(order.id),
            Err(error) => break error,
        }
    };
    assert_eq!(ids, ["1", "2", "3"]);
    assert!(error.to_string().contains("page token"), "{error}");
    assert!(orders.next().await.is_none());
    assert!(
        orders.checkpoint().is_none(),
        "the checkpoint would point to a page that was already returned"
    );
    for mock in mocks {
        mock.assert_async().await;
    }
}

#[tokio::test]
async fn failed_page_ends_list_and_can_be_retried() {
    let server = MockServer::start_async().await;
    let refused = server
        .mock_async(|when, then| {
            when.any_request();
            then.status(500);
        })
        .await;
    let connection = connection(&server);
    let mut pages = two_a_page(&connection).pages();
    assert_eq!(
        pages
            .next()
            .await
            .unwrap()
            .expect_err("500")
            .status()
            .unwrap(),
        500
    );
    assert!(pages.next().await.is_none());
    refused.delete_async().await;
    three_pages(&server, json!(null)).await;
    let again = connection
        .list_orders()
        .resume(&pages.checkpoint().unwrap())
        .unwrap();
    assert_eq!(again.pages().next().await.unwrap().unwrap().data.len(), 2);
}
