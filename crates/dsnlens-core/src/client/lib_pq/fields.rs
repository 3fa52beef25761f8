//! The fields of lib/pq's `Config`, with the words and the variables that set them, and what each may
//! be: `setFromTag()`.

use alloc::borrow::Cow;
use alloc::string::{String, ToString};

use crate::client::go::{number_error, number_problem, quoted_value};
use crate::client::reading::Reading;
use crate::refusal::Refusal;
use crate::secret::Text;
use crate::shown;
use crate::span::{InputSpan, Span};
use crate::syntax::url::go::{parse_addr, quote_inner};

/// What a field holds.
#[derive(Clone, Copy)]
pub(super) enum Kind {
    Text,
    Addresses,
    Ports,
    Number,
    Flag,
    /// One of these words, as they are listed.
    Word(&'static [&'static str]),
}

/// A field: its word, its variable or none, and what it holds.
pub(super) struct Field {
    pub(super) keyword: &'static str,
    pub(super) variable: &'static str,
    kind: Kind,
}

const fn field(keyword: &'static str, variable: &'static str, kind: Kind) -> Field {
    Field { keyword, variable, kind }
}

const VERSIONS: Kind = Kind::Word(&["3.0", "3.2", "latest"]);
const TLS_VERSIONS: Kind = Kind::Word(&["TLSv1.0", "TLSv1.1", "TLSv1.2", "TLSv1.3"]);

/// All of them, in the order in which they are set.
pub(super) static FIELDS: [Field; 33] = [
    field("host", "PGHOST", Kind::Text),
    field("hostaddr", "PGHOSTADDR", Kind::Addresses),
    field("port", "PGPORT", Kind::Ports),
    field("dbname", "PGDATABASE", Kind::Text),
    field("user", "PGUSER", Kind::Text),
    field("password", "PGPASSWORD", Kind::Text),
    field("passfile", "PGPASSFILE", Kind::Text),
    field("options", "PGOPTIONS", Kind::Text),
    field("application_name", "PGAPPNAME", Kind::Text),
    field("fallback_application_name", "", Kind::Text),
    field(
        "sslmode",
        "PGSSLMODE",
        Kind::Word(&["disable", "allow", "prefer", "require", "verify-full", "verify-ca"]),
    ),
    field("sslnegotiation", "PGSSLNEGOTIATION", Kind::Word(&["postgres", "direct"])),
    field("sslcert", "PGSSLCERT", Kind::Text),
    field("sslkey", "PGSSLKEY", Kind::Text),
    field("sslrootcert", "PGSSLROOTCERT", Kind::Text),
    field("sslsni", "PGSSLSNI", Kind::Flag),
    field("ssl_min_protocol_version", "SSLPGMINPROTOCOLVERSION", TLS_VERSIONS),
    field("ssl_max_protocol_version", "SSLPGMAXPROTOCOLVERSION", TLS_VERSIONS),
    field("sslinline", "", Kind::Flag),
    field("krbsrvname", "PGKRBSRVNAME", Kind::Text),
    field("krbspn", "", Kind::Text),
    field("connect_timeout", "PGCONNECT_TIMEOUT", Kind::Number),
    field("binary_parameters", "", Kind::Flag),
    field("disable_prepared_binary_result", "", Kind::Flag),
    field("client_encoding", "PGCLIENTENCODING", Kind::Text),
    field("datestyle", "PGDATESTYLE", Kind::Text),
    field("tz", "PGTZ", Kind::Text),
    field("geqo", "PGGEQO", Kind::Text),
    field(
        "target_session_attrs",
        "PGTARGETSESSIONATTRS",
        Kind::Word(&["any", "read-write", "read-only", "primary", "standby", "prefer-standby"]),
    ),
    field("load_balance_hosts", "PGLOADBALANCEHOSTS", Kind::Word(&["disable", "random"])),
    field("min_protocol_version", "PGMINPROTOCOLVERSION", VERSIONS),
    field("max_protocol_version", "PGMAXPROTOCOLVERSION", VERSIONS),
    field("service", "PGSERVICE", Kind::Text),
];

/// Variables of libpq that it refuses: `fromEnv()`.
const REFUSED: [&str; 13] = [
    "PGREQUIRESSL",
    "PGSSLCOMPRESSION",
    "PGREALM",
    "PGGSSENCMODE",
    "PGGSSDELEGATION",
    "PGGSSLIB",
    "PGREQUIREAUTH",
    "PGCHANNELBINDING",
    "PGSSLCERTMODE",
    "PGSSLCRL",
    "PGSSLCRLDIR",
    "PGREQUIREPEER",
    "PGKRBSRVNAME",
];

/// The variables come before the URL, empty ones among them.
pub(super) fn check_variables<'a>(reading: &Reading<'_, 'a>) -> Result<(), Refusal<'a>> {
    let refuse = |variable: &'a str, value: &str, message: Text<'a>| {
        let span = InputSpan { input: variable, span: Span::new(0, value.len()) };
        let stage = reading.stage;
        let spans = alloc::vec![span];
        Refusal { stage, kind: "error".into(), message, spans, raised_at: None, unless: None }
    };
    for variable in reading.inputs().variables() {
        if REFUSED.contains(&variable.name) {
            let text = Text::plain("pq: environment variable $").and(variable.name);
            let text = text.and(" is not supported");
            let text = match variable.name {
                "PGKRBSRVNAME" => text.and(" as Kerberos is not enabled"),
                _ => text,
            };
            return Err(refuse(variable.name, variable.value, text));
        }
    }
    for field in FIELDS.iter().filter(|it| !it.variable.is_empty()) {
        let is_open = reading.inputs().holes().iter().any(|(name, _)| *name == field.variable);
        let Some(value) = reading.inputs().get(field.variable).filter(|_| !is_open) else {
            continue;
        };
        let is_secret = shown::value(field.variable, Cow::Borrowed(value)).is_secret();
        let text = |piece: &str| match is_secret {
            true => Text::default().and_hidden(piece),
            false => Text::plain(piece.to_string()),
        };
        if let Some(why) = problem(field.kind, value, text) {
            let message = Text::plain("pq: wrong value for $").and(field.variable).and(": ");
            return Err(refuse(field.variable, value, message.and_text(why)));
        }
    }
    Ok(())
}

/// What the connection string says of a field.
pub(super) fn check_setting<'a>(
    reading: &Reading<'_, 'a>,
    field: &Field,
) -> Result<(), Refusal<'a>> {
    let Some(value) = reading.get(field.keyword) else { return Ok(()) };
    let is_secret = reading.line(field.keyword).is_some_and(|it| it.value.is_secret());
    let text = |piece: &str| match is_secret {
        true => Text::default().and_hidden(piece),
        false => Text::plain(piece.to_string()),
    };
    let Some(why) = problem(field.kind, value, text) else { return Ok(()) };
    let refusal = reading.refuse_value("error", field.keyword, |_| {
        let message = Text::plain("pq: wrong value for \"").and(field.keyword).and("\": ");
        message.and_text(why)
    });
    refusal.map_or(Ok(()), Err)
}

/// What is wrong with a value. `text` is a piece of it as it may be shown.
fn problem<'a>(kind: Kind, value: &str, text: impl Fn(&str) -> Text<'a>) -> Option<Text<'a>> {
    // What follows the first of a list is read before it, and may be empty.
    let mut pieces = value.split(',');
    let first = pieces.next().unwrap_or("");
    let mut list = pieces.filter(|it| !it.is_empty()).chain([first]);
    match kind {
        Kind::Text => None,
        Kind::Addresses => list.find_map(|it| {
            let (problem, at) = parse_addr(it).err()?;
            let quoted = |it: &str| quoted_value(text(it));
            let why = Text::plain("ParseAddr(").and_text(quoted(it)).and("): ").and(problem);
            Some(match at.and_then(|at| it.get(at..)).filter(|it| !it.is_empty()) {
                Some(tail) => why.and(" (at ").and_text(quoted(tail)).and(")"),
                None => why,
            })
        }),
        Kind::Ports => list.find_map(|it| {
            Some(number_error("ParseUint", text(it), number_problem(it, "ParseUint")?))
        }),
        Kind::Number => {
            Some(number_error("ParseInt", text(value), number_problem(value, "ParseInt")?))
        }
        Kind::Flag => {
            let words = [
                "1", "t", "T", "true", "TRUE", "True", "yes", "on", "0", "f", "F", "false",
                "FALSE", "False", "no", "off",
            ];
            let is_known = words.contains(&value);
            (!is_known).then(|| number_error("ParseBool", text(value), "invalid syntax"))
        }
        Kind::Word(words) => (!words.contains(&value)).then(|| {
            let mut listed = String::new();
            for (nth, word) in words.iter().enumerate() {
                listed.push_str(if nth > 0 { ", " } else { "" });
                listed.push_str(if nth + 1 == words.len() { "or " } else { "" });
                listed.push_str(word);
            }
            let inner = text(value).map(|it| Cow::Owned(quote_inner(it)));
            let why = Text::plain("\"").and_text(inner).and("\" is not supported; ");
            why.and("supported values are ").and(listed)
        }),
    }
}
