//! The libraries that settings modules call: a file each, one list.

use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec::Vec;

use dsnlens_core::module::Deed;

use crate::eval::Eval;
use crate::value::{Args, Class, Item, Kind, Library, Raise, Site, Val};

pub(crate) mod builtins;
mod bytes;
pub(crate) mod containers;
mod decouple;
mod dj_database_url;
mod django;
mod dotenv;
mod environ;
mod environs;
pub(crate) mod exceptions;
mod os;
pub(crate) mod pathlib;
pub(crate) mod strings;
mod sys;
mod urllib;

/// The modules that can be imported.
static LIBRARIES: [&Library; 20] = [
    &decouple::DECOUPLE,
    &dj_database_url::DJ_DATABASE_URL,
    &django::DJANGO,
    &django::CORE,
    &django::EXCEPTIONS,
    &django::CONTEXTLIB,
    &django::FUNCTOOLS,
    &dotenv::DOTENV,
    &dotenv::MAIN,
    &environ::ENVIRON,
    &environ::ENVIRON_ENVIRON,
    &environs::ENVIRONS,
    &os::OS,
    &os::PATH,
    &os::POSIXPATH,
    &pathlib::PATHLIB,
    &sys::SYS,
    &urllib::PARSE,
    &urllib::URLLIB,
    &sys::STRTOBOOL,
];

/// Modules of the standard library that are often imported and not evaluated.
const STANDARD: [&str; 47] = [
    "abc",
    "argparse",
    "ast",
    "asyncio",
    "base64",
    "collections",
    "configparser",
    "contextlib",
    "copy",
    "csv",
    "dataclasses",
    "datetime",
    "decimal",
    "enum",
    "functools",
    "getpass",
    "glob",
    "hashlib",
    "importlib",
    "inspect",
    "io",
    "ipaddress",
    "itertools",
    "json",
    "locale",
    "logging",
    "math",
    "mimetypes",
    "operator",
    "platform",
    "random",
    "re",
    "secrets",
    "shutil",
    "socket",
    "ssl",
    "string",
    "subprocess",
    "tempfile",
    "textwrap",
    "time",
    "traceback",
    "types",
    "typing",
    "uuid",
    "warnings",
    "zoneinfo",
];

pub(crate) fn library(name: &str) -> Option<&'static Library> {
    LIBRARIES.into_iter().find(|it| it.name == name)
}

pub(crate) fn is_standard(name: &str) -> bool {
    let first = name.split('.').next().unwrap_or(name);
    STANDARD.contains(&first) || library(first).is_some_and(|it| it.is_standard)
}

/// Whether a call goes to dj-database-url or django-environ.
pub(crate) fn is_urls(callee: &Val) -> bool {
    match &callee.kind {
        Kind::Native(native) => {
            let own = [&dj_database_url::CONFIG, &dj_database_url::PARSE];
            own.iter().any(|it| core::ptr::eq(*it, *native))
        }
        Kind::Method(value, _) => is_urls(value),
        Kind::Object(class, _) | Kind::Type(class) => core::ptr::eq(*class, &environ::ENV),
        _ => false,
    }
}

/// What a module of a library holds under a name.
pub(crate) fn item(
    eval: &mut Eval<'_>,
    library: &'static Library,
    name: &str,
    site: Site,
) -> Option<Val> {
    eval.library_item(library, name, site)
}

pub(crate) fn builtin(name: &str, site: Site) -> Option<Val> {
    if let Some((_, item)) = builtins::BUILTINS.iter().find(|it| it.0 == name) {
        return Some(match item {
            Item::Function(native) => Val::new(Kind::Native(native), site),
            Item::Class(class) => Val::new(Kind::Type(class), site),
            _ => return None,
        });
    }
    exceptions::is_builtin(name).then(|| Val::new(Kind::Raises(exceptions::class(name)), site))
}

/// Whether Python has it without an import.
pub(crate) fn is_builtin(name: &str) -> bool {
    const OTHERS: [&str; 40] = [
        "__build_class__",
        "__debug__",
        "__import__",
        "aiter",
        "anext",
        "ascii",
        "bin",
        "breakpoint",
        "bytearray",
        "bytes",
        "chr",
        "classmethod",
        "compile",
        "complex",
        "copyright",
        "credits",
        "delattr",
        "dir",
        "divmod",
        "eval",
        "exec",
        "exit",
        "format",
        "frozenset",
        "hash",
        "help",
        "hex",
        "id",
        "input",
        "issubclass",
        "license",
        "memoryview",
        "object",
        "oct",
        "open",
        "ord",
        "pow",
        "property",
        "quit",
        "slice",
    ];
    const MORE: [&str; 7] =
        ["NotImplemented", "round", "setattr", "staticmethod", "super", "vars", "Ellipsis"];
    OTHERS.contains(&name) || MORE.contains(&name)
}

/// The class that has a value's methods.
pub(crate) fn class_of(value: &Val) -> Option<&'static Class> {
    Some(match &value.kind {
        Kind::Str(_) => &strings::STR,
        Kind::Dict(_) => &containers::DICT,
        Kind::List(_) => &containers::LIST,
        Kind::Tuple(_) => &containers::TUPLE,
        Kind::Set(_) => &containers::SET,
        Kind::Path(_) => &pathlib::PATH,
        Kind::Int(_) => &builtins::INT,
        Kind::Bool(_) => &builtins::BOOL,
        Kind::Float(_) => &builtins::FLOAT,
        Kind::Bytes(_) => &bytes::BYTES,
        Kind::None => &builtins::NONE,
        Kind::Object(class, _) => class,
        Kind::Type(class) if class.name == "Env" => class,
        Kind::Type(class) if class.name == "Path" => &pathlib::TYPE,
        _ => return None,
    })
}

/// Whether Python's class has an attribute that is not evaluated.
pub(crate) fn has_attribute(value: &Val, name: &str) -> bool {
    let names: &[&str] = match &value.kind {
        Kind::Str(_) => &strings::UNEVALUATED,
        Kind::List(_) => &["sort"],
        Kind::Int(_) | Kind::Bool(_) => &[
            "as_integer_ratio",
            "bit_count",
            "bit_length",
            "conjugate",
            "denominator",
            "from_bytes",
            "imag",
            "numerator",
            "real",
            "to_bytes",
        ],
        Kind::Float(_) => {
            &["as_integer_ratio", "conjugate", "fromhex", "hex", "imag", "is_integer", "real"]
        }
        Kind::None | Kind::Tuple(_) | Kind::Dict(_) => &[],
        _ => return true,
    };
    name.starts_with("__") || names.contains(&name)
}

/// The arguments of a function that is written in Python, by its parameters' names.
pub(crate) struct Bound {
    values: Vec<(&'static str, Option<Val>)>,
}

impl Bound {
    pub(crate) fn take(&mut self, name: &str) -> Option<Val> {
        self.values.iter_mut().find(|it| it.0 == name).and_then(|it| it.1.take())
    }
}

/// Binds arguments as Python does. `bound`: how many it adds itself, as `self` is.
pub(crate) fn bind(
    eval: &mut Eval<'_>,
    function: &str,
    names: &[&'static str],
    required: usize,
    args: &Args,
    bound: usize,
) -> Result<Bound, Raise> {
    let mut values: Vec<_> = names.iter().map(|it| (*it, None)).collect();
    for (slot, value) in values.iter_mut().zip(&args.list) {
        slot.1 = Some(value.clone());
    }
    for (name, value) in &args.named {
        let text = match values.iter_mut().find(|it| it.0 == &**name) {
            Some((_, slot @ None)) => {
                *slot = Some(value.clone());
                continue;
            }
            Some(_) => format!("{function}() got multiple values for argument '{name}'"),
            None => {
                let deed = Deed::UnknownArgument {
                    function: function.to_string(),
                    name: name.to_string(),
                    value: value.site.span,
                    known: names.to_vec(),
                };
                eval.note(args.site, deed);
                format!("{function}() got an unexpected keyword argument '{name}'")
            }
        };
        return Err(eval.error("TypeError", text));
    }
    if args.list.len() > names.len() {
        let (least, most) = (required + bound, names.len() + bound);
        let takes = match least == most {
            true => format!("{most}"),
            false => format!("from {least} to {most}"),
        };
        let many = if most == 1 && least == most { "" } else { "s" };
        let given = args.list.len() + bound;
        let text =
            format!("{function}() takes {takes} positional argument{many} but {given} were given");
        return Err(eval.error("TypeError", text));
    }
    let missing: Vec<String> = values
        .iter()
        .take(required)
        .filter(|it| it.1.is_none())
        .map(|it| format!("'{}'", it.0))
        .collect();
    let many = if missing.len() == 1 { "" } else { "s" };
    let list = match missing.as_slice() {
        [] => return Ok(Bound { values }),
        [one] => one.clone(),
        [one, two] => format!("{one} and {two}"),
        [first @ .., last] => format!("{}, and {last}", first.join(", ")),
    };
    let count = missing.len();
    let text = format!("{function}() missing {count} required positional argument{many}: {list}");
    Err(eval.error("TypeError", text))
}
