//! The same variables in several clients: what each reads, which of them agree, and what would make
//! more of them agree.

mod cure;
mod notes;

pub use cure::Cure;
pub use notes::Note;

use alloc::borrow::Cow;
use alloc::collections::BTreeMap;
use alloc::string::String;
// The generated declarations call it.
#[cfg(feature = "typescript")]
use alloc::string::ToString;
use alloc::vec::Vec;

use serde::Serialize;

use super::{
    Case, Json, Reads, Refusal, SCHEMA_VERSION, Servers, Span, UnknownWord, Writer, outcome,
};
use crate::client::{self, CLIENTS, Client};
use crate::ledger::Fate;
use crate::module::Evaluate;
use crate::promise::{self, Outcomes};
use crate::question::{Answer, Question};
use crate::resolution::read;

/// The same variables in several clients.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct Comparison {
    /// The version of this shape.
    #[cfg_attr(feature = "typescript", ts(type = "1"))]
    pub schema_version: u32,
    /// What each client reads, in the order in which they were asked for.
    pub clients: Vec<ClientReading>,
    /// The clients that read the same host, port, user, password and database, the largest group
    /// first. Those that refuse the URL are a group of their own.
    #[cfg_attr(feature = "typescript", ts(type = "ClientName[][]"))]
    pub groups: Vec<Vec<&'static str>>,
    /// What of the differences is a danger.
    #[serde(skip)]
    pub notes: Vec<Note>,
}

/// What one client makes of the variables.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct ClientReading {
    /// The client.
    #[cfg_attr(feature = "typescript", ts(type = "ClientName"))]
    pub client: &'static str,
    /// The release that is reproduced, of the packages that decide.
    pub version: Cow<'static, str>,
    /// What it reads; `null` where it refuses the URL.
    pub reads: Option<Reads>,
    /// The first error that it raises.
    pub refusal: Option<Refusal>,
    /// How a connection is made to five kinds of servers; `null` where that is not known.
    pub servers: Option<Servers>,
    /// The options of the URL that it drops without an error.
    pub ignored: Vec<String>,
    /// The options of the URL that it sends to the server.
    pub sent: Vec<String>,
    /// The variables that the refusal points into, as they are shown.
    #[serde(skip)]
    pub inputs: BTreeMap<String, String>,
    /// What of its reading differs from that of the largest group that reads the URL.
    #[serde(skip)]
    pub differs: Vec<Part>,
    /// Whether a certificate has to be signed by a public authority.
    #[serde(skip)]
    pub needs_public_authority: bool,
    /// How it connects, where that is known.
    #[serde(skip)]
    outcomes: Option<Outcomes>,
}

/// A part of what a client reads.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// Its host or its port.
    Host,
    /// The role.
    User,
    /// The password.
    Password,
    /// The database.
    Database,
}

impl Part {
    /// What a person calls it.
    pub const fn title(self) -> &'static str {
        match self {
            Part::Host => "host",
            Part::User => "user",
            Part::Password => "password",
            Part::Database => "database",
        }
    }

    fn all_that_differ(one: &Reads, other: &Reads) -> Vec<Part> {
        let pairs = [
            (Part::Host, one.hosts != other.hosts),
            (Part::User, one.user != other.user),
            (Part::Password, one.password != other.password),
            (Part::Database, one.database != other.database),
        ];
        pairs.into_iter().filter(|(_, differs)| *differs).map(|(part, _)| part).collect()
    }
}

impl Comparison {
    /// Puts a question to several clients.
    pub fn new(
        question: &Question<'_>,
        clients: &[&'static Client],
        evaluate: Evaluate,
        show_secrets: bool,
    ) -> Comparison {
        // Whether two passwords are the same is decided before they are masked.
        let mut revealed = Vec::with_capacity(clients.len());
        let mut readings = Vec::with_capacity(clients.len());
        let mut sslmode = None;
        for client in clients {
            let question = question.put_to(client, evaluate);
            let resolution = read(&question);
            let answer = Answer { question, resolution, diagnostics: Vec::new() };
            sslmode = sslmode.or_else(|| Some(promise::sslmode(&answer.resolution)?.0));
            revealed.push(Writer::new(&answer, true).reads(&answer.resolution));
            readings.push(reading(&answer, show_secrets));
        }
        let groups = groups(&revealed);
        let largest = groups.iter().find_map(|group| revealed.get(*group.first()?)?.as_ref());
        if let Some(largest) = largest {
            for (reading, reads) in readings.iter_mut().zip(&revealed) {
                let differs = |it: &Reads| Part::all_that_differ(largest, it);
                reading.differs = reads.as_ref().map(differs).unwrap_or_default();
            }
        }
        let name = |nth: &usize| readings.get(*nth).map(|it| it.client);
        let groups = groups.iter().map(|it| it.iter().filter_map(name).collect()).collect();
        let notes = sslmode.map(|it| notes::about(it, &readings)).unwrap_or_default();
        Comparison { schema_version: SCHEMA_VERSION, clients: readings, groups, notes }
    }
}

fn reading(answer: &Answer<'_>, show_secrets: bool) -> ClientReading {
    let Answer { question, resolution, .. } = answer;
    let writer = Writer::new(answer, show_secrets);
    let refusal = resolution.refusal.as_ref().map(|it| writer.refusal(it));
    let spans = refusal.iter().flat_map(|it| &it.spans);
    let shown = |it: &Span| Some((it.input.clone(), writer.masked.get(&*it.input)?.text.clone()));
    let inputs = spans.filter_map(shown).collect();
    let outcomes = Outcomes::of(resolution);
    ClientReading {
        client: question.client.name,
        version: question.version(),
        reads: writer.reads(resolution),
        refusal,
        servers: outcome::servers(outcomes),
        ignored: writer.options(|fate| matches!(fate, Fate::Ignored { .. })),
        sent: writer.options(|fate| fate == Fate::Sent),
        inputs,
        differs: Vec::new(),
        needs_public_authority: outcomes.is_some_and(|it| it.needs_public_authority()),
        outcomes,
    }
}

/// The places of those that are the same, the largest group first.
fn groups(readings: &[Option<Reads>]) -> Vec<Vec<usize>> {
    let mut groups: Vec<Vec<usize>> = Vec::new();
    let mut places: BTreeMap<String, usize> = BTreeMap::new();
    for (nth, reads) in readings.iter().enumerate() {
        let written = reads.as_ref().map(key).unwrap_or_default();
        let place = *places.entry(written).or_insert_with(|| {
            groups.push(Vec::new());
            groups.len() - 1
        });
        if let Some(group) = groups.get_mut(place) {
            group.push(nth);
        }
    }
    groups.sort_by_key(|it| core::cmp::Reverse(it.len()));
    groups
}

/// A text that two readings have in common only where they are the same.
fn key(Reads { hosts, user, password, database }: &Reads) -> String {
    let hosts = hosts.iter().map(|it| Json::List(it.to_vec())).collect();
    let all = [Json::List(hosts), user.clone(), password.clone(), database.clone()];
    alloc::format!("{all:?}")
}

impl Case {
    /// What each client makes of it; an error where a property has a value that is not one of its
    /// words. Its own client is left aside.
    pub fn compare(
        &self,
        clients: &[&'static Client],
        evaluate: Evaluate,
        show_secrets: bool,
    ) -> Result<Comparison, UnknownWord> {
        let question = Case { client: None, ..self.clone() };
        let question = question.question(evaluate)?;
        Ok(Comparison::new(&question, clients, evaluate, show_secrets))
    }
}

/// The clients with these names, every one that takes URLs where there is none.
pub fn clients<'n>(
    names: impl IntoIterator<Item = &'n str>,
) -> Result<Vec<&'static Client>, UnknownWord> {
    let found: Result<Vec<_>, _> = names
        .into_iter()
        .map(|it| client::find(it).ok_or_else(super::case::unknown_client))
        .collect();
    Ok(match found? {
        found if found.is_empty() => CLIENTS.iter().copied().filter(|it| it.takes_urls()).collect(),
        found => found,
    })
}
