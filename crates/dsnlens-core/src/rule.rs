//! A rule as everybody sees it: its name, its severities, its page. How it is checked, [`crate::rules`]
//! knows.

use crate::diagnostic::Severity;

/// One situation that costs people hours.
pub struct Rule {
    /// Its name, which never changes; its file is called the same.
    pub name: &'static str,
    /// The severities it reports, worst first.
    pub severities: &'static [Severity],
    /// The title of its page, where it knows an error text.
    #[cfg(feature = "paste")]
    pub title: &'static str,
    /// The first sentence of *What to do*, where it knows an error text.
    #[cfg(feature = "paste")]
    pub step: &'static str,
    /// Error texts that are about it, in the form that [`crate::errors`] looks for.
    #[cfg(feature = "paste")]
    pub errors: &'static [Text],
    /// Error texts that may be about it, and may be about something else.
    #[cfg(feature = "paste")]
    pub perhaps: &'static [Text],
    #[cfg(feature = "pages")]
    pub(crate) markdown: &'static str,
    /// What it takes to find it.
    pub kind: Kind,
    /// Whose answers it may be asked about.
    pub scope: Scope,
}

/// An error text as a rule states it.
#[cfg(feature = "paste")]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Text {
    /// The text, what varies in braces.
    pub pattern: &'static str,
    /// What to do first where the page's first step does not fit this text, or nothing.
    pub step: &'static str,
}

/// What it takes to find something.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// An answer.
    Answer,
    /// What a settings module does.
    Module,
    /// What a real server did, too.
    Live,
    /// An error message alone.
    Message,
}

/// Whose answers a rule may be asked about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Scope {
    /// The clients.
    pub clients: Clients,
    /// Whether it holds for a `DATABASES` that was given: its texts name no variable, and nothing
    /// of the guide's settings module.
    pub is_of_given: bool,
    /// Whether it holds for the guide's settings module alone: it speaks of the variables that
    /// module reads, or of its defaults.
    pub is_of_guide: bool,
}

/// The clients that a rule is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Clients {
    /// All of them.
    Any,
    /// Those that hand over to libpq in the end.
    EndsInLibpq,
    /// Those that a settings module sets up.
    WithSettings,
    /// Those that read the URL by themselves, without a settings module.
    WithoutSettings,
}

impl Scope {
    pub(crate) const NARROWEST: Scope =
        Scope { clients: Clients::WithSettings, is_of_given: false, is_of_guide: false };

    pub(crate) const fn any(self) -> Scope {
        Scope { clients: Clients::Any, ..self }
    }

    pub(crate) const fn libpq(self) -> Scope {
        Scope { clients: Clients::EndsInLibpq, ..self }
    }

    pub(crate) const fn readers(self) -> Scope {
        Scope { clients: Clients::WithoutSettings, ..self }
    }

    /// Whether its check is compiled: those of other clients' readers come with these clients, all
    /// others with the feature `checks`.
    pub(crate) const fn is_compiled(self) -> bool {
        match self.clients {
            Clients::WithoutSettings => cfg!(feature = "clients"),
            Clients::Any | Clients::EndsInLibpq | Clients::WithSettings => cfg!(feature = "checks"),
        }
    }

    pub(crate) const fn guide(self) -> Scope {
        Scope { is_of_guide: true, ..self }
    }

    pub(crate) const fn given(self) -> Scope {
        Scope { is_of_given: true, ..self }
    }
}

impl Rule {
    /// Whether it is about what a real server did, and cannot be found in the inputs.
    pub const fn is_live(&self) -> bool {
        !matches!(self.kind, Kind::Answer | Kind::Module)
    }

    /// Whether it is about what a settings module does.
    pub const fn is_of_module(&self) -> bool {
        matches!(self.kind, Kind::Module)
    }

    /// Whether it is about an error message alone.
    pub const fn is_message(&self) -> bool {
        matches!(self.kind, Kind::Message)
    }
}

impl core::fmt::Debug for Rule {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        write!(f, "Rule({})", self.name)
    }
}

impl PartialEq for Rule {
    fn eq(&self, other: &Rule) -> bool {
        self.name == other.name
    }
}
