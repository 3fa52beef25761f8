//! What Python has without an import. CPython 3.11, `Python/bltinmodule.c` and `Objects/`.

use alloc::format;
use alloc::rc::Rc;
use alloc::vec::Vec;

use dsnlens_core::syntax::python::{Int, parse_int, repr};

use super::containers::{DICT, LIST, SET, TUPLE};
use super::strings::STR;
use crate::ast::{Binary, Compare};
use crate::eval::Eval;
use crate::operators::{Series, float, may_be_absent, small};
use crate::value::{Args, Class, Item, Key, Kind, Map, Native, Res, Site, Val, type_name};

macro_rules! natives {
    ($($static:ident $name:literal $call:expr;)*) => {
        $(pub(crate) static $static: Native = Native { name: $name, call: $call };)*
    };
}

natives! {
    LEN "len" len;
    ANY "any" any;
    ALL "all" all;
    NEXT "next" next;
    ISINSTANCE "isinstance" isinstance;
    PRINT "print" |eval, args| Ok(Val::none(args.first().map_or(eval.site, |_| args.site)));
    SORTED "sorted" sorted;
    MIN "min" |eval, args| extreme(eval, args, Compare::Lt);
    MAX "max" |eval, args| extreme(eval, args, Compare::Gt);
    SUM "sum" sum;
    RANGE "range" range;
    ENUMERATE "enumerate" enumerate;
    ZIP "zip" zip;
    MAP "map" map;
    FILTER "filter" filter;
    GETATTR "getattr" getattr;
    HASATTR "hasattr" hasattr;
    CALLABLE "callable" callable;
    REPR "repr" repr_of;
    ITER "iter" |eval, args| listed(eval, args.first(), args.site);
    REVERSED "reversed" reversed;
    ABS "abs" abs;
    LOCALS "locals" |eval, _| Ok(eval.scope(true));
    GLOBALS "globals" |eval, _| Ok(eval.scope(false));
    TYPE "type" type_of;
}

pub(crate) static INT: Class = class("int", int);
pub(crate) static BOOL: Class = class("bool", bool_of);
pub(crate) static FLOAT: Class = class("float", float_of);
pub(crate) static NONE: Class =
    class("NoneType", |eval, args| Ok(eval.unknown(args.site, "this call is not evaluated")));

const fn class(name: &'static str, make: fn(&mut Eval<'_>, &Args) -> Res) -> Class {
    Class { name, make, methods: &[], attribute: None, call: None }
}

pub(crate) static BUILTINS: [(&str, Item); 33] = [
    ("len", Item::Function(&LEN)),
    ("any", Item::Function(&ANY)),
    ("all", Item::Function(&ALL)),
    ("next", Item::Function(&NEXT)),
    ("isinstance", Item::Function(&ISINSTANCE)),
    ("print", Item::Function(&PRINT)),
    ("sorted", Item::Function(&SORTED)),
    ("min", Item::Function(&MIN)),
    ("max", Item::Function(&MAX)),
    ("sum", Item::Function(&SUM)),
    ("range", Item::Function(&RANGE)),
    ("enumerate", Item::Function(&ENUMERATE)),
    ("zip", Item::Function(&ZIP)),
    ("map", Item::Function(&MAP)),
    ("filter", Item::Function(&FILTER)),
    ("getattr", Item::Function(&GETATTR)),
    ("hasattr", Item::Function(&HASATTR)),
    ("callable", Item::Function(&CALLABLE)),
    ("repr", Item::Function(&REPR)),
    ("iter", Item::Function(&ITER)),
    ("reversed", Item::Function(&REVERSED)),
    ("abs", Item::Function(&ABS)),
    ("locals", Item::Function(&LOCALS)),
    ("globals", Item::Function(&GLOBALS)),
    ("type", Item::Function(&TYPE)),
    ("int", Item::Class(&INT)),
    ("bool", Item::Class(&BOOL)),
    ("float", Item::Class(&FLOAT)),
    ("str", Item::Class(&STR)),
    ("dict", Item::Class(&DICT)),
    ("list", Item::Class(&LIST)),
    ("tuple", Item::Class(&TUPLE)),
    ("set", Item::Class(&SET)),
];

/// `int(value)` for one argument.
pub(crate) fn to_int(eval: &mut Eval<'_>, value: &Val) -> Res {
    let site = eval.site;
    if let Some(unknown) = eval.unknown_among(&[value]) {
        return Ok(unknown);
    }
    let number = match &value.kind {
        Kind::Bool(it) => Int::Small(i64::from(*it)),
        Kind::Int(number) => number.clone(),
        Kind::Float(number) if number.is_nan() => {
            return Err(eval.error("ValueError", "cannot convert float NaN to integer"));
        }
        Kind::Float(number) if number.is_infinite() => {
            return Err(eval.error("OverflowError", "cannot convert float infinity to integer"));
        }
        #[expect(clippy::cast_possible_truncation, reason = "below 2^63")]
        Kind::Float(number) if number.abs() < 9e18 => Int::Small(*number as i64),
        Kind::Float(_) | Kind::Bytes(_) | Kind::Object(..) | Kind::Own(_) => {
            return Ok(eval.unknown(site, "this number is not evaluated"));
        }
        Kind::Str(text) => {
            eval.spend(text.len() / 16);
            match parse_int(text) {
                Some(number) => number,
                None => {
                    let digits = text.trim().trim_start_matches(['+', '-']);
                    let count = digits.chars().filter(|it| it.is_numeric()).count();
                    if count > 4300 {
                        if !digits.bytes().all(|it| it.is_ascii_digit() || it == b'_') {
                            return Ok(eval.unknown(site, "this number is too long"));
                        }
                        let text = format!(
                            "Exceeds the limit (4300 digits) for integer string conversion: value \
                             has {count} digits; use sys.set_int_max_str_digits() to increase the \
                             limit"
                        );
                        return Err(eval.error("ValueError", text));
                    }
                    let text = format!("invalid literal for int() with base 10: {}", repr(text));
                    let text = Val::str(text, site).from(&[value]);
                    return Err(eval.error_of("ValueError", text));
                }
            }
        }
        _ => {
            let text = format!(
                "int() argument must be a string, a bytes-like object or a real number, not '{}'",
                type_name(value)
            );
            return Err(eval.error("TypeError", text));
        }
    };
    Ok(Val::new(Kind::Int(number), site).from(&[value]))
}

fn int(eval: &mut Eval<'_>, args: &Args) -> Res {
    match (args.list.as_slice(), args.named.is_empty()) {
        ([], true) => Ok(Val::int(0, args.site)),
        ([value], true) => to_int(eval, value),
        _ => {
            let all: Vec<&Val> = args.all().collect();
            Ok(eval.unknown_of(&all, args.site, "`int` with a base is not evaluated"))
        }
    }
}

fn bool_of(eval: &mut Eval<'_>, args: &Args) -> Res {
    let Some(value) = args.first() else { return Ok(Val::bool(false, args.site)) };
    eval.note_truth(value, Some(args.site), false);
    Ok(match eval.truth(value) {
        Ok(it) => Val::bool(it, args.site).from(&[value]),
        Err(why) => Val::unknown(&why),
    })
}

pub(crate) fn to_float(eval: &mut Eval<'_>, value: &Val) -> Res {
    let site = eval.site;
    if let Some(unknown) = eval.unknown_among(&[value]) {
        return Ok(unknown);
    }
    let number = match &value.kind {
        Kind::Str(text) => {
            let trimmed = text.trim_matches(super::strings::is_space);
            if !trimmed.is_ascii() {
                return Ok(eval.unknown(site, "this number is not evaluated"));
            }
            let is_spaced = trimmed.contains('_');
            let bytes = trimmed.as_bytes();
            let is_between = |at: usize| {
                let digit = |at: Option<usize>| {
                    at.and_then(|it| bytes.get(it)).is_some_and(u8::is_ascii_digit)
                };
                digit(at.checked_sub(1)) && digit(at.checked_add(1))
            };
            let is_wrong = is_spaced
                && bytes.iter().enumerate().any(|(at, it)| *it == b'_' && !is_between(at));
            let plain = trimmed.replace('_', "");
            match plain.parse::<f64>() {
                Ok(number) if !is_wrong => number,
                _ => {
                    let text = format!("could not convert string to float: {}", repr(text));
                    let text = Val::str(text, site).from(&[value]);
                    return Err(eval.error_of("ValueError", text));
                }
            }
        }
        Kind::Object(..) | Kind::Own(_) | Kind::Bytes(_) => {
            return Ok(eval.unknown(site, "this number is not evaluated"));
        }
        _ => match float(value) {
            Some(number) => number,
            None => {
                let text = format!(
                    "float() argument must be a string or a real number, not '{}'",
                    type_name(value)
                );
                return Err(eval.error("TypeError", text));
            }
        },
    };
    Ok(Val::new(Kind::Float(number), site).from(&[value]))
}

fn float_of(eval: &mut Eval<'_>, args: &Args) -> Res {
    match args.first() {
        Some(value) => to_float(eval, value),
        None => Ok(Val::new(Kind::Float(0.0), args.site)),
    }
}

/// How many entries there are; `None` where it is not known.
fn length(eval: &mut Eval<'_>, value: &Val) -> Result<Option<usize>, crate::value::Raise> {
    Ok(match &value.kind {
        Kind::Unknown(_) => None,
        Kind::Str(text) => {
            eval.spend(text.len() / 16);
            Some(text.chars().count())
        }
        Kind::Bytes(bytes) => Some(bytes.len()),
        Kind::Set(obj) | Kind::Dict(obj) => {
            let map = eval.map(*obj);
            let is_open = map
                .is_none_or(|it| it.open.is_some() || it.entries().any(|it| may_be_absent(&it.1)));
            match is_open {
                true => None,
                false => map.map(|it| it.index.len()),
            }
        }
        Kind::List(_) | Kind::Tuple(_) => match eval.series(value)? {
            Series::Known(items) => Some(items.len()),
            Series::Unknown(_) => None,
        },
        Kind::Object(..) => None,
        _ => {
            let text = format!("object of type '{}' has no len()", type_name(value));
            return Err(eval.error("TypeError", text));
        }
    })
}

fn len(eval: &mut Eval<'_>, args: &Args) -> Res {
    let Some(value) = args.first() else {
        return Err(eval.error("TypeError", "len() takes exactly one argument (0 given)"));
    };
    Ok(match length(eval, value)? {
        Some(count) => Val::int(i64::try_from(count).unwrap_or(i64::MAX), args.site).from(&[value]),
        None => {
            eval.doubt();
            eval.unknown_of(&[value], args.site, "this length is not known")
        }
    })
}

fn quantify(eval: &mut Eval<'_>, args: &Args, stop: bool) -> Res {
    let Some(value) = args.first() else {
        return Ok(eval.unknown(args.site, "this call is not evaluated"));
    };
    let items = match eval.series(value)? {
        Series::Known(items) => items,
        Series::Unknown(why) => return Ok(Val::unknown(&why)),
    };
    let mut unknown = None;
    for item in &items {
        match eval.truth(item) {
            Ok(it) if it == stop => return Ok(Val::bool(stop, args.site).from(&[item])),
            Ok(_) => {}
            Err(why) => unknown = Some(why),
        }
    }
    Ok(match unknown {
        Some(why) => Val::unknown(&why),
        None => Val::bool(!stop, args.site).from(&items.iter().collect::<Vec<_>>()),
    })
}

fn any(eval: &mut Eval<'_>, args: &Args) -> Res {
    quantify(eval, args, true)
}

fn all(eval: &mut Eval<'_>, args: &Args) -> Res {
    quantify(eval, args, false)
}

/// Of a generator, which is walked through here; an iterator that is kept is not told apart.
fn next(eval: &mut Eval<'_>, args: &Args) -> Res {
    let Some(value) = args.first() else {
        return Ok(eval.unknown(args.site, "this call is not evaluated"));
    };
    if !matches!(value.kind, Kind::List(_)) || !eval.is_generator(args.site) {
        let all: Vec<&Val> = args.all().collect();
        return Ok(eval.unknown_of(&all, args.site, "this iterator is not evaluated"));
    }
    match (eval.series(value)?, args.at(1)) {
        (Series::Unknown(why), _) => Ok(Val::unknown(&why)),
        (Series::Known(items), default) => match (items.first(), default) {
            (Some(item), _) => Ok(item.clone()),
            (None, Some(default)) => Ok(default.clone()),
            (None, None) => Err(eval.error("StopIteration", "")),
        },
    }
}

fn is_instance(value: &Val, class: &Val) -> Option<bool> {
    match &class.kind {
        Kind::Tuple(classes) => {
            let mut any = Some(false);
            for class in classes.iter() {
                match is_instance(value, class) {
                    Some(true) => return Some(true),
                    None => any = None,
                    Some(false) => {}
                }
            }
            any
        }
        Kind::Type(class) => {
            let name = type_name(value);
            if value.why().is_some() {
                return None;
            }
            Some(
                name == class.name
                    || (name == "bool" && class.name == "int")
                    || (name == "PosixPath" && class.name == "Path"),
            )
        }
        Kind::Raises(class) => match &value.kind {
            Kind::Exception(it) => Some(it.class.line.contains(class.line.first()?)),
            Kind::Unknown(_) => None,
            _ => Some(false),
        },
        _ => None,
    }
}

fn isinstance(eval: &mut Eval<'_>, args: &Args) -> Res {
    let (Some(value), Some(class)) = (args.first(), args.at(1)) else {
        return Ok(eval.unknown(args.site, "this call is not evaluated"));
    };
    Ok(match is_instance(value, class) {
        // A text stands in a path's place there.
        Some(_) if eval.is_in_a_folder(value) => {
            eval.unknown(args.site, "the folder of the project is not known")
        }
        Some(it) => Val::bool(it, args.site),
        None => eval.unknown_of(&[value, class], args.site, "this type is not known"),
    })
}

/// A list of what a value gives, unknown where that is.
fn listed(eval: &mut Eval<'_>, value: Option<&Val>, site: Site) -> Res {
    let Some(value) = value else { return Ok(eval.new_list(Vec::new(), site)) };
    match eval.series(value)? {
        Series::Known(items) => Ok(eval.new_list(items, site)),
        Series::Unknown(why) => {
            let unknown = Val::unknown(&why);
            Ok(eval.unknown_of(&[&unknown, value], site, "not known"))
        }
    }
}

fn sorted(eval: &mut Eval<'_>, args: &Args) -> Res {
    let Some(value) = args.first() else {
        return Ok(eval.unknown(args.site, "this call is not evaluated"));
    };
    // The order of a set's entries is lost anyway.
    let items = match &value.kind {
        Kind::Set(obj) | Kind::Dict(obj) => match eval.map(*obj) {
            Some(Map { open: None, .. }) => Series::Known(
                eval.map(*obj)
                    .map(|it| it.entries().map(|it| it.0.clone()).collect())
                    .unwrap_or_default(),
            ),
            _ => eval.series(value)?,
        },
        _ => eval.series(value)?,
    };
    let Series::Known(mut items) = items else {
        return Ok(eval.unknown_of(&[value], args.site, "not known"));
    };
    let is_text = items.iter().all(|it| it.as_str().is_some());
    let is_number = items.iter().all(|it| small(it).is_some());
    if !args.named.is_empty() || !(is_text || is_number) {
        return Ok(eval.unknown_of(&[value], args.site, "this order is not evaluated"));
    }
    eval.spend(items.len() * 16);
    match is_text {
        true => items.sort_by(|a, b| a.as_str().cmp(&b.as_str())),
        false => items.sort_by_key(small),
    }
    Ok(eval.new_list(items, args.site))
}

fn extreme(eval: &mut Eval<'_>, args: &Args, operator: Compare) -> Res {
    let all: Vec<&Val> = args.all().collect();
    if !args.named.is_empty() {
        return Ok(eval.unknown_of(&all, args.site, "this call is not evaluated"));
    }
    let items = match args.list.as_slice() {
        [one] => match eval.series(one)? {
            Series::Known(items) => items,
            Series::Unknown(why) => return Ok(Val::unknown(&why)),
        },
        many => many.to_vec(),
    };
    let mut items = items.into_iter();
    let Some(mut best) = items.next() else {
        return Ok(eval.unknown(args.site, "this call is not evaluated"));
    };
    for item in items {
        let is_better = eval.compare(operator, &item, &best, args.site)?;
        match eval.truth(&is_better) {
            Ok(true) => best = item,
            Ok(false) => {}
            Err(why) => return Ok(Val::unknown(&why)),
        }
    }
    Ok(best)
}

fn sum(eval: &mut Eval<'_>, args: &Args) -> Res {
    let Some(value) = args.first() else {
        return Ok(eval.unknown(args.site, "this call is not evaluated"));
    };
    match eval.series(value)? {
        Series::Known(items) => {
            let mut total = args.at(1).cloned().unwrap_or(Val::int(0, args.site));
            for item in &items {
                total = eval.binary(Binary::Add, &total, item, args.site)?;
            }
            Ok(total)
        }
        Series::Unknown(why) => Ok(Val::unknown(&why)),
    }
}

fn range(eval: &mut Eval<'_>, args: &Args) -> Res {
    let numbers: Option<Vec<i64>> = args.list.iter().map(small).collect();
    let (from, to) = match numbers.as_deref() {
        Some([to]) => (0, *to),
        Some([from, to]) => (*from, *to),
        _ => {
            let all: Vec<&Val> = args.all().collect();
            return Ok(eval.unknown_of(&all, args.site, "this range is not evaluated"));
        }
    };
    let count = usize::try_from(to.saturating_sub(from)).unwrap_or(0);
    if count > 10_000 || !eval.spend(count) {
        return Ok(eval.unknown(args.site, "this range is too long"));
    }
    let items = (from..to).map(|it| Val::int(it, args.site)).collect::<Vec<_>>();
    Ok(Val::new(Kind::Tuple(items.into()), args.site))
}

fn enumerate(eval: &mut Eval<'_>, args: &Args) -> Res {
    let start = args.get(1, "start").map_or(Some(0), small);
    let (Some(value), Some(start)) = (args.first(), start) else {
        return Ok(eval.unknown(args.site, "this call is not evaluated"));
    };
    match eval.series(value)? {
        Series::Known(items) => {
            let pairs = (start..).zip(items).map(|(number, item)| {
                let pair = [Val::int(number, args.site), item];
                Val::new(Kind::Tuple(Rc::from(pair)), args.site)
            });
            let pairs = pairs.collect();
            Ok(eval.new_list(pairs, args.site))
        }
        Series::Unknown(why) => Ok(Val::unknown(&why)),
    }
}

fn zip(eval: &mut Eval<'_>, args: &Args) -> Res {
    let mut all = Vec::new();
    for value in &args.list {
        match eval.series(value)? {
            Series::Known(items) => all.push(items.into_iter()),
            Series::Unknown(why) => return Ok(Val::unknown(&why)),
        }
    }
    let mut out = Vec::new();
    if !args.named.is_empty() {
        return Ok(eval.unknown(args.site, "this call is not evaluated"));
    }
    while !all.is_empty() {
        let row: Option<Vec<_>> = all.iter_mut().map(Iterator::next).collect();
        let Some(row) = row else { break };
        out.push(Val::new(Kind::Tuple(row.into()), args.site));
    }
    Ok(eval.new_list(out, args.site))
}

fn map(eval: &mut Eval<'_>, args: &Args) -> Res {
    let (Some(function), Some(value), None) = (args.first(), args.at(1), args.at(2)) else {
        let why = eval.why(args.site, "this call is not evaluated");
        return Ok(Val::unknown(&why));
    };
    match eval.series(value)? {
        Series::Known(items) => {
            let mut out = Vec::new();
            for item in items {
                let list = alloc::vec![item];
                let args = Args { list, named: Vec::new(), site: args.site, unknown: None };
                out.push(eval.call(function, args, eval.site)?);
            }
            Ok(eval.new_list(out, args.site))
        }
        Series::Unknown(why) => Ok(Val::unknown(&why)),
    }
}

fn filter(eval: &mut Eval<'_>, args: &Args) -> Res {
    let (Some(function), Some(value)) = (args.first(), args.at(1)) else {
        return Ok(eval.unknown(args.site, "this call is not evaluated"));
    };
    match eval.series(value)? {
        Series::Known(items) => {
            let mut out = Vec::new();
            for item in items {
                let test = match function.is_none() {
                    true => item.clone(),
                    false => {
                        let list = alloc::vec![item.clone()];
                        let args = Args { list, named: Vec::new(), site: args.site, unknown: None };
                        eval.call(function, args, eval.site)?
                    }
                };
                match eval.truth(&test) {
                    Ok(true) => out.push(item),
                    Ok(false) => {}
                    Err(why) => return Ok(Val::unknown(&why)),
                }
            }
            Ok(eval.new_list(out, args.site))
        }
        Series::Unknown(why) => Ok(Val::unknown(&why)),
    }
}

fn getattr(eval: &mut Eval<'_>, args: &Args) -> Res {
    let (Some(value), Some(name)) = (args.first(), args.at(1).and_then(|it| it.as_str())) else {
        return Ok(eval.unknown(args.site, "this call is not evaluated"));
    };
    match (eval.attribute(value, name, args.site), args.at(2)) {
        (Err(exception), Some(default))
            if exception.class.line.iter().any(|it| &**it == "AttributeError") =>
        {
            Ok(default.clone())
        }
        (result, _) => result,
    }
}

fn hasattr(eval: &mut Eval<'_>, args: &Args) -> Res {
    let (Some(value), Some(name)) = (args.first(), args.at(1).and_then(|it| it.as_str())) else {
        return Ok(eval.unknown(args.site, "this call is not evaluated"));
    };
    match eval.attribute(value, name, args.site) {
        Ok(it) if it.why().is_some() => Ok(it),
        Ok(_) => Ok(Val::bool(true, args.site)),
        Err(_) => Ok(Val::bool(false, args.site)),
    }
}

fn callable(eval: &mut Eval<'_>, args: &Args) -> Res {
    let Some(value) = args.first() else {
        return Ok(eval.unknown(args.site, "this call is not evaluated"));
    };
    Ok(match &value.kind {
        Kind::Unknown(_) | Kind::Object(..) | Kind::Module(_) => {
            eval.unknown_of(&[value], args.site, "not known")
        }
        Kind::Native(_)
        | Kind::Type(_)
        | Kind::Method(..)
        | Kind::Function(_)
        | Kind::Own(_)
        | Kind::Raises(_) => Val::bool(true, args.site),
        _ => Val::bool(false, args.site),
    })
}

fn repr_of(eval: &mut Eval<'_>, args: &Args) -> Res {
    let Some(value) = args.first() else {
        return Ok(eval.unknown(args.site, "this call is not evaluated"));
    };
    Ok(match eval.repr(value, 0) {
        Some(text) => Val::str(text, args.site).from(&[value]),
        None => eval.unknown_of(&[value], args.site, "this text is not known"),
    })
}

fn reversed(eval: &mut Eval<'_>, args: &Args) -> Res {
    let list = listed(eval, args.first(), args.site)?;
    match eval.series(&list)? {
        Series::Known(mut items) => {
            items.reverse();
            Ok(eval.new_list(items, args.site))
        }
        Series::Unknown(why) => Ok(Val::unknown(&why)),
    }
}

fn abs(eval: &mut Eval<'_>, args: &Args) -> Res {
    let Some(value) = args.first() else {
        return Ok(eval.unknown(args.site, "this call is not evaluated"));
    };
    Ok(match (&value.kind, small(value)) {
        (Kind::Float(number), _) => Val::new(Kind::Float(number.abs()), args.site).from(&[value]),
        (_, Some(number)) if number != i64::MIN => Val::int(number.abs(), args.site).from(&[value]),
        _ => eval.unknown_of(&[value], args.site, "this call is not evaluated"),
    })
}

fn type_of(eval: &mut Eval<'_>, args: &Args) -> Res {
    let (Some(value), None) = (args.first(), args.at(1)) else {
        return Ok(eval.unknown(args.site, "this call is not evaluated"));
    };
    Ok(match &value.kind {
        Kind::Exception(exception) => {
            Val::new(Kind::Raises(Rc::clone(&exception.class)), args.site)
        }
        Kind::Str(_)
        | Kind::Int(_)
        | Kind::Bool(_)
        | Kind::Float(_)
        | Kind::List(_)
        | Kind::Dict(_)
        | Kind::Tuple(_)
        | Kind::Set(_) => match super::class_of(value) {
            Some(class) => Val::new(Kind::Type(class), args.site),
            None => eval.unknown(args.site, "this type is not evaluated"),
        },
        _ => eval.unknown_of(&[value], args.site, "this type is not evaluated"),
    })
}

impl Eval<'_> {
    /// The names of the function or the module, as a dictionary.
    fn scope(&mut self, is_local: bool) -> Val {
        let obj = self.scope_object(is_local);
        Val::new(Kind::Dict(obj), self.site)
    }
}

/// The key of a text.
pub(crate) fn key(text: &str) -> Key {
    Key::Str(text.into())
}
