//! The forms of a secret within a text: literal, hexadecimal and base64.

/// Number of leading units that identify a truncated secret. They reveal little of it.
pub(super) const TELLING: usize = 4;

/// A form of a secret, as a sequence of units that each accept some bytes.
#[derive(Clone, Copy)]
pub(super) struct Pattern<'s> {
    secret: &'s [u8],
    form: Form,
}

#[derive(Clone, Copy)]
enum Form {
    Plain,
    Hex,
    /// Base64 or base64url of a text that contains the secret after this many bytes, modulo three.
    Base64(usize),
}

const FORMS: [Form; 5] = [
    Form::Plain,
    Form::Hex,
    Form::Base64(0),
    Form::Base64(1),
    Form::Base64(2),
];

impl<'s> Pattern<'s> {
    /// Returns every form of a secret.
    pub(super) fn all(secret: &'s [u8]) -> impl Iterator<Item = Self> {
        FORMS.into_iter().map(move |form| Self { secret, form })
    }

    /// Returns the number of units.
    pub(super) fn len(&self) -> usize {
        match self.form {
            Form::Plain => self.secret.len(),
            Form::Hex => 2 * self.secret.len(),
            Form::Base64(before) => {
                (8 * (before + self.secret.len())).div_ceil(6) - first_letter(before)
            }
        }
    }

    /// Returns the unit at `index`.
    pub(super) fn unit(&self, index: usize) -> Unit {
        match self.form {
            Form::Plain => Unit::Byte(self.secret[index]),
            Form::Hex => Unit::Nibble(self.nibble(index)),
            Form::Base64(before) => {
                let (mask, bits) = self.sextet(before, index);
                Unit::Sextet { mask, bits }
            }
        }
    }

    fn nibble(&self, index: usize) -> u8 {
        let byte = self.secret[index / 2];
        if index.is_multiple_of(2) {
            byte >> 4
        } else {
            byte & 0xf
        }
    }

    /// Returns the mask of the bits of a base64 letter that belong to the secret, and their values.
    fn sextet(&self, before: usize, index: usize) -> (u8, u8) {
        let begin = 6 * (first_letter(before) + index);
        let mut bits = (0, 0);
        for place in begin..begin + 6 {
            let at = place.checked_sub(8 * before);
            let byte = at.and_then(|at| Some((self.secret.get(at / 8)?, at % 8)));
            let bit = byte.map(|(byte, at)| byte >> (7 - at) & 1);
            bits = (
                bits.0 << 1 | u8::from(bit.is_some()),
                bits.1 << 1 | bit.unwrap_or_default(),
            );
        }
        bits
    }
}

/// A part of a pattern: a byte, or the bits of a digit or letter.
#[derive(Clone, Copy)]
pub(super) enum Unit {
    Byte(u8),
    Nibble(u8),
    /// The bits of `mask` are known.
    Sextet {
        mask: u8,
        bits: u8,
    },
}

impl Unit {
    /// Returns true if the unit may be written as `byte`, ignoring ASCII case.
    pub(super) fn accepts(self, byte: u8) -> bool {
        match self {
            // Forms encode a space as a plus sign.
            Self::Byte(own) => own.eq_ignore_ascii_case(&byte) || (own == b' ' && byte == b'+'),
            Self::Nibble(own) => char::from(byte).to_digit(16) == Some(own.into()),
            Self::Sextet { mask, bits } => {
                let fits = |byte| sextet_of(byte).is_some_and(|found| found & mask == bits);
                fits(byte.to_ascii_lowercase()) || fits(byte.to_ascii_uppercase())
            }
        }
    }

    /// Returns every byte that the unit accepts.
    pub(super) fn accepted(self) -> impl Iterator<Item = u8> {
        let (own, candidates): (_, &[u8]) = match self {
            Self::Byte(byte) => (Some(byte), b" +"),
            Self::Nibble(_) => (None, b"0123456789abcdefABCDEF"),
            Self::Sextet { .. } => (None, LETTERS),
        };
        let cases = own.map(|byte| [byte.to_ascii_lowercase(), byte.to_ascii_uppercase()]);
        let candidates = cases
            .into_iter()
            .flatten()
            .chain(candidates.iter().copied());
        candidates.filter(move |byte| self.accepts(*byte))
    }
}

/// Returns the index of the letter with the first bits of a text after `before` bytes.
fn first_letter(before: usize) -> usize {
    8 * before / 6
}

/// The letters of base64, then those that differ in base64url.
const LETTERS: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/-_";

fn sextet_of(letter: u8) -> Option<u8> {
    Some(match letter {
        b'A'..=b'Z' => letter - b'A',
        b'a'..=b'z' => letter - b'a' + 26,
        b'0'..=b'9' => letter - b'0' + 52,
        b'+' | b'-' => 62,
        b'/' | b'_' => 63,
        _ => return None,
    })
}
