//! `urllib.parse`. CPython 3.11, `Lib/urllib/parse.py`, with the checks of brackets of 3.11.12.

use alloc::format;
use alloc::rc::Rc;
use alloc::string::{String, ToString};
use alloc::vec::Vec;

use dsnlens_core::syntax::Slice;
use dsnlens_core::syntax::python::{self, Quotes, SplitUrl};
use dsnlens_core::{Span, Text};

use super::builtins::key;
use crate::eval::Eval;
use crate::value::{
    Args, Class, Item, Kind, Library, Map, Native, Raise, Res, Site, Val, type_name,
};

pub(crate) static URLLIB: Library =
    Library { name: "urllib", items: &[("parse", Item::Module(&PARSE))], is_standard: true };

pub(crate) static PARSE: Library = Library {
    name: "urllib.parse",
    items: &[
        ("urlparse", Item::Function(&URLPARSE)),
        ("urlsplit", Item::Function(&URLSPLIT)),
        ("quote", Item::Function(&QUOTE)),
        ("quote_plus", Item::Function(&QUOTE_PLUS)),
        ("unquote", Item::Function(&UNQUOTE)),
        ("unquote_plus", Item::Function(&UNQUOTE_PLUS)),
        ("parse_qsl", Item::Function(&PARSE_QSL)),
        ("parse_qs", Item::Function(&PARSE_QS)),
    ],
    is_standard: true,
};

static URLPARSE: Native = Native { name: "urlparse", call: |eval, args| parsed(eval, args, true) };
static URLSPLIT: Native = Native { name: "urlsplit", call: |eval, args| parsed(eval, args, false) };
static QUOTE: Native = Native { name: "quote", call: |eval, args| quoted(eval, args, false) };
static QUOTE_PLUS: Native =
    Native { name: "quote_plus", call: |eval, args| quoted(eval, args, true) };
static UNQUOTE: Native = Native { name: "unquote", call: |eval, args| unquoted(eval, args, false) };
static UNQUOTE_PLUS: Native =
    Native { name: "unquote_plus", call: |eval, args| unquoted(eval, args, true) };
static PARSE_QSL: Native =
    Native { name: "parse_qsl", call: |eval, args| query(eval, args, false) };
static PARSE_QS: Native = Native { name: "parse_qs", call: |eval, args| query(eval, args, true) };

static PARSE_RESULT: Class = Class {
    name: "ParseResult",
    make: |eval, args| Ok(eval.unknown(args.site, "this call is not evaluated")),
    methods: &[],
    attribute: Some(attribute),
    call: None,
};

/// A URL in pieces that know where they come from.
pub(crate) struct Url {
    /// Small, as Python makes it.
    pub(crate) scheme: Val,
    pub(crate) netloc: Val,
    pub(crate) path: Val,
    pub(crate) query: Val,
    pub(crate) fragment: Val,
}

/// Shows nothing and hides nothing: what is secret, who asks for a settings module decides.
pub(crate) struct Plain;

impl<'a> Quotes<'a> for Plain {
    fn quote(&self, slice: Slice<'_>, spell: &dyn Fn(&str) -> String) -> Text<'a> {
        Text::plain(spell(slice.text))
    }

    fn is_secret(&self, _: Slice<'_>) -> bool {
        false
    }
}

/// `urlsplit(url)`, or its `ValueError`.
pub(crate) fn split(eval: &mut Eval<'_>, url: &Val, site: Site) -> Result<Url, Raise> {
    let text = url.as_str().cloned().unwrap_or_else(|| Rc::from(""));
    eval.spend(text.len() / 4);
    let start = text.len() - text.trim_start_matches(|c: char| c <= ' ').len();
    let mut clean = url.piece(Span::new(start, text.len()), site);
    let is_broken = |it: &str| it.contains(['\t', '\r', '\n']);
    if clean.as_str().is_some_and(|it| is_broken(it)) {
        let plain: String = text
            .chars()
            .skip_while(|c| *c <= ' ')
            .filter(|c| !matches!(c, '\t' | '\r' | '\n'))
            .collect();
        clean = Val::str(plain, site).from(&[url]);
    }
    let text = clean.as_str().cloned().unwrap_or_else(|| Rc::from(""));
    let parts: SplitUrl<Slice<'_>> = python::urlsplit(&text);
    python::check_netloc(&Plain, &parts).map_err(|error| {
        let text = Val::str(error.message.reveal(), site).from(&[url]);
        eval.error_of("ValueError", text)
    })?;
    let piece = |slice: Slice<'_>| clean.piece(Span::new(slice.at, slice.end()), site);
    let scheme = piece(parts.scheme);
    let small = scheme.as_str().map(|it| it.to_ascii_lowercase()).unwrap_or_default();
    let marks = scheme.marks.as_deref().unwrap_or(&[]).to_vec();
    Ok(Url {
        scheme: Val::str(small, site).with_marks(marks),
        netloc: piece(parts.netloc),
        path: piece(parts.path),
        query: piece(parts.query),
        fragment: piece(parts.fragment),
    })
}

impl Url {
    fn text(value: &Val) -> &str {
        value.as_str().map_or("", |it| it)
    }

    pub(crate) fn scheme(&self) -> &str {
        Self::text(&self.scheme)
    }

    /// Before and behind the last `@`.
    fn halves(netloc: &str) -> (Option<Span>, Span) {
        match netloc.rfind('@') {
            Some(at) => (Some(Span::new(0, at)), Span::new(at + 1, netloc.len())),
            None => (None, Span::new(0, netloc.len())),
        }
    }

    pub(crate) fn username(&self, site: Site) -> Option<Val> {
        let netloc = Self::text(&self.netloc);
        let span = Self::halves(netloc).0?;
        let end = span.of(netloc).find(':').map_or(span.end, |it| span.start + it);
        Some(self.netloc.piece(Span::new(span.start, end), site))
    }

    pub(crate) fn password(&self, site: Site) -> Option<Val> {
        let netloc = Self::text(&self.netloc);
        let span = Self::halves(netloc).0?;
        let at = span.of(netloc).find(':')?;
        Some(self.netloc.piece(Span::new(span.start + at + 1, span.end), site))
    }

    /// Everything behind the last `@`.
    pub(crate) fn hostinfo(&self, site: Site) -> Val {
        let netloc = Self::text(&self.netloc);
        self.netloc.piece(Self::halves(netloc).1, site)
    }

    fn host_and_port(&self) -> (Span, Span) {
        let netloc = Self::text(&self.netloc);
        let parts = python::urlsplit(netloc);
        // Split as the part of a URL that it is.
        let whole = format!("//{netloc}");
        let parts = match python::urlsplit(&whole) {
            it if !it.netloc.text.is_empty() => it,
            _ => parts,
        };
        let shift =
            |slice: Slice<'_>| Span::new(slice.at.saturating_sub(2), slice.end().saturating_sub(2));
        (shift(parts.hostname), shift(parts.port))
    }

    /// `hostname`: small up to the first `%`.
    pub(crate) fn hostname(&self, site: Site) -> Option<Val> {
        let piece = self.netloc.piece(self.host_and_port().0, site);
        let text = Self::text(&piece);
        if text.is_empty() {
            return None;
        }
        let end = text.find('%').unwrap_or(text.len());
        let (host, zone) = text.split_at_checked(end).unwrap_or((text, ""));
        let small = python::lower(host) + zone;
        if small == text {
            return Some(piece);
        }
        let value = Val::str(small.clone(), site);
        Some(match small.len() == text.len() {
            true => value.with_marks(piece.marks.as_deref().unwrap_or(&[]).to_vec()),
            false => value.from(&[&piece]),
        })
    }

    /// `port`, or its `ValueError`.
    pub(crate) fn port(&self, eval: &mut Eval<'_>, site: Site) -> Result<Option<Val>, Raise> {
        let piece = self.netloc.piece(self.host_and_port().1, site);
        let text = Self::text(&piece);
        match python::parse_port(&Plain, Slice::whole(text)) {
            Ok(port) => Ok(port.map(|it| Val::int(i64::from(it), site).from(&[&piece]))),
            Err(error) => {
                let text = Val::str(error.message.reveal(), site).from(&[&piece]);
                Err(eval.error_of("ValueError", text))
            }
        }
    }
}

/// `unquote(value)`
pub(crate) fn unquote(eval: &mut Eval<'_>, value: &Val, site: Site) -> Val {
    let text = Url::text(value);
    eval.spend(text.len() / 8);
    let decoded = python::unquote(text);
    match *decoded == *text {
        true => Val { site, ..value.clone() },
        false => Val::str(decoded.into_owned(), site).from(&[value]),
    }
}

/// `unquote_plus(value)`
pub(crate) fn unquote_plus(eval: &mut Eval<'_>, value: &Val, site: Site) -> Val {
    let text = Url::text(value);
    eval.spend(text.len() / 8);
    let decoded = python::unquote_plus(text);
    match *decoded == *text {
        true => Val { site, ..value.clone() },
        false => Val::str(decoded.into_owned(), site).from(&[value]),
    }
}

/// `parse_qsl(query)`: names and values, blank ones left out.
pub(crate) fn pairs(eval: &mut Eval<'_>, query: &Val, site: Site) -> Vec<(Val, Val)> {
    let text = Url::text(query).to_string();
    eval.spend(text.len() / 4);
    let mut pairs = Vec::new();
    for piece in Slice::whole(&text).split('&') {
        let Some((name, value)) = piece.split_once('=') else { continue };
        if value.is_empty() {
            continue;
        }
        let name = query.piece(Span::new(name.at, name.end()), site);
        let value = query.piece(Span::new(value.at, value.end()), site);
        pairs.push((unquote_plus(eval, &name, site), unquote_plus(eval, &value, site)));
    }
    pairs
}

/// `parse_qs(query)`: each name with its values, in the order of the names.
pub(crate) fn grouped(eval: &mut Eval<'_>, query: &Val, site: Site) -> Vec<(Val, Vec<Val>)> {
    let mut groups: Vec<(Val, Vec<Val>)> = Vec::new();
    let mut places = alloc::collections::BTreeMap::new();
    for (name, value) in pairs(eval, query, site) {
        let Some(id) = eval.key(&name) else { continue };
        let place = *places.entry(id).or_insert(groups.len());
        match groups.get_mut(place) {
            Some(group) => group.1.push(value),
            None => groups.push((name, alloc::vec![value])),
        }
    }
    groups
}

fn parsed(eval: &mut Eval<'_>, args: &Args, has_params: bool) -> Res {
    let site = args.site;
    let (Some(url), None) = (args.get(0, "url"), args.at(1)) else {
        return Ok(eval.unknown(site, "this call is not evaluated"));
    };
    match &url.kind {
        Kind::Str(_) => {}
        Kind::Unknown(_) => {
            eval.doubt();
            return Ok(eval.unknown_of(&[url], site, "not known"));
        }
        // `urlparse(None)` gives bytes.
        _ => {
            eval.doubt();
            return Ok(eval.unknown(site, "a URL that is not a text is not evaluated"));
        }
    }
    let parts = split(eval, url, site)?;
    let (path, params) = match has_params && has_params_of(parts.scheme()) {
        true => split_params(&parts.path, site),
        false => (parts.path.clone(), Val::str("", site)),
    };
    let map = eval.new_map(Map::default());
    for (name, value) in [
        ("scheme", parts.scheme),
        ("netloc", parts.netloc),
        ("path", path),
        ("params", params),
        ("query", parts.query),
        ("fragment", parts.fragment),
    ] {
        eval.put(map, key(name), Val::str(name, site), value);
    }
    Ok(Val::new(Kind::Object(&PARSE_RESULT, map), site))
}

/// `uses_params`
fn has_params_of(scheme: &str) -> bool {
    matches!(
        scheme,
        "" | "ftp"
            | "hdl"
            | "prospero"
            | "http"
            | "imap"
            | "https"
            | "shttp"
            | "rtsp"
            | "rtspu"
            | "sip"
            | "sips"
            | "mms"
            | "sftp"
            | "tel"
    )
}

pub(crate) fn split_params(path: &Val, site: Site) -> (Val, Val) {
    let text = Url::text(path);
    let from = text.rfind('/').unwrap_or(0);
    match text.get(from..).and_then(|it| it.find(';')) {
        Some(at) => {
            let at = from + at;
            (path.piece(Span::new(0, at), site), path.piece(Span::new(at + 1, text.len()), site))
        }
        None => (path.clone(), Val::str("", site)),
    }
}

/// The URL that a `ParseResult` is.
pub(crate) fn url_of(eval: &Eval<'_>, value: &Val) -> Option<Url> {
    let Kind::Object(class, obj) = value.kind else { return None };
    if class.name != "ParseResult" {
        return None;
    }
    let part = |name| eval.entry(obj, &key(name)).filter(|it| it.as_str().is_some());
    Some(Url {
        scheme: part("scheme")?,
        netloc: part("netloc")?,
        path: part("path")?,
        query: part("query")?,
        fragment: part("fragment")?,
    })
}

fn attribute(eval: &mut Eval<'_>, value: &Val, name: &str) -> Option<Res> {
    let site = eval.site;
    let url = url_of(eval, value)?;
    let found = match name {
        "username" => url.username(site),
        "password" => url.password(site),
        "hostname" => url.hostname(site),
        "port" => match url.port(eval, site) {
            Ok(port) => port,
            Err(exception) => return Some(Err(exception)),
        },
        _ => return None,
    };
    Some(Ok(found.unwrap_or_else(|| Val::none(site))))
}

fn quoted(eval: &mut Eval<'_>, args: &Args, is_plus: bool) -> Res {
    let site = args.site;
    let Some(value) = args.get(0, "string") else {
        return Ok(eval.unknown(site, "this call is not evaluated"));
    };
    let safe = args.get(1, "safe");
    let all: Vec<&Val> = [value].into_iter().chain(safe).collect();
    if let Some(unknown) = eval.unknown_among(&all) {
        return Ok(unknown);
    }
    let Some(text) = value.as_str() else {
        if matches!(value.kind, Kind::Bytes(_)) {
            return Ok(eval.unknown(site, "this call is not evaluated"));
        }
        let text = match is_plus {
            true if !matches!(value.kind, Kind::Str(_)) => "quote_from_bytes() expected bytes",
            _ => "quote_from_bytes() expected bytes",
        };
        return Err(eval.error("TypeError", text));
    };
    let safe = match safe {
        None => {
            if is_plus {
                ""
            } else {
                "/"
            }
        }
        Some(it) => match it.as_str() {
            Some(it) => it,
            None => return Ok(eval.unknown(site, "this call is not evaluated")),
        },
    };
    eval.spend(text.len() / 4);
    let mut kept: Vec<u8> = b"_.-~".to_vec();
    kept.extend(safe.bytes().filter(u8::is_ascii));
    if is_plus {
        kept.push(b' ');
    }
    let mut quoted = python::quote_but(text, &kept);
    if is_plus {
        quoted = quoted.replace(' ', "+");
    }
    Ok(match quoted == **text {
        true => Val { site, ..value.clone() },
        false => Val::str(quoted, site).from(&[value]),
    })
}

fn unquoted(eval: &mut Eval<'_>, args: &Args, is_plus: bool) -> Res {
    let site = args.site;
    let Some(value) = args.get(0, "string") else {
        return Ok(eval.unknown(site, "this call is not evaluated"));
    };
    if let Some(unknown) = eval.unknown_among(&[value]) {
        return Ok(unknown);
    }
    if value.as_str().is_none() {
        let name = type_name(value);
        let missing =
            |method| ("AttributeError", format!("'{name}' object has no attribute '{method}'"));
        // `'%' not in string` is asked first, and what is no container refuses that.
        let (class, text) = match (&value.kind, is_plus) {
            (Kind::Bytes(_) | Kind::Object(..), _) => {
                return Ok(eval.unknown(site, "this call is not evaluated"));
            }
            (_, true) => missing("replace"),
            (Kind::List(_) | Kind::Tuple(_) | Kind::Dict(_) | Kind::Set(_), _) => missing("split"),
            _ => ("TypeError", format!("argument of type '{name}' is not iterable")),
        };
        return Err(eval.error(class, text));
    }
    Ok(match is_plus {
        true => unquote_plus(eval, value, site),
        false => unquote(eval, value, site),
    })
}

fn query(eval: &mut Eval<'_>, args: &Args, is_grouped: bool) -> Res {
    let site = args.site;
    let (Some(value), 1) = (args.get(0, "qs"), args.all().count()) else {
        return Ok(eval.unknown(site, "this call is not evaluated"));
    };
    if let Some(unknown) = eval.unknown_among(&[value]) {
        return Ok(unknown);
    }
    if value.as_str().is_none() {
        eval.doubt();
        return Ok(eval.unknown(site, "a query that is not a text is not evaluated"));
    }
    if is_grouped {
        let groups = grouped(eval, value, site);
        let mut pairs = Vec::new();
        for (name, values) in groups {
            let list = eval.new_list(values, site);
            pairs.push((name, list));
        }
        return Ok(eval.new_dict(pairs, site));
    }
    let pairs = pairs(eval, value, site);
    let items = pairs
        .into_iter()
        .map(|(name, value)| {
            let pair = [name, value];
            Val::new(Kind::Tuple(Rc::from(pair)), site)
        })
        .collect();
    Ok(eval.new_list(items, site))
}
