//! The forms of a secret that we look for (literal, hexadecimal and base64).

/// If a text is cut off, this many units are enough to recognize a secret. They don't give much of
/// it away.
pub(super) const TELLING: usize = 4;

/// A form of a secret. It is a sequence of units, and each of them accepts certain bytes.
#[derive(Clone, Copy)]
pub(super) struct Pattern<'s> {
    secret: &'s [u8],
    form: Form,
}

#[derive(Clone, Copy)]
enum Form {
    Plain,
    Hex,
    /// Base64 or base64url. The secret comes after this many other bytes, modulo three.
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
    /// Returns all forms of a secret.
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

    /// Returns which bits of a base64 digit belong to the secret, and what they are.
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

/// A part of a pattern, which is either a byte or some bits of a digit.
#[derive(Clone, Copy)]
pub(super) enum Unit {
    Byte(u8),
    Nibble(u8),
    /// We only know the bits in `mask`.
    Sextet {
        mask: u8,
        bits: u8,
    },
}

impl Unit {
    /// Returns true if this unit could have been written as `byte`, ignoring ASCII case.
    pub(super) fn accepts(self, byte: u8) -> bool {
        match self {
            // A space turns into a plus sign in a form.
            Self::Byte(own) => own.eq_ignore_ascii_case(&byte) || (own == b' ' && byte == b'+'),
            Self::Nibble(own) => char::from(byte).to_digit(16) == Some(own.into()),
            Self::Sextet { mask, bits } => {
                let fits = |byte| sextet_of(byte).is_some_and(|found| found & mask == bits);
                fits(byte.to_ascii_lowercase()) || fits(byte.to_ascii_uppercase())
            }
        }
    }

    /// Returns all bytes that this unit accepts.
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

/// Returns the index of the base64 digit that contains the first bits after `before` bytes.
fn first_letter(before: usize) -> usize {
    8 * before / 6
}

/// The digits of base64, followed by the ones that are different in base64url.
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
