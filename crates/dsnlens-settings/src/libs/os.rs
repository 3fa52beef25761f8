//! `os` and `os.path`. CPython 3.11, `Lib/os.py`, `Lib/posixpath.py`.

use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec::Vec;

use super::{bind, builtins};
use crate::eval::Eval;
use crate::operators::may_be_absent;
use crate::value::{Args, Item, Kind, Library, Native, Res, Site, Val, type_name};

pub(crate) static OS: Library = Library {
    name: "os",
    items: &[
        ("environ", Item::Made(|eval, site| eval.environ_value(site))),
        ("getenv", Item::Function(&GETENV)),
        ("path", Item::Module(&PATH)),
        ("sep", Item::Made(|_, site| Val::str("/", site))),
        ("name", Item::Made(|_, site| Val::str("posix", site))),
        ("linesep", Item::Made(|_, site| Val::str("\n", site))),
        ("error", Item::Exception("OSError")),
    ],
    is_standard: true,
};

pub(crate) static PATH: Library =
    Library { name: "os.path", items: &PATH_ITEMS, is_standard: true };
pub(crate) static POSIXPATH: Library =
    Library { name: "posixpath", items: &PATH_ITEMS, is_standard: true };

static PATH_ITEMS: [(&str, Item); 6] = [
    ("join", Item::Function(&JOIN)),
    ("dirname", Item::Function(&DIRNAME)),
    ("basename", Item::Function(&BASENAME)),
    ("abspath", Item::Function(&ABSPATH)),
    ("realpath", Item::Function(&REALPATH)),
    ("normpath", Item::Function(&NORMPATH)),
];

static GETENV: Native = Native { name: "getenv", call: getenv };
static JOIN: Native = Native { name: "join", call: join };
static DIRNAME: Native =
    Native { name: "dirname", call: |eval, args| one(eval, args, |path| Some(dirname(path))) };
static BASENAME: Native = Native {
    name: "basename",
    call: |eval, args| {
        one(eval, args, |path| {
            let at = path.rfind('/').map_or(0, |it| it + 1);
            Some(path.get(at..).unwrap_or("").to_string())
        })
    },
};
static ABSPATH: Native = Native { name: "abspath", call: |eval, args| one(eval, args, absolute) };
static REALPATH: Native = Native { name: "realpath", call: |eval, args| one(eval, args, absolute) };
static NORMPATH: Native =
    Native { name: "normpath", call: |eval, args| one(eval, args, |path| Some(normal(path))) };

fn getenv(eval: &mut Eval<'_>, args: &Args) -> Res {
    let mut bound = bind(eval, "getenv", &["key", "default"], 1, args, 0)?;
    let key = bound.take("key").unwrap_or_else(|| Val::none(args.site));
    let default = bound.take("default").unwrap_or_else(|| Val::none(args.site));
    variable(eval, &key, default, args.site)
}

/// `os.environ.get(key, default)`
pub(crate) fn variable(eval: &mut Eval<'_>, key: &Val, default: Val, site: Site) -> Res {
    if key.why().is_some() {
        return Ok(eval.unknown_of(&[key, &default], site, "which variable this is is not known"));
    }
    let Some(name) = key.as_str().cloned() else {
        let text = format!("str expected, not {}", type_name(key));
        return Err(eval.error("TypeError", text));
    };
    let id = builtins::key(&name);
    let environ = eval.environ;
    eval.read_environ(environ, &id, site);
    let open = eval.map(environ).and_then(|it| it.open.clone());
    match (eval.entry(environ, &id), open) {
        (Some(value), _) if may_be_absent(&value) => {
            Ok(eval.unknown_of(&[&value, &default], site, "not known"))
        }
        (Some(value), _) => Ok(value.read_at(site)),
        (None, Some(why)) => {
            let unknown = Val::unknown(&why);
            Ok(eval.unknown_of(&[&unknown, &default], site, "not known"))
        }
        (None, None) => {
            eval.note_default(&name, &default, site);
            Ok(default)
        }
    }
}

/// A path's text: of a `str` or a `PosixPath`.
fn path_of<'v>(
    eval: &mut Eval<'_>,
    value: &'v Val,
) -> Result<Option<&'v str>, crate::value::Raise> {
    match &value.kind {
        Kind::Str(text) | Kind::Path(text) => Ok(Some(text)),
        Kind::Unknown(_) | Kind::Bytes(_) | Kind::Object(..) => Ok(None),
        _ => {
            let text =
                format!("expected str, bytes or os.PathLike object, not {}", type_name(value));
            Err(eval.error("TypeError", text))
        }
    }
}

/// A text where the whole path is known; within the project of an unknown place otherwise.
fn made(eval: &Eval<'_>, text: String, inputs: &[&Val], site: Site) -> Val {
    let is_open = inputs.iter().any(|it| match &it.kind {
        Kind::Path(path) => !eval.is_rooted(path),
        _ => false,
    });
    let kind = match is_open && !text.starts_with('/') {
        true => Kind::Path(text.into()),
        false => Kind::Str(text.into()),
    };
    Val::new(kind, site).from(inputs)
}

fn one(eval: &mut Eval<'_>, args: &Args, change: impl Fn(&str) -> Option<String>) -> Res {
    let Some(value) = args.first() else {
        return Ok(eval.unknown(args.site, "this call is not evaluated"));
    };
    let is_open = matches!(&value.kind, Kind::Path(path) if !eval.is_rooted(path));
    let Some(path) = path_of(eval, value)? else {
        eval.doubt();
        return Ok(eval.unknown_of(&[value], args.site, "not known"));
    };
    eval.spend(path.len() / 8);
    let text = match change(path) {
        Some(text) => text,
        // It lies in the project, wherever that is.
        None if is_open => path.to_string(),
        None => return Ok(eval.unknown(args.site, "where the program is started is not known")),
    };
    if is_open && text.is_empty() && path.is_empty() {
        return Ok(eval.unknown(args.site, "where the project lies is not known"));
    }
    Ok(made(eval, text, &[value], args.site))
}

fn dirname(path: &str) -> String {
    let end = path.rfind('/').map_or(0, |it| it + 1);
    let head = path.get(..end).unwrap_or("");
    let trimmed = head.trim_end_matches('/');
    String::from(if trimmed.is_empty() { head } else { trimmed })
}

fn absolute(path: &str) -> Option<String> {
    path.starts_with('/').then(|| normal(path))
}

/// `posixpath.normpath`
pub(crate) fn normal(path: &str) -> String {
    let slashes = match path {
        _ if path.starts_with("//") && !path.starts_with("///") => "//",
        _ if path.starts_with('/') => "/",
        _ => "",
    };
    let mut parts: Vec<&str> = Vec::new();
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." if slashes.is_empty() && parts.last().is_none_or(|it| *it == "..") => {
                parts.push("..");
            }
            ".." => {
                parts.pop();
            }
            part => parts.push(part),
        }
    }
    let text = format!("{slashes}{}", parts.join("/"));
    if text.is_empty() { ".".into() } else { text }
}

fn join(eval: &mut Eval<'_>, args: &Args) -> Res {
    let all: Vec<&Val> = args.list.iter().collect();
    if let Some(unknown) = eval.unknown_among(&all) {
        return Ok(unknown);
    }
    let mut text = String::new();
    for (place, value) in all.iter().enumerate() {
        let path = match &value.kind {
            Kind::Str(text) | Kind::Path(text) => text,
            Kind::Bytes(_) | Kind::Object(..) => {
                return Ok(eval.unknown(args.site, "this call is not evaluated"));
            }
            _ if place == 0 => {
                let text =
                    format!("expected str, bytes or os.PathLike object, not {}", type_name(value));
                return Err(eval.error("TypeError", text));
            }
            _ => {
                let text = format!(
                    "join() argument must be str, bytes, or os.PathLike object, not '{}'",
                    type_name(value)
                );
                return Err(eval.error("TypeError", text));
            }
        };
        if place == 0 || path.starts_with('/') {
            text = path.to_string();
        } else if text.is_empty() || text.ends_with('/') {
            text.push_str(path);
        } else {
            text.push('/');
            text.push_str(path);
        }
        if text.len() > crate::operators::MAX_TEXT || !eval.spend(text.len() / 16) {
            return Ok(eval.unknown(args.site, "this path is too long"));
        }
    }
    Ok(made(eval, text, &all, args.site))
}
