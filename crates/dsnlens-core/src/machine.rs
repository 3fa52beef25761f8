//! What libpq finds on the machine it runs on: its files, as texts that somebody else has read.
//!
//! A plain value. What it leaves out is unknown, and libpq then does what it does without files:
//! a service is missing, no password is looked up, and a root certificate that is named exists.

use alloc::vec::Vec;
use core::fmt;

/// Where libpq looks, and what is there.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Machine<'a> {
    /// The name of the account, which is the user where none is named.
    pub account: Option<&'a str>,
    /// Where services are looked up without `PGSERVICEFILE`: `~/.pg_service.conf`.
    pub service_file: Option<&'a str>,
    /// Where they are looked up next without `PGSYSCONFDIR`.
    pub system_service_file: Option<&'a str>,
    /// Where a missing password is looked up if no `passfile` is named: `~/.pgpass`.
    pub passfile: Option<&'a str>,
    /// What certificates are checked against if no `sslrootcert` is named:
    /// `~/.postgresql/root.crt`.
    pub root_certificate: Option<&'a str>,
    /// The files that somebody has looked at, there or not.
    pub files: Vec<File<'a>>,
}

impl<'a> Machine<'a> {
    /// The file at `path`, if somebody has looked; nobody has without the feature `files`.
    pub fn file(&self, path: &str) -> Option<File<'a>> {
        // Whoever cannot look at files does without their readers too.
        if !cfg!(feature = "files") {
            return None;
        }
        self.files.iter().find(|it| it.path == path).copied()
    }
}

/// A file that a client reads by itself, whether or not the question says what is in it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MachineFile {
    /// The file in which a service is defined.
    Service,
    /// The root certificates where none are named.
    RootCertificate,
}

impl MachineFile {
    /// What there is without it, at the head of a sentence.
    pub const fn lack(self) -> &'static str {
        match self {
            MachineFile::Service => "Without that definition",
            MachineFile::RootCertificate => "Without that file",
        }
    }
}

/// A file that somebody has looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct File<'a> {
    /// Its path, in the spelling that libpq has for it.
    pub path: &'a str,
    /// What was there.
    pub content: Content<'a>,
}

/// What is at a path.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Content<'a> {
    /// Nothing.
    Absent,
    /// Something that cannot be opened.
    Unreadable,
    /// Something that is not a regular file, but this: "a FIFO".
    Irregular(&'a str),
    /// A file that is too large to be read here, though libpq might read it.
    TooLarge,
    /// A file that others may read too: libpq refuses it for passwords.
    Exposed(&'a str),
    /// A file.
    Text(&'a str),
}

/// Prints no text: any file may hold a password.
impl fmt::Debug for Content<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Content::Absent => "Absent",
            Content::Unreadable => "Unreadable",
            Content::Irregular(_) => "Irregular",
            Content::TooLarge => "TooLarge",
            Content::Exposed(_) => "Exposed",
            Content::Text(_) => "Text",
        })
    }
}
