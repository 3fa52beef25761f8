//! What came from outside: environment variables, the value of `DEBUG`, what is known of the
//! machine, and how the application is run. Gathered elsewhere.

mod unread;

use alloc::borrow::Cow;
use alloc::string::String;
use alloc::vec::Vec;

use crate::databases::Databases;
use crate::file_facts::FileFacts;
use crate::machine::Machine;
use crate::span::Span;
use crate::workload::Workload;

/// An environment variable.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Variable<'a> {
    /// Its name, such as `DATABASE_URL`.
    pub name: &'a str,
    /// Its value, as readers are given it. An empty value is a value.
    pub value: &'a str,
    /// Its value as it was written, of the same length: a reference where `value` has a stand-in.
    pub written: &'a str,
}

/// Prints the name alone: any value may hold a password.
impl core::fmt::Debug for Variable<'_> {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        write!(f, "{}={}", self.name, crate::secret::MASK)
    }
}

/// The world as the settings module sees it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Inputs<'a> {
    variables: Vec<Variable<'a>>,
    holes: Vec<(&'a str, Hole<'a>)>,
    debug: Option<bool>,
    machine: Machine<'a>,
    workload: Workload,
    databases: Option<Databases<'a>>,
    file: Option<&'a FileFacts>,
}

/// A stretch of a variable's value that is not known: something else fills it in.
///
/// Readers are given a text with a harmless stand-in ([`stand_in`]); every value that they read
/// from the stretch is unknown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hole<'a> {
    /// The bytes of the value; empty where nothing of the value is known.
    pub span: Span,
    /// Why, in a clause: `DATABASE_URL comes from Render's database shop-db`.
    pub why: Cow<'a, str>,
}

impl<'a> Hole<'a> {
    /// A value of which nothing is known.
    pub fn whole(why: impl Into<Cow<'a, str>>) -> Hole<'a> {
        Hole { span: Span::default(), why: why.into() }
    }

    /// A stretch of a value.
    pub fn at(span: Span, why: impl Into<Cow<'a, str>>) -> Hole<'a> {
        Hole { span, why: why.into() }
    }

    /// Whether what stands at `span` depends on it.
    pub const fn touches(&self, span: Span) -> bool {
        self.span.is_empty() || self.span.overlaps(span)
    }
}

/// What readers are given for `written`: of the same length, with digits in its holes, which are a
/// number, a name and a host alike.
pub fn stand_in(written: &str, holes: &[Hole<'_>]) -> String {
    let mut text = String::with_capacity(written.len());
    let mut at = 0;
    for hole in holes.iter().filter(|it| !it.span.is_empty()) {
        let end = hole.span.end.min(written.len());
        if hole.span.start < at || end <= hole.span.start {
            continue;
        }
        text.push_str(Span::new(at, hole.span.start).of(written));
        text.extend(core::iter::repeat_n('0', end - hole.span.start - 1));
        text.push('1');
        at = end;
    }
    text.push_str(Span::new(at, written.len()).of(written));
    text
}

/// The variable that holds the URL.
pub const DATABASE_URL: &str = "DATABASE_URL";

pub(crate) use unread::stands_for;

/// Whether there is something to say about the variable `name`: it is read, or another one is read
/// for what it is for.
pub fn is_known(name: &str) -> bool {
    is_relevant(name) || stands_for(name).is_some()
}

/// Whether the settings module or libpq might look at the variable `name`.
pub fn is_relevant(name: &str) -> bool {
    matches!(name, DATABASE_URL | "DEBUG") || name.starts_with("DB_") || name.starts_with("PG")
}

/// What Django's `DEBUG` is, and how certain that is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Debug {
    /// Neither said nor set: a project is in production unless it says otherwise.
    Unset,
    /// Said outright, or a variable with a clear word.
    Clear(bool),
    /// The variable `DEBUG` holds neither a clear yes nor a clear no; taken as no.
    Ambiguous,
    /// The variable `DEBUG` is set, and its value is not known.
    Unknown,
}

impl Debug {
    /// Whether `DEBUG` is on. Off is what this project calls production.
    pub const fn is_on(self) -> bool {
        matches!(self, Debug::Clear(true))
    }
}

impl<'a> Inputs<'a> {
    /// Inputs with these variables. Of two with one name the last counts.
    pub fn new(variables: impl IntoIterator<Item = (&'a str, &'a str)>) -> Inputs<'a> {
        let variables = variables.into_iter();
        let variables = variables.map(|(name, value)| Variable { name, value, written: value });
        Inputs { variables: variables.collect(), ..Inputs::default() }
    }

    /// The same inputs with a variable that is set to something that is not known.
    #[must_use]
    pub fn with_unknown(self, name: &'a str, why: impl Into<Cow<'a, str>>) -> Inputs<'a> {
        let mut inputs = self.with(name, "");
        inputs.holes.push((name, Hole::whole(why)));
        inputs
    }

    /// The same inputs with a variable that is known in part: what readers are given
    /// ([`stand_in`]), and what is shown.
    #[must_use]
    pub fn with_holes(
        self,
        name: &'a str,
        value: &'a str,
        written: &'a str,
        holes: impl IntoIterator<Item = Hole<'a>>,
    ) -> Inputs<'a> {
        let mut inputs = self.with(name, value);
        if let Some(variable) = inputs.variables.last_mut() {
            variable.written = written;
        }
        inputs.holes.extend(holes.into_iter().map(|hole| (name, hole)));
        inputs
    }

    /// Inputs with nothing but a `DATABASE_URL`.
    pub fn url(value: &'a str) -> Inputs<'a> {
        Inputs::new([(DATABASE_URL, value)])
    }

    /// The same inputs with `DEBUG` said outright, whatever the variable says.
    #[must_use]
    pub fn with_debug(mut self, debug: impl Into<Option<bool>>) -> Inputs<'a> {
        self.debug = debug.into();
        self
    }

    /// The same inputs on a machine of which something is known.
    #[must_use]
    pub fn on(mut self, machine: Machine<'a>) -> Inputs<'a> {
        self.machine = machine;
        self
    }

    /// The same inputs with what is known of how the application is run. It belongs to the world
    /// and not to the recipe: one settings module runs on one worker here and on fifty there.
    #[must_use]
    pub fn with_workload(mut self, workload: Workload) -> Inputs<'a> {
        self.workload = workload;
        self
    }

    /// The same inputs with what the settings module has made of `DATABASES`: the variables that it
    /// reads do not count any more.
    #[must_use]
    pub fn with_databases(mut self, databases: Databases<'a>) -> Inputs<'a> {
        self.databases = Some(databases);
        self
    }

    /// What the settings module has made of `DATABASES`, if that is given.
    pub const fn databases(&self) -> Option<&Databases<'a>> {
        self.databases.as_ref()
    }

    /// The same inputs from a file that tells more than they do.
    #[must_use]
    pub fn with_file(mut self, file: &'a FileFacts) -> Inputs<'a> {
        self.file = Some(file);
        self
    }

    /// The same inputs with one variable set anew; all of it is known.
    #[must_use]
    pub fn with<'b>(&self, name: &'b str, value: &'b str) -> Inputs<'b>
    where
        'a: 'b,
    {
        let kept = self.variables.iter().copied().filter(|variable| variable.name != name);
        let variables = kept.chain([Variable { name, value, written: value }]).collect();
        let holes = self.holes.iter().filter(|(of, _)| *of != name).cloned().collect();
        let (machine, databases) = (self.machine.clone(), self.databases.clone());
        let Inputs { debug, workload, file, .. } = *self;
        Inputs { variables, holes, debug, machine, workload, databases, file }
    }

    /// A variable's value, if it is set.
    pub fn get(&self, name: &str) -> Option<&'a str> {
        self.variables.iter().rev().find(|variable| variable.name == name).map(|it| it.value)
    }

    /// A variable's value as it is shown: with its references, if it is set.
    pub fn written(&self, name: &str) -> Option<&'a str> {
        self.variables.iter().rev().find(|variable| variable.name == name).map(|it| it.written)
    }

    /// What is not known, by the names of variables.
    pub fn holes(&self) -> &[(&'a str, Hole<'a>)] {
        &self.holes
    }

    /// Why nothing of a variable's value is known.
    pub fn unknown(&self, name: &str) -> Option<&Cow<'a, str>> {
        let is_it = |(of, hole): &&(&str, Hole<'_>)| *of == name && hole.span.is_empty();
        self.holes.iter().find(is_it).map(|(_, hole)| &hole.why)
    }

    /// Why `DEBUG` is not known.
    pub fn unknown_debug(&self) -> Option<&Cow<'a, str>> {
        match self.debug {
            Some(_) => None,
            None => self.holes.iter().find(|(name, _)| *name == "DEBUG").map(|it| &it.1.why),
        }
    }

    /// All variables, in the order given.
    pub fn variables(&self) -> &[Variable<'a>] {
        &self.variables
    }

    /// What is known of the machine.
    pub const fn machine(&self) -> &Machine<'a> {
        &self.machine
    }

    /// What the file tells that the variables are from.
    pub const fn file(&self) -> Option<&'a FileFacts> {
        self.file
    }

    /// How the application is run, as far as anybody said.
    pub const fn workload(&self) -> Workload {
        self.workload
    }

    /// What was said of `DEBUG` outright.
    pub const fn said_debug(&self) -> Option<bool> {
        self.debug
    }

    /// Django's `DEBUG`: what was said, else what the variable says.
    pub fn debug(&self) -> Debug {
        if self.unknown_debug().is_some() {
            return Debug::Unknown;
        }
        match (self.debug, self.get("DEBUG")) {
            (Some(said), _) => Debug::Clear(said),
            (None, None) => Debug::Unset,
            (None, Some(word)) => match word.trim() {
                word if is_one_of(word, &["true", "1", "yes", "on", "t", "y"]) => {
                    Debug::Clear(true)
                }
                word if is_one_of(word, &["false", "0", "no", "off", "f", "n", ""]) => {
                    Debug::Clear(false)
                }
                _ => Debug::Ambiguous,
            },
        }
    }
}

fn is_one_of(word: &str, words: &[&str]) -> bool {
    words.iter().any(|it| word.eq_ignore_ascii_case(it))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_said_beats_the_variable() {
        let inputs = Inputs::new([("DEBUG", "True")]);
        assert_eq!(inputs.debug(), Debug::Clear(true));
        assert_eq!(inputs.with_debug(false).debug(), Debug::Clear(false));
    }

    #[test]
    fn an_unclear_debug_is_production() {
        for word in ["maybe", "2", "production"] {
            let debug = Inputs::new([("DEBUG", word)]).debug();
            assert_eq!((debug, debug.is_on()), (Debug::Ambiguous, false), "{word}");
        }
        assert!(!Inputs::default().debug().is_on());
        assert!(!Inputs::new([("DEBUG", "")]).debug().is_on());
    }

    #[test]
    fn a_stand_in_is_as_long_as_what_it_stands_for() {
        let written = "postgres://u:${PASSWORD}@h:${PORT}/d";
        let holes = [Span::new(13, 24), Span::new(27, 34)].map(|it| Hole::at(it, "?"));
        assert_eq!(stand_in(written, &holes), "postgres://u:00000000001@h:0000001/d");
        assert_eq!(stand_in("", &[Hole::whole("?")]), "");
        assert_eq!(stand_in("ab", &[Hole::at(Span::new(1, 9), "?")]), "a1");
    }

    #[test]
    fn a_variable_that_is_set_anew_is_known() {
        let inputs = Inputs::default().with_unknown("A", "A comes from a Secret");
        assert_eq!(
            (inputs.get("A"), inputs.unknown("A")),
            (Some(""), Some(&"A comes from a Secret".into()))
        );
        assert_eq!(inputs.with("A", "1").unknown("A"), None);
    }

    #[test]
    fn the_last_of_two_counts() {
        assert_eq!(Inputs::new([("A", "1"), ("A", "2")]).get("A"), Some("2"));
        assert_eq!(Inputs::new([("A", "1")]).with("A", "3").get("A"), Some("3"));
    }
}
