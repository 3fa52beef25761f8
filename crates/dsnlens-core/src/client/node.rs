//! What the drivers for Node.js share: URLs as `URL` reads them, ports as `net` takes them, and
//! TLS as `tls` verifies it.

use alloc::string::{String, ToString};

use super::reading::Reading;
use crate::ledger::{LineId, Value};
use crate::refusal::Refusal;
use crate::secret::Text;
use crate::syntax::Slice;
use crate::syntax::url::Edited;
use crate::tls::TlsMode;
use crate::tls::{Attempt, Setback, Verification};

/// Node's switch for every certificate: `0` accepts any. `lib/_tls_wrap.js`, `tls.connect()`.
const REJECT: &str = "NODE_TLS_REJECT_UNAUTHORIZED";

/// The row of a table.
pub(super) const fn mode(
    name: &'static str,
    attempts: &'static [Attempt],
    falls_back: &'static [Setback],
    verifies: Verification,
) -> TlsMode {
    TlsMode { name, attempts, falls_back, verifies: [verifies, verifies] }
}

impl<'a> Reading<'_, 'a> {
    /// `new URL(…)` throws.
    pub(super) fn invalid_url(&self) -> Refusal<'a> {
        self.refuse("TypeError", Text::plain("Invalid URL"), Slice::whole(self.source.text()))
    }

    /// `decodeURI(…)` or `decodeURIComponent(…)` throws.
    pub(super) fn malformed(&self, edited: &Edited<'_>, slice: Slice<'_>) -> Refusal<'a> {
        self.refuse("URIError", Text::plain("URI malformed"), edited.original(slice))
    }

    /// `net.connect({port})` of Node 20 with a port that is not a number (`NaN`), or is out of range.
    pub(super) fn bad_port(&self) -> Option<Refusal<'a>> {
        let received = match parse_int(self.get("port")?) {
            Some(port) if (0..65_536).contains(&port) => return None,
            Some(port) => port.to_string(),
            None => "NaN".into(),
        };
        let is_secret = self.line("port").is_some_and(|it| it.value.is_secret());
        self.refuse_value("RangeError", "port", |_| {
            let text = Text::plain("Port should be >= 0 and < 65536. Received type number (");
            let text = match is_secret {
                true => text.and_hidden(received),
                false => text.and(received),
            };
            text.and(").")
        })
    }

    /// Whether Node accepts any certificate; the line that says so.
    pub(super) fn accepts_any(&mut self) -> Option<&'static str> {
        if self.inputs().get(REJECT) != Some("0") {
            return None;
        }
        self.fill_from(REJECT, REJECT);
        Some(REJECT)
    }

    /// The user's name is the database's where none is given.
    pub(super) fn default_database(&mut self) -> Option<LineId> {
        let user = self.line("user").map(|it| it.value.clone());
        self.default("dbname", user.unwrap_or(Value::Account));
        self.winner("dbname")
    }
}

/// `parseInt(text, 10)`, as far as ports need it; `None` for `NaN`.
pub(super) fn parse_int(text: &str) -> Option<i64> {
    let text = text.trim_start();
    let (is_negative, digits) = match text.strip_prefix('-') {
        Some(digits) => (true, digits),
        None => (false, text.strip_prefix('+').unwrap_or(text)),
    };
    let end = digits.find(|c: char| !c.is_ascii_digit()).unwrap_or(digits.len());
    let digits: String = digits.chars().take(end).collect();
    if digits.is_empty() {
        return None;
    }
    let number = digits.parse().unwrap_or(i64::MAX);
    Some(if is_negative { -number } else { number })
}
