//! `.env` files, each as its reader has them: python-dotenv 1.2.1 (`dotenv/main.py`), django-environ
//! (`Env.read_env`), python-decouple 3.8 (`RepositoryEnv`).

use alloc::collections::BTreeMap;
use alloc::format;
use alloc::rc::Rc;
use alloc::string::{String, ToString};
use alloc::vec::Vec;

use dsnlens_core::syntax::dotenv::{self, quote_verbatim};

use super::builtins::key;
use super::strings::{is_space, line_spans};
use crate::eval::Eval;
use crate::value::{Args, Item, Kind, Library, Native, Res, Site, Val};
use dsnlens_core::PackageVersion as Version;

pub(crate) static DOTENV: Library = Library { name: "dotenv", items: &ITEMS, is_standard: false };
pub(crate) static MAIN: Library =
    Library { name: "dotenv.main", items: &ITEMS, is_standard: false };

static ITEMS: [(&str, Item); 3] = [
    ("load_dotenv", Item::Function(&LOAD)),
    ("dotenv_values", Item::Function(&VALUES)),
    ("find_dotenv", Item::Function(&FIND)),
];

static LOAD: Native = Native { name: "load_dotenv", call: load };
static VALUES: Native = Native { name: "dotenv_values", call: values };
static FIND: Native = Native {
    name: "find_dotenv",
    call: |eval, args| Ok(eval.unknown(args.site, "where the .env file lies is not known")),
};

/// The text of the file that a call reads; what to do without it.
pub(crate) enum Found<'q> {
    Text(&'q str),
    Unknown(Val),
}

/// The file at a path, or the one beside the module.
pub(crate) fn file<'q>(eval: &mut Eval<'q>, path: Option<&Val>, site: Site) -> Found<'q> {
    let question = eval.question;
    let name = match path.map(|it| &it.kind) {
        Some(Kind::Str(text) | Kind::Path(text)) => Rc::clone(text),
        _ => Rc::from(".env"),
    };
    let base = name.rsplit('/').next().unwrap_or(&name);
    if base != ".env" {
        let is_same = |it: &str| it == &*name || it.rsplit('/').next() == Some(base);
        return match question.files.iter().find(|it| is_same(it.0)) {
            Some((_, Some(text))) => Found::Text(text),
            Some((_, None)) => Found::Text(""),
            None => Found::Unknown(eval.unknown(site, format!("the file {base} is not given"))),
        };
    }
    match question.dotenv {
        Some(text) => Found::Text(text),
        None => Found::Unknown(eval.unknown(site, "the .env file is not given")),
    }
}

/// What python-dotenv finds, references filled in as for `load_dotenv(override=False)`.
pub(crate) fn python_dotenv(
    eval: &mut Eval<'_>,
    text: &str,
    site: Site,
) -> Vec<(String, Option<Val>)> {
    eval.spend(text.len() / 4);
    // Names that a reference finds in the environment, which stands above the file's own.
    let environ = eval.environ;
    let mut known = String::new();
    let mut lines = 0;
    if text.contains("${") {
        let entries: Vec<_> =
            eval.map(environ).map(|it| it.entries().cloned().collect()).unwrap_or_default();
        for (name, value) in &entries {
            if let (Some(name), Some(value)) = (name.as_str(), value.as_str())
                && text.contains(&**name)
            {
                known.push_str(&format!("{name}={}\n", quote_verbatim(value)));
                lines += 1;
            }
        }
    }
    let start = known.len();
    let whole = known + text;
    let parsed = dotenv::parse(&whole);
    let names: Vec<&str> = parsed.bindings.iter().take(lines).map(|it| it.name).collect();
    let mut found = Vec::new();
    for binding in parsed.bindings.iter().skip(lines) {
        let written = binding.span.of(&whole);
        let is_own = |name: &&str| {
            written.contains(&format!("${{{name}}}")) || written.contains(&format!("${{{name}:"))
        };
        let is_doubtful = binding.span.start >= start
            && names
                .iter()
                .filter(|it| is_own(it))
                .any(|name| parsed.bindings.iter().skip(lines).any(|it| it.name == *name));
        let value = match &binding.value {
            _ if is_doubtful => {
                Some(eval.unknown(site, "a reference that is set twice is not evaluated"))
            }
            Some(value) => Some(eval.variable(binding.name, value)),
            None => None,
        };
        found.push((binding.name.to_string(), value));
    }
    found
}

/// What django-environ finds. `has_comments`: `#` ends a value, as 0.11 always had it.
pub(crate) fn django_environ(
    eval: &mut Eval<'_>,
    text: &str,
    has_comments: bool,
) -> Vec<(String, Val)> {
    eval.spend(text.len() / 4);
    let mut found = Vec::new();
    // `open()` has made one line end of all three.
    let text = text.replace("\r\n", "\n").replace('\r', "\n");
    for span in line_spans(&text) {
        let line = span.of(&text);
        let line = line.strip_prefix("export ").unwrap_or(line);
        let Some((name, value)) = line.split_once('=') else { continue };
        let is_name = |c: char| c.is_ascii_alphanumeric() || c == '_';
        if name.is_empty() || !name.chars().all(is_name) {
            continue;
        }
        let mut value = value;
        if has_comments {
            value = with_comment(value);
        } else if value.len() >= 2
            && let Some(inside) = value.strip_prefix('\'').and_then(|it| it.strip_suffix('\''))
        {
            value = inside;
        }
        let mut text = String::from(value);
        if value.len() >= 2
            && let Some(inside) = value.strip_prefix('"').and_then(|it| it.strip_suffix('"'))
        {
            text.clear();
            let mut chars = inside.chars();
            while let Some(c) = chars.next() {
                match (c, chars.clone().next()) {
                    ('\\', Some(next)) => {
                        chars.next();
                        if matches!(next, 'r' | 'n' | 't') {
                            text.push('\\');
                        }
                        text.push(next);
                    }
                    _ => text.push(c),
                }
            }
        }
        let value = eval.variable(name, &text);
        found.push((name.to_string(), value));
    }
    found
}

/// `\A\s*'(?<!\\)(.*)'\s*(#.*\s*)?\Z`, or else up to the first `#`.
fn with_comment(value: &str) -> &str {
    if let Some(inside) = value.trim_start_matches(is_space).strip_prefix('\'') {
        // Greedy: the last quote behind which nothing but a comment stands.
        let mut rest = inside;
        while let Some(at) = rest.rfind('\'') {
            let behind = inside.get(at + 1..).unwrap_or("").trim_start_matches(is_space);
            if behind.is_empty() || behind.starts_with('#') {
                return inside.get(..at).unwrap_or("");
            }
            rest = inside.get(..at).unwrap_or("");
        }
    }
    value.split('#').next().unwrap_or(value)
}

/// What decouple finds.
pub(crate) fn decouple(eval: &mut Eval<'_>, text: &str) -> Vec<(String, Val)> {
    eval.spend(text.len() / 4);
    let text = text.replace("\r\n", "\n").replace('\r', "\n");
    let mut found = Vec::new();
    for line in text.split('\n') {
        let line = line.trim_matches(is_space);
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        let Some((name, value)) = line.split_once('=') else { continue };
        let name = name.trim_matches(is_space);
        let value = value.trim_matches(is_space);
        let inside = |quote: char| {
            value
                .strip_prefix(quote)
                .and_then(|it| it.strip_suffix(quote))
                .filter(|_| value.len() >= 2)
        };
        let value = inside('\'').or_else(|| inside('"')).unwrap_or(value);
        let value = eval.variable(name, value);
        found.push((name.to_string(), value));
    }
    found
}

/// Whether comments end values in django-environ's file.
pub(crate) fn has_comments(version: Version) -> bool {
    version >= Version(0, 11, 0) && version < Version(0, 12, 0)
}

/// Sets a variable, unless it is there.
fn set(eval: &mut Eval<'_>, name: &str, value: Val, is_override: bool) {
    let environ = eval.environ;
    let id = key(name);
    let old = eval.entry(environ, &id);
    let is_there = old.as_ref().is_some_and(|it| it.why().is_none());
    if is_there && !is_override {
        return;
    }
    let value = match old {
        Some(old) if !is_override => eval.unknown_of(&[&old], value.site, "not known"),
        _ if !is_override && eval.map(environ).is_some_and(|it| it.open.is_some()) => {
            eval.unknown(value.site, "whether this is set before is not known")
        }
        _ => value,
    };
    let name = Val::str(name, value.site);
    eval.put(environ, id, name, value);
}

fn load(eval: &mut Eval<'_>, args: &Args) -> Res {
    let site = args.site;
    let is_override = match args.get(3, "override") {
        None => Ok(false),
        Some(it) => eval.truth(it),
    };
    let is_plain = args.named("stream").is_none()
        && args.at(1).is_none()
        && args.named("interpolate").is_none();
    let found = match (is_plain, &is_override) {
        (true, Ok(_)) => file(eval, args.get(0, "dotenv_path"), site),
        _ => Found::Unknown(eval.unknown(site, "this file is not evaluated")),
    };
    let is_override = is_override.unwrap_or(true);
    match found {
        Found::Text(text) => {
            let text = text.to_string();
            if is_override && text.contains("${") {
                let why = eval.why(site, "references are not evaluated with `override`");
                let environ = eval.environ_value(site);
                eval.havoc_top(&environ, &why);
                return Ok(eval.unknown(site, "not known"));
            }
            let found = python_dotenv(eval, &text, site);
            let found = found.into_iter().filter_map(|(name, value)| Some((name, value?)));
            set_all(eval, found.collect(), is_override);
        }
        Found::Unknown(value) => {
            open(eval, &value, is_override);
        }
    }
    Ok(eval.unknown(site, "whether the file was found is not known"))
}

/// Sets what a file holds: the last line of a name counts.
pub(crate) fn set_all(eval: &mut Eval<'_>, found: Vec<(String, Val)>, is_override: bool) {
    let last: BTreeMap<String, Val> = found.into_iter().collect();
    for (name, value) in last {
        set(eval, &name, value, is_override);
    }
}

/// Anything may have been set.
pub(crate) fn open(eval: &mut Eval<'_>, value: &Val, is_override: bool) {
    let Some(why) = value.why().cloned() else { return };
    let environ = eval.environ;
    match is_override {
        true => {
            let environ = eval.environ_value(value.site);
            eval.havoc_top(&environ, &why);
        }
        false => eval.set_open(environ, Some(why)),
    }
}

fn values(eval: &mut Eval<'_>, args: &Args) -> Res {
    let site = args.site;
    if args.all().count() > 1 {
        return Ok(eval.unknown(site, "this call is not evaluated"));
    }
    match file(eval, args.get(0, "dotenv_path"), site) {
        Found::Text(text) => {
            let text = text.to_string();
            if text.contains("${") {
                return Ok(eval.unknown(site, "references are not evaluated here"));
            }
            let pairs = python_dotenv(eval, &text, site)
                .into_iter()
                .map(|(name, value)| {
                    (Val::str(name, site), value.unwrap_or_else(|| Val::none(site)))
                })
                .collect();
            Ok(eval.new_dict(pairs, site))
        }
        Found::Unknown(value) => Ok(value),
    }
}
