//! `convertURL()` and `fromDSN()`: the settings of a connection string.
//!
//! A URL becomes settings that are sorted as texts, `host='a'` before `host='b'`, of which the last
//! counts.

use alloc::borrow::Cow;
use alloc::collections::BTreeMap;
use alloc::string::{String, ToString};
use alloc::vec::Vec;

use super::fields::FIELDS;
use crate::client::go::runes;
use crate::client::reading::Reading;
use crate::ledger::{Key, LineId};
use crate::refusal::Refusal;
use crate::secret::Text;
use crate::syntax::Slice;
use crate::syntax::url::go::{self, Part, parse, split_host_port};
use crate::syntax::url::go_keyvalue::{self, KeyvalueProblem};

/// A setting, and where its name and its value are written.
struct Setting<'t> {
    key: Cow<'t, str>,
    name: Slice<'t>,
    value: Cow<'t, str>,
    slice: Slice<'t>,
}

pub(super) fn read_url<'a>(reading: &mut Reading<'_, 'a>, raw: &'a str) -> Result<(), Refusal<'a>> {
    let url = match parse(raw) {
        Ok(url) => url,
        Err(error) => {
            let (parsed, fragment) = Slice::whole(raw).partition('#');
            let is_fragment = error.at.at >= fragment.at && !fragment.is_empty();
            let quoted = if is_fragment { Slice::whole(raw) } else { parsed };
            let text = Text::plain("parse ").and_text(reading.go_quote(quoted)).and(": ");
            let text = text.and_text(reading.go_error(&error));
            return Err(reading.refuse("url.Error", text, error.at));
        }
    };
    let mut settings: Vec<(String, Setting<'_>)> = Vec::new();
    let own = |key: &'static str, slice: Slice<'a>, bytes: &[u8]| {
        let value = Cow::Owned(runes(bytes).into_owned());
        Setting { key: Cow::Borrowed(key), name: slice.before(), value, slice }
    };
    let mut found = Vec::new();
    for (key, part) in [("user", &url.user), ("password", &url.password)] {
        if let Some(Part { slice, bytes }) = part {
            found.push(own(key, *slice, bytes));
        }
    }
    let host = url.host.slice;
    match split_host_port(&url.host.bytes) {
        Ok((name, port)) => {
            let (named, written) = host.split_at(host.text.rfind(':').unwrap_or(0));
            found.push(own("host", named, name));
            found.push(own("port", written.strip_prefix(":").unwrap_or(written), port));
        }
        Err(_) => found.push(own("host", host, &url.host.bytes)),
    }
    let path = url.path.slice;
    let database = url.path.bytes.get(1..).unwrap_or(&[]);
    found.push(own("dbname", path.strip_prefix("/").unwrap_or(path), database));
    let mut seen = BTreeMap::new();
    for setting in go::query(url.query.unwrap_or_default()) {
        let (name, slice) = (setting.name.slice, setting.value.slice);
        let key: Cow<'_, str> = Cow::Owned(runes(&setting.name.bytes).into_owned());
        let is_first = setting.is_dropped || seen.insert(key.clone(), ()).is_none();
        let reason = match () {
            () if setting.is_dropped => "net/url leaves it out: it has a `;` or a malformed code",
            () if !is_first => "an earlier one of this name counts",
            () => {
                let value = Cow::Owned(runes(&setting.value.bytes).into_owned());
                found.push(Setting { key, name, value, slice });
                continue;
            }
        };
        let key = reading.key(name, Cow::Owned(key.into_owned()));
        reading.ignore(key, slice, Cow::Borrowed(slice.text), reason);
    }
    for setting in found {
        let Setting { key, name, value, slice } = &setting;
        if value.is_empty() {
            if !key.is_empty() && !slice.is_empty() | !name.is_empty() {
                let key = reading.key(*name, Cow::Owned(key.clone().into_owned()));
                reading.ignore(key, *slice, Cow::Borrowed(""), "is empty");
            }
            continue;
        }
        let escaped = value.replace('\\', "\\\\").replace('\'', "\\'");
        settings.push((alloc::format!("{key}='{escaped}'"), setting));
    }
    settings.sort_by(|one, other| one.0.cmp(&other.0));
    let mut writer = Writer::default();
    for (text, setting) in settings {
        let is_plain = !setting.key.contains(|c: char| c == '=' || c.is_whitespace());
        if is_plain {
            writer.set(reading, setting);
            continue;
        }
        let (name, slice) = (setting.name, setting.slice);
        match go_keyvalue::pq(&text) {
            Ok(read) => {
                for it in read {
                    let key = Cow::Owned(it.key.text.to_string());
                    let value = Cow::Owned(it.value.into_owned());
                    writer.set(reading, Setting { key, name, value, slice });
                }
            }
            Err((problem, at)) => return Err(refuse(reading, problem, name, at.text)),
        }
    }
    writer.finish(reading);
    Ok(())
}

pub(super) fn read_keyvalue<'a>(
    reading: &mut Reading<'_, 'a>,
    raw: &'a str,
) -> Result<(), Refusal<'a>> {
    let settings = match go_keyvalue::pq(raw) {
        Ok(settings) => settings,
        Err((problem, at)) => return Err(refuse(reading, problem, at, at.text)),
    };
    let mut writer = Writer::default();
    for it in settings {
        let key = Cow::Borrowed(it.key.text);
        let setting = Setting { key, name: it.key, value: it.value, slice: it.written };
        writer.set(reading, setting);
    }
    writer.finish(reading);
    Ok(())
}

/// An error of `fromDSN()` about what stands at `slice`; `key` is quoted.
fn refuse<'a>(
    reading: &Reading<'_, 'a>,
    problem: KeyvalueProblem,
    slice: Slice<'_>,
    key: &str,
) -> Refusal<'a> {
    let text = match problem {
        KeyvalueProblem::NoSetting => {
            let quoted = match slice.text == key {
                true => reading.go_quote(slice),
                false if reading.source.touches_secret(slice) => {
                    Text::plain("\"").and_hidden(go::quote_inner(key)).and("\"")
                }
                false => Text::plain(go::quote(key)),
            };
            let text = Text::plain("missing \"=\" after ").and_text(quoted);
            text.and(" in connection info string")
        }
        KeyvalueProblem::DanglingBackslash => Text::plain("missing character after backslash"),
        KeyvalueProblem::Unterminated => {
            Text::plain("unterminated quoted string literal in connection string")
        }
    };
    reading.refuse("error", text, slice)
}

/// Writes settings, of which the last of a name counts.
#[derive(Default)]
struct Writer<'t> {
    sent: BTreeMap<String, LineId>,
    database: Option<Setting<'t>>,
}

impl<'t> Writer<'t> {
    fn set(&mut self, reading: &mut Reading<'_, '_>, setting: Setting<'t>) {
        // Taken after everything else, instead of `dbname`.
        if setting.key == "database" {
            self.database = Some(setting);
            return;
        }
        let Setting { key, name, value, slice } = setting;
        let value = if value == slice.text { Cow::Borrowed(slice.text) } else { value };
        let value = match value {
            Cow::Borrowed(text) if text.len() == slice.text.len() && text != slice.text => {
                Cow::Owned(text.to_string())
            }
            value => value,
        };
        if let Some(field) = FIELDS.iter().find(|it| it.keyword == key) {
            reading.set(Key::Keyword(field.keyword), slice, value);
            return;
        }
        let spelling = key.into_owned();
        let key = reading.key(name, Cow::Owned(spelling.clone()));
        let line = reading.send(key, slice, value);
        if let Some(loser) = self.sent.insert(spelling, line) {
            reading.replace(loser, line);
        }
    }

    fn finish(self, reading: &mut Reading<'_, '_>) {
        if let Some(Setting { value, slice, .. }) = self.database {
            reading.set(Key::Keyword("dbname"), slice, Cow::Owned(value.into_owned()));
        }
    }
}
