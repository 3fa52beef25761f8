//! The ledger: every value that was offered for a setting, where it was written, and what became of it.
//!
//! A reader writes a line for each value it meets, in the order in which the real client meets them.
//! Nothing is ever deleted: a value that loses stays, with the line that beat it.

use alloc::borrow::Cow;
use alloc::boxed::Box;
use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;

use crate::databases::Place;
use crate::inputs::{Hole, Inputs};
use crate::secret::{MASK, Secret};
use crate::span::{InputSpan, Span};

/// A part of a client that proposes values and raises errors. Each client lists its own.
#[derive(Debug, PartialEq, Eq)]
pub struct Stage {
    /// The name used in machine-readable answers.
    pub name: &'static str,
    /// What a person calls it.
    pub title: &'static str,
    /// When its errors are raised.
    pub refuses: Moment,
}

/// The stage of an error in what was handed in, before any client read it.
pub const INPUT: &str = "input";

/// When an error is raised, so what works until then.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Moment {
    /// As the variables are read: the application does not start.
    Start,
    /// At the first query.
    FirstQuery,
    /// As the driver begins to connect.
    Connection,
}

/// A key of `DATABASES['default']`, as Django spells it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[expect(missing_docs, reason = "each variant is the setting it is named after")]
pub enum Setting {
    ConnHealthChecks,
    ConnMaxAge,
    DisableServerSideCursors,
    Engine,
    Host,
    Name,
    Password,
    Port,
    User,
}

impl Setting {
    /// All of them, by name.
    pub const ALL: [Setting; 9] = [
        Setting::ConnHealthChecks,
        Setting::ConnMaxAge,
        Setting::DisableServerSideCursors,
        Setting::Engine,
        Setting::Host,
        Setting::Name,
        Setting::Password,
        Setting::Port,
        Setting::User,
    ];

    /// Other keys that Django knows of a database, which do not change how it connects.
    pub const OTHERS: [&'static str; 5] =
        ["ATOMIC_REQUESTS", "AUTOCOMMIT", "OPTIONS", "TEST", "TIME_ZONE"];

    /// Django's name, such as `CONN_MAX_AGE`.
    pub const fn name(self) -> &'static str {
        match self {
            Setting::ConnHealthChecks => "CONN_HEALTH_CHECKS",
            Setting::ConnMaxAge => "CONN_MAX_AGE",
            Setting::DisableServerSideCursors => "DISABLE_SERVER_SIDE_CURSORS",
            Setting::Engine => "ENGINE",
            Setting::Host => "HOST",
            Setting::Name => "NAME",
            Setting::Password => "PASSWORD",
            Setting::Port => "PORT",
            Setting::User => "USER",
        }
    }

    /// Whether it says how to connect, and not what becomes of a connection.
    pub const fn is_for_connection(self) -> bool {
        !matches!(
            self,
            Setting::ConnHealthChecks | Setting::ConnMaxAge | Setting::DisableServerSideCursors
        )
    }

    /// libpq's keyword for the same thing, where there is one; Django's name otherwise.
    pub const fn keyword(self) -> &'static str {
        match self {
            Setting::Host => "host",
            Setting::Name => "dbname",
            Setting::Password => "password",
            Setting::Port => "port",
            Setting::User => "user",
            _ => self.name(),
        }
    }
}

/// What a line speaks of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Key<'a> {
    /// An entry of `DATABASES['default']`.
    Setting(Setting),
    /// Any other entry of `DATABASES['default']`, as it is written.
    Entry(Cow<'a, str>),
    /// An entry of `DATABASES['default']['OPTIONS']`, in the writer's own spelling.
    Option(Cow<'a, str>),
    /// The same, where what Python takes for a name is a piece of a password.
    SecretOption(Secret<Cow<'a, str>>),
    /// A keyword that a stage below the settings brought in.
    Keyword(&'static str),
}

impl<'a> Key<'a> {
    /// The field's common word for it: libpq's keyword, or Django's name where libpq has none;
    /// masked where it is secret.
    pub fn keyword(&self) -> &str {
        match self {
            Key::SecretOption(_) => MASK,
            other => other.reveal(),
        }
    }

    /// The same, secret or not: for readers, and for somebody who asked for secrets.
    pub fn reveal(&self) -> &str {
        match self {
            Key::Setting(setting) => setting.keyword(),
            Key::Option(name) | Key::Entry(name) => name,
            Key::SecretOption(name) => name.reveal(),
            Key::Keyword(name) => name,
        }
    }

    /// The same, to be kept beyond the ledger.
    pub(crate) fn to_name(&self) -> Cow<'a, str> {
        match self {
            Key::Setting(setting) => Cow::Borrowed(setting.keyword()),
            Key::Option(name) | Key::Entry(name) => name.clone(),
            Key::SecretOption(name) => name.reveal().clone(),
            Key::Keyword(name) => Cow::Borrowed(name),
        }
    }
}

/// A value with the type Python gives it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Value<'a> {
    /// The name of the account that the process runs under.
    Account,
    /// `True` or `False`.
    Bool(bool),
    /// A text that is not UTF-8: libpq and others take any bytes.
    Bytes(Cow<'a, [u8]>),
    /// An `int` that fits 64 bits.
    Int(i64),
    /// Any other `int`, in decimal digits with an optional minus sign.
    BigInt(String),
    /// A `list`.
    List(Vec<Value<'a>>),
    /// A `tuple`: what a comma behind a value makes of it.
    Tuple(Vec<Value<'a>>),
    /// A `dict`, in its order.
    Dict(Vec<(Cow<'a, str>, Value<'a>)>),
    /// A `float`, as Python prints it.
    Float(Cow<'a, str>),
    /// `None`.
    None,
    /// A path of `pathlib`.
    Path(Cow<'a, str>),
    /// A value that must not be shown.
    Secret(Secret<Box<Value<'a>>>),
    /// A `str`.
    Str(Cow<'a, str>),
    /// A value that the inputs do not hold.
    Unknown {
        /// Why, in a clause: `DATABASE_URL comes from Render's database shop-db`.
        why: Cow<'a, str>,
    },
}

impl<'a> Value<'a> {
    /// The same value, not to be shown. An empty text tells nothing and stays as it is.
    #[must_use]
    pub fn into_secret(self) -> Value<'a> {
        match self {
            Value::Str(text) if text.is_empty() => Value::Str(text),
            Value::Secret(_) | Value::Unknown { .. } => self,
            value => Value::Secret(Secret::new(Box::new(value))),
        }
    }

    /// The text, where it is a `str`; secrets included, so for readers, not for writers.
    pub fn as_str(&self) -> Option<&str> {
        match self {
            Value::Str(text) => Some(text),
            Value::Secret(secret) => secret.reveal().as_str(),
            _ => None,
        }
    }

    /// The value without its secrecy: for readers, whose answer does not depend on what is shown.
    pub(crate) fn bare(&self) -> &Value<'a> {
        match self {
            Value::Secret(secret) => secret.reveal().bare(),
            value => value,
        }
    }

    /// Whether it is a text that is not UTF-8.
    pub(crate) fn is_bytes(&self) -> bool {
        match self {
            Value::Bytes(_) => true,
            Value::Secret(secret) => secret.reveal().is_bytes(),
            _ => false,
        }
    }

    /// Why the value, or a part of it, is not known.
    pub fn unknown(&self) -> Option<&str> {
        match self {
            Value::Unknown { why } => Some(why),
            Value::List(values) | Value::Tuple(values) => values.iter().find_map(Value::unknown),
            Value::Dict(entries) => entries.iter().find_map(|(_, value)| value.unknown()),
            Value::Secret(secret) => secret.reveal().unknown(),
            _ => None,
        }
    }

    /// Whether it, or a part of it, must not be shown.
    pub fn is_secret(&self) -> bool {
        match self {
            Value::Secret(_) => true,
            Value::List(values) | Value::Tuple(values) => values.iter().any(Value::is_secret),
            Value::Dict(entries) => entries.iter().any(|(_, value)| value.is_secret()),
            _ => false,
        }
    }

    /// Python's truth: what `if value:` decides. An unknown value is taken for one that is set.
    pub fn is_truthy(&self) -> bool {
        match self {
            Value::Bool(value) => *value,
            Value::Int(value) => *value != 0,
            Value::Account | Value::BigInt(_) | Value::Path(_) | Value::Unknown { .. } => true,
            Value::Bytes(bytes) => !bytes.is_empty(),
            Value::Dict(entries) => !entries.is_empty(),
            Value::Float(text) => {
                let digits = text.split(['e', 'E']).next().unwrap_or("");
                digits.contains(|c: char| c != '0' && c != '.' && c != '-')
            }
            Value::None => false,
            Value::List(values) | Value::Tuple(values) => !values.is_empty(),
            Value::Secret(secret) => secret.reveal().is_truthy(),
            Value::Str(text) => !text.is_empty(),
        }
    }
}

/// The value as a person reads it: strings bare, `True` as Python prints it, secrets masked.
impl fmt::Display for Value<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Value::Account => f.write_str("<os user>"),
            Value::Bytes(bytes) => write!(f, "{}", bytes.escape_ascii()),
            Value::Bool(true) => f.write_str("True"),
            Value::Bool(false) => f.write_str("False"),
            Value::Int(value) => write!(f, "{value}"),
            Value::BigInt(digits) => f.write_str(digits),
            Value::List(values) | Value::Tuple(values) => {
                let is_tuple = matches!(self, Value::Tuple(_));
                f.write_str(if is_tuple { "(" } else { "[" })?;
                for (nth, value) in values.iter().enumerate() {
                    write!(f, "{}{value}", if nth == 0 { "" } else { ", " })?;
                }
                f.write_str(match (is_tuple, values.len()) {
                    (false, _) => "]",
                    (true, 1) => ",)",
                    (true, _) => ")",
                })
            }
            Value::Dict(entries) => {
                f.write_str("{")?;
                for (nth, (key, value)) in entries.iter().enumerate() {
                    write!(f, "{}{key}: {value}", if nth == 0 { "" } else { ", " })?;
                }
                f.write_str("}")
            }
            Value::Float(text) | Value::Path(text) => f.write_str(text),
            Value::None => f.write_str("None"),
            Value::Secret(_) => f.write_str(MASK),
            Value::Str(text) => f.write_str(text),
            Value::Unknown { why } => write!(f, "unknown: {why}"),
        }
    }
}

/// Where a value was written. No value is without one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Origin<'a> {
    /// A stretch of an environment variable. Empty where the variable leaves the setting out.
    Variable {
        /// The variable's name.
        name: &'a str,
        /// The bytes of its value.
        span: Span,
    },
    /// A place in a settings module that was given.
    Settings {
        /// Its path, or `DATABASES` where it is no file.
        path: &'a str,
        /// The place.
        place: Place,
    },
    /// The settings module, with the expression that says so.
    Recipe(&'static str),
    /// A line of a file that libpq reads.
    File {
        /// The file's path.
        path: &'a str,
        /// The line, counted from 1.
        line: usize,
    },
    /// A default compiled into a client.
    Default {
        /// Whose: `libpq`, `psycopg`, `Django`.
        of: &'static str,
    },
    /// Made from other lines of the ledger, which say so by their fate.
    Derived,
}

impl<'a> Origin<'a> {
    /// The bytes it was written in, if a variable holds it.
    pub fn input_span(&self) -> Option<InputSpan<'a>> {
        match self {
            Origin::Variable { name, span } => Some(InputSpan { input: name, span: *span }),
            Origin::Settings { path, place } if place.line > 0 => {
                Some(InputSpan { input: path, span: place.span })
            }
            _ => None,
        }
    }
}

/// A line as a person refers to it: the variable's name, `path:line`, `recipe (…)`, `libpq's
/// default`.
impl fmt::Display for Origin<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Origin::Variable { name, .. } => f.write_str(name),
            Origin::Settings { path, place } if place.line == 0 => f.write_str(path),
            Origin::Settings { path, place } => write!(f, "{path}:{}", place.line),
            Origin::Recipe(expression) => write!(f, "recipe ({expression})"),
            Origin::File { path, line } => write!(f, "{path}:{line}"),
            Origin::Default { of } => write!(f, "{of}'s default"),
            Origin::Derived => f.write_str("derived"),
        }
    }
}

/// No client has more stages.
pub(crate) const MOST_STAGES: usize = 8;

/// The number of a line; lines are never removed, so it stays good.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct LineId(usize);

/// What became of a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fate {
    /// It is the effective value.
    Won,
    /// Another line took its place.
    Overridden {
        /// The line that won.
        by: LineId,
    },
    /// It became a part of another line.
    Joined {
        /// The line that holds it now.
        into: LineId,
    },
    /// The client drops it.
    Ignored {
        /// Why.
        reason: &'static str,
    },
    /// The client does not know it and sends it to the server, as a parameter of the session.
    Sent,
}

impl Fate {
    /// The name used in machine-readable answers.
    pub const fn name(self) -> &'static str {
        match self {
            Fate::Won => "won",
            Fate::Overridden { .. } => "overridden",
            Fate::Joined { .. } => "joined",
            Fate::Ignored { .. } => "ignored",
            Fate::Sent => "sent",
        }
    }

    /// Whether the value has an effect as it is.
    pub const fn is_effective(self) -> bool {
        matches!(self, Fate::Won | Fate::Sent)
    }
}

/// One value that was offered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line<'a> {
    /// Who met it.
    pub stage: &'static Stage,
    /// What it speaks of.
    pub key: Key<'a>,
    /// What it says.
    pub value: Value<'a>,
    /// Where it was written.
    pub origin: Origin<'a>,
    /// What became of it.
    pub fate: Fate,
}

/// All lines, in the order in which the stack met them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Ledger<'a> {
    lines: Vec<Line<'a>>,
    /// Stretches of variables that are not known, by name and place.
    holes: Vec<Stretch<'a>>,
}

/// A stretch of a variable that is not known: a value that is read from it is unknown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Stretch<'a> {
    pub(crate) variable: &'a str,
    pub(crate) hole: Hole<'a>,
    /// Some value is read from it.
    pub(crate) is_read: bool,
}

impl<'a> Ledger<'a> {
    /// A ledger without a line.
    pub const fn new() -> Ledger<'a> {
        Ledger { lines: Vec::new(), holes: Vec::new() }
    }

    /// A ledger in which every value that `inputs` do not hold is unknown.
    pub(crate) fn of(inputs: &Inputs<'a>) -> Ledger<'a> {
        let stretch = |(variable, hole): &(&'a str, Hole<'a>)| Stretch {
            variable,
            hole: hole.clone(),
            is_read: false,
        };
        let mut holes: Vec<_> = inputs.holes().iter().map(stretch).collect();
        holes.sort_by_key(|it| (it.variable, it.hole.span));
        Ledger { lines: Vec::new(), holes }
    }

    /// The stretches that are not known, by name and place.
    pub(crate) fn holes(&self) -> &[Stretch<'a>] {
        &self.holes
    }

    /// Takes every line out, for what decides the reading is not known.
    pub(crate) fn clear(&mut self) {
        self.lines.clear();
    }

    /// Why what stands there is not known.
    pub(crate) fn hole(&self, place: InputSpan<'_>) -> Option<&Hole<'a>> {
        self.holes.get(self.hole_at(place)?).map(|it| &it.hole)
    }

    /// The number of the stretch that holds what stands there.
    pub(crate) fn hole_at(&self, InputSpan { input, span }: InputSpan<'_>) -> Option<usize> {
        // One that is empty is all of its variable, and the first.
        let first = self.holes.partition_point(|it| it.variable < input);
        let place = (input, span.end);
        let behind = self.holes.partition_point(|it| (it.variable, it.hole.span.start) < place);
        [Some(first), behind.checked_sub(1)].into_iter().flatten().find(|nth| {
            let found = self.holes.get(*nth);
            found.is_some_and(|it| it.variable == input && it.hole.touches(span))
        })
    }

    /// Writes a line that, so far, wins.
    pub fn set(
        &mut self,
        stage: &'static Stage,
        key: Key<'a>,
        value: Value<'a>,
        origin: Origin<'a>,
    ) -> LineId {
        self.write(Line { stage, key, value, origin, fate: Fate::Won })
    }

    /// Writes a line that the client drops.
    pub fn ignore(
        &mut self,
        stage: &'static Stage,
        key: Key<'a>,
        value: Value<'a>,
        origin: Origin<'a>,
        reason: &'static str,
    ) -> LineId {
        self.write(Line { stage, key, value, origin, fate: Fate::Ignored { reason } })
    }

    /// Writes a line that the client sends to the server.
    #[cfg(feature = "clients")]
    pub(crate) fn send(
        &mut self,
        stage: &'static Stage,
        key: Key<'a>,
        value: Value<'a>,
        origin: Origin<'a>,
    ) -> LineId {
        self.write(Line { stage, key, value, origin, fate: Fate::Sent })
    }

    /// Writes a line that yields to `winner` where there is one, and wins otherwise.
    pub fn fill(
        &mut self,
        stage: &'static Stage,
        key: Key<'a>,
        value: Value<'a>,
        origin: Origin<'a>,
        winner: Option<LineId>,
    ) -> LineId {
        let fate = winner.map_or(Fate::Won, |by| Fate::Overridden { by });
        self.write(Line { stage, key, value, origin, fate })
    }

    /// Records that `loser` was replaced by `winner`.
    pub fn replace(&mut self, loser: LineId, winner: LineId) {
        self.decide(loser, Fate::Overridden { by: winner });
    }

    /// Records that `part` became a part of `whole`.
    pub fn join(&mut self, part: LineId, whole: LineId) {
        self.decide(part, Fate::Joined { into: whole });
    }

    /// Records that the client drops `line`.
    pub fn drop(&mut self, line: LineId, reason: &'static str) {
        self.decide(line, Fate::Ignored { reason });
    }

    /// Says anew where lines are written.
    pub(crate) fn place(&mut self, mut change: impl FnMut(&Key<'a>, &mut Origin<'a>)) {
        self.lines.iter_mut().for_each(|it| change(&it.key, &mut it.origin));
    }

    /// The line with this number.
    pub fn line(&self, id: LineId) -> Option<&Line<'a>> {
        self.lines.get(id.0)
    }

    /// All lines, oldest first.
    pub fn lines(&self) -> impl DoubleEndedIterator<Item = (LineId, &Line<'a>)> {
        self.lines.iter().enumerate().map(|(nth, line)| (LineId(nth), line))
    }

    /// The lines behind the first `count`, oldest first.
    #[cfg(feature = "clients")]
    pub(crate) fn lines_behind(&self, count: usize) -> impl Iterator<Item = (LineId, &Line<'a>)> {
        let lines = self.lines.get(count..).unwrap_or_default();
        lines.iter().enumerate().map(move |(nth, line)| (LineId(count + nth), line))
    }

    /// How many lines there are.
    #[cfg(feature = "clients")]
    pub(crate) const fn len(&self) -> usize {
        self.lines.len()
    }

    /// What each line loses to in the end, through every line between; in the order of the lines.
    pub fn ends(&self) -> Vec<Option<LineId>> {
        let mut ends = alloc::vec![None; self.lines.len()];
        // A line loses to a later one, whose end is known by then, or to a winner.
        for (id, line) in self.lines().rev() {
            let next = match line.fate {
                Fate::Overridden { by } => Some(by),
                Fate::Joined { into } => Some(into),
                Fate::Won | Fate::Ignored { .. } | Fate::Sent => None,
            };
            let end = next.map(|it| ends.get(it.0).copied().flatten().unwrap_or(it));
            if let Some(place) = ends.get_mut(id.0) {
                *place = end;
            }
        }
        ends
    }

    /// The line that won for a keyword.
    pub fn winner(&self, keyword: &str) -> Option<(LineId, &Line<'a>)> {
        self.lines().rev().find(|(_, line)| line.fate == Fate::Won && line.key.reveal() == keyword)
    }

    /// The lines that lost directly to `winner` or were joined into it, oldest first.
    pub fn losers(&self, winner: LineId) -> impl Iterator<Item = (LineId, &Line<'a>)> {
        self.lines().filter(move |(_, line)| match line.fate {
            Fate::Overridden { by } => by == winner,
            Fate::Joined { into } => into == winner,
            Fate::Won | Fate::Ignored { .. } | Fate::Sent => false,
        })
    }

    /// Whether `line` is `end`, or went on into it, line by line.
    pub(crate) fn ends_in(&self, line: LineId, end: LineId) -> bool {
        let mut at = line;
        // No line goes through more hands than a client has stages.
        for _ in 0..MOST_STAGES {
            if at == end {
                return true;
            }
            at = match self.line(at).map(|it| it.fate) {
                Some(Fate::Overridden { by }) => by,
                Some(Fate::Joined { into }) => into,
                _ => return false,
            };
        }
        false
    }

    fn write(&mut self, mut line: Line<'a>) -> LineId {
        if !self.holes.is_empty()
            && let Some(place) = line.origin.input_span()
            && let Some(nth) = self.hole_at(place)
            && let Some(found) = self.holes.get_mut(nth)
        {
            found.is_read |= !matches!(line.fate, Fate::Ignored { .. });
            line.value = Value::Unknown { why: found.hole.why.clone() };
        }
        if self.lines.is_empty() {
            // As many as a URL without options takes, and some more.
            self.lines.reserve(24);
        }
        let id = LineId(self.lines.len());
        self.lines.push(line);
        id
    }

    fn decide(&mut self, id: LineId, fate: Fate) {
        if let Some(line) = self.lines.get_mut(id.0) {
            line.fate = fate;
        }
    }
}
