//! What is answered: values with the bytes they were made of.

use alloc::collections::BTreeMap;
use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;

use dsnlens_core::module::Deed;
use dsnlens_core::{Call, Span};

/// What a settings module comes to.
#[derive(Clone, Debug, Default)]
pub struct Module {
    /// `DATABASES`; `None` where the module defines none, or ends in an exception.
    pub databases: Option<Value>,
    /// `DEBUG`, likewise.
    pub debug: Option<Value>,
    /// What was not understood and reaches `DATABASES` or `DEBUG`, in the order of the text.
    pub unknown: Vec<Unknown>,
    /// The exception that ends the module, whose outcome would otherwise be above.
    pub exception: Option<Exception>,
    /// The call of dj-database-url that made `DATABASES['default']` as it is, or that raised the
    /// exception.
    pub call: Option<DjCall>,
    /// What was taken for granted: an exception that may be raised and was not.
    pub assumed: Vec<Assumption>,
    /// The variables that the module asks for, each time it does.
    pub reads: Vec<Reading>,
    /// Paths at which imported modules would be, that the question does not give.
    pub wanted: Vec<String>,
    /// The names of variables, to which [`From::variable`] points.
    pub variables: Vec<String>,
    /// The files: the module first, then those of the question that it imports.
    pub files: Vec<String>,
    /// Statements that were not run, since a condition before them was known.
    pub skipped: Vec<Place>,
    /// Whether a condition was not known: keys may be in another order then.
    pub has_forked: bool,
    /// What it does that a rule may be about.
    pub(crate) acts: Vec<Act>,
    /// For the literals that are keys, by their files and first bytes: the expressions of the values.
    pub(crate) pairs: BTreeMap<(usize, usize), Span>,
}

/// Something that a module does.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Act {
    pub(crate) place: Place,
    pub(crate) deed: Deed,
    /// Whether it is about the database, whatever is made of it.
    pub(crate) matters: bool,
}

/// A stretch of a file.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Place {
    /// The file's number in [`Module::files`].
    pub file: usize,
    /// Its line, from 1.
    pub line: usize,
    /// The bytes, as UTF-8 offsets.
    pub span: Span,
}

/// Bytes of a variable that a value was made of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct From {
    /// The variable's number in [`Module::variables`].
    pub variable: usize,
    /// The bytes of its value, as UTF-8 offsets.
    pub span: Span,
    /// The bytes of the text that came from them; empty where the value is no text.
    pub at: Span,
}

/// A value. `Debug` shows what kind it is: any value may be a password.
#[derive(Clone, PartialEq)]
pub struct Value {
    /// The value itself.
    pub data: Data,
    /// Where it was made.
    pub place: Place,
    /// The variables that it came from.
    pub from: Vec<From>,
    /// As an entry of a `dict`: the values that it took the place of, oldest first.
    pub before: Vec<Value>,
}

/// A value as Python has it.
#[derive(Clone, PartialEq)]
pub enum Data {
    /// `None`
    None,
    /// A `bool`.
    Bool(bool),
    /// An `int` of 64 bits.
    Int(i64),
    /// Any other `int`, in decimal digits with an optional minus sign.
    BigInt(String),
    /// A `float`.
    Float(f64),
    /// A `str`.
    Str(String),
    /// `bytes`
    Bytes(Vec<u8>),
    /// A `list`.
    List(Vec<Value>),
    /// A `tuple`.
    Tuple(Vec<Value>),
    /// A `set`, in no order.
    Set(Vec<Value>),
    /// A `dict` in its order. `more`: why there may be other keys.
    Dict {
        /// The entries.
        entries: Vec<(Value, Value)>,
        /// Why there may be other keys.
        more: Option<String>,
    },
    /// A `PosixPath`.
    Path(String),
    /// A function, a class, a module: what kind it is.
    Other(String),
    /// What could not be worked out, and why.
    Unknown {
        /// Why.
        why: String,
        /// Whether it may not be there at all.
        may_be_absent: bool,
    },
}

impl Value {
    /// The entry of a `dict`.
    pub fn get(&self, key: &str) -> Option<&Value> {
        let Data::Dict { entries, .. } = &self.data else { return None };
        let is_key = |it: &Value| matches!(&it.data, Data::Str(text) if text == key);
        entries.iter().find(|it| is_key(&it.0)).map(|it| &it.1)
    }

    /// Whether all of it is known.
    pub fn is_known(&self) -> bool {
        match &self.data {
            Data::Unknown { .. } => false,
            Data::List(items) | Data::Tuple(items) | Data::Set(items) => {
                items.iter().all(Value::is_known)
            }
            Data::Dict { entries, more } => {
                more.is_none() && entries.iter().all(|it| it.0.is_known() && it.1.is_known())
            }
            _ => true,
        }
    }
}

impl fmt::Debug for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.data {
            Data::Dict { entries, .. } => {
                let mut map = f.debug_map();
                for (key, value) in entries {
                    match &key.data {
                        Data::Str(key) => map.entry(key, value),
                        _ => map.entry(&"…", value),
                    };
                }
                map.finish()
            }
            Data::Unknown { why, .. } => write!(f, "unknown: {why}"),
            _ => f.write_str("********"),
        }
    }
}

/// Something that was not understood.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unknown {
    /// Where.
    pub place: Place,
    /// Why, as a sentence without a full stop.
    pub why: String,
}

/// An exception as Python would raise it.
#[derive(Clone, Debug, PartialEq)]
pub struct Exception {
    /// Its class: `KeyError`.
    pub class: String,
    /// `str(exception)`, a text; `None` where it is not known.
    pub message: Option<Value>,
    /// The expression or statement that raised it: within the module's own functions the innermost.
    pub place: Place,
    /// Whether dj-database-url or django-environ raises it.
    pub is_library: bool,
}

/// A call of dj-database-url that is given a variable's value as it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DjCall {
    /// The variable's number in [`Module::variables`].
    pub variable: usize,
    /// What it is given beside the URL.
    pub call: Call,
    /// The call.
    pub place: Place,
    /// The value of `ssl_require`; the call where it is left out.
    pub ssl_require: Place,
    /// The value of `conn_max_age`, likewise.
    pub conn_max_age: Place,
    /// The value of `conn_health_checks`, likewise.
    pub conn_health_checks: Place,
}

/// Something that was taken for granted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Assumption {
    /// Where.
    pub place: Place,
    /// What, as a sentence without a full stop.
    pub what: String,
    /// The condition that is not known, where it decides whether this exception ends the module.
    pub unless: Option<Unknown>,
    /// The exception's class; empty where it may be any.
    pub class: String,
}

/// A variable that the module asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reading {
    /// Its name.
    pub name: String,
    /// Where.
    pub place: Place,
    /// Whether it is set.
    pub is_set: bool,
}
