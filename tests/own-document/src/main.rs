//! The command line of `api.yaml`; and, as tests, calls of every operation of it that check the wire.

fn main() -> std::process::ExitCode {
    trackstar_api::cli::main()
}

#[cfg(test)]
mod mocks;

#[cfg(test)]
mod tests {
    use httpmock::{Method, MockServer};
    use serde_json::json;
    use trackstar_api::{
        AccessToken, ApiKey, Client, Connection, Drift, Event, EventKind, Metrics, RetryPolicy, types,
    };

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

        let missing = connection.create_order().body_map(|body| body.priority("low")).send();
        let missing = missing.await.expect_err("no reference");
        let text = missing.to_string();
        assert!(text.contains("POST /orders") && text.contains("reference"), "{text}");
        let unknown = "huge".parse::<types::NewOrderPriority>();
        let text = unknown.expect_err("requests are as strict as the document").to_string();
        for told in ["`types::NewOrderPriority`", r#""low", "high";"#, "UnknownValue(…)"] {
            assert!(text.contains(told), "{text}");
        }
        assert!(!text.contains("huge"), "it may be anything: {text}");
        let shown = types::NewOrderPriority::UnknownValue("huge".into()).to_string();
        assert_eq!(shown, "huge");
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

    #[tokio::test]
    async fn a_404_speaks_of_the_record_only_where_the_api_says_it_and_one_was_named() {
        let own = r#"{"error": "No such link."}"#;
        for (body, told) in [(own, "the record is not in"), ("<html>", "whether the record exists is not said")] {
            let server = MockServer::start_async().await;
            let mock = server.mock_async(|when, then| {
                when.method(Method::DELETE);
                then.status(404).body(body);
            });
            let mock = mock.await;
            let error = client(&server).delete_link().link_id("l").send().await.expect_err("404");
            assert!(error.to_string().contains(told), "{error}");
            mock.assert_async().await;
        }
    }

    #[tokio::test]
    async fn what_is_wrong_with_a_call_is_told_before_anything_is_sent() {
        let server = MockServer::start_async().await;
        let connection = connection(&server);
        let error = connection.list_orders().priority_eq("huge").created_date_gte("soon").send();
        let text = error.await.expect_err("neither is valid").to_string();
        for named in ["GET /orders", "`priority[eq]`", "`created_date[gte]`"] {
            assert!(text.contains(named), "{text}");
        }
        let error = connection.list_orders().status_in(["a,b"]).send().await.expect_err("a comma");
        assert!(error.to_string().contains("`status[in]`"), "{error}");
        let error = connection.update_order().body_map(|body| body.note("x")).send().await;
        let text = error.expect_err("no id").to_string();
        assert!(text.contains("`order_id` is not set: call `.order_id(…)`"), "{text}");
        let error = connection.update_order().order_id("o-1").send().await.expect_err("no body");
        assert!(error.to_string().contains("body is not set"), "{error}");
        assert_eq!(error.status(), None);
    }

    #[tokio::test]
    async fn what_may_have_taken_effect_is_looked_for_where_it_is_and_a_read_has_no_effect() {
        let server = MockServer::start_async().await;
        let gone = server.mock_async(|when, then| {
            when.method(Method::DELETE);
            then.status(500);
        });
        let gone = gone.await;
        let odd = server.mock_async(|when, then| {
            when.method(Method::GET);
            then.status(200).json_body(json!({"data": 7}));
        });
        let odd = odd.await;
        let error = client(&server).delete_link().link_id("l").send().await.expect_err("500");
        assert!(error.to_string().contains("(such as GET /links/{link_id})"), "{error}");
        let error = connection(&server).list_orders().send().await.expect_err("no list");
        let text = error.to_string();
        assert!(!text.contains("taken effect"), "{text}");
        assert!(text.contains("or build with a newer document, where you named one"), "{text}");
        gone.assert_async().await;
        odd.assert_async().await;
    }

    #[tokio::test]
    async fn what_was_wrong_and_is_set_anew_stands_in_no_way() {
        let server = MockServer::start_async().await;
        let order = json!({"id": "1", "status": "open", "note": null, "created_date": "soon"});
        let listed = server
            .mock_async(|when, then| {
                when.method(Method::GET).query_param("created_date[gte]", "2026-01-01T00:00:00Z");
                then.status(200).json_body(json!({"data": [], "next_token": null}));
            })
            .await;
        let changed = server
            .mock_async(|when, then| {
                when.method(Method::PATCH).body(r#"{"lines":null,"priority":"low"}"#);
                then.status(200).json_body(order);
            })
            .await;
        let connection = connection(&server);
        let list = connection.list_orders().created_date_gte("soon");
        list.created_date_gte("2026-01-01T00:00:00Z").send().await.unwrap();
        listed.assert_async().await;
        let update = || connection.update_order().order_id("o-1");
        let update = update().body_map(|body| body.priority("huge"));
        let fill = |body: types::builder::OrderUpdate| {
            let body = body.lines([types::Line::builder()]).clear_lines();
            body.priority("huge").priority("low")
        };
        update.body_map(fill).send().await.unwrap();
        changed.assert_async().await;

        // What is right is not sent in place of what is wrong and came later.
        let wrong = connection.list_orders().created_date_gte("2026-01-01T00:00:00Z");
        wrong.created_date_gte("soon").send().await.expect_err("the last is no date");
        listed.assert_calls_async(1).await;
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

    #[tokio::test]
    async fn an_update_tells_apart_what_stays_what_is_cleared_and_what_is_set() {
        let server = MockServer::start_async().await;
        let answer = json!({"id": "1", "status": "open", "note": null, "created_date": "soon"});
        let mut mocks = Vec::new();
        let bodies = [
            r#"{"note":null}"#,
            r#"{"lines":[{"sku":"A"},{"count":2,"sku":"B"}],"note":"x","priority":"low"}"#,
            r#"{"lines":null,"measures":{"width":1.5}}"#,
            r#"{"lines":[]}"#,
        ];
        for body in bodies {
            let mock = server
                .mock_async(|when, then| {
                    when.method(Method::PATCH).path("/orders/o-1").is_true(move |request| {
                        let sent: serde_json::Value = serde_json::from_slice(request.body_ref()).unwrap();
                        sent == serde_json::from_str::<serde_json::Value>(body).unwrap()
                    });
                    then.status(200).json_body(answer.clone());
                })
                .await;
            mocks.push(mock);
        }
        let connection = connection(&server);
        let update = || connection.update_order().order_id("o-1");
        update().body_map(|body| body.clear_note()).send().await.unwrap();
        let lines = [types::Line::builder().sku("A"), types::Line::builder().sku("B").count(2)];
        let body = types::OrderUpdate::builder().note("x").priority("low").lines(lines);
        update().body(body).send().await.unwrap();
        let body = |body: types::builder::OrderUpdate| body.clear_lines().measures([("width", 1.5)]);
        update().body_map(body).send().await.unwrap();
        update().body_map(|body| body.lines(Vec::<types::Line>::new())).send().await.unwrap();
        for mock in mocks {
            mock.assert_async().await;
        }

        let wrong = types::OrderUpdate::builder().priority("huge").lines([types::Line::builder()]);
        let text = wrong.build().expect_err("nothing of it is valid").to_string();
        assert!(text.contains("`priority`") && text.contains("`sku` is not set: call `.sku(…)`"), "{text}");
    }

    #[tokio::test]
    async fn an_upload_is_sent_in_parts_whether_it_is_at_hand_or_a_stream() {
        let server = MockServer::start_async().await;
        let mock = server
            .mock_async(|when, then| {
                when.method(Method::POST)
                    .path("/orders/o-1/file")
                    .header("x-trackstar-access-token", "token-of-own-document")
                    .is_true(|request| {
                        let text = String::from_utf8_lossy(request.body_ref()).into_owned();
                        let wanted = [
                            "name=\"file\"; filename=\"label.zpl\"\r\nContent-Type: application/zpl\r\n\r\n^XA^XZ\r\n",
                            "name=\"file_type\"\r\n\r\nlabel\r\n",
                            "name=\"copies\"\r\n\r\n3\r\n",
                        ];
                        wanted.iter().all(|part| text.contains(part)) && text.matches("file_type").count() == 1
                    });
                then.status(201).json_body(json!({"id": "f-1"}));
            })
            .await;
        let connection = connection(&server);
        let stream = futures_util::stream::iter(["^XA", "^XZ"].map(Ok::<_, std::io::Error>));
        for upload in [trackstar_api::Upload::from("^XA^XZ"), trackstar_api::Upload::stream(stream)] {
            let attached = connection
                .create_order_file()
                .order_id("o-1")
                .file(upload.file_name("label.zpl").media_type("application/zpl"))
                .file_type("invoice")
                .file_type("label")
                .copies(3)
                .send()
                .await
                .unwrap();
            assert_eq!(attached.id, "f-1");
        }
        mock.assert_calls_async(2).await;
        let error = connection.create_order_file().order_id("o-1").send().await.expect_err("no file");
        assert!(error.to_string().contains("`file` is not set: call `.file(…)`"), "{error}");
    }

    #[tokio::test]
    async fn an_upload_that_is_at_hand_is_sent_again_whole_and_a_stream_is_not() {
        use trackstar_api::Upload;

        let server = MockServer::start_async().await;
        let mock = server.mock_async(|when, then| {
            when.method(Method::POST).body_includes("\r\n\r\n^XA^XZ\r\n").body_includes("\r\n\r\nlabel\r\n");
            then.status(429).header("retry-after", "0");
        });
        let mock = mock.await;
        let stream = || Upload::stream(futures_util::stream::iter(["^XA^XZ"].map(Ok::<_, std::io::Error>)));
        for (file, attempts) in [(Upload::from("^XA^XZ"), 3), (stream(), 1)] {
            let call = connection(&server).create_order_file().order_id("o").file(file).file_type("label");
            let error = call.send().await.expect_err("refused");
            assert_eq!(error.attempts().len(), attempts, "{error}");
            assert_eq!(error.to_string().contains("its body was a stream"), attempts == 1, "{error}");
        }
        mock.assert_calls_async(4).await;
    }

    #[tokio::test]
    async fn names_of_parts_and_files_stay_within_their_quotation_marks() {
        let server = MockServer::start_async().await;
        let mock = server.mock_async(|when, then| {
            when.method(Method::POST).path("/orders/o-1/file").is_true(|request| {
                let text = String::from_utf8_lossy(request.body_ref()).into_owned();
                let wanted = [
                    "form-data; name=\"file\"; filename=\"a%22b ü.pdf\"\r\n",
                    "form-data; name=\"Größe %22in%22 cm\"\r\n\r\n7\r\n",
                ];
                wanted.iter().all(|part| text.contains(part))
            });
            then.status(201).json_body(json!({"id": "f-1"}));
        });
        let mock = mock.await;
        let attach = |name: &str| {
            let file = trackstar_api::Upload::from("x").file_name(name);
            connection(&server).create_order_file().order_id("o-1").file(file).größe_in_cm("7").send()
        };
        attach("a\"b ü.pdf").await.unwrap();
        for name in ["a\"b\r\nX: y", "a\u{0}b", "a\nb", "a\u{7f}"] {
            let text = attach(name).await.expect_err("a control character").to_string();
            assert!(text.contains("`file`") && text.contains("control character"), "{text}");
        }
        mock.assert_calls_async(1).await;
    }

    #[tokio::test]
    async fn an_upload_that_is_not_as_long_as_it_says_fails_and_is_never_cut_off() {
        use trackstar_api::Upload;

        let server = MockServer::start_async().await;
        let mock = server.mock_async(|when, then| {
            when.method(Method::POST).body_includes("\r\n\r\n^XA^XZ\r\n");
            then.status(201).json_body(json!({"id": "f-1"}));
        });
        let mock = mock.await;
        let attach = |file: Upload| connection(&server).create_order_file().order_id("o").file(file);
        let stream = |chunks: &'static [&'static str]| {
            Upload::stream(futures_util::stream::iter(chunks.iter().copied().map(Ok::<_, std::io::Error>)))
        };
        let chunks = &["^XA", "", "^XZ", ""];
        attach(stream(chunks).length(6)).retries(RetryPolicy::never()).send().await.unwrap();
        mock.assert_async().await;
        for (length, told) in [(3, "longer than the 3 bytes"), (5, "longer"), (7, "shorter than the 7"), (0, "longer")] {
            for upload in [stream(chunks), Upload::from("^XA^XZ")] {
                let call = attach(upload.length(length)).retries(RetryPolicy::never());
                let text = call.send().await.expect_err(told).to_string();
                assert!(text.contains(told), "{length}: {text}");
            }
        }
        mock.assert_calls_async(1).await;
    }

    /// A list of three pages; the last has no token.
    async fn three_pages(server: &MockServer, last: serde_json::Value) -> Vec<httpmock::Mock<'_>> {
        let order = |id: &str| json!({"id": id, "status": "open", "note": null, "created_date": "soon"});
        let pages = [
            (None, json!({"data": [order("1"), order("2")], "next_token": "t&2"})),
            (Some("t&2"), json!({"data": [], "next_token": "t3"})),
            (Some("t3"), json!({"data": [order("3")], "next_token": last})),
        ];
        let mut mocks = Vec::new();
        for (token, page) in pages {
            let mock = server.mock_async(|when, then| {
                when.method(Method::GET).path("/orders").is_true(move |request| {
                    let mut wanted = vec![("limit", "2"), ("status[in]", "open,shipped")];
                    wanted.splice(1..1, token.map(|token| ("page_token", token)));
                    let sent = request.query_params();
                    sent.iter().map(|(name, value)| (name.as_str(), value.as_str())).eq(wanted)
                });
                then.status(200).json_body(page);
            });
            mocks.push(mock.await);
        }
        mocks
    }

    #[tokio::test]
    async fn every_page_is_asked_for_with_all_filters_and_none_before_it_is_wanted() {
        use futures_util::StreamExt;

        for last in [json!(null), json!("")] {
            let server = MockServer::start_async().await;
            let mocks = three_pages(&server, last).await;
            let connection = connection(&server);
            let list = || connection.list_orders().status_in(["open", "shipped"]).limit(2);
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

            let pages: Vec<_> = list().pages().map(|page| page.unwrap().data.len()).collect().await;
            assert_eq!(pages, [2, 0, 1]);
            calls([2, 2, 2]).await;
        }
    }

    #[test]
    fn a_thread_without_a_runtime_reads_lists_as_iterators_and_calls_by_name() {
        use trackstar_api::dynamic::Arguments;

        // The mocks' own; the calls know nothing of it.
        let runtime = tokio::runtime::Runtime::new().unwrap();
        let server = runtime.block_on(MockServer::start_async());
        let mocks = runtime.block_on(three_pages(&server, json!(null)));
        let connection = connection(&server);
        let list = || connection.list_orders().status_in(["open", "shipped"]).limit(2);
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
        let rest: Vec<_> = rest.pages().blocking().map(|page| page.unwrap().data.len()).collect();
        assert_eq!(rest, [0, 1]);
        calls([1, 2, 2]);

        let arguments = json!({"query": {"limit": 2, "status[in]": ["open", "shipped"]}});
        let arguments: Arguments = serde_json::from_value(arguments).unwrap();
        let page = connection.call_blocking("list_orders", arguments.clone()).unwrap();
        assert_eq!(page["data"][1]["id"], "2");
        assert_eq!(connection.call_all_blocking("list_orders", arguments).unwrap().len(), 3);
        calls([3, 3, 3]);
    }

    #[tokio::test]
    async fn a_list_goes_on_where_it_was_left_in_another_process() {
        let server = MockServer::start_async().await;
        let mocks = three_pages(&server, json!(null)).await;
        let connection = connection(&server);
        let mut pages = connection.list_orders().status_in(["open", "shipped"]).limit(2).pages();
        assert_eq!(pages.next().await.unwrap().unwrap().data.len(), 2);
        let kept = serde_json::to_string(&pages.checkpoint().unwrap()).unwrap();
        assert!(!kept.contains("token-of-own-document") && !kept.contains("key-of-own-document"));
        drop(pages);

        let checkpoint: trackstar_api::Checkpoint = serde_json::from_str(&kept).unwrap();
        assert!(!format!("{checkpoint:?}").contains("shipped"), "{checkpoint:?}");
        let rest = connection.list_orders().resume(&checkpoint).unwrap();
        let mut orders = rest.stream();
        assert_eq!(orders.next().await.unwrap().unwrap().id, "3");
        assert!(orders.next().await.is_none());
        for mock in mocks {
            mock.assert_async().await;
        }
        let other = kept.replace("list_orders", "list_links");
        let other = serde_json::from_str(&other).unwrap();
        let error = connection.list_orders().resume(&other).expect_err("of another list");
        assert!(error.to_string().contains("list_links"), "{error}");
        let gone = serde_json::from_str(&kept.replace("status[in]", "gone[in]")).unwrap();
        let error = connection.list_orders().resume(&gone).expect_err("a parameter that is gone");
        assert!(error.to_string().contains("gone[in]"), "{error}");

        // Within a page it goes on at its beginning: nothing is left out.
        let mut orders = connection.list_orders().status_in(["open", "shipped"]).limit(2).stream();
        orders.next().await.unwrap().unwrap();
        let again = connection.list_orders().resume(&orders.checkpoint().unwrap()).unwrap();
        assert_eq!(again.stream().next().await.unwrap().unwrap().id, "1");
    }

    #[tokio::test]
    async fn a_token_that_was_there_before_ends_the_list_with_an_error() {
        let server = MockServer::start_async().await;
        let mocks = three_pages(&server, json!("t&2")).await;
        let connection = connection(&server);
        let mut orders = connection.list_orders().status_in(["open", "shipped"]).limit(2).stream();
        let mut ids = Vec::new();
        let error = loop {
            match orders.next().await.expect("an error ends it") {
                Ok(order) => ids.push(order.id),
                Err(error) => break error,
            }
        };
        assert_eq!(ids, ["1", "2", "3"]);
        assert!(error.to_string().contains("page token"), "{error}");
        assert!(orders.next().await.is_none());
        assert!(orders.checkpoint().is_none(), "it would be a page that has been handed out");
        for mock in mocks {
            mock.assert_async().await;
        }
    }

    #[tokio::test]
    async fn a_failed_page_ends_the_list_and_can_be_asked_for_again() {
        let server = MockServer::start_async().await;
        let refused = server
            .mock_async(|when, then| {
                when.any_request();
                then.status(500);
            })
            .await;
        let connection = connection(&server);
        let mut pages = connection.list_orders().status_in(["open", "shipped"]).limit(2).pages();
        assert_eq!(pages.next().await.unwrap().expect_err("500").status().unwrap(), 500);
        assert!(pages.next().await.is_none());
        refused.delete_async().await;
        three_pages(&server, json!(null)).await;
        let again = connection.list_orders().resume(&pages.checkpoint().unwrap()).unwrap();
        assert_eq!(again.pages().next().await.unwrap().unwrap().data.len(), 2);
    }

    #[tokio::test]
    async fn an_operation_is_called_by_its_name_as_it_is_by_its_method() {
        use trackstar_api::dynamic::{Arguments, operations};

        let server = MockServer::start_async().await;
        let mocks = three_pages(&server, json!(null)).await;
        let connection = connection(&server);
        let listed: Vec<_> = operations().iter().map(|one| (one.id, one.paged)).collect();
        assert!(listed.contains(&("list_orders", true)) && listed.contains(&("create_order_file", false)));
        let arguments = json!({"query": {"limit": 2, "status[in]": ["open", "shipped"]}});
        let arguments: Arguments = serde_json::from_value(arguments).unwrap();
        let page = connection.call("list_orders", arguments.clone()).await.unwrap();
        assert_eq!(page["data"][0]["id"], "1");
        let all = connection.call_all("list_orders", arguments).await.unwrap();
        assert_eq!(all.len(), 3);
        mocks[2].assert_async().await;

        for (id, arguments, told) in [
            ("lost_orders", json!({}), "lost_orders"),
            ("list_orders", json!({"query": {"colour": 1}}), "colour"),
            ("list_orders", json!({"query": {"created_date_gte": 1}}), "did you mean `created_date[gte]`"),
            ("list_orders", json!({"query": {"created_date[gte]": "many"}}), "`created_date[gte]`"),
            ("list_orders", json!({"query": {"priority[eq]": "many"}}), "`priority[eq]`"),
            ("list_orders", json!({"query": {"status[in]": []}}), "empty list"),
            ("create_order", json!({"body": {"reference": "r", "many": 1}}), "`many`"),
            ("update_order", json!({"path": {"order_id": "o"}, "body": {"lines": [{"sku": "A", "more": 1}]}}), "`/lines/0/more`"),
            ("create_order", json!({"body": {"reference": "r", "days": null}}), "`/days`"),
            ("create_order", json!({"body": {"reference": "r", "priority": "many"}}), "`body`"),
            ("list_orders", json!({"query": {"limit": "many"}}), "`limit`"),
            ("update_order", json!({"path": {"order_id": "o"}, "body": {"priority": 7}}), "`body`"),
        ] {
            let arguments: Arguments = serde_json::from_value(arguments).unwrap();
            assert!(!format!("{arguments:?}").contains("many"));
            let error = connection.call(id, arguments).await.expect_err(told).to_string();
            assert!(error.contains(told), "{error}");
            assert!(!error.replace("`many`", "").contains("many"), "no value shows: {error}");
        }
        let token = server.mock_async(|when, then| {
            when.path("/link/exchange").body(r#"{"auth_code":"c0de"}"#);
            then.status(200).json_body(json!({"access_token": "t0ken-1", "created": 1}));
        });
        let token = token.await;
        let arguments: Arguments = serde_json::from_value(json!({"body": {"auth_code": "c0de"}})).unwrap();
        let answer = client(&server).call("exchange_link", arguments).await.unwrap();
        token.assert_async().await;
        assert_eq!(answer["access_token"], "t0ken-1");
        let shown = format!("{answer:?} {:?}", answer["access_token"].as_str().map(str::len));
        assert!(shown.contains("object of 2") && !shown.contains("t0ken"), "{shown}");
        let deleted = server.mock_async(|when, then| {
            when.method(Method::DELETE);
            then.status(204);
        });
        let deleted = deleted.await;
        let arguments: Arguments = serde_json::from_value(json!({"path": {"link_id": "l"}})).unwrap();
        let error = client(&server).call_all("delete_link", arguments).await.expect_err("no list");
        assert!(error.to_string().contains("no list"), "{error}");
        deleted.assert_calls_async(0).await;
        let refused = client(&server).call("list_orders", Arguments::default()).await;
        assert!(refused.expect_err("no token").to_string().contains("access token"));
    }

    #[tokio::test]
    async fn a_token_that_is_handed_out_shows_in_no_debug_and_in_no_error() {
        let server = MockServer::start_async().await;
        let exchange = |answer: serde_json::Value| {
            let server = &server;
            async move {
                let mock = server
                    .mock_async(|when, then| {
                        when.method(Method::POST).path("/link/exchange").body(r#"{"auth_code":"c0de-1"}"#);
                        then.status(200).json_body(answer);
                    })
                    .await;
                let call = client(server).exchange_link().body_map(|body| body.auth_code("c0de-1"));
                assert!(!format!("{call:?}").contains("c0de"), "{call:?}");
                let body = types::ExchangeLinkBody::builder().auth_code("c0de-1");
                assert!(!format!("{body:?}{:?}", body.clone().build()).contains("c0de"), "{body:?}");
                let answer = call.send().await;
                mock.assert_async().await;
                mock.delete_async().await;
                answer
            }
        };
        let answered = exchange(json!({"access_token": "t0ken-1", "created": 1.0})).await.unwrap();
        assert!(!format!("{answered:?}").contains("t0ken"), "{answered:?}");
        let full = json!({
            "access_token": "t0ken-1", "created": 1, "password": "t0ken-2", "refresh_token": "t0ken-3",
            "secret": true, "client_secret": {"is_set": true}, "api_key": {"sku": "A"},
        });
        let full = exchange(full).await.unwrap();
        assert!(!format!("{full:?}").contains("t0ken"), "{full:?}");
        // What is no text is no secret, and is read as what it is.
        assert_eq!(full.secret, Some(true));
        assert_eq!(full.client_secret.as_ref().unwrap().is_set, Some(true));
        assert_eq!(full.api_key.as_ref().unwrap().sku, "A");
        let token = trackstar_api::AccessToken::try_from(answered.into_inner().access_token);
        let _usable = client(&server).connection(token.expect("a token"));

        for broken in [
            json!({"access_token": {"value": "t0ken-1"}, "created": 1}),
            json!({"access_token": "t0ken-1", "created": "t0ken-1"}),
            json!({"access_token": "t0ken-1"}),
            json!("t0ken-1"),
        ] {
            let error = exchange(broken).await.expect_err("another form");
            let text = format!("{error} {error:?} {:?}", std::error::Error::source(&error));
            assert!(!text.contains("t0ken"), "{text}");
            assert!(text.contains("in a form that this client does not know"), "{text}");
        }
    }

    #[test]
    fn the_schemas_of_the_types_are_at_hand_those_of_a_few_numbers_too() {
        let all = trackstar_api::schemas();
        let schema = |name: &str| {
            let found = all.iter().find(|(other, _)| *other == name);
            found.map(|(_, schema)| schema.as_value().clone()).expect("a schema of each type")
        };
        let days = schema("NewOrderDays");
        assert_eq!(days["type"], "integer");
        assert_eq!(days["enum"], json!([1, 2, 7]));
        assert_eq!(schema("OrderUpdate")["properties"]["note"]["type"], json!(["string", "null"]));
    }

    #[tokio::test]
    async fn a_form_goes_out_and_a_table_comes_back_whatever_the_parameters_are_called() {
        let server = MockServer::start_async().await;
        let mock = server
            .mock_async(|when, then| {
                when.method(Method::POST)
                    .path("/report")
                    .header("content-type", "application/x-www-form-urlencoded")
                    .header("header_map", "a map")
                    .header("api-version", "7")
                    .query_param("send", "true")
                    .query_param("new", "false")
                    .body("days=3&kind=a+b");
                then.status(200).body("sku,count\nA,1\n");
            })
            .await;
        let table = client(&server)
            .report()
            .header_map("a map")
            .api_version(7)
            .send_(true)
            .new_(false)
            .body(types::ReportBody::builder().kind("a b").days(3))
            .send()
            .await
            .unwrap();
        mock.assert_async().await;
        assert_eq!(table.as_slice(), b"sku,count\nA,1\n");
        assert_eq!(table.map(|bytes| bytes.len()).into_inner(), 14);
    }
}
