//! Values as Python has them: `str()`, `repr()` and `int()`.

use alloc::borrow::Cow;
use alloc::string::{String, ToString};
use alloc::vec::Vec;

use crate::ledger::Value;
use crate::secret::{Secret, Text};
use crate::syntax::python::{self, Int, repr};

/// `int(text)`: `None` where Python raises `ValueError`.
pub fn parse_int(text: &str) -> Option<Value<'static>> {
    python::parse_int(text).map(|it| match it {
        Int::Small(number) => Value::Int(number),
        Int::Big(digits) => Value::BigInt(digits),
    })
}

impl<'a> Value<'a> {
    /// `str(value)`, secret where it is.
    pub fn to_text(&self) -> Text<'a> {
        let text = value_str(self);
        match self.is_secret() {
            true => Text::default().and_secret(Secret::new(text)),
            false => Text::plain(text),
        }
    }
}

/// `str(value)`, secrets included.
pub fn value_str<'a>(value: &Value<'a>) -> Cow<'a, str> {
    match value {
        Value::Str(text) | Value::Path(text) => text.clone(),
        Value::Secret(secret) => value_str(secret.reveal()),
        // Whoever may meet one asks first.
        Value::Account | Value::Unknown { .. } => Cow::Borrowed(""),
        Value::Bytes(bytes) => Cow::Owned(String::from_utf8_lossy(bytes).into_owned()),
        other => Cow::Owned(value_repr(other)),
    }
}

/// `repr(value)`, secrets included.
pub fn value_repr(value: &Value<'_>) -> String {
    match value {
        Value::Int(number) => number.to_string(),
        Value::Bool(_) | Value::BigInt(_) => value.to_string(),
        Value::Str(text) => repr(text),
        Value::Secret(secret) => value_repr(secret.reveal()),
        Value::Account | Value::Unknown { .. } => String::from("…"),
        Value::Bytes(bytes) => alloc::format!("b'{}'", bytes.escape_ascii()),
        Value::List(values) => {
            let values: Vec<_> = values.iter().map(value_repr).collect();
            alloc::format!("[{}]", values.join(", "))
        }
        Value::Tuple(values) => {
            let comma = if values.len() == 1 { "," } else { "" };
            let values: Vec<_> = values.iter().map(value_repr).collect();
            alloc::format!("({}{comma})", values.join(", "))
        }
        Value::Dict(entries) => {
            let entries = entries.iter();
            let entries: Vec<_> = entries
                .map(|(key, value)| alloc::format!("{}: {}", repr(key), value_repr(value)))
                .collect();
            alloc::format!("{{{}}}", entries.join(", "))
        }
        Value::Float(text) => String::from(&**text),
        Value::None => String::from("None"),
        Value::Path(text) => alloc::format!("PosixPath({})", repr(text)),
    }
}
