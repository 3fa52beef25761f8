//! Python's values while a module is evaluated: what each is, where it was made, and which bytes of
//! which variable it came from.

use alloc::collections::{BTreeMap, BTreeSet};
use alloc::rc::Rc;
use alloc::string::{String, ToString};
use alloc::vec::Vec;
use core::fmt;

use dsnlens_core::Span;
use dsnlens_core::syntax::python::Int;

use crate::ast::{Block, Expr, Params};
use crate::eval::Eval;

/// A place on the heap, where what can change lies.
pub(crate) type Obj = usize;

/// A stretch of a file of the question.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Site {
    pub(crate) file: usize,
    pub(crate) span: Span,
}

/// Bytes of a text that came from bytes of a variable. Of what is no text `at` is empty.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) struct Mark {
    pub(crate) at: Span,
    /// The variable's number in [`Eval::variables`].
    pub(crate) variable: usize,
    pub(crate) span: Span,
}

/// Why something is not known, and where.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct Why {
    pub(crate) site: Site,
    pub(crate) text: Rc<str>,
    /// Whether it may not be there at all.
    pub(crate) may_be_absent: bool,
    /// What can change that it may be.
    pub(crate) touches: Vec<Obj>,
    /// Functions of the module that run where it is called, by their numbers.
    pub(crate) runs: Vec<usize>,
}

#[derive(Clone)]
pub(crate) struct Val {
    pub(crate) kind: Kind,
    pub(crate) site: Site,
    pub(crate) marks: Option<Rc<[Mark]>>,
}

#[derive(Clone)]
pub(crate) enum Kind {
    None,
    Bool(bool),
    Int(Int),
    Float(f64),
    Str(Rc<str>),
    Bytes(Rc<[u8]>),
    Tuple(Rc<[Val]>),
    List(Obj),
    Dict(Obj),
    Set(Obj),
    /// A `PosixPath`.
    Path(Rc<str>),
    Ellipsis,
    /// A function of a library.
    Native(&'static Native),
    /// A class of a library.
    Type(&'static Class),
    /// An instance of one, with its attributes.
    Object(&'static Class, Obj),
    /// A method bound to its value.
    Method(Rc<Val>, Method),
    /// A function or a lambda of the module.
    Function(Rc<Function>),
    /// A class of the module.
    Own(Rc<Own>),
    /// A module of a library, by its dotted name.
    Module(&'static Library),
    /// A module of the question: its names.
    File(Obj),
    /// A class of exceptions.
    Raises(Rc<Raises>),
    /// An exception.
    Exception(Rc<Exc>),
    Unknown(Rc<Why>),
}

pub(crate) type Res = Result<Val, Raise>;

/// An exception on its way.
pub(crate) type Raise = Rc<Exc>;

pub(crate) type Method = fn(&mut Eval<'_>, &Val, &Args) -> Res;

/// A function of a library.
pub(crate) struct Native {
    pub(crate) name: &'static str,
    pub(crate) call: fn(&mut Eval<'_>, &Args) -> Res,
}

/// Works out an attribute of an instance, if it is one of these.
pub(crate) type Attribute = fn(&mut Eval<'_>, &Val, &str) -> Option<Res>;

/// A class of a library.
pub(crate) struct Class {
    /// As `type(x).__name__`.
    pub(crate) name: &'static str,
    pub(crate) make: fn(&mut Eval<'_>, &Args) -> Res,
    pub(crate) methods: &'static [(&'static str, Method)],
    /// Attributes that are worked out.
    pub(crate) attribute: Option<Attribute>,
    /// What an instance does when it is called.
    pub(crate) call: Option<Method>,
}

/// A module of a library.
pub(crate) struct Library {
    pub(crate) name: &'static str,
    pub(crate) items: &'static [(&'static str, Item)],
    /// Whether every Python has it.
    pub(crate) is_standard: bool,
}

/// What a library's module holds under a name.
pub(crate) enum Item {
    Function(&'static Native),
    Class(&'static Class),
    Module(&'static Library),
    Exception(&'static str),
    Made(fn(&mut Eval<'_>, Site) -> Val),
}

pub(crate) struct Function {
    pub(crate) name: Rc<str>,
    pub(crate) file: usize,
    pub(crate) params: Rc<Params>,
    pub(crate) defaults: Vec<Option<Val>>,
    pub(crate) body: Body,
    /// The scopes around it, the nearest first, without the module's.
    pub(crate) around: Rc<[Obj]>,
    pub(crate) globals: Obj,
    /// The names that it binds.
    pub(crate) bound: Rc<BTreeSet<Rc<str>>>,
}

pub(crate) enum Body {
    Block(Block),
    Expression(Expr),
}

pub(crate) struct Own {
    pub(crate) name: Rc<str>,
    pub(crate) scope: Obj,
    pub(crate) raises: Option<Rc<Raises>>,
    /// Its methods, by their numbers.
    pub(crate) runs: Vec<usize>,
    /// Whether a base is not known.
    pub(crate) unknown: Option<Rc<Why>>,
}

/// A class of exceptions: its name and those of all that it derives from, itself first.
pub(crate) struct Raises {
    pub(crate) line: Vec<Rc<str>>,
}

pub(crate) struct Exc {
    pub(crate) class: Rc<Raises>,
    pub(crate) args: Vec<Val>,
    /// `str(exception)`; `None` where it is not known.
    pub(crate) text: Option<Val>,
    pub(crate) site: Option<Site>,
    /// Whether only this much is known: some exception.
    pub(crate) unknown: Option<Rc<Why>>,
}

/// The arguments of a call.
pub(crate) struct Args {
    pub(crate) list: Vec<Val>,
    pub(crate) named: Vec<(Rc<str>, Val)>,
    pub(crate) site: Site,
    /// `*` or `**` of what is not known.
    pub(crate) unknown: Option<Rc<Why>>,
}

/// What can be a key: what Python calls equal is equal.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Key {
    None,
    Int(i64),
    Other(String),
    Str(Rc<str>),
    Tuple(Vec<Key>),
}

#[derive(Clone, Default)]
pub(crate) struct Map {
    pub(crate) slots: Vec<Option<(Val, Val)>>,
    pub(crate) index: BTreeMap<Key, usize>,
    /// Why there may be more in it.
    pub(crate) open: Option<Rc<Why>>,
    pub(crate) is_environ: bool,
    /// Values that others took the place of, by their slots, oldest first.
    pub(crate) before: Vec<(usize, Val)>,
}

#[derive(Clone, Default)]
pub(crate) struct Items {
    pub(crate) values: Rc<Vec<Val>>,
    /// Why there may be anything in it.
    pub(crate) open: Option<Rc<Why>>,
}

pub(crate) enum Object {
    Map(Map),
    List(Items),
}

impl Map {
    pub(crate) fn get(&self, key: &Key) -> Option<&Val> {
        let slot = *self.index.get(key)?;
        self.slots.get(slot)?.as_ref().map(|it| &it.1)
    }

    pub(crate) fn entries(&self) -> impl Iterator<Item = &(Val, Val)> {
        self.slots.iter().flatten()
    }
}

impl Val {
    pub(crate) const fn new(kind: Kind, site: Site) -> Val {
        Val { kind, site, marks: None }
    }

    pub(crate) fn str(text: impl Into<Rc<str>>, site: Site) -> Val {
        Val::new(Kind::Str(text.into()), site)
    }

    pub(crate) const fn int(number: i64, site: Site) -> Val {
        Val::new(Kind::Int(Int::Small(number)), site)
    }

    pub(crate) const fn bool(it: bool, site: Site) -> Val {
        Val::new(Kind::Bool(it), site)
    }

    pub(crate) const fn none(site: Site) -> Val {
        Val::new(Kind::None, site)
    }

    pub(crate) fn unknown(why: &Rc<Why>) -> Val {
        Val::new(Kind::Unknown(Rc::clone(why)), why.site)
    }

    /// The same with the variables that others came from, whose bytes are no longer told apart.
    pub(crate) fn from(mut self, sources: &[&Val]) -> Val {
        let whole = match &self.kind {
            Kind::Str(text) | Kind::Path(text) => Span::new(0, text.len()),
            _ => Span::default(),
        };
        let mut marks: Vec<Mark> = self.marks.as_deref().unwrap_or(&[]).to_vec();
        for source in sources {
            for mark in source.marks.as_deref().unwrap_or(&[]) {
                let mark = Mark { at: whole, ..*mark };
                if marks.len() < MAX_MARKS && !marks.contains(&mark) {
                    marks.push(mark);
                }
            }
        }
        self.marks = (!marks.is_empty()).then(|| marks.into());
        self
    }

    pub(crate) fn with_marks(mut self, marks: Vec<Mark>) -> Val {
        self.marks = (!marks.is_empty()).then(|| marks.into());
        self
    }

    /// A value of the environment, which has no place of its own, as it is read here.
    pub(crate) fn read_at(mut self, site: Site) -> Val {
        if self.site == Site::default() {
            self.site = site;
        }
        self
    }

    pub(crate) fn as_str(&self) -> Option<&Rc<str>> {
        match &self.kind {
            Kind::Str(text) => Some(text),
            _ => None,
        }
    }

    pub(crate) fn why(&self) -> Option<&Rc<Why>> {
        match &self.kind {
            Kind::Unknown(why) => Some(why),
            _ => None,
        }
    }

    /// Whether it is a text that is not known, and not empty.
    pub(crate) fn is_filled(&self) -> bool {
        let marks = self.marks.as_deref().unwrap_or(&[]);
        self.why().is_some() && marks.iter().any(|it| !it.at.is_empty())
    }

    pub(crate) fn is_none(&self) -> bool {
        matches!(self.kind, Kind::None)
    }

    /// The piece between two bytes, which keeps its sources.
    pub(crate) fn piece(&self, span: Span, site: Site) -> Val {
        let Some(text) = self.as_str() else { return self.clone() };
        let marks = self.marks.as_deref().unwrap_or(&[]).iter().filter_map(|mark| {
            let start = mark.at.start.max(span.start);
            let end = mark.at.end.min(span.end);
            let at = Span::new(start.checked_sub(span.start)?, end.checked_sub(span.start)?);
            if start >= end {
                return None;
            }
            // Bytes that were copied are still told apart.
            let is_copy = mark.at.len() == mark.span.len();
            let source = match is_copy {
                true => Span::new(
                    mark.span.start + (start - mark.at.start),
                    mark.span.start + (end - mark.at.start),
                ),
                false => mark.span,
            };
            Some(Mark { at, span: source, ..*mark })
        });
        let marks = marks.collect();
        Val::str(span.of(text), site).with_marks(marks)
    }
}

/// Of so many variables' bytes a value knows that it came from them.
pub(crate) const MAX_MARKS: usize = 32;

impl Args {
    pub(crate) fn first(&self) -> Option<&Val> {
        self.list.first()
    }

    pub(crate) fn at(&self, place: usize) -> Option<&Val> {
        self.list.get(place)
    }

    /// An argument by its place or its name.
    pub(crate) fn get(&self, place: usize, name: &str) -> Option<&Val> {
        self.list.get(place).or_else(|| self.named(name))
    }

    pub(crate) fn named(&self, name: &str) -> Option<&Val> {
        self.named.iter().find(|it| &*it.0 == name).map(|it| &it.1)
    }

    pub(crate) fn all(&self) -> impl Iterator<Item = &Val> {
        self.list.iter().chain(self.named.iter().map(|it| &it.1))
    }
}

impl fmt::Debug for Val {
    /// What kind of value it is; any value may be a password.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match &self.kind {
            Kind::Unknown(_) => "unknown",
            _ => "value",
        })
    }
}

/// `type(value).__name__`
pub(crate) fn type_name(value: &Val) -> &str {
    match &value.kind {
        Kind::None => "NoneType",
        Kind::Bool(_) => "bool",
        Kind::Int(_) => "int",
        Kind::Float(_) => "float",
        Kind::Str(_) => "str",
        Kind::Bytes(_) => "bytes",
        Kind::Tuple(_) => "tuple",
        Kind::List(_) => "list",
        Kind::Dict(_) => "dict",
        Kind::Set(_) => "set",
        Kind::Path(_) => "PosixPath",
        Kind::Ellipsis => "ellipsis",
        Kind::Native(_) => "builtin_function_or_method",
        Kind::Type(_) | Kind::Own(_) | Kind::Raises(_) => "type",
        Kind::Object(class, _) => class.name,
        Kind::Method(..) => "method",
        Kind::Function(_) => "function",
        Kind::Module(_) | Kind::File(_) => "module",
        Kind::Exception(exception) => exception.class.line.first().map_or("", |it| it),
        Kind::Unknown(_) => "",
    }
}

/// `repr(float)`
pub(crate) fn float_repr(number: f64) -> String {
    if number.is_nan() {
        return "nan".into();
    }
    if number.is_infinite() {
        return if number > 0.0 { "inf".into() } else { "-inf".into() };
    }
    let text = alloc::format!("{number:e}");
    let (mantissa, exponent) = text.split_once('e').unwrap_or((&text, "0"));
    let exponent: i32 = exponent.parse().unwrap_or(0);
    if (-4..16).contains(&exponent) {
        let plain = number.to_string();
        return if plain.contains('.') { plain } else { plain + ".0" };
    }
    let sign = if exponent < 0 { '-' } else { '+' };
    alloc::format!("{mantissa}e{sign}{:02}", exponent.abs())
}
