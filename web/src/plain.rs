//! Plain data, as the page's two modules hand it to each other: values in a row, each text with its
//! length in front of it. Either side can read it without a parser that would have to be downloaded.

use std::borrow::Cow;

use dsnlens_core::databases::{Dict, Entry, Node, Place};
use dsnlens_core::ledger::{Origin, Value};
use dsnlens_core::module::Preset;
use dsnlens_core::{Dollar, FileFacts, Hole, Network, Secret, Service, Span, Unexpanded};

/// What can be handed over.
pub(crate) trait Plain: Sized {
    /// Appends it.
    fn put(&self, to: &mut String);

    /// Takes it from the front; anything where something else is there, which the reader then knows.
    fn take(from: &mut Reader<'_>) -> Self;
}

/// What is not read yet of a text. That something was missing is asked once, in the end: each value
/// would be twice as long to read if every step could end it.
pub(crate) struct Reader<'t> {
    rest: &'t str,
    is_broken: bool,
}

/// All of it as a text.
pub(crate) fn write(value: &impl Plain) -> String {
    let mut text = String::new();
    value.put(&mut text);
    text
}

/// What [`write`] wrote.
pub(crate) fn read<T: Plain>(text: &str) -> Option<T> {
    let mut reader = Reader { rest: text, is_broken: false };
    let value = T::take(&mut reader);
    (!reader.is_broken).then_some(value)
}

impl Reader<'_> {
    /// Something else is there.
    pub(crate) fn fail(&mut self) {
        (self.rest, self.is_broken) = ("", true);
    }
}

// Numbers and texts are read once, whatever they are a part of.
#[inline(never)]
fn number(from: &mut Reader<'_>) -> i64 {
    let found = from.rest.split_once(':').and_then(|(number, rest)| {
        from.rest = rest;
        number.parse().ok()
    });
    found.unwrap_or_else(|| {
        from.fail();
        0
    })
}

#[inline(never)]
fn text(from: &mut Reader<'_>) -> String {
    let length = usize::try_from(number(from)).ok();
    match length.and_then(|it| from.rest.split_at_checked(it)) {
        Some((text, rest)) => {
            from.rest = rest;
            text.to_owned()
        }
        None => {
            from.fail();
            String::new()
        }
    }
}

/// Numbers are decimal, with a colon behind them.
macro_rules! numbers {
    ($($type:ty),+) => {$(
        impl Plain for $type {
            fn put(&self, to: &mut String) {
                to.push_str(&self.to_string());
                to.push(':');
            }

            fn take(from: &mut Reader<'_>) -> $type {
                number(from).try_into().unwrap_or_default()
            }
        }
    )+};
}
numbers!(i64, u16, u32, usize);

impl Plain for bool {
    fn put(&self, to: &mut String) {
        usize::from(*self).put(to);
    }

    fn take(from: &mut Reader<'_>) -> bool {
        number(from) != 0
    }
}

impl Plain for String {
    fn put(&self, to: &mut String) {
        self.len().put(to);
        to.push_str(self);
    }

    fn take(from: &mut Reader<'_>) -> String {
        text(from)
    }
}

impl<'a> Plain for Cow<'a, str> {
    fn put(&self, to: &mut String) {
        self.len().put(to);
        to.push_str(self);
    }

    fn take(from: &mut Reader<'_>) -> Cow<'a, str> {
        Cow::Owned(text(from))
    }
}

impl<T: Plain> Plain for Vec<T> {
    fn put(&self, to: &mut String) {
        self.len().put(to);
        self.iter().for_each(|it| it.put(to));
    }

    fn take(from: &mut Reader<'_>) -> Vec<T> {
        let mut all = Vec::new();
        // Shorter than collecting, of which there is a copy for each type.
        for _ in 0..number(from) {
            let value = T::take(from);
            if from.is_broken {
                break;
            }
            all.push(value);
        }
        all
    }
}

impl<T: Plain> Plain for Option<T> {
    fn put(&self, to: &mut String) {
        self.is_some().put(to);
        self.iter().for_each(|it| it.put(to));
    }

    fn take(from: &mut Reader<'_>) -> Option<T> {
        bool::take(from).then(|| T::take(from))
    }
}

impl<A: Plain, B: Plain> Plain for (A, B) {
    fn put(&self, to: &mut String) {
        self.0.put(to);
        self.1.put(to);
    }

    fn take(from: &mut Reader<'_>) -> (A, B) {
        (A::take(from), B::take(from))
    }
}

impl<T: Plain> Plain for Secret<T> {
    fn put(&self, to: &mut String) {
        self.reveal().put(to);
    }

    fn take(from: &mut Reader<'_>) -> Secret<T> {
        Secret::new(T::take(from))
    }
}

impl<T: Plain> Plain for Box<T> {
    fn put(&self, to: &mut String) {
        T::put(self, to);
    }

    fn take(from: &mut Reader<'_>) -> Box<T> {
        Box::new(T::take(from))
    }
}

/// A struct is its fields, in the order of the list.
macro_rules! plain {
    ($type:ty { $($field:ident),+ }) => {
        impl crate::plain::Plain for $type {
            fn put(&self, to: &mut String) {
                $(self.$field.put(to);)+
            }

            fn take(from: &mut crate::plain::Reader<'_>) -> Self {
                $(let $field = crate::plain::Plain::take(from);)+
                Self { $($field),+ }
            }
        }
    };
}
pub(crate) use plain;

/// An enum is the number of its variant, and what that holds; the first one holds nothing.
macro_rules! plain_enum {
    ($type:ty { 0 $first:ident, $($number:literal $variant:ident $(($($field:ident),+))?),+ }) => {
        impl crate::plain::Plain for $type {
            fn put(&self, to: &mut String) {
                match self {
                    Self::$first => crate::plain::Plain::put(&0_usize, to),
                    $(Self::$variant $(($($field),+))? => {
                        crate::plain::Plain::put(&($number as usize), to);
                        $($(crate::plain::Plain::put($field, to);)+)?
                    })+
                }
            }

            fn take(from: &mut crate::plain::Reader<'_>) -> Self {
                let number: usize = crate::plain::Plain::take(from);
                match number {
                    $($number => {
                        $($(let $field = crate::plain::Plain::take(from);)+)?
                        Self::$variant $(($($field),+))?
                    })+
                    number => {
                        if number != 0 {
                            from.fail();
                        }
                        Self::$first
                    }
                }
            }
        }
    };
}
pub(crate) use plain_enum;

plain!(Span { start, end });
plain!(Hole<'_> { span, why });
plain!(FileFacts { reader, network, services, dollars, has_more, unexpanded });
plain!(Service { names, postgres, ports, user, password, database });
plain!(Dollar { variable, span, is_refused });
plain!(Unexpanded { variable, span, name, is_below });
plain_enum!(Network { 0 Containers, 1 Host });
plain!(Dict<'_> { entries, more });
plain!(Entry<'_> { key, origin, value, before });
plain!(Place { line, span });

impl Plain for Node<'_> {
    fn put(&self, to: &mut String) {
        match self {
            Node::Dict(it) => (true.put(to), it.put(to)),
            Node::Value(it) => (false.put(to), it.put(to)),
        };
    }

    fn take(from: &mut Reader<'_>) -> Self {
        match bool::take(from) {
            true => Node::Dict(Plain::take(from)),
            false => Node::Value(Plain::take(from)),
        }
    }
}

/// What is pasted is in one text, whose path is always the same. Variables are named beside it.
impl Plain for Origin<'_> {
    fn put(&self, to: &mut String) {
        match self {
            Origin::Settings { place, .. } => place.put(to),
            _ => Place::NONE.put(to),
        }
    }

    fn take(from: &mut Reader<'_>) -> Self {
        Origin::Settings { path: Preset::PATH, place: Plain::take(from) }
    }
}

impl<'a> Plain for Value<'a> {
    fn put(&self, to: &mut String) {
        let mut put = |number: usize, it: &dyn Fn(&mut String)| {
            number.put(to);
            it(to);
        };
        match self {
            // No text holds a value of the last kind.
            Value::None | Value::Account => put(0, &|_| {}),
            Value::Bool(it) => put(1, &|to| it.put(to)),
            Value::Int(it) => put(2, &|to| it.put(to)),
            Value::BigInt(it) => put(3, &|to| it.put(to)),
            Value::Float(it) => put(4, &|to| it.put(to)),
            Value::Str(it) => put(5, &|to| it.put(to)),
            Value::Path(it) => put(6, &|to| it.put(to)),
            Value::List(it) => put(7, &|to| it.put(to)),
            Value::Tuple(it) => put(12, &|to| it.put(to)),
            Value::Dict(it) => put(8, &|to| it.put(to)),
            Value::Secret(it) => put(9, &|to| it.put(to)),
            Value::Unknown { why } => put(10, &|to| why.put(to)),
            // A character for each byte.
            Value::Bytes(it) => put(11, &|to| {
                it.iter().map(|it| char::from(*it)).collect::<String>().put(to);
            }),
        }
    }

    fn take(from: &mut Reader<'_>) -> Value<'a> {
        match usize::take(from) {
            1 => Value::Bool(Plain::take(from)),
            2 => Value::Int(Plain::take(from)),
            3 => Value::BigInt(Plain::take(from)),
            4 => Value::Float(Plain::take(from)),
            5 => Value::Str(Plain::take(from)),
            6 => Value::Path(Plain::take(from)),
            7 => Value::List(Plain::take(from)),
            12 => Value::Tuple(Plain::take(from)),
            8 => Value::Dict(Plain::take(from)),
            9 => Value::Secret(Plain::take(from)),
            10 => Value::Unknown { why: Plain::take(from) },
            11 => Value::Bytes(text(from).chars().map(|it| it as u8).collect::<Vec<_>>().into()),
            number => {
                if number != 0 {
                    from.fail();
                }
                Value::None
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_reads_back() {
        let values = vec![
            (Value::Str("a:1:é".into()), Some(Span::new(1, 2))),
            (Value::Int(-7), None),
            (Value::Secret(Secret::new(Box::new(Value::Str("hunter2".into())))), None),
            (Value::Dict(vec![("k".into(), Value::List(vec![Value::None]))]), None),
            (Value::Unknown { why: String::new().into() }, None),
            (Value::Bytes(vec![0, 255].into()), None),
        ];
        let text = write(&values);
        assert!(read(&text) == Some(values));
        for end in 0..text.len() {
            let part = text.get(..end).unwrap_or("");
            assert!(read::<Vec<(Value<'static>, Option<Span>)>>(part).is_none(), "{end}");
        }
        assert!(read::<Vec<String>>("-1:").is_some_and(|it| it.is_empty()));
        assert!(read::<String>("-1:").is_none() && read::<bool>("x:").is_none());
    }
}
