//! The ledger by setting: who won, and who lost to it.

use dsnlens_core::ledger::{Ledger, Line, LineId, Origin};

/// A setting and every value offered for it that is worth a word.
pub(crate) struct Row<'r, 'a> {
    /// libpq's keyword, or Django's name.
    pub(crate) key: &'r str,
    /// `None` where every offer was dropped.
    pub(crate) winner: Option<&'r Line<'a>>,
    /// In the order in which the stack met them.
    pub(crate) losers: Vec<&'r Line<'a>>,
}

impl<'r, 'a> Row<'r, 'a> {
    pub(crate) fn lines(&self) -> impl Iterator<Item = &'r Line<'a>> + use<'r, 'a, '_> {
        self.winner.into_iter().chain(self.losers.iter().copied())
    }

    /// The losers that said something else than the winner.
    pub(crate) fn rivals(&self) -> impl Iterator<Item = &'r Line<'a>> + use<'r, 'a, '_> {
        self.losers.iter().copied().filter(|it| !self.is_echo(it))
    }

    /// The losers that said the same as the winner.
    pub(crate) fn echoes(&self) -> impl Iterator<Item = &'r Line<'a>> + use<'r, 'a, '_> {
        self.losers.iter().copied().filter(|it| self.is_echo(it))
    }

    fn is_echo(&self, loser: &Line<'_>) -> bool {
        self.winner.is_some_and(|it| it.value == loser.value)
    }
}

/// The settings, the important ones first.
pub(crate) fn rows<'r, 'a>(ledger: &'r Ledger<'a>) -> Vec<Row<'r, 'a>> {
    let winners = ledger.lines().filter(|(_, line)| line.fate.is_effective());
    let (ids, mut rows): (Vec<LineId>, Vec<Row<'_, '_>>) = winners
        .map(|(id, line)| {
            (id, Row { key: line.key.keyword(), winner: Some(line), losers: Vec::new() })
        })
        .unzip();
    for ((_, line), end) in ledger.lines().zip(ledger.ends()).filter(|((_, line), _)| is_told(line))
    {
        let key = line.key.keyword();
        let row = match end {
            Some(winner) => ids.binary_search(&winner).ok(),
            // Few are dropped: Django's own keys, and those of a module are counted.
            None => rows.iter().position(|row| row.key == key),
        };
        match row.and_then(|row| rows.get_mut(row)) {
            Some(row) if row.winner.is_some() && is_blank(line) => {}
            Some(row) => row.losers.push(line),
            None => rows.push(Row { key, winner: None, losers: vec![line] }),
        }
    }
    let (first, rows) = take(rows, &FIRST);
    let (last, rows) = take(rows, &LAST);
    [first, rows, last].into_iter().flatten().collect()
}

/// Losers are told, but for a default that did no more than step aside.
fn is_told(line: &Line<'_>) -> bool {
    !line.fate.is_effective() && !matches!(line.origin, Origin::Default { .. })
}

fn is_blank(line: &Line<'_>) -> bool {
    !line.value.is_secret() && line.value.as_str() == Some("")
}

const FIRST: [&str; 9] = [
    "host",
    "hostaddr",
    "port",
    "dbname",
    "user",
    "password",
    "sslmode",
    "sslrootcert",
    "connect_timeout",
];
const LAST: [&str; 5] = [
    "client_encoding",
    "ENGINE",
    "CONN_MAX_AGE",
    "CONN_HEALTH_CHECKS",
    "DISABLE_SERVER_SIDE_CURSORS",
];

/// The rows of `keys`, in that order, and the rest.
fn take<'r, 'a>(rows: Vec<Row<'r, 'a>>, keys: &[&str]) -> (Vec<Row<'r, 'a>>, Vec<Row<'r, 'a>>) {
    let (mut taken, mut rest) = (Vec::new(), rows);
    for key in keys {
        while let Some(nth) = rest.iter().position(|row| row.key == *key) {
            taken.push(rest.remove(nth));
        }
    }
    (taken, rest)
}

#[cfg(test)]
mod tests {
    use super::*;
    use dsnlens_core::{Inputs, read};

    #[test]
    fn a_loser_stands_beside_its_winner() {
        let inputs = Inputs::new([
            ("DATABASE_URL", "postgres://u:p@h/db?sslmode=verify-full"),
            ("PGSSLMODE", "disable"),
            ("DB_HOST", "other"),
        ]);
        let resolution = read(&inputs.into());
        let rows = rows(&resolution.ledger);
        let row = |key| rows.iter().find(|it| it.key == key).unwrap();
        let losers =
            |key| row(key).losers.iter().map(|it| it.value.to_string()).collect::<Vec<_>>();
        assert_eq!(losers("sslmode"), ["verify-full", "disable"]);
        assert_eq!(losers("host"), ["other"]);
        assert_eq!(losers("port"), [""; 0]);
        assert_eq!(rows.first().map(|it| it.key), Some("host"));
    }

    #[test]
    fn what_everybody_dropped_has_a_row_too() {
        let inputs = Inputs::url("postgres:///db");
        let resolution = read(&inputs.into());
        let rows = rows(&resolution.ledger);
        assert!(rows.iter().any(|it| it.key == "host" && it.winner.is_none()));
    }
}
