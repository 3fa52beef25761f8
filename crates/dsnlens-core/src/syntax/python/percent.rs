//! `urllib.parse.unquote` and `parse_qs`.

use alloc::borrow::Cow;
use alloc::string::String;
use alloc::vec::Vec;

use crate::syntax::{Places, Slice};

/// `unquote(text)`: each run of ASCII is decoded on its own, a malformed `%` stays, bytes that
/// are no UTF-8 become U+FFFD, and `+` is a plus sign.
pub fn unquote(text: &str) -> Cow<'_, str> {
    if !text.contains('%') {
        return Cow::Borrowed(text);
    }
    let mut decoded = String::with_capacity(text.len());
    let mut rest = text;
    while !rest.is_empty() {
        let ascii = rest.find(|c: char| !c.is_ascii()).unwrap_or(rest.len());
        let (run, behind) = rest.split_at_checked(ascii).unwrap_or((rest, ""));
        decoded.push_str(&String::from_utf8_lossy(&decode(run.as_bytes())));
        let other = behind.find(|c: char| c.is_ascii()).unwrap_or(behind.len());
        let (run, behind) = behind.split_at_checked(other).unwrap_or((behind, ""));
        decoded.push_str(run);
        rest = behind;
    }
    Cow::Owned(decoded)
}

/// `quote(text, safe="")`: all but letters, digits and `_.-~` as the bytes of their UTF-8.
pub fn quote(text: &str) -> String {
    quote_but(text, b"_.-~")
}

/// The same with other characters that stay, beside letters and digits.
pub fn quote_but(text: &str, kept: &[u8]) -> String {
    let mut quoted = String::with_capacity(text.len());
    for byte in text.bytes() {
        match byte.is_ascii_alphanumeric() || kept.contains(&byte) {
            true => quoted.push(byte.into()),
            false => {
                let digit = |it: u8| char::from_digit(it.into(), 16).unwrap_or('0');
                quoted.push('%');
                quoted.extend([byte >> 4, byte & 15].map(|it| digit(it).to_ascii_uppercase()));
            }
        }
    }
    quoted
}

/// `unquote(text.replace('+', ' '))`, as a query is read.
pub fn unquote_plus(text: &str) -> Cow<'_, str> {
    match text.contains('+') {
        false => unquote(text),
        true => Cow::Owned(unquote(&text.replace('+', " ")).into_owned()),
    }
}

/// The bytes that a percent-encoded text stands for; a malformed `%` stays.
#[cfg(feature = "clients")]
pub fn unquote_to_bytes(text: &str) -> Vec<u8> {
    decode(text.as_bytes())
}

fn decode(run: &[u8]) -> Vec<u8> {
    let mut decoded = Vec::with_capacity(run.len());
    let mut rest = run;
    loop {
        match rest {
            [] => return decoded,
            [b'%', high, low, behind @ ..]
                if high.is_ascii_hexdigit() && low.is_ascii_hexdigit() =>
            {
                decoded.push(hex(*high) << 4 | hex(*low));
                rest = behind;
            }
            [byte, behind @ ..] => {
                decoded.push(*byte);
                rest = behind;
            }
        }
    }
}

const fn hex(digit: u8) -> u8 {
    match digit {
        b'0'..=b'9' => digit - b'0',
        _ => (digit | 0x20) - b'a' + 10,
    }
}

/// The values of one name in a query, in the order written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct QueryItem<'s> {
    /// The name as first written.
    pub written: Slice<'s>,
    /// The name, decoded.
    pub name: Cow<'s, str>,
    /// The values as written, still encoded; at least one.
    pub values: Vec<Slice<'s>>,
}

/// Up to so many names are compared one by one; a map of them costs more than it saves.
const FEW_NAMES: usize = 16;

/// `parse_qs(query)`: pieces between `&`; those without `=` or with an empty value are dropped.
///
/// What is dropped comes second, as written.
pub fn parse_qs<'s>(query: Slice<'s>) -> (Vec<QueryItem<'s>>, Vec<Slice<'s>>) {
    let mut items: Vec<QueryItem<'s>> = Vec::new();
    let mut places = Places::new();
    let mut dropped = Vec::new();
    for piece in query.split('&') {
        match piece.split_once('=') {
            Some((written, value)) if !value.is_empty() => {
                let name = unquote_plus(written.text);
                let known = match items.len() <= FEW_NAMES {
                    true => items.iter().position(|it| it.name == name),
                    false => places.get(&name).copied(),
                };
                match known.and_then(|place| items.get_mut(place)) {
                    Some(item) => item.values.push(value),
                    None => items.push(QueryItem { written, name, values: alloc::vec![value] }),
                }
                if items.len() > FEW_NAMES {
                    let new = items.iter().enumerate().skip(places.len());
                    places.extend(new.map(|(place, it)| (it.name.clone(), place)));
                }
            }
            _ if piece.is_empty() => {}
            _ => dropped.push(piece),
        }
    }
    (items, dropped)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_malformed_percent_stays() {
        for (text, decoded) in [
            ("a%20b", "a b"),
            ("100%", "100%"),
            ("%zz%4", "%zz%4"),
            ("a+b", "a+b"),
            ("%C3%A9é%c3", "éé\u{fffd}"),
            ("%ED%A0%80", "\u{fffd}\u{fffd}\u{fffd}"),
            ("é%C3é%A9", "é\u{fffd}é\u{fffd}"),
        ] {
            assert_eq!(unquote(text), decoded);
        }
        assert_eq!(unquote_plus("a+b%2B"), "a b+");
        assert_eq!(quote("a~/é %"), "a~%2F%C3%A9%20%25");
    }

    #[test]
    fn blank_and_bare_items_are_dropped() {
        let (items, dropped) = parse_qs(Slice::whole("a=1&b=&c&&a=2&=v&d=x=y;e=z"));
        let read: Vec<_> = items
            .iter()
            .map(|it| (&*it.name, it.values.iter().map(|it| it.text).collect::<Vec<_>>()))
            .collect();
        let expected =
            [("a", alloc::vec!["1", "2"]), ("", alloc::vec!["v"]), ("d", alloc::vec!["x=y;e=z"])];
        assert_eq!(read, expected);
        assert_eq!(dropped.iter().map(|it| it.text).collect::<Vec<_>>(), ["b=", "c"]);
    }
}
