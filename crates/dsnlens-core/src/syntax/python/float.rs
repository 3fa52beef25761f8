//! `float(str)`, as far as the question whether it gives a finite number.

use alloc::string::String;

use super::int::decimal_digit;

/// Whether `int(float(text))` works: a decimal number, neither infinite nor `nan`.
pub fn is_finite_float(text: &str) -> bool {
    let text = text.trim_matches(char::is_whitespace);
    // Underscores stand between digits only.
    let is_digit = |c: Option<char>| c.is_some_and(|c| decimal_digit(c).is_some());
    let mut plain = String::with_capacity(text.len());
    let mut previous = None;
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        match decimal_digit(c) {
            Some(digit) => plain.push(char::from(b'0' + digit)),
            None if c == '_' => {
                if !is_digit(previous) || !is_digit(chars.peek().copied()) {
                    return false;
                }
            }
            None => plain.push(c),
        }
        previous = Some(c);
    }
    is_decimal_below_infinity(&plain)
}

/// The first digits from which on a number rounds to infinity: those of 2^1024 - 2^970, of 309.
const INFINITY: &str = "1797693134862315807937289714053034150799";

/// The grammar of a decimal number, and its size. `str::parse::<f64>` would do, but brings tables
/// that weigh more than a tenth of the page.
fn is_decimal_below_infinity(text: &str) -> bool {
    let text = text.strip_prefix(['+', '-']).unwrap_or(text);
    let (mantissa, exponent) = match text.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (mantissa, Some(exponent)),
        None => (text, None),
    };
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let is_digits = |it: &str| it.bytes().all(|it| it.is_ascii_digit());
    let Some(exponent) = exponent.map_or(Some(0), read_exponent) else { return false };
    if whole.len() + fraction.len() == 0 || !is_digits(whole) || !is_digits(fraction) {
        return false;
    }
    // The value is 0.DIGITS times ten to the power of `point`.
    let whole = whole.trim_start_matches('0');
    let zeros = fraction.len() - fraction.trim_start_matches('0').len();
    let point = match whole.len() {
        0 => exponent - zeros as i64,
        length => exponent + length as i64,
    };
    let digits = whole.bytes().chain(fraction.bytes()).skip_while(|it| *it == b'0');
    let is_zero = digits.clone().next().is_none();
    is_zero || point < 309 || (point == 309 && digits.lt(INFINITY.bytes()))
}

/// A signed whole number; one that no number of digits makes up for, where it is too large.
fn read_exponent(text: &str) -> Option<i64> {
    let digits = text.strip_prefix(['+', '-']).unwrap_or(text);
    if digits.is_empty() || !digits.bytes().all(|it| it.is_ascii_digit()) {
        return None;
    }
    let size = digits.trim_start_matches('0');
    let size = if size.len() > 15 { 1_000_000_000_000_000 } else { size.parse().unwrap_or(0) };
    Some(if text.starts_with('-') { -size } else { size })
}

#[cfg(test)]
mod tests {
    use super::is_finite_float;

    #[test]
    fn what_int_of_float_takes() {
        for text in [
            "10",
            " 1.5 ",
            "1_0",
            "+.5e1",
            "-3",
            "1e5",
            "٣",
            "5.",
            "99999999999",
            "1.7976931348623157e308",
            "0e999",
            "000.001e310",
        ] {
            assert!(is_finite_float(text), "{text}");
        }
        for text in [
            "",
            "abc",
            "10s",
            "nan",
            "inf",
            "-Infinity",
            "1__0",
            "_1",
            "1e400",
            "0x10",
            "True",
            ".",
            "1e",
            "1e+",
            "1.7976931348623159e308",
            "2e308",
        ] {
            assert!(!is_finite_float(text), "{text}");
        }
    }
}
