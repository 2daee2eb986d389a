//! Malicious texts. Each must lead to an error or a result in a short time, and never to a crash.

use std::fmt::Write;
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use trackstar_openapi::{Error, Overlay, Preparation, Source, parse};

fn source(text: &str) -> Source<'_> {
    Source {
        name: "hostile",
        text,
    }
}

fn refused(text: &str) -> Error {
    let start = Instant::now();
    let error = parse(source(text)).expect_err("the text is refused");
    assert!(
        start.elapsed() < Duration::from_secs(20),
        "it took {:?}",
        start.elapsed()
    );
    error
}

#[test]
fn rejects_deep_nesting_in_yaml_and_json() {
    for (start, nest) in [
        ("a: ", "["),
        ("a: ", "{b: "),
        ("", "- "),
        ("a:\n", "? "),
        ("", "- ? "),
    ] {
        refused(&format!("{start}{}", nest.repeat(10_000)));
    }
    // The time must not be quadratic in the depth.
    refused(&format!("a: {}", "[".repeat(2_000_000)));
    refused(&format!("a: {}{}", "[".repeat(900), "[],".repeat(30_000)));
    for nest in ["[", r#"{"a":"#] {
        let error = refused(&nest.repeat(10_000));
        assert!(error.to_string().contains("recursion limit"), "{error}");
    }
    let mut indented = String::new();
    for level in 0..1_000 {
        let _ = writeln!(indented, "{}a:", " ".repeat(level));
    }
    let error = refused(&indented);
    assert!(error.to_string().contains("recursion limit"), "{error}");
}

#[test]
fn unclosed_brackets_count_as_levels() {
    // Closing brackets in quotes, tags or comments do not count.
    for hidden in ["\"]\"", "']'", "!<]> a", "# ]\n", "a # ]\n", "'''] '"] {
        refused(&format!("a: {}", format!("[{hidden}, ").repeat(100_000)));
    }
    for (open, item) in [("[", "[],"), ("{a: [", "{},"), ("[", "a,")] {
        refused(&format!("a: {}{}", open.repeat(400), item.repeat(100_000)));
    }
    // The maximum depth.
    for (levels, taken) in [(127, true), (128, false)] {
        let brackets = |levels| ("[".repeat(levels), "]".repeat(levels));
        let (open, close) = brackets(levels);
        let text = format!("a: {open}{close}");
        assert_eq!(parse(source(&text)).is_ok(), taken, "{levels}");
        let (open, close) = brackets(levels - 1);
        let text = format!("a: &a [b]\nc: {open}*a{close}");
        assert_eq!(parse(source(&text)).is_ok(), taken, "{levels}, an alias");
    }
}

#[test]
fn many_tag_directives_are_read_quickly() {
    let mut text = String::new();
    for number in 0..100_000 {
        let _ = writeln!(text, "%TAG !{number}! x");
    }
    text.push_str("---\na: 1\n");
    let start = Instant::now();
    assert_eq!(parse(source(&text)).ok(), Some(json!({"a": 1})));
    assert!(start.elapsed() < Duration::from_secs(20));
}

#[test]
fn rejects_aliases_that_multiply_a_document() {
    let mut bomb = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n".to_owned();
    for level in 1..12 {
        let alias = format!("*a{}", level - 1);
        let _ = writeln!(bomb, "a{level}: &a{level} [{}]", vec![alias; 10].join(", "));
    }
    // The limits of the parser and of the crate are close to each other here. Either may apply.
    let text = refused(&bomb).to_string();
    let known = ["aliases make", "repetition limit"];
    assert!(known.iter().any(|known| text.contains(known)), "{text}");
}

#[test]
fn rejects_many_aliases_of_a_large_anchor() {
    // The parser's limit counts aliases, regardless of their size.
    let large = vec!["x"; 50_000].join(", ");
    let names = vec!["*a"; 50_000].join(", ");
    let error = refused(&format!("a: &a [{large}]\nb: [{names}]\n"));
    assert!(error.to_string().contains("aliases make"), "{error}");
    let long = "x".repeat(1_000_000);
    let error = refused(&format!("a: &a {long}\nb: [{names}]\n"));
    assert!(error.to_string().contains("aliases make"), "{error}");
}

#[test]
fn rejects_an_alias_inside_its_anchor() {
    let error = refused("a: &a [*a]\n");
    assert!(error.to_string().contains("recursion limit"), "{error}");
}

#[test]
fn large_document_is_within_the_limits() {
    let mut text = "a: &a {x: 1}\nlist:\n".to_owned();
    for _ in 0..20_000 {
        text.push_str("- *a\n- {b, c}\n");
    }
    let value = parse(source(&text)).expect("it is only long");
    assert_eq!(value["list"].as_array().map(Vec::len), Some(40_000));
}

#[test]
fn terminates_on_cyclic_references() {
    let schema = |name: &str| json!({"$ref": format!("#/components/schemas/{name}")});
    let document = |schemas: Value| {
        json!({
            "openapi": "3.1.0",
            "info": {"title": "T", "version": "1"},
            "paths": {"/x": {"get": {"responses": {"200": {
                "description": "ok",
                "content": {"application/json": {"schema": schema("A")}},
            }}}}},
            "components": {"schemas": schemas},
        })
        .to_string()
    };
    let list = document(json!({
        "A": {"type": "object", "properties": {"next": schema("B")}},
        "B": {"type": "array", "items": schema("A")},
    }));
    Preparation::new(source(&list))
        .run()
        .expect("a schema may contain itself");
    let circle = document(json!({"A": schema("B"), "B": schema("C"), "C": schema("B")}));
    let error = Preparation::new(source(&circle))
        .run()
        .expect_err("the references say nothing");
    let pointers: Vec<_> = error
        .problems()
        .iter()
        .map(|p| p.pointer.as_deref())
        .collect();
    let expected = ["/components/schemas/B/$ref", "/components/schemas/C/$ref"];
    assert_eq!(pointers, expected.map(Some));
}

#[test]
fn overlays_cannot_exceed_the_maximum_depth() {
    let nest = |depth: usize| format!("{}1{}", r#"{"a":"#.repeat(depth), "}".repeat(depth));
    let deep = format!(
        r#"{{"overlay": "1.0.0", "info": {{"title": "T", "version": "1"}}, "actions": [
            {{"target": "$", "description": "why", "update": {}}},
            {{"target": "$..*[?@ == 1]", "description": "none", "remove": true}},
            {{"target": "${}", "description": "why", "update": {{"b": {}}}}}
        ]}}"#,
        nest(100),
        ".a".repeat(99),
        nest(100),
    );
    let overlay = Overlay::parse(source(&deep)).expect("the overlay is readable");
    let error = overlay
        .apply(&mut json!({}))
        .expect_err("it nests too deep");
    let text = error.to_string();
    assert!(text.contains("deeper than 128 levels"), "{text}");
}

#[test]
fn arbitrary_bytes_do_not_panic() {
    let texts = [
        "\u{0}",
        "\u{feff}",
        "\u{feff}{}",
        "%",
        "---\n...\n---\n",
        "? [a]\n: b",
        "? {a: b}\n: c",
        "!!binary aGk=",
        "*a",
        "&a",
        "- - - :",
        "a: b: c",
        "\t",
        "a:\n\t- b",
        "'",
        "\"\\uD800\"",
        "{\"a\": \"\\uD800\"}",
        "{",
        "}",
        "[1,",
        "\"\\x\"",
        "|",
        ">",
        "@",
        "`",
        "!<!> a",
        "\u{85}",
        "a: !local b",
        "a: !!int x",
        "a: 1e999",
        "{\"a\": 1e999}",
        "a: 0x",
        "a: -0",
        "a: .nan",
        "340282366920938463463374607431768211455",
        "a: 99999999999999999999",
    ];
    for text in texts {
        let _ = parse(source(text));
        let _ = Preparation::new(source(text))
            .overlays(&[source(text)])
            .run();
    }
}

/// Returns thirty schemas that each refer to the next one twice, which makes a billion paths.
fn doubling(keyword: &str) -> String {
    let mut schemas = String::new();
    for number in 0..30 {
        let next = number + 1;
        let reference = format!("{{\"$ref\": \"#/components/schemas/S{next}\"}}");
        write!(
            schemas,
            "\"S{number}\": {{\"{keyword}\": [{reference}, {reference}]}}, "
        )
        .expect("a text can be written to");
    }
    let first = "{\"$ref\": \"#/components/schemas/S0\"}";
    let content = format!("{{\"application/json\": {{\"schema\": {first}, \"example\": {{}}}}}}");
    format!(
        "{{\"openapi\": \"3.0.3\", \"info\": {{\"title\": \"T\", \"version\": \"1\"}}, \
         \"paths\": {{\"/x\": {{\"get\": {{\
            \"parameters\": [{{\"name\": \"q\", \"in\": \"query\", \"schema\": {first}}}], \
            \"responses\": {{\"200\": {{\"description\": \"d\", \"content\": {content}}}}}}}}}}}, \
         \"components\": {{\"schemas\": {{{schemas}\"S30\": {{\"type\": \"object\", \"required\": [\"a\"]}}}}}}}}"
    )
}

#[test]
fn terminates_with_exponentially_many_paths() {
    for keyword in ["allOf", "anyOf", "oneOf"] {
        let text = doubling(keyword);
        let name = "hostile.json";
        let start = Instant::now();
        let outcome = Preparation::new(Source { name, text: &text }).run();
        assert!(outcome.is_ok(), "{keyword}: {outcome:?}");
        assert!(start.elapsed() < Duration::from_secs(30), "{keyword}");
    }
}
