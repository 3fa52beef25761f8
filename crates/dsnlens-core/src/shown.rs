//! What may be shown of a text that may hold a password: the rest is hidden.
//!
//! A URL, and libpq's `keyword=value`, show the parts that are not secret. Of a text that is not
//! understood only what is known to be harmless is shown: schemes, and the names of settings with
//! the sign behind them. A secret ends where the last reader ends it.

pub(crate) mod prose;

use alloc::borrow::Cow;
use alloc::collections::BTreeSet;
use alloc::vec::Vec;

use crate::clients::dj_database_url::SCHEMES;
use crate::clients::foreign;
use crate::clients::libpq::{self, KEYWORDS, Version};
use crate::clients::settings::FIELDS;
use crate::inputs::DATABASE_URL;
use crate::intent::{after_scheme, intent};
use crate::ledger::Value;
use crate::provider::is_cloud_sql_instance;
use crate::span::Span;
use crate::syntax::libpq::parse_keyvalue;
use crate::syntax::python::unquote;
use crate::syntax::{PlaceholderKind, Slice, bare, placeholders, stands_for, token, words};

/// Words in a name that make its value a secret.
const SECRET: [&str; 8] =
    ["pass", "pwd", "secret", "token", "key", "credential", "signature", "scram_"];

/// Names of settings that no reader here knows, in lower case.
const NAMES: [&str; 16] = [
    "applicationname",
    "currentschema",
    "database",
    "db_url",
    "driver",
    "engine",
    "hostname",
    "name",
    "pass",
    "passwd",
    "pwd",
    "schema",
    "server",
    "ssl",
    "uid",
    "username",
];

/// Whether the value of the setting or variable `name` is a secret.
pub fn is_secret_name(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    match keyword(&name) {
        Some(keyword) => libpq::is_secret(keyword),
        None => SECRET.iter().any(|it| words::contains(&name, it)),
    }
}

/// libpq's keyword for a setting or an environment variable, in lower case.
fn keyword(name: &str) -> Option<&'static str> {
    let of_variable = || {
        let is_its =
            |it: &&libpq::Keyword| it.variable.is_some_and(|it| it.eq_ignore_ascii_case(name));
        KEYWORDS.iter().find(is_its)
    };
    libpq::find(name).or_else(of_variable).map(|it| it.name)
}

/// Whether `name` is known to be the name of a setting, and so no piece of a secret.
pub(crate) fn is_known(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    // What is left of an `&` in HTML.
    let name = name.strip_prefix("amp;").unwrap_or(&name);
    keyword(name).is_some()
        || NAMES.contains(&name)
        || FIELDS.iter().chain([&DATABASE_URL]).any(|it| it.eq_ignore_ascii_case(name))
        || foreign::is_option(name)
}

/// The stretches to hide in the value of a variable, ascending and apart.
pub fn hidden_in(name: &str, value: &str) -> Vec<Span> {
    let whole = Span::new(0, value.len());
    match name {
        DATABASE_URL => hidden(value),
        _ if value.is_empty() => Vec::new(),
        "DEBUG" if value.len() > 8 => alloc::vec![whole],
        _ if is_secret_name(name) || names_secret(value) => alloc::vec![whole],
        _ if holds_key(value) || token::kind(value).is_some() => alloc::vec![whole],
        _ if words::contains(value, "://") => hidden(value),
        _ if is_userinfo(value) || is_scrap(value) => alloc::vec![whole],
        _ => Vec::new(),
    }
}

/// Whether a value that should be a name is a piece of something else: a sentence with a secret in
/// it, or a line of a password file.
fn is_scrap(value: &str) -> bool {
    let lower = value.to_ascii_lowercase();
    let is_sentence = value.contains(char::is_whitespace);
    let names_one = || SECRET.iter().any(|it| words::contains(&lower, it));
    let is_address = || value.chars().all(|it| it.is_ascii_hexdigit() || "[]:.%".contains(it));
    is_sentence && names_one() || value.matches(':').count() > 3 && !is_address()
}

/// The value of the setting or variable `name`, secret where a stretch of it is to be hidden.
pub(crate) fn value<'a>(name: &str, text: Cow<'a, str>) -> Value<'a> {
    let is_secret = !hidden_in(name, &text).is_empty();
    let value = Value::Str(text);
    if is_secret { value.into_secret() } else { value }
}

/// A value of the setting `name`, secret wherever a text in it is to be hidden.
pub(crate) fn guarded<'a>(name: &str, it: Value<'a>) -> Value<'a> {
    match it {
        Value::Str(text) => value(name, text),
        Value::List(items) => Value::List(items.into_iter().map(|it| guarded(name, it)).collect()),
        Value::Tuple(items) => {
            Value::Tuple(items.into_iter().map(|it| guarded(name, it)).collect())
        }
        Value::Dict(entries) => {
            let guard = |(key, it): (Cow<'a, str>, Value<'a>)| {
                let it = guarded(&key, it);
                (key, it)
            };
            Value::Dict(entries.into_iter().map(guard).collect())
        }
        it if is_secret_name(name) => it.into_secret(),
        it => it,
    }
}

/// The stretches to hide in prose, such as a comment: all but the words of a sentence.
pub fn hidden_in_prose(text: &str) -> Vec<Span> {
    prose::hidden(text, Vec::new(), Vec::new())
}

/// The stretches to hide in prose that may name variables, and shows their `names`.
pub fn hidden_but(text: &str, names: &[&str]) -> Vec<Span> {
    let is_word = |c: char| c.is_alphanumeric() || c == '_';
    let mut harmless = Vec::new();
    let mut at = 0;
    // Whole words alone, each once: as long as the text, however many names there are.
    let names: BTreeSet<&str> = names.iter().copied().collect();
    for word in text.split_inclusive(|c: char| !is_word(c)) {
        let name = word.trim_end_matches(|c: char| !is_word(c));
        if names.contains(name) {
            harmless.push(Span::new(at, at + name.len()));
        }
        at += word.len();
    }
    prose::hidden(text, harmless, Vec::new())
}

/// The stretches to hide in a text that should be a URL, ascending and apart.
pub fn hidden(text: &str) -> Vec<Span> {
    let mut hider = Hider::default();
    if let Ok(params) = parse_keyvalue(text, &Version::V18)
        && !params.is_empty()
    {
        for it in params {
            hider.value(it.at.text, it.written);
        }
        return joined(hider.spans, text);
    }
    if is_beginning(text) || is_placeholder(text) || is_host_and_port(text) {
        return Vec::new();
    }
    let whole = Slice::whole(text);
    let place = bare(text);
    let (head, rest) = whole.split_at(place.start);
    let (url, tail) = rest.split_at(place.len());
    match hider.url(url) {
        true => {
            hider.unknown(head);
            hider.hide_unless(is_blank(tail.text), tail);
        }
        false => hider.unknown(whole),
    }
    // What a person means is the password is hidden, whatever else is understood.
    hider.spans.extend(intent(text).map(|it| it.password));
    joined(hider.spans, text)
}

/// Puts stretches in order. Those that touch, and those with nothing but marks between them,
/// become one: neither a length nor a number of pieces shows.
pub(crate) fn joined(mut spans: Vec<Span>, text: &str) -> Vec<Span> {
    spans.retain(|it| !it.is_empty());
    spans.sort_unstable();
    spans.dedup_by(|next, kept| {
        let between = Span::new(kept.end, next.start.max(kept.end)).of(text);
        let is_joined = !between.contains(char::is_alphanumeric);
        if is_joined {
            kept.end = kept.end.max(next.end);
        }
        is_joined
    });
    spans
}

/// A text that is being typed, the beginning of a scheme or of a setting's name; or no text yet.
fn is_beginning(text: &str) -> bool {
    let begins = |name: &str, end: &str| {
        let (head, tail) = text.split_at_checked(name.len()).unwrap_or((text, ""));
        name.starts_with(head) && end.starts_with(tail)
    };
    text.len() < 4 && !text.contains(char::is_alphanumeric)
        || SCHEMES.iter().any(|it| begins(it.name, "://"))
        || KEYWORDS.iter().any(|it| begins(it.name, "="))
}

fn is_placeholder(text: &str) -> bool {
    let text = text.trim_matches([' ', '\'', '"']);
    let whole = Span::new(0, text.len());
    // What may be anything between marks, or behind a beginning, is not shown.
    let is_free = text.starts_with("#{") || text.starts_with("<%");
    stands_for(text).is_some_and(|it| it != PlaceholderKind::Reference)
        || !is_free && placeholders(text).iter().any(|it| it.span == whole)
}

/// Whether a value holds settings of its own, one of them a secret: `-c my.password=…`.
fn names_secret(value: &str) -> bool {
    /// No name is longer.
    const LONGEST: usize = 64;
    let value = unquote(value).to_ascii_lowercase();
    SECRET.iter().any(|word| {
        words::places(&value, word).any(|at| {
            let behind = value.get(at + word.len()..).unwrap_or("");
            let is_name = |c: &char| c.is_ascii_alphanumeric() || "_.-'\" ".contains(*c);
            let name = behind.chars().take(LONGEST).take_while(is_name).count();
            match behind.get(name..).and_then(|it| it.chars().next()) {
                Some('=') => true,
                Some(':') => !Span::new(0, name).of(behind).contains(['-', '.']),
                _ => name == LONGEST,
            }
        })
    })
}

/// Whether a value is the text of a key or a certificate where the path of its file belongs.
fn holds_key(value: &str) -> bool {
    let value = unquote(value);
    // What it begins with in base64, and in base64 once more.
    let is_encoded = ["MII", "LS0tLS1"].iter().any(|it| value.trim_start().starts_with(it));
    words::contains(&value, "-----BEGIN")
        || words::contains(&value, "PRIVATE KEY")
        || is_encoded && value.len() > 40
}

/// Whether a value may be a URL that lost its scheme.
fn is_userinfo(value: &str) -> bool {
    value.split_once('@').is_some_and(|(it, _)| it.contains(':'))
}

/// Collects what is to be hidden.
#[derive(Default)]
struct Hider {
    spans: Vec<Span>,
}

impl Hider {
    fn hide(&mut self, slice: Slice<'_>) {
        self.spans.push(Span::new(slice.at, slice.end()));
    }

    fn hide_unless(&mut self, is_shown: bool, slice: Slice<'_>) {
        if !is_shown {
            self.hide(slice);
        }
    }

    /// Hides what is not understood in a URL; whether it is one.
    fn url(&mut self, url: Slice<'_>) -> bool {
        let rest = after_scheme(url);
        if rest.at == url.at && !is_address(url.text) {
            return false;
        }
        let (scheme, _) = url.split_at(rest.at - url.at);
        self.hide_unless(is_scheme(scheme.text), scheme);
        let part = |span: Span| url.split_at(span.end).0.split_at(span.start).1;
        let (rest, mut is_certain) = match intent(url.text) {
            Some(it) => {
                let (user, password) = (part(it.user), part(it.password));
                let server = it.rest.of(url.text).split(['.', ':', '/']).next().unwrap_or("");
                // Azure's users were called `user@server`.
                let name = match user.text.rsplit_once('@') {
                    Some((name, it)) if it.eq_ignore_ascii_case(server) => name,
                    _ => user.text,
                };
                // Elsewhere a token takes the user's place: `https://TOKEN@host`.
                let is_database = is_database(scheme.text);
                self.hide_unless(is_user(name) && is_database, user);
                self.hide(password);
                let part_of_rest = part(it.rest);
                if it.lacks_at || has_two_readings(url.split_at(it.rest.start).0, rest) {
                    self.hide(part_of_rest);
                    return true;
                }
                let rest = part_of_rest;
                (rest, !password.text.contains(|c: char| c <= ' ' || "#/?[]@&;\"'".contains(c)))
            }
            None => (rest, true),
        };
        let (hosts, behind) = rest.split_before(&['/', '?', '#', ';', '&']);
        for host in hosts.split(',').filter(|it| !is_ipv6(it.text) && !is_instance(it.text)) {
            self.host(host);
        }
        if intent(url.text).is_none() && !self.has_ports(hosts, rest) {
            return true;
        }
        let (path, behind) = behind.split_before(&['?', '#', ';', '&']);
        is_certain &= !path.is_empty() && is_path(path.text);
        self.hide_unless(is_path(path.text), path.strip_prefix("/").unwrap_or(path));
        let (query, fragment) = behind.split_before(&['#']);
        self.settings(query, is_certain);
        self.settings(fragment, false);
        true
    }

    /// Without an `@` what follows a `:` is a port, unless it is no number: then it may be a
    /// password, and so may everything behind it.
    fn has_ports(&mut self, hosts: Slice<'_>, rest: Slice<'_>) -> bool {
        let is_port = |it: &str| {
            is_number(it)
                || is_placeholder(it)
                || it.eq_ignore_ascii_case("port")
                || it == "memory:"
        };
        let ports = hosts.split(',').filter(|it| !it.text.starts_with('['));
        let mut ports = ports.filter_map(|it| it.split_once(':')).map(|(_, port)| port);
        match ports.find(|it| !is_port(it.text)) {
            Some(port) => {
                self.hide(rest.split_at(port.at - rest.at).1);
                false
            }
            None => true,
        }
    }

    /// A host, in brackets or not, and its port.
    fn host(&mut self, host: Slice<'_>) {
        let (name, port) = match host.strip_prefix("[") {
            Some(inside) => {
                let (name, behind) = inside.partition(']');
                (name, behind.strip_prefix(":").unwrap_or(behind))
            }
            None => host.partition(':'),
        };
        let is_address = |c: char| c.is_alphanumeric() || ":.%-_".contains(c);
        let is_name = match name.at > host.at {
            true => name.text.chars().all(is_address),
            false => is_host(name.text),
        };
        self.hide_unless(is_name, name);
        self.hide_unless(is_port(port.text) || port.text == "memory:", port);
    }

    /// The settings behind a URL's `?`. Names that no reader here knows are shown as long as it
    /// `is_certain` that no secret has begun.
    fn settings(&mut self, settings: Slice<'_>, mut is_certain: bool) {
        let mut rest = settings;
        while !rest.is_empty() {
            let (mark, behind) = rest.split_at(1);
            let behind = if "?&;#".contains(mark.text) { behind } else { rest };
            // What is left of an `&` in HTML.
            let html = behind.strip_prefix("amp;").filter(|_| mark.text == "&" && is_certain);
            let behind = html.unwrap_or(behind);
            let (piece, behind) = behind.split_before(&['&', ';', '?']);
            rest = behind;
            let (name, value) = piece.partition('=');
            let is_set = value.at > name.end();
            let written = unquote(name.text);
            let is_shown = is_known(&written) || (is_certain && is_set && is_name(&written));
            match is_shown {
                true => is_certain &= self.value(&written, value),
                false => {
                    self.hide(piece);
                    is_certain &= piece.is_empty();
                }
            }
        }
    }

    /// The value of a setting, with its quotes; whether it is shown.
    fn value(&mut self, name: &str, value: Slice<'_>) -> bool {
        let text = value.text;
        let inside = text.strip_prefix('\'').and_then(|it| it.strip_suffix('\''));
        let is_foreign = |c: char| match c {
            ' ' => inside.is_none(),
            '=' | ';' => name != "options",
            '#' | '"' | '\'' | '\\' => true,
            c => c.is_ascii_whitespace(),
        };
        let decoded = unquote(text);
        let is_shown = !is_secret_name(name)
            && !inside.unwrap_or(text).contains(is_foreign)
            && !words::contains(&decoded, "://")
            && !is_userinfo(&decoded)
            && !names_secret(text)
            && !holds_key(text)
            && token::kind(&decoded).is_none();
        self.hide_unless(is_shown, value);
        is_shown || value.is_empty()
    }

    /// Hides a text that is not understood, but for the names of settings and schemes in it.
    fn unknown(&mut self, text: Slice<'_>) {
        let is_word = |c: char| c.is_alphanumeric() || c == '_';
        let mut rest = text;
        let mut hidden = text;
        while let Some(start) = rest.text.find(is_word) {
            let (_, word) = rest.split_at(start);
            let end = word.text.find(|c| !is_word(c)).unwrap_or(word.text.len());
            let (word, behind) = word.split_at(end);
            let sign = match is_known(word.text) {
                true => sign(behind.text),
                false if SCHEMES.iter().any(|it| it.name == word.text) => {
                    if behind.text.starts_with("://") { 3 } else { 0 }
                }
                false => 0,
            };
            rest = behind.split_at(sign).1;
            if sign > 0 {
                let (before, _) = hidden.split_at(word.at - hidden.at);
                self.hide_unless(is_blank(before.text), before);
                hidden = rest;
            }
        }
        self.hide_unless(is_blank(hidden.text), hidden);
    }
}

/// Whether a URL, from behind its scheme, can also be read without the `@` that a person means, the
/// last one: as a host without a user, or with the `@` of an earlier one. What is behind the last
/// `@` is then no host, and may be the end of a secret. `head` goes up to that `@`.
fn has_two_readings(head: Slice<'_>, rest: Slice<'_>) -> bool {
    let userinfo = head.split_at(rest.at - head.at).1.text;
    let userinfo = userinfo.strip_suffix('@').unwrap_or(userinfo);
    let ends = ['/', '?', '#'];
    let netloc = userinfo.split(ends).next().unwrap_or("");
    let mut pieces = netloc.split(':');
    let is_host = !pieces.next().unwrap_or("").contains([';', '&', '=']);
    let has_port = pieces.next().is_none_or(is_number);
    let goes_on = netloc.len() < userinfo.len() || (has_port && pieces.next().is_some());
    let other_at = userinfo
        .rfind(ends)
        .is_some_and(|last| userinfo.get(..last).is_some_and(|it| it.contains('@')));
    !is_host || (has_port && goes_on) || other_at
}

/// Blanks, quotes, and what ends a line of a program.
fn is_blank(text: &str) -> bool {
    text.chars().all(|c| {
        c.is_whitespace() || c.is_control() || "'\"`“”‘’;,<>()\u{feff}\u{200b}".contains(c)
    })
}

/// The length of what separates a name from its value: a quote, blanks, and `=` or `:`.
pub(crate) fn sign(text: &str) -> usize {
    let behind = text.strip_prefix(['\'', '"']).unwrap_or(text);
    let behind = behind.trim_start_matches([' ', '\t']);
    match behind.starts_with(['=', ':']) {
        true => text.len() - behind.len() + 1,
        false => 0,
    }
}

/// `scheme://`, with what people mistype.
fn is_scheme(text: &str) -> bool {
    /// No scheme is longer.
    const LONGEST: usize = 32;
    let is_digit = |c: &char| c.is_ascii_digit();
    text.len() <= LONGEST
        && text.chars().filter(is_digit).count() < 4
        && text.chars().all(|c| c.is_ascii_alphanumeric() || "+-._:/ ".contains(c))
}

/// Letters, digits, these marks, and what is not of ASCII: no blank and no other mark of ASCII.
fn has_only(text: &str, marks: &str) -> bool {
    let is_foreign = |c: char| c.is_ascii_punctuation() || c.is_ascii_whitespace();
    text.chars().all(|c| !is_foreign(c) || marks.contains(c))
}

fn is_user(text: &str) -> bool {
    token::kind(text).is_none()
        && !is_random(text)
        && has_only(text, "._-+~$%{}<>[]*!")
        && !unquote(text).contains([':', '/', '=', ' ', ';'])
}

/// Whether a name is one that a machine made to be a secret: long, of capitals, small letters and
/// digits.
fn is_random(text: &str) -> bool {
    let holds = |is_it: fn(char) -> bool| text.chars().filter(|c| is_it(*c)).count() > 2;
    text.len() > 23
        && text.chars().all(|c| c.is_ascii_alphanumeric() || "_-".contains(c))
        && holds(|c| c.is_ascii_uppercase())
        && holds(|c| c.is_ascii_lowercase())
        && holds(|c| c.is_ascii_digit())
}

/// Whether what is in front of a URL's rest is no scheme, or one of a database's, however it is
/// spelt.
fn is_database(scheme: &str) -> bool {
    let name = scheme.trim_end_matches(|c: char| ":/ ".contains(c));
    let name = name.rsplit(':').next().unwrap_or(name);
    !["http", "https", "git", "ssh", "ftp", "sftp", "ws", "wss", "amqp", "amqps"]
        .iter()
        .any(|it| name.eq_ignore_ascii_case(it) || name.to_ascii_lowercase().starts_with("git+"))
}

fn is_host(text: &str) -> bool {
    let decoded = unquote(text);
    // A directory, which may have lost its first slash.
    let is_socket = decoded.starts_with(['/', '@'])
        || ["cloudsql/", "run/", "tmp/", "var/"].iter().any(|it| decoded.starts_with(it));
    let inside = decoded.strip_prefix('@').unwrap_or(&decoded);
    has_only(text, "._-%*~${}<>")
        && !inside.contains(['@', '=', ' ', '&', '#', '?', ';'])
        && (is_socket || !inside.contains([':', '/']))
}

/// An instance of Cloud SQL, alone or in a directory: its colons start no port.
fn is_instance(text: &str) -> bool {
    let decoded = unquote(text);
    let (directory, name) = decoded.rsplit_once('/').unwrap_or(("", &decoded));
    is_cloud_sql_instance(name) && has_only(directory, "/_-")
}

/// An address without its brackets.
fn is_ipv6(text: &str) -> bool {
    text.matches(':').count() > 1 && text.chars().all(|c| c.is_ascii_hexdigit() || ":.".contains(c))
}

/// A port, be it one that no reader takes: digits and marks, and no more than a letter among them.
fn is_port(text: &str) -> bool {
    let is_mark = |c: char| c.is_numeric() || "+-_. :\"'".contains(c);
    text.len() < 4
        || is_placeholder(text)
        || text.eq_ignore_ascii_case("port")
        || text.split_once(':').is_some_and(|(it, again)| it == again && is_number(it))
        || text.len() < 16
            && text.starts_with(is_mark)
            && text.contains(char::is_numeric)
            && text.chars().filter(|c| !is_mark(*c)).count() < 2
            && text.chars().filter(|c| c.is_ascii_alphanumeric()).count() < 8
}

/// A host, its port and a database without the rest of a URL.
fn is_host_and_port(text: &str) -> bool {
    let Some((host, rest)) = text.split_once(':') else { return false };
    let (port, name) = rest.split_once('/').unwrap_or((rest, ""));
    let is_host =
        host.contains('.') && host.chars().all(|c| c.is_ascii_alphanumeric() || ".-".contains(c));
    let is_name = name.chars().all(|c| c.is_ascii_alphabetic() || "_-".contains(c));
    is_host && !port.is_empty() && is_number(port) && is_name
}

fn is_number(text: &str) -> bool {
    text.len() < 6 && text.bytes().all(|it| it.is_ascii_digit())
}

fn is_path(text: &str) -> bool {
    let decoded = unquote(text);
    has_only(text, "._-+~$%:/{}<>[]*,")
        && !words::contains(&decoded, "://")
        && !decoded.contains('@')
        && !names_secret(text)
}

/// What looks like the name of an option that nobody here knows.
fn is_name(text: &str) -> bool {
    let is_mark = |c: char| "_-.".contains(c);
    let words = text.trim_end_matches(|c: char| c.is_ascii_digit());
    text.len() <= 40
        && text.starts_with(|c: char| c.is_alphabetic())
        && text.len() - words.len() < 3
        && words.split(is_mark).all(is_word)
}

/// Letters of one kind, or several words that each begin with a capital: `poolTimeout`.
fn is_word(text: &str) -> bool {
    let is_capital = |c: char| c.is_uppercase();
    let has_letters = text.chars().all(char::is_alphabetic);
    // A part lacks its capital.
    let has_parts = || text.split(is_capital).skip(1).all(|it| it.chars().count() > 1);
    has_letters && (!text.contains(char::is_lowercase) || has_parts())
}

/// `user:password@host.name/database`: a URL but for its scheme, and no text of another kind.
fn is_address(text: &str) -> bool {
    let Some(it) = intent(text).filter(|it| !it.lacks_at) else { return false };
    let (user, password, rest) = (it.user.of(text), it.password.of(text), it.rest.of(text));
    let (hosts, path) =
        rest.split_at_checked(rest.find('/').unwrap_or(rest.len())).unwrap_or((rest, ""));
    let (host, port) = hosts.split_once(':').unwrap_or((hosts, ""));
    let is_named = host == "localhost" || host.split('.').filter(|it| it.len() > 1).count() > 1;
    is_user(user)
        && !is_known(user)
        && !is_secret_name(user)
        && !password.contains(|c: char| c <= ' ' || ":\"'=;,/#?@&".contains(c))
        && is_named
        && is_host(host)
        && is_number(port)
        && (path.len() > 1 || !port.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::masked::Masked;
    use alloc::format;

    #[track_caller]
    fn check(text: &str, shown: &str) {
        let masked = Masked::new(text, &hidden(text), &[]).text;
        assert_eq!(masked, shown, "{text}");
    }

    #[test]
    fn a_url_shows_what_is_not_secret() {
        for rest in [
            "h/db",
            "h:5432/db",
            "h1:1,h2:2/db?sslmode=require",
            "[::1]:5432/db",
            "db.example.com/shop?sslmode=verify-full&sslrootcert=/etc/ca.crt&connect_timeout=5",
            "h:54E2/db",
            "fe80::1:5432/db",
            "ep-x.neon.tech/db?options=endpoint%3Dep-x&channel_binding=require",
            "%2Fcloudsql%2Fa%3Ab%3Ac/db",
            "/cloudsql/a:b:c/db",
            "${HOST}:${PORT}/<name>",
            "h/db?foo=1&application_name=me@home",
            "h/db&sslmode=require",
            "h/db?sslmode=require?connect_timeout=1",
        ] {
            let url = format!("postgres://app:Kx7vQ2mB@{rest}");
            check(&url, &format!("postgres://app:********@{rest}"));
            if rest.contains("me@home") {
                continue;
            }
            check(
                &url.replace("Kx7vQ2mB", "a#b/c?d@e"),
                &format!("postgres://app:********@{rest}").replace("foo=1", "********"),
            );
        }
        check(
            "postgres://h:5432/db?user=app&password=Kx7",
            "postgres://h:5432/db?user=app&password=********",
        );
        check(
            "DATABASE_URL=\"postgres://u:p@h/db\"",
            "DATABASE_URL=\"postgres://u:********@h/db\"",
        );
        check("postgres:/u:p@h/db", "postgres:/u:********@h/db");
        check("u:p@db.example.com/shop", "u:********@db.example.com/shop");
        check(
            "jdbc:postgresql://h:1/db?user=u&password=p%26q",
            "jdbc:postgresql://h:1/db?user=u&password=********",
        );
        for text in [
            "postg",
            "postgres:/",
            "postgres://h",
            "sqlite://:memory:",
            "${DATABASE_URL}",
            "''",
            "",
            "host",
        ] {
            check(text, text);
        }
    }

    #[test]
    fn a_secret_ends_where_the_last_reader_ends_it() {
        check(
            "postgres://h/db?user=u&password=Kx7%26tR&connect_timeout=1",
            "postgres://h/db?user=u&password=********&connect_timeout=1",
        );
        check(
            "postgres://h/db?password=Kx7&tR9&pL=4&sslmode=require",
            "postgres://h/db?password=********&sslmode=require",
        );
        check("postgres://h/db?pass%77ord=Kx7;tR", "postgres://h/db?pass%77ord=********");
        check(
            "postgres://h/db?options=-c%20my.password%3DKx7&x=1&sslmode=require",
            "postgres://h/db?options=********&sslmode=require",
        );
        check("postgres://app:a@h?Kx7vQ2", "postgres://app:********@h?********");
        check("postgres://app:7Kx7vQ2/db", "postgres://app:********");
        check("postgres://u:a@h/db#Kx7", "postgres://u:********@h/db#********");
        check("postgres://u:12-34/5?abc=c@h/db", "postgres://u:********@h/db");
        // What is behind the last `@` is no host to a reader that ends the host before it.
        for url in [
            "postgres://u:12/34?abc=c@h/db",
            "postgres://u:a@b/c@h/db",
            "postgres://u:a@h/db?token=a/@Kx7vQ2/db",
            "postgres://u:a@h/db #Kx7@vQ2",
            "postgres://u:a#b@h/db?token=a@Kx7vQ2",
        ] {
            check(url, "postgres://u:********");
        }
        check("postgres://h.example/db?x=a/@Kx7vQ2", "postgres://********");
        check("postgres://u%3Aa/Kx7%40h/db", "postgres://********");
        check("postgres://app%3AKx7vQ%40h/db", "postgres://********/db");
        check("postgres://u:a#b@c&ef/db", "postgres://u:********");
        check(
            "host=db user=app password = 'Kx 7v' dbname=shop",
            "host=db user=app password = ******** dbname=shop",
        );
        check("host=db password='a\\'b;c' dbname=x", "host=db password=******** dbname=x");
        check("host=db password=Kx7 vQ2 dbname=x", "host=********password=********dbname=********");
        check("host=db;password=Kx7", "host=********");
        check("dbname='postgres://u:p@h/db'", "dbname=********");
    }

    #[test]
    fn of_another_text_only_names_are_shown() {
        check("Kx7vQ2mB", "********");
        check("db:5432:shop:app:Kx7vQ2", "********");
        check("db:5432:shop:app:Kx7@vQ2/x", "********");
        check("Kx7:vQ@2mB", "********");
        check("password: Kx7 vQ", "password:********");
        check(
            "{\"host\":\"h\",\"password\":\"Kx7\"}",
            "********host\":********password\":********",
        );
        check("DB_HOST=db\nDB_PASSWORD = Kx7", "DB_HOST=********DB_PASSWORD =********");
        check(
            "Host=h;Username=u;Password=\"a;b\";",
            "Host=********Username=********Password=********",
        );
        check(
            "DATABASE_URL=postgres://u:p@h/db\nSECRET=Kx7",
            "DATABASE_URL=postgres://u:********@h/********",
        );
    }

    #[test]
    fn a_key_or_a_token_is_hidden_wherever_it_is() {
        check("https://Kx7vQ2mB@example.com/x.git", "https://********@example.com/x.git");
        check("postgres://ghp_Kx7vQ2mBtR9pL4wN@h/db", "postgres://********@h/db");
        check(
            "postgres://u:p@h/db?sslkey=-----BEGIN%20PRIVATE%20KEY-----%0AMIIE&sslcert=/c",
            "postgres://u:********@h/db?sslkey=********&sslcert=/c",
        );
        check(
            "postgres://postgres.abcdefghijklmnopqrst:p@h/db",
            "postgres://postgres.abcdefghijklmnopqrst:********@h/db",
        );
        let hides = |name: &str, value: &str| !hidden_in(name, value).is_empty();
        assert!(hides("PGSSLKEY", "-----BEGIN RSA PRIVATE KEY-----\nMIIE"));
        assert!(hides("DB_USER", "glpat-Kx7vQ2mBtR9pL4wN"));
        assert!(!hides("PGSSLKEY", "/etc/ssl/private/client.key"));
        assert!(!hides("DB_USER", "uf12kx7vq2mbtr9pl4wn"));
    }

    #[test]
    fn a_variable_shows_what_is_no_secret() {
        let shown = |name: &str, value: &str| Masked::new(value, &hidden_in(name, value), &[]).text;
        for (name, value) in [
            ("DB_HOST", "db.example.com"),
            ("PGPASSFILE", "/x"),
            ("PGSSLKEY", "/k"),
            ("DB_USER", "a@b"),
            ("DB_PORT", "54E2"),
            ("PGOPTIONS", "-c search_path=a"),
        ] {
            assert_eq!(shown(name, value), value);
        }
        for (name, value) in [
            ("DB_PASSWORD", "p"),
            ("PGPASSWORD", "p"),
            ("DB_HOST", "u:p@h"),
            ("PGOPTIONS", "-c a.password=p"),
            ("DB_NAME", "host=h password=p"),
        ] {
            assert_eq!(shown(name, value), "********");
        }
        assert_eq!(shown("DB_HOST", "postgres://u:p@h/db"), "postgres://u:********@h/db");
    }
}
