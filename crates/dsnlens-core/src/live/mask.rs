//! What nobody may see, found again in a server's words.
//!
//! A server may repeat a password: whole, cut off, percent-encoded. It knows where the pieces lie
//! and nobody else does, so every four characters in a row that a secret holds are hidden. Words
//! that every server says are the exception: that a password holds one of those, its mask would
//! tell.

use alloc::string::String;
use alloc::vec;
use alloc::vec::Vec;
use core::fmt;
use core::ops::Range;

use crate::secret::{MASK, Secret};

/// The characters of a secret that may not stand in a row.
const PIECE: usize = 4;

/// Words of servers and poolers that may be a piece of a password, too.
const WORDS: &[&str] = &[
    "address",
    "authentication",
    "connect",
    "connection",
    "connections",
    "database",
    "denied",
    "does",
    "encryption",
    "entry",
    "error",
    "exist",
    "failed",
    "fatal",
    "host",
    "known",
    "login",
    "message",
    "name",
    "network",
    "password",
    "permission",
    "permitted",
    "postgres",
    "postgresql",
    "protocol",
    "public",
    "required",
    "resolution",
    "role",
    "server",
    "service",
    "slots",
    "startup",
    "superuser",
    "system",
    "temporary",
    "unreachable",
    "user",
    "username",
];

/// The secrets of a plan.
#[derive(Clone, Default)]
pub struct Masks {
    /// As they are written and as they are read, the longest first.
    whole: Vec<Secret<String>>,
    /// Each four characters of them, sorted.
    pieces: Vec<[char; PIECE]>,
}

/// Prints nothing of it.
impl fmt::Debug for Masks {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(MASK)
    }
}

impl Masks {
    /// Those of these texts that are long enough to be recognised; what is shorter is found in
    /// every text, and tells nothing there.
    pub(super) fn new(secrets: impl Iterator<Item = String>) -> Masks {
        let mut whole: Vec<_> = secrets.filter(|it| it.chars().count() >= PIECE).collect();
        whole.sort_by(|a, b| b.len().cmp(&a.len()).then_with(|| a.cmp(b)));
        whole.dedup();
        let mut pieces = Vec::new();
        for secret in &whole {
            let characters: Vec<_> = secret.chars().collect();
            pieces.extend(
                characters.windows(PIECE).filter_map(|it| <[char; PIECE]>::try_from(it).ok()),
            );
        }
        pieces.sort_unstable();
        pieces.dedup();
        Masks { whole: whole.into_iter().map(Secret::new).collect(), pieces }
    }

    /// `text` without them.
    pub(super) fn hide(&self, text: &str) -> String {
        if self.whole.is_empty() {
            return text.into();
        }
        let mut hidden = vec![false; text.len()];
        for secret in &self.whole {
            for (at, found) in text.match_indices(&**secret.reveal()) {
                cover(&mut hidden, at..at + found.len());
            }
        }
        let harmless = harmless_words(text);
        self.cover_pieces(&characters(text), &harmless, &mut hidden);
        if text.contains('%') {
            self.cover_pieces(&decoded(text), &harmless, &mut hidden);
        }
        masked(text, &hidden)
    }

    /// Covers each four characters that a secret holds, unless they lie within a harmless word.
    fn cover_pieces(
        &self,
        text: &[(Range<usize>, char)],
        harmless: &[Range<usize>],
        hidden: &mut [bool],
    ) {
        for window in text.windows(PIECE) {
            let [(first, a), (_, b), (_, c), (last, d)] = window else { continue };
            if self.pieces.binary_search(&[*a, *b, *c, *d]).is_err() {
                continue;
            }
            let found = first.start..last.end;
            let nth = harmless.partition_point(|it| it.end < found.end);
            if harmless.get(nth).is_none_or(|it| it.start > found.start) {
                cover(hidden, found);
            }
        }
    }
}

fn cover(hidden: &mut [bool], range: Range<usize>) {
    hidden.get_mut(range).unwrap_or_default().fill(true);
}

/// `text` with one mask for whatever is hidden in a row.
fn masked(text: &str, hidden: &[bool]) -> String {
    let mut shown = String::with_capacity(text.len());
    let mut was_hidden = false;
    for ((_, c), is_hidden) in characters(text).into_iter().map(|(at, c)| {
        let is_hidden = hidden.get(at.clone()).is_some_and(|it| it.contains(&true));
        ((at, c), is_hidden)
    }) {
        match (is_hidden, was_hidden) {
            (false, _) => shown.push(c),
            (true, false) => shown.push_str(MASK),
            (true, true) => {}
        }
        was_hidden = is_hidden;
    }
    shown
}

/// The characters of `text`, with their places.
fn characters(text: &str) -> Vec<(Range<usize>, char)> {
    text.char_indices().map(|(at, c)| (at..at + c.len_utf8(), c)).collect()
}

/// The same with what is percent-encoded decoded; what is not UTF-8 then stays as it is written.
fn decoded(text: &str) -> Vec<(Range<usize>, char)> {
    let mut all = Vec::new();
    let mut rest = characters(text).into_iter().peekable();
    while let Some((at, c)) = rest.next() {
        // Each code takes three bytes of the text.
        let codes = text.get(at.start..).map(codes).unwrap_or_default();
        let Some(decoded) = Some(codes).filter(|it| !it.is_empty()) else {
            all.push((at, c));
            continue;
        };
        let end = at.start + 3 * decoded.len();
        let mut place = at.start;
        for chunk in decoded.utf8_chunks() {
            for c in chunk.valid().chars() {
                all.push((place..place + 3 * c.len_utf8(), c));
                place += 3 * c.len_utf8();
            }
            if !chunk.invalid().is_empty() {
                let length = 3 * chunk.invalid().len();
                all.push((place..place + length, char::REPLACEMENT_CHARACTER));
                place += length;
            }
        }
        while rest.next_if(|(at, _)| at.start < end).is_some() {}
    }
    all
}

/// The bytes of the percent-encoded codes that `text` begins with.
fn codes(text: &str) -> Vec<u8> {
    let digit = |it: &u8| char::from(*it).to_digit(16).and_then(|it| u8::try_from(it).ok());
    let codes = text.as_bytes().chunks_exact(3).map_while(|code| match code {
        [b'%', high, low] => Some(digit(high)? << 4 | digit(low)?),
        _ => None,
    });
    codes.collect()
}

/// Where the words stand that every server says.
fn harmless_words(text: &str) -> Vec<Range<usize>> {
    let mut words = Vec::new();
    let mut begun = None;
    for (at, c) in text.char_indices().chain([(text.len(), ' ')]) {
        match (c.is_alphanumeric() || c == '_', begun) {
            (true, None) => begun = Some(at),
            (false, Some(start)) => {
                begun = None;
                let word = text.get(start..at).unwrap_or_default();
                if WORDS.iter().any(|it| it.eq_ignore_ascii_case(word)) {
                    words.push(start..at);
                }
            }
            _ => {}
        }
    }
    words
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::format;
    use alloc::string::ToString;

    fn hide(secret: &str, text: &str) -> String {
        Masks::new([secret.to_string()].into_iter()).hide(text)
    }

    #[test]
    fn a_secret_and_each_piece_of_it_are_hidden() {
        let hide = |text| hide("Kx7vQ2mBtR9pL4wN", text);
        assert_eq!(hide("no Kx7vQ2mBtR9pL4wN here"), "no ******** here");
        assert_eq!(hide("no Kx7vQ2mB\\ntR9pL4wN"), "no ********\\n********");
        assert_eq!(hide("7vQ2, wN Kx7v"), "********, wN ********");
        assert_eq!(hide("Kx7 vQ2 mBt"), "Kx7 vQ2 mBt");
        assert_eq!(hide("15.3"), "15.3");
    }

    #[test]
    fn a_secret_that_is_percent_encoded_is_hidden() {
        let hide = |text| hide("K&x7é v%20", text);
        assert_eq!(hide("(K%26x7%C3%A9%20v%2520)"), "(********)");
        assert_eq!(hide("(%4b%26%78%37)"), "(********)");
        assert_eq!(hide("100% of %zz%C3"), "100% of %zz%C3");
        // Codes that are no text between the rest.
        assert_eq!(hide("%ff%26%78%37%C3%A9%ff"), "%ff********%ff");
    }

    #[test]
    fn what_every_server_says_tells_nothing() {
        let text = "password authentication failed for user \"app\"";
        assert_eq!(hide("mypassword1", text), text);
        // But for the word itself, and where it is not a word of its own.
        assert_eq!(hide("password", "password"), MASK);
        assert_eq!(hide("mypassword1", "\"password1\""), "\"********\"");
        let long = "x".repeat(3);
        assert_eq!(hide(&long, &format!("{long} y")), "xxx y");
    }
}
