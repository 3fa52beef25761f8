//! What operators, `str()`, `repr()`, `format()` and subscripts do, with CPython's error texts.

use alloc::format;
use alloc::rc::Rc;
use alloc::string::{String, ToString};
use alloc::vec::Vec;

use dsnlens_core::Span;
use dsnlens_core::syntax::python::{self, Int};

use crate::ast::{Binary, Compare, Unary};
use crate::eval::Eval;
use crate::value::{
    Exc, Items, Key, Kind, Map, Mark, Obj, Raise, Res, Site, Val, Why, float_repr, type_name,
};

/// What a loop runs over.
pub(crate) enum Series {
    Known(Vec<Val>),
    Unknown(Rc<Why>),
}

/// A longer text is unknown.
pub(crate) const MAX_TEXT: usize = 1 << 20;

/// Deeper values are not compared or printed.
const MAX_NESTING: usize = 40;

pub(crate) fn small(value: &Val) -> Option<i64> {
    match &value.kind {
        Kind::Bool(it) => Some(i64::from(*it)),
        Kind::Int(Int::Small(number)) => Some(*number),
        _ => None,
    }
}

#[expect(clippy::cast_precision_loss, reason = "as Python rounds it")]
pub(crate) fn float(value: &Val) -> Option<f64> {
    match &value.kind {
        Kind::Float(number) => Some(*number),
        Kind::Int(Int::Big(digits)) => digits.parse().ok(),
        _ => small(value).map(|it| it as f64),
    }
}

pub(crate) fn int_text(number: &Int) -> String {
    match number {
        Int::Small(number) => number.to_string(),
        Int::Big(digits) => digits.clone(),
    }
}

fn is_number(value: &Val) -> bool {
    matches!(value.kind, Kind::Bool(_) | Kind::Int(_) | Kind::Float(_))
}

impl Eval<'_> {
    /// The key that a value is; `None` where it can be none, or is not known.
    #[expect(clippy::cast_possible_truncation, reason = "whole numbers of less than 2^53 fit")]
    pub(crate) fn key(&self, value: &Val) -> Option<Key> {
        Some(match &value.kind {
            Kind::None => Key::None,
            Kind::Bool(it) => Key::Int(i64::from(*it)),
            Kind::Int(Int::Small(number)) => Key::Int(*number),
            Kind::Int(Int::Big(digits)) => Key::Other(digits.clone()),
            Kind::Float(number) if number % 1.0 == 0.0 && number.abs() < 9e15 => {
                Key::Int(*number as i64)
            }
            Kind::Float(number) => Key::Other(float_repr(*number)),
            Kind::Str(text) => Key::Str(Rc::clone(text)),
            Kind::Path(text) => Key::Other(format!("path {text}")),
            Kind::Bytes(bytes) => Key::Other(format!("bytes {}", bytes.escape_ascii())),
            Kind::Tuple(items) if items.len() < 64 => {
                let keys = items.iter().map(|it| match &it.kind {
                    // One level: deeper tuples are no keys that anybody writes.
                    Kind::Tuple(_) => None,
                    _ => self.key(it),
                });
                Key::Tuple(keys.collect::<Option<_>>()?)
            }
            Kind::Native(native) => Key::Other(format!("native {}", native.name)),
            Kind::Type(class) => Key::Other(format!("type {}", class.name)),
            _ => return None,
        })
    }

    /// A key, or `TypeError`, or nothing where it is not known.
    pub(crate) fn hashed(&mut self, value: &Val) -> Result<Option<Key>, Raise> {
        if matches!(value.kind, Kind::List(_) | Kind::Dict(_) | Kind::Set(_)) {
            let text = format!("unhashable type: '{}'", type_name(value));
            return Err(self.error("TypeError", text));
        }
        Ok(self.key(value))
    }

    /// `bool(value)`
    pub(crate) fn truth(&self, value: &Val) -> Result<bool, Rc<Why>> {
        Ok(match &value.kind {
            Kind::None => false,
            Kind::Bool(it) => *it,
            Kind::Int(number) => *number != Int::Small(0),
            Kind::Float(number) => *number != 0.0,
            Kind::Str(text) => !text.is_empty(),
            Kind::Bytes(bytes) => !bytes.is_empty(),
            Kind::Tuple(items) => !items.is_empty(),
            Kind::List(obj) => {
                let items = self.items(*obj);
                match items.open {
                    Some(why) => return Err(why),
                    None => !items.values.is_empty(),
                }
            }
            Kind::Dict(obj) | Kind::Set(obj) => {
                let Some(map) = self.map(*obj) else { return Ok(true) };
                let is_surely = map.entries().any(|it| !may_be_absent(&it.1));
                match &map.open {
                    _ if is_surely => true,
                    Some(why) => return Err(Rc::clone(why)),
                    None => match map.entries().next() {
                        Some((_, value)) => return Err(self.why_of(value)),
                        None => false,
                    },
                }
            }
            Kind::Unknown(_) if value.is_filled() => true,
            Kind::Unknown(why) => return Err(Rc::clone(why)),
            _ => true,
        })
    }

    fn why_of(&self, value: &Val) -> Rc<Why> {
        match value.why() {
            Some(why) => Rc::clone(why),
            None => self.why(value.site, "not known"),
        }
    }

    /// `a == b`; `None` where it is not known.
    pub(crate) fn equal(&mut self, a: &Val, b: &Val, depth: usize) -> Option<bool> {
        self.spend(1);
        if depth > MAX_NESTING {
            return None;
        }
        match (&a.kind, &b.kind) {
            (Kind::Unknown(_), _) | (_, Kind::Unknown(_)) => None,
            (Kind::Str(a), Kind::Str(b)) => {
                self.spend(a.len().min(b.len()) / 64);
                Some(a == b)
            }
            (Kind::None, Kind::None) | (Kind::Ellipsis, Kind::Ellipsis) => Some(true),
            (Kind::Int(Int::Big(a)), Kind::Int(Int::Big(b))) => Some(a == b),
            _ if is_number(a) && is_number(b) => match (small(a), small(b)) {
                (Some(a), Some(b)) => Some(a == b),
                _ => Some(float(a)? == float(b)?),
            },
            (Kind::Bytes(a), Kind::Bytes(b)) => Some(a == b),
            (Kind::Path(a), Kind::Path(b)) => {
                let is_known = self.is_rooted(a) && self.is_rooted(b);
                if a == b { Some(true) } else { is_known.then_some(false) }
            }
            (Kind::Tuple(a), Kind::Tuple(b)) => self.equal_items(a, b, depth),
            (Kind::List(x), Kind::List(y)) => {
                if x == y {
                    return Some(true);
                }
                let (a, b) = (self.items(*x), self.items(*y));
                if a.open.is_some() || b.open.is_some() {
                    return None;
                }
                self.equal_items(&a.values, &b.values, depth)
            }
            (Kind::Dict(x), Kind::Dict(y)) | (Kind::Set(x), Kind::Set(y)) => {
                if x == y {
                    return Some(true);
                }
                let (a, b) = (self.map(*x)?.clone(), self.map(*y)?.clone());
                if a.open.is_some() || b.open.is_some() {
                    return None;
                }
                let mut all = Some(a.entries().count() == b.entries().count());
                for (key, value) in a.entries() {
                    let id = self.key(key)?;
                    let same = match b.get(&id) {
                        Some(other) => self.equal(value, other, depth + 1),
                        None if may_be_absent(value) => None,
                        None => Some(false),
                    };
                    match same {
                        Some(false) => return Some(false),
                        None => all = all.and(None),
                        Some(true) => {}
                    }
                }
                all
            }
            (Kind::Native(a), Kind::Native(b)) => Some(core::ptr::eq(*a, *b)),
            (Kind::Type(a), Kind::Type(b)) => Some(core::ptr::eq(*a, *b)),
            (Kind::Module(a), Kind::Module(b)) => Some(core::ptr::eq(*a, *b)),
            (Kind::Function(a), Kind::Function(b)) => Some(Rc::ptr_eq(a, b)),
            (Kind::Raises(a), Kind::Raises(b)) => Some(a.line.first() == b.line.first()),
            (Kind::Object(_, a), Kind::Object(_, b)) => {
                if a == b {
                    Some(true)
                } else {
                    None
                }
            }
            (Kind::Own(a), Kind::Own(b)) => Some(Rc::ptr_eq(a, b)),
            // An object of a library or of the module may say otherwise.
            (Kind::Object(..) | Kind::Exception(_), _) | (_, Kind::Object(..)) => {
                if a.is_none() || b.is_none() { Some(false) } else { None }
            }
            _ => Some(false),
        }
    }

    fn equal_items(&mut self, a: &[Val], b: &[Val], depth: usize) -> Option<bool> {
        if a.len() != b.len() {
            return Some(false);
        }
        let mut all = Some(true);
        for (a, b) in a.iter().zip(b) {
            match self.equal(a, b, depth + 1) {
                Some(false) => return Some(false),
                None => all = None,
                Some(true) => {}
            }
        }
        all
    }

    fn is(&self, a: &Val, b: &Val) -> Option<bool> {
        match (&a.kind, &b.kind) {
            (Kind::Unknown(_), _) | (_, Kind::Unknown(_)) => None,
            (Kind::None, Kind::None) => Some(true),
            (Kind::None, _) | (_, Kind::None) => Some(false),
            (Kind::Bool(a), Kind::Bool(b)) => Some(a == b),
            (Kind::Bool(_), _) | (_, Kind::Bool(_)) => Some(false),
            (Kind::List(a), Kind::List(b))
            | (Kind::Dict(a), Kind::Dict(b))
            | (Kind::Set(a), Kind::Set(b)) => Some(a == b),
            (Kind::Native(a), Kind::Native(b)) => Some(core::ptr::eq(*a, *b)),
            (Kind::Type(a), Kind::Type(b)) => Some(core::ptr::eq(*a, *b)),
            (Kind::Ellipsis, Kind::Ellipsis) => Some(true),
            // Whether equal texts are one is the interpreter's business.
            _ if type_name(a) == type_name(b) => None,
            _ => Some(false),
        }
    }

    pub(crate) fn compare(&mut self, operator: Compare, a: &Val, b: &Val, site: Site) -> Res {
        let result = match operator {
            Compare::Eq => self.equal(a, b, 0),
            Compare::Ne => self.equal(a, b, 0).map(|it| !it),
            Compare::Is => self.is(a, b),
            Compare::IsNot => self.is(a, b).map(|it| !it),
            Compare::In => self.contains(b, a)?,
            Compare::NotIn => self.contains(b, a)?.map(|it| !it),
            Compare::Lt | Compare::Le | Compare::Gt | Compare::Ge => {
                return self.order(operator, a, b, site);
            }
        };
        Ok(match result {
            Some(it) => Val::bool(it, site).from(&[a, b]),
            None => self.unknown_of(&[a, b], site, "this comparison is not known"),
        })
    }

    fn order(&mut self, operator: Compare, a: &Val, b: &Val, site: Site) -> Res {
        use core::cmp::Ordering;
        if a.why().is_some() || b.why().is_some() {
            return Ok(self.unknown_of(&[a, b], site, "this comparison is not known"));
        }
        let order = match (&a.kind, &b.kind) {
            (Kind::Str(a), Kind::Str(b)) => Some(a.chars().cmp(b.chars())),
            _ if is_number(a) && is_number(b) => match (small(a), small(b)) {
                (Some(a), Some(b)) => Some(a.cmp(&b)),
                _ => match (float(a), float(b)) {
                    (Some(a), Some(b)) => a.partial_cmp(&b),
                    _ => None,
                },
            },
            (Kind::Tuple(_), Kind::Tuple(_)) | (Kind::List(_), Kind::List(_)) => {
                let (Series::Known(a), Series::Known(b)) = (self.series(a)?, self.series(b)?)
                else {
                    return Ok(self.unknown_of(&[a, b], site, "this comparison is not known"));
                };
                let mut order = Some(a.len().cmp(&b.len()));
                for (a, b) in a.iter().zip(&b) {
                    match self.equal(a, b, 0) {
                        Some(true) => {}
                        Some(false) => {
                            if matches!(a.kind, Kind::Tuple(_) | Kind::List(_)) {
                                return Ok(self.unknown(site, "this comparison is not evaluated"));
                            }
                            return self.order(operator, a, b, site);
                        }
                        None => order = None,
                    }
                    if order.is_none() {
                        break;
                    }
                }
                order
            }
            (Kind::Set(_), Kind::Set(_)) | (Kind::Bytes(_), Kind::Bytes(_)) => None,
            (Kind::Path(_), Kind::Path(_)) | (Kind::Object(..), _) | (_, Kind::Object(..)) => None,
            _ => {
                let sign = match operator {
                    Compare::Lt => "<",
                    Compare::Le => "<=",
                    Compare::Gt => ">",
                    _ => ">=",
                };
                let text = format!(
                    "'{sign}' not supported between instances of '{}' and '{}'",
                    type_name(a),
                    type_name(b)
                );
                return Err(self.error("TypeError", text));
            }
        };
        let Some(order) = order else {
            return Ok(self.unknown_of(&[a, b], site, "this comparison is not evaluated"));
        };
        let is = match operator {
            Compare::Lt => order == Ordering::Less,
            Compare::Le => order != Ordering::Greater,
            Compare::Gt => order == Ordering::Greater,
            _ => order != Ordering::Less,
        };
        Ok(Val::bool(is, site).from(&[a, b]))
    }

    /// `item in whole`
    pub(crate) fn contains(&mut self, whole: &Val, item: &Val) -> Result<Option<bool>, Raise> {
        match &whole.kind {
            Kind::Unknown(_) => {
                self.doubt();
                Ok(None)
            }
            Kind::Str(text) => match &item.kind {
                Kind::Str(part) => {
                    self.spend(text.len() / 64);
                    Ok(Some(text.contains(&**part)))
                }
                Kind::Unknown(_) => Ok(None),
                _ if self.is_in_a_folder(item) => Ok(None),
                _ => {
                    let text = format!(
                        "'in <string>' requires string as left operand, not {}",
                        type_name(item)
                    );
                    Err(self.error("TypeError", text))
                }
            },
            Kind::Dict(obj) | Kind::Set(obj) => {
                if item.why().is_some() {
                    return Ok(match self.map(*obj) {
                        Some(map) if map.open.is_none() && map.entries().next().is_none() => {
                            Some(false)
                        }
                        _ => None,
                    });
                }
                let Some(id) = self.hashed(item)? else { return Ok(None) };
                self.read_environ(*obj, &id, item.site);
                let Some(map) = self.map(*obj) else { return Ok(None) };
                Ok(match map.get(&id) {
                    Some(value) if may_be_absent(value) => None,
                    Some(_) => Some(true),
                    None if map.open.is_some() => None,
                    None => Some(false),
                })
            }
            Kind::Object(class, obj) if class.name == "Env" => {
                let _ = obj;
                let environ = self.environ_value(item.site);
                self.contains(&environ, item)
            }
            Kind::List(_) | Kind::Tuple(_) => {
                let Series::Known(items) = self.series(whole)? else { return Ok(None) };
                let mut found = Some(false);
                for it in &items {
                    match self.equal(it, item, 0) {
                        Some(true) => return Ok(Some(true)),
                        None => found = None,
                        Some(false) => {}
                    }
                }
                Ok(found)
            }
            Kind::Object(..) | Kind::Bytes(_) => Ok(None),
            _ => {
                if self.is_in_a_folder(whole) {
                    return Ok(None);
                }
                let text = format!("argument of type '{}' is not iterable", type_name(whole));
                Err(self.error("TypeError", text))
            }
        }
    }

    /// What `iter(value)` gives.
    pub(crate) fn series(&mut self, value: &Val) -> Result<Series, Raise> {
        let site = value.site;
        Ok(match &value.kind {
            Kind::Unknown(why) => {
                self.doubt();
                self.guess(&why.runs, why, site);
                Series::Unknown(Rc::clone(why))
            }
            Kind::Tuple(items) => Series::Known(items.to_vec()),
            Kind::List(obj) => {
                let items = self.items(*obj);
                self.spend(items.values.len());
                match items.open {
                    Some(why) => Series::Unknown(why),
                    None => Series::Known(items.values.to_vec()),
                }
            }
            Kind::Dict(obj) | Kind::Set(obj) => {
                let Some(map) = self.map(*obj) else { return Ok(Series::Known(Vec::new())) };
                if let Some(why) = &map.open {
                    return Ok(Series::Unknown(Rc::clone(why)));
                }
                if let Some((_, value)) = map.entries().find(|it| may_be_absent(&it.1)) {
                    return Ok(Series::Unknown(self.why_of(value)));
                }
                let is_set = matches!(value.kind, Kind::Set(_));
                let keys: Vec<_> = map.entries().map(|it| it.0.clone()).collect();
                self.spend(keys.len());
                if is_set && keys.len() > 1 {
                    // The order of a set of texts is another one in each run.
                    return Ok(Series::Unknown(self.why(site, "the order of a set is not known")));
                }
                Series::Known(keys)
            }
            Kind::Str(text) => {
                self.spend(text.len());
                let pieces = text
                    .char_indices()
                    .map(|(at, c)| value.piece(Span::new(at, at + c.len_utf8()), site));
                Series::Known(pieces.collect())
            }
            Kind::Bytes(bytes) => {
                self.spend(bytes.len());
                Series::Known(bytes.iter().map(|it| Val::int(i64::from(*it), site)).collect())
            }
            Kind::Object(..) | Kind::Exception(_) => {
                Series::Unknown(self.why(site, "this is not evaluated"))
            }
            _ if self.is_in_a_folder(value) => {
                Series::Unknown(self.why(site, "the folder of the project is not known"))
            }
            _ => {
                let text = format!("'{}' object is not iterable", type_name(value));
                return Err(self.error("TypeError", text));
            }
        })
    }

    pub(crate) fn unary(&mut self, operator: Unary, value: &Val, site: Site) -> Res {
        if operator == Unary::Not {
            return Ok(match self.truth(value) {
                Ok(it) => Val::bool(!it, site).from(&[value]),
                Err(_) => self.unknown_of(&[value], site, "not known"),
            });
        }
        let sign = match operator {
            Unary::Neg => "-",
            Unary::Pos => "+",
            _ => "~",
        };
        let result = match (&value.kind, small(value)) {
            (Kind::Unknown(_), _) => return Ok(self.unknown_of(&[value], site, "not known")),
            (Kind::Float(number), _) if operator == Unary::Neg => Kind::Float(-number),
            (Kind::Float(number), _) if operator == Unary::Pos => Kind::Float(*number),
            (_, Some(number)) => {
                let number = match operator {
                    Unary::Neg => number.checked_neg(),
                    Unary::Pos => Some(number),
                    _ => Some(!number),
                };
                match number {
                    Some(number) => Kind::Int(Int::Small(number)),
                    None => return Ok(self.unknown(site, "this number is too large")),
                }
            }
            (Kind::Int(Int::Big(_)), _) => {
                return Ok(self.unknown(site, "this number is too large"));
            }
            _ => {
                let text = format!("bad operand type for unary {sign}: '{}'", type_name(value));
                return Err(self.error("TypeError", text));
            }
        };
        Ok(Val::new(result, site).from(&[value]))
    }

    pub(crate) fn binary(&mut self, operator: Binary, a: &Val, b: &Val, site: Site) -> Res {
        if a.why().is_some() || b.why().is_some() {
            self.doubt();
            return Ok(self.unknown_of(&[a, b], site, "not known"));
        }
        match (operator, &a.kind, &b.kind) {
            (Binary::Add, Kind::Str(_), Kind::Str(_)) => return Ok(self.concat(&[a, b], site)),
            (Binary::Add, Kind::Bytes(x), Kind::Bytes(y)) => {
                if x.len() + y.len() > MAX_TEXT {
                    return Ok(self.unknown(site, "this is too long"));
                }
                self.spend((x.len() + y.len()) / 16);
                let whole: Vec<u8> = x.iter().chain(y.iter()).copied().collect();
                return Ok(Val::new(Kind::Bytes(whole.into()), site).from(&[a, b]));
            }
            (Binary::Add, Kind::List(_), Kind::List(_)) => {
                let (Series::Known(mut x), Series::Known(y)) = (self.series(a)?, self.series(b)?)
                else {
                    return Ok(self.unknown_of(&[a, b], site, "not known"));
                };
                x.extend(y);
                return Ok(self.new_list(x, site));
            }
            (Binary::Add, Kind::Tuple(x), Kind::Tuple(y)) => {
                self.spend(x.len() + y.len());
                let items: Vec<_> = x.iter().chain(y.iter()).cloned().collect();
                return Ok(Val::new(Kind::Tuple(items.into()), site));
            }
            (Binary::Mul, Kind::Str(_) | Kind::List(_) | Kind::Tuple(_), _)
                if small(b).is_some() =>
            {
                return self.repeat(a, small(b).unwrap_or(0), site);
            }
            (Binary::Mul, _, Kind::Str(_) | Kind::List(_) | Kind::Tuple(_))
                if small(a).is_some() =>
            {
                return self.repeat(b, small(a).unwrap_or(0), site);
            }
            (Binary::BitOr, Kind::Dict(_), Kind::Dict(_)) => {
                let copy = self.copy_map(a, site);
                self.update(&copy, b)?;
                return Ok(copy);
            }
            (
                Binary::BitOr | Binary::BitAnd | Binary::Sub | Binary::BitXor,
                Kind::Set(x),
                Kind::Set(y),
            ) => return Ok(self.set_operation(operator, *x, *y, site)),
            (Binary::Div, Kind::Path(_), Kind::Str(_) | Kind::Path(_)) => {
                return Ok(crate::libs::pathlib::join(self, a, b, site));
            }
            (Binary::Div, Kind::Str(_), Kind::Path(_)) => {
                return Ok(crate::libs::pathlib::join(self, a, b, site));
            }
            (Binary::Mod, Kind::Str(_), _) => {
                return crate::libs::strings::percent(self, a, b, site);
            }
            (Binary::BitOr, Kind::Bool(x), Kind::Bool(y)) => {
                return Ok(Val::bool(x | y, site).from(&[a, b]));
            }
            (Binary::BitAnd, Kind::Bool(x), Kind::Bool(y)) => {
                return Ok(Val::bool(x & y, site).from(&[a, b]));
            }
            (Binary::BitXor, Kind::Bool(x), Kind::Bool(y)) => {
                return Ok(Val::bool(x ^ y, site).from(&[a, b]));
            }
            _ => {}
        }
        if is_number(a) && is_number(b) {
            return self.arithmetic(operator, a, b, site);
        }
        // Types and objects of libraries have operators of their own.
        let is_open = |it: &Val| {
            matches!(it.kind, Kind::Object(..) | Kind::Own(_) | Kind::Type(_) | Kind::Raises(_))
        };
        if is_open(a) || is_open(b) {
            return Ok(self.unknown(site, "this operator is not evaluated"));
        }
        let sign = match operator {
            Binary::Add => "+",
            Binary::Sub => "-",
            Binary::Mul => "*",
            Binary::Div => "/",
            Binary::FloorDiv => "//",
            Binary::Mod => "%",
            Binary::Pow => "** or pow()",
            Binary::BitOr => "|",
            Binary::BitAnd => "&",
            Binary::BitXor => "^",
            Binary::Shl => "<<",
            Binary::Shr => ">>",
            Binary::MatMul => "@",
        };
        if self.is_in_a_folder(a) || self.is_in_a_folder(b) {
            self.doubt();
            return Ok(self.unknown(site, "the folder of the project is not known"));
        }
        let (left, right) = (type_name(a), type_name(b));
        let text = match (operator, &a.kind) {
            (Binary::Add, Kind::Str(_)) => {
                format!("can only concatenate str (not \"{right}\") to str")
            }
            (Binary::Add, Kind::List(_)) => {
                format!("can only concatenate list (not \"{right}\") to list")
            }
            (Binary::Add, Kind::Tuple(_)) => {
                format!("can only concatenate tuple (not \"{right}\") to tuple")
            }
            (Binary::Add, Kind::Bytes(_)) => format!("can't concat {right} to bytes"),
            (Binary::Mul, Kind::Str(_) | Kind::List(_) | Kind::Tuple(_)) => {
                format!("can't multiply sequence by non-int of type '{right}'")
            }
            _ => match (operator, &b.kind) {
                (Binary::Mul, Kind::Str(_) | Kind::List(_) | Kind::Tuple(_)) => {
                    format!("can't multiply sequence by non-int of type '{left}'")
                }
                _ => format!("unsupported operand type(s) for {sign}: '{left}' and '{right}'"),
            },
        };
        Err(self.error("TypeError", text))
    }

    fn repeat(&mut self, value: &Val, count: i64, site: Site) -> Res {
        let count = usize::try_from(count).unwrap_or(0);
        match &value.kind {
            Kind::Str(text) => {
                let length = text.len().saturating_mul(count);
                if length > MAX_TEXT || !self.spend(length / 64) {
                    return Ok(self.unknown(site, "this is too long"));
                }
                Ok(Val::str(text.repeat(count), site).from(&[value]))
            }
            _ => {
                let Series::Known(items) = self.series(value)? else {
                    return Ok(self.unknown_of(&[value], site, "not known"));
                };
                let length = items.len().saturating_mul(count);
                if length > MAX_TEXT / 64 || !self.spend(length) {
                    return Ok(self.unknown(site, "this is too long"));
                }
                let mut all = Vec::with_capacity(length);
                for _ in 0..count {
                    all.extend_from_slice(&items);
                }
                Ok(match value.kind {
                    Kind::Tuple(_) => Val::new(Kind::Tuple(all.into()), site),
                    _ => self.new_list(all, site),
                })
            }
        }
    }

    fn set_operation(&mut self, operator: Binary, a: Obj, b: Obj, site: Site) -> Val {
        let (Some(first), Some(second)) = (self.map(a).cloned(), self.map(b).cloned()) else {
            return self.unknown(site, "not known");
        };
        if let Some(why) = first.open.as_ref().or(second.open.as_ref()) {
            return Val::unknown(why);
        }
        let new = self.new_map(Map::default());
        for (key, value) in first.entries() {
            let Some(id) = self.key(key) else { continue };
            let is_there = second.get(&id).is_some();
            let is_kept = match operator {
                Binary::BitOr => true,
                Binary::BitAnd => is_there,
                _ => !is_there,
            };
            if is_kept {
                self.put(new, id, key.clone(), value.clone());
            }
        }
        if matches!(operator, Binary::BitOr | Binary::BitXor) {
            for (key, value) in second.entries() {
                let Some(id) = self.key(key) else { continue };
                if first.get(&id).is_none() {
                    self.put(new, id, key.clone(), value.clone());
                }
            }
        }
        Val::new(Kind::Set(new), site)
    }

    fn arithmetic(&mut self, operator: Binary, a: &Val, b: &Val, site: Site) -> Res {
        let too_large = |eval: &mut Self| Ok(eval.unknown(site, "this number is not evaluated"));
        let is_float = matches!(a.kind, Kind::Float(_)) || matches!(b.kind, Kind::Float(_));
        if is_float || operator == Binary::Div {
            let (Some(x), Some(y)) = (float(a), float(b)) else { return too_large(self) };
            let is_zero = y == 0.0;
            let result = match operator {
                Binary::Add => x + y,
                Binary::Sub => x - y,
                Binary::Mul => x * y,
                Binary::Div | Binary::FloorDiv | Binary::Mod if is_zero => {
                    let text = match (operator, is_float) {
                        (Binary::Div, false) => "division by zero",
                        (Binary::Div, true) => "float division by zero",
                        (Binary::FloorDiv, _) => "float floor division by zero",
                        _ => "float modulo",
                    };
                    return Err(self.error("ZeroDivisionError", text));
                }
                Binary::Div => {
                    // Whole numbers beyond 2^53 are divided exactly.
                    let is_exact =
                        |it: &Val| small(it).is_none_or(|it| it.unsigned_abs() < 1 << 53);
                    if !is_exact(a) || !is_exact(b) {
                        return too_large(self);
                    }
                    x / y
                }
                Binary::FloorDiv | Binary::Mod | Binary::Pow => return too_large(self),
                _ => {
                    let sign = match operator {
                        Binary::BitOr => "|",
                        Binary::BitAnd => "&",
                        Binary::BitXor => "^",
                        Binary::Shl => "<<",
                        Binary::Shr => ">>",
                        _ => "@",
                    };
                    let text = format!(
                        "unsupported operand type(s) for {sign}: '{}' and '{}'",
                        type_name(a),
                        type_name(b)
                    );
                    return Err(self.error("TypeError", text));
                }
            };
            return Ok(Val::new(Kind::Float(result), site).from(&[a, b]));
        }
        let (Some(x), Some(y)) = (small(a), small(b)) else { return too_large(self) };
        let result = match operator {
            Binary::Add => x.checked_add(y),
            Binary::Sub => x.checked_sub(y),
            Binary::Mul => x.checked_mul(y),
            Binary::FloorDiv | Binary::Mod if y == 0 => {
                let text = match operator {
                    Binary::Mod => "integer modulo by zero",
                    _ => "integer division or modulo by zero",
                };
                return Err(self.error("ZeroDivisionError", text));
            }
            Binary::FloorDiv => x.checked_div(y).map(|it| {
                let is_down = x.checked_rem(y).is_some_and(|it| it != 0) && (x < 0) != (y < 0);
                it - i64::from(is_down)
            }),
            Binary::Mod => {
                x.checked_rem(y).map(|it| if it != 0 && (it < 0) != (y < 0) { it + y } else { it })
            }
            Binary::Pow => u32::try_from(y).ok().and_then(|it| x.checked_pow(it)),
            Binary::BitOr => Some(x | y),
            Binary::BitAnd => Some(x & y),
            Binary::BitXor => Some(x ^ y),
            Binary::Shl => u32::try_from(y)
                .ok()
                .filter(|it| *it < 62)
                .and_then(|it| x.checked_mul(1_i64.checked_shl(it)?)),
            Binary::Shr => u32::try_from(y).ok().map(|it| x >> it.min(63)),
            Binary::Div => None,
            Binary::MatMul => {
                let text = format!(
                    "unsupported operand type(s) for @: '{}' and '{}'",
                    type_name(a),
                    type_name(b)
                );
                return Err(self.error("TypeError", text));
            }
        };
        match result {
            Some(number) => Ok(Val::int(number, site).from(&[a, b])),
            None => too_large(self),
        }
    }

    /// Texts one behind the other, each keeping its sources.
    pub(crate) fn concat(&mut self, parts: &[&Val], site: Site) -> Val {
        let mut text = String::new();
        let mut marks: Vec<Mark> = Vec::new();
        for part in parts {
            let Some(piece) = part.as_str() else { continue };
            if text.len() + piece.len() > MAX_TEXT || !self.spend(piece.len() / 64) {
                return self.unknown(site, "this text is too long");
            }
            for mark in part.marks.as_deref().unwrap_or(&[]) {
                if marks.len() < crate::value::MAX_MARKS {
                    let at = Span::new(mark.at.start + text.len(), mark.at.end + text.len());
                    marks.push(Mark { at, ..*mark });
                }
            }
            text.push_str(piece);
        }
        Val::str(text, site).with_marks(marks)
    }

    // Texts of values.

    /// `str(value)`; `None` where it is not known.
    pub(crate) fn text(&mut self, value: &Val) -> Option<String> {
        match &value.kind {
            Kind::Str(text) => Some((**text).into()),
            Kind::Path(text) => self.is_rooted(text).then(|| (**text).into()),
            Kind::Exception(exception) => {
                exception.text.as_ref().and_then(|it| it.as_str()).map(|it| (**it).into())
            }
            _ => self.repr(value, 0),
        }
    }

    /// `repr(value)`; `None` where it is not known.
    pub(crate) fn repr(&mut self, value: &Val, depth: usize) -> Option<String> {
        if depth > MAX_NESTING || !self.spend(1) {
            return None;
        }
        let text = match &value.kind {
            Kind::None => "None".into(),
            Kind::Bool(true) => "True".into(),
            Kind::Bool(false) => "False".into(),
            Kind::Ellipsis => "Ellipsis".into(),
            Kind::Int(number) => int_text(number),
            Kind::Float(number) => float_repr(*number),
            Kind::Str(text) => {
                self.spend(text.len() / 32);
                python::repr(text)
            }
            Kind::Bytes(bytes) => {
                // Which quote stands around it depends on those inside.
                if bytes.iter().any(|it| matches!(it, b'\'' | b'"')) {
                    return None;
                }
                format!("b'{}'", bytes.escape_ascii())
            }
            Kind::Tuple(items) => {
                let parts = self.reprs(items, depth)?;
                match parts.as_slice() {
                    [one] => format!("({one},)"),
                    _ => format!("({})", parts.join(", ")),
                }
            }
            Kind::List(obj) => {
                let items = self.items(*obj);
                if items.open.is_some() {
                    return None;
                }
                format!("[{}]", self.reprs(&items.values, depth)?.join(", "))
            }
            Kind::Dict(obj) => {
                let map = self.map(*obj)?;
                if map.open.is_some() || map.is_environ {
                    return None;
                }
                let entries: Vec<_> = map.entries().cloned().collect();
                let mut parts = Vec::with_capacity(entries.len());
                for (key, value) in &entries {
                    let key = self.repr(key, depth + 1)?;
                    parts.push(format!("{key}: {}", self.repr(value, depth + 1)?));
                }
                format!("{{{}}}", parts.join(", "))
            }
            Kind::Set(obj) => {
                let map = self.map(*obj)?;
                if map.open.is_some() {
                    return None;
                }
                let keys: Vec<_> = map.entries().map(|it| it.0.clone()).collect();
                match keys.as_slice() {
                    [] => "set()".into(),
                    [one] => format!("{{{}}}", self.repr(one, depth + 1)?),
                    _ => return None,
                }
            }
            Kind::Path(text) if self.is_rooted(text) => {
                format!("PosixPath({})", python::repr(text))
            }
            Kind::Type(class)
                if matches!(
                    class.name,
                    "str" | "int" | "bool" | "float" | "list" | "dict" | "tuple" | "set"
                ) =>
            {
                format!("<class '{}'>", class.name)
            }
            Kind::Exception(exception) => {
                let name = exception.class.line.first()?;
                let args = exception.args.clone();
                let parts = self.reprs(&args, depth)?;
                format!("{name}({})", parts.join(", "))
            }
            _ => return None,
        };
        if text.len() > MAX_TEXT || !self.spend(text.len() / 64) {
            return None;
        }
        Some(text)
    }

    fn reprs(&mut self, items: &[Val], depth: usize) -> Option<Vec<String>> {
        let mut parts = Vec::with_capacity(items.len());
        for item in items {
            parts.push(self.repr(item, depth + 1)?);
        }
        Some(parts)
    }

    /// `str(value)` as a value.
    pub(crate) fn str_of(&mut self, value: &Val, site: Site) -> Val {
        match (&value.kind, self.text(value)) {
            (Kind::Str(_), _) => Val { site, ..value.clone() },
            (_, Some(text)) => {
                let mut inside = Vec::new();
                self.sources(value, &mut inside, 0);
                Val::str(text, site).from(&inside.iter().collect::<Vec<_>>())
            }
            _ => self.unknown_of(&[value], site, "this text is not known"),
        }
    }

    /// The values in a value that came from variables.
    pub(crate) fn sources(&self, value: &Val, out: &mut Vec<Val>, depth: usize) {
        if depth > 4 || out.len() > 16 {
            return;
        }
        if value.marks.is_some() {
            out.push(value.clone());
        }
        match &value.kind {
            Kind::Tuple(items) => items.iter().for_each(|it| self.sources(it, out, depth + 1)),
            Kind::List(obj) => {
                self.items(*obj).values.iter().for_each(|it| self.sources(it, out, depth + 1));
            }
            Kind::Dict(obj) => {
                for (_, value) in self.map(*obj).into_iter().flat_map(Map::entries) {
                    self.sources(value, out, depth + 1);
                }
            }
            Kind::Exception(exception) => {
                for it in exception.args.iter().chain(&exception.text) {
                    self.sources(it, out, depth + 1);
                }
            }
            _ => {}
        }
    }

    // Subscripts.

    /// Whether a variable is asked for, and whether it is set.
    pub(crate) fn read_environ(&mut self, obj: Obj, id: &Key, site: Site) {
        let (Some(map), Key::Str(name)) = (self.map(obj), id) else { return };
        if map.is_environ {
            let is_set = map.get(id).is_some();
            let name = Rc::clone(name);
            if !is_set && map.open.is_some() && self.question.is_open {
                let why = self.why(site, format!("{name} is not given"));
                let why = Rc::new(Why { may_be_absent: true, ..(*why).clone() });
                let key = Val::str(Rc::clone(&name), site);
                self.put(obj, id.clone(), key, Val::unknown(&why));
            }
            self.note_reading(&name, site, is_set);
        }
    }

    pub(crate) fn subscript(&mut self, whole: &Val, index: &Val, site: Site) -> Res {
        match &whole.kind {
            Kind::Unknown(why) => {
                self.doubt();
                self.guess(&why.runs, why, site);
                Ok(self.unknown_of(&[whole, index], site, "not known"))
            }
            Kind::Dict(obj) => {
                if index.why().is_some() {
                    self.doubt();
                    let values: Vec<_> = self
                        .map(*obj)
                        .map(|it| it.entries().map(|it| it.1.clone()).collect())
                        .unwrap_or_default();
                    let all: Vec<&Val> = values.iter().chain([index]).collect();
                    return Ok(self.unknown_of(&all, site, "the key is not known"));
                }
                let Some(id) = self.hashed(index)? else {
                    return Ok(self.unknown(site, "this key is not evaluated"));
                };
                self.read_environ(*obj, &id, site);
                let Some(map) = self.map(*obj) else { return Ok(Val::none(site)) };
                match (map.get(&id), &map.open) {
                    (Some(value), _) => {
                        let value = value.clone();
                        if may_be_absent(&value) {
                            self.doubt();
                        }
                        Ok(value.read_at(site))
                    }
                    (None, Some(why)) => {
                        let unknown = Val::unknown(why);
                        self.doubt();
                        Ok(unknown)
                    }
                    (None, None) => Err(self.key_error(index)),
                }
            }
            Kind::Str(_) | Kind::List(_) | Kind::Tuple(_) | Kind::Bytes(_) => {
                if index.why().is_some() {
                    self.doubt();
                    return Ok(self.unknown_of(&[whole, index], site, "the index is not known"));
                }
                let Some(place) = small(index) else {
                    let name = type_name(whole);
                    let what = match whole.kind {
                        Kind::Str(_) => "string indices must be integers".into(),
                        _ => format!("{name} indices must be integers or slices"),
                    };
                    let text = format!("{what}, not {}", type_name(index));
                    let text = match whole.kind {
                        Kind::Str(_) => {
                            format!("string indices must be integers, not '{}'", type_name(index))
                        }
                        _ => text,
                    };
                    return Err(self.error("TypeError", text));
                };
                if let Kind::Str(text) = &whole.kind {
                    self.spend(text.len() / 16);
                    let count = text.chars().count();
                    let found = position(place, count)
                        .and_then(|place| text.char_indices().nth(place))
                        .map(|(at, c)| Span::new(at, at + c.len_utf8()));
                    return match found {
                        Some(span) => Ok(whole.piece(span, site)),
                        None => Err(self.error("IndexError", "string index out of range")),
                    };
                }
                let Series::Known(items) = self.series(whole)? else {
                    self.doubt();
                    return Ok(self.unknown_of(&[whole], site, "not known"));
                };
                match position(place, items.len()).and_then(|it| items.get(it)) {
                    Some(item) => Ok(item.clone()),
                    None => {
                        let name = match whole.kind {
                            Kind::Bytes(_) => "index",
                            Kind::Tuple(_) => "tuple index",
                            _ => "list index",
                        };
                        Err(self.error("IndexError", format!("{name} out of range")))
                    }
                }
            }
            Kind::Object(class, obj)
                if class.name == "ParseResult" || class.name == "SplitResult" =>
            {
                let _ = obj;
                Ok(self.unknown(site, "this subscript is not evaluated"))
            }
            Kind::Object(..) | Kind::Type(_) | Kind::Own(_) | Kind::Native(_) | Kind::Raises(_) => {
                Ok(self.unknown(site, "this subscript is not evaluated"))
            }
            _ => {
                if self.is_in_a_folder(whole) {
                    return Ok(self.unknown(site, "the folder of the project is not known"));
                }
                let text = format!("'{}' object is not subscriptable", type_name(whole));
                Err(self.error("TypeError", text))
            }
        }
    }

    /// `KeyError(key)`
    pub(crate) fn key_error(&mut self, key: &Val) -> Raise {
        let text = self.repr(key, 0).map(|it| Val::str(it, key.site).from(&[key]));
        let text = text.map(|it| self.quoting(it));
        let class = crate::libs::exceptions::class("KeyError");
        Rc::new(Exc { class, args: alloc::vec![key.clone()], text, site: None, unknown: None })
    }

    pub(crate) fn slice(&mut self, whole: &Val, parts: [Option<Val>; 3], site: Site) -> Res {
        let given: Vec<&Val> = parts.iter().flatten().chain([whole]).collect();
        if given.iter().any(|it| it.why().is_some()) {
            self.doubt();
            return Ok(self.unknown_of(&given, site, "not known"));
        }
        let mut numbers = [None; 3];
        for (number, part) in numbers.iter_mut().zip(&parts) {
            *number = match part {
                None => None,
                Some(value) if value.is_none() => None,
                Some(value) => match small(value) {
                    Some(it) => Some(it),
                    None => {
                        let text = "slice indices must be integers or None or have an __index__ \
                                    method";
                        return Err(self.error("TypeError", text));
                    }
                },
            };
        }
        let [lower, upper, step] = numbers;
        if step == Some(0) {
            return Err(self.error("ValueError", "slice step cannot be zero"));
        }
        if let (Kind::Str(text), None | Some(1)) = (&whole.kind, step) {
            let count = text.chars().count();
            self.spend(count / 16);
            let (from, to) = bounds(lower, upper, count);
            let at = |place: usize| text.char_indices().nth(place).map_or(text.len(), |(at, _)| at);
            let (start, end) = (at(from), at(to));
            return Ok(whole.piece(Span::new(start, end.max(start)), site));
        }
        match whole.kind {
            Kind::Str(_) | Kind::List(_) | Kind::Tuple(_) => {}
            Kind::Bytes(_) | Kind::Object(..) | Kind::Type(_) => {
                return Ok(self.unknown(site, "this slice is not evaluated"));
            }
            _ if self.is_in_a_folder(whole) => {
                return Ok(self.unknown(site, "the folder of the project is not known"));
            }
            Kind::Dict(_) => {
                return Err(self.error("TypeError", "unhashable type: 'slice'"));
            }
            _ => {
                let text = format!("'{}' object is not subscriptable", type_name(whole));
                return Err(self.error("TypeError", text));
            }
        }
        let Series::Known(items) = self.series(whole)? else {
            return Ok(self.unknown_of(&[whole], site, "not known"));
        };
        let picked: Vec<Val> = match step.unwrap_or(1) {
            1 => {
                let (from, to) = bounds(lower, upper, items.len());
                items.get(from..to.max(from)).unwrap_or(&[]).to_vec()
            }
            -1 if lower.is_none() && upper.is_none() => items.into_iter().rev().collect(),
            step if step > 1 => {
                let (from, to) = bounds(lower, upper, items.len());
                let part = items.get(from..to.max(from)).unwrap_or(&[]);
                part.iter().step_by(usize::try_from(step).unwrap_or(1)).cloned().collect()
            }
            _ => return Ok(self.unknown(site, "this slice is not evaluated")),
        };
        Ok(match whole.kind {
            Kind::Str(_) => {
                let refs: Vec<&Val> = picked.iter().collect();
                self.concat(&refs, site)
            }
            Kind::Tuple(_) => Val::new(Kind::Tuple(picked.into()), site),
            _ => self.new_list(picked, site),
        })
    }

    pub(crate) fn set_item(
        &mut self,
        whole: &Val,
        index: &Val,
        value: &Val,
        site: Site,
    ) -> Result<(), Raise> {
        match &whole.kind {
            Kind::Unknown(why) => {
                let why = Rc::clone(why);
                self.doubt();
                self.havoc(whole, &why);
                Ok(())
            }
            Kind::Dict(obj) => {
                if let Some(why) = index.why() {
                    let why = Rc::clone(why);
                    self.havoc_top(whole, &why);
                    return Ok(());
                }
                let Some(id) = self.hashed(index)? else {
                    let why = self.why(site, "this key is not evaluated");
                    self.havoc_top(whole, &why);
                    return Ok(());
                };
                if self.map(*obj).is_some_and(|it| it.is_environ)
                    && value.why().is_none()
                    && value.as_str().is_none()
                {
                    let text = format!("str expected, not {}", type_name(value));
                    return Err(self.error("TypeError", text));
                }
                self.put(*obj, id, index.clone(), value.clone());
                Ok(())
            }
            Kind::List(obj) => {
                let items = self.items(*obj);
                let Some(place) = small(index) else {
                    let why = self.why(site, "this index is not evaluated");
                    self.havoc_top(whole, &why);
                    return Ok(());
                };
                if items.open.is_some() {
                    self.doubt();
                    return Ok(());
                }
                let mut values = items.values.to_vec();
                match position(place, values.len()).and_then(|it| values.get_mut(it)) {
                    Some(slot) => *slot = value.clone(),
                    None => {
                        return Err(self.error("IndexError", "list assignment index out of range"));
                    }
                }
                self.set_list(*obj, Items { values: Rc::new(values), open: None });
                Ok(())
            }
            Kind::Object(..) | Kind::Own(_) => {
                let why = self.why(site, "this assignment is not evaluated");
                self.havoc(whole, &why);
                Ok(())
            }
            _ => {
                let text =
                    format!("'{}' object does not support item assignment", type_name(whole));
                Err(self.error("TypeError", text))
            }
        }
    }

    /// Anything may be in it; what was in it is as it was.
    pub(crate) fn havoc_top(&mut self, value: &Val, why: &Rc<Why>) {
        match value.kind {
            Kind::Dict(obj) | Kind::Set(obj) => {
                let entries: Vec<_> =
                    self.map(obj).map(|it| it.entries().cloned().collect()).unwrap_or_default();
                for (key, value) in entries {
                    if let Some(id) = self.key(&key) {
                        let touches = self.touches(&[&value]);
                        let why = Why { may_be_absent: true, touches, ..(**why).clone() };
                        self.put(obj, id, key, Val::unknown(&Rc::new(why)));
                    }
                }
                self.set_open(obj, Some(Rc::clone(why)));
            }
            Kind::List(obj) => {
                let values = Rc::new(Vec::new());
                self.set_list(obj, Items { values, open: Some(Rc::clone(why)) });
            }
            _ => {}
        }
    }

    pub(crate) fn delete_item(
        &mut self,
        whole: &Val,
        index: &Val,
        site: Site,
    ) -> Result<(), Raise> {
        match &whole.kind {
            Kind::Dict(obj) => {
                let Some(id) = self.hashed(index)? else {
                    let why = self.why(site, "this key is not known");
                    self.havoc_top(whole, &why);
                    return Ok(());
                };
                let is_open = self.map(*obj).is_some_and(|it| it.open.is_some());
                match self.delete(*obj, &id) {
                    Some(value) if may_be_absent(&value) => self.doubt(),
                    Some(_) => {}
                    None if is_open => self.doubt(),
                    None => return Err(self.key_error(index)),
                }
                Ok(())
            }
            Kind::Unknown(why) => {
                let why = Rc::clone(why);
                self.doubt();
                self.havoc(whole, &why);
                Ok(())
            }
            Kind::List(_) | Kind::Object(..) => {
                let why = self.why(site, "this deletion is not evaluated");
                self.havoc_top(whole, &why);
                Ok(())
            }
            _ => {
                let text = format!("'{}' object doesn't support item deletion", type_name(whole));
                Err(self.error("TypeError", text))
            }
        }
    }

    pub(crate) fn copy_map(&mut self, value: &Val, site: Site) -> Val {
        let obj = match value.kind {
            Kind::Dict(obj) | Kind::Set(obj) => obj,
            _ => return value.clone(),
        };
        let map = self.map(obj).cloned().unwrap_or_default();
        let new = self.new_map(Map::default());
        self.set_open(new, map.open.clone());
        for (key, value) in map.entries() {
            if let Some(id) = self.key(key) {
                self.put(new, id, key.clone(), value.clone());
            }
        }
        Val::new(
            if matches!(value.kind, Kind::Set(_)) { Kind::Set(new) } else { Kind::Dict(new) },
            site,
        )
    }

    /// `target.update(other)` of two dictionaries.
    pub(crate) fn update(&mut self, target: &Val, other: &Val) -> Result<(), Raise> {
        let Kind::Dict(obj) = target.kind else { return Ok(()) };
        match &other.kind {
            Kind::Dict(from) => {
                let map = self.map(*from).cloned().unwrap_or_default();
                for (key, value) in map.entries() {
                    let Some(id) = self.key(key) else { continue };
                    let value = match may_be_absent(value) {
                        // What was there may stay.
                        true => {
                            let kept = self.entry(obj, &id);
                            let all: Vec<&Val> = kept.iter().chain([value]).collect();
                            let touches = self.touches(&all);
                            let why = self.why_of(value);
                            let may_be_absent = kept.as_ref().is_none_or(may_be_absent);
                            let why = Why { touches, may_be_absent, ..(*why).clone() };
                            Val::unknown(&Rc::new(why))
                        }
                        false => value.clone(),
                    };
                    self.put(obj, id, key.clone(), value);
                }
                if let Some(why) = &map.open {
                    // Any key may have been overwritten, but for those just set.
                    let set: Vec<_> = map
                        .entries()
                        .filter_map(|(key, value)| Some((self.key(key)?, key, value)))
                        .map(|(id, key, value)| (id, key.clone(), value.clone()))
                        .collect();
                    self.havoc_top(target, why);
                    for (id, key, value) in set {
                        self.put(obj, id, key, value);
                    }
                }
                Ok(())
            }
            Kind::Unknown(why) => {
                let why = Rc::clone(why);
                self.doubt();
                self.havoc_top(target, &why);
                Ok(())
            }
            Kind::List(_) | Kind::Tuple(_) => {
                let Series::Known(items) = self.series(other)? else {
                    let why = self.why(other.site, "not known");
                    self.havoc_top(target, &why);
                    return Ok(());
                };
                for (place, item) in items.iter().enumerate() {
                    let is_pair =
                        matches!(item.kind, Kind::Tuple(_) | Kind::List(_) | Kind::Str(_));
                    let pair = match (is_pair, item.why()) {
                        (true, _) => self.series(item)?,
                        (false, Some(why)) => Series::Unknown(Rc::clone(why)),
                        (false, None) => {
                            let text = format!(
                                "cannot convert dictionary update sequence element #{place} to a \
                                 sequence"
                            );
                            return Err(self.error("TypeError", text));
                        }
                    };
                    match pair {
                        Series::Known(pair) => match pair.as_slice() {
                            [key, value] => match self.hashed(key)? {
                                Some(id) => self.put(obj, id, key.clone(), value.clone()),
                                None => {
                                    let why = self.why_of(key);
                                    self.havoc_top(target, &why);
                                }
                            },
                            _ => {
                                let text = format!(
                                    "dictionary update sequence element #{place} has length {}; \
                                     2 is required",
                                    pair.len()
                                );
                                return Err(self.error("ValueError", text));
                            }
                        },
                        Series::Unknown(why) => {
                            self.doubt();
                            self.havoc_top(target, &why);
                        }
                    }
                }
                Ok(())
            }
            Kind::Str(text) if text.is_empty() => Ok(()),
            Kind::Str(_) => Err(self.error(
                "ValueError",
                "dictionary update sequence element #0 has length 1; 2 is required",
            )),
            Kind::Object(..) | Kind::Set(_) | Kind::Bytes(_) => {
                let why = self.why(other.site, "this is not evaluated");
                self.havoc_top(target, &why);
                Ok(())
            }
            _ => {
                let text = format!("'{}' object is not iterable", type_name(other));
                Err(self.error("TypeError", text))
            }
        }
    }
}

/// Whether a value stands for an entry that may not exist.
pub(crate) fn may_be_absent(value: &Val) -> bool {
    value.why().is_some_and(|it| it.may_be_absent)
}

fn position(place: i64, count: usize) -> Option<usize> {
    let count = i64::try_from(count).ok()?;
    let place = if place < 0 { place + count } else { place };
    usize::try_from(place).ok().filter(|it| i64::try_from(*it).is_ok_and(|it| it < count))
}

fn bounds(lower: Option<i64>, upper: Option<i64>, count: usize) -> (usize, usize) {
    let clamp = |place: i64| {
        let length = i64::try_from(count).unwrap_or(i64::MAX);
        let place = if place < 0 { place.saturating_add(length) } else { place };
        usize::try_from(place.clamp(0, length)).unwrap_or(0)
    };
    let from = lower.map_or(0, clamp);
    let to = upper.map_or(count, clamp);
    (from, to.max(from))
}
