//! django-environ, 0.10.0 to 0.14.0: `environ/environ.py`.

use alloc::format;
use alloc::rc::Rc;
use alloc::string::{String, ToString};
use alloc::vec::Vec;

use dsnlens_core::Span;
use dsnlens_core::module::Deed;
use dsnlens_core::syntax::python;

use super::builtins::{self, key};
use super::{bind, dotenv, strings, urllib};
use crate::eval::Eval;
use crate::operators::{Series, may_be_absent};
use crate::value::{Args, Class, Item, Kind, Library, Map, Obj, Raise, Res, Site, Val, type_name};
use dsnlens_core::PackageVersion as Version;

pub(crate) static ENVIRON: Library = Library { name: "environ", items: &ITEMS, is_standard: false };
pub(crate) static ENVIRON_ENVIRON: Library =
    Library { name: "environ.environ", items: &ITEMS, is_standard: false };

static ITEMS: [(&str, Item); 2] =
    [("Env", Item::Class(&ENV)), ("ImproperlyConfigured", Item::Exception("ImproperlyConfigured"))];

pub(super) static ENV: Class = Class {
    name: "Env",
    make,
    methods: &[
        ("str", str_method),
        ("bool", |eval, value, args| cast(eval, value, args, "bool", Cast::Bool)),
        ("int", |eval, value, args| cast(eval, value, args, "int", Cast::Int)),
        ("float", |eval, value, args| cast(eval, value, args, "float", Cast::Float)),
        ("list", list_method),
        ("tuple", |eval, value, args| only_read(eval, value, args, None)),
        ("dict", |eval, value, args| only_read(eval, value, args, None)),
        ("json", |eval, value, args| only_read(eval, value, args, None)),
        ("bytes", |eval, value, args| only_read(eval, value, args, None)),
        ("url", |eval, value, args| only_read(eval, value, args, None)),
        ("path", |eval, value, args| only_read(eval, value, args, None)),
        ("cache_url", |eval, value, args| only_read(eval, value, args, Some("CACHE_URL"))),
        ("cache", |eval, value, args| only_read(eval, value, args, Some("CACHE_URL"))),
        ("email_url", |eval, value, args| only_read(eval, value, args, Some("EMAIL_URL"))),
        ("email", |eval, value, args| only_read(eval, value, args, Some("EMAIL_URL"))),
        ("search_url", |eval, value, args| only_read(eval, value, args, Some("SEARCH_URL"))),
        ("channels_url", |eval, value, args| only_read(eval, value, args, Some("CHANNELS_URL"))),
        ("channels", |eval, value, args| only_read(eval, value, args, Some("CHANNELS_URL"))),
        ("get_value", |eval, value, args| call(eval, value, args)),
        ("db", db),
        ("db_url", db),
        ("db_url_config", |eval, _, args| {
            let names = ["url", "engine"];
            let mut bound = bind(eval, "Env.db_url_config", &names, 1, args, 1)?;
            let url = bound.take("url").unwrap_or_else(|| Val::none(args.site));
            let engine = bound.take("engine");
            url_config(eval, &url, engine, args.site)
        }),
        ("read_env", read_env),
    ],
    attribute: Some(|eval, _, name| (name == "ENVIRON").then(|| Ok(eval.environ_value(eval.site)))),
    call: Some(call),
};

/// What a value is made into.
enum Cast {
    None,
    Str,
    Bool,
    Int,
    Float,
    List(Option<Val>),
    Tuple,
    Dict,
    /// Anything else that can be called.
    Call(Val),
    Unknown(Val),
}

fn make(eval: &mut Eval<'_>, args: &Args) -> Res {
    let site = args.site;
    if !args.list.is_empty() {
        let given = args.list.len() + 1;
        let text = format!("Env.__init__() takes 1 positional argument but {given} were given");
        return Err(eval.error("TypeError", text));
    }
    let scheme =
        args.named.iter().map(|(name, value)| (Val::str(Rc::clone(name), site), value.clone()));
    let scheme = eval.new_dict(scheme.collect(), site);
    let map = eval.new_map(Map::default());
    for (name, value) in [
        ("smart_cast", Val::bool(true, site)),
        ("escape_proxy", Val::bool(false, site)),
        ("prefix", Val::str("", site)),
        ("scheme", scheme),
    ] {
        eval.put(map, key(name), Val::str(name, site), value);
    }
    Ok(Val::new(Kind::Object(&ENV, map), site))
}

fn object(value: &Val) -> Option<Obj> {
    match value.kind {
        Kind::Object(_, obj) => Some(obj),
        _ => None,
    }
}

fn attribute(eval: &Eval<'_>, this: &Val, name: &str) -> Option<Val> {
    eval.entry(object(this)?, &key(name))
}

fn cast_of(value: &Val) -> Cast {
    match &value.kind {
        Kind::Unknown(_) => Cast::Unknown(value.clone()),
        Kind::Type(class) => match class.name {
            "str" => Cast::Str,
            "bool" => Cast::Bool,
            "int" => Cast::Int,
            "float" => Cast::Float,
            "list" => Cast::List(None),
            "tuple" => Cast::Tuple,
            "dict" => Cast::Dict,
            _ => Cast::Call(value.clone()),
        },
        Kind::List(_) | Kind::Tuple(_) | Kind::Dict(_) => Cast::Unknown(value.clone()),
        _ => Cast::Call(value.clone()),
    }
}

/// `env('X', cast, default)`: the second argument is the cast.
fn call(eval: &mut Eval<'_>, this: &Val, args: &Args) -> Res {
    let names = ["var", "cast", "default", "parse_default"];
    let mut bound = bind(eval, "Env.__call__", &names, 1, args, 1)?;
    let name = bound.take("var").unwrap_or_else(|| Val::none(args.site));
    let cast = match bound.take("cast") {
        Some(it) if eval.truth(&it) != Ok(false) => cast_of_list(eval, &it),
        _ => Cast::None,
    };
    let default = bound.take("default");
    let parse_default = bound.take("parse_default");
    let parses = parse_default.is_some_and(|it| eval.truth(&it) == Ok(true));
    value(eval, this, &name, cast, default, parses, args.site)
}

/// A cast that may be `[int]`.
fn cast_of_list(eval: &mut Eval<'_>, cast: &Val) -> Cast {
    if let Kind::List(_) = cast.kind
        && let Ok(Series::Known(items)) = eval.series(cast)
        && let [one] = items.as_slice()
    {
        return Cast::List(Some(one.clone()));
    }
    cast_of(cast)
}

fn cast(eval: &mut Eval<'_>, this: &Val, args: &Args, name: &str, cast: Cast) -> Res {
    let mut bound = bind(eval, &format!("Env.{name}"), &["var", "default"], 1, args, 1)?;
    let var = bound.take("var").unwrap_or_else(|| Val::none(args.site));
    let default = bound.take("default");
    value(eval, this, &var, cast, default, false, args.site)
}

fn str_method(eval: &mut Eval<'_>, this: &Val, args: &Args) -> Res {
    let names: &[&'static str] = match eval.question.stack.django_environ >= Version(0, 13, 0) {
        true => &["var", "default", "multiline", "choices"],
        false => &["var", "default", "multiline"],
    };
    let mut bound = bind(eval, "Env.str", names, 1, args, 1)?;
    let var = bound.take("var").unwrap_or_else(|| Val::none(args.site));
    let default = bound.take("default");
    let is_plain = bound.take("multiline").is_none_or(|it| eval.truth(&it) == Ok(false))
        && bound.take("choices").is_none();
    let result = value(eval, this, &var, Cast::Str, default, false, args.site)?;
    match is_plain {
        true => Ok(result),
        false => {
            eval.doubt();
            Ok(eval.unknown_of(&[&result], args.site, "this call is not evaluated"))
        }
    }
}

fn list_method(eval: &mut Eval<'_>, this: &Val, args: &Args) -> Res {
    let mut bound = bind(eval, "Env.list", &["var", "cast", "default"], 1, args, 1)?;
    let var = bound.take("var").unwrap_or_else(|| Val::none(args.site));
    let cast = bound.take("cast").filter(|it| eval.truth(it) != Ok(false));
    let default = bound.take("default");
    value(eval, this, &var, Cast::List(cast), default, false, args.site)
}

/// Reads the variable and makes of it what is not evaluated.
fn only_read(eval: &mut Eval<'_>, this: &Val, args: &Args, name: Option<&'static str>) -> Res {
    let site = args.site;
    let var = args.get(0, "var").cloned().or_else(|| name.map(|it| Val::str(it, site)));
    let Some(var) = var else {
        return Ok(eval.unknown(site, "this call is not evaluated"));
    };
    let default = match name {
        Some(_) => args.get(1, "default"),
        None => args.named("default").or_else(|| args.at(1)),
    };
    let default = default.cloned();
    let result = value(eval, this, &var, Cast::None, default, false, site)?;
    eval.doubt();
    Ok(eval.unknown_of(&[&result], site, "this call is not evaluated"))
}

/// `get_value`
fn value(
    eval: &mut Eval<'_>,
    this: &Val,
    var: &Val,
    mut cast: Cast,
    mut default: Option<Val>,
    parses_default: bool,
    site: Site,
) -> Res {
    let mut var = var.clone();
    // References to other variables follow each other; a ring is an error in Python, too.
    for _ in 0..16 {
        let prefix = attribute(eval, this, "prefix").unwrap_or_else(|| Val::str("", site));
        let parts = [&prefix, &var];
        if let Some(unknown) = eval.unknown_among(&parts) {
            return Ok(unknown);
        }
        if parts.iter().any(|it| it.as_str().is_none()) {
            eval.doubt();
            return Ok(eval.unknown(site, "this call is not evaluated"));
        }
        let name = eval.concat(&parts, site);
        let Some(text) = name.as_str().cloned() else { return Ok(name) };
        let scheme = attribute(eval, this, "scheme");
        let info = match scheme.as_ref().map(|it| &it.kind) {
            Some(Kind::Dict(obj)) => eval.entry(*obj, &key(&text)),
            _ => None,
        };
        if let Some(info) = info {
            match eval.series_of_pair(&info) {
                Some((first, second)) => {
                    if matches!(cast, Cast::None) {
                        cast = cast_of_list(eval, &first);
                    }
                    default = default.or(Some(second));
                }
                None if matches!(cast, Cast::None) => cast = cast_of(&info),
                None => {}
            }
        }
        let found = read(eval, &text, site);
        let mut found = match found {
            Some(found) if may_be_absent(&found) || found.why().is_some() => {
                eval.doubt();
                let all: Vec<&Val> = [&found].into_iter().chain(&default).collect();
                return Ok(eval.unknown_of(&all, site, "not known"));
            }
            Some(found) => found,
            None => match &default {
                Some(default) => {
                    eval.note_default(&text, default, site);
                    default.clone()
                }
                None => {
                    let text = format!("Set the {text} environment variable");
                    // The name may be what another variable refers to.
                    let text = Val::str(text, site).from(&[&name]);
                    return Err(eval.error_of("ImproperlyConfigured", text));
                }
            },
        };
        if found.why().is_some() {
            eval.doubt();
            return Ok(found);
        }
        if let Some(text) = found.as_str()
            && text.starts_with('$')
        {
            let start = text.len() - text.trim_start_matches('$').len();
            var = found.piece(Span::new(start, text.len()), site);
            note_reference(eval, &name, &var, site);
            // What the reference gives is cast there, and here once more.
            let is_text = matches!(cast, Cast::None | Cast::Str)
                && default.as_ref().is_none_or(|it| it.as_str().is_some());
            if !is_text {
                eval.doubt();
                return Ok(eval.unknown(site, "a reference with a cast is not evaluated"));
            }
            continue;
        }
        let escapes = attribute(eval, this, "escape_proxy");
        if escapes.is_some_and(|it| eval.truth(&it) != Ok(false))
            && let Some(text) = found.as_str()
        {
            let plain = text.replace("\\$", "$");
            if plain != **text {
                found = Val::str(plain, site).from(&[&found]);
            }
        }
        if matches!(cast, Cast::None)
            && let Some(default) = &default
        {
            let is_smart = attribute(eval, this, "smart_cast");
            if is_smart.is_some_and(|it| eval.truth(&it) != Ok(false)) && !default.is_none() {
                cast = match &default.kind {
                    Kind::Str(_) => Cast::Str,
                    Kind::Bool(_) => Cast::Bool,
                    Kind::Int(_) => Cast::Int,
                    Kind::Float(_) => Cast::Float,
                    Kind::List(_) => Cast::List(None),
                    Kind::Tuple(_) => Cast::Tuple,
                    Kind::Dict(_) => Cast::Dict,
                    _ => Cast::Unknown(eval.unknown(site, "this default is not evaluated")),
                };
            }
        }
        let is_none = default.as_ref().is_some_and(Val::is_none);
        if is_none && found.as_str().is_some_and(|it| it.is_empty()) {
            found = Val::none(site);
        }
        let is_default = match &default {
            None => Some(false),
            Some(default) => eval.equal(&found, default, 0),
        };
        return match is_default {
            None => Ok(eval.unknown_of(&[&found], site, "not known")),
            Some(true) if !parses_default || found.is_none() => Ok(found),
            Some(_) => parse_value(eval, found, cast, site),
        };
    }
    eval.doubt();
    Ok(eval.unknown(site, "references that follow each other are not evaluated"))
}

/// Notes that a variable's value is taken for the name of another one.
fn note_reference(eval: &mut Eval<'_>, name: &Val, target: &Val, site: Site) {
    let (Some(name), Some(target)) = (name.as_str(), target.as_str()) else { return };
    let is_open = eval.map(eval.environ).is_some_and(|it| it.open.is_some());
    let variable = name.to_string();
    let is_set = is_open || eval.entry(eval.environ, &key(target)).is_some();
    if eval.entry(eval.environ, &key(name)).is_some() {
        eval.note(site, Deed::Reference { variable, is_set });
    }
}

/// A variable of the environment.
fn read(eval: &mut Eval<'_>, name: &str, site: Site) -> Option<Val> {
    let environ = eval.environ;
    let id = key(name);
    eval.read_environ(environ, &id, site);
    let map = eval.map(environ)?;
    match (map.get(&id), &map.open) {
        (Some(value), _) => Some(value.clone().read_at(site)),
        (None, Some(why)) => Some(Val::unknown(why)),
        (None, None) => None,
    }
}

fn parse_value(eval: &mut Eval<'_>, value: Val, cast: Cast, site: Site) -> Res {
    let Some(text) = value.as_str().cloned() else {
        eval.doubt();
        return match cast {
            Cast::None => Ok(value),
            _ => Ok(eval.unknown(site, "this cast is not evaluated")),
        };
    };
    match cast {
        Cast::None | Cast::Str => Ok(value),
        Cast::Unknown(why) => {
            eval.doubt();
            Ok(eval.unknown_of(&[&why, &value], site, "this cast is not evaluated"))
        }
        Cast::Int => builtins::to_int(eval, &value),
        Cast::Bool => {
            let is = match python::parse_int(&text) {
                Some(number) => number != python::Int::Small(0),
                None => matches!(
                    python::lower(&text).trim_matches(strings::is_space),
                    "true" | "on" | "ok" | "y" | "yes" | "1"
                ),
            };
            Ok(Val::bool(is, site).from(&[&value]))
        }
        Cast::Float => {
            if !text.is_ascii() {
                eval.doubt();
                return Ok(eval.unknown(site, "this number is not evaluated"));
            }
            let is_kept = |c: &char| c.is_ascii_digit() || matches!(c, ',' | '.' | '-');
            let plain: String = text.chars().filter(is_kept).collect();
            let parts: Vec<&str> = plain.split([',', '.']).collect();
            let plain = match parts.as_slice() {
                [one] => (*one).to_string(),
                [first @ .., last] => format!("{}.{last}", first.concat()),
                [] => String::new(),
            };
            let plain = Val::str(plain, site).from(&[&value]);
            builtins::to_float(eval, &plain)
        }
        Cast::List(None) => {
            let pieces = pieces(&value, site);
            Ok(eval.new_list(pieces, site))
        }
        Cast::List(Some(cast)) => {
            let mut out = Vec::new();
            for piece in pieces(&value, site) {
                let list = alloc::vec![piece];
                let args = Args { list, named: Vec::new(), site, unknown: None };
                out.push(eval.call(&cast, args, site)?);
            }
            Ok(eval.new_list(out, site))
        }
        Cast::Tuple | Cast::Dict => {
            eval.doubt();
            Ok(eval.unknown_of(&[&value], site, "this cast is not evaluated"))
        }
        Cast::Call(cast) => {
            let list = alloc::vec![value];
            let args = Args { list, named: Vec::new(), site, unknown: None };
            eval.call(&cast, args, site)
        }
    }
}

/// `[x for x in value.split(',') if x]`
fn pieces(value: &Val, site: Site) -> Vec<Val> {
    let text = value.as_str().cloned().unwrap_or_else(|| Rc::from(""));
    let mut at = 0;
    let mut out = Vec::new();
    for piece in text.split(',') {
        if !piece.is_empty() {
            out.push(value.piece(Span::new(at, at + piece.len()), site));
        }
        at += piece.len() + 1;
    }
    out
}

fn db(eval: &mut Eval<'_>, this: &Val, args: &Args) -> Res {
    let site = args.site;
    let mut bound = bind(eval, "Env.db_url", &["var", "default", "engine"], 0, args, 1)?;
    let var = bound.take("var").unwrap_or_else(|| Val::str("DATABASE_URL", site));
    let default = bound.take("default");
    let engine = bound.take("engine");
    let url = value(eval, this, &var, Cast::None, default, false, site)?;
    url_config(eval, &url, engine, site)
}

/// Django's backend of a scheme.
fn scheme_engine(version: Version, scheme: &str) -> Option<&'static str> {
    let is_there = match scheme {
        "cockroachdb" => version >= Version(0, 12, 0),
        _ if scheme.starts_with("prometheus_") => version >= Version(0, 13, 0),
        _ => true,
    };
    if !is_there {
        return None;
    }
    Some(match scheme {
        "postgres" | "postgresql" | "psql" | "pgsql" => "django.db.backends.postgresql",
        "postgis" => "django.contrib.gis.db.backends.postgis",
        "prometheus_postgresql" => "django_prometheus.db.backends.postgresql",
        "prometheus_postgis" => "django_prometheus.db.backends.postgis",
        "cockroachdb" => "django_cockroachdb",
        "mysql" | "mysql2" => "django.db.backends.mysql",
        "mysql-connector" => "mysql.connector.django",
        "mysqlgis" => "django.contrib.gis.db.backends.mysql",
        "prometheus_mysql" => "django_prometheus.db.backends.mysql",
        "mssql" if version < Version(0, 11, 0) => "sql_server.pyodbc",
        "mssql" => "mssql",
        "oracle" => "django.db.backends.oracle",
        "pyodbc" => "sql_server.pyodbc",
        "redshift" => "django_redshift_backend",
        "spatialite" => "django.contrib.gis.db.backends.spatialite",
        "prometheus_spatialite" => "django_prometheus.db.backends.spatialite",
        "sqlite" => "django.db.backends.sqlite3",
        "prometheus_sqlite" => "django_prometheus.db.backends.sqlite3",
        "ldap" => "ldapdb.backends.ldap",
        _ => return None,
    })
}

fn text(value: &Val) -> &str {
    value.as_str().map_or("", |it| it)
}

/// `urlparse(quote(url, safe=':/?&=@'))`
fn split_quoted(eval: &mut Eval<'_>, url: &Val, site: Site) -> Result<urllib::Url, Raise> {
    let quoted = python::quote_but(text(url), b"_.-~:/?&=@");
    let quoted = match quoted == text(url) {
        true => url.clone(),
        false => Val::str(quoted, site).from(&[url]),
    };
    urllib::split(eval, &quoted, site)
}

/// `urlunparse(url)` of one that has no path.
fn unparsed(eval: &mut Eval<'_>, url: &urllib::Url, site: Site) -> Val {
    let lit = |text: &'static str| Val::str(text, site);
    let (colon, slashes, mark, hash) = (lit(":"), lit("//"), lit("?"), lit("#"));
    let mut parts: Vec<&Val> = Vec::new();
    let scheme = url.scheme();
    // `uses_netloc` of urllib.parse, to which dj-database-url may have added.
    let has_slashes = !text(&url.netloc).is_empty();
    if !scheme.is_empty() {
        parts.extend([&url.scheme, &colon]);
    }
    if has_slashes {
        parts.extend([&slashes, &url.netloc]);
    }
    if !text(&url.query).is_empty() {
        parts.extend([&mark, &url.query]);
    }
    if !text(&url.fragment).is_empty() {
        parts.extend([&hash, &url.fragment]);
    }
    eval.concat(&parts, site)
}

fn url_config(eval: &mut Eval<'_>, url: &Val, engine: Option<Val>, site: Site) -> Res {
    let version = eval.question.stack.django_environ;
    let given: Vec<&Val> = [url].into_iter().chain(&engine).collect();
    if let Some(unknown) = eval.unknown_among(&given) {
        return Ok(unknown);
    }
    let mut parts = match (&url.kind, urllib::url_of(eval, url)) {
        (_, Some(parts)) => parts,
        (Kind::Str(it), None) if &**it == "sqlite://:memory:" => {
            let pairs = [("ENGINE", "django.db.backends.sqlite3"), ("NAME", ":memory:")];
            let pairs = pairs
                .map(|(name, value)| (Val::str(name, site), Val::str(value, site).from(&[url])));
            return Ok(eval.new_dict(pairs.to_vec(), site));
        }
        (Kind::Str(_), None) => match urllib::split(eval, url, site) {
            Ok(parts) => parts,
            Err(_) if version >= Version(0, 11, 0) => split_quoted(eval, url, site)?,
            Err(exception) => return Err(exception),
        },
        _ => {
            eval.doubt();
            return Ok(
                eval.unknown(site, format!("a URL of type {} is not evaluated", type_name(url)))
            );
        }
    };
    if text(&parts.path).is_empty() && version >= Version(0, 11, 0) {
        eval.note_percent(url, site);
        let whole = unparsed(eval, &parts, site);
        parts = split_quoted(eval, &whole, site)?;
    }
    let scheme = parts.scheme().to_string();
    let cut = cut_params(&parts, site);
    let mut name = urllib::unquote_plus(eval, &cut, site);
    if scheme == "sqlite" && text(&name).is_empty() {
        name = Val::str(":memory:", site);
    }
    if scheme == "ldap" {
        let host = parts.hostname(site).unwrap_or_else(|| Val::str("None", site));
        let prefix = Val::str("ldap://", site);
        let colon = Val::str(":", site);
        name = eval.concat(&[&prefix, &host], site);
        if let Some(port) = parts.port(eval, site)?
            && eval.truth(&port) == Ok(true)
        {
            let port = eval.str_of(&port, site);
            name = eval.concat(&[&name, &colon, &port], site);
        }
    }
    let (host, port) = hosts(eval, &parts, &scheme, version, site)?;
    let decoded = |eval: &mut Eval<'_>, value: Option<Val>| {
        let value = value.unwrap_or_else(|| Val::str("", site));
        urllib::unquote(eval, &value, site)
    };
    let user = decoded(eval, parts.username(site));
    let password = decoded(eval, parts.password(site));
    let mut pairs: Vec<(&str, Val)> = alloc::vec![
        ("NAME", name.clone()),
        ("USER", user),
        ("PASSWORD", password),
        ("HOST", host),
        ("PORT", port),
    ];
    let is_family = is_postgres(&scheme, version);
    let is_socket = text(&name).starts_with('/') && (is_family || text(&name).contains("cloudsql"));
    if is_socket && let Some(at) = text(&name).rfind('/') {
        let end = text(&name).len();
        set(&mut pairs, "HOST", name.piece(Span::new(0, at), site));
        set(&mut pairs, "NAME", name.piece(Span::new(at + 1, end), site));
    }
    if scheme == "oracle" {
        if text(&name).is_empty()
            && let Some(host) = pairs.iter().find(|it| it.0 == "HOST").map(|it| it.1.clone())
        {
            set(&mut pairs, "NAME", host);
            set(&mut pairs, "HOST", Val::str("", site));
        }
        match pairs.iter().find(|it| it.0 == "PORT").map(|it| it.1.clone()) {
            Some(port) if eval.truth(&port) == Ok(true) => {
                let port = eval.str_of(&port, site);
                set(&mut pairs, "PORT", port);
            }
            _ => pairs.retain(|it| it.0 != "PORT"),
        }
    }
    let mut all: Vec<(Val, Val)> =
        pairs.into_iter().map(|(name, value)| (Val::str(name, site), value)).collect();
    if !text(&parts.query).is_empty() {
        let mut options = Vec::new();
        for (name, values) in urllib::grouped(eval, &parts.query, site) {
            let Some(first) = values.first() else { continue };
            let upper = text(&name).to_ascii_uppercase();
            let is_base = matches!(
                upper.as_str(),
                "CONN_MAX_AGE" | "ATOMIC_REQUESTS" | "AUTOCOMMIT" | "DISABLE_SERVER_SIDE_CURSORS"
            ) || (upper == "CONN_HEALTH_CHECKS" && version >= Version(0, 11, 0));
            if is_base {
                let value = literal(eval, first, site);
                all.retain(|it| text(&it.0) != upper);
                all.push((Val::str(upper, site), value));
            } else {
                let value = match python::isdigit(text(first)) {
                    true => builtins::to_int(eval, first)?,
                    false => first.clone(),
                };
                options.push((name, value));
            }
        }
        let options = eval.new_dict(options, site);
        all.push((Val::str("OPTIONS", site), options));
    }
    let engine = match engine {
        Some(engine) if eval.truth(&engine) == Ok(true) => engine,
        _ => parts.scheme.clone(),
    };
    let engine = match engine.as_str().and_then(|it| scheme_engine(version, it)) {
        Some(known) => Val::str(known, site).from(&[&engine]),
        None => engine,
    };
    if eval.truth(&engine) != Ok(true) {
        return Ok(eval.new_dict(Vec::new(), site));
    }
    all.push((Val::str("ENGINE", site), engine));
    Ok(eval.new_dict(all, site))
}

fn is_postgres(scheme: &str, version: Version) -> bool {
    matches!(scheme, "postgres" | "postgresql" | "psql" | "pgsql" | "postgis")
        || (scheme.starts_with("prometheus_postg") && version >= Version(0, 13, 0))
}

fn set(pairs: &mut [(&str, Val)], name: &str, value: Val) {
    if let Some(pair) = pairs.iter_mut().find(|it| it.0 == name) {
        pair.1 = value;
    }
}

/// `path[1:].split('?', 2)[0]`, without the parameters that `urlparse` takes.
fn cut_params(url: &urllib::Url, site: Site) -> Val {
    let path = match url.scheme() {
        "" | "http" | "https" | "ftp" | "rtsp" | "sip" | "sips" | "sftp" => {
            urllib::split_params(&url.path, site).0
        }
        _ => url.path.clone(),
    };
    let whole = text(&path);
    let first = whole.chars().next().map_or(0, char::len_utf8);
    let end = whole.get(first..).and_then(|it| it.find('?')).map_or(whole.len(), |it| first + it);
    path.piece(Span::new(first, end), site)
}

fn hosts(
    eval: &mut Eval<'_>,
    parts: &urllib::Url,
    scheme: &str,
    version: Version,
    site: Site,
) -> Result<(Val, Val), Raise> {
    let info = parts.hostinfo(site);
    let is_new = version >= Version(0, 12, 1);
    let netloc = match is_new {
        true => urllib::unquote(eval, &info, site),
        false => info,
    };
    // Before, the user is looked at as well.
    let looked_at = if is_new { text(&netloc) } else { text(&parts.netloc) };
    if !is_postgres(scheme, version) || !looked_at.contains(',') {
        let host = parts.hostname(site).unwrap_or_else(|| Val::str("", site));
        let port = match parts.port(eval, site)? {
            Some(port) if eval.truth(&port) == Ok(true) => port,
            _ => Val::str("", site),
        };
        return Ok((host, port));
    }
    let whole = text(&netloc).to_string();
    let (mut hosts, mut ports) = (Vec::new(), Vec::new());
    let mut at = 0;
    for part in whole.split(',') {
        let span = Span::new(at, at + part.len());
        at = span.end + 1;
        let split = match part.strip_prefix('[').filter(|_| is_new) {
            Some(_) => part
                .find(']')
                .filter(|end| part.get(end + 1..=end + 1) == Some(":"))
                .map(|it| it + 1),
            None => part
                .rfind(':')
                .filter(|at| !is_new || python::isdigit(part.get(at + 1..).unwrap_or(""))),
        };
        match split {
            Some(colon) => {
                hosts.push(netloc.piece(Span::new(span.start, span.start + colon), site));
                ports.push(netloc.piece(Span::new(span.start + colon + 1, span.end), site));
            }
            None => hosts.push(netloc.piece(span, site)),
        }
    }
    let ports: Vec<Val> = ports.into_iter().filter(|it| !text(it).is_empty()).collect();
    let joined = |eval: &mut Eval<'_>, items: &[Val]| {
        let comma = Val::str(",", site);
        let mut parts: Vec<&Val> = Vec::new();
        for (place, item) in items.iter().enumerate() {
            if place > 0 {
                parts.push(&comma);
            }
            parts.push(item);
        }
        eval.concat(&parts, site)
    };
    let host = joined(eval, &hosts);
    let port = joined(eval, &ports);
    let port = match python::isdigit(text(&port)) {
        true => {
            let port = builtins::to_int(eval, &port)?;
            match eval.truth(&port) {
                Ok(false) => Val::str("", site),
                _ => port,
            }
        }
        false => port,
    };
    Ok((host, port))
}

/// `ast.literal_eval(value)`, or the text where that fails.
fn literal(eval: &mut Eval<'_>, value: &Val, site: Site) -> Val {
    let written = text(value);
    let trimmed = written.trim_start_matches([' ', '\t']);
    let is_word = |c: char| c.is_ascii_alphanumeric() || c == '_';
    let known = match trimmed.trim_end_matches([' ', '\t']) {
        "None" => Some(Kind::None),
        "True" => Some(Kind::Bool(true)),
        "False" => Some(Kind::Bool(false)),
        it => {
            let (sign, digits) = match it.strip_prefix('-') {
                Some(digits) => ("-", digits),
                None => ("", it.strip_prefix('+').unwrap_or(it)),
            };
            let is_decimal = digits.bytes().all(|it| it.is_ascii_digit() || it == b'_')
                && (!digits.starts_with('0') || digits.bytes().all(|it| matches!(it, b'0' | b'_')));
            match python::parse_int(digits) {
                Some(_) if is_decimal => {
                    python::parse_int(&format!("{sign}{digits}")).map(Kind::Int)
                }
                _ => None,
            }
        }
    };
    if let Some(kind) = known {
        return Val::new(kind, site).from(&[value]);
    }
    // A name, a number with something behind it, an octal one: no literal.
    let is_text = written.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
        && written.chars().all(is_word);
    let is_unit = {
        let digits = written.trim_start_matches(|c: char| c.is_ascii_digit());
        digits.len() < written.len()
            && !digits.is_empty()
            && digits.chars().all(|c| c.is_ascii_alphabetic())
            && !digits.starts_with(['e', 'E', 'j', 'J', 'x', 'X', 'o', 'O', 'b', 'B'])
    };
    let is_octal = written.len() > 1
        && written.starts_with('0')
        && written.bytes().all(|it| it.is_ascii_digit());
    if is_text || is_unit || is_octal || written.is_empty() {
        return value.clone();
    }
    if let Some(digits) = written.strip_prefix("0x")
        && let Ok(number) = i64::from_str_radix(digits, 16)
    {
        return Val::int(number, site).from(&[value]);
    }
    eval.doubt();
    eval.unknown_of(&[value], site, "this literal is not evaluated")
}

fn read_env(eval: &mut Eval<'_>, _: &Val, args: &Args) -> Res {
    let site = args.site;
    let truth = |eval: &mut Eval<'_>, value: Option<&Val>| match value {
        None => Ok(false),
        Some(value) => eval.truth(value),
    };
    let is_override = truth(eval, args.get(1, "overwrite"));
    let has_comments = truth(eval, args.get(2, "parse_comments"));
    let known = ["env_file", "overwrite", "parse_comments", "encoding"];
    let has_own = args.named.iter().any(|it| !known.contains(&&*it.0));
    let version = eval.question.stack.django_environ;
    let found = match (&is_override, &has_comments, has_own) {
        (Ok(_), Ok(_), false) => dotenv::file(eval, args.get(0, "env_file"), site),
        _ => dotenv::Found::Unknown(eval.unknown(site, "this call is not evaluated")),
    };
    let is_override = is_override.unwrap_or(true);
    let has_comments = has_comments.unwrap_or(false) || dotenv::has_comments(version);
    match found {
        dotenv::Found::Text(text) => {
            let text = text.to_string();
            let found = dotenv::django_environ(eval, &text, has_comments);
            dotenv::set_all(eval, found, is_override);
        }
        dotenv::Found::Unknown(value) => dotenv::open(eval, &value, is_override),
    }
    Ok(Val::none(site))
}
