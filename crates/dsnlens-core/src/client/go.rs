//! What the drivers for Go share: parts of a URL as values, settings, and the errors of `net/url` and
//! `strconv`.

use alloc::borrow::Cow;
use alloc::string::String;

use super::reading::Reading;
use crate::secret::Text;
use crate::syntax::Slice;
use crate::syntax::url::go::{Error, Piece, quote_cut, quote_inner};

/// The keyword of an option: `database` is another word for `dbname`.
pub(super) fn canonical(name: &str) -> &str {
    if name == "database" { "dbname" } else { name }
}

impl<'a> Reading<'_, 'a> {
    /// `strconv.Quote` of a piece of the URL.
    pub(super) fn go_quote(&self, slice: Slice<'_>) -> Text<'a> {
        let inner = self.source.quote(slice, quote_inner);
        Text::plain("\"").and_text(inner).and("\"")
    }

    /// The text of an error of `net/url`.
    pub(super) fn go_error(&self, error: &Error<'_>) -> Text<'a> {
        error.pieces.iter().fold(Text::default(), |text, piece| match piece {
            Piece::Plain(plain) => text.and(*plain),
            Piece::Quoted(slice) => text.and_text(self.go_quote(*slice)),
            Piece::QuotedCut(slice, length) => {
                let quoted = quote_cut(slice.text, *length);
                match self.source.touches_secret(*slice) {
                    true => text.and_hidden(quoted),
                    false => text.and(quoted),
                }
            }
        })
    }
}

/// Why `strconv.ParseUint(text, 10, 16)` or `ParseInt(text, 10, 64)` refuses.
pub(super) fn number_problem(text: &str, function: &str) -> Option<&'static str> {
    let is_signed = function == "ParseInt";
    let digits = match is_signed {
        true => text.strip_prefix(['-', '+']).unwrap_or(text),
        false => text,
    };
    if digits.is_empty() || !digits.bytes().all(|it| it.is_ascii_digit()) {
        return Some("invalid syntax");
    }
    let fits = match is_signed {
        true => text.parse::<i64>().is_ok(),
        false => text.parse::<u16>().is_ok(),
    };
    (!fits).then_some("value out of range")
}

/// `strconv.ParseInt: parsing "x": invalid syntax`, of a value that is quoted before.
pub(super) fn number_error<'a>(
    function: &str,
    quoted: Text<'a>,
    problem: &'static str,
) -> Text<'a> {
    let text = Text::plain(alloc::format!("strconv.{function}: parsing \""));
    let quoted = quoted.map(|it| Cow::Owned(quote_inner(it)));
    text.and_text(quoted).and("\": ").and(problem)
}

/// `strconv.Quote` of a value.
pub(super) fn quoted_value(value: Text<'_>) -> Text<'_> {
    Text::plain("\"").and_text(value.map(|it| Cow::Owned(quote_inner(it)))).and("\"")
}

/// A text, each byte of which that is no UTF-8 becomes U+FFFD: `[]rune(text)`.
pub(super) fn runes(bytes: &[u8]) -> Cow<'_, str> {
    if let Ok(text) = core::str::from_utf8(bytes) {
        return Cow::Borrowed(text);
    }
    let mut text = String::with_capacity(bytes.len());
    for chunk in bytes.utf8_chunks() {
        text.push_str(chunk.valid());
        text.extend(chunk.invalid().iter().map(|_| '\u{fffd}'));
    }
    Cow::Owned(text)
}
