mod generated;
mod pieces;

use super::{code, markdown, words};
use generated::problem;

#[test]
fn keeps_ordinary_prose() {
    for text in [
        "Deletes the connection associated with your access token.",
        "Two lines\nof one paragraph.\n\nAnother one: it's 5 * 3 < 20 && a -> b.",
        "The `page_token` of snake_case names, *emphasis*, **strong** words and ~~none~~.",
        "- one\n- two\n  - nested\n- three",
        "1. first\n\n2. second\n\n   of two paragraphs",
        "3. third\n4. fourth",
        "# Heading\n\nSee [the guide](https://docs.example.com/a_b?c=1&d=2#e) or \
         <https://example.com>.",
        "[Mail us](mailto:help@example.com)!",
        "> A quotation\n> of two lines.\n>\n> - with a list",
        "| name | kind |\n| --- | :-: |\n| `id` | *text* |",
        "```text\ncurl -X DELETE\n\n  indented\n```",
        "A line\\\nthat ends early.",
        "- a\n\n+ another list\n\n1. one\n\n1) two",
        "Dated 2026-01-31. Costs 5% of $10 (at most); \"quoted\" -- or 'so'…",
        "C:\\temp\\file and 日本語, naïve café, 🚚.",
    ] {
        assert_eq!(markdown(text), text, "{text}");
    }
}

#[test]
fn labels_code_blocks_as_text() {
    for (text, expected) in [
        ("a\n\n    indented();", "a\n\n```text\nindented();\n```"),
        ("a\n\n   \tindented();", "a\n\n```text\nindented();\n```"),
        ("```\nx\n```\nafter", "```text\nx\n```\n\nafter"),
        ("```rust\nx\n```", "```text\nx\n```"),
        ("```json\n{}\n```", "```text\n{}\n```"),
        ("~~~should_panic\nx\n~~~", "```text\nx\n```"),
        ("```{.rust}\nx\n```", "```text\nx\n```"),
        ("```edition2021,ignore\nx\n```", "```text\nx\n```"),
        ("```text rust\nx\n```", "```text\nx\n```"),
        ("> ```\n> x\n> ```", "> ```text\n> x\n> ```"),
        (">     x", "> ```text\n> x\n> ```"),
        ("- ```rust\n  x\n  ```", "- ```text\n  x\n  ```"),
        ("-     x", "- ```text\n  x\n  ```"),
        (
            "1. > - ```\n   >   x",
            "1. > - ```text\n   >   x\n   >   ```",
        ),
        ("```\nnever closed", "```text\nnever closed\n```"),
        ("````\n```\nx\n````", "````text\n```\nx\n````"),
        (
            "[^1]\n\n[^1]:\n        x",
            "\\[^1\\]\n\n\\[^1\\]:\n\n```text\nx\n```",
        ),
    ] {
        assert_eq!(markdown(text), expected, "{text}");
    }
}

#[test]
fn escapes_html_and_keeps_alt_texts_of_images() {
    for (text, expected) in [
        ("Bearer <token>", "Bearer \\<token>"),
        ("a<br>b<br/>c", "a\\\nb\\\nc"),
        ("<script>\nx()\n</script>", "\\<script>\nx()\n\\</script>"),
        ("<!-- a -->", "\\<!-- a -->"),
        ("&lt;b&gt; &amp;lt; &#60;i>", "\\<b> \\&lt; \\<i>"),
        ("![words *for* it](https://e.com/a.png)", "words *for* it"),
        (
            "[![alt](https://e.com/i)](https://e.com)",
            "[alt](https://e.com)",
        ),
        (
            "![[a](https://e.com)](https://e.com/i)",
            "[a](https://e.com)",
        ),
    ] {
        assert_eq!(markdown(text), expected, "{text}");
    }
}

#[test]
fn keeps_only_web_and_mail_links() {
    for (text, expected) in [
        ("[a](javascript:x())", "a"),
        ("<javascript:x>", "javascript:x"),
        ("[a](JavaScript&#58;x)", "a"),
        ("[a](data:text/html,x)", "a"),
        ("[a](//e.com) [b](/c) [d](#e) [f](crate::Error)", "a b d f"),
        ("[a](HTTPS://e.com)", "[a](https://e.com)"),
        ("[a](https://e.com/(b\\)c)", "\\[a\\](https://e.com/(b)c)"),
        ("[a](<https://e.com/b c>)", "[a](https://e.com/b%20c)"),
        ("[a](https://e.com \"t\")", "[a](https://e.com)"),
        (
            "[a](https://e.com?b&amp;lt;)",
            "[a](https://e.com?b&amp;lt;)",
        ),
        ("[a](mailto:b)", "a"),
        ("<b@e.com>", "[b@e.com](mailto:b@e.com)"),
        ("[a][r]\n\n[r]: https://e.com 'x'", "[a](https://e.com)"),
        ("[a]\n\n[a]: file:///etc/passwd", "a"),
        (
            "[Error] [`Error`] [e][Error] [e](Error)",
            "\\[Error\\] \\[`Error`\\] \\[e\\]\\[Error\\] e",
        ),
        ("wow![a](https://e.com)", "wowa"),
        ("wow\\![a](https://e.com)", "wow\\![a](https://e.com)"),
        ("- [ ] open\n- [x] done", "- \\[ \\] open\n- \\[x\\] done"),
    ] {
        assert_eq!(markdown(text), expected, "{text}");
    }
}

#[test]
fn escapes_accidental_markup() {
    for (text, expected) in [
        ("\\- a\n\\# b\n1\\. c\n\\> d", "\\- a\n\\# b\n1\\. c\n\\> d"),
        ("a\n&#32;&#32;&#32;&#32;b", "a\nb"),
        ("&#35; a", "\\# a"),
        ("&#96;&#96;&#96;\nx", "\\`\\`\\`\nx"),
        ("&#10;&#10;&#10;    x", "x"),
        ("a | b\n\\--- | ---", "a | b\n\\--- | ---"),
        ("*&#32;- x*", "*- x*"),
    ] {
        assert_eq!(markdown(text), expected, "{text}");
    }
}

#[test]
fn escapes_control_characters_and_drops_invisible_ones() {
    for (text, expected) in [
        (
            "first line\rsecond line\r\nthird",
            "first line\nsecond line\nthird",
        ),
        (
            "a\u{202e}b\u{2066}c\u{200e}d",
            "a\\u{202e}b\\u{2066}c\\u{200e}d",
        ),
        ("a&#x202e;b&#0;c&#27;d", "a\\u{202e}b\u{fffd}c\\u{1b}d"),
        ("a\u{feff}b\u{ad}c\u{200b}d\u{e0041}e\u{3164}f", "abcdef"),
        ("\u{200b}`\u{200b}``\u{200b}\nx", "```text\nx\n```"),
        ("a\u{2028}b\u{c}c\u{85}d", "a b c\\u{85}d"),
        ("`a\u{202e}b`", "`a\\u{202e}b`"),
        (
            "```\na\u{202e}b\u{1b}[31m\n```",
            "```text\na\\u{202e}b\\u{1b}[31m\n```",
        ),
        (
            "[a](https://e.com/\u{202e}b)",
            "[a](https://e.com/%5Cu%7B202e%7Db)",
        ),
    ] {
        assert_eq!(markdown(text), expected, "{text:?}");
    }
}

#[test]
fn limits_the_depth_of_lists_and_quotations() {
    for text in [
        "a".to_owned() + &"_".repeat(200_000) + "x",
        ">".repeat(50_000) + " x",
        "- ".repeat(50_000) + "x",
        "> - ".repeat(20_000) + "```\nx",
        "*".repeat(50_000) + "x" + &"*".repeat(50_000),
        "[".repeat(50_000) + "x" + &"](https://e.com)".repeat(1_000),
    ] {
        let written = markdown(&text);
        let depth = written.split('x').next().unwrap_or_default();
        let depth = depth.matches("> ").count() + depth.matches("- ").count();
        assert!(depth <= 8, "{}", &written[..100]);
        assert_eq!(problem(&written), None);
    }
}

#[test]
fn writes_names_as_code_spans() {
    for (name, expected) in [
        ("/a/{b}", "`/a/{b}`"),
        (
            "/a\n```\nfn f() {}\n```\n",
            "````/a\\n```\\nfn f() {}\\n```\\n````",
        ),
        ("a`b", "``a`b``"),
        ("`", "`` ` ``"),
        (" a ", "`  a  `"),
        ("a\u{202e}\r\tb", "`a\\u{202e}\\r\\tb`"),
        ("", ""),
    ] {
        assert_eq!(code(name), expected, "{name}");
        assert_eq!(problem(&code(name)), None, "{name}");
    }
    assert_eq!(words("# [Auth] / <b>\n- x"), "\\# \\[Auth\\] / \\<b>\\n- x");
}
