//! A text that is written line by line, with comments.

use alloc::borrow::Cow;
use alloc::string::String;

use crate::secret::Text;

/// What is written so far, and what a comment starts with.
pub(super) struct Sheet {
    text: Text<'static>,
    mark: &'static str,
}

impl Sheet {
    /// An empty sheet whose comments start with `mark`.
    pub(super) fn new(mark: &'static str) -> Sheet {
        Sheet { text: Text::default(), mark }
    }

    /// Writes a line.
    pub(super) fn line(&mut self, line: impl Into<Cow<'static, str>>) {
        self.put(Text::plain(line).and("\n"));
    }

    /// Writes a line in which a secret may stand.
    pub(super) fn put_line(&mut self, line: Text<'static>) {
        self.put(line.and("\n"));
    }

    /// Writes a comment of one line.
    pub(super) fn comment(&mut self, comment: impl Into<Cow<'static, str>>) {
        self.put_comment(Text::plain(comment));
    }

    /// Writes a comment in which a secret may stand. Line ends in it are no ends.
    pub(super) fn put_comment(&mut self, comment: Text<'static>) {
        let line = Text::plain(self.mark).and(" ").and_text(comment.map(in_one_line)).and("\n");
        self.put(line);
    }

    fn put(&mut self, text: Text<'static>) {
        self.text = core::mem::take(&mut self.text).and_text(text);
    }

    /// What was written.
    pub(super) fn into_text(self) -> Text<'static> {
        self.text
    }
}

/// A comment that a value breaks in two would be read.
fn in_one_line(text: &str) -> Cow<'_, str> {
    match text.contains(char::is_control) {
        false => Cow::Borrowed(text),
        true => Cow::Owned(text.escape_default().collect::<String>()),
    }
}
