//! What a rule about settings modules looks at: what the module does, what it comes to, its texts.

use alloc::string::String;
use alloc::vec::Vec;

use super::brief;
use crate::databases::{self, Dict, Entry, Node};
use crate::diagnostic::ModuleEdit;
use crate::inputs::{Inputs, is_known};
use crate::module::{Act, Evaluated, Facts, SettingsModule, Written};
use crate::question::Question;
use crate::recipe::DjDatabaseUrl;
use crate::secret::Text;
use crate::span::{InputSpan, Span};

/// A settings module that was evaluated.
pub struct ModuleCase<'c, 'a> {
    /// The question.
    pub question: &'c Question<'a>,
    /// The module.
    pub module: &'c SettingsModule<'a>,
    /// What it comes to.
    pub evaluated: &'c Evaluated<'a>,
    /// What it does beside.
    pub facts: &'c Facts<'a>,
}

impl<'c, 'a> ModuleCase<'c, 'a> {
    pub(crate) fn inputs(&self) -> &'c Inputs<'a> {
        &self.question.inputs
    }

    pub(crate) fn dj_database_url(&self) -> DjDatabaseUrl {
        self.question.recipe.dj_database_url
    }

    pub(crate) fn acts(&self) -> impl Iterator<Item = &'c Act<'a>> {
        self.facts.acts.iter()
    }

    /// `DATABASES['default']`.
    pub(crate) fn default(&self) -> Option<&'c Dict<'a>> {
        match &self.evaluated.databases.aliases.get("default")?.value {
            Node::Dict(dict) => Some(dict),
            Node::Value(_) => None,
        }
    }

    /// An entry of `DATABASES['default']`.
    pub(crate) fn setting(&self, name: &str) -> Option<&'c Entry<'a>> {
        self.default()?.get(name)
    }

    /// Whether the database is one of Django's PostgreSQL backends.
    pub(crate) fn is_postgres(&self) -> bool {
        let engine = self.setting("ENGINE").map(|it| it.value.to_value());
        engine.is_some_and(|it| it.as_str().is_some_and(crate::clients::django::speaks_libpq))
    }

    /// `DEBUG` is known, and off.
    pub(crate) fn is_production(&self) -> bool {
        let debug = self.inputs().said_debug().or(self.evaluated.debug);
        !debug.unwrap_or(false) && self.evaluated.unknown_debug.is_none()
    }

    /// Where an entry of `DATABASES` is written, by its keys.
    pub(crate) fn written(&self, keys: &[&str]) -> Option<&'c Written<'a>> {
        self.facts.written.iter().find(|it| it.keys == keys)
    }

    /// The expression of an entry of `DATABASES`: as it is written there, or where its value is made.
    pub(crate) fn place(&self, keys: &[&str]) -> Option<InputSpan<'a>> {
        let mut places = self.facts.places.iter();
        let made = || places.find(|it| it.0 == keys).map(|it| it.1);
        let written = self.written(keys);
        written.map(|it| InputSpan { input: it.path, span: it.value }).or_else(made)
    }

    /// A stretch of one of its files.
    pub(crate) fn text(&self, path: &str, span: Span) -> &'a str {
        span.of(self.file(path))
    }

    /// One of its files.
    pub(crate) fn file(&self, path: &str) -> &'a str {
        self.module.text_of(path).unwrap_or("")
    }

    /// A variable's name as a message shows it. What is read under a name that is not written there may
    /// be anything, a secret among it.
    pub(crate) fn variable(&self, name: &str, at: InputSpan<'_>) -> String {
        let is_written = || databases::reads(self.text(at.input, at.span)) == Some(name);
        match self.inputs().get(name).is_some() || is_known(name) || is_written() {
            true => alloc::format!("`{}`", brief(name)),
            false => String::from("A variable"),
        }
    }

    /// The line that a stretch begins in, from 1.
    pub(crate) fn line(&self, at: InputSpan<'_>) -> usize {
        let before = Span::new(0, at.span.start).of(self.file(at.input));
        before.matches('\n').count() + 1
    }

    /// The name of a keyword argument, by the place of its value.
    pub(crate) fn keyword(&self, path: &str, value: Span) -> Option<Span> {
        let before = Span::new(0, value.start).of(self.file(path));
        let name = before.trim_end().strip_suffix('=')?.trim_end();
        let is_name = |c: char| c.is_alphanumeric() || c == '_';
        let start = name.trim_end_matches(is_name).len();
        (start < name.len()).then(|| Span::new(start, name.len()))
    }

    /// Takes an entry out of a dictionary that is written out, with the comma and the blanks behind
    /// it; `None` where anything else is there, such as a comment.
    pub(crate) fn without(&self, written: &Written<'a>) -> Option<ModuleEdit> {
        let file = self.file(written.path);
        let behind = file.get(written.value.end..)?;
        let before = file.get(..written.key.start)?;
        let is_blank = |c: char| matches!(c, ' ' | '\t' | '\n' | '\r');
        let rest = behind.trim_start_matches(is_blank);
        let span = match rest.strip_prefix(',') {
            Some(next) => {
                let next = next.trim_start_matches(is_blank);
                // A comment may be about this entry, or about the next.
                if next.starts_with('#') {
                    return None;
                }
                Span::new(written.key.start, file.len() - next.len())
            }
            None if rest.starts_with('}') => {
                let before = before.trim_end_matches(is_blank).strip_suffix(',')?;
                Span::new(before.len(), written.value.end)
            }
            None => return None,
        };
        Some(replace(written.path, span, ""))
    }

    /// The first file in which a name is written as a literal.
    pub(crate) fn mentions(&self, name: &str) -> bool {
        let texts = self.module.files.0.values().flatten().map(String::as_str);
        let mut texts = texts.chain([self.module.text]);
        texts.any(|it| {
            let quoted = |quote: char| alloc::format!("{quote}{name}{quote}");
            it.contains(&quoted('\'')) || it.contains(&quoted('"'))
        })
    }

    /// A stretch of a file, what may be a secret in it apart.
    pub(crate) fn quote(&self, path: &str, span: Span) -> Text<'static> {
        let hidden = self.evaluated.hidden.iter().filter(|it| it.input == path);
        let hidden: Vec<Span> = hidden.map(|it| it.span).collect();
        super::findings::quoted(self.file(path), &hidden, span)
    }
}

/// Writes a text in the place of a stretch.
pub(crate) fn replace(path: &str, span: Span, text: impl Into<String>) -> ModuleEdit {
    ModuleEdit { path: path.into(), span, text: Text::plain(text.into()) }
}

/// Writes a text in front of a byte.
pub(crate) fn insert(path: &str, at: usize, text: impl Into<String>) -> ModuleEdit {
    replace(path, Span::new(at, at), text)
}
