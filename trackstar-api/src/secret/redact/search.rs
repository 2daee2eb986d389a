//! Finds all occurrences of a pattern, in a time that only depends on the length of the text and
//! pattern.
//!
//! A secret can be repetitive, like `00000000-0000-…`. In that case, almost every position of a
//! text could be the start of it. For this reason, we only go through the text once, from back to
//! front. For each position, we keep a bit set of the units that could be there, given that the
//! rest of the pattern follows.

use std::ops::Range;

use zeroize::Zeroizing;

use super::escapes::Text;
use super::pattern::{Pattern, TELLING};

/// Returns the regions of the text that match the pattern.
///
/// If the text was cut off, the last region doesn't have to be complete.
pub(super) fn regions(text: &Text<'_>, pattern: &Pattern<'_>, cut: bool) -> Vec<Range<usize>> {
    if !may_occur(text, pattern, cut) {
        return Vec::new();
    }
    let starts = starts(text, pattern, cut);
    let end_of = |index: usize| end(text, pattern, starts[index], cut);
    let mut regions = Vec::new();
    let mut index = 0;
    while index < starts.len() {
        let (start, mut end) = (starts[index], end_of(index));
        // An occurrence that starts inside of a region might go past its end. For example, this
        // happens for a run of zeros.
        loop {
            let last = starts.partition_point(|start| *start < end) - 1;
            if last <= index {
                break;
            }
            index = last;
            end = end.max(end_of(last));
        }
        regions.push(start..end);
        index += 1;
    }
    regions
}

/// Returns true if the text contains anything that looks like the start of the pattern.
///
/// Most texts don't, and can skip the rest of the search. This is all that it costs to check a
/// request id.
fn may_occur(text: &Text<'_>, pattern: &Pattern<'_>, cut: bool) -> bool {
    let escaped = !text.escapes.is_empty();
    // Without escapes, each unit is a single byte.
    let length = if escaped || cut { 1 } else { pattern.len() };
    let Some(last) = text.bytes.len().checked_sub(length) else {
        return false;
    };
    let first = pattern.unit(0);
    let mut places = Vec::new();
    let starts = text.bytes[..=last].iter().enumerate();
    let lead = |byte| escaped && super::escapes::is_lead(byte);
    let mut starts = starts.filter(|(_, byte)| first.accepts(**byte) || lead(**byte));
    starts.any(|(start, _)| {
        places.clear();
        places.push(start);
        (0..TELLING.min(pattern.len())).all(|index| advance(text, pattern, index, &mut places))
    })
}

/// Advances all positions past the unit at `index`. Returns false if none are left.
fn advance(text: &Text<'_>, pattern: &Pattern<'_>, index: usize, places: &mut Vec<usize>) -> bool {
    let (unit, before) = (pattern.unit(index), places.len());
    for place in 0..before {
        for (byte, next) in text.steps(places[place]) {
            if unit.accepts(byte) {
                places.push(next);
            }
        }
    }
    places.drain(..before);
    places.sort_unstable();
    places.dedup();
    !places.is_empty()
}

/// Returns the positions at which the pattern starts, sorted.
fn starts(text: &Text<'_>, pattern: &Pattern<'_>, cut: bool) -> Vec<usize> {
    let states = States::new(pattern);
    // We'll need the states at these positions later on.
    let mut ends: Vec<usize> = text.escapes.iter().map(|escape| escape.end).collect();
    ends.sort_unstable();
    ends.dedup();
    let words = states.words;
    let mut kept = vec![0; ends.len() * words];
    let (mut left, mut escapes) = (ends.len(), text.escapes.iter().rev().peekable());
    let mut next = vec![0; words];
    let mut current = vec![0; words];
    let mut starts = Vec::new();
    for at in (0..=text.bytes.len()).rev() {
        super::steps::count_step();
        current.fill(0);
        if let Some(byte) = text.bytes.get(at) {
            states.before(*byte, &next, &mut current);
        }
        while let Some(escape) = escapes.next_if(|escape| escape.start == at) {
            super::steps::count_step();
            let behind = ends.partition_point(|end| *end < escape.end) * words;
            states.before(escape.byte, &kept[behind..behind + words], &mut current);
        }
        if cut && (at == text.bytes.len() || text.is_open(at)) {
            states.add_cut(&mut current);
        }
        if left > 0 && ends[left - 1] == at {
            left -= 1;
            kept[left * words..][..words].copy_from_slice(&current);
        }
        if current[0] & 1 == 1 {
            starts.push(at);
        }
        std::mem::swap(&mut next, &mut current);
    }
    starts.reverse();
    starts
}

/// Returns the end of the longest occurrence that starts at `start`.
fn end(text: &Text<'_>, pattern: &Pattern<'_>, start: usize, cut: bool) -> usize {
    let length = text.bytes.len();
    let mut places = vec![start];
    for index in 0..pattern.len() {
        let at_the_end = |at: &usize| *at == length || text.is_open(*at);
        if cut && index >= TELLING && places.iter().any(at_the_end) {
            return length;
        }
        if !advance(text, pattern, index, &mut places) {
            break;
        }
    }
    places.last().copied().unwrap_or(start)
}

/// Units as a bit set, along with the units that each byte could be.
struct States {
    words: usize,
    /// The last unit of the pattern.
    last: usize,
    /// A bit set for each byte. We wipe these, because the secret could be derived from them.
    masks: Zeroizing<Vec<u64>>,
}

impl States {
    fn new(pattern: &Pattern<'_>) -> Self {
        let words = pattern.len().div_ceil(64);
        let mut masks = Zeroizing::new(vec![0; 256 * words]);
        for index in 0..pattern.len() {
            for byte in pattern.unit(index).accepted() {
                masks[usize::from(byte) * words + index / 64] |= 1 << (index % 64);
            }
        }
        let last = pattern.len() - 1;
        Self { words, last, masks }
    }

    /// Adds the units that `byte` could be, as long as one of the units in `behind` comes next.
    fn before(&self, byte: u8, behind: &[u64], into: &mut [u64]) {
        let masks = &self.masks[usize::from(byte) * self.words..][..self.words];
        for word in 0..self.words {
            let carry = behind.get(word + 1).map_or(0, |next| next << 63);
            let mut follow = behind[word] >> 1 | carry;
            if word == self.last / 64 {
                follow |= 1 << (self.last % 64);
            }
            into[word] |= follow & masks[word];
        }
    }

    /// Adds the units at which a truncated text may end. The units before it have to be enough to
    /// recognize the secret.
    fn add_cut(&self, into: &mut [u64]) {
        for index in TELLING..=self.last {
            into[index / 64] |= 1 << (index % 64);
        }
    }
}
