//! Where the lines of a text start.

use dsnlens_core::shown::hidden_in_prose;

/// The lines of a text.
pub struct Lines<'t> {
    text: &'t str,
    starts: Vec<usize>,
}

impl<'t> Lines<'t> {
    /// Finds them.
    pub fn new(text: &'t str) -> Lines<'t> {
        let behind = text.match_indices('\n').map(|(at, _)| at + 1);
        Lines { text, starts: std::iter::once(0).chain(behind).collect() }
    }

    /// The number of the line that holds a byte, from 1.
    pub fn number(&self, at: usize) -> usize {
        self.starts.partition_point(|it| *it <= at)
    }

    /// What stands before a byte in its line.
    pub fn before(&self, at: usize) -> Option<&'t str> {
        let start = self.number(at).checked_sub(1).and_then(|it| self.starts.get(it))?;
        self.text.get(*start..at)
    }

    /// A line without its end, by its number.
    pub fn line(&self, number: usize) -> &'t str {
        let start = number.checked_sub(1).and_then(|it| self.starts.get(it));
        let rest = start.and_then(|it| self.text.get(*it..)).unwrap_or("");
        rest.split('\n').next().unwrap_or("").trim_end_matches('\r')
    }

    /// The column of a byte in UTF-16 code units, from 1.
    pub(crate) fn column(&self, at: usize) -> usize {
        1 + self.before(at).map_or(0, |it| it.encode_utf16().count())
    }
}

/// Whether what stands before a value in its line is its name at most, with marks and the words of
/// a command around it.
pub fn holds_only_a_name(before: &str) -> bool {
    const LONGEST: usize = 200;
    const QUOTES: [char; 4] = [' ', '\t', '\'', '"'];
    let is_in_name = |it: char| it.is_ascii_alphanumeric() || "_.-".contains(it);
    let head = before.trim_end_matches(QUOTES).trim_end_matches(['=', ':', '>']);
    let head = head.trim_end_matches(QUOTES).trim_end_matches(is_in_name);
    let head = head.trim_end_matches("$env:").replace("config:set", "");
    before.len() <= LONGEST && !head.contains(['=', ':']) && hidden_in_prose(&head).is_empty()
}
