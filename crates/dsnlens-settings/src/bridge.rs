//! What core asks of the evaluator, and its answer in core's own terms.

use alloc::borrow::Cow;
use alloc::collections::{BTreeMap, BTreeSet};
use alloc::string::{String, ToString};
use alloc::vec::Vec;

use dsnlens_core::clients::stages;
use dsnlens_core::databases::{Databases, Dict, Entry, Node, Place as CorePlace};
use dsnlens_core::ledger::{Origin, Value as CoreValue};
use dsnlens_core::module::{Act, CallSite, Evaluated, Facts, Reading, SettingsModule, Written};
use dsnlens_core::rules::{ModuleCase, advise_module};
use dsnlens_core::shown::hidden_but;
use dsnlens_core::{
    DATABASE_URL, Hole, InputSpan, Question as CoreQuestion, Refusal, Secret, Span, Text,
    Unknown as CoreUnknown, expression_read, expression_shown,
};

use crate::answer::{Assumption, Data, From, Module, Place, Unknown, Value};
use crate::eval::{QUOTED, read};
use crate::literals;
use crate::question::{Question, Stack, UnknownVariable};
use crate::value::float_repr;

/// Evaluates a settings module with the variables and the releases of a question.
pub fn evaluate<'a>(module: &SettingsModule<'a>, question: &CoreQuestion<'a>) -> Evaluated<'a> {
    let inputs = &question.inputs;
    let hole = |name: &str| inputs.holes().iter().find(|it| it.0 == name).map(|it| &it.1);
    let variables = inputs.variables().iter().filter(|it| inputs.get(it.name) == Some(it.value));
    let (mut env, mut unknown) = (Vec::new(), Vec::new());
    for it in variables {
        match hole(it.name) {
            None => env.push((it.name, it.value)),
            // What is in it decides as much as what is not known.
            Some(hole) => {
                let len = if hole.span.is_empty() { 0 } else { it.value.len() };
                unknown.push(UnknownVariable { name: it.name, why: &hole.why, len });
            }
        }
    }
    let files: Vec<_> =
        module.files.0.iter().map(|(path, text)| (&**path, text.as_deref())).collect();
    let evaluated = read(&Question {
        text: module.text,
        path: module.path,
        root: module.root,
        files: &files,
        env: &env,
        unknown: &unknown,
        is_open: !module.has_all_variables,
        debug: inputs.said_debug(),
        dotenv: module.dotenv,
        argv: &[],
        stack: Stack {
            dj_database_url: question.recipe.dj_database_url,
            django_environ: question.recipe.django_environ,
        },
    });
    let missing = evaluated.reads.iter().filter(|it| !it.is_set);
    let missing = missing.map(|it| ((it.place.file, it.place.span), &*it.name)).collect();
    let bridge = Bridge { module, question, evaluated: &evaluated, missing };
    let mut answer = bridge.answer();
    // Behind an exception that may have been raised before nothing is certain.
    if evaluated.exception.is_none() || evaluated.assumed.is_empty() {
        bridge.advise(&mut answer);
    }
    answer
}

struct Bridge<'b, 'a> {
    module: &'b SettingsModule<'a>,
    question: &'b CoreQuestion<'a>,
    evaluated: &'b Module,
    /// The variables that are not set, by the expressions that read them.
    missing: BTreeMap<(usize, Span), &'b str>,
}

impl<'b, 'a> Bridge<'b, 'a> {
    fn answer(&self) -> Evaluated<'a> {
        let it = self.evaluated;
        let mut answer = Evaluated {
            databases: Databases {
                path: self.module.path,
                text: self.module.text,
                aliases: Dict::default(),
            },
            unknown: self.unknown(),
            wanted: it.wanted.clone(),
            unset: it.reads.iter().filter(|it| !it.is_set).map(|it| it.name.clone()).collect(),
            ..Evaluated::default()
        };
        match (&it.exception, it.assumed.first()) {
            // It may not come to that: an exception before it may be raised instead.
            (Some(exception), Some(assumed)) => {
                let why = alloc::format!(
                    "{} or another exception ends the module: {}",
                    exception.class,
                    assumed.what
                );
                let origin = self.origin(exception.place);
                answer.databases.aliases.more = Some((why.into(), origin));
                answer.unknown.push(self.unknown_at(assumed.place, &assumed.what));
                answer.unknown_debug = Some(assumed.what.clone().into());
                return answer;
            }
            (Some(exception), None) => {
                if let Some((name, hole)) = self.hole_read() {
                    let origin = Origin::Variable { name, span: hole.span };
                    answer.databases.aliases.more = Some((hole.why.clone(), origin));
                    answer.unknown_debug = Some(hole.why.clone());
                    answer.unknown.push(self.unknown_variable(name, hole));
                    return answer;
                }
                answer.refusal = self.refusal();
                if exception.message.is_none() {
                    let why = "the text of this exception is not known";
                    answer.unknown.push(self.unknown_at(exception.place, why));
                }
            }
            (None, _) => answer.unknown.extend(self.ends()),
        }
        match it.databases.as_ref().map(|it| (it, &it.data)) {
            Some((_, Data::Dict { .. })) => {
                if let Some(Node::Dict(dict)) = it.databases.as_ref().map(|it| self.node(it)) {
                    answer.databases.aliases = dict;
                }
            }
            Some((value, Data::Unknown { why, .. })) => {
                let why = why.clone().into();
                answer.databases.aliases.more = Some((why, self.origin(value.place)));
            }
            Some((value, _)) => {
                let why = "DATABASES is not a dictionary";
                answer.databases.aliases.more = Some((why.into(), self.origin(value.place)));
                answer.unknown.push(self.unknown_at(value.place, why));
            }
            None => {}
        }
        if let Some(debug) = &it.debug {
            match truth(&debug.data) {
                Ok(debug) => answer.debug = Some(debug),
                Err(why) => answer.unknown_debug = Some(why.into()),
            }
        }
        answer.call = self.call();
        answer
    }

    /// What the rules about settings modules say.
    fn advise(&self, answer: &mut Evaluated<'a>) {
        let names: BTreeSet<&str> = self.evaluated.reads.iter().map(|it| &*it.name).collect();
        for file in 0..self.evaluated.files.len() {
            let input = self.path(file);
            let hidden = literals::hidden(self.text(file), &names).into_iter();
            answer.hidden.extend(hidden.map(|span| InputSpan { input, span }));
        }
        let facts = self.facts();
        let (question, module) = (self.question, self.module);
        answer.findings =
            advise_module(&ModuleCase { question, module, evaluated: answer, facts: &facts });
        let mut proposals = answer.findings.iter().flat_map(|it| &it.proposals);
        if proposals.all(|it| it.module_edits().is_empty()) {
            answer.hidden.clear();
        }
    }

    fn facts(&self) -> Facts<'a> {
        let it = self.evaluated;
        let mut facts = Facts::default();
        for read in &it.reads {
            let (name, at) = (read.name.clone(), self.at(read.place));
            facts.reads.push(Reading { name, at, is_set: read.is_set });
        }
        for act in &it.acts {
            facts.acts.push(Act { at: self.at(act.place), deed: act.deed.clone() });
        }
        if let Some(databases) = &it.databases {
            self.written(databases, &mut Vec::new(), &mut facts);
        }
        facts
    }

    /// Where the entries of a dictionary are written, and of those in it.
    fn written(&self, value: &Value, keys: &mut Vec<String>, facts: &mut Facts<'a>) {
        const DEEPEST: usize = 3;
        let Data::Dict { entries, .. } = &value.data else { return };
        for (key, value) in entries {
            let Data::Str(name) = &key.data else { continue };
            let place = key.place;
            let path = self.path(place.file);
            let literal = place.span.of(self.text(place.file));
            keys.push(name.clone());
            facts.places.push((keys.clone(), self.at(value.place)));
            if literal.trim_matches(['\'', '"']) == name
                && literal.len() == name.len() + 2
                && let Some(value) = self.evaluated.pairs.get(&(place.file, place.span.start))
            {
                let (key, value) = (place.span, *value);
                facts.written.push(Written { keys: keys.clone(), path, key, value });
            }
            if keys.len() < DEEPEST {
                self.written(value, keys, facts);
            }
            keys.pop();
        }
    }

    fn at(&self, place: Place) -> InputSpan<'a> {
        InputSpan { input: self.path(place.file), span: place.span }
    }

    /// A file's path, as the question has it.
    fn path(&self, file: usize) -> &'a str {
        let path = self.evaluated.files.get(file).map_or("", |it| it);
        match file {
            0 => self.module.path,
            _ => self.module.files.0.keys().find(|it| *it == path).map_or("", |it| it),
        }
    }

    /// The text of a file.
    fn text(&self, file: usize) -> &'a str {
        match file {
            0 => self.module.text,
            _ => self.module.files.0.get(self.path(file)).and_then(Option::as_deref).unwrap_or(""),
        }
    }

    fn place(place: Place) -> CorePlace {
        CorePlace { line: place.line, span: place.span }
    }

    fn origin(&self, place: Place) -> Origin<'a> {
        Origin::Settings { path: self.path(place.file), place: Self::place(place) }
    }

    /// Where a value is written: in one variable, if all of it was copied from there.
    fn origin_of(&self, value: &Value) -> Origin<'a> {
        let (first, last) = (value.from.first(), value.from.last());
        if let (Some(first), Some(last)) = (first, last)
            && value.from.iter().all(|it| it.variable == first.variable)
            && let Some(name) = self.variable(first.variable)
        {
            let start = value.from.iter().map(|it| it.span.start).min().unwrap_or(0);
            let end = value.from.iter().map(|it| it.span.end).max().unwrap_or(last.span.end);
            return Origin::Variable { name, span: Span::new(start, end) };
        }
        self.origin(value.place)
    }

    /// A variable's name, if the question gives it.
    fn variable(&self, number: usize) -> Option<&'a str> {
        let name = self.evaluated.variables.get(number)?;
        self.given(name)
    }

    fn given(&self, name: &str) -> Option<&'a str> {
        let variables = self.question.inputs.variables().iter();
        variables.map(|it| it.name).find(|it| *it == name)
    }

    fn node(&self, value: &Value) -> Node<'a> {
        let Data::Dict { entries, more } = &value.data else {
            return Node::Value(Self::value(value));
        };
        let mut dict = Dict::default();
        for (key, value) in entries {
            let key: Cow<'a, str> = match &key.data {
                Data::Str(key) => key.clone().into(),
                _ => repr(key).into(),
            };
            let before = value.before.iter();
            let before = before.map(|it| (self.origin_of(it), Self::value(it))).collect::<Vec<_>>();
            let entry =
                Entry { key, origin: self.origin_of(value), value: self.node(value), before };
            // A key that may not be there: what is there then, nobody knows.
            if let Data::Unknown { why, may_be_absent: true } = &value.data {
                dict.more.get_or_insert((why.clone().into(), entry.origin.clone()));
            }
            dict.entries.push(entry);
        }
        if let Some(why) = more {
            dict.more = Some((why.clone().into(), self.origin(value.place)));
        }
        Node::Dict(dict)
    }

    fn value(value: &Value) -> CoreValue<'a> {
        match &value.data {
            Data::None => CoreValue::None,
            Data::Bool(it) => CoreValue::Bool(*it),
            Data::Int(it) => CoreValue::Int(*it),
            Data::BigInt(digits) => CoreValue::BigInt(digits.clone()),
            Data::Float(it) => CoreValue::Float(float_repr(*it).into()),
            Data::Str(text) => CoreValue::Str(text.clone().into()),
            Data::Bytes(bytes) => CoreValue::Bytes(bytes.clone().into()),
            Data::List(items) | Data::Set(items) => {
                CoreValue::List(items.iter().map(Self::value).collect())
            }
            Data::Tuple(items) => CoreValue::Tuple(items.iter().map(Self::value).collect()),
            Data::Dict { more: Some(why), .. } => CoreValue::Unknown { why: why.clone().into() },
            Data::Dict { entries, .. } => CoreValue::Dict(
                entries.iter().map(|(key, value)| (repr(key).into(), Self::value(value))).collect(),
            ),
            Data::Path(path) => CoreValue::Path(path.clone().into()),
            Data::Other(what) => {
                let why = alloc::format!("a {what} is not evaluated");
                CoreValue::Unknown { why: why.into() }
            }
            Data::Unknown { why, .. } => CoreValue::Unknown { why: why.clone().into() },
        }
    }

    fn refusal(&self) -> Option<Refusal<'a>> {
        let exception = self.evaluated.exception.as_ref()?;
        let message = match &exception.message {
            None => Text::default(),
            Some(message) => self.message(message),
        };
        let stage = match exception.is_library {
            true => &stages::RECIPE,
            false => &stages::SETTINGS,
        };
        let from = exception.message.iter().flat_map(|it| &it.from);
        let from = from
            .filter_map(|it| Some(InputSpan { input: self.variable(it.variable)?, span: it.span }));
        Some(Refusal {
            stage,
            kind: exception.class.clone().into(),
            message,
            spans: from.collect(),
            raised_at: Some((self.path(exception.place.file), exception.place.line)),
            unless: None,
        })
    }

    /// The text of an exception: what came from a variable may be a password, and so may what the
    /// module quotes.
    fn message(&self, message: &Value) -> Text<'a> {
        let Data::Str(text) = &message.data else { return Text::default() };
        let name = |it: &From| self.evaluated.variables.get(it.variable).map_or("", |it| it);
        let is_quoting = message.from.iter().any(|it| name(it) == QUOTED);
        let pieces = message.from.iter().filter(|it| name(it) != QUOTED);
        let mut pieces: Vec<Span> = pieces.map(|it| it.at).collect();
        if is_quoting {
            let names: Vec<_> = self.evaluated.reads.iter().map(|it| &*it.name).collect();
            pieces.extend(hidden_but(text, &names));
        }
        pieces.sort_unstable();
        let (mut shown, mut at) = (Text::default(), 0);
        for piece in pieces {
            let start = piece.start.max(at);
            if piece.end <= start {
                continue;
            }
            shown = shown.and(Span::new(at, start).of(text).to_string());
            shown = shown.and_secret(Secret::new(piece_of(text, start, piece.end).into()));
            at = piece.end;
        }
        shown.and(Span::new(at, text.len()).of(text).to_string())
    }

    fn unknown_at(&self, place: Place, why: &str) -> CoreUnknown<'a> {
        let written = place.span.of(self.text(place.file));
        let reads = expression_read(written).filter(|it| self.given(it).is_none());
        let missing = || self.missing.get(&(place.file, place.span));
        let reads =
            reads.map(Cow::Borrowed).or_else(|| missing().map(|it| Cow::Owned(String::from(*it))));
        // Whatever reads it, its value is what is missing.
        let why = match &reads {
            Some(name) if !self.module.has_all_variables => {
                alloc::format!("the variable {name} is not given")
            }
            _ => why.to_string(),
        };
        CoreUnknown {
            path: self.path(place.file),
            line: (place.line > 0).then_some(place.line),
            expression: expression_shown(written).into(),
            reads,
            why: why.into(),
            file: None,
        }
    }

    /// A variable that the question does not know, or not as a whole.
    fn unknown_variable(&self, name: &'a str, hole: &Hole<'a>) -> CoreUnknown<'a> {
        let written = self.question.inputs.written(name).unwrap_or("");
        CoreUnknown {
            path: name,
            line: None,
            expression: hole.span.of(written).into(),
            reads: None,
            why: hole.why.clone(),
            file: None,
        }
    }

    /// A variable that the module reads and that is not known as a whole.
    fn hole_read(&self) -> Option<(&'a str, &'b Hole<'a>)> {
        let is_read = |name: &str| self.evaluated.reads.iter().any(|it| it.name == name);
        let holes = self.question.inputs.holes().iter();
        holes.map(|(name, hole)| (*name, hole)).find(|it| is_read(it.0))
    }

    fn unknown(&self) -> Vec<CoreUnknown<'a>> {
        let holes = self.question.inputs.holes();
        // Core says itself what of the URL is not known.
        let is_call = |name: &str| name == DATABASE_URL && self.call().is_some();
        let of = |it: &Unknown| match it.place.span.is_empty() {
            true => match holes.iter().find(|(_, hole)| hole.why == it.why) {
                Some((name, _)) if is_call(name) => None,
                Some((name, hole)) => Some(self.unknown_variable(name, hole)),
                None => Some(self.unknown_at(it.place, &it.why)),
            },
            false => Some(self.unknown_at(it.place, &it.why)),
        };
        self.evaluated.unknown.iter().filter_map(of).collect()
    }

    /// The exceptions that a condition which is not known may end the module with.
    fn ends(&self) -> Vec<CoreUnknown<'a>> {
        let ends = self.evaluated.assumed.iter().filter_map(|it| Some((it, it.unless.as_ref()?)));
        let end = |(it, unless): (&Assumption, &Unknown)| {
            let line = it.place.line;
            let known = self.unknown_at(unless.place, &unless.why);
            let why = match it.class.as_str() {
                "" => alloc::format!(
                    "whether line {line} ends the module is not known: {}",
                    known.why
                ),
                class => alloc::format!(
                    "whether {class} in line {line} ends the module is not known: {}",
                    known.why
                ),
            };
            CoreUnknown { why: why.into(), ..known }
        };
        // One for each line.
        let mut lines: BTreeSet<(usize, usize)> = BTreeSet::new();
        ends.filter(|it| lines.insert((it.0.place.file, it.0.place.line))).map(end).collect()
    }

    fn call(&self) -> Option<CallSite<'a>> {
        let it = self.evaluated.call?;
        let name = self.evaluated.variables.get(it.variable)?;
        let written = it.ssl_require.span.of(self.text(it.ssl_require.file));
        (name == DATABASE_URL).then(|| CallSite {
            call: it.call,
            path: self.path(it.place.file),
            place: Self::place(it.place),
            ssl_require: (Self::place(it.ssl_require), written),
            conn_max_age: Self::place(it.conn_max_age),
            conn_health_checks: Self::place(it.conn_health_checks),
        })
    }
}

fn piece_of(text: &str, start: usize, end: usize) -> String {
    Span::new(start, end).of(text).to_string()
}

/// Python's truth of a value.
fn truth(data: &Data) -> Result<bool, String> {
    Ok(match data {
        Data::None => false,
        Data::Bool(it) => *it,
        Data::Int(it) => *it != 0,
        Data::BigInt(_) | Data::Path(_) | Data::Other(_) => true,
        Data::Float(it) => *it != 0.0,
        Data::Str(text) => !text.is_empty(),
        Data::Bytes(bytes) => !bytes.is_empty(),
        Data::List(items) | Data::Tuple(items) | Data::Set(items) => !items.is_empty(),
        Data::Dict { entries, more: None } => !entries.is_empty(),
        Data::Dict { more: Some(why), .. } | Data::Unknown { why, .. } => return Err(why.clone()),
    })
}

/// A key that is no text.
fn repr(key: &Value) -> String {
    match &key.data {
        Data::Str(text) => text.clone(),
        Data::None => "None".into(),
        Data::Bool(true) => "True".into(),
        Data::Bool(false) => "False".into(),
        Data::Int(it) => it.to_string(),
        Data::BigInt(digits) => digits.clone(),
        Data::Float(it) => float_repr(*it),
        _ => "…".into(),
    }
}
