//! A settings module that was given. The second module evaluates it, whenever this one asks: for an
//! answer, and for each fix that is verified. Texts go to and fro.

use std::borrow::Cow;

use dsnlens_core::clients::stages;
use dsnlens_core::databases::{Dict, Place};
use dsnlens_core::ledger::Origin;
use dsnlens_core::module::{Evaluated, SettingsModule};
use dsnlens_core::{Call, Question, Span, Text, Unknown};
#[cfg(not(feature = "more"))]
use dsnlens_core::{
    Diagnostic, InputSpan, ModuleEdit, Proposal, Refusal, Severity, databases::Databases,
    module::CallSite,
};

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
    findings: Vec<Found<'a>>,
    /// Stretches of the text that may be secrets.
    hidden: Vec<Span>,
}

/// What a rule about settings modules found.
struct Found<'a> {
    rule: String,
    severity: usize,
    message: Cow<'a, str>,
    help: Cow<'a, str>,
    /// Variables by their numbers, or 0 for the text itself.
    spans: Vec<(usize, Span)>,
    proposals: Vec<Proposed>,
}

struct Proposed {
    title: String,
    edits: Vec<Edited>,
}

struct Edited {
    span: Span,
    /// The pieces, and whether each is secret.
    text: Vec<(bool, String)>,
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

plain!(Outcome<'_> { databases, from, raised, debug, unknown_debug, unknown, call, findings, hidden });
plain!(Found<'_> { rule, severity, message, help, spans, proposals });
plain!(Proposed { title, edits });
plain!(Edited { span, text });
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
        let findings = self.findings.into_iter().filter_map(|it| {
            let at = |place: &(usize, Span)| {
                input(place).unwrap_or(InputSpan { input: path, span: place.1 })
            };
            Some(Diagnostic {
                rule: dsnlens_core::rules::find(&it.rule)?,
                severity: *Severity::ALL.get(it.severity)?,
                message: it.message.into_owned().into(),
                help: it.help.into_owned().into(),
                spans: it.spans.iter().map(at).collect(),
                proposals: it.proposals.into_iter().map(|it| it.proposal(path)).collect(),
            })
        });
        let findings = findings.collect();
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
            findings,
            hidden: self.hidden.into_iter().map(|span| InputSpan { input: path, span }).collect(),
            unset: Vec::new(),
        }
    }
}

#[cfg(not(feature = "more"))]
impl Proposed {
    fn proposal(self, path: &str) -> Proposal {
        let edits = self.edits.into_iter().map(|it| {
            let text = it.text.into_iter().fold(Text::default(), |text, (is_secret, piece)| {
                if is_secret { text.and_hidden(piece) } else { text.and(piece) }
            });
            ModuleEdit { path: path.into(), span: it.span, text }
        });
        Proposal::of_module(self.title, edits.collect())
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
            let findings = it.findings.iter().map(|it| Found {
                rule: it.rule.name.to_owned(),
                severity: it.severity as usize,
                message: it.message.clone(),
                help: it.help.clone(),
                spans: it.spans.iter().map(|at| (number(at.input), at.span)).collect(),
                proposals: it.proposals.iter().map(Proposed::of).collect(),
            });
            Outcome {
                findings: findings.collect(),
                hidden: it.hidden.iter().map(|it| it.span).collect(),
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

    impl Proposed {
        fn of(it: &dsnlens_core::Proposal) -> Proposed {
            let edits = it.module_edits().iter().map(|it| Edited {
                span: it.span,
                text: it.text.pieces().map(|(is_secret, it)| (is_secret, it.to_owned())).collect(),
            });
            Proposed { title: it.title().to_owned(), edits: edits.collect() }
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
            let ends = module.assumed.iter().filter_map(|it| it.unless.as_ref());
            let mut places = unknown.iter().chain(ends).map(|it| it.place);
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

// Asked on its side of the door, which a run of the whole workspace leaves out.
#[cfg(all(test, not(feature = "more")))]
mod tests {
    use dsnlens_core::Inputs;
    use dsnlens_core::module::{Files, Preset};

    use super::*;

    #[test]
    fn what_the_rules_find_comes_over_whole() {
        let text = "import os\nDATABASES = {'default': {'ENGINE': 'django.db.backends.postgresql',\n\
                    'NAME': 'shop', 'SSLMODE': os.environ['MODE'], 'PASSWORD': 'quiet-otter'}}\n\
                    DEBUG = bool(os.environ.get('DEBUG'))\n";
        let inputs = Inputs::new([("MODE", "require"), ("DEBUG", "False")]);
        let module = SettingsModule {
            path: Preset::PATH,
            root: "",
            text,
            files: Files::NONE,
            dotenv: Some(""),
            has_all_variables: true,
            evaluate: dsnlens_settings::evaluate,
        };
        let question = Question::new(inputs).with_module(module);
        let direct = dsnlens_settings::evaluate(&module, &question);
        let written = outcome(text, &write(&Asked::of(&module, &question)));
        let read = crate::plain::read::<Outcome<'_>>(&written).unwrap();
        let read = read.evaluated(&module, &question);
        let all = |it: &Evaluated<'_>| {
            let findings = it.findings.iter();
            let findings = findings.map(|it| {
                let Diagnostic { rule, severity, message, spans, help, proposals } = it;
                format!("{rule:?} {severity:?} {message} {spans:?} {help} {proposals:?}")
            });
            findings.collect::<Vec<_>>()
        };
        assert_eq!(all(&read), all(&direct));
        assert_eq!(all(&read).len(), 2, "{:?}", all(&read));
        assert_eq!(read.hidden, direct.hidden);
    }
}
