//! Base64, as a Kubernetes Secret holds it.

use alloc::string::String;
use alloc::vec::Vec;

/// The text that `encoded` stands for, blanks and line ends aside; `None` where it is none.
pub(super) fn decode(encoded: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(encoded.len() / 4 * 3);
    let (mut bits, mut count, mut padding) = (0_u32, 0, 0);
    for byte in encoded.bytes().filter(|it| !it.is_ascii_whitespace()) {
        let sextet = match byte {
            b'=' => {
                padding += 1;
                continue;
            }
            _ if padding > 0 => return None,
            b'A'..=b'Z' => byte - b'A',
            b'a'..=b'z' => byte - b'a' + 26,
            b'0'..=b'9' => byte - b'0' + 52,
            b'+' => 62,
            b'/' => 63,
            _ => return None,
        };
        bits = (bits << 6 | u32::from(sextet)) & 0xff_ffff;
        count += 1;
        if count % 4 != 1 {
            let [.., byte] = (bits >> (6 - 2 * ((count - 1) % 4))).to_be_bytes();
            bytes.push(byte);
        }
    }
    let is_whole = count % 4 != 1 && (padding == 0 || (count + padding) % 4 == 0);
    is_whole.then(|| String::from_utf8(bytes).ok()).flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_standard_encodes_is_decoded() {
        for (text, encoded) in [
            ("", ""),
            ("f", "Zg=="),
            ("fo", "Zm8="),
            ("foo", "Zm9v"),
            ("foob", "Zm9vYg=="),
            ("fooba", "Zm9vYmE="),
            ("foobar", "Zm9vYmFy"),
            ("é\n", "w6kK"),
            ("foobar", "Zm9v\n  YmFy\n"),
            ("fo", "Zm8"),
        ] {
            assert_eq!(decode(encoded).as_deref(), Some(text), "{encoded}");
        }
        for encoded in ["Z", "Zg=", "Zm9vZ", "postgres://h", "Zg==Zg==", "/w=="] {
            assert_eq!(decode(encoded), None, "{encoded}");
        }
    }
}
