//! libpq's own readers of connection strings, as of PostgreSQL 18.6 (`fe-connect.c`).
//!
//! Values are bytes to libpq: a percent-encoded byte need not be UTF-8.

mod keyvalue;
mod uri;
mod write;

use alloc::borrow::Cow;
use alloc::string::ToString;
use alloc::vec::Vec;

pub(crate) use keyvalue::is_space;
pub use keyvalue::{parse_keyvalue, push_value};
pub use uri::{parse_uri, strip_scheme};
pub use write::{Piece, write_uri};

use super::slice::Slice;
use crate::secret::Text;

/// What a reader has to know of the libpq it stands for.
pub trait Dialect {
    /// Whether libpq has a connection option of this name.
    fn knows(&self, keyword: &str) -> bool;

    /// Whether blanks around a part of a URI are dropped and refused inside it; since 18.
    fn strips_blanks(&self) -> bool;
}

/// A parameter as libpq stores it; of two with one keyword the later counts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Param<'s> {
    /// The keyword, an old name already replaced.
    pub keyword: Cow<'s, str>,
    /// The value, decoded.
    pub value: Cow<'s, [u8]>,
    /// Where the keyword, or in the first half of a URI the value, was written.
    pub at: Slice<'s>,
    /// Where the value was written, with its quotes.
    pub written: Slice<'s>,
}

/// Why libpq refuses a connection string.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConninfoError<'s> {
    before: &'static str,
    quoted: Option<Cow<'s, str>>,
    after: &'static str,
    /// Where in the whole string it is, counted from 1.
    position: Option<usize>,
    /// The whole string, where the text ends in it.
    whole: Option<Slice<'s>>,
    /// The piece it is about.
    pub at: Slice<'s>,
}

impl<'s> ConninfoError<'s> {
    fn new(before: &'static str, at: Slice<'s>, after: &'static str) -> ConninfoError<'s> {
        let quoted = Some(Cow::Borrowed(at.text));
        ConninfoError { before, quoted, after, position: None, whole: None, at }
    }

    /// libpq's text. `quote` says a piece of the string, its secrets apart; a piece that libpq
    /// changed before it quotes it comes with what it became.
    pub fn message<'a>(&self, quote: impl Fn(Slice<'s>, Option<&str>) -> Text<'a>) -> Text<'a> {
        let mut text = Text::plain(self.before);
        if let Some(quoted) = &self.quoted {
            let changed = Some(&**quoted).filter(|it| *it != self.at.text);
            text = text.and_text(quote(self.at, changed));
        }
        let whole = self.whole.map(|it| quote(it, None)).unwrap_or_default();
        if let Some(position) = self.position {
            text = text.and("\" at position ");
            // It would tell the length of a password before it.
            text = match whole.is_secret() {
                true => text.and_hidden(position.to_string()),
                false => text.and(position.to_string()),
            };
        }
        text = text.and(self.after);
        if self.whole.is_some() {
            text = text.and_text(whole).and("\"");
        }
        text.and("\n")
    }
}

/// What libpq reads out of a connection string, or why it refuses it.
pub type Params<'s> = Result<Vec<Param<'s>>, ConninfoError<'s>>;

/// `requiressl` is the old name of two SSL modes.
fn replace_old_name<'s>(
    keyword: Cow<'s, str>,
    value: Cow<'s, [u8]>,
) -> (Cow<'s, str>, Cow<'s, [u8]>) {
    match (&*keyword, value.first()) {
        ("requiressl", Some(b'1')) => ("sslmode".into(), Cow::Borrowed(b"require")),
        ("requiressl", _) => ("sslmode".into(), Cow::Borrowed(b"prefer")),
        _ => (keyword, value),
    }
}
