//! `dict`, `list`, `tuple`, `set`. CPython 3.11, `Objects/`.

use alloc::format;
use alloc::rc::Rc;
use alloc::vec::Vec;

use crate::eval::Eval;
use crate::operators::{Series, may_be_absent, small};
use crate::value::{Args, Class, Items, Kind, Map, Obj, Raise, Res, Val, Why, type_name};

pub(crate) static DICT: Class = Class {
    name: "dict",
    make: make_dict,
    methods: &[
        ("get", get),
        ("pop", pop),
        ("setdefault", setdefault),
        ("update", update),
        ("copy", |eval, value, args| Ok(eval.copy_map(value, args.site))),
        ("keys", |eval, value, args| entries(eval, value, args, Part::Keys)),
        ("values", |eval, value, args| entries(eval, value, args, Part::Values)),
        ("items", |eval, value, args| entries(eval, value, args, Part::Items)),
        ("clear", |eval, value, args| {
            if let Kind::Dict(obj) | Kind::Set(obj) = value.kind {
                clear(eval, obj);
            }
            Ok(Val::none(args.site))
        }),
        ("popitem", havoc),
        ("fromkeys", havoc),
    ],
    attribute: None,
    call: None,
};

pub(crate) static LIST: Class = Class {
    name: "list",
    make: |eval, args| match args.first() {
        Some(value) => match eval.series(value)? {
            Series::Known(items) => Ok(eval.new_list(items, args.site)),
            Series::Unknown(_) => Ok(eval.unknown_of(&[value], args.site, "not known")),
        },
        None => Ok(eval.new_list(Vec::new(), args.site)),
    },
    methods: &[
        ("append", append),
        ("extend", extend),
        ("insert", insert),
        ("index", index),
        ("count", unevaluated),
        ("remove", remove),
        ("pop", havoc),
        ("reverse", havoc),
        ("clear", havoc),
        ("copy", |eval, value, args| match eval.series(value)? {
            Series::Known(items) => Ok(eval.new_list(items, args.site)),
            Series::Unknown(_) => Ok(eval.unknown_of(&[value], args.site, "not known")),
        }),
        ("sort", havoc),
    ],
    attribute: None,
    call: None,
};

pub(crate) static TUPLE: Class = Class {
    name: "tuple",
    make: |eval, args| match args.first() {
        Some(value) => match eval.series(value)? {
            Series::Known(items) => Ok(Val::new(Kind::Tuple(items.into()), args.site)),
            Series::Unknown(_) => Ok(eval.unknown_of(&[value], args.site, "not known")),
        },
        None => Ok(Val::new(Kind::Tuple(Rc::from([])), args.site)),
    },
    methods: &[("index", index), ("count", unevaluated)],
    attribute: None,
    call: None,
};

pub(crate) static SET: Class = Class {
    name: "set",
    make: |eval, args| match args.first() {
        Some(value) => match &value.kind {
            Kind::Set(_) => Ok(eval.copy_map(value, args.site)),
            _ => match eval.series(value)? {
                Series::Known(items) => eval.set_of(items, args.site),
                Series::Unknown(_) => Ok(eval.unknown_of(&[value], args.site, "not known")),
            },
        },
        None => eval.set_of(Vec::new(), args.site),
    },
    methods: &[
        ("add", add),
        ("discard", discard),
        ("copy", |eval, value, args| Ok(eval.copy_map(value, args.site))),
        ("update", havoc),
        ("remove", havoc),
        ("pop", havoc),
        ("clear", havoc),
        ("union", unevaluated),
        ("intersection", unevaluated),
        ("difference", unevaluated),
        ("issubset", unevaluated),
        ("issuperset", unevaluated),
        ("isdisjoint", unevaluated),
    ],
    attribute: None,
    call: None,
};

fn object(value: &Val) -> Obj {
    match value.kind {
        Kind::Dict(obj) | Kind::Set(obj) | Kind::List(obj) => obj,
        _ => usize::MAX,
    }
}

/// What changes the value in a way that is not followed.
fn havoc(eval: &mut Eval<'_>, value: &Val, args: &Args) -> Res {
    eval.doubt();
    let why = eval.why(args.site, "this call is not evaluated");
    let given: Vec<&Val> = args.all().chain([value]).collect();
    let touches = eval.touches(&given);
    eval.havoc_top(value, &why);
    Ok(Val::unknown(&Rc::new(Why { touches, ..(*why).clone() })))
}

fn unevaluated(eval: &mut Eval<'_>, value: &Val, args: &Args) -> Res {
    eval.doubt();
    Ok(eval.unknown_of(&[value], args.site, "this call is not evaluated"))
}

fn make_dict(eval: &mut Eval<'_>, args: &Args) -> Res {
    let map = eval.new_map(Map::default());
    let whole = Val::new(Kind::Dict(map), args.site);
    update(eval, &whole, args)?;
    Ok(whole)
}

fn arity(eval: &mut Eval<'_>, args: &Args, name: &str, most: usize) -> Result<(), Raise> {
    let given = args.list.len();
    let text = match given {
        0 => format!("{name} expected at least 1 argument, got 0"),
        _ if given > most => {
            format!("{name} expected at most {most} arguments, got {given}")
        }
        _ if !args.named.is_empty() => format!("dict.{name}() takes no keyword arguments"),
        _ => return Ok(()),
    };
    Err(eval.error("TypeError", text))
}

fn get(eval: &mut Eval<'_>, value: &Val, args: &Args) -> Res {
    let obj = object(value);
    let is_environ = eval.map(obj).is_some_and(|it| it.is_environ);
    // `os.environ.get` is written in Python and takes `default=`.
    let default = match is_environ {
        true => args.get(1, "default").cloned(),
        false => {
            arity(eval, args, "get", 2)?;
            args.at(1).cloned()
        }
    };
    let Some(key) = args.get(0, "key") else {
        return Ok(eval.unknown(args.site, "this call is not evaluated"));
    };
    let default = default.unwrap_or_else(|| Val::none(args.site));
    found(eval, value, key, Some(default), args)
}

/// The entry of a key, or the default, or `KeyError`.
fn found(eval: &mut Eval<'_>, value: &Val, key: &Val, default: Option<Val>, args: &Args) -> Res {
    let obj = object(value);
    let default_of = |default: &Option<Val>| default.clone().into_iter().collect::<Vec<_>>();
    if key.why().is_some() {
        let entries = eval.map(obj).map(|it| it.entries().map(|it| it.1.clone()).collect());
        let mut all: Vec<Val> = entries.unwrap_or_default();
        all.extend(default_of(&default));
        let parts: Vec<&Val> = [key].into_iter().chain(&all).collect();
        return Ok(eval.unknown_of(&parts, args.site, "the key is not known"));
    }
    if eval.map(obj).is_some_and(|it| it.is_environ) && key.as_str().is_none() {
        let text = format!("str expected, not {}", type_name(key));
        return Err(eval.error("TypeError", text));
    }
    let Some(id) = eval.hashed(key)? else {
        return Ok(eval.unknown(args.site, "this key is not evaluated"));
    };
    eval.read_environ(obj, &id, args.site);
    let (entry, open) = match eval.map(obj) {
        Some(map) => (map.get(&id).cloned(), map.open.clone()),
        None => (None, None),
    };
    match (entry, open) {
        (Some(entry), _) if may_be_absent(&entry) => {
            let all = default_of(&default);
            let parts: Vec<&Val> = [&entry].into_iter().chain(&all).collect();
            Ok(eval.unknown_of(&parts, args.site, "not known"))
        }
        (Some(entry), _) => Ok(entry.read_at(args.site)),
        (None, Some(why)) => {
            let unknown = Val::unknown(&why);
            let all = default_of(&default);
            let parts: Vec<&Val> = [&unknown].into_iter().chain(&all).collect();
            Ok(eval.unknown_of(&parts, args.site, "not known"))
        }
        (None, None) => match default {
            Some(default) => {
                if let (Some(name), true) = (key.as_str(), eval.is_environ(obj)) {
                    eval.note_default(name, &default, args.site);
                }
                Ok(default)
            }
            None => Err(eval.key_error(key)),
        },
    }
}

fn pop(eval: &mut Eval<'_>, value: &Val, args: &Args) -> Res {
    let Some(key) = args.first() else {
        return Ok(eval.unknown(args.site, "this call is not evaluated"));
    };
    let key = key.clone();
    let default = args.get(1, "default").cloned();
    let is_sure = default.is_some();
    let result = found(eval, value, &key, default, args)?;
    if result.why().is_some() && !is_sure {
        eval.doubt();
    }
    match eval.key(&key) {
        Some(id) if key.why().is_none() => {
            let obj = object(value);
            if eval.map(obj).is_some_and(|it| it.get(&id).is_some()) {
                eval.delete(obj, &id);
            } else if let Some(why) = eval.map(obj).and_then(|it| it.open.clone()) {
                // Gone, whatever it was: so much is known, but there is no place to say it.
                eval.set_open(obj, Some(why));
            }
        }
        _ => {
            let why = eval.why(args.site, "the key is not known");
            eval.havoc_top(value, &why);
        }
    }
    Ok(result)
}

fn setdefault(eval: &mut Eval<'_>, value: &Val, args: &Args) -> Res {
    let Some(key) = args.get(0, "key") else {
        return Ok(eval.unknown(args.site, "this call is not evaluated"));
    };
    let default = args.get(1, "default").cloned().unwrap_or_else(|| Val::none(args.site));
    let key = key.clone();
    let obj = object(value);
    let result = found(eval, value, &key, Some(default.clone()), args)?;
    if key.why().is_some() {
        let why = eval.why(args.site, "the key is not known");
        eval.havoc_top(value, &why);
        return Ok(result);
    }
    let is_environ = eval.map(obj).is_some_and(|it| it.is_environ);
    if is_environ && result.as_str().is_none() && result.why().is_none() {
        let text = format!("str expected, not {}", type_name(&result));
        return Err(eval.error("TypeError", text));
    }
    if let Some(id) = eval.hashed(&key)? {
        let is_there =
            eval.map(obj).and_then(|it| it.get(&id)).is_some_and(|it| !may_be_absent(it));
        if !is_there {
            // There from now on, whatever it is.
            let kept = match result.why() {
                Some(why) => {
                    Val::unknown(&Rc::new(Why { may_be_absent: false, ..(**why).clone() }))
                }
                None => result.clone(),
            };
            eval.put(obj, id, key, kept.clone());
            return Ok(kept);
        }
    }
    Ok(result)
}

fn update(eval: &mut Eval<'_>, value: &Val, args: &Args) -> Res {
    if let Some(other) = args.first() {
        if args.list.len() == 1 && args.named.is_empty() {
            eval.note_update(value, other, args.site);
        }
        eval.update(value, other)?;
    }
    for (name, given) in &args.named {
        let key = Val::str(Rc::clone(name), args.site);
        eval.set_item(value, &key, given, args.site)?;
    }
    Ok(Val::none(args.site))
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Part {
    Keys,
    Values,
    Items,
}

fn entries(eval: &mut Eval<'_>, value: &Val, args: &Args, part: Part) -> Res {
    let obj = object(value);
    let keys = match eval.series(value)? {
        Series::Known(keys) => keys,
        Series::Unknown(why) => {
            let values: Vec<Val> = eval
                .map(obj)
                .map(|it| it.entries().map(|it| it.1.clone()).collect())
                .unwrap_or_default();
            let touches = eval.touches(&values.iter().collect::<Vec<_>>());
            return Ok(Val::unknown(&Rc::new(Why { touches, ..(*why).clone() })));
        }
    };
    if part == Part::Keys {
        return Ok(eval.new_list(keys, args.site));
    }
    let mut out = Vec::with_capacity(keys.len());
    for key in keys {
        let Some(entry) = eval.key(&key).and_then(|id| eval.entry(obj, &id)) else { continue };
        out.push(match part {
            Part::Items => {
                let pair = [key, entry];
                Val::new(Kind::Tuple(Rc::from(pair)), args.site)
            }
            _ => entry,
        });
    }
    Ok(eval.new_list(out, args.site))
}

fn clear(eval: &mut Eval<'_>, obj: Obj) {
    let keys: Vec<_> =
        eval.map(obj).map(|it| it.index.keys().cloned().collect()).unwrap_or_default();
    for key in keys {
        eval.delete(obj, &key);
    }
    eval.set_open(obj, None);
}

fn with_items(
    eval: &mut Eval<'_>,
    value: &Val,
    args: &Args,
    change: impl FnOnce(&mut Vec<Val>),
) -> Res {
    let obj = object(value);
    let items = eval.items(obj);
    // What is added to an unknown list may be found in it, and changed there.
    if items.open.is_none() {
        let mut values = Rc::unwrap_or_clone(items.values);
        change(&mut values);
        eval.set_list(obj, Items { values: Rc::new(values), open: None });
    } else {
        let given: Vec<Val> = args.all().cloned().collect();
        let why = eval.why(args.site, "what this list holds is not known");
        for value in &given {
            eval.havoc(value, &why);
        }
    }
    Ok(Val::none(args.site))
}

fn append(eval: &mut Eval<'_>, value: &Val, args: &Args) -> Res {
    let Some(item) = args.first().cloned() else { return havoc(eval, value, args) };
    with_items(eval, value, args, |items| items.push(item))
}

fn extend(eval: &mut Eval<'_>, value: &Val, args: &Args) -> Res {
    let Some(more) = args.first() else { return havoc(eval, value, args) };
    match eval.series(more)? {
        Series::Known(more) => with_items(eval, value, args, |items| items.extend(more)),
        Series::Unknown(_) => havoc(eval, value, args),
    }
}

fn insert(eval: &mut Eval<'_>, value: &Val, args: &Args) -> Res {
    let place = args.first().and_then(small).and_then(|it| usize::try_from(it).ok());
    let (Some(place), Some(item)) = (place, args.at(1).cloned()) else {
        return havoc(eval, value, args);
    };
    with_items(eval, value, args, |items| {
        let place = place.min(items.len());
        items.insert(place, item);
    })
}

fn index(eval: &mut Eval<'_>, value: &Val, args: &Args) -> Res {
    let (Some(wanted), None) = (args.first().cloned(), args.at(1)) else {
        return unevaluated(eval, value, args);
    };
    let Series::Known(items) = eval.series(value)? else {
        return unevaluated(eval, value, args);
    };
    for (place, item) in items.iter().enumerate() {
        match eval.equal(item, &wanted, 0) {
            Some(true) => return Ok(Val::int(i64::try_from(place).unwrap_or(0), args.site)),
            Some(false) => {}
            None => return unevaluated(eval, value, args),
        }
    }
    unevaluated(eval, value, args)
}

fn remove(eval: &mut Eval<'_>, value: &Val, args: &Args) -> Res {
    let Some(wanted) = args.first().cloned() else { return havoc(eval, value, args) };
    let Series::Known(items) = eval.series(value)? else { return havoc(eval, value, args) };
    for (place, item) in items.iter().enumerate() {
        match eval.equal(item, &wanted, 0) {
            Some(true) => {
                return with_items(eval, value, args, |items| {
                    if place < items.len() {
                        items.remove(place);
                    }
                });
            }
            Some(false) => {}
            None => return havoc(eval, value, args),
        }
    }
    Err(eval.error("ValueError", "list.remove(x): x not in list"))
}

fn add(eval: &mut Eval<'_>, value: &Val, args: &Args) -> Res {
    let Some(item) = args.first().cloned() else { return havoc(eval, value, args) };
    match eval.hashed(&item)? {
        Some(id) => {
            let none = Val::none(args.site);
            eval.put(object(value), id, item, none);
            Ok(Val::none(args.site))
        }
        None => havoc(eval, value, args),
    }
}

fn discard(eval: &mut Eval<'_>, value: &Val, args: &Args) -> Res {
    let Some(item) = args.first().cloned() else { return havoc(eval, value, args) };
    match eval.hashed(&item)? {
        Some(id) => {
            eval.delete(object(value), &id);
            Ok(Val::none(args.site))
        }
        None => havoc(eval, value, args),
    }
}
