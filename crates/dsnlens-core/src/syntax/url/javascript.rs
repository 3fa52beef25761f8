//! ECMAScript's functions for URIs: `encodeURI`, `decodeURI` and `decodeURIComponent`.
//!
//! ECMA-262, 19.2.6 "URI Handling Functions".

use alloc::borrow::Cow;
use alloc::string::String;
use alloc::vec::Vec;

use super::Edited;

/// `decodeURIComponent(text)`; `None` where it throws "URIError: URI malformed".
pub fn decode_uri_component(text: &str) -> Option<Cow<'_, str>> {
    decode(text, "")
}

/// `decodeURI(text)`, which leaves the codes of characters that separate parts of a URI.
pub fn decode_uri(text: &str) -> Option<Cow<'_, str>> {
    decode(text, ";/?:@&=+$,#")
}

fn decode<'t>(text: &'t str, kept: &str) -> Option<Cow<'t, str>> {
    if !text.contains('%') {
        return Some(Cow::Borrowed(text));
    }
    let mut decoded = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    loop {
        match rest {
            [] => return String::from_utf8(decoded).ok().map(Cow::Owned),
            [b'%', high, low, behind @ ..] => {
                let byte = byte(*high, *low)?;
                match kept.bytes().any(|it| it == byte) {
                    true => decoded.extend([b'%', *high, *low]),
                    false => decoded.push(byte),
                }
                rest = behind;
            }
            [b'%', ..] => return None,
            [byte, behind @ ..] => {
                decoded.push(*byte);
                rest = behind;
            }
        }
    }
}

/// The byte of two hexadecimal digits.
pub(crate) fn byte(high: u8, low: u8) -> Option<u8> {
    let digit = |it: u8| char::from(it).to_digit(16);
    u8::try_from(digit(high)? << 4 | digit(low)?).ok()
}

/// `encodeURI(text)`, with `kept` asked whether a `%` before this text stays.
pub fn encode_uri(text: Edited<'_>, kept: impl Fn(&str) -> bool) -> Edited<'_> {
    text.edit(|rest| {
        let c = rest.text.chars().next()?;
        let is_left = c.is_ascii_alphanumeric() || ";/?:@&=+$,#-_.!~*'()".contains(c);
        if is_left || (c == '%' && kept(rest.text.get(1..).unwrap_or(""))) {
            return None;
        }
        let mut bytes = [0; 4];
        let bytes = c.encode_utf8(&mut bytes).bytes();
        Some((c.len_utf8(), Cow::Owned(bytes.flat_map(escape).collect())))
    })
}

/// `%` and the two digits of a byte.
pub(crate) fn escape(byte: u8) -> [char; 3] {
    let digit = |it: u8| char::from_digit(it.into(), 16).unwrap_or('0').to_ascii_uppercase();
    ['%', digit(byte >> 4), digit(byte & 15)]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_that_separate_are_kept_by_one_of_them() {
        assert_eq!(decode_uri_component("a%2fb%20c").as_deref(), Some("a/b c"));
        assert_eq!(decode_uri("a%2fb%20c%23").as_deref(), Some("a%2fb c%23"));
    }

    #[test]
    fn what_is_malformed_throws() {
        for text in ["100%", "%", "%4", "%zz", "%E9", "%C3é", "%ED%A0%80"] {
            assert_eq!((decode_uri(text), decode_uri_component(text)), (None, None), "{text}");
        }
        assert_eq!(decode_uri_component("%C3%A9é").as_deref(), Some("éé"));
    }

    #[test]
    fn everything_else_is_encoded() {
        let encoded = encode_uri(Edited::new("a[é]% %41"), |rest| rest.starts_with("41"));
        assert_eq!(encoded.text(), "a%5B%C3%A9%5D%25%20%41");
    }
}
