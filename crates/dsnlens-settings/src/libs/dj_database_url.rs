//! dj-database-url, 0.5.0 to 3.1.2: `config()` and `parse()` (`dj_database_url/__init__.py`), each
//! release as itself.

use alloc::format;
use alloc::rc::Rc;
use alloc::string::{String, ToString};
use alloc::vec::Vec;

use dsnlens_core::DjDatabaseUrl;
use dsnlens_core::clients::dj_database_url::SCHEMES;
use dsnlens_core::module::Deed;
use dsnlens_core::syntax::python;

use super::{Bound, bind, builtins, os, urllib};
use crate::calls::Given;
use crate::eval::Eval;
use crate::value::{Args, Item, Kind, Library, Native, Raise, Res, Site, Val, Why};

pub(crate) static DJ_DATABASE_URL: Library = Library {
    name: "dj_database_url",
    items: &[
        ("config", Item::Function(&CONFIG)),
        ("parse", Item::Function(&PARSE)),
        ("DEFAULT_ENV", Item::Made(|_, site| Val::str("DATABASE_URL", site))),
        ("ParseError", Item::Exception("ParseError")),
        ("UnknownSchemeError", Item::Exception("UnknownSchemeError")),
    ],
    is_standard: false,
};

pub(super) static CONFIG: Native = Native { name: "config", call: config };
pub(super) static PARSE: Native = Native { name: "parse", call: parse };

const V1_0: DjDatabaseUrl = DjDatabaseUrl::V1_0_0;
const V1_1: DjDatabaseUrl = DjDatabaseUrl::V1_1_0;
const V1_2: DjDatabaseUrl = DjDatabaseUrl::V1_2_0;
const V1_3: DjDatabaseUrl = DjDatabaseUrl::V1_3_0;
const V2_1: DjDatabaseUrl = DjDatabaseUrl::V2_1_0;
const V2_2: DjDatabaseUrl = DjDatabaseUrl::V2_2_0;
const V3_0: DjDatabaseUrl = DjDatabaseUrl::V3_0_0;

/// The parameters of `parse` behind the URL, which are those of `config` behind `default`.
fn parameters(version: DjDatabaseUrl) -> &'static [&'static str] {
    match version {
        it if it < V1_1 => &["engine", "conn_max_age", "ssl_require"],
        it if it < V1_2 => &["engine", "conn_max_age", "conn_health_checks", "ssl_require"],
        it if it < V2_2 => {
            &["engine", "conn_max_age", "conn_health_checks", "ssl_require", "test_options"]
        }
        _ => &[
            "engine",
            "conn_max_age",
            "conn_health_checks",
            "disable_server_side_cursors",
            "ssl_require",
            "test_options",
        ],
    }
}

fn config(eval: &mut Eval<'_>, args: &Args) -> Res {
    let version = eval.question.stack.dj_database_url;
    // 1.1.0's `config()` has not got the parameter that its `parse()` has.
    let own = if version < V1_2 { parameters(DjDatabaseUrl::V0_5_0) } else { parameters(version) };
    let names: Vec<&'static str> =
        ["env", "default"].into_iter().chain(own.iter().copied()).collect();
    let mut bound = bind(eval, "config", &names, 0, args, 0)?;
    eval.note_places("config", &names, args);
    let site = args.site;
    let name = bound.take("env").unwrap_or_else(|| Val::str("DATABASE_URL", site));
    let default = bound.take("default").unwrap_or_else(|| Val::none(site));
    let url = os::variable(eval, &name, default, site)?;
    match eval.truth(&url) {
        Ok(true) => {}
        Ok(false) => return Ok(eval.new_dict(Vec::new(), site)),
        Err(_) => {
            eval.doubt();
            return Ok(eval.unknown_of(&[&url], site, "the URL is not known"));
        }
    }
    let mut call = Call::of(&mut bound, site);
    if version >= V1_1 && version < V1_2 {
        // It hands `ssl_require` on as `conn_health_checks`.
        if eval.truth(&call.ssl_require) == Ok(true) {
            eval.note(site, Deed::SslRequireLost);
        }
        call.health = core::mem::replace(&mut call.ssl_require, Val::bool(false, site));
    }
    build(eval, &url, call, site)
}

fn parse(eval: &mut Eval<'_>, args: &Args) -> Res {
    let own = parameters(eval.question.stack.dj_database_url);
    let names: Vec<&'static str> = ["url"].into_iter().chain(own.iter().copied()).collect();
    let mut bound = bind(eval, "parse", &names, 1, args, 0)?;
    eval.note_places("parse", &names, args);
    let url = bound.take("url").unwrap_or_else(|| Val::none(args.site));
    let call = Call::of(&mut bound, args.site);
    build(eval, &url, call, args.site)
}

/// `parse(url, **keywords)` for libraries that call it.
pub(crate) fn parse_with(eval: &mut Eval<'_>, url: &Val, args: &Args) -> Res {
    let named = args.named.iter().map(|it| (Rc::clone(&it.0), it.1.clone())).collect();
    let args = Args { list: alloc::vec![url.clone()], named, site: args.site, unknown: None };
    parse(eval, &args)
}

struct Call {
    engine: Val,
    conn_max_age: Val,
    health: Val,
    cursors: Val,
    ssl_require: Val,
    test_options: Val,
}

impl Call {
    fn of(bound: &mut Bound, site: Site) -> Call {
        let mut take = |name: &str, default: Val| bound.take(name).unwrap_or(default);
        let off = || Val::bool(false, site);
        Call {
            engine: take("engine", Val::none(site)),
            conn_max_age: take("conn_max_age", Val::int(0, site)),
            health: take("conn_health_checks", off()),
            cursors: take("disable_server_side_cursors", off()),
            ssl_require: take("ssl_require", off()),
            test_options: take("test_options", Val::none(site)),
        }
    }
}

const PARSE_ERROR: &str = "This string is not a valid url, possibly because some of its parts is \
                           not properly urllib.parse.quote()'ed.";

/// The engine of a scheme in a release.
fn engine_of(version: DjDatabaseUrl, scheme: &str) -> Option<&'static str> {
    let is_there = match scheme {
        "mssqlms" | "cockroach" => version >= V1_0,
        "timescale" | "timescalegis" => version >= V1_1,
        _ => true,
    };
    let engine = SCHEMES.iter().find(|it| it.name == scheme && is_there)?.engine;
    Some(match engine {
        "django.db.backends.postgresql" if version < V1_0 => {
            "django.db.backends.postgresql_psycopg2"
        }
        engine => engine,
    })
}

fn names(version: DjDatabaseUrl) -> String {
    let names = SCHEMES.iter().map(|it| it.name).filter(|it| engine_of(version, it).is_some());
    names.collect::<Vec<_>>().join(", ")
}

fn unknown_scheme(eval: &mut Eval<'_>, scheme: &str, url: &Val, site: Site) -> Raise {
    let version = eval.question.stack.dj_database_url;
    let (class, text) = match version {
        it if it < V1_3 => ("KeyError", python::repr(scheme)),
        it if it < V3_0 => {
            let all = names(version);
            ("ValueError", format!("No support for '{scheme}'. We support: {all}"))
        }
        _ => {
            let text = format!(
                "Scheme '{scheme}://' is unknown. Did you forget to register custom backend? \
                 Following schemes have registered backends: {}.",
                names(version)
            );
            ("UnknownSchemeError", text)
        }
    };
    let text = Val::str(text, site).from(&[url]);
    eval.error_of(class, text)
}

fn build(eval: &mut Eval<'_>, url: &Val, call: Call, site: Site) -> Res {
    let is_plain = call.engine.is_none()
        && call.test_options.is_none()
        && matches!(call.cursors.kind, Kind::Bool(false));
    let (ssl_require, conn_max_age, conn_health_checks) =
        (call.ssl_require.clone(), call.conn_max_age.clone(), call.health.clone());
    let result = build_any(eval, url, call, site);
    if is_plain {
        let given = Given {
            url,
            ssl_require: &ssl_require,
            conn_max_age: &conn_max_age,
            conn_health_checks: &conn_health_checks,
        };
        eval.note_call(&given, &result, site);
    }
    result
}

fn build_any(eval: &mut Eval<'_>, url: &Val, call: Call, site: Site) -> Res {
    let version = eval.question.stack.dj_database_url;
    let all = [url, &call.engine];
    if let Some(unknown) = eval.unknown_among(&all) {
        // Whatever is in it, it is a dictionary, to which more may be added.
        let made = eval.new_dict(Vec::new(), site);
        if let Kind::Dict(obj) = made.kind {
            eval.set_open(obj, unknown.why().cloned());
        }
        return Ok(made);
    }
    match &url.kind {
        Kind::Str(_) => {}
        Kind::None if version < V1_3 && call.engine.is_none() => {
            return Err(eval.error("TypeError", "a bytes-like object is required, not 'str'"));
        }
        Kind::None if call.engine.is_none() || version >= V3_0 => {
            return Err(unknown_scheme(eval, "b''", url, site));
        }
        _ => {
            eval.doubt();
            return Ok(eval.unknown(site, "a URL that is not a text is not evaluated"));
        }
    }
    if url.as_str().is_some_and(|it| &**it == "sqlite://:memory:") {
        let pairs = [("ENGINE", "django.db.backends.sqlite3"), ("NAME", ":memory:")];
        let pairs =
            pairs.map(|(name, value)| (Val::str(name, site), Val::str(value, site).from(&[url])));
        return Ok(eval.new_dict(pairs.to_vec(), site));
    }
    match version < V3_0 {
        true => build_2(eval, url, call, site),
        false => match build_3(eval, url, call, site) {
            // It hides the reason.
            Err(exception)
                if exception.class.line.first().is_some_and(|it| &**it == "ValueError") =>
            {
                Err(eval.error("ParseError", PARSE_ERROR))
            }
            other => other,
        },
    }
}

/// An entry of the dictionary.
fn entry(name: &str, value: Val, site: Site) -> (Val, Val) {
    (Val::str(name, site), value)
}

fn or_empty(value: Option<Val>, site: Site) -> Val {
    value.unwrap_or_else(|| Val::str("", site))
}

/// Behind the first character.
fn tail(value: &Val, site: Site) -> Val {
    let text = value.as_str().cloned().unwrap_or_else(|| Rc::from(""));
    let first = text.chars().next().map_or(0, char::len_utf8);
    value.piece(dsnlens_core::Span::new(first, text.len()), site)
}

fn text(value: &Val) -> &str {
    value.as_str().map_or("", |it| it)
}

fn build_2(eval: &mut Eval<'_>, url: &Val, call: Call, site: Site) -> Res {
    let version = eval.question.stack.dj_database_url;
    let parts = urllib::split(eval, url, site)?;
    let scheme = parts.scheme().to_string();
    let mut path = tail(&parts.path, site);
    if version < V1_1 && matches!(scheme.as_str(), "http" | "https" | "ftp" | "rtsp" | "") {
        // `urlparse` cuts parameters, which only these schemes have.
        path = urllib::split_params(&path, site).0;
    }
    let groups = urllib::grouped(eval, &parts.query, site);
    if scheme == "sqlite" && text(&path).is_empty() {
        path = Val::str(":memory:", site);
    }
    let mut host = or_empty(parts.hostname(site), site);
    let is_encoded = match version < V1_2 {
        true => text(&host).to_ascii_lowercase().contains("%2f"),
        false => text(&host).contains('%'),
    };
    if is_encoded {
        host = parts.hostinfo(site);
        if version < V1_3 {
            let end = text(&host).find(':').unwrap_or(text(&host).len());
            host = host.piece(dsnlens_core::Span::new(0, end), site);
        }
        host = match version < V1_2 {
            true => {
                let plain = text(&host).replace("%2f", "/").replace("%2F", "/");
                Val::str(plain, site).from(&[&host])
            }
            false => urllib::unquote(eval, &host, site),
        };
    }
    let engine = match call.engine.is_none() {
        false => call.engine.clone(),
        true => match engine_of(version, &scheme) {
            Some(engine) => Val::str(engine, site).from(&[&parts.scheme]),
            None => return Err(unknown_scheme(eval, &scheme, url, site)),
        },
    };
    let has_text_port = match text(&engine) {
        "django.db.backends.oracle" => true,
        "sql_server.pyodbc" | "mssql" => version >= V1_0,
        _ => false,
    };
    let port = port(eval, &parts, has_text_port, site)?;
    let mut result = alloc::vec![
        entry("NAME", urllib::unquote(eval, &path, site), site),
        entry("USER", unquoted(eval, parts.username(site), site), site),
        entry("PASSWORD", unquoted(eval, parts.password(site), site), site),
        entry("HOST", host, site),
        entry("PORT", port, site),
        entry("CONN_MAX_AGE", call.conn_max_age, site),
    ];
    if version >= V1_1 {
        result.push(entry("CONN_HEALTH_CHECKS", call.health, site));
    }
    if version >= V2_2 {
        result.push(entry("DISABLE_SERVER_SIDE_CURSORS", call.cursors, site));
    }
    if version >= V1_3 {
        result.push(entry("ENGINE", engine.clone(), site));
    }
    if version >= V1_2 {
        push_test(eval, &call.test_options, &mut result, site);
    }
    let mut options: Vec<(Val, Val)> = Vec::new();
    for (name, values) in groups {
        let Some(last) = values.last() else { continue };
        if scheme == "mysql" && text(&name) == "ssl-ca" {
            let ca = eval.new_dict(alloc::vec![entry("ca", last.clone(), site)], site);
            put(&mut options, entry("ssl", ca, site));
            continue;
        }
        let value = match version {
            it if it < V2_1 => last.clone(),
            it if it < V2_2 => match python::parse_int(text(last)) {
                Some(number) => Val::new(Kind::Int(number), site).from(&[last]),
                None => last.clone(),
            },
            _ => typed(eval, last, site)?,
        };
        put(&mut options, (name, value));
    }
    let is_unsure = ssl_require(eval, &call.ssl_require, &mut options, site);
    let has_schemas = match version < V2_2 {
        true => match text(&engine) {
            "django.contrib.gis.db.backends.postgis"
            | "django.db.backends.postgresql_psycopg2"
            | "django_redshift_backend" => true,
            "django.db.backends.postgresql" => version >= V1_0,
            "timescale.db.backends.postgresql" | "timescale.db.backends.postgis" => version >= V1_1,
            _ => false,
        },
        false => has_search_path(&scheme),
    };
    if has_schemas && let Some(schema) = take(&mut options, "currentSchema") {
        current_schema(eval, &schema, &mut options, site);
    }
    push_options(eval, options, is_unsure, &mut result, site);
    if version < V1_3 && eval.truth(&engine) == Ok(true) {
        result.push(entry("ENGINE", engine, site));
    }
    Ok(eval.new_dict(result, site))
}

fn has_search_path(scheme: &str) -> bool {
    matches!(
        scheme,
        "postgres" | "postgresql" | "pgsql" | "postgis" | "redshift" | "timescale" | "timescalegis"
    )
}

fn build_3(eval: &mut Eval<'_>, url: &Val, call: Call, site: Site) -> Res {
    let version = eval.question.stack.dj_database_url;
    let parts = urllib::split(eval, url, site)?;
    let scheme = parts.scheme().to_string();
    let Some(engine) = engine_of(version, &scheme) else {
        return Err(unknown_scheme(eval, &scheme, url, site));
    };
    let path = tail(&parts.path, site);
    let mut options: Vec<(Val, Val)> = Vec::new();
    for (name, values) in urllib::grouped(eval, &parts.query, site) {
        let mut all = Vec::new();
        for value in &values {
            all.push(typed(eval, value, site)?);
        }
        let value = match all.as_slice() {
            [one] => one.clone(),
            _ => eval.new_list(all, site),
        };
        put(&mut options, (name, value));
    }
    let has_text_port = matches!(scheme.as_str(), "oracle" | "mssql" | "mssqlms");
    let host = or_empty(parts.hostname(site), site);
    let user = unquoted(eval, parts.username(site), site);
    let password = unquoted(eval, parts.password(site), site);
    let host = urllib::unquote(eval, &host, site);
    let port = port(eval, &parts, has_text_port, site)?;
    let mut name = urllib::unquote(eval, &path, site);
    if scheme == "sqlite" && text(&name).is_empty() {
        name = Val::str(":memory:", site);
    }
    match scheme.as_str() {
        "mysql" | "mysql2" => {
            if let Some(ca) = take(&mut options, "ssl-ca")
                && eval.truth(&ca) == Ok(true)
            {
                let ca = eval.new_dict(alloc::vec![entry("ca", ca, site)], site);
                put(&mut options, entry("ssl", ca, site));
            }
        }
        it if has_search_path(it) => {
            if let Some(schema) = take(&mut options, "currentSchema")
                && eval.truth(&schema) == Ok(true)
            {
                current_schema(eval, &schema, &mut options, site);
            }
        }
        _ => {}
    }
    let is_unsure = ssl_require(eval, &call.ssl_require, &mut options, site);
    let own_engine = match eval.truth(&call.engine) {
        Ok(true) => call.engine.clone(),
        _ => Val::str(engine, site).from(&[&parts.scheme]),
    };
    let mut result = alloc::vec![
        entry("ENGINE", own_engine, site),
        entry("USER", user, site),
        entry("PASSWORD", password, site),
        entry("HOST", host, site),
        entry("PORT", port, site),
        entry("NAME", name, site),
    ];
    push_options(eval, options, is_unsure, &mut result, site);
    result.push(entry("CONN_MAX_AGE", call.conn_max_age, site));
    result.push(entry("CONN_HEALTH_CHECKS", call.health, site));
    result.push(entry("DISABLE_SERVER_SIDE_CURSORS", call.cursors, site));
    push_test(eval, &call.test_options, &mut result, site);
    Ok(eval.new_dict(result, site))
}

fn unquoted(eval: &mut Eval<'_>, value: Option<Val>, site: Site) -> Val {
    let value = or_empty(value, site);
    urllib::unquote(eval, &value, site)
}

fn port(eval: &mut Eval<'_>, parts: &urllib::Url, is_text: bool, site: Site) -> Res {
    Ok(match parts.port(eval, site)? {
        Some(port) if eval.truth(&port) == Ok(true) => match is_text {
            true => eval.str_of(&port, site),
            false => port,
        },
        _ => Val::str("", site),
    })
}

/// `isdigit()` makes a number, `true` and `false` a bool.
fn typed(eval: &mut Eval<'_>, value: &Val, site: Site) -> Res {
    let written = text(value);
    if python::isdigit(written) {
        return builtins::to_int(eval, value);
    }
    let is = match () {
        () if written.eq_ignore_ascii_case("true") => true,
        () if written.eq_ignore_ascii_case("false") => false,
        () => return Ok(value.clone()),
    };
    Ok(Val::bool(is, site).from(&[value]))
}

fn put(options: &mut Vec<(Val, Val)>, entry: (Val, Val)) {
    match options.iter_mut().find(|it| text(&it.0) == text(&entry.0)) {
        Some(slot) => slot.1 = entry.1,
        None => options.push(entry),
    }
}

fn take(options: &mut Vec<(Val, Val)>, name: &str) -> Option<Val> {
    let place = options.iter().position(|it| text(&it.0) == name)?;
    Some(options.remove(place).1)
}

/// Why `sslmode` is not known, if it is not.
fn ssl_require(
    eval: &mut Eval<'_>,
    ssl_require: &Val,
    options: &mut Vec<(Val, Val)>,
    site: Site,
) -> Option<Rc<Why>> {
    eval.note_truth(ssl_require, None, true);
    match eval.truth(ssl_require) {
        Ok(false) => None,
        Ok(true) => {
            // The old one comes first, so that it is known what took its place.
            let mode = Val::str("require", ssl_require.site);
            options.push(entry("sslmode", mode, site));
            None
        }
        Err(why) => {
            let is_there = options.iter().any(|it| text(&it.0) == "sslmode");
            let unknown = Why { may_be_absent: !is_there, ..(*why).clone() };
            put(options, entry("sslmode", Val::unknown(&Rc::new(unknown)), site));
            Some(why)
        }
    }
}

fn current_schema(eval: &mut Eval<'_>, schema: &Val, options: &mut Vec<(Val, Val)>, site: Site) {
    let schema = eval.str_of(schema, site);
    let prefix = Val::str("-c search_path=", site);
    let whole = eval.concat(&[&prefix, &schema], site);
    put(options, entry("options", whole, site));
}

fn push_options(
    eval: &mut Eval<'_>,
    options: Vec<(Val, Val)>,
    is_unsure: Option<Rc<Why>>,
    result: &mut Vec<(Val, Val)>,
    site: Site,
) {
    match (options.len(), is_unsure) {
        (0, _) => {}
        // Nothing but what may not be there.
        (1, Some(why)) if options.iter().any(|it| crate::operators::may_be_absent(&it.1)) => {
            let why = Why { may_be_absent: true, ..(*why).clone() };
            result.push(entry("OPTIONS", Val::unknown(&Rc::new(why)), site));
        }
        _ => {
            let options = eval.new_dict(options, site);
            result.push(entry("OPTIONS", options, site));
        }
    }
}

fn push_test(eval: &mut Eval<'_>, test: &Val, result: &mut Vec<(Val, Val)>, site: Site) {
    match eval.truth(test) {
        Ok(true) => result.push(entry("TEST", test.clone(), site)),
        Ok(false) => {}
        Err(why) => {
            let why = Why { may_be_absent: true, ..(*why).clone() };
            result.push(entry("TEST", Val::unknown(&Rc::new(why)), site));
        }
    }
}
