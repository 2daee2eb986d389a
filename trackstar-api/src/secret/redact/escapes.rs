//! Finds escapes, which are sequences of several bytes that stand for a single one.
//!
//! An escape can itself be escaped, which happens to URLs inside of URLs, for example. Also, a
//! decoder might skip some of them. To deal with this, we treat text as a graph. There is an edge
//! from each byte to the next position, and from the start of each escape to the position after it.

/// The bytes from `start` to `end` stand for `byte`.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) struct Escape {
    pub(super) start: usize,
    pub(super) end: usize,
    pub(super) byte: u8,
}

/// Text along with its escapes.
pub(super) struct Text<'t> {
    pub(super) bytes: &'t [u8],
    /// All escapes, sorted by where they start.
    pub(super) escapes: Vec<Escape>,
    /// The positions of escapes that go on beyond the end of the text, sorted.
    pub(super) open: Vec<usize>,
}

impl<'t> Text<'t> {
    /// Finds the escapes in text that is decoded up to `rounds` times.
    pub(super) fn new(bytes: &'t [u8], rounds: usize) -> Self {
        let mut text = Self {
            bytes,
            escapes: Vec::new(),
            open: Vec::new(),
        };
        let places = bytes.iter().enumerate();
        let leads = places.filter(|(_, byte)| is_lead(**byte));
        let leads: Vec<usize> = leads.map(|(at, _)| at).collect();
        if leads.is_empty() {
            return text;
        }
        for _ in 0..rounds {
            // Every round finds the escapes of the previous one again, plus some new ones.
            let (escapes, open) = text.round(&leads);
            let done = escapes.len() == text.escapes.len() && open.len() == text.open.len();
            (text.escapes, text.open) = (escapes, open);
            if done {
                break;
            }
        }
        text
    }

    /// Returns the bytes that might be at this position, and which position comes after each.
    pub(super) fn steps(&self, at: usize) -> impl Iterator<Item = (u8, usize)> {
        super::steps::count_step();
        let byte = self.bytes.get(at).copied();
        let escapes: &[Escape] = if byte.is_some_and(is_lead) {
            let first = self.escapes.partition_point(|it| it.start < at);
            &self.escapes[first..]
        } else {
            &[]
        };
        let escapes = escapes.iter().take_while(move |it| it.start == at);
        let plain = byte.map(|byte| (byte, at + 1)).into_iter();
        plain.chain(escapes.map(|it| (it.byte, it.end)))
    }

    /// Returns true if there is an escape at this position that goes on beyond the end of the text.
    pub(super) fn is_open(&self, at: usize) -> bool {
        self.open.binary_search(&at).is_ok()
    }

    /// Finds all escapes that consist of bytes and known escapes.
    fn round(&self, leads: &[usize]) -> (Vec<Escape>, Vec<usize>) {
        let (mut escapes, mut open) = (Vec::new(), Vec::new());
        let (mut found, mut stack) = (Vec::new(), Vec::new());
        for &start in leads {
            for (byte, next) in self.steps(start) {
                stack.extend(EscapeState::after(byte).map(|state| (state, 0, next)));
            }
            if self.follow(&mut stack, &mut found) {
                open.push(start);
            }
            found.sort_unstable();
            found.dedup();
            let found = found.drain(..);
            escapes.extend(found.map(|(end, byte)| Escape { start, end, byte }));
        }
        (escapes, open)
    }

    /// Advances every state on the stack. This adds the escapes that end here to `found`, and
    /// returns true if there are some that go on beyond the end of the text.
    fn follow(
        &self,
        stack: &mut Vec<(EscapeState, u32, usize)>,
        found: &mut Vec<(usize, u8)>,
    ) -> bool {
        let mut open = false;
        while let Some((state, value, at)) = stack.pop() {
            open |= at == self.bytes.len() || self.is_open(at);
            if let Some(byte) = state.value_at_end(value) {
                match self.bytes.get(at) {
                    Some(b';') => found.push((at + 1, byte)),
                    Some(next) if state.goes_on_with(*next) => {}
                    _ => found.push((at, byte)),
                }
            }
            for (byte, next) in self.steps(at) {
                match state.read(value, byte) {
                    Some(Unescaped::More(state, value)) => stack.push((state, value, next)),
                    Some(Unescaped::Byte(byte)) => found.push((next, byte)),
                    None => {}
                }
            }
        }
        open
    }
}

/// Returns true if an escape can start with this byte.
pub(super) fn is_lead(byte: u8) -> bool {
    matches!(byte, b'%' | b'&' | b'\\')
}

/// The state while reading an escape.
#[derive(Clone, Copy)]
enum EscapeState {
    /// `%` or `\x`, and how many of the two digits.
    TwoDigits(u8),
    Backslash,
    /// `\u`, and how many of the four digits.
    Unicode(u8),
    /// `\u{`, possibly followed by digits.
    Braces,
    /// `&` and some letters that there are names for. This has the index of the first such name,
    /// the index after the last one, and the number of letters.
    Name(usize, usize, usize),
    /// `&#`.
    Number,
    /// `&#` and at least one digit.
    Decimal,
    /// `&#x`, possibly followed by digits.
    Hexadecimal(bool),
}

enum Unescaped {
    More(EscapeState, u32),
    Byte(u8),
}

impl EscapeState {
    fn after(lead: u8) -> Option<Self> {
        match lead {
            b'%' => Some(Self::TwoDigits(0)),
            b'\\' => Some(Self::Backslash),
            b'&' => Some(Self::Name(0, NAMES.len(), 0)),
            _ => None,
        }
    }

    fn read(self, value: u32, byte: u8) -> Option<Unescaped> {
        let hex = || Some(value * 16 + char::from(byte).to_digit(16)?);
        let more = |state, value| Some(Unescaped::More(state, value));
        match (self, byte) {
            (Self::TwoDigits(0), _) => more(Self::TwoDigits(1), hex()?),
            (Self::TwoDigits(_), _) => {
                let byte = u8::try_from(hex()?).ok()?;
                (byte >= 0x80 || is_visible(byte)).then_some(Unescaped::Byte(byte))
            }
            (Self::Backslash, b'u' | b'U') => more(Self::Unicode(0), 0),
            (Self::Backslash, b'x' | b'X') => more(Self::TwoDigits(0), 0),
            (Self::Backslash, _) => byte.is_ascii_punctuation().then_some(Unescaped::Byte(byte)),
            (Self::Unicode(0), b'{') => more(Self::Braces, 0),
            (Self::Unicode(3), _) => visible(hex()?).map(Unescaped::Byte),
            (Self::Unicode(digits), _) => more(Self::Unicode(digits + 1), ascii(hex()?)?),
            (Self::Braces, b'}') => visible(value).map(Unescaped::Byte),
            (Self::Braces, _) => more(Self::Braces, ascii(hex()?)?),
            (Self::Name(_, _, 0), b'#') => more(Self::Number, 0),
            (Self::Number, b'x' | b'X') => more(Self::Hexadecimal(false), 0),
            (Self::Number | Self::Decimal, b'0'..=b'9') => {
                more(Self::Decimal, ascii(value * 10 + u32::from(byte - b'0'))?)
            }
            (Self::Name(..) | Self::Decimal | Self::Hexadecimal(_), b';') => {
                self.value_at_end(value).map(Unescaped::Byte)
            }
            (Self::Hexadecimal(_), _) => more(Self::Hexadecimal(true), ascii(hex()?)?),
            (Self::Name(first, behind, length), _) => {
                let letter = byte.to_ascii_lowercase();
                let fits = |at: &usize| NAMES[*at].0.as_bytes().get(length) == Some(&letter);
                let first = (first..behind).find(fits)?;
                let count = (first..behind).take_while(fits).count();
                more(Self::Name(first, first + count, length + 1), 0)
            }
            _ => None,
        }
    }

    /// Returns the byte that the escape stands for if it ends here, with or without a semicolon.
    fn value_at_end(self, value: u32) -> Option<u8> {
        match self {
            Self::Decimal | Self::Hexadecimal(true) => visible(value),
            Self::Name(first, _, length) => {
                let (name, byte) = NAMES[first];
                (name.len() == length).then_some(byte)
            }
            _ => None,
        }
    }

    /// Returns true if every decoder would consider `next` a part of the escape.
    fn goes_on_with(self, next: u8) -> bool {
        match self {
            Self::Decimal => next.is_ascii_digit(),
            Self::Hexadecimal(_) => next.is_ascii_hexdigit(),
            _ => false,
        }
    }
}

/// Returns the value, unless it's already too large for an ASCII character.
fn ascii(value: u32) -> Option<u32> {
    (value < 0x80).then_some(value)
}

fn visible(value: u32) -> Option<u8> {
    u8::try_from(value).ok().filter(|byte| is_visible(*byte))
}

fn is_visible(byte: u8) -> bool {
    (0x20..=0x7e).contains(&byte)
}

/// The HTML names of ASCII punctuation in lowercase, sorted.
const NAMES: [(&str, u8); 39] = [
    ("amp", b'&'),
    ("apos", b'\''),
    ("ast", b'*'),
    ("bsol", b'\\'),
    ("colon", b':'),
    ("comma", b','),
    ("commat", b'@'),
    ("diacriticalgrave", b'`'),
    ("dollar", b'$'),
    ("equals", b'='),
    ("excl", b'!'),
    ("grave", b'`'),
    ("gt", b'>'),
    ("hat", b'^'),
    ("lbrace", b'{'),
    ("lbrack", b'['),
    ("lcub", b'{'),
    ("lowbar", b'_'),
    ("lpar", b'('),
    ("lsqb", b'['),
    ("lt", b'<'),
    ("midast", b'*'),
    ("num", b'#'),
    ("percnt", b'%'),
    ("period", b'.'),
    ("plus", b'+'),
    ("quest", b'?'),
    ("quot", b'"'),
    ("rbrace", b'}'),
    ("rbrack", b']'),
    ("rcub", b'}'),
    ("rpar", b')'),
    ("rsqb", b']'),
    ("semi", b';'),
    ("sol", b'/'),
    ("underbar", b'_'),
    ("verbar", b'|'),
    ("vert", b'|'),
    ("verticalline", b'|'),
];
