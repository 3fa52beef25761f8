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
    plain.parse::<f64>().is_ok_and(f64::is_finite)
}

#[cfg(test)]
mod tests {
    use super::is_finite_float;

    #[test]
    fn what_int_of_float_takes() {
        for text in ["10", " 1.5 ", "1_0", "+.5e1", "-3", "1e5", "٣", "5.", "99999999999"] {
            assert!(is_finite_float(text), "{text}");
        }
        for text in
            ["", "abc", "10s", "nan", "inf", "-Infinity", "1__0", "_1", "1e400", "0x10", "True"]
        {
            assert!(!is_finite_float(text), "{text}");
        }
    }
}
