//! A settings module that was given. The second module evaluates it, whenever this one asks: for an
//! answer, and for each fix that is verified. Texts go to and fro.

use std::borrow::Cow;

use dsnlens_core::clients::stages;
use dsnlens_core::databases::{Dict, Place};
use dsnlens_core::ledger::Origin;
use dsnlens_core::module::{Evaluated, SettingsModule};
use dsnlens_core::{Call, Question, Span, Text, Unknown};
#[cfg(not(feature = "more"))]
use dsnlens_core::{InputSpan, Refusal, databases::Databases, module::CallSite};

use crate::plain::{plain, write};

/// A settings module that was given, and the world around it. No `Debug`: it holds secrets.
#[derive(Clone, Default, PartialEq)]
pub(crate) struct Given {
    /// Its text; empty where the guide's module applies.
    pub(crate) text: String,
    /// Variables beside the `.env` file, in the order in which they were first typed. An empty one
    /// is not given.
    pub(crate) variables: Vec<(String, String)>,
    /// Whether a variable that is not given is not set, and not unknown.
    pub(crate) has_all_variables: bool,
    /// Whether the guide's module applies to the other tabs all the same.
    pub(crate) is_guides: bool,
}

plain!(Given { text, variables, has_all_variables, is_guides });

impl Given {
    /// The value of a variable.
    pub(crate) fn variable(&self, name: &str) -> Option<&str> {
        let it = self.variables.iter().find(|it| it.0 == name)?;
        Some(&*it.1).filter(|it| !it.is_empty())
    }

    pub(crate) fn set_variable(&mut self, name: &str, value: String) {
        match self.variables.iter_mut().find(|it| it.0 == name) {
            Some(it) => it.1 = value,
            None => self.variables.push((name.to_owned(), value)),
        }
    }
}

/// What a module is evaluated with.
#[derive(Clone)]
pub(crate) struct Asked {
    pub(crate) dotenv: Option<String>,
    pub(crate) has_all_variables: bool,
    pub(crate) variables: Vec<(String, String)>,
    /// Variables of which nothing is known, and why.
    pub(crate) unknown: Vec<(String, String)>,
    pub(crate) debug: Option<bool>,
    pub(crate) dj_database_url: String,
}

plain!(Asked { dotenv, has_all_variables, variables, unknown, debug, dj_database_url });

impl Asked {
    fn of(module: &SettingsModule<'_>, Question { inputs, recipe, .. }: &Question<'_>) -> Asked {
        let variables = inputs.variables().iter();
        let unknown = inputs.holes().iter().filter(|(_, hole)| hole.span.is_empty());
        Asked {
            dotenv: module.dotenv.map(str::to_owned),
            has_all_variables: module.has_all_variables,
            variables: variables.map(|it| (it.name.to_owned(), it.value.to_owned())).collect(),
            unknown: unknown
                .map(|(name, hole)| ((*name).to_owned(), hole.why.clone().into_owned()))
                .collect(),
            debug: inputs.said_debug(),
            dj_database_url: recipe.dj_database_url.version().into(),
        }
    }
}

/// What a module comes to. Its text is known on both sides, and so are its variables, which are
/// numbers here.
pub(crate) struct Outcome<'a> {
    databases: Dict<'a>,
    /// For each of [`Dict::each_origin`] the number of the variable behind it, from 1, or 0.
    from: Vec<(usize, Span)>,
    raised: Option<Raised>,
    debug: Option<bool>,
    unknown_debug: Option<Cow<'a, str>>,
    unknown: Vec<Missing<'a>>,
    call: Option<Site>,
}

struct Raised {
    is_library: bool,
    kind: String,
    message: String,
    /// What of it is secret.
    secrets: Vec<(usize, Span)>,
    spans: Vec<(usize, Span)>,
    line: Option<usize>,
}

struct Missing<'a> {
    line: Option<usize>,
    expression: Cow<'a, str>,
    reads: Option<Cow<'a, str>>,
    why: Cow<'a, str>,
}

struct Site {
    call: Call,
    place: Place,
    ssl_require: Place,
    conn_max_age: Place,
    conn_health_checks: Place,
}

plain!(Outcome<'_> { databases, from, raised, debug, unknown_debug, unknown, call });
plain!(Raised { is_library, kind, message, secrets, spans, line });
plain!(Missing<'_> { line, expression, reads, why });
plain!(Site { call, place, ssl_require, conn_max_age, conn_health_checks });

#[cfg(not(feature = "more"))]
impl<'a> Outcome<'a> {
    fn evaluated(self, module: &SettingsModule<'a>, question: &Question<'a>) -> Evaluated<'a> {
        let path = module.path;
        let variables = question.inputs.variables();
        let input = |(nth, span): &(usize, Span)| {
            let variable = variables.get(nth.checked_sub(1)?)?;
            Some(InputSpan { input: variable.name, span: *span })
        };
        let mut databases = self.databases;
        let mut from = self.from.iter();
        databases.each_origin(|origin| {
            if let Some(InputSpan { input, span }) = from.next().and_then(input) {
                *origin = Origin::Variable { name: input, span };
            }
        });
        let refusal = self.raised.map(|it| {
            let (mut message, mut at) = (Text::default(), 0);
            let mut and = |span: Span| {
                let before = Span::new(at, span.start).of(&it.message).to_owned();
                at = span.end;
                message = std::mem::take(&mut message)
                    .and(before)
                    .and_hidden(span.of(&it.message).to_owned());
            };
            it.secrets.iter().for_each(|it| and(it.1));
            and(Span::new(it.message.len(), it.message.len()));
            Refusal {
                stage: if it.is_library { &stages::RECIPE } else { &stages::SETTINGS },
                kind: it.kind.into(),
                message,
                spans: it.spans.iter().filter_map(input).collect(),
                raised_at: it.line.map(|line| (path, line)),
                unless: None,
            }
        });
        let unknown = self.unknown.into_iter().map(|it| {
            let Missing { line, expression, reads, why } = it;
            Unknown { path, line, expression, reads, why, file: None }
        });
        let call = self.call.map(|it| CallSite {
            call: it.call,
            path,
            place: it.place,
            ssl_require: (it.ssl_require, it.ssl_require.span.of(module.text)),
            conn_max_age: it.conn_max_age,
            conn_health_checks: it.conn_health_checks,
        });
        Evaluated {
            databases: Databases { path, text: module.text, aliases: databases },
            refusal,
            debug: self.debug,
            unknown_debug: self.unknown_debug,
            unknown: unknown.collect(),
            call,
            // There is one file alone.
            wanted: Vec::new(),
        }
    }
}

/// What a module comes to, for [`SettingsModule::evaluate`].
#[cfg(not(feature = "more"))]
pub(crate) fn evaluate<'a>(module: &SettingsModule<'a>, question: &Question<'a>) -> Evaluated<'a> {
    let asked = write(&Asked::of(module, question));
    let said = crate::second::ask::<Outcome<'_>>("evaluate", module.text, &asked).known();
    said.map_or_else(|| unevaluated(module), |it| it.evaluated(module, question))
}

#[cfg(feature = "more")]
pub(crate) use dsnlens_settings::evaluate;

/// Nothing of it is known.
#[cfg(not(feature = "more"))]
fn unevaluated<'a>(module: &SettingsModule<'a>) -> Evaluated<'a> {
    let origin = Origin::Settings { path: module.path, place: Place::NONE };
    let aliases = Dict { more: Some((crate::second::FAILED.into(), origin)), ..Dict::default() };
    let databases = Databases { path: module.path, text: module.text, aliases };
    Evaluated { databases, ..Evaluated::default() }
}

/// The variables whose values settle what a module comes to, whether they are given or not; in the
/// order of its text.
pub(crate) fn variables(module: &SettingsModule<'_>, question: &Question<'_>) -> Vec<String> {
    let asked = write(&Asked::of(module, question));
    crate::second::ask("variables", module.text, &asked).known().unwrap_or_default()
}

/// Where a value of a settings module is written: the line, the argument, and the expression as far
/// as it may be shown.
pub(crate) fn place(path: &str, place: Place, text: &str) -> String {
    let before = text.get(..place.span.start).unwrap_or("");
    let argument = before.strip_suffix('=').unwrap_or("");
    let is_name = |c: char| c.is_ascii_alphanumeric() || c == '_';
    let argument = argument.rsplit(|c| !is_name(c)).next().unwrap_or("");
    let expression = dsnlens_core::expression_shown(place.span.of(text));
    let written = match (argument, &*expression) {
        ("", "…") | ("", "") => String::new(),
        ("", expression) => format!(" {expression}"),
        (argument, "…") => format!(" {argument}"),
        (argument, expression) => format!(" {argument}={expression}"),
    };
    format!("{path}:{}{written}", place.line)
}

#[cfg(any(test, feature = "more"))]
mod answering {
    use std::collections::BTreeSet;

    use dsnlens_core::module::{Files, Preset};
    use dsnlens_core::{Inputs, Recipe};

    use super::*;
    use crate::plain;

    /// Asks the evaluator, as the page's own module would.
    fn with<T>(
        text: &str,
        Asked { dotenv, has_all_variables, variables, unknown, debug, dj_database_url }: &Asked,
        then: impl FnOnce(&Question<'_>, Evaluated<'_>) -> T,
    ) -> T {
        let pairs = variables.iter().map(|(name, value)| (&**name, &**value));
        let inputs = Inputs::new(pairs).with_debug(*debug);
        let inputs =
            unknown.iter().fold(inputs, |inputs, (name, why)| inputs.with_unknown(name, why));
        let recipe = Recipe {
            dj_database_url: dj_database_url.parse().unwrap_or_default(),
            ..Recipe::default()
        };
        let module = SettingsModule {
            path: Preset::PATH,
            root: "",
            text,
            files: Files::NONE,
            dotenv: dotenv.as_deref(),
            has_all_variables: *has_all_variables,
            evaluate: dsnlens_settings::evaluate,
        };
        let question = Question::new(inputs).with_recipe(recipe).with_module(module);
        let evaluated = dsnlens_settings::evaluate(&module, &question);
        then(&question, evaluated)
    }

    /// Evaluates a module, in plain data.
    pub(crate) fn outcome(text: &str, more: &str) -> String {
        let Some(asked) = plain::read::<Asked>(more) else { return String::new() };
        with(text, &asked, |_, evaluated| {
            // Of two with one name the last is read.
            let number = |name: &str| {
                asked.variables.iter().rposition(|it| it.0 == name).map_or(0, |it| it + 1)
            };
            write(&Outcome::of(evaluated, number))
        })
    }

    impl<'a> Outcome<'a> {
        fn of(it: Evaluated<'a>, number: impl Fn(&str) -> usize) -> Outcome<'a> {
            let mut databases = it.databases.aliases;
            let mut from = Vec::new();
            databases.each_origin(|origin| {
                from.push(match origin {
                    Origin::Variable { name, span } => (number(name), *span),
                    _ => (0, Span::default()),
                });
            });
            let raised = it.refusal.map(|it| Raised {
                is_library: it.stage.name == stages::RECIPE.name,
                kind: it.kind.into_owned(),
                message: it.message.reveal(),
                secrets: secrets(&it.message),
                spans: it.spans.iter().map(|at| (number(at.input), at.span)).collect(),
                line: it.raised_at.map(|it| it.1),
            });
            let unknown = it.unknown.into_iter().map(|it| {
                let Unknown { path: _, line, expression, reads, why, file: _ } = it;
                Missing { line, expression, reads, why }
            });
            Outcome {
                databases,
                from,
                raised,
                debug: it.debug,
                unknown_debug: it.unknown_debug,
                unknown: unknown.collect(),
                call: it.call.map(|it| Site {
                    call: it.call,
                    place: it.place,
                    ssl_require: it.ssl_require.0,
                    conn_max_age: it.conn_max_age,
                    conn_health_checks: it.conn_health_checks,
                }),
            }
        }
    }

    /// The secret stretches of a text as it is revealed.
    fn secrets(text: &Text<'_>) -> Vec<(usize, Span)> {
        let mut at = 0;
        let pieces = text.pieces().map(|(is_secret, piece)| {
            let span = Span::new(at, at + piece.len());
            at = span.end;
            (is_secret, span)
        });
        pieces.filter(|it| it.0).map(|it| (0, it.1)).collect()
    }

    /// What [`super::variables`] asks for. Those that may settle something where no variable is
    /// given come first, so that none comes or goes with a value that is typed; behind them those
    /// that are missing as it is, and the one whose absence ends the module.
    pub(crate) fn names(text: &str, more: &str) -> Vec<String> {
        let Some(asked) = plain::read::<Asked>(more) else { return Vec::new() };
        let mut seen = BTreeSet::new();
        let mut names = Vec::new();
        let worlds = [
            (None, &[][..], true),
            (asked.dotenv.as_deref(), &asked.variables, true),
            (asked.dotenv.as_deref(), &asked.variables, !asked.has_all_variables),
        ];
        for (dotenv, variables, is_open) in worlds {
            let env: Vec<_> = variables.iter().map(|(name, value)| (&**name, &**value)).collect();
            let module = dsnlens_settings::read(&dsnlens_settings::Question {
                text,
                path: Preset::PATH,
                env: &env,
                is_open,
                dotenv,
                ..dsnlens_settings::Question::default()
            });
            names.extend(settling(&module).into_iter().filter(|it| seen.insert(it.clone())));
        }
        names
    }

    /// The variables that are not set where something is unknown, and the last one before an
    /// exception.
    fn settling(module: &dsnlens_settings::Module) -> Vec<String> {
        let missing = module.reads.iter().filter(|it| !it.is_set);
        let raised = module.exception.iter().filter_map(|it| {
            let mut last = missing.clone().rev();
            last.find(|read| read.place.line == it.place.line)
        });
        // Nobody fills in more.
        let unknown = module.unknown.get(..MOST).unwrap_or(&module.unknown);
        let is_unknown = |read: &&dsnlens_settings::Reading| {
            let mut places = unknown.iter().map(|it| it.place);
            places.any(|it| it.file == read.place.file && holds(it.span, read.place.span))
        };
        let names = missing.clone().filter(is_unknown).chain(raised);
        names.map(|it| it.name.clone()).collect()
    }

    const MOST: usize = 200;

    fn holds(outer: Span, inner: Span) -> bool {
        outer.start <= inner.start && inner.end <= outer.end
    }

    /// Whether it is a piece of a module: what it takes for granted is defined elsewhere.
    fn is_piece(unknown: &[dsnlens_settings::Unknown]) -> bool {
        unknown.iter().any(|it| it.why.contains("is not defined in this text"))
    }

    /// Whether a text is a module that says what `DATABASES` is.
    pub(crate) fn is_module(text: &str) -> bool {
        text.contains("DATABASES") && {
            let module = dsnlens_settings::read(&dsnlens_settings::Question {
                text,
                is_open: true,
                ..dsnlens_settings::Question::default()
            });
            module.databases.is_some_and(|it| it.is_known() || !is_piece(&module.unknown))
        }
    }
}
#[cfg(any(test, feature = "more"))]
pub(crate) use answering::{is_module, names, outcome};

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_shows_its_argument_and_no_literal() {
        let text = "f(ssl_require=not DEBUG, age=600)\nX = 'hunter2'\nY = env('DB')";
        let check = |written: &str, expected: &str| {
            let at = text.find(written).unwrap();
            let span = Span::new(at, at + written.len());
            assert_eq!(place("settings.py", Place { line: 1, span }, text), expected);
        };
        check("not DEBUG", "settings.py:1 ssl_require=not DEBUG");
        check("600", "settings.py:1 age");
        check("'hunter2'", "settings.py:1");
        check("env('DB')", "settings.py:1 env('DB')");
    }
}
