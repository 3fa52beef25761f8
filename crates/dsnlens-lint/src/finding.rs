//! What was found, and where.

use dsnlens_core::Severity;
use dsnlens_core::rules::Rule;
use serde::ser::{Serialize, SerializeStruct, Serializer};

use crate::fix::Edit;

/// What there is to say about a repository.
#[derive(Debug, Default)]
pub struct Report {
    /// What is wrong, by path, line and column.
    pub findings: Vec<Finding>,
    /// How many files configure a database.
    pub files: usize,
    /// What could not be read, by path.
    pub unread: Vec<Unread>,
    /// What a person should know of how the files were read.
    pub notes: Vec<String>,
}

/// Something that is wrong in a file. No secret is in it, nor the length of one.
#[derive(Clone, Debug)]
pub struct Finding {
    /// Where.
    pub place: Place,
    /// The rule; `None` for an error of the client that no rule explains.
    pub rule: Option<&'static Rule>,
    /// What happens if nothing is done.
    pub severity: Severity,
    /// One sentence in lower case, without a full stop.
    pub message: String,
    /// What to do, where something is known.
    pub help: Option<String>,
    /// What may be written instead, the likelier first.
    pub fixes: Vec<FixText>,
    /// The only fix, to be written.
    pub(crate) edit: Option<Edit>,
}

/// A stretch of a file.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    /// From the folder where it was started, with `/`.
    pub path: String,
    /// From 1.
    pub line: usize,
    /// From 1, in UTF-16 code units.
    pub column: usize,
    /// The column behind it, where it is on one line and no secret is in it or in front of it.
    pub end: Option<usize>,
}

/// What may be written, masked.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct FixText {
    /// What it does, as an order.
    pub title: String,
    /// The variables as they should be, a line each.
    pub text: String,
}

/// A file or folder that could not be read.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, serde::Serialize)]
pub struct Unread {
    /// Its path.
    pub path: String,
    /// The line, where one is to blame.
    #[serde(skip)]
    pub line: Option<usize>,
    /// Why.
    pub why: String,
}

impl Report {
    /// Puts everything into its order. Of two findings of one rule at one place the worse one stays:
    /// a settings module is read with each of its environments.
    pub(crate) fn settle(&mut self) {
        let name = |it: &Finding| it.rule.map_or("", |it| it.name);
        self.findings.sort_by(|one, other| {
            let key = |it: &Finding| (it.place.clone(), name(it), it.severity);
            key(one).cmp(&key(other)).then_with(|| one.message.cmp(&other.message))
        });
        self.findings.dedup_by(|one, other| {
            let is_same_place =
                (one.place.line, one.place.column) == (other.place.line, other.place.column);
            is_same_place && one.place.path == other.place.path && one.rule == other.rule
        });
        self.unread.sort();
        self.unread.dedup();
        self.notes.sort();
        self.notes.dedup();
    }
}

impl Serialize for Report {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut report = serializer.serialize_struct("Report", 4)?;
        report.serialize_field("schemaVersion", &dsnlens_core::document::SCHEMA_VERSION)?;
        report.serialize_field("findings", &self.findings)?;
        report.serialize_field("files", &self.files)?;
        report.serialize_field("unread", &self.unread)?;
        report.end()
    }
}

impl Serialize for Finding {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut finding = serializer.serialize_struct("Finding", 8)?;
        finding.serialize_field("path", &self.place.path)?;
        finding.serialize_field("line", &self.place.line)?;
        finding.serialize_field("column", &self.place.column)?;
        finding.serialize_field("rule", &self.rule.map(|it| it.name))?;
        finding.serialize_field("severity", self.severity.name())?;
        finding.serialize_field("message", &self.message)?;
        finding.serialize_field("help", &self.help)?;
        finding.serialize_field("fix", &self.fixes.first())?;
        finding.end()
    }
}
