//! `pathlib.Path`. CPython 3.11, `Lib/pathlib.py`.

use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

use super::os::normal;
use crate::eval::Eval;
use crate::value::{Args, Class, Item, Kind, Library, Res, Site, Val, type_name};

pub(crate) static PATHLIB: Library = Library {
    name: "pathlib",
    items: &[
        ("Path", Item::Class(&TYPE)),
        ("PosixPath", Item::Class(&TYPE)),
        ("PurePath", Item::Class(&TYPE)),
        ("PurePosixPath", Item::Class(&TYPE)),
    ],
    is_standard: true,
};

/// The class itself, which has `cwd()` and `home()`.
pub(crate) static TYPE: Class = Class {
    name: "Path",
    make,
    methods: &[("cwd", place), ("home", place)],
    attribute: None,
    call: None,
};

/// Its instances.
pub(crate) static PATH: Class = Class {
    name: "PosixPath",
    make,
    methods: &[
        ("resolve", resolve),
        ("absolute", resolve),
        ("joinpath", |eval, value, args| {
            let mut whole = value.clone();
            for part in &args.list {
                whole = join(eval, &whole, part, args.site);
            }
            Ok(whole)
        }),
        ("as_posix", |eval, value, args| Ok(eval.str_of(value, args.site))),
        ("__str__", |eval, value, args| Ok(eval.str_of(value, args.site))),
        ("with_name", |eval, value, args| match args.first().and_then(|it| it.as_str()) {
            Some(name) => {
                let name = Val::str(name.clone(), args.site);
                let parent = parent(eval, value, args.site);
                Ok(join(eval, &parent, &name, args.site))
            }
            None => Ok(eval.unknown(args.site, "not known")),
        }),
    ],
    attribute: Some(attribute),
    call: None,
};

fn place(eval: &mut Eval<'_>, _: &Val, args: &Args) -> Res {
    Ok(eval.unknown(args.site, "where the program is started is not known"))
}

/// What `PurePosixPath` makes of a text.
fn clean(text: &str) -> String {
    let slash = match text {
        _ if text.starts_with("//") && !text.starts_with("///") => "//",
        _ if text.starts_with('/') => "/",
        _ => "",
    };
    let parts: Vec<&str> = text.split('/').filter(|it| !matches!(*it, "" | ".")).collect();
    let text = format!("{slash}{}", parts.join("/"));
    if text.is_empty() { ".".into() } else { text }
}

fn make(eval: &mut Eval<'_>, args: &Args) -> Res {
    let mut whole = Val::new(Kind::Path(".".into()), args.site);
    for (place, part) in args.list.iter().enumerate() {
        let is_path = matches!(part.kind, Kind::Str(_) | Kind::Path(_) | Kind::Unknown(_));
        if !is_path {
            let text =
                format!("expected str, bytes or os.PathLike object, not {}", type_name(part));
            return Err(eval.error("TypeError", text));
        }
        whole = match (place, &part.kind) {
            (0, Kind::Str(text) | Kind::Path(text)) => {
                Val::new(Kind::Path(clean(text).into()), args.site).from(&[part])
            }
            _ => join(eval, &whole, part, args.site),
        };
    }
    Ok(whole)
}

/// `a / b`
pub(crate) fn join(eval: &mut Eval<'_>, a: &Val, b: &Val, site: Site) -> Val {
    let text = |value: &Val| match &value.kind {
        Kind::Str(text) | Kind::Path(text) => Some(text.clone()),
        _ => None,
    };
    let (Some(left), Some(right)) = (text(a), text(b)) else {
        eval.doubt();
        return eval.unknown_of(&[a, b], site, "this path is not known");
    };
    let whole = match right.starts_with('/') {
        true => clean(&right),
        false => clean(&format!("{left}/{right}")),
    };
    if whole.len() > crate::operators::MAX_TEXT || !eval.spend(whole.len() / 16) {
        return eval.unknown(site, "this path is too long");
    }
    Val::new(Kind::Path(whole.into()), site).from(&[a, b])
}

fn resolve(_: &mut Eval<'_>, value: &Val, args: &Args) -> Res {
    let Kind::Path(text) = &value.kind else { return Ok(value.clone()) };
    Ok(Val::new(Kind::Path(normal(text).into()), args.site).from(&[value]))
}

fn parent(eval: &mut Eval<'_>, value: &Val, site: Site) -> Val {
    let Kind::Path(text) = &value.kind else { return value.clone() };
    let parent = match text.rsplit_once('/') {
        Some(("", _)) => "/",
        Some((parent, _)) => parent,
        None if &**text == "." || &**text == ".." => {
            return eval.unknown(site, "where the project lies is not known");
        }
        None => ".",
    };
    Val::new(Kind::Path(parent.into()), site).from(&[value])
}

fn attribute(eval: &mut Eval<'_>, value: &Val, name: &str) -> Option<Res> {
    let site = eval.site;
    let Kind::Path(text) = &value.kind else { return None };
    let last = text.rsplit('/').next().unwrap_or("");
    let last = if last == "." { "" } else { last };
    let stem = match last.rfind('.') {
        Some(at) if at > 0 && at + 1 < last.len() => last.split_at_checked(at),
        _ => None,
    };
    let known = match name {
        "parent" => return Some(Ok(parent(eval, value, site))),
        "parents" => {
            let mut parents = Vec::new();
            let mut next = value.clone();
            while parents.len() < 64 {
                next = parent(eval, &next, site);
                let Kind::Path(text) = &next.kind else { break };
                let is_last = matches!(&**text, "/" | "." | "//");
                parents.push(next.clone());
                if is_last {
                    break;
                }
            }
            return Some(Ok(Val::new(Kind::Tuple(parents.into()), site)));
        }
        "name" => last,
        "stem" => stem.map_or(last, |it| it.0),
        "suffix" => stem.map_or("", |it| it.1),
        _ => return None,
    };
    Some(Ok(Val::str(known, site).from(&[value])))
}
