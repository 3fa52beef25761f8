//! What came from outside: environment variables, the value of `DEBUG`, what is known of the
//! machine, and how the application is run. Gathered elsewhere.

use alloc::vec::Vec;

use crate::machine::Machine;
use crate::workload::Workload;

/// An environment variable.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Variable<'a> {
    /// Its name, such as `DATABASE_URL`.
    pub name: &'a str,
    /// Its value. An empty value is a value.
    pub value: &'a str,
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
    debug: Option<bool>,
    machine: Machine<'a>,
    workload: Workload,
}

/// The variable that holds the URL.
pub const DATABASE_URL: &str = "DATABASE_URL";

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
        let variables = variables.into_iter().map(|(name, value)| Variable { name, value });
        Inputs { variables: variables.collect(), ..Inputs::default() }
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

    /// The same inputs with one variable set anew.
    #[must_use]
    pub fn with<'b>(&self, name: &'b str, value: &'b str) -> Inputs<'b>
    where
        'a: 'b,
    {
        let kept = self.variables.iter().copied().filter(|variable| variable.name != name);
        let variables = kept.chain([Variable { name, value }]).collect();
        let Inputs { debug, workload, ref machine, .. } = *self;
        Inputs { variables, debug, machine: machine.clone(), workload }
    }

    /// A variable's value, if it is set.
    pub fn get(&self, name: &str) -> Option<&'a str> {
        self.variables.iter().rev().find(|variable| variable.name == name).map(|it| it.value)
    }

    /// All variables, in the order given.
    pub fn variables(&self) -> &[Variable<'a>] {
        &self.variables
    }

    /// What is known of the machine.
    pub const fn machine(&self) -> &Machine<'a> {
        &self.machine
    }

    /// How the application is run, as far as anybody said.
    pub const fn workload(&self) -> Workload {
        self.workload
    }

    /// Django's `DEBUG`: what was said, else what the variable says.
    pub fn debug(&self) -> Debug {
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
    fn the_last_of_two_counts() {
        assert_eq!(Inputs::new([("A", "1"), ("A", "2")]).get("A"), Some("2"));
        assert_eq!(Inputs::new([("A", "1")]).with("A", "3").get("A"), Some("3"));
    }
}
