//! A settings module as a text, and what it comes to. What evaluates it is handed in: core knows
//! the door and not the evaluator.

use alloc::borrow::Cow;
use alloc::collections::BTreeMap;
use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;

use crate::databases::{Databases, Place};
use crate::diagnostic::Diagnostic;
use crate::question::Question;
use crate::recipe::{Call, Recipe};
use crate::refusal::Refusal;
use crate::resolution::Unknown;
use crate::span::{InputSpan, Span};

/// A settings module as it is written, and what it may read beside the variables.
#[derive(Clone, Copy)]
pub struct SettingsModule<'a> {
    /// Its path, from the folder of `manage.py`: `config/settings.py`.
    pub path: &'a str,
    /// That folder, without a slash at its end; empty where it is not known.
    pub root: &'a str,
    /// Its text.
    pub text: &'a str,
    /// Other modules by their paths; `None` for a file that is known to be missing.
    pub files: &'a Files,
    /// The `.env` file that is read where the module reads one; empty where there is none, `None`
    /// where it is not known.
    pub dotenv: Option<&'a str>,
    /// Whether the variables of the inputs are all there are. If not, one that is not given is
    /// unknown.
    pub has_all_variables: bool,
    /// What evaluates it.
    pub evaluate: Evaluate,
}

/// Texts of other modules by their paths; `None` for a file that is known to be missing.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Deserialize))]
pub struct Files(pub BTreeMap<String, Option<String>>);

impl<'a> SettingsModule<'a> {
    /// The text of a file, by its path.
    pub fn text_of(&self, path: &str) -> Option<&'a str> {
        match path == self.path {
            true => Some(self.text),
            false => self.files.0.get(path)?.as_deref(),
        }
    }
}

impl Files {
    /// No other module.
    pub const NONE: &'static Files = &Files(BTreeMap::new());
}

/// A settings module that is known by its name.
#[derive(Debug, PartialEq, Eq)]
pub struct Preset {
    /// The name it is asked for by.
    pub name: &'static str,
    /// What it is.
    pub title: &'static str,
    /// Its text.
    pub text: &'static str,
}

impl Preset {
    /// What a module without a file is called.
    pub const PATH: &'static str = "settings.py";

    /// The settings module of the guide, which is the one that is meant where none is named.
    pub const GUIDE: &'static Preset =
        &Preset { name: "guide", title: "the guide’s", text: include_str!("module/guide.py") };

    /// django-environ's.
    pub const ENVIRON: &'static Preset = &Preset {
        name: "environ",
        title: "env.db() of django-environ",
        text: include_str!("module/environ.py"),
    };

    /// All of them, the default first.
    pub const ALL: [&'static Preset; 3] = [
        Preset::GUIDE,
        &Preset {
            name: "config",
            title: "dj_database_url.config()",
            text: include_str!("module/config.py"),
        },
        Preset::ENVIRON,
    ];

    /// The preset called `name`.
    pub fn find(name: &str) -> Option<&'static Preset> {
        Preset::ALL.into_iter().find(|it| it.name == name)
    }

    /// The module itself, where the variables of the inputs are all there are.
    pub fn module<'a>(&'static self, evaluate: Evaluate) -> SettingsModule<'a> {
        SettingsModule {
            path: Preset::PATH,
            root: "",
            text: self.text,
            files: Files::NONE,
            dotenv: Some(""),
            has_all_variables: true,
            evaluate,
        }
    }

    /// Whether core reads it without an evaluator.
    pub fn is_compiled(&self, recipe: &Recipe) -> bool {
        self.name == Preset::GUIDE.name && recipe.dj_database_url.is_compiled()
    }
}

/// What evaluates a settings module with the variables and the releases of a question.
pub type Evaluate = for<'a> fn(&SettingsModule<'a>, &Question<'a>) -> Evaluated<'a>;

/// What a settings module comes to.
#[derive(Clone, Debug, Default)]
pub struct Evaluated<'a> {
    /// `DATABASES`; empty where the module defines none or ends in an exception.
    pub databases: Databases<'a>,
    /// The exception that ends it.
    pub refusal: Option<Refusal<'a>>,
    /// `DEBUG`, if it has a value whose truth is known.
    pub debug: Option<bool>,
    /// Why `DEBUG` is not known.
    pub unknown_debug: Option<Cow<'a, str>>,
    /// What was not understood and reaches `DATABASES` or `DEBUG`, in the order of the text.
    pub unknown: Vec<Unknown<'a>>,
    /// The call of dj-database-url that reads `DATABASE_URL` as it is, and whose result is
    /// `DATABASES['default']` as it was returned, or whose exception is the refusal.
    pub call: Option<CallSite<'a>>,
    /// Paths at which imported modules would be, that are not given.
    pub wanted: Vec<String>,
    /// What the rules about settings modules find, and what they propose for other rules' findings:
    /// a finding without a message.
    pub findings: Vec<Diagnostic<'a>>,
    /// Literals in the files that may be secrets, where a proposal edits a file.
    pub hidden: Vec<InputSpan<'a>>,
    /// The variables that it reads and that are not set, in the order in which it does.
    pub unset: Vec<String>,
}

/// What a settings module does beside what it comes to, for the rules about settings modules. All of
/// it is certain: nothing is in a branch that may not be taken, or rests on what is not known.
#[derive(Clone, Debug, Default)]
pub struct Facts<'a> {
    /// The variables that the module asks for, each time it does.
    pub reads: Vec<Reading<'a>>,
    /// The entries of `DATABASES` whose keys are literals.
    pub written: Vec<Written<'a>>,
    /// Where the values of `DATABASES['default']` are made, by the keys that lead to them.
    pub places: Vec<(Vec<String>, InputSpan<'a>)>,
    /// What else it does.
    pub acts: Vec<Act<'a>>,
}

/// A variable that a settings module asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reading<'a> {
    /// Its name.
    pub name: String,
    /// The expression.
    pub at: InputSpan<'a>,
    /// Whether it is set.
    pub is_set: bool,
}

/// An entry of a dictionary as it is written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Written<'a> {
    /// The keys that lead to it: `default`, `OPTIONS`, `sslmode`.
    pub keys: Vec<String>,
    /// The file.
    pub path: &'a str,
    /// The literal of the last key.
    pub key: Span,
    /// The expression of its value.
    pub value: Span,
}

/// Something that a settings module does.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Act<'a> {
    /// The file and the expression.
    pub at: InputSpan<'a>,
    /// What is done.
    pub deed: Deed,
}

/// What a settings module does.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Deed {
    /// A text of a variable that says no is taken for true.
    TextIsTrue {
        /// The variable.
        variable: String,
        /// The text, which is one of a few: `False`.
        text: String,
        /// The expression that gives the text.
        value: Span,
        /// Whether it is the argument of `bool()`, which is the expression.
        is_call: bool,
    },
    /// A function of a library does not know an argument.
    UnknownArgument {
        /// The function.
        function: String,
        /// The argument's name.
        name: String,
        /// The argument's value.
        value: Span,
        /// The arguments that the function knows.
        known: Vec<&'static str>,
    },
    /// A function of dj-database-url is given arguments by their places.
    Positional {
        /// `config` or `parse`.
        function: &'static str,
        /// The parameters, in the order of the release.
        parameters: Vec<&'static str>,
        /// The values, and whether each is `True`.
        values: Vec<(Span, bool)>,
    },
    /// `ssl_require=True` is taken for another argument.
    SslRequireLost,
    /// A default is used for a variable that is not set.
    Default {
        /// The variable.
        variable: String,
        /// The default, as it is written.
        value: Span,
        /// Whether it is a database's URL.
        is_url: bool,
    },
    /// A dictionary is updated with a database's settings, and keeps its `OPTIONS`.
    OptionsKept {
        /// The dictionary, as it is written.
        target: Span,
        /// What it is updated with.
        source: Span,
        /// The `ENGINE` before.
        before: String,
        /// The `ENGINE` behind it.
        after: String,
        /// The names of the options that stay.
        options: Vec<String>,
    },
    /// A value is taken for a reference to another variable.
    Reference {
        /// The variable that holds it.
        variable: String,
        /// Whether the variable that it refers to is set.
        is_set: bool,
    },
    /// A percent-encoding of a URL is left as it is.
    PercentKept {
        /// The variable that holds the URL.
        variable: String,
        /// The encoding, in it.
        span: Span,
    },
}

/// A call of dj-database-url in a settings module.
#[derive(Clone, Copy, Debug)]
pub struct CallSite<'a> {
    /// What it is given.
    pub call: Call,
    /// The file.
    pub path: &'a str,
    /// The call.
    pub place: Place,
    /// The argument `ssl_require`, as it is written; empty where it is left out.
    pub ssl_require: (Place, &'a str),
    /// The argument `conn_max_age`.
    pub conn_max_age: Place,
    /// The argument `conn_health_checks`.
    pub conn_health_checks: Place,
}

/// Prints no text: it may hold passwords.
impl fmt::Debug for SettingsModule<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.path)
    }
}
