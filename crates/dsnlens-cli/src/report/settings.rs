//! The effective settings: each with where it comes from and what it beat.

use dsnlens_core::ledger::{Fate, Key, Ledger, Line, LineId, Origin, Setting};
use dsnlens_core::{DATABASE_URL, InputSpan};

use super::Report;
use super::table::{self, Row};
use crate::style::{HEADING, QUIET, paint, paint_code};
use crate::visible::escape;

/// What a connection needs first; the rest follows in the order in which the stack met it.
const FIRST: [&str; 8] =
    ["host", "hostaddr", "port", "dbname", "user", "password", "sslmode", "sslrootcert"];

pub(super) fn render(report: &Report<'_>) -> String {
    let ledger = &report.resolution.ledger;
    let mut won: Vec<_> = ledger
        .lines()
        .filter(|(id, line)| {
            line.fate == Fate::Won
                && ledger.winner(line.key.reveal()).is_some_and(|(winner, _)| winner == *id)
        })
        .collect();
    won.sort_by_key(|(_, line)| rank(&line.key));
    let won: Vec<_> = won.into_iter().map(|(id, line)| row(report, id, line)).collect();
    let ignored: Vec<_> = ignored(report).collect();
    let title = match &report.resolution.refusal {
        Some(_) => "Read before the error",
        None => "Effective settings",
    };
    let sections = [(title, won), ("Ignored", ignored)].into_iter();
    let sections = sections.filter(|(_, rows)| !rows.is_empty()).map(|(title, rows)| {
        format!("{}\n{}", paint(HEADING, title), table::render(&rows, report.width))
    });
    sections.collect::<Vec<_>>().join("\n")
}

/// Connection first, then libpq's other settings, then Django's own.
fn rank(key: &Key<'_>) -> usize {
    let place = FIRST.iter().position(|it| *it == key.reveal());
    match key {
        _ if place.is_some() => place.unwrap_or(0),
        Key::Option(_) | Key::SecretOption(_) | Key::Keyword(_) => FIRST.len(),
        Key::Setting(Setting::Engine) => FIRST.len() + 2,
        Key::Setting(_) => FIRST.len() + 1,
    }
}

fn row(report: &Report<'_>, id: LineId, line: &Line<'_>) -> Row {
    let ledger = &report.resolution.ledger;
    let mut remarks = vec![origin(&line.origin)];
    let losers = ledger.lines().filter(|(it, _)| *it != id && end(ledger, *it) == id);
    // That something was set beats a compiled default is no news.
    for (_, loser) in losers.filter(|(_, it)| !matches!(it.origin, Origin::Default { .. })) {
        let verb = if matches!(loser.fate, Fate::Joined { .. }) { "made of" } else { "over" };
        let remark =
            format!("{verb} `{}` from {}", report.value(&loser.value), name(&loser.origin));
        remarks.push(paint(QUIET, paint_code(&remark)));
    }
    Row { name: report.key(&line.key), value: shown(report, line), remarks }
}

/// The values that nobody takes, each with the reason.
fn ignored<'r>(report: &'r Report<'_>) -> impl Iterator<Item = Row> + 'r {
    report.resolution.ledger.lines().filter_map(|(_, line)| {
        let Fate::Ignored { reason } = line.fate else { return None };
        // What a URL simply leaves out was never offered by anybody.
        let is_left_out = |it: InputSpan<'_>| it.input == DATABASE_URL && it.span.is_empty();
        if line.origin.input_span().is_some_and(is_left_out) {
            return None;
        }
        let remarks = vec![format!("{}: {reason}", origin(&line.origin))];
        Some(Row { name: report.key(&line.key), value: shown(report, line), remarks })
    })
}

fn shown(report: &Report<'_>, line: &Line<'_>) -> String {
    match report.value(&line.value) {
        value if value.is_empty() => "(empty)".into(),
        value => value,
    }
}

/// Where a value comes from, as a remark of its own.
fn origin(origin: &Origin<'_>) -> String {
    escape(&origin.to_string()).into()
}

/// The same within a sentence.
fn name(it: &Origin<'_>) -> String {
    match it {
        Origin::Recipe(_) => format!("the {}", origin(it)),
        _ => origin(it),
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
