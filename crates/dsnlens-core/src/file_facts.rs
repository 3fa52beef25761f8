//! What a file tells beside its variables: the services next to the application, and what its
//! reader does to values. For the rules; gathered by [`crate::paste`].

use alloc::borrow::Cow;
use alloc::string::String;
use alloc::vec::Vec;

use crate::secret::Secret;
use crate::span::Span;

/// What is known of the file that the variables are from.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FileFacts {
    /// The program that reads the file and fills in its references.
    pub reader: Option<Cow<'static, str>>,
    /// How the application reaches the services; `None` where the file does not decide that.
    pub network: Option<Network>,
    /// The services of the file, or of the job.
    pub services: Vec<Service>,
    /// Variables with a `$` in them that the reader takes for a reference, though the value reads
    /// as if it were meant as it is.
    pub dollars: Vec<Dollar>,
    /// More variables come from files that were not read.
    pub has_more: bool,
    /// References that stay as they are written.
    pub unexpanded: Vec<Unexpanded>,
}

/// Where the application runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Network {
    /// In a container beside the services, which have their names for hosts.
    Containers,
    /// On the machine to whose ports those of the services are mapped.
    Host,
}

/// A service beside the application.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Service {
    /// Its name, and others that lead to it; the first is the one it is called by.
    pub names: Vec<String>,
    /// Its image, if that is PostgreSQL's or a kin of it.
    pub postgres: Option<String>,
    /// Ports: on the host, if that is told, and in the container.
    pub ports: Vec<(Option<u16>, u16)>,
    /// `POSTGRES_USER`, as the server reads it.
    pub user: Option<String>,
    /// `POSTGRES_PASSWORD`.
    pub password: Option<Secret<String>>,
    /// `POSTGRES_DB`.
    pub database: Option<String>,
}

/// A `$` that stands in a value as it is, and does not reach the application so.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Dollar {
    /// The variable.
    pub variable: String,
    /// The `$` in its value.
    pub span: Span,
    /// The reader refuses the file for it.
    pub is_refused: bool,
}

/// A reference that its reader leaves as it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unexpanded {
    /// The variable with the reference in its value.
    pub variable: String,
    /// Its bytes in the value.
    pub span: Span,
    /// The name that it refers to.
    pub name: String,
    /// It is defined, but further down.
    pub is_below: bool,
}
