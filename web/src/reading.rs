//! What a client reads that only the second module knows, as the page shows it.

use crate::plain::plain;

/// An answer in the words in which it is shown.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Reading {
    /// The sentence, in pieces: whether a piece is a literal (1) or a worry (2).
    pub(crate) verdict: Vec<(usize, String)>,
    /// Who raises the error, and what it is called.
    pub(crate) refusal: Option<(String, (String, String))>,
    /// The client's own word for how it secures the connection; empty where it makes none.
    pub(crate) mode: String,
    /// What that promises: a term and what is said of it.
    pub(crate) guarantees: Vec<(String, String)>,
    /// The effective settings.
    pub(crate) rows: Vec<Row>,
    /// What is wrong, worst first.
    pub(crate) findings: Vec<Finding>,
}

/// A setting.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Row {
    pub(crate) key: String,
    pub(crate) value: String,
    /// Values that lost: how, and which.
    pub(crate) losers: Vec<(String, String)>,
    pub(crate) origin: String,
}

/// A finding.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Finding {
    pub(crate) rule: String,
    pub(crate) severity: String,
    pub(crate) message: String,
    pub(crate) help: String,
    pub(crate) fixes: Vec<Fixed>,
}

/// A fix. No part of it but `shown` may be shown.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Fixed {
    pub(crate) title: String,
    /// Each variable with its value.
    pub(crate) variables: Vec<(String, String)>,
    /// The values before and after, secrets masked.
    pub(crate) shown: Vec<(String, String)>,
}

plain!(Reading { verdict, refusal, mode, guarantees, rows, findings });
plain!(Row { key, value, losers, origin });
plain!(Finding { rule, severity, message, help, fixes });
plain!(Fixed { title, variables, shown });

#[cfg(any(test, feature = "more"))]
pub(crate) use of::{names, read};

#[cfg(any(test, feature = "more"))]
mod of {
    use dsnlens_core::ledger::Fate;
    use dsnlens_core::render::{Phrase, verdict};
    use dsnlens_core::{Answer, CLIENTS, Diagnostic, Question, resolve};

    use super::{Finding, Fixed, Reading, Row};
    use crate::components::ssl_mode;
    use crate::effective::{self, rows};
    use crate::{browser, words};

    /// The clients that take a URL.
    pub(crate) fn names() -> Vec<String> {
        CLIENTS.iter().filter(|it| it.takes_urls()).map(|it| it.name.to_owned()).collect()
    }

    /// What becomes of a question.
    pub(crate) fn read(question: Question<'_>) -> Reading {
        let answer = resolve(question);
        let resolution = &answer.resolution;
        let release = answer.question.recipe.dj_database_url;
        let phrases = verdict(&answer).into_iter();
        let phrases = phrases.map(|it| {
            let kind = match it {
                Phrase::Plain(_) => 0,
                Phrase::Code(_) => 1,
                Phrase::Worry(_) => 2,
            };
            (kind, it.text().to_owned())
        });
        Reading {
            verdict: phrases.collect(),
            refusal: resolution.refusal.as_ref().map(|it| {
                let by = match answer.question.client.has_settings {
                    true => words::stage(it.stage, release),
                    false => it.stage.title.to_owned(),
                };
                (by, (it.kind.clone().into_owned(), it.message.to_string()))
            }),
            mode: resolution.tls.map_or_else(String::new, |it| it.mode.name.to_owned()),
            guarantees: ssl_mode::told(resolution),
            rows: rows(&resolution.ledger).iter().map(row).collect(),
            findings: answer.diagnostics.iter().map(|it| finding(&answer, it)).collect(),
        }
    }

    fn row(row: &effective::Row<'_, '_>) -> Row {
        let losers = row.rivals().filter_map(|line| {
            let how = match line.fate {
                Fate::Joined { .. } => return None,
                Fate::Ignored { .. } => "dropped: ",
                Fate::Overridden { .. } | Fate::Sent | Fate::Won => "overridden: ",
            };
            Some((how.to_owned(), words::value(line)))
        });
        Row {
            key: row.key.to_owned(),
            value: row.winner.map_or_else(String::new, words::value),
            losers: losers.collect(),
            origin: words::provenance(row, ""),
        }
    }

    fn finding(answer: &Answer<'_>, it: &Diagnostic<'_>) -> Finding {
        let fixes = answer.fixes_with(browser::parse_url, it).into_iter().map(|fix| {
            let shown = fix.variables.iter();
            let shown = shown
                .map(|(name, text)| (answer.masked(name, false).text, text.to_string()))
                .collect();
            let variables = fix.variables.iter();
            let variables = variables.map(|(name, text)| ((*name).to_owned(), text.reveal()));
            Fixed { title: fix.title.clone().into_owned(), variables: variables.collect(), shown }
        });
        Finding {
            rule: it.rule.name.to_owned(),
            severity: it.severity.name().to_owned(),
            message: it.message.clone().into_owned(),
            help: it.help.clone().into_owned(),
            fixes: fixes.collect(),
        }
    }
}
