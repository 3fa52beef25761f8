//! `int(str)` and `str.isdigit()`, with Unicode's digits.

use alloc::string::String;

/// First code points of the 66 runs of decimal digits (`Nd`) in Unicode 14, ascending.
const DECIMAL_ZEROS: [u32; 66] = [
    0x0030, 0x0660, 0x06F0, 0x07C0, 0x0966, 0x09E6, 0x0A66, 0x0AE6, 0x0B66, 0x0BE6, 0x0C66, 0x0CE6,
    0x0D66, 0x0DE6, 0x0E50, 0x0ED0, 0x0F20, 0x1040, 0x1090, 0x17E0, 0x1810, 0x1946, 0x19D0, 0x1A80,
    0x1A90, 0x1B50, 0x1BB0, 0x1C40, 0x1C50, 0xA620, 0xA8D0, 0xA900, 0xA9D0, 0xA9F0, 0xAA50, 0xABF0,
    0xFF10, 0x104A0, 0x10D30, 0x11066, 0x110F0, 0x11136, 0x111D0, 0x112F0, 0x11450, 0x114D0,
    0x11650, 0x116C0, 0x11730, 0x118E0, 0x11950, 0x11C50, 0x11D50, 0x11DA0, 0x16A60, 0x16AC0,
    0x16B50, 0x1D7CE, 0x1D7D8, 0x1D7E2, 0x1D7EC, 0x1D7F6, 0x1E140, 0x1E2F0, 0x1E950, 0x1FBF0,
];

/// The 128 code points that are `isdigit()` and no decimal digits (superscripts, circled digits
/// and the like), as ranges, ascending.
const OTHER_DIGITS: [(u32, u32); 20] = [
    (0x00B2, 0x00B3),
    (0x00B9, 0x00B9),
    (0x1369, 0x1371),
    (0x19DA, 0x19DA),
    (0x2070, 0x2070),
    (0x2074, 0x2079),
    (0x2080, 0x2089),
    (0x2460, 0x2468),
    (0x2474, 0x247C),
    (0x2488, 0x2490),
    (0x24EA, 0x24EA),
    (0x24F5, 0x24FD),
    (0x24FF, 0x24FF),
    (0x2776, 0x277E),
    (0x2780, 0x2788),
    (0x278A, 0x2792),
    (0x10A40, 0x10A43),
    (0x10E60, 0x10E68),
    (0x11052, 0x1105A),
    (0x1F100, 0x1F10A),
];

/// CPython's limit against quadratic conversions (`sys.int_info.default_max_str_digits`).
pub(crate) const MAX_DIGITS: usize = 4300;

/// An `int`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Int {
    /// One that fits 64 bits.
    Small(i64),
    /// Any other, in decimal digits with an optional minus sign.
    Big(String),
}

/// `int(text)`: `None` where Python raises `ValueError`.
///
/// White space around it, one sign, single underscores between digits, any decimal digits.
pub fn parse_int(text: &str) -> Option<Int> {
    // Of the characters that `str.isspace()` knows, `int` does not strip U+001C..U+001F.
    let text = text.trim_matches(char::is_whitespace);
    let (is_negative, digits) = match text.strip_prefix('-') {
        Some(digits) => (true, digits),
        None => (false, text.strip_prefix('+').unwrap_or(text)),
    };
    let mut decimal = String::new();
    let mut after_digit = false;
    for c in digits.chars() {
        match decimal_digit(c) {
            Some(digit) => {
                decimal.push(char::from(b'0' + digit));
                after_digit = true;
            }
            None if c == '_' && after_digit => after_digit = false,
            None => return None,
        }
    }
    if !after_digit || decimal.len() > MAX_DIGITS {
        return None;
    }
    Some(number(is_negative, decimal.trim_start_matches('0')))
}

fn number(is_negative: bool, digits: &str) -> Int {
    let sign = if is_negative && !digits.is_empty() { "-" } else { "" };
    let text = alloc::format!("{sign}{}", if digits.is_empty() { "0" } else { digits });
    match text.parse() {
        Ok(number) => Int::Small(number),
        Err(_) => Int::Big(text),
    }
}

/// `text.isdigit()`: not empty, and nothing but digits, some of which `int` does not take.
pub fn isdigit(text: &str) -> bool {
    !text.is_empty()
        && text.chars().all(|c| {
            decimal_digit(c).is_some()
                || OTHER_DIGITS.iter().any(|&(first, last)| (first..=last).contains(&u32::from(c)))
        })
}

pub(super) fn decimal_digit(c: char) -> Option<u8> {
    if c.is_ascii() {
        return c.is_ascii_digit().then(|| c as u8 - b'0');
    }
    let c = u32::from(c);
    let run = DECIMAL_ZEROS.partition_point(|&zero| zero <= c).checked_sub(1)?;
    let value = c.checked_sub(*DECIMAL_ZEROS.get(run)?)?;
    u8::try_from(value).ok().filter(|&value| value < 10)
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::string::ToString;

    #[track_caller]
    fn check(text: &str, expected: Option<&str>) {
        let found = parse_int(text).map(|it| match it {
            Int::Small(number) => number.to_string(),
            Int::Big(digits) => digits,
        });
        assert_eq!(found.as_deref(), expected, "{text:?}");
    }

    #[test]
    fn what_int_takes() {
        check("0123", Some("123"));
        check(" +1_000\u{a0}", Some("1000"));
        check("-0", Some("0"));
        check("٣", Some("3"));
        check("9223372036854775808", Some("9223372036854775808"));
        check(&"0".repeat(4300), Some("0"));
        for text in ["", "-", "1__0", "_1", "1_", "1 0", "0x1", "²", "+-1", "\u{1c}5", "1.0"] {
            check(text, None);
        }
        check(&"1".repeat(4301), None);
    }

    #[test]
    fn what_isdigit_takes() {
        assert!(isdigit("12²①٣"));
        assert!(!isdigit("") && !isdigit("-1") && !isdigit("1_0") && !isdigit("½"));
    }
}
