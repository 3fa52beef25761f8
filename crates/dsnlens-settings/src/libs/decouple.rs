//! python-decouple 3.8: `decouple.py`.

use alloc::format;
use alloc::string::ToString;
use alloc::vec::Vec;

use dsnlens_core::Span;
use dsnlens_core::syntax::python;

use super::builtins::key;
use super::{bind, dotenv, os, strings};
use crate::eval::Eval;
use crate::value::{Args, Class, Item, Kind, Library, Map, Res, Site, Val};

pub(crate) static DECOUPLE: Library = Library {
    name: "decouple",
    items: &[
        ("config", Item::Made(|eval, site| object(eval, &CONFIG, site))),
        ("AutoConfig", Item::Class(&CONFIG)),
        ("Config", Item::Class(&CONFIG)),
        ("RepositoryEnv", Item::Class(&REPOSITORY)),
        ("RepositoryEmpty", Item::Class(&REPOSITORY)),
        ("Csv", Item::Class(&CSV)),
        ("UndefinedValueError", Item::Exception("UndefinedValueError")),
    ],
    is_standard: false,
};

static CONFIG: Class = Class {
    name: "Config",
    make: |eval, args| Ok(object(eval, &CONFIG, args.site)),
    methods: &[("get", config)],
    attribute: None,
    call: Some(config),
};

static REPOSITORY: Class = Class {
    name: "RepositoryEnv",
    make: |eval, args| Ok(object(eval, &REPOSITORY, args.site)),
    methods: &[],
    attribute: None,
    call: None,
};

static CSV: Class =
    Class { name: "Csv", make: csv, methods: &[], attribute: None, call: Some(split) };

fn object(eval: &mut Eval<'_>, class: &'static Class, site: Site) -> Val {
    let map = eval.new_map(Map::default());
    Val::new(Kind::Object(class, map), site)
}

fn config(eval: &mut Eval<'_>, _: &Val, args: &Args) -> Res {
    let site = args.site;
    let mut bound = bind(eval, "Config.get", &["option", "default", "cast"], 1, args, 1)?;
    let name = bound.take("option").unwrap_or_else(|| Val::none(site));
    let default = bound.take("default");
    let cast = bound.take("cast");
    if let Some(unknown) = eval.unknown_among(&[&name]) {
        return Ok(unknown);
    }
    let missing = Val::new(Kind::Ellipsis, site);
    let mut value = os::variable(eval, &name, missing, site)?;
    if matches!(value.kind, Kind::Ellipsis) {
        let wanted = name.as_str().map(|it| it.to_string()).unwrap_or_default();
        value = match dotenv::file(eval, None, site) {
            dotenv::Found::Text(text) => {
                let text = text.to_string();
                let found = dotenv::decouple(eval, &text);
                match (found.into_iter().rfind(|it| it.0 == wanted), default) {
                    (Some((_, value)), _) => value,
                    (None, Some(default)) => {
                        eval.note_default(&wanted, &default, site);
                        default
                    }
                    (None, None) => {
                        let text = format!(
                            "{wanted} not found. Declare it as envvar or define a default value."
                        );
                        let text = Val::str(text, site).from(&[&name]);
                        return Err(eval.error_of("UndefinedValueError", text));
                    }
                }
            }
            dotenv::Found::Unknown(unknown) => {
                eval.doubt();
                let all: Vec<&Val> = [&unknown].into_iter().chain(&default).collect();
                return Ok(eval.unknown_of(&all, site, "not known"));
            }
        };
    }
    match cast {
        None => Ok(value),
        Some(cast) if matches!(&cast.kind, Kind::Type(it) if it.name == "bool") => {
            boolean(eval, &value, site)
        }
        Some(cast) => {
            let list = alloc::vec![value];
            let args = Args { list, named: Vec::new(), site, unknown: None };
            eval.call(&cast, args, site)
        }
    }
}

fn boolean(eval: &mut Eval<'_>, value: &Val, site: Site) -> Res {
    if let Some(unknown) = eval.unknown_among(&[value]) {
        return Ok(unknown);
    }
    let written = eval.str_of(value, site);
    let Some(text) = written.as_str() else {
        eval.doubt();
        return Ok(written);
    };
    let lower = python::lower(text);
    let is = match &*lower {
        "" => false,
        "y" | "yes" | "t" | "true" | "on" | "1" => true,
        "n" | "no" | "f" | "false" | "off" | "0" => false,
        _ => {
            let text = Val::str(format!("Invalid truth value: {lower}"), site).from(&[value]);
            let at = text.as_str().map_or(0, |it| it.len() - lower.len());
            let text = eval.repeating(text, at);
            return Err(eval.error_of("ValueError", text));
        }
    };
    Ok(Val::bool(is, site).from(&[value]))
}

fn csv(eval: &mut Eval<'_>, args: &Args) -> Res {
    let names = ["cast", "delimiter", "strip", "post_process"];
    let mut bound = bind(eval, "Csv.__init__", &names, 0, args, 1)?;
    let made = object(eval, &CSV, args.site);
    let Kind::Object(_, obj) = made.kind else { return Ok(made) };
    for name in names {
        if let Some(value) = bound.take(name) {
            eval.put(obj, key(name), Val::str(name, args.site), value);
        }
    }
    Ok(made)
}

fn split(eval: &mut Eval<'_>, this: &Val, args: &Args) -> Res {
    let site = args.site;
    let (Kind::Object(_, obj), Some(value)) = (&this.kind, args.first()) else {
        return Ok(eval.unknown(site, "this call is not evaluated"));
    };
    if let Some(unknown) = eval.unknown_among(&[value]) {
        return Ok(unknown);
    }
    let own = |eval: &Eval<'_>, name: &str| eval.entry(*obj, &key(name));
    let (cast, delimiter) = (own(eval, "cast"), own(eval, "delimiter"));
    let post_process = own(eval, "post_process");
    let is_plain = delimiter.is_none() && own(eval, "strip").is_none();
    let items = match (value.is_none(), value.as_str().cloned()) {
        (true, _) => Vec::new(),
        // Quotes, comments and backslashes are `shlex`'s.
        (_, Some(text)) if is_plain && !text.contains(['\'', '"', '\\', '#']) => {
            let mut at = 0;
            let mut items = Vec::new();
            for piece in text.split(',') {
                if !piece.is_empty() {
                    let rest = piece.trim_start_matches(strings::is_space);
                    let start = at + piece.len() - rest.len();
                    let rest = rest.trim_end_matches(strings::is_space);
                    items.push(value.piece(Span::new(start, start + rest.len()), site));
                }
                at += piece.len() + 1;
            }
            items
        }
        _ => {
            eval.doubt();
            return Ok(eval.unknown_of(&[value], site, "this list is not evaluated"));
        }
    };
    let mut out = Vec::new();
    for item in items {
        out.push(match &cast {
            None => item,
            Some(cast) => {
                let list = alloc::vec![item];
                let args = Args { list, named: Vec::new(), site, unknown: None };
                eval.call(cast, args, site)?
            }
        });
    }
    let list = eval.new_list(out, site);
    match post_process {
        None => Ok(list),
        Some(process) => {
            let args = Args { list: alloc::vec![list], named: Vec::new(), site, unknown: None };
            eval.call(&process, args, site)
        }
    }
}
