//! libpq's keywords and their values, from wherever, as one `DATABASE_URL`.

use alloc::borrow::Cow;
use alloc::string::String;
use alloc::vec::Vec;

use super::draft::{Draft, Scalar};
use crate::inputs::DATABASE_URL;
use crate::span::Span;
use crate::syntax::Places;
use crate::syntax::libpq::write_uri;

/// Keywords and values, in their order.
#[derive(Default)]
pub(super) struct Parameters<'s> {
    given: Vec<(Cow<'s, str>, Cow<'s, str>)>,
    /// Where each keyword stands in `given`.
    places: Places<'s>,
}

impl<'s> Parameters<'s> {
    /// Sets a keyword, whatever it was before.
    pub(super) fn set(&mut self, keyword: impl Into<Cow<'s, str>>, value: impl Into<Cow<'s, str>>) {
        let (keyword, value) = (keyword.into(), value.into());
        match self.places.get(&keyword).and_then(|it| self.given.get_mut(*it)) {
            Some(given) => given.1 = value,
            None => {
                self.places.insert(keyword.clone(), self.given.len());
                self.given.push((keyword, value));
            }
        }
    }

    pub(super) fn is_set(&self, keyword: &str) -> bool {
        self.places.contains_key(keyword)
    }

    /// Sets all of them elsewhere, too.
    pub(super) fn copy_to(self, other: &mut Parameters<'_>) {
        for (keyword, value) in self.given {
            other.set(keyword.into_owned(), value.into_owned());
        }
    }

    pub(super) fn len(&self) -> usize {
        self.given.len()
    }

    /// The URL that says the same to Django and to libpq.
    pub(super) fn assign(&self, scheme: &str, span: Span, draft: &mut Draft<'s>) {
        // What is empty is left to libpq, as a URL leaves it by saying nothing.
        let given = self.given.iter().filter(|it| !it.1.is_empty());
        let given: Vec<_> = given.map(|(keyword, value)| (&**keyword, &**value)).collect();
        let url: String = write_uri(scheme, &given).iter().map(|it| &*it.text).collect();
        draft.assign(DATABASE_URL, Scalar { text: url.into(), span });
    }
}
