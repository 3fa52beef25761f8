//! Short texts about origins, stages and values.

use dsnlens_core::ledger::{Line, Moment, Origin, Stage, Value};
use dsnlens_core::{DjDatabaseUrl, Severity};

use crate::effective::Row;

/// Where a value was written; `text` is that of the settings module, where one was given.
pub(crate) fn origin(origin: &Origin<'_>, text: &str) -> String {
    match origin {
        Origin::Settings { path, place } if place.line > 0 => {
            dsnlens_core::place_shown(path, *place, text)
        }
        Origin::Recipe(expression) => format!("recipe: {expression}"),
        Origin::Derived => "made from another setting".into(),
        origin => origin.to_string().replace('\'', "’"),
    }
}

/// Where the winner was written, over whom it won, and who agreed.
pub(crate) fn provenance(row: &Row<'_, '_>, module: &str) -> String {
    let mut text = row.winner.map_or_else(String::new, |it| origin(&it.origin, module));
    let rivals = names(row.rivals(), module);
    if !rivals.is_empty() {
        text.push_str(if text.is_empty() { "" } else { ", over " });
        text.push_str(&rivals);
    }
    let echoes = names(row.echoes(), module);
    match echoes.is_empty() {
        true => text,
        false => format!("{text}; {echoes} said the same"),
    }
}

fn names<'l, 'a: 'l>(lines: impl Iterator<Item = &'l Line<'a>>, module: &str) -> String {
    let mut names: Vec<String> = lines.map(|it| origin(&it.origin, module)).collect();
    names.dedup();
    names.join(", ")
}

/// A value with its unit. Secrets are masked.
pub(crate) fn value(line: &Line<'_>) -> String {
    let is_seconds = matches!(line.key.keyword(), "CONN_MAX_AGE" | "connect_timeout");
    match &line.value {
        Value::Int(seconds) if is_seconds => format!("{seconds} s"),
        value => value.to_string(),
    }
}

/// Who says it, as a person calls it.
pub(crate) fn stage(stage: &Stage, version: DjDatabaseUrl) -> String {
    match stage.refuses {
        Moment::Start => format!("{} {version}", stage.title),
        Moment::FirstQuery => format!("{}, at the first query", stage.title),
        Moment::Connection => stage.title.into(),
    }
}

/// A duration in words: `10 minutes`.
pub(crate) fn duration(seconds: i64) -> String {
    let (number, unit) = match seconds {
        s if s >= 3600 && s % 3600 == 0 => (s / 3600, "hour"),
        s if s >= 60 && s % 60 == 0 => (s / 60, "minute"),
        s => (s, "second"),
    };
    format!("{number} {unit}{}", if number == 1 { "" } else { "s" })
}

/// `1 error, 2 warnings`.
pub(crate) fn count(severities: impl Iterator<Item = Severity> + Clone) -> String {
    let all = [
        (Severity::Error, "error", "errors"),
        (Severity::Warning, "warning", "warnings"),
        (Severity::Info, "note", "notes"),
    ];
    let counted = all.map(|(severity, one, many)| {
        match severities.clone().filter(|it| *it == severity).count() {
            0 => String::new(),
            1 => format!("1 {one}"),
            n => format!("{n} {many}"),
        }
    });
    counted.into_iter().filter(|it| !it.is_empty()).collect::<Vec<_>>().join(", ")
}

/// A truth as ARIA writes it.
pub(crate) const fn yes_or_no(is: bool) -> &'static str {
    if is { "true" } else { "false" }
}
