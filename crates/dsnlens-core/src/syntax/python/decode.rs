//! The text of a `UnicodeDecodeError`.

use alloc::string::String;

/// `str(error)` for bytes that are no UTF-8; empty where they are.
pub fn decode_error(bytes: &[u8]) -> String {
    let Err(error) = core::str::from_utf8(bytes) else { return String::new() };
    let start = error.valid_up_to();
    let first = bytes.get(start).copied().unwrap_or(0);
    let (length, reason) = match error.error_len() {
        None => (bytes.len() - start, "unexpected end of data"),
        Some(1) if !matches!(first, 0xc2..=0xf4) => (1, "invalid start byte"),
        Some(length) => (length, "invalid continuation byte"),
    };
    match length {
        1 => alloc::format!(
            "'utf-8' codec can't decode byte 0x{first:02x} in position {start}: {reason}"
        ),
        _ => alloc::format!(
            "'utf-8' codec can't decode bytes in position {start}-{}: {reason}",
            start + length - 1
        ),
    }
}
