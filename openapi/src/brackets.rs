//! Bounds the time that the YAML parser takes for brackets.
//!
//! While flow collections (`[…]`, `{…}`) are open, the parser looks at each of them at every token, and
//! counts the levels of nesting only after it has read the whole text. So the time for a text grows
//! with the number of its tokens times the number of brackets that are open at them. This module
//! counts both beforehand, in one pass.
//!
//! Telling an opening bracket from one in prose takes a parser. Instead, each bracket is taken for
//! one that opens a flow collection, and the text behind it is read by the rules of flow
//! collections until it is closed again. These rules are simple and know no indentation. All such
//! readings are followed at once: where two of them agree on how the next byte is to be read, the one
//! with more open brackets stands for both. The true reading is one of them, so the count is never
//! too low, not even if closing brackets stand in quotes, comments or tags.

/// Maximum number of brackets that are open at once. A document has at most 128 levels; the rest is
/// for unpaired brackets in prose.
const MAX_OPEN: u32 = 1000;

/// Maximum number of steps that the parser takes for open brackets: so many for each byte of the text, and
/// so many for any text. A JSON text that is read as YAML takes about two for each byte.
const STEPS_A_BYTE: u64 = 16;
const STEPS: u64 = 1 << 22;

/// How the next byte of a flow collection is read.
#[derive(Clone, Copy, Debug)]
#[repr(usize)]
enum Lexeme {
    /// At the start of a token, or in the space before it.
    Start,
    /// In a plain scalar.
    Plain,
    /// In the space within a plain scalar, where `#` starts a comment and quotes are text.
    Gap,
    /// In an anchor or an alias, or behind a `-`.
    Word,
    Tag,
    Comment,
    Single,
    Double,
    /// Behind a backslash in double quotes.
    Escape,
}
use Lexeme::{Comment, Double, Escape, Gap, Plain, Single, Start, Tag, Word};

const ALL: [Lexeme; 9] = [
    Start, Plain, Gap, Word, Tag, Comment, Single, Double, Escape,
];

/// For each reading that is possible, how many brackets are open in it: none if it is not.
#[derive(Clone, Copy, Debug, Default)]
struct Readings([u32; ALL.len()]);

impl Readings {
    fn add(&mut self, lexeme: Lexeme, open: u32) {
        let known = &mut self.0[lexeme as usize];
        *known = open.max(*known);
    }

    fn most(&self) -> u32 {
        self.0.iter().copied().max().unwrap_or_default()
    }

    /// Returns the readings behind a byte.
    fn behind(&self, byte: u8) -> Self {
        let mut next = Self::default();
        for lexeme in ALL {
            let open = self.0[lexeme as usize];
            if open > 0 {
                next.step(lexeme, open, byte);
            }
        }
        if matches!(byte, b'[' | b'{') {
            next.add(Start, 1);
        }
        next
    }

    /// Adds the readings that one reading leads to.
    fn step(&mut self, lexeme: Lexeme, open: u32, byte: u8) {
        let is_break = matches!(byte, b'\n' | b'\r');
        let is_blank = is_break || matches!(byte, b' ' | b'\t');
        match (lexeme, byte) {
            (Comment, _) if is_break => self.add(Start, open),
            // The last byte of a line separator: a comment may end here as well.
            (Comment, 0x85 | 0xa8 | 0xa9) => {
                self.add(Start, open);
                self.add(Comment, open);
            }
            (Single, b'\'') | (Double, b'"') => self.add(Start, open),
            (Double, b'\\') => self.add(Escape, open),
            (Escape, _) => self.add(Double, open),
            (Comment | Single | Double, _) => self.add(lexeme, open),
            (Tag, b',') => {
                self.add(Tag, open);
                self.add(Start, open);
            }
            (Tag, _) if !is_blank => self.add(Tag, open),
            (Start | Gap, b'#') => self.add(Comment, open),
            (_, b'[' | b'{') => self.add(Start, open + 1),
            // Without open brackets, the reading is over.
            (_, b']' | b'}') => self.add(Start, open - 1),
            (_, b',') => self.add(Start, open),
            (Plain | Gap, _) if is_blank => self.add(Gap, open),
            (_, _) if is_blank => self.add(Start, open),
            // The start of a value if a space follows or nothing but the key came before, text
            // otherwise.
            (_, b':' | b'?') => {
                self.add(Start, open);
                self.add(Plain, open);
            }
            (Start, b'"') => self.add(Double, open),
            (Start, b'\'') => self.add(Single, open),
            (Start, b'!') => self.add(Tag, open),
            (Start, b'-') => {
                self.add(Word, open);
                self.add(Plain, open);
            }
            (Word, _) | (Start, b'&' | b'*') => self.add(Word, open),
            (Start | Tag | Plain | Gap, _) => self.add(Plain, open),
        }
    }
}

/// The brackets of a text, as the parser comes upon them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Counted {
    /// The most that are open at once.
    most: u32,
    /// The number that are open at a byte that may start a token, summed over all such bytes.
    steps: u64,
}

/// Counts the brackets of a text, as far as they stay within the limits.
fn count(text: &str) -> Result<Counted, String> {
    let bytes = text.as_bytes();
    let allowed = (bytes.len() as u64).saturating_mul(STEPS_A_BYTE) + STEPS;
    let mut counted = Counted::default();
    let mut readings = Readings::default();
    let mut most = 0;
    for &byte in bytes {
        if most == 0 && !matches!(byte, b'[' | b'{') {
            continue;
        }
        // Brackets, separators, and the first bytes of all else that is a token.
        let starts = readings.0[Start as usize];
        readings = readings.behind(byte);
        most = readings.most();
        counted.most = counted.most.max(most);
        if !byte.is_ascii_whitespace() {
            let at_token = if b"[]{},:?".contains(&byte) {
                most
            } else {
                starts
            };
            counted.steps += u64::from(at_token);
        }
        if counted.most > MAX_OPEN {
            return Err(format!("more than {MAX_OPEN} brackets stand open at once"));
        }
        if counted.steps > allowed {
            return Err(format!(
                "too many brackets stand open for too long: on average more than {STEPS_A_BYTE} at \
                 each byte"
            ));
        }
    }
    Ok(counted)
}

/// Refuses a text whose brackets would keep the parser busy for more than a fixed time a byte.
pub(crate) fn check(text: &str) -> Result<(), String> {
    count(text).map(|_| ())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn most(text: &str) -> u32 {
        count(text).expect("it is within the limits").most
    }

    #[test]
    fn counts_the_brackets_that_are_open() {
        for (text, expected) in [
            ("", 0),
            ("a: b\n- c: ']'\n", 0),
            ("a: []\nb: {}\n", 1),
            ("a: [[b], {c: [d]}]\n", 3),
            ("description: |\n  See [this](x) and {that}.\n", 1),
            ("a: ['it''s ]', \"\\\"]\", b]", 1),
            ("a: {b: [c, don't], d: [e]}", 2),
        ] {
            assert_eq!(most(text), expected, "{text}");
        }
    }

    #[test]
    fn closing_brackets_that_are_text_close_nothing() {
        for hidden in [
            "\"]\"",
            "']'",
            "\"\\\"]]\"",
            "'''] '",
            "a: \"]\"",
            "!<]]> b",
            "!<]],]> b",
            "&b \"]\"",
            "# ]\n",
            "a # ]\n",
            "a # ]\u{2028}",
            "\"a\"# ]\n",
            "? ']'",
            "- '] '",
            "*b # ]\r",
            "a \"b\" c: ']'",
        ] {
            let text = format!("a: {}", format!("[{hidden}, ").repeat(50));
            assert!(most(&text) >= 50, "{hidden}: {}", most(&text));
            let text = format!("a: {}", format!("[{hidden}, ").repeat(1001));
            assert!(count(&text).is_err(), "{hidden}");
        }
    }

    #[test]
    fn a_thousand_open_brackets_are_taken_and_one_more_is_not() {
        for bracket in ["[", "{", "[ {", "{a: "] {
            let each = u32::try_from(bracket.matches(['[', '{']).count()).unwrap_or_default();
            let text = |open: u32| bracket.repeat((open / each) as usize);
            assert_eq!(most(&text(1000)), 1000, "{bracket}");
            assert!(count(&text(1000 + each)).is_err(), "{bracket}");
        }
    }

    #[test]
    fn steps_stay_below_sixteen_a_byte() {
        // The parser would take 900 steps for each of the small lists.
        let text = |lists: usize| format!("a: {}{}", "[".repeat(900), "[],".repeat(lists));
        let within = count(&text(1000)).map(|counted| counted.steps <= 4_000_000);
        assert_eq!(within, Ok(true));
        let refused =
            "too many brackets stand open for too long: on average more than 16 at each byte";
        assert_eq!(count(&text(20_000)), Err(refused.to_owned()));
        // JSON behind a comment is read as YAML.
        let row =
            r#"{"name": "a", "in": "query", "schema": {"type": "string", "enum": ["a", "b"]}}, "#;
        let json = format!("# A comment.\n{{\"a\": [{}]}}", row.repeat(20_000));
        let counted = count(&json).expect("it is an ordinary document");
        assert_eq!(counted.most, 5);
        assert!(counted.steps < 2 * json.len() as u64, "{counted:?}");
    }

    /// A node of a flow collection, written in one of the ways that YAML has, with its depth.
    fn node() -> impl Strategy<Value = (String, u32)> {
        let leaf = prop_oneof![
            "[a-z]{1,4}( [a-z\"'\\[]{0}[a-z\"']{1,3})?",
            "'([a-z \\[\\]{}#,\"]|''){0,6}'",
            "\"([a-z \\[\\]{}#,']|\\\\\"|\\\\\\\\){0,6}\"",
            "!!str '[\\]}]{0,3}'",
            "&[a-z]{1,2} \"[\\]}]{1,3}\"",
            "# [\\]} a-z'\"]{0,6}\n [a-z]{1,3}",
        ];
        let leaf = leaf.prop_map(|text| (text, 0));
        leaf.prop_recursive(12, 60, 4, |inner| {
            let items = prop::collection::vec(inner, 0..4);
            (items, any::<bool>(), "( |\n|\n  )?").prop_map(|(items, list, gap)| {
                let depth = 1 + items
                    .iter()
                    .map(|(_, depth)| *depth)
                    .max()
                    .unwrap_or_default();
                let items = items.iter().enumerate();
                let items: Vec<String> = items
                    .map(|(at, (text, _))| {
                        if list {
                            format!("{gap}{text}")
                        } else {
                            format!("k{at}: {text}")
                        }
                    })
                    .collect();
                let items = items.join(",");
                let text = if list {
                    format!("[{items}{gap}]")
                } else {
                    format!("{{{items}{gap}}}")
                };
                (text, depth)
            })
        })
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn never_counts_fewer_than_are_open(
            before in "([a-z]+: [a-z'\" \\[\\]{}]{0,8}\n|# [\\[\\]'\"]{0,6}\n|[a-z]+: \\|\n  [\\[\"' a-z]{1,8}\n){0,3}",
            (text, depth) in node(),
        ) {
            let text = format!("{before}zz: {text}\n");
            let counted = count(&text).expect("it is within the limits");
            prop_assert!(counted.most >= depth, "{} < {depth}: {text}", counted.most);
        }

        #[test]
        fn text_without_context_is_never_refused_for_its_length(text in "[a-z \\[\\]{},:'\"#\n]{0,400}") {
            prop_assert!(count(&text).is_ok());
        }
    }
}
