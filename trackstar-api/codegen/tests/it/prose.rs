//! Text of the document in the generated source: whatever it is, it is no code, no HTML and no link to an
//! item, and rustdoc finds no example but those of the generator.

#[path = "../../src/prose/tests/pieces.rs"]
mod pieces;

use std::process::Command;

use proptest::strategy::{Strategy as _, ValueTree as _};
use proptest::test_runner::TestRunner;
use pulldown_cmark::{CodeBlockKind, Event, Options, Parser, Tag};
use serde_json::{Map, Value, json};
use syn::visit_mut::{self, VisitMut};
use syn::{Attribute, Expr, ExprLit, File, Lit, Meta, parse_quote};
use trackstar_build::Settings;

use crate::generate;

/// What does harm if it is read as Markdown.
const HOSTILE: &[&str] = &[
    "```\nrun!();\n```",
    "````rust\nrun!();\n````",
    "~~~should_panic\nrun!();\n~~~",
    "```edition2021\nrun!();\n```",
    "```standalone_crate\nrun!();\n```",
    "```compile_fail,E0277\nrun!();\n```",
    "```no_run\n# async fn example(client: &Client) {}\nrun!();\n```",
    "```ignore\nrun!();\n```",
    "```{.rust .custom}\nrun!();\n```",
    "```text,rust\nrun!();\n```",
    "```\nrun!(); // without an end",
    "&#96;&#96;&#96;\nrun!();\n&#96;&#96;&#96;",
    "    run!();",
    "   \trun!();",
    "<div>\n\n    run!();\n\n</div>",
    "<script>run()</script> <!-- run --> <img src=x onerror=run()>",
    "![run](https://example.com/run.png) ![run](data:text/html,run)",
    "[run](javascript:run) <javascript:run> [run](data:text/html,run) [run](file:///run)",
    "[run] [`Run`] [run](crate::Hostile) [run][hostile] [`x`](Hostile::run())",
    "[run]\n\n[run]: javascript:run",
    "[^run]\n\n[^run]: a note\n\n        run!();",
    "| a | b |\n| --- | --- |\n| `run` | ```run``` |",
    "*/ mod run {} /*",
    "* run\n* run\n*     run!();",
    "/ run\n//! run",
    "\"]\n#[doc = \"run",
    "one\rtwo\u{202e}three\u{2066}four\u{200b}five\u{feff}six\0seven\u{1b}[31m",
    "&#x202e; &#13; &#0; &lt;b&gt; &lt;script>",
];

/// Contexts of Markdown.
const AROUND: &[&str] = &[
    "",
    "> ",
    "- ",
    "1. ",
    "* > ",
    "> - ",
    "   ",
    "> > ",
    "- 1. ",
    ">    ",
    "[^1]: ",
    "| a |\n| - |\n| ",
    "text\n",
    "<details>\n\n",
    "# ",
    "[a]: b\n",
    "`",
    "**",
    "<!--\n",
];

/// Every text of `HOSTILE` within everything of `AROUND`, its lines indented as those of an item are.
fn texts() -> Vec<String> {
    let mut texts = Vec::new();
    for around in AROUND {
        for hostile in HOSTILE {
            let indentation = match around.trim_end() {
                quotation if quotation.starts_with('>') => (*around).to_owned(),
                _ => " ".repeat(around.rsplit('\n').next().unwrap_or_default().len()),
            };
            let lines = hostile.replace('\n', &format!("\n{indentation}"));
            texts.push(format!("{around}{lines}"));
        }
    }
    texts
}

/// A document that says `text` wherever a document can say something, and `texts` in the
/// descriptions of properties.
fn document(text: &str, texts: &[String]) -> Value {
    let properties: Map<String, Value> = (0..)
        .zip(texts)
        .map(|(number, text)| {
            let property =
                json!({"type": "string", "title": text, "description": text, "example": text});
            (format!("p{number}"), property)
        })
        .collect();
    let described = |name: &str, place: &str| {
        json!({"name": name, "in": place, "required": place == "path", "description": text,
            "schema": {"type": "string", "description": text, "enum": ["a", format!("b{text}")]}})
    };
    let response = json!({"200": {"description": text, "content": {"application/json": {
        "schema": {"$ref": "#/components/schemas/Thing"}}}}});
    json!({
        "openapi": "3.0.3",
        "info": {"title": text, "version": "1", "description": text},
        "tags": [{"name": text, "description": text}],
        "paths": {
            format!("/things{}/{{id}}", text.replace(['{', '}'], "")): {"post": {
                "operationId": "add_thing", "summary": text, "description": text, "tags": [text],
                "deprecated": true, "externalDocs": {"url": "https://example.com", "description": text},
                "x-note": text, "security": [{"ApiKey": [], "AccessToken": []}],
                "parameters": [
                    described("id", "path"), described(&format!("q{text}"), "query"),
                    described("x-mode", "header"),
                ],
                "requestBody": {"description": text, "required": true, "content": {"application/json": {
                    "example": text, "schema": {"$ref": "#/components/schemas/Thing"}}}},
                "responses": response,
            }},
            "/files": {"post": {
                "operationId": "add_file", "description": text,
                "requestBody": {"required": true, "content": {"multipart/form-data": {"schema": {
                    "type": "object", "required": [format!("f{text}")], "properties": {
                        format!("f{text}"): {"type": "string", "format": "binary", "description": text},
                    },
                }}}},
                "responses": {"204": {"description": text}},
            }},
        },
        "x-webhooks": {format!("thing{text}"): {"post": {"description": text, "requestBody": {
            "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Thing"}}},
        }}}},
        "components": {"securitySchemes": crate::schemes(), "schemas": {
            "Thing": {"type": "object", "title": "Thing", "description": text, "properties": properties},
            "Kind": {"type": "string", "description": text, "enum": [text, "other"]},
            "Either": {"description": text, "oneOf": [
                {"type": "object", "title": "One", "description": text, "required": ["a"],
                    "properties": {"a": {"$ref": "#/components/schemas/Kind"}}},
                {"type": "object", "title": "Two", "description": text, "required": ["b"],
                    "properties": {"b": {"type": "integer", "default": 1, "description": text}}},
            ]},
        }},
    })
}

fn source(document: &Value) -> String {
    generate(document, &Settings::record()).expect("the document is in order")
}

/// The doc comments of a source, each as the attributes of one item.
fn docs(source: &str) -> Vec<Vec<Attribute>> {
    struct Docs(Vec<Vec<Attribute>>);
    impl VisitMut for Docs {
        fn visit_attributes_mut(&mut self, node: &mut Vec<Attribute>) {
            let docs = node.iter().filter(|it| it.path().is_ident("doc"));
            let docs: Vec<Attribute> = docs.cloned().collect();
            if !docs.is_empty() {
                self.0.push(docs);
            }
        }
    }
    let mut file = syn::parse_file(source).expect("the source is Rust");
    let mut docs = Docs(Vec::new());
    visit_mut::visit_file_mut(&mut docs, &mut file);
    docs.0
}

/// The text of a doc comment, as rustdoc has it.
fn text(docs: &[Attribute]) -> String {
    let lines = docs.iter().filter_map(|one| match &one.meta {
        Meta::NameValue(pair) => match &pair.value {
            Expr::Lit(ExprLit {
                lit: Lit::Str(text),
                ..
            }) => Some(text.value()),
            _ => None,
        },
        _ => None,
    });
    let lines: Vec<String> = lines.collect();
    lines.join("\n")
}

/// What rustdoc makes of the examples in `docs`, a line each: on items that need nothing, so that it is
/// quick.
fn examples(docs: &[Vec<Attribute>]) -> Vec<String> {
    let items = (0_usize..).zip(docs).map(|(number, docs)| -> syn::Item {
        let name = quote::format_ident!("Item{}", number);
        parse_quote!(#(#docs)* pub struct #name;)
    });
    let file = File {
        shebang: None,
        frontmatter: None,
        attrs: Vec::new(),
        items: items.collect(),
    };
    let folder = tempfile::tempdir().expect("a folder");
    std::fs::write(folder.path().join("items.rs"), prettyplease::unparse(&file)).expect("written");
    let output = Command::new("rustdoc")
        .args([
            "--test",
            "--crate-type",
            "lib",
            "--edition",
            "2021",
            "items.rs",
            "--test-args",
            "--list",
        ])
        .current_dir(folder.path())
        .output()
        .expect("rustdoc is part of every toolchain");
    let listed = String::from_utf8_lossy(&output.stdout);
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    let tests = listed.lines().filter(|line| line.ends_with(": test"));
    tests.map(str::to_owned).collect()
}

/// Examples of the generator's own, and links of its own.
fn is_own(event: &Event<'_>) -> bool {
    match event {
        Event::Start(Tag::CodeBlock(CodeBlockKind::Fenced(label))) => {
            ["no_run", "ignore", ""].contains(&&**label)
        }
        Event::Start(Tag::Link { dest_url, .. }) => {
            let own = [
                "__rt::Error",
                "__rt::Client",
                "__rt::Connection",
                "super::ClientOperations::",
                "super::ConnectionOperations::",
                "super::",
            ];
            own.iter().any(|own| dest_url.starts_with(own))
        }
        _ => false,
    }
}

fn is_safe(event: &Event<'_>) -> bool {
    match event {
        Event::Start(Tag::CodeBlock(kind)) => {
            matches!(kind, CodeBlockKind::Fenced(label) if &**label == "text")
        }
        Event::Start(Tag::Link { dest_url, .. }) => {
            let schemes = ["http://", "https://", "mailto:"];
            schemes.iter().any(|scheme| dest_url.starts_with(scheme))
        }
        Event::Start(Tag::Image { .. } | Tag::HtmlBlock | Tag::FootnoteDefinition(_))
        | Event::Html(_)
        | Event::InlineHtml(_)
        | Event::FootnoteReference(_) => false,
        _ => true,
    }
}

/// The code blocks in `docs` that are no text, and the links that lead to items.
fn own(docs: &[Vec<Attribute>]) -> Vec<String> {
    let mut own = Vec::new();
    for docs in docs {
        let text = text(docs);
        let options = Options::ENABLE_TABLES
            | Options::ENABLE_FOOTNOTES
            | Options::ENABLE_STRIKETHROUGH
            | Options::ENABLE_TASKLISTS
            | Options::ENABLE_SMART_PUNCTUATION;
        for event in Parser::new_ext(&text, options) {
            if is_own(&event) {
                own.push(format!("{event:?}"));
            } else {
                assert!(is_safe(&event), "{event:?} in {text}");
            }
        }
    }
    own
}

#[test]
fn hostile_prose_adds_no_example_html_or_link() {
    let texts = texts();
    assert_eq!(texts.len(), AROUND.len() * HOSTILE.len());
    let harmless: Vec<String> = texts.iter().map(|_| "Words.".to_owned()).collect();
    let expected = docs(&source(&document("x", &harmless)));
    let mut found = docs(&source(&document("x", &texts)));
    assert_eq!(found.len(), expected.len());
    assert_eq!(own(&found), own(&expected));
    // Every other position, with every hostile text.
    let plain = own(&docs(&source(&document("x", &[]))));
    for hostile in HOSTILE {
        let more = docs(&source(&document(hostile, &[])));
        assert_eq!(own(&more), plain, "{hostile}");
        found.extend(more);
    }
    // Two methods have an example, and the function that lists the schemas.
    let listed = examples(&found);
    assert_eq!(listed.len(), 3 * (1 + HOSTILE.len()), "{listed:#?}");
    assert_eq!(examples(&expected).len(), 3);
}

#[test]
fn arbitrary_prose_adds_no_example_html_or_link() {
    let mut runner = TestRunner::deterministic();
    let mut draw = || {
        let text = pieces::texts().new_tree(&mut runner);
        text.expect("no text is rejected").current()
    };
    let texts: Vec<String> = (0..400).map(|_| draw()).collect();
    let harmless: Vec<String> = texts.iter().map(|_| "Words.".to_owned()).collect();
    let plain = own(&docs(&source(&document("x", &harmless))));
    let found = docs(&source(&document(&draw(), &texts)));
    assert_eq!(own(&found), plain);
    assert_eq!(examples(&found).len(), 3);
}

#[test]
fn finds_every_code_block() {
    let raw = |text: &String| -> Vec<Attribute> { vec![parse_quote!(#[doc = #text])] };
    let docs: Vec<_> = HOSTILE[..5]
        .iter()
        .map(|it| raw(&(*it).to_owned()))
        .collect();
    assert_eq!(examples(&docs).len(), 5);
}

#[test]
fn source_has_no_invisible_characters() {
    let hostile = "a\rb\u{202e}c\u{2066}d\u{200b}e\u{feff}f\0g\u{1b}h\u{85}i\u{2028}j";
    let source = source(&document(hostile, &[hostile.to_owned()]));
    let found = source.chars().find(|it| {
        it.is_control() && *it != '\n'
            || ('\u{200b}'..='\u{200f}').contains(it)
            || ('\u{2028}'..='\u{202e}').contains(it)
            || ('\u{2066}'..='\u{2069}').contains(it)
            || *it == '\u{feff}'
    });
    assert_eq!(found, None);
    let shown = r"The query parameter `qa\rb\u{202e}c\u{2066}def\u{0}g\u{1b}h\u{85}i\u{2028}j`.";
    for shown in [shown, "a\nb\\u{202e}c\\u{2066}def"] {
        assert!(source.contains(shown), "{shown} is not in {source}");
    }
}

#[test]
fn paths_are_shown_on_one_line() {
    let source = source(&document("\n```\nrun!();\n```\n", &[]));
    let path = r"````/things\n```\nrun!();\n```\n/{id}````";
    for shown in [
        format!("Sends a `POST` request to {path}."),
        format!("A mock of {}, which", path.replace("````/", "````POST /")),
    ] {
        assert!(source.contains(&shown), "{shown} is not in {source}");
    }
}

#[test]
fn only_docs_creates_doc_comments() {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut open = vec![folder];
    while let Some(folder) = open.pop() {
        for entry in std::fs::read_dir(folder).expect("a folder") {
            let path = entry.expect("an entry").path();
            if path.is_dir() {
                open.push(path);
            } else if !path.ends_with("docs.rs") {
                let text = std::fs::read_to_string(&path).expect("a text");
                assert!(!text.contains("#[doc ="), "{}", path.display());
            }
        }
    }
}
