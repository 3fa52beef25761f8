//! A piece of a text that knows where it starts, so that cutting never loses the position.

/// A piece of a text and the offset of its first byte.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Slice<'s> {
    /// The piece.
    pub text: &'s str,
    /// Its offset in the whole.
    pub at: usize,
}

impl<'s> Slice<'s> {
    /// A whole text.
    pub const fn whole(text: &'s str) -> Slice<'s> {
        Slice { text, at: 0 }
    }

    /// Offset after the last byte.
    pub const fn end(self) -> usize {
        self.at + self.text.len()
    }

    /// An empty piece where this one starts.
    pub const fn before(self) -> Slice<'s> {
        Slice { text: "", at: self.at }
    }

    /// An empty piece where this one ends.
    pub const fn after(self) -> Slice<'s> {
        Slice { text: "", at: self.end() }
    }

    /// Whether nothing is in it.
    pub const fn is_empty(self) -> bool {
        self.text.is_empty()
    }

    /// The pieces before and from byte `offset`; all and nothing where that is no boundary.
    pub fn split_at(self, offset: usize) -> (Slice<'s>, Slice<'s>) {
        match self.text.split_at_checked(offset) {
            Some((head, tail)) => {
                (Slice { text: head, at: self.at }, Slice { text: tail, at: self.at + offset })
            }
            None => (self, self.after()),
        }
    }

    /// The pieces around the first `separator`.
    pub fn split_once(self, separator: char) -> Option<(Slice<'s>, Slice<'s>)> {
        let (head, tail) = self.text.split_once(separator)?;
        Some(self.around(head, tail))
    }

    /// The pieces around the last `separator`.
    pub fn rsplit_once(self, separator: char) -> Option<(Slice<'s>, Slice<'s>)> {
        let (head, tail) = self.text.rsplit_once(separator)?;
        Some(self.around(head, tail))
    }

    /// Python's `partition`: all and nothing where there is no `separator`.
    pub fn partition(self, separator: char) -> (Slice<'s>, Slice<'s>) {
        self.split_once(separator).unwrap_or((self, self.after()))
    }

    /// The pieces before and from the first of `stops`, which are ASCII.
    #[inline]
    pub fn split_before(self, stops: &[char]) -> (Slice<'s>, Slice<'s>) {
        // In UTF-8 no other character holds a byte of ASCII.
        let is_stop = |byte: u8| byte.is_ascii() && stops.contains(&char::from(byte));
        self.split_at(self.text.bytes().position(is_stop).unwrap_or(self.text.len()))
    }

    /// The rest behind `prefix`, if it starts so.
    pub fn strip_prefix(self, prefix: &str) -> Option<Slice<'s>> {
        let text = self.text.strip_prefix(prefix)?;
        Some(Slice { text, at: self.at + prefix.len() })
    }

    /// The pieces between the separators, none of them left out.
    pub fn split(self, separator: char) -> impl Iterator<Item = Slice<'s>> {
        let mut at = self.at;
        self.text.split(separator).map(move |text| {
            let piece = Slice { text, at };
            at += text.len() + separator.len_utf8();
            piece
        })
    }

    fn around(self, head: &'s str, tail: &'s str) -> (Slice<'s>, Slice<'s>) {
        let tail = Slice { text: tail, at: self.end() - tail.len() };
        (Slice { text: head, at: self.at }, tail)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::vec::Vec;

    #[test]
    fn every_cut_keeps_its_place() {
        let whole = Slice { text: "a=é&b", at: 10 };
        let (head, tail) = whole.split_once('=').unwrap();
        assert_eq!((head.at, head.end(), tail.at, tail.end()), (10, 11, 12, 16));
        let (head, tail) = whole.rsplit_once('&').unwrap();
        assert_eq!((head.text, head.end(), tail.text, tail.at), ("a=é", 14, "b", 15));
        let pieces: Vec<_> = whole.split('&').map(|it| (it.text, it.at)).collect();
        assert_eq!(pieces, [("a=é", 10), ("b", 15)]);
        assert_eq!(whole.split_at(3), (whole, whole.after()), "inside a character");
    }
}
