//! The answer as a person reads it: what happens, what the settings are, what is wrong.
//!
//! Everything that comes from outside is escaped before it is set, and no secret is shown unless
//! that was asked for.

#[cfg(feature = "native")]
pub(crate) mod check;
pub(crate) mod compare;
mod connections;
mod excerpt;
mod findings;
pub(crate) mod limits;
pub(crate) mod lint;
mod settings;
mod ssl;
mod table;

use dsnlens_core::clients::django::is_modelled;
use dsnlens_core::clients::settings::FIELDS;
use dsnlens_core::ledger::{Key, Value};
use dsnlens_core::render::{self, Phrase};
use dsnlens_core::{Answer, Debug, Mode, Question, Resolution, Text};

use crate::inputs::Variables;
use crate::style::{CODE, ERROR, HEADING, QUIET, WARNING, paint, wrap};
use crate::visible::escape;

/// What there is to report, and how.
pub(crate) struct Report<'r> {
    pub(crate) variables: &'r Variables,
    pub(crate) answer: &'r Answer<'r>,
    pub(crate) show_secrets: bool,
    pub(crate) width: usize,
}

/// The whole report.
pub(crate) fn render(report: &Report<'_>) -> String {
    let sections = [
        head(report),
        settings::render(report),
        ssl::render(report),
        connections::render(report),
        findings::render(report),
    ];
    let sections: Vec<_> = sections.into_iter().filter(|it| !it.is_empty()).collect();
    sections.join("\n")
}

impl<'r> Report<'r> {
    fn question(&self) -> &'r Question<'r> {
        &self.answer.question
    }

    fn resolution(&self) -> &'r Resolution<'r> {
        &self.answer.resolution
    }

    /// A setting's name as it may be seen.
    fn key(&self, key: &Key<'_>) -> String {
        seen(if self.show_secrets { key.reveal() } else { key.keyword() })
    }

    /// A value as it may be seen.
    fn value(&self, value: &Value<'_>) -> String {
        match self.show_secrets && value.is_secret() {
            true => seen(&value.to_text().reveal()),
            false => seen(&value.to_string()),
        }
    }

    /// A text as it may be seen. libpq ends its own with a line end.
    fn text(&self, text: &Text<'_>) -> String {
        let text = if self.show_secrets { text.reveal() } else { text.to_string() };
        escape(text.trim_end_matches('\n')).into()
    }
}

/// A text from outside, harmless and no longer than a person reads.
fn seen(text: &str) -> String {
    escape(&limits::cut(text)).into()
}

/// Which branch is taken, the verdict, and the error if there is one.
fn head(report: &Report<'_>) -> String {
    let branch = match report.resolution().mode {
        Mode::Url => "DATABASE_URL",
        Mode::Fields if FIELDS.iter().any(|it| report.question().inputs.get(it).is_some()) => {
            "DB_* variables"
        }
        Mode::Databases => {
            report.question().inputs.databases().map_or("DATABASES", |databases| databases.path)
        }
        Mode::Fields => "Neither DATABASE_URL nor DB_*",
    };
    let debug = match report.resolution().debug {
        Debug::Unset => "DEBUG not set, so off",
        Debug::Clear(true) => "DEBUG on",
        Debug::Clear(false) => "DEBUG off",
        Debug::Unknown => "DEBUG unknown",
        Debug::Ambiguous => "DEBUG unclear, taken as off",
    };
    let version = report.question().recipe.dj_database_url;
    let rest = match report.resolution().mode {
        _ if !report.question().client.has_settings => {
            format!(" · read by {}", report.question().client.title)
        }
        Mode::Url => format!(" · {debug} · dj-database-url {version}"),
        Mode::Fields => format!(" · {debug}"),
        Mode::Databases => String::new(),
    };
    let module = report.resolution().module.as_ref();
    let branch = module.map_or(branch, |it| it.path);
    let rest = if module.is_some() { format!(" · {debug}") } else { rest };
    let mut text = format!("{}{}\n", paint(HEADING, seen(branch)), paint(QUIET, rest));
    let has_driver = report.resolution().engine().is_none_or(is_modelled);
    for note in report.variables.notes(&report.question().recipe, has_driver) {
        text.push_str(&wrap(&paint(QUIET, seen(&note)), "", "", report.width));
    }
    text.push('\n');

    let worry = if report.resolution().certain_refusal().is_some() { ERROR } else { WARNING };
    let phrases = render::verdict(report.answer);
    let mut sentence: String = phrases
        .iter()
        .take(limits::PHRASES)
        .map(|phrase| {
            let words = seen(phrase.text());
            match phrase {
                Phrase::Plain(_) => words,
                Phrase::Code(_) => paint(CODE, words),
                Phrase::Worry(_) => paint(worry, words),
            }
        })
        .collect();
    if phrases.len() > limits::PHRASES {
        sentence.push_str(limits::CUT);
    }
    text.push_str(&wrap(&sentence, "", "", report.width));
    if let Some(refusal) = &report.resolution().refusal {
        let message = report.text(&refusal.message);
        let error = format!("{}: {}", paint(ERROR, &*refusal.kind), limits::cut(&message));
        text.push_str(&format!("\n{}", wrap(&error, "  ", "    ", report.width)));
    }
    text
}
