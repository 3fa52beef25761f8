//! JSON that is safe to look at: what cannot be seen is written as `\u….`

use std::fmt::Write;

use crate::visible::is_hidden;

/// `value` on one line.
pub(crate) fn compact(value: &impl serde::Serialize) -> String {
    visible(serde_json::to_string(value).expect("every key is a string"))
}

/// `value` over many lines, for a person.
pub(crate) fn pretty(value: &impl serde::Serialize) -> String {
    visible(serde_json::to_string_pretty(value).expect("every key is a string"))
}

/// The same JSON. serde_json escapes the control characters of ASCII but for DEL; whatever else
/// there is to hide behind can only stand in a string, where JSON has an escape for it.
fn visible(json: String) -> String {
    if json.bytes().all(|it| it.is_ascii() && it != 0x7f) {
        return json;
    }
    let mut escaped = String::with_capacity(json.len());
    for c in json.chars() {
        // The line ends are the layout's own.
        if c == '\n' || !is_hidden(c) {
            escaped.push(c);
            continue;
        }
        for unit in c.encode_utf16(&mut [0; 2]) {
            write!(escaped, "\\u{unit:04x}").expect("a string takes everything");
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hidden_characters_are_escaped_and_mean_the_same() {
        let text = "a\u{7f}\u{9b}\u{202e}é\u{e0041}\u{1b}";
        let json = compact(&[text]);
        assert_eq!(json, r#"["a\u007f\u009b\u202eé\udb40\udc41\u001b"]"#);
        assert_eq!(serde_json::from_str::<[String; 1]>(&json).unwrap(), [text]);
        assert_eq!(pretty(&[text]), json.replace('[', "[\n  ").replace(']', "\n]"));
    }
}
