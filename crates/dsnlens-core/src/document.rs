//! The machine-readable answer: plain data, the same for the program's JSON and the JS package.
//!
//! Its shape is a promise, numbered by [`SCHEMA_VERSION`]. Secrets are masked unless asked for, and
//! positions are those in the masked text ([`Document::inputs`]): no length of a secret shows. They
//! are UTF-8 bytes until an outer crate counts them differently.

mod case;
#[cfg(feature = "live")]
mod check;
#[cfg(feature = "clients")]
mod compare;
mod outcome;

pub use case::{Case, CaseSettings, CaseStack, UnknownWord};

#[cfg(feature = "live")]
pub use check::{Check, StepDocument};
#[cfg(feature = "clients")]
pub use compare::{ClientReading, Comparison, Cure, Note, Part, clients};
pub use outcome::{Reads, Servers};

// The generated declarations call it.
#[cfg(feature = "typescript")]
use alloc::borrow::ToOwned;
use alloc::collections::{BTreeMap, BTreeSet};
use alloc::string::{String, ToString};
use alloc::vec::Vec;

use serde::de::{Error, MapAccess, SeqAccess, Visitor};
use serde::ser::{SerializeMap, SerializeSeq};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::answer::Verification;
use crate::client::Client;
use crate::clients::libpq::Connection;
use crate::clients::settings::{self, Settings};
use crate::databases::{self, Entry, Node, Place};
use crate::diagnostic::{Diagnostic, Fix};
use crate::inputs::{Debug, Inputs, is_known};
use crate::ledger::{self, Fate, Key, Ledger, Line, LineId};
use crate::masked::Masked;
use crate::promise::Outcomes;
use crate::question::Answer;
use crate::refusal;
use crate::resolution::{self, Resolution};
#[cfg(feature = "pages")]
use crate::rule::Rule;
use crate::secret::Text;
use crate::span::InputSpan;
#[cfg(feature = "whatwg")]
use crate::syntax::whatwg;
use crate::syntax::whatwg::ParseUrl;
use crate::tls::TlsPolicy;

/// The version of every shape in this module.
pub const SCHEMA_VERSION: u32 = 1;

/// Everything there is to say about a case.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(rename = "Resolution"))]
#[serde(rename_all = "camelCase")]
pub struct Document {
    /// The version of this shape.
    #[cfg_attr(feature = "typescript", ts(type = "1"))]
    pub schema_version: u32,
    /// Who reads it.
    #[cfg_attr(feature = "typescript", ts(type = "ClientName"))]
    pub client: &'static str,
    /// The branch of the settings module that was taken.
    #[cfg_attr(feature = "typescript", ts(type = r#""url" | "fields" | "databases""#))]
    pub mode: &'static str,
    /// `DATABASES['default']` in Python's key order.
    pub settings: Option<Dict>,
    /// `DATABASES`, with every alias.
    pub databases: Option<Dict>,
    /// Django's `DEBUG`.
    #[cfg_attr(feature = "typescript", ts(type = "boolean | { $unknown: string }"))]
    pub debug: Json,
    /// What the answer depends on and the inputs do not hold.
    pub unknown: Vec<Unknown>,
    /// The first error that the real stack raises.
    pub refusal: Option<Refusal>,
    /// What Django's backend hands to its driver.
    pub connect_params: Option<Dict>,
    /// What libpq settles on, one for each connection that the driver tries. A `host` of `null` is
    /// libpq's socket directory, the user `<os user>` the name of the account.
    pub effective: Option<Vec<Dict>>,
    /// What the client reads of the variables, also where it refuses something else later; `null`
    /// where the URL itself is refused.
    pub reads: Option<Reads>,
    /// How a connection is made to five kinds of servers; `null` where that is not known.
    pub servers: Option<Servers>,
    /// What the SSL settings guarantee.
    pub ssl: Option<Ssl>,
    /// The options of the URL that the client drops without an error.
    pub ignored: Vec<String>,
    /// The options of the URL that the client sends to the server, which refuses those it does not
    /// know.
    pub sent: Vec<String>,
    /// Every value that was offered, and what became of it.
    pub ledger: Vec<LedgerLine>,
    /// What is wrong, worst first.
    pub diagnostics: Vec<Finding>,
    /// The variables as they are shown, by name: positions are offsets in these texts. Each stretch
    /// of a secret is `********` here; with `showSecrets` the texts are the variables themselves.
    pub inputs: BTreeMap<String, String>,
}

/// Something that the answer depends on and the inputs do not hold.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct Unknown {
    /// The variable or the file that holds it.
    pub path: String,
    /// The line of the file, counted from 1.
    #[cfg_attr(feature = "typescript", ts(type = "number | null"))]
    pub line: Option<usize>,
    /// What is written in its place, if anything is.
    pub expression: Option<String>,
    /// Why it is not known.
    pub why: String,
}

/// An error of the real stack.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct Refusal {
    /// Who raises it.
    #[cfg_attr(feature = "typescript", ts(type = "StageName"))]
    pub stage: &'static str,
    /// What that stage calls the error: an exception's class, or libpq's `CONNECTION_BAD`.
    pub r#type: String,
    /// Its text.
    pub message: String,
    /// The bytes it is about.
    pub spans: Vec<Span>,
    /// The line of the settings module that raises it, counted from 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "typescript", ts(optional, type = "number"))]
    pub line: Option<usize>,
}

/// A stretch of an input.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct Span {
    /// The variable's name.
    pub input: String,
    /// Offset of its first unit in the variable as it is shown (`inputs`): UTF-8 bytes in the
    /// program, UTF-16 code units in JS.
    #[cfg_attr(feature = "typescript", ts(type = "number"))]
    pub start: usize,
    /// Offset behind its last unit.
    #[cfg_attr(feature = "typescript", ts(type = "number"))]
    pub end: usize,
}

/// What the SSL settings guarantee.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct Ssl {
    /// The mode that won, in the client's own words.
    pub mode: &'static str,
    /// The attempts on one address, in order.
    #[cfg_attr(feature = "typescript", ts(type = r#"Array<"tls" | "plain">"#))]
    pub attempts: Vec<&'static str>,
    /// Whether what is sent is encrypted.
    #[cfg_attr(feature = "typescript", ts(type = r#""always" | "opportunistic" | "never""#))]
    pub encryption: &'static str,
    /// What of the server's certificate is verified.
    #[cfg_attr(feature = "typescript", ts(type = r#""nothing" | "chain" | "chain-and-host""#))]
    pub verifies: &'static str,
    /// What certificates are checked against: nothing, a file that is named, what the machine trusts,
    /// or what the client's language brings along.
    #[cfg_attr(feature = "typescript", ts(type = r#""none" | "file" | "system" | "runtime""#))]
    pub roots: &'static str,
}

/// One value that was offered for a setting.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct LedgerLine {
    /// Who met it.
    #[cfg_attr(feature = "typescript", ts(type = "StageName"))]
    pub stage: &'static str,
    /// libpq's keyword, or Django's name where libpq has none.
    pub key: String,
    /// What it says.
    pub value: Json,
    /// Where it was written.
    pub origin: Origin,
    /// What became of it.
    #[cfg_attr(
        feature = "typescript",
        ts(type = r#""won" | "overridden" | "joined" | "ignored" | "sent""#)
    )]
    pub fate: &'static str,
    /// Why it did not win.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "typescript", ts(optional))]
    pub reason: Option<String>,
}

/// Where a value was written.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(tag = "type", rename_all = "camelCase")]
pub enum Origin {
    /// A stretch of an environment variable.
    Variable {
        /// The variable's name.
        name: String,
        /// Offset of its first unit in the variable as it is shown (`inputs`).
        #[cfg_attr(feature = "typescript", ts(type = "number"))]
        start: usize,
        /// Offset behind its last unit.
        #[cfg_attr(feature = "typescript", ts(type = "number"))]
        end: usize,
    },
    /// A place in a settings module that was given.
    Settings {
        /// Its path; `DATABASES` where the dictionary itself was given.
        path: String,
        /// The line, counted from 1.
        #[serde(skip_serializing_if = "Option::is_none")]
        #[cfg_attr(feature = "typescript", ts(optional, type = "number"))]
        line: Option<usize>,
        /// Offset of its first unit.
        #[serde(skip_serializing_if = "Option::is_none")]
        #[cfg_attr(feature = "typescript", ts(optional, type = "number"))]
        start: Option<usize>,
        /// Offset behind its last unit.
        #[serde(skip_serializing_if = "Option::is_none")]
        #[cfg_attr(feature = "typescript", ts(optional, type = "number"))]
        end: Option<usize>,
    },
    /// The settings module.
    Recipe {
        /// The expression that says so.
        expression: &'static str,
    },
    /// A line of a file that libpq reads; only where the machine is looked at.
    File {
        /// The file's path.
        path: String,
        /// The line, counted from 1.
        #[cfg_attr(feature = "typescript", ts(type = "number"))]
        line: usize,
    },
    /// A default compiled into a client.
    Default {
        /// Whose.
        of: &'static str,
    },
    /// Made from other lines of the ledger.
    Derived,
}

/// What a rule found.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(rename = "Diagnostic"))]
#[serde(rename_all = "camelCase")]
pub struct Finding {
    /// The rule's name.
    pub rule: &'static str,
    /// What happens if nothing is done.
    #[cfg_attr(feature = "typescript", ts(type = r#""error" | "warning" | "info""#))]
    pub severity: &'static str,
    /// The situation in a sentence.
    pub message: String,
    /// The stretches it is about.
    pub spans: Vec<Span>,
    /// What to do.
    pub help: String,
    /// Variables to paste instead, where there are such.
    pub fix: Option<FixDocument>,
    /// The same for what else the inputs may have meant; absent where nothing else is likely.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[cfg_attr(feature = "typescript", ts(optional, as = "Option<Vec<FixDocument>>"))]
    pub other_fixes: Vec<FixDocument>,
}

/// Variables to paste, and files of the settings module.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(rename = "Fix"))]
pub struct FixDocument {
    /// What it does.
    pub title: String,
    /// The variables that change, whole.
    pub env: BTreeMap<&'static str, String>,
    /// The files of the settings module that change, whole, by their paths; absent where none does.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    #[cfg_attr(feature = "typescript", ts(optional, as = "Option<BTreeMap<String, String>>"))]
    pub settings: BTreeMap<String, String>,
}

/// A client in a list.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct ClientSummary {
    /// The name that `client` of a case takes.
    #[cfg_attr(feature = "typescript", ts(type = "ClientName"))]
    pub name: &'static str,
    /// What it is, with what it stands on.
    pub title: &'static str,
    /// The release that is reproduced, of the packages that decide.
    pub version: &'static str,
    /// Its stages, from the top down.
    #[cfg_attr(feature = "typescript", ts(type = "StageName[]"))]
    pub stages: Vec<&'static str>,
}

impl ClientSummary {
    /// What a list says of `client`.
    pub fn new(client: &Client) -> ClientSummary {
        let stages = client.stages.iter().map(|it| it.name).collect();
        let Client { name, title, version, .. } = *client;
        ClientSummary { name, title, version, stages }
    }
}

/// A rule in a list.
#[cfg(feature = "pages")]
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct RuleSummary {
    /// Its name.
    pub name: &'static str,
    /// The situation in a sentence.
    pub title: &'static str,
    /// The severities it reports, worst first.
    #[cfg_attr(feature = "typescript", ts(type = r#"Array<"error" | "warning" | "info">"#))]
    pub severities: Vec<&'static str>,
}

#[cfg(feature = "pages")]
impl RuleSummary {
    /// What a list says of `rule`.
    pub fn new(rule: &Rule) -> RuleSummary {
        RuleSummary {
            name: rule.name,
            title: rule.page().title(),
            severities: rule.severities.iter().map(|it| it.name()).collect(),
        }
    }
}

/// A rule's page.
#[cfg(feature = "pages")]
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct RulePage {
    /// The rule's name.
    pub name: &'static str,
    /// The situation in a sentence.
    pub title: &'static str,
    /// The page in Markdown, without the title.
    pub markdown: String,
}

#[cfg(feature = "pages")]
impl RulePage {
    /// The page of `rule`.
    pub fn new(rule: &Rule) -> RulePage {
        let lines: Vec<_> = rule.page().lines().collect();
        let markdown = lines.join("\n").trim().to_string();
        RulePage { name: rule.name, title: rule.page().title(), markdown }
    }
}

/// A Python value as JSON.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(
    feature = "typescript",
    derive(ts_rs::TS),
    ts(
        type = r#"null | boolean | number | string | { $path: string } | { $bigint: string } | { $bytes: string } | { $unknown: string } | Json[] | { [key: string]: Json }"#
    )
)]
pub enum Json {
    /// `null`.
    Null,
    /// `true` or `false`.
    Bool(bool),
    /// A number that fits 64 bits.
    Int(i64),
    /// A number as JS knows it.
    Number(f64),
    /// Any other number: `{"$bigint": "…"}`.
    BigInt(String),
    /// A list.
    List(Vec<Json>),
    /// An object, in order.
    Dict(Dict),
    /// A text.
    Str(String),
    /// A path: `{"$path": "…"}`.
    Path(String),
    /// What is no text, in hexadecimal digits: `{"$bytes": "…"}`.
    Bytes(String),
    /// What is not known, and why: `{"$unknown": "…"}`.
    Unknown(String),
}

/// An object whose keys stay in order.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(type = "{ [key: string]: Json }"))]
pub struct Dict(pub Vec<(String, Json)>);

/// Where a dictionary comes from that was given as one.
const GIVEN: ledger::Origin<'static> =
    ledger::Origin::Settings { path: "DATABASES", place: Place::NONE };

impl Dict {
    fn entries(&self) -> databases::Dict<'_> {
        let mut dict = databases::Dict::default();
        for (key, value) in &self.0 {
            let value = match value {
                Json::Dict(dict) => Node::Dict(dict.entries()),
                other => Node::Value(other.value()),
            };
            dict.entries.push(Entry { key: key.into(), origin: GIVEN, value, before: Vec::new() });
        }
        dict
    }
}

impl Json {
    fn value(&self) -> ledger::Value<'_> {
        match self {
            Json::Null => ledger::Value::None,
            Json::Bool(it) => ledger::Value::Bool(*it),
            Json::Int(it) => ledger::Value::Int(*it),
            Json::Number(it) => ledger::Value::Float(alloc::format!("{it:?}").into()),
            Json::BigInt(digits) => ledger::Value::BigInt(digits.clone()),
            Json::List(items) => ledger::Value::List(items.iter().map(Json::value).collect()),
            Json::Dict(Dict(entries)) => ledger::Value::Dict(
                entries.iter().map(|(key, value)| (key.into(), value.value())).collect(),
            ),
            Json::Str(text) => ledger::Value::Str(text.into()),
            Json::Path(path) => ledger::Value::Path(path.into()),
            // No case has any.
            Json::Bytes(digits) => ledger::Value::Str(digits.into()),
            Json::Unknown(why) => ledger::Value::Unknown { why: why.into() },
        }
    }

    /// What an object with one entry stands for, if its key is a mark.
    fn marked(Dict(entries): Dict) -> Json {
        match entries.as_slice() {
            [(key, Json::Str(text))] => match &**key {
                "$path" => Json::Path(text.clone()),
                "$unknown" => Json::Unknown(text.clone()),
                "$bigint" if is_integer(text) => Json::BigInt(text.clone()),
                _ => Json::Dict(Dict(entries)),
            },
            _ => Json::Dict(Dict(entries)),
        }
    }
}

fn is_integer(text: &str) -> bool {
    let digits = text.strip_prefix('-').unwrap_or(text);
    !digits.is_empty() && digits.bytes().all(|it| it.is_ascii_digit())
}

impl<'de> Deserialize<'de> for Json {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Json, D::Error> {
        deserializer.deserialize_any(JsonVisitor)
    }
}

impl<'de> Deserialize<'de> for Dict {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Dict, D::Error> {
        match Json::deserialize(deserializer)? {
            Json::Dict(dict) => Ok(dict),
            _ => Err(D::Error::custom("not an object")),
        }
    }
}

struct JsonVisitor;

impl<'de> Visitor<'de> for JsonVisitor {
    type Value = Json;

    fn expecting(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str("a value of JSON")
    }

    fn visit_unit<E>(self) -> Result<Json, E> {
        Ok(Json::Null)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Json, E> {
        Ok(Json::Bool(value))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Json, E> {
        Ok(Json::Int(value))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Json, E> {
        Ok(i64::try_from(value).map_or_else(|_| Json::BigInt(value.to_string()), Json::Int))
    }

    fn visit_f64<E>(self, value: f64) -> Result<Json, E> {
        Ok(Json::Number(value))
    }

    fn visit_str<E>(self, value: &str) -> Result<Json, E> {
        Ok(Json::Str(value.into()))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Json, A::Error> {
        let mut list = Vec::new();
        while let Some(item) = items.next_element()? {
            list.push(item);
        }
        Ok(Json::List(list))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<Json, A::Error> {
        // As in Python, of two with one key the last counts, in the place of the first.
        let mut places: BTreeMap<String, usize> = BTreeMap::new();
        let mut dict: Vec<(String, Json)> = Vec::new();
        while let Some((key, value)) = entries.next_entry::<String, Json>()? {
            match places.get(&key).and_then(|nth| dict.get_mut(*nth)) {
                Some(there) => there.1 = value,
                None => {
                    places.insert(key.clone(), dict.len());
                    dict.push((key, value));
                }
            }
        }
        Ok(Json::marked(Dict(dict)))
    }
}

impl Serialize for Json {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Json::Null => serializer.serialize_unit(),
            Json::Bool(value) => serializer.serialize_bool(*value),
            Json::Int(value) => serializer.serialize_i64(*value),
            Json::Number(value) => serializer.serialize_f64(*value),
            Json::BigInt(digits) => {
                let mut map = serializer.serialize_map(Some(1))?;
                map.serialize_entry("$bigint", digits)?;
                map.end()
            }
            Json::List(values) => {
                let mut list = serializer.serialize_seq(Some(values.len()))?;
                for value in values {
                    list.serialize_element(value)?;
                }
                list.end()
            }
            Json::Dict(dict) => dict.serialize(serializer),
            Json::Str(text) => serializer.serialize_str(text),
            Json::Bytes(digits) => {
                let mut map = serializer.serialize_map(Some(1))?;
                map.serialize_entry("$bytes", digits)?;
                map.end()
            }
            Json::Path(path) => {
                let mut map = serializer.serialize_map(Some(1))?;
                map.serialize_entry("$path", path)?;
                map.end()
            }
            Json::Unknown(why) => {
                let mut map = serializer.serialize_map(Some(1))?;
                map.serialize_entry("$unknown", why)?;
                map.end()
            }
        }
    }
}

impl Serialize for Dict {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(self.0.len()))?;
        for (key, value) in &self.0 {
            map.serialize_entry(key, value)?;
        }
        map.end()
    }
}

impl Document {
    /// The machine-readable form of an answer, with its secrets or without.
    #[cfg(feature = "whatwg")]
    pub fn new(answer: &Answer<'_>, show_secrets: bool) -> Document {
        Document::with_parser(whatwg::parse, answer, show_secrets)
    }

    /// The same with a WHATWG parser from outside.
    pub fn with_parser(parse_url: ParseUrl, answer: &Answer<'_>, show_secrets: bool) -> Document {
        let Answer { question, resolution, diagnostics } = answer;
        let writer = Writer::new(answer, show_secrets);
        let verification = Verification::new(parse_url, answer);
        let finding = |it: &Diagnostic<'_>| writer.finding(it, &verification.fixes(it));
        Document {
            schema_version: SCHEMA_VERSION,
            client: question.client.name,
            inputs: writer
                .masked
                .iter()
                .map(|(it, masked)| ((*it).into(), masked.text.clone()))
                .collect(),
            mode: resolution.mode.name(),
            settings: resolution.settings.as_ref().map(|it| writer.settings(it)),
            databases: databases(resolution, &question.inputs, &writer),
            debug: debug(resolution, &question.inputs),
            unknown: resolution.unknown.iter().map(unknown).collect(),
            refusal: resolution.refusal.as_ref().map(|it| writer.refusal(it)),
            connect_params: resolution.connect_params.as_ref().map(|it| writer.dict(&it.lines)),
            effective: resolution
                .effective
                .as_ref()
                .map(|it| it.iter().map(|connection| writer.connection(connection)).collect()),
            reads: writer.reads(resolution),
            servers: outcome::servers(Outcomes::of(resolution)),
            ssl: resolution.tls.as_ref().map(ssl),
            ignored: writer.options(|fate| matches!(fate, Fate::Ignored { .. })),
            sent: writer.options(|fate| fate == Fate::Sent),
            ledger: resolution.ledger.lines().map(|(_, line)| writer.line(line)).collect(),
            diagnostics: diagnostics.iter().map(finding).collect(),
        }
    }
}

struct Writer<'r, 'a> {
    ledger: &'r Ledger<'a>,
    ends_in_libpq: bool,
    show_secrets: bool,
    masked: BTreeMap<&'a str, Masked>,
}

impl<'r, 'a> Writer<'r, 'a> {
    fn new(answer: &'r Answer<'a>, show_secrets: bool) -> Self {
        // Those that the project knows, and those that a settings module made a value of.
        let lines = answer.resolution.ledger.lines();
        let origins = lines.filter_map(|(_, it)| it.origin.input_span().map(|it| it.input));
        let used: BTreeSet<_> = origins.collect();
        let names = answer.question.inputs.variables().iter().map(|it| it.name);
        let relevant = names.filter(|it| is_known(it) || used.contains(it));
        let masked = relevant.map(|it| (it, answer.masked(it, show_secrets)));
        Writer {
            ledger: &answer.resolution.ledger,
            ends_in_libpq: answer.question.client.ends_in_libpq,
            show_secrets,
            masked: masked.collect(),
        }
    }
}

impl Writer<'_, '_> {
    fn settings(&self, settings: &Settings) -> Dict {
        let entry = |entry: &settings::Entry| match entry {
            settings::Entry::Setting(id) => {
                let line = self.ledger.line(*id)?;
                Some((self.setting(&line.key), self.json(&line.value)))
            }
            settings::Entry::Options(options) => {
                Some((String::from("OPTIONS"), Json::Dict(self.dict(options))))
            }
        };
        Dict(settings.entries.iter().filter_map(entry).collect())
    }

    fn setting(&self, key: &Key<'_>) -> String {
        match key {
            Key::Setting(setting) => setting.name().into(),
            other => self.keyword(other),
        }
    }

    fn dict(&self, lines: &[LineId]) -> Dict {
        let lines = lines.iter().filter_map(|&id| self.ledger.line(id));
        Dict(lines.map(|line| (self.keyword(&line.key), self.json(&line.value))).collect())
    }

    fn connection(&self, connection: &Connection<'_>) -> Dict {
        let entry = |(keyword, value): &(&'static str, Option<ledger::Value<'_>>)| {
            let value = value.as_ref().map_or(Json::Null, |it| self.json(it));
            (String::from(*keyword), value)
        };
        Dict(connection.values.iter().map(entry).collect())
    }

    fn keyword(&self, key: &Key<'_>) -> String {
        if self.show_secrets { key.reveal().into() } else { key.keyword().into() }
    }

    fn refusal(&self, refusal: &refusal::Refusal<'_>) -> Refusal {
        Refusal {
            stage: refusal.stage.name,
            r#type: refusal.kind.to_string(),
            message: self.text(&refusal.message),
            spans: self.spans(&refusal.spans),
            line: refusal.raised_at.map(|it| it.1),
        }
    }

    fn line(&self, line: &Line<'_>) -> LedgerLine {
        LedgerLine {
            stage: line.stage.name,
            key: self.keyword(&line.key),
            value: self.json(&line.value),
            origin: self.origin(&line.origin),
            fate: line.fate.name(),
            reason: self.reason(line.fate),
        }
    }

    fn reason(&self, fate: Fate) -> Option<String> {
        match fate {
            Fate::Won | Fate::Sent => None,
            Fate::Ignored { reason } => Some(reason.into()),
            Fate::Overridden { by } => {
                let winner = self.ledger.line(by)?;
                Some(alloc::format!("{} comes first", winner.origin))
            }
            Fate::Joined { into } => {
                let whole = self.ledger.line(into)?;
                Some(alloc::format!("it is a part of {} now", self.keyword(&whole.key)))
            }
        }
    }

    fn finding(&self, diagnostic: &Diagnostic<'_>, fixes: &[Fix]) -> Finding {
        let mut fixes = fixes.iter().map(|it| self.fix(it));
        Finding {
            rule: diagnostic.rule.name,
            severity: diagnostic.severity.name(),
            message: diagnostic.message.to_string(),
            spans: self.spans(&diagnostic.spans),
            help: diagnostic.help.to_string(),
            fix: fixes.next(),
            other_fixes: fixes.collect(),
        }
    }

    fn fix(&self, fix: &Fix) -> FixDocument {
        let env = fix.variables.iter().map(|(name, text)| (*name, self.text(text)));
        let files = fix.files.iter().map(|it| (it.path.clone(), self.text(&it.after)));
        FixDocument { title: fix.title.to_string(), env: env.collect(), settings: files.collect() }
    }

    /// Those of a settings module only with its secrets: they would tell a length.
    fn spans(&self, spans: &[InputSpan<'_>]) -> Vec<Span> {
        let is_shown =
            |it: &&InputSpan<'_>| self.show_secrets || self.masked.contains_key(it.input);
        spans.iter().filter(is_shown).map(|it| self.span(it)).collect()
    }

    fn span(&self, span: &InputSpan<'_>) -> Span {
        let masked = self.masked.get(span.input);
        let place = masked.map_or(span.span, |it| it.span(span.span));
        Span { input: span.input.into(), start: place.start, end: place.end }
    }

    fn origin(&self, origin: &ledger::Origin<'_>) -> Origin {
        match *origin {
            ledger::Origin::Variable { name, span } => {
                let Span { input, start, end } = self.span(&InputSpan { input: name, span });
                Origin::Variable { name: input, start, end }
            }
            ledger::Origin::Settings { path, place } => {
                let line = (place.line > 0).then_some(place.line);
                // What is in front of it may be a password.
                let at = line.filter(|_| self.show_secrets);
                Origin::Settings {
                    path: path.into(),
                    line,
                    start: at.map(|_| place.span.start),
                    end: at.map(|_| place.span.end),
                }
            }
            ledger::Origin::Recipe(expression) => Origin::Recipe { expression },
            ledger::Origin::File { path, line } => Origin::File { path: path.into(), line },
            ledger::Origin::Default { of } => Origin::Default { of },
            ledger::Origin::Derived => Origin::Derived,
        }
    }

    fn text(&self, text: &Text<'_>) -> String {
        if self.show_secrets { text.reveal() } else { text.to_string() }
    }

    fn json(&self, value: &ledger::Value<'_>) -> Json {
        match value {
            ledger::Value::Account => Json::Str(value.to_string()),
            ledger::Value::Bytes(bytes) => {
                Json::Bytes(bytes.iter().map(|it| alloc::format!("{it:02x}")).collect())
            }
            ledger::Value::Bool(value) => Json::Bool(*value),
            ledger::Value::Int(value) => Json::Int(*value),
            ledger::Value::BigInt(digits) => Json::BigInt(digits.clone()),
            ledger::Value::List(values) | ledger::Value::Tuple(values) => {
                Json::List(values.iter().map(|it| self.json(it)).collect())
            }
            ledger::Value::Dict(entries) => Json::Dict(Dict(
                entries.iter().map(|(key, value)| (key.to_string(), self.json(value))).collect(),
            )),
            ledger::Value::Float(text) => match text.parse() {
                Ok(number) if f64::is_finite(number) => Json::Number(number),
                _ => Json::Str(text.to_string()),
            },
            ledger::Value::None => Json::Null,
            ledger::Value::Path(path) => Json::Path(path.to_string()),
            ledger::Value::Secret(secret) if self.show_secrets => self.json(secret.reveal()),
            ledger::Value::Secret(secret) => Json::Str(secret.to_string()),
            ledger::Value::Str(text) => Json::Str(text.to_string()),
            ledger::Value::Unknown { why } => Json::Unknown(why.to_string()),
        }
    }
}

/// Every alias; those beside `default` as they were given.
fn databases(
    resolution: &Resolution<'_>,
    inputs: &Inputs<'_>,
    writer: &Writer<'_, '_>,
) -> Option<Dict> {
    let default = || resolution.settings.as_ref().map(|it| Json::Dict(writer.settings(it)));
    let module = resolution.module.as_ref();
    // A module that ends in an exception leaves nothing behind.
    let is_raised = resolution.refusal.as_ref().is_some_and(|it| it.raised_at.is_some());
    if module.is_some() && is_raised {
        return None;
    }
    let Some(given) = module.map(|it| &it.databases).or(inputs.databases()) else {
        return Some(Dict(alloc::vec![(String::from("default"), default()?)]));
    };
    let alias = |it: &Entry<'_>| {
        let given = || writer.json(&settings::masked(&it.value).to_value());
        let value = match &*it.key {
            // What is no dictionary is refused later.
            "default" => default().unwrap_or_else(given),
            _ => given(),
        };
        (it.key.to_string(), value)
    };
    if let (Some((why, _)), []) = (&given.aliases.more, given.aliases.entries.as_slice()) {
        return Some(Dict(alloc::vec![("$unknown".into(), Json::Str(why.to_string()))]));
    }
    Some(Dict(given.aliases.entries.iter().map(alias).collect()))
}

/// What is not known of `DEBUG` says why; a variable without a clear word counts as off.
fn debug(resolution: &Resolution<'_>, inputs: &Inputs<'_>) -> Json {
    match resolution.debug {
        Debug::Clear(on) => Json::Bool(on),
        Debug::Unset | Debug::Ambiguous => Json::Bool(false),
        Debug::Unknown => {
            let module = resolution.module.as_ref().and_then(|it| it.unknown_debug.as_ref());
            let why = module.or_else(|| inputs.unknown_debug());
            Json::Unknown(why.map(|it| it.to_string()).unwrap_or_default())
        }
    }
}

fn unknown(unknown: &resolution::Unknown<'_>) -> Unknown {
    let expression = (!unknown.expression.is_empty()).then(|| unknown.expression.to_string());
    Unknown {
        path: unknown.path.into(),
        line: unknown.line,
        expression,
        why: unknown.why.to_string(),
    }
}

fn ssl(tls: &TlsPolicy) -> Ssl {
    Ssl {
        mode: tls.mode.name,
        attempts: tls.attempts().iter().map(|it| it.name()).collect(),
        encryption: tls.encryption().name(),
        verifies: tls.verifies().name(),
        roots: tls.roots.name(),
    }
}

#[cfg(all(test, feature = "whatwg"))]
mod tests {
    use alloc::format;

    use super::*;
    use crate::client::CLIENTS;
    use crate::module::{Evaluated, SettingsModule};
    use crate::question::Question;

    fn nothing<'a>(_: &SettingsModule<'a>, _: &Question<'a>) -> Evaluated<'a> {
        Evaluated::default()
    }

    #[test]
    fn a_client_is_its_row_and_nothing_else() {
        let case = |client: &str| Case {
            env: [("DATABASE_URL".into(), "postgres://u:correct-horse@db.example.com".into())]
                .into(),
            client: Some(client.into()),
            ..Case::default()
        };
        let document = case("sketch").answer(nothing, false).unwrap();
        assert_eq!((document.client, document.ledger[0].stage), ("sketch", "sketch"));
        assert_eq!(document.ledger[0].value, Json::Str("db.example.com".into()));
        let error = case("hunter2").answer(nothing, false).unwrap_err();
        let names: Vec<_> = CLIENTS.iter().map(|it| format!("\"{}\"", it.name)).collect();
        let (last, others) = names.split_last().unwrap();
        assert_eq!(error.expected, format!("{} or {last}", others.join(", ")));
    }
}
