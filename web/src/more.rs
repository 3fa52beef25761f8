//! What the second module answers: everything here is asked for by [`crate::second`].

use dsnlens_core::errors::{self, Cause, Explanation, Told};
use dsnlens_core::module::Preset;
use dsnlens_core::paste::{self, Form as PastedForm, Pasted};
use dsnlens_core::render::Export;
use dsnlens_core::{Answer, DATABASE_URL, Diagnostic, Severity, is_known, read, rules, stand_in};

use crate::module;
use crate::others::{self, Others};
use crate::pasted::{Beside, Explained, Exported, Found, KnownCause, Recognised, Unknown};
use crate::plain::write;
use crate::reading::{self, Reading};
use crate::share;
use crate::state::Tab;

/// Answers a question, in plain data; a question that is none has no answer.
pub fn answer(what: &str, text: &str, more: &str) -> String {
    let tab = || Tab::ALL.into_iter().find(|it| it.name() == more).unwrap_or_default();
    match what {
        "recognise" => write(&recognise(tab(), text)),
        "unrecognized" => write(&unrecognized(tab(), text)),
        "dialects" => write(&dialects(text)),
        "clients" => write(&clients(text)),
        "names" => write(&reading::names()),
        "read" => write(&reading(text)),
        "explain" => write(&explain(text, more)),
        "export" => write(&export(text, more)),
        "evaluate" => module::outcome(text, more),
        "presets" => {
            let presets = Preset::ALL.map(|it| [it.title.to_owned(), it.text.to_owned()]);
            write(&presets.concat())
        }
        "variables" => write(&module::names(text, more)),
        _ => String::new(),
    }
}

fn recognise(tab: Tab, text: &str) -> Recognised {
    if module::is_module(text) {
        return match tab {
            Tab::Settings => Recognised::Nothing,
            _ => Recognised::Found(Box::new(Found {
                tab: Tab::Settings,
                text: text.to_owned(),
                title: "Recognized a settings.py".into(),
                notes: Vec::new(),
                beside: Beside::default(),
                call: None,
            })),
        };
    }
    if let Some(pasted) = paste::read(text).filter(is_of_use) {
        let is_python = pasted.databases.is_some() || pasted.call.is_some();
        if tab == Tab::Settings && is_python {
            return Recognised::Nothing;
        }
        let found = found(tab, text, &pasted).map(Box::new);
        return found.map_or(Recognised::Nothing, Recognised::Found);
    }
    let explanation = errors::explain(text);
    match explanation.causes.is_empty() {
        true => Recognised::Nothing,
        false => Recognised::Message(explanation.url.map(|it| it.of(text).to_owned())),
    }
}

/// Where a pasted text goes, and as what; `None` where it may stay as it is.
fn found(tab: Tab, text: &str, pasted: &Pasted<'_>) -> Option<Found> {
    let beside = beside(text, pasted);
    let (to, text) = match (pasted.form, tab) {
        (PastedForm::Url, Tab::Url) | (PastedForm::Dotenv, Tab::Dotenv) => return None,
        (PastedForm::Url, _) => {
            let url = pasted.get(DATABASE_URL)?.value.as_ref()?;
            (Tab::Url, url.reveal().clone().into_owned())
        }
        (PastedForm::Dotenv, _) => (Tab::Dotenv, text.to_owned()),
        _ => (Tab::Dotenv, beside.dotenv.clone()),
    };
    let part = pasted.part.as_deref().map_or_else(String::new, |it| format!(": {it}"));
    let title = format!("Recognized {}{part}", pasted.form);
    Some(Found { tab: to, text, title, notes: notes(&pasted.notes), beside, call: pasted.call })
}

/// What a text says that the `.env` file made of it cannot.
pub(crate) fn beside(text: &str, pasted: &Pasted<'_>) -> Beside {
    if pasted.form == PastedForm::Dotenv {
        return Beside::default();
    }
    let unknown = pasted.relevant().filter(|it| !it.holes.is_empty()).map(|it| {
        let written = it.value.as_ref().map(|it| it.reveal().clone().into_owned());
        let value = stand_in(written.as_deref().unwrap_or_default(), &it.holes);
        Unknown { name: it.name.clone().into_owned(), written, value, holes: it.holes.clone() }
    });
    let unknown: Vec<_> = unknown.collect();
    let mut dotenv = pasted.dotenv().reveal().clone();
    for it in unknown.iter().filter(|it| it.written.is_none()) {
        dotenv.extend([&*it.comment(), "\n"]);
    }
    let databases = pasted.databases.as_ref().map(|it| write(&it.aliases));
    let databases = databases.and_then(|it| crate::plain::read(&it));
    Beside { text: text.to_owned(), databases, unknown, facts: pasted.facts.clone(), dotenv }
}

/// Whether an answer can be given from it: `DEBUG` alone leads to no database.
fn is_of_use(pasted: &Pasted<'_>) -> bool {
    let is_about_database = |name: &str| is_known(name) && name != "DEBUG";
    pasted.form == PastedForm::Dotenv
        || pasted.databases.is_some()
        || pasted.relevant().any(|it| is_about_database(&it.name))
}

/// The URLs in a text that is not understood; `None` where it is a `.env` file.
fn unrecognized(tab: Tab, text: &str) -> Option<Vec<String>> {
    if tab == Tab::Dotenv && paste::is_dotenv(text) {
        return None;
    }
    Some(paste::unrecognized(text).urls.into_iter().map(|it| it.of(text).to_owned()).collect())
}

/// What to know of a `.env` file: who else would read it differently.
fn dialects(text: &str) -> Vec<String> {
    let pasted = paste::read(text).filter(|it| it.form == PastedForm::Dotenv);
    pasted.map_or_else(Vec::new, |it| notes(&it.notes))
}

fn notes(notes: &[paste::Note]) -> Vec<String> {
    notes.iter().map(|it| it.text.to_string()).collect()
}

/// What the page found, by the rules' names, one a line: the checks are the first module's.
fn findings(names: &str) -> Vec<Diagnostic<'static>> {
    let rules = names.lines().filter_map(rules::find);
    rules
        .map(|rule| Diagnostic {
            rule,
            severity: Severity::Info,
            message: "".into(),
            spans: Vec::new(),
            help: "".into(),
            proposals: Vec::new(),
        })
        .collect()
}

/// What an error message is about, beside an answer with these findings.
fn explain(message: &str, found: &str) -> Explained {
    let mut explanation = errors::explain(message);
    // Without an answer nothing confirms a cause, and nothing rules one out.
    if !found.is_empty() {
        explanation.confirm(&findings(found));
    }
    let causes = explanation.causes.iter().map(|it| cause(it, &explanation));
    Explained {
        attempts: attempts(&explanation),
        told: told(&explanation),
        causes: causes.collect(),
    }
}

fn cause(cause: &Cause, explanation: &Explanation<'_>) -> KnownCause {
    let how_sure = match (cause.is_confirmed, cause.is_one_of_several) {
        (true, _) => "Your URL has this problem",
        (false, true) => "One of several causes of this text",
        (false, false) => "The cause of this text",
    };
    KnownCause {
        rule: cause.rule.name.into(),
        title: cause.rule.title.into(),
        line: explanation.shown(explanation.line(cause.span)),
        how_sure: how_sure.into(),
        step: cause.step.into(),
    }
}

/// libpq reports each attempt in one error; which of them counts is what people miss.
fn attempts(explanation: &Explanation<'_>) -> Option<String> {
    let count = explanation.attempts.len();
    if let Some(it) = explanation.unknown.and_then(|it| explanation.attempts.get(it)) {
        let message = explanation.shown(it.message);
        return Some(format!("No rule knows the text that explains the others: {message}"));
    }
    (count > 1).then(|| {
        format!(
            "This error reports {count} connection attempts. The first cause below explains it."
        )
    })
}

/// Host, port, user and database as the text has them.
fn told(explanation: &Explanation<'_>) -> Option<String> {
    let Told { host, address, port, user, database, sqlstate } = explanation.told;
    let told = [
        ("host", host),
        ("address", address),
        ("port", port),
        ("user", user),
        ("database", database),
        ("SQLSTATE", sqlstate),
    ];
    let told = told.into_iter().filter_map(|(name, span)| {
        Some(format!("{name} `{}`", explanation.shown(span?).replace('`', "’")))
    });
    let told: Vec<String> = told.collect();
    (!told.is_empty()).then(|| format!("The error mentions {}.", told.join(", ")))
}

/// A form as [`share::whole`] writes it, read by every client.
fn clients(whole: &str) -> Others {
    let (mut form, text) = share::read_whole(whole);
    if let Some(pasted) = paste::read(&text) {
        form.beside = beside(&text, &pasted).into();
    }
    let file = form.file();
    let question = form.question(&file);
    question.map(|it| others::compare(&it, dsnlens_settings::evaluate)).unwrap_or_default()
}

/// A form as [`share::whole`] writes it, read by the client that it names.
fn reading(whole: &str) -> Reading {
    let (mut form, text) = share::read_whole(whole);
    if let Some(pasted) = paste::read(&text) {
        form.beside = beside(&text, &pasted).into();
    }
    if form.reader().is_none() {
        let unknown = format!("No client is called {}.", form.other);
        return Reading { verdict: vec![(0, unknown)], ..Reading::default() };
    }
    let file = form.file();
    let Some(mut question) = form.question(&file) else { return Reading::default() };
    if let Some(preset) = question.client.preset {
        question.module = Some(preset.module(dsnlens_settings::evaluate));
    }
    reading::read(question)
}

/// A form as [`share::whole`] writes it, exported; the first line of `more` is the export's name,
/// the others are those of what was found.
fn export(whole: &str, more: &str) -> Exported {
    let (name, found) = more.split_once('\n').unwrap_or((more, ""));
    let nothing = |reason: String| Exported { reason: Some(reason), ..Exported::default() };
    let Ok(export) = name.parse::<Export>() else { return nothing(String::new()) };
    let (mut form, text) = share::read_whole(whole);
    if let Some(pasted) = paste::read(&text) {
        form.beside = beside(&text, &pasted).into();
    }
    let file = form.file();
    let Some(question) = form.question(&file) else { return nothing(String::new()) };
    let resolution = read(&question);
    match export.write(&Answer { question, resolution, diagnostics: findings(found) }) {
        Err(reason) => nothing(reason.to_string()),
        Ok(text) => Exported {
            reason: None,
            is_secret: text.is_secret(),
            shown: text.to_string(),
            text: text.reveal(),
        },
    }
}
