//! `dsnlens report`: the case that reproduces an answer, without its secrets, for whoever is to look
//! into it.
//!
//! A stand-in takes the place of each secret. The answer is then asked for again: where it is another
//! one, a stand-in with the secret's own punctuation is tried, since `p@ss` and `p#ss` are wrong in
//! different ways; where that changes the answer too, there is no report, and the program says so.

use std::collections::BTreeMap;
use std::io;

use dsnlens_core::document::Document;
use dsnlens_core::shown::hidden_in;
use dsnlens_core::{Inputs, Question, Span, resolve};
use serde_json::{Map, Value, json};

use crate::args::{ReportArgs, Subject};
use crate::inputs::Variables;
use crate::output::{self, Exit};

/// What takes the place of a secret: nothing that anybody would call weak, and nothing to encode.
const STAND_IN: &str = "Wm4Tr8Kq2Zx6Hd9Pv3";

/// A way to write a secret without it.
type Redact = fn(&str) -> String;

pub(crate) fn run(args: &ReportArgs) -> io::Result<Exit> {
    let subject = &args.subject;
    let variables = match Variables::gather(subject) {
        Ok(variables) => variables,
        Err(error) => return Ok(error.complain()),
    };
    let question = variables.question(subject);
    if question.inputs.databases().is_some() {
        output::complain(
            "a report holds variables, and this is a settings module: copy the lines that matter, \
             without their passwords",
        );
        return Ok(Exit::Unusable);
    }
    if !resolve(question.clone()).resolution.unknown.is_empty() && question.module.is_none() {
        output::complain(
            "something else fills in a part of these variables, so they reproduce no answer; give \
             them the values that the application has",
        );
        return Ok(Exit::Unusable);
    }
    let wanted = Outcome::of(&question);
    let mut nearest = None;
    for (redact, note) in [
        (plain as Redact, None),
        (punctuated, Some("the password's punctuation stays, since the answer depends on it")),
    ] {
        let values = redacted(&question.inputs, redact);
        let inputs = Inputs::new(values.iter().map(|(name, value)| (name.as_str(), &**value)));
        let inputs = inputs.with_debug(subject.debug);
        let outcome = Outcome::of(&Question { inputs, ..question.clone() });
        if outcome.facts != wanted.facts {
            continue;
        }
        let missing = wanted.without(&outcome);
        let differing = missing.len() + outcome.without(&wanted).len();
        if nearest.as_ref().is_none_or(|(_, _, _, least)| differing < *least) {
            nearest = Some((case(subject, &question, &values), note, missing, differing));
        }
    }
    let Some((case, note, missing, _)) = nearest else {
        output::complain(
            "the answer depends on the secret's own letters, so there is no report without it: \
             describe which characters it holds",
        );
        return Ok(Exit::Unusable);
    };
    output::print_json(&case)?;
    note.into_iter().chain(module_note(&question)).for_each(output::complain);
    if !missing.is_empty() {
        output::complain(format_args!(
            "findings about the secret's own letters are not reproduced: {}",
            missing.join(", ")
        ));
    }
    Ok(Exit::Clean)
}

fn module_note(question: &Question<'_>) -> Option<&'static str> {
    let is_own = question.module.as_ref().is_some_and(|it| !is_preset(it.text));
    is_own.then_some(
        "the settings module is not in it: add the lines that matter, without their passwords",
    )
}

fn is_preset(text: &str) -> bool {
    dsnlens_core::module::Preset::ALL.iter().any(|it| it.text == text)
}

fn plain(_: &str) -> String {
    STAND_IN.into()
}

/// Words become another word and numbers another number, a mark that repeats stands there once, and
/// no more than three marks stand in a row.
fn punctuated(secret: &str) -> String {
    let mut text = String::new();
    let mut marks = 0;
    let mut rest = secret;
    while let Some(first) = rest.chars().next() {
        let end = rest.find(|c: char| !c.is_alphanumeric()).unwrap_or(rest.len());
        if let (word @ [_, ..], _) = rest.as_bytes().split_at(end) {
            let is_number = word.iter().all(u8::is_ascii_digit);
            text += if is_number { "1" } else { STAND_IN };
            marks = 0;
            rest = rest.get(end..).unwrap_or_default();
            continue;
        }
        rest = rest.get(first.len_utf8()..).unwrap_or_default();
        if text.ends_with(first) {
            continue;
        }
        if marks == 3 {
            text.push('x');
            marks = 0;
        }
        marks += 1;
        text.push(first);
    }
    text
}

fn redacted(inputs: &Inputs<'_>, redact: Redact) -> BTreeMap<String, String> {
    let value = |name: &str, value: &str| {
        let mut text = String::new();
        let mut at = 0;
        for span in hidden_in(name, value) {
            text += Span::new(at, span.start).of(value);
            text += &redact(span.of(value));
            at = span.end;
        }
        text + Span::new(at, value.len()).of(value)
    };
    inputs.variables().iter().map(|it| (it.name.to_owned(), value(it.name, it.value))).collect()
}

/// What an answer says, its positions and the texts around its secrets aside.
struct Outcome {
    facts: Value,
    /// The rules that find something.
    rules: Vec<&'static str>,
}

impl Outcome {
    fn of(question: &Question<'_>) -> Outcome {
        const KEYS: [&str; 7] =
            ["settings", "debug", "connectParams", "effective", "reads", "servers", "ssl"];
        let answer = resolve(question.clone());
        let document = serde_json::to_value(Document::new(&answer, false)).unwrap_or_default();
        let mut facts: Map<String, Value> =
            KEYS.iter().map(|key| ((*key).to_owned(), document[*key].clone())).collect();
        let refusal = &document["refusal"];
        facts.insert("refusal".into(), json!([refusal["stage"], refusal["type"]]));
        let rules = answer.diagnostics.iter().map(|it| it.rule.name).collect();
        Outcome { facts: facts.into(), rules }
    }

    /// The rules of this one that the other has not.
    fn without(&self, other: &Outcome) -> Vec<&'static str> {
        self.rules.iter().copied().filter(|it| !other.rules.contains(it)).collect()
    }
}

fn case(subject: &Subject, question: &Question<'_>, env: &BTreeMap<String, String>) -> Value {
    let mut case = json!({ "env": env });
    if let Some(debug) = subject.debug {
        case["debug"] = debug.into();
    }
    if question.client != dsnlens_core::client::DEFAULT {
        case["client"] = question.client.name.into();
    }
    let preset = question.module.as_ref();
    let preset = preset.and_then(|module| {
        dsnlens_core::module::Preset::ALL.into_iter().find(|it| it.text == module.text)
    });
    if let Some(preset) = preset {
        case["settings"] = json!({ "preset": preset.name });
    }
    let recipe = &question.recipe;
    if question.client.has_settings {
        case["stack"] = json!({
            "djDatabaseUrl": recipe.dj_database_url.version(),
            "django": recipe.django.version(),
            "djangoEnviron": recipe.django_environ.to_string(),
            "driver": recipe.driver.name(),
            "libpq": recipe.libpq.number(),
        });
    }
    case
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_stay_and_words_go() {
        let word = STAND_IN;
        assert_eq!(punctuated("Corr#ect-h0rse@@##99"), format!("{word}#{word}-{word}@#1"));
        assert_eq!(punctuated("!@#$%"), "!@#x$%");
        assert_eq!(punctuated("ßü"), word);
        assert_eq!(punctuated(""), "");
    }
}
