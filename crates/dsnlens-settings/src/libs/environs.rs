//! environs 15.2.0 (`environs/__init__.py`) over marshmallow's fields.

use alloc::format;
use alloc::rc::Rc;
use alloc::string::String;
use alloc::string::ToString;
use alloc::vec::Vec;

use dsnlens_core::Span;

use super::builtins::{self, key};
use super::{dj_database_url, dotenv};
use crate::eval::Eval;
use crate::value::{Args, Class, Item, Kind, Library, Map, Raise, Res, Site, Val};

pub(crate) static ENVIRONS: Library = Library {
    name: "environs",
    items: &[
        ("Env", Item::Class(&ENV)),
        ("EnvError", Item::Exception("EnvError")),
        ("EnvNotSetError", Item::Exception("EnvNotSetError")),
        ("EnvValidationError", Item::Exception("EnvValidationError")),
        ("env", Item::Made(made)),
    ],
    is_standard: false,
};

static ENV: Class = Class {
    name: "Env",
    make: |eval, args| match args.all().count() {
        0 => Ok(made(eval, args.site)),
        _ => Ok(eval.unknown(args.site, "arguments of `Env` are not evaluated")),
    },
    methods: &[
        ("str", |eval, this, args| field(eval, this, args, Field::Raw)),
        ("raw", |eval, this, args| field(eval, this, args, Field::Raw)),
        ("bool", |eval, this, args| field(eval, this, args, Field::Bool)),
        ("int", |eval, this, args| field(eval, this, args, Field::Int)),
        ("float", |eval, this, args| field(eval, this, args, Field::Float)),
        ("list", |eval, this, args| field(eval, this, args, Field::List)),
        ("dict", |eval, this, args| field(eval, this, args, Field::Other)),
        ("json", |eval, this, args| field(eval, this, args, Field::Other)),
        ("url", |eval, this, args| field(eval, this, args, Field::Other)),
        ("path", |eval, this, args| field(eval, this, args, Field::Other)),
        ("decimal", |eval, this, args| field(eval, this, args, Field::Other)),
        ("timedelta", |eval, this, args| field(eval, this, args, Field::Other)),
        ("log_level", |eval, this, args| field(eval, this, args, Field::Other)),
        ("dj_email_url", |eval, this, args| field(eval, this, args, Field::Other)),
        ("dj_cache_url", |eval, this, args| field(eval, this, args, Field::Other)),
        ("dj_db_url", dj_db_url),
        ("read_env", read_env),
    ],
    attribute: None,
    call: Some(|eval, this, args| field(eval, this, args, Field::Raw)),
};

#[derive(Clone, Copy, PartialEq, Eq)]
enum Field {
    Raw,
    Bool,
    Int,
    Float,
    List,
    Other,
}

fn made(eval: &mut Eval<'_>, site: Site) -> Val {
    let map = eval.new_map(Map::default());
    Val::new(Kind::Object(&ENV, map), site)
}

/// A variable of the environment, or of the file that was read into `this`.
fn read(eval: &mut Eval<'_>, this: &Val, name: &str, site: Site) -> Option<Val> {
    let environ = eval.environ;
    let id = key(name);
    eval.read_environ(environ, &id, site);
    let map = eval.map(environ)?;
    let found = match (map.get(&id), &map.open) {
        (Some(value), _) => return Some(value.clone().read_at(site)),
        (None, Some(why)) => Some(Val::unknown(why)),
        (None, None) => None,
    };
    if found.is_some() {
        return found;
    }
    let Kind::Object(_, obj) = this.kind else { return None };
    let Some(Val { kind: Kind::Dict(file), .. }) = eval.entry(obj, &key("_environ")) else {
        return None;
    };
    let map = eval.map(file)?;
    match (map.get(&id), &map.open) {
        (Some(value), _) => Some(value.clone()),
        (None, Some(why)) => Some(Val::unknown(why)),
        (None, None) => None,
    }
}

fn not_set(eval: &mut Eval<'_>, args: &Args, name: &str) -> Raise {
    let text = format!("Environment variable \"{name}\" not set");
    refused(eval, args, "EnvNotSetError", text)
}

fn invalid(eval: &mut Eval<'_>, args: &Args, name: &str, text: &str) -> Raise {
    let text = format!("Environment variable \"{name}\" invalid: {text}");
    refused(eval, args, "EnvValidationError", text)
}

/// The name that a call is given may be what another variable holds.
fn refused(eval: &mut Eval<'_>, args: &Args, class: &str, text: String) -> Raise {
    let name: Vec<&Val> = args.get(0, "name").into_iter().collect();
    let text = Val::str(text, args.site).from(&name);
    eval.error_of(class, text)
}

/// The name and the default of a call, and whether it has nothing else.
fn call<'a>(args: &'a Args, known: &[&str]) -> Option<(Rc<str>, Option<&'a Val>)> {
    let name = args.get(0, "name")?.as_str().cloned()?;
    let is_plain = args.list.len() <= 2
        && args
            .named
            .iter()
            .all(|it| matches!(&*it.0, "name" | "default") || known.contains(&&*it.0));
    is_plain.then(|| (name, args.get(1, "default")))
}

fn field(eval: &mut Eval<'_>, this: &Val, args: &Args, field: Field) -> Res {
    let site = args.site;
    let known: &[&str] = if field == Field::List { &["delimiter", "subcast"] } else { &[] };
    let Some((name, default)) = call(args, known) else {
        eval.doubt();
        return Ok(eval.unknown(site, "this call is not evaluated"));
    };
    let Some(value) = read(eval, this, &name, site) else {
        return match default {
            Some(default) if !matches!(default.kind, Kind::Ellipsis) => {
                eval.note_default(&name, default, site);
                Ok(default.clone())
            }
            _ => Err(not_set(eval, args, &name)),
        };
    };
    let Some(text) = value.as_str().cloned() else {
        eval.doubt();
        return Ok(eval.unknown_of(&[&value], site, "not known"));
    };
    match field {
        Field::Raw => Ok(value),
        Field::Bool => {
            let is = match &*text {
                "t" | "T" | "true" | "True" | "TRUE" | "on" | "On" | "ON" | "y" | "Y" | "yes"
                | "Yes" | "YES" | "1" => true,
                "f" | "F" | "false" | "False" | "FALSE" | "off" | "Off" | "OFF" | "n" | "N"
                | "no" | "No" | "NO" | "0" => false,
                _ => return Err(invalid(eval, args, &name, "Not a valid boolean.")),
            };
            Ok(Val::bool(is, site).from(&[&value]))
        }
        Field::Int => match builtins::to_int(eval, &value) {
            Err(_) => Err(invalid(eval, args, &name, "Not a valid integer.")),
            other => other,
        },
        Field::Float => match builtins::to_float(eval, &value) {
            Err(_) => Err(invalid(eval, args, &name, "Not a valid number.")),
            Ok(it) if matches!(it.kind, Kind::Float(number) if !number.is_finite()) => {
                let text = "Special numeric values (nan or infinity) are not permitted.";
                Err(invalid(eval, args, &name, text))
            }
            other => other,
        },
        Field::List => {
            let delimiter = match args.named("delimiter") {
                None => Some(Rc::from(",")),
                Some(it) => it.as_str().cloned(),
            };
            let is_text = match args.named("subcast") {
                None => true,
                Some(it) => matches!(&it.kind, Kind::Type(class) if class.name == "str"),
            };
            match delimiter {
                Some(delimiter) if is_text && !delimiter.is_empty() => {
                    let mut at = 0;
                    let mut items = Vec::new();
                    if !text.is_empty() {
                        for piece in text.split(&*delimiter) {
                            items.push(value.piece(Span::new(at, at + piece.len()), site));
                            at += piece.len() + delimiter.len();
                        }
                    }
                    Ok(eval.new_list(items, site))
                }
                _ => {
                    eval.doubt();
                    Ok(eval.unknown_of(&[&value], site, "this list is not evaluated"))
                }
            }
        }
        Field::Other => {
            eval.doubt();
            Ok(eval.unknown_of(&[&value], site, "this call is not evaluated"))
        }
    }
}

fn dj_db_url(eval: &mut Eval<'_>, this: &Val, args: &Args) -> Res {
    let site = args.site;
    let Some(name) = args.get(0, "name").and_then(|it| it.as_str()).cloned() else {
        eval.doubt();
        return Ok(eval.unknown(site, "this call is not evaluated"));
    };
    // The default is parsed as well.
    let default = args.get(1, "default").filter(|it| !matches!(it.kind, Kind::Ellipsis));
    let value = match read(eval, this, &name, site).or_else(|| default.cloned()) {
        Some(value) => value,
        None => return Err(not_set(eval, args, &name)),
    };
    let named: Vec<_> = args
        .named
        .iter()
        .filter(|it| !matches!(&*it.0, "name" | "default"))
        .map(|it| (Rc::clone(&it.0), it.1.clone()))
        .collect();
    let own = Args { list: Vec::new(), named, site, unknown: None };
    match dj_database_url::parse_with(eval, &value, &own) {
        Err(_) => Err(invalid(eval, args, &name, "Not a valid database URL.")),
        other => other,
    }
}

/// The file is kept in the object since 15.0.
fn read_env(eval: &mut Eval<'_>, this: &Val, args: &Args) -> Res {
    let site = args.site;
    let is_plain = args.list.len() <= 1
        && args.named.iter().all(|it| matches!(&*it.0, "path" | "recurse" | "verbose"));
    let found = match is_plain {
        true => dotenv::file(eval, args.get(0, "path"), site),
        false => dotenv::Found::Unknown(eval.unknown(site, "this call is not evaluated")),
    };
    let Kind::Object(_, obj) = this.kind else { return Ok(Val::none(site)) };
    let value = match found {
        dotenv::Found::Text(text) => {
            let text = text.to_string();
            let pairs = dotenv::python_dotenv(eval, &text, site)
                .into_iter()
                .filter_map(|(name, value)| Some((Val::str(name, site), value?)));
            let pairs = pairs.collect();
            eval.new_dict(pairs, site)
        }
        dotenv::Found::Unknown(unknown) => {
            let value = eval.new_dict(Vec::new(), site);
            if let Kind::Dict(map) = value.kind {
                eval.set_open(map, unknown.why().cloned());
            }
            value
        }
    };
    eval.put(obj, key("_environ"), Val::str("_environ", site), value);
    Ok(eval.unknown(site, "whether the file was found is not known"))
}
