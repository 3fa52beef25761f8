//! The effective settings: each with where it comes from and what it beat.

use std::collections::HashMap;

use dsnlens_core::ledger::{Fate, Key, Ledger, Line, LineId, Origin, Setting, Value};
use dsnlens_core::{DATABASE_URL, InputSpan, place_shown};

use super::table::{self, Row};
use super::{Report, limits};
use crate::style::{HEADING, QUIET, paint, paint_code};
use crate::visible::escape;

/// What a connection needs first; the rest follows in the order in which the stack met it.
const FIRST: [&str; 8] =
    ["host", "hostaddr", "port", "dbname", "user", "password", "sslmode", "sslrootcert"];

/// How many rows a table has, and how many values that lost a row names.
const ROWS: usize = 100;
const LOSERS: usize = 8;

/// The lines that ended in another one, by that one.
type Losers<'r> = HashMap<LineId, Vec<&'r Line<'r>>>;

pub(super) fn render(report: &Report<'_>) -> String {
    let ledger = &report.resolution().ledger;
    let (mut winners, mut losers) = (HashMap::new(), Losers::new());
    for (id, line) in ledger.lines() {
        if line.fate.is_effective() {
            winners.insert(line.key.reveal(), id);
        }
        let end = end(ledger, id);
        // That something was set beats a compiled default is no news.
        if end != id && !matches!(line.origin, Origin::Default { .. }) {
            losers.entry(end).or_default().push(line);
        }
    }
    let mut won: Vec<_> =
        ledger.lines().filter(|(id, line)| winners.get(line.key.reveal()) == Some(id)).collect();
    won.sort_by_key(|(_, line)| rank(&line.key));
    let won = won
        .into_iter()
        .map(|(id, line)| row(report, line, losers.get(&id).map_or(&[][..], |it| &it[..])));
    let title = match &report.resolution().refusal {
        Some(_) => "Read before the error",
        None => "Effective settings",
    };
    let sections =
        [section(title, won, report.width), section("Ignored", ignored(report), report.width)];
    sections.into_iter().flatten().collect::<Vec<_>>().join("\n")
}

/// A table below its title, as long as a person reads.
fn section(title: &str, mut rows: impl Iterator<Item = Row>, width: usize) -> Option<String> {
    let shown: Vec<_> = rows.by_ref().take(ROWS).collect();
    if shown.is_empty() {
        return None;
    }
    let mut text = format!("{}\n{}", paint(HEADING, title), table::render(&shown, width));
    let more = rows.count();
    if more > 0 {
        text.push_str(&format!("  {}\n", paint(QUIET, limits::more(more))));
    }
    Some(text)
}

/// Connection first, then libpq's other settings, then Django's own.
fn rank(key: &Key<'_>) -> usize {
    let place = FIRST.iter().position(|it| *it == key.reveal());
    match key {
        _ if place.is_some() => place.unwrap_or(0),
        Key::Option(_) | Key::SecretOption(_) | Key::Keyword(_) => FIRST.len(),
        Key::Entry(_) => FIRST.len() + 1,
        Key::Setting(Setting::Engine) => FIRST.len() + 2,
        Key::Setting(_) => FIRST.len() + 1,
    }
}

fn row(report: &Report<'_>, line: &Line<'_>, losers: &[&Line<'_>]) -> Row {
    let mut remarks = vec![match line.value.unknown() {
        Some(why) => paint_code(&escape(why)),
        None => origin(report, &line.origin),
    }];
    // What libpq finds again where the settings module found it says nothing new.
    let is_news = |it: &&&Line<'_>| it.origin != line.origin || it.value != line.value;
    let losers: Vec<_> = losers.iter().filter(is_news).collect();
    for loser in losers.iter().take(LOSERS) {
        let verb = if matches!(loser.fate, Fate::Joined { .. }) { "made of" } else { "over" };
        let remark =
            format!("{verb} {} from {}", quoted(report, loser), name(report, &loser.origin));
        remarks.push(paint(QUIET, paint_code(&remark)));
    }
    if let more @ 1.. = losers.len().saturating_sub(LOSERS) {
        remarks.push(paint(QUIET, limits::more(more)));
    }
    Row { name: report.key(&line.key), value: shown(report, line), remarks }
}

/// The values that nobody takes, each with the reason.
fn ignored<'r>(report: &'r Report<'_>) -> impl Iterator<Item = Row> + 'r {
    report.resolution().ledger.lines().filter_map(|(_, line)| {
        let Fate::Ignored { reason } = line.fate else { return None };
        // What a URL simply leaves out was never offered by anybody.
        let is_left_out = |it: InputSpan<'_>| it.input == DATABASE_URL && it.span.is_empty();
        if line.origin.input_span().is_some_and(is_left_out) {
            return None;
        }
        let remarks = vec![format!("{}: {reason}", origin(report, &line.origin))];
        Some(Row { name: report.key(&line.key), value: shown(report, line), remarks })
    })
}

fn shown(report: &Report<'_>, line: &Line<'_>) -> String {
    if let Value::Unknown { .. } = line.value {
        return "unknown".into();
    }
    match report.value(&line.value) {
        value if value.is_empty() => "(empty)".into(),
        value => value,
    }
}

/// A value within a sentence.
fn quoted(report: &Report<'_>, line: &Line<'_>) -> String {
    match report.value(&line.value) {
        value if value.is_empty() => "an empty one".into(),
        value => format!("`{value}`"),
    }
}

/// Where a value comes from, as a remark of its own: of a settings module with the argument and the
/// expression.
fn origin(report: &Report<'_>, origin: &Origin<'_>) -> String {
    if let (Origin::Settings { path, place }, Some(module)) = (origin, report.question().module)
        && let (1.., Some(text)) = (place.line, module.text_of(path))
    {
        return escape(&place_shown(path, *place, text)).into();
    }
    escape(&origin.to_string()).into()
}

/// The same within a sentence.
fn name(report: &Report<'_>, it: &Origin<'_>) -> String {
    match it {
        Origin::Recipe(_) => format!("the {}", origin(report, it)),
        _ => origin(report, it),
    }
}

/// The line that holds or beat this one in the end.
fn end(ledger: &Ledger<'_>, mut id: LineId) -> LineId {
    // A loser was beaten by another line, never by itself: the number of lines bounds the walk.
    for _ in ledger.lines() {
        match ledger.line(id).map(|it| it.fate) {
            Some(Fate::Overridden { by: next } | Fate::Joined { into: next }) => id = next,
            _ => break,
        }
    }
    id
}
