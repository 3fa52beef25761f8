//! The same variables in other clients, as the page shows them. The second module compares.

use crate::plain::plain;

/// What there is to say of all clients.
#[derive(Clone, Default, PartialEq)]
pub(crate) struct Others {
    /// The sentence above the table.
    pub(crate) sentence: String,
    /// Whether somebody reads the variables otherwise, or refuses them.
    pub(crate) is_worrying: bool,
    /// What of the differences is a danger: what, and what to do.
    pub(crate) notes: Vec<(String, String)>,
    /// The clients that read the same; the largest group first.
    pub(crate) groups: Vec<Group>,
}

/// Clients that read the same.
#[derive(Clone, Default, PartialEq)]
pub(crate) struct Group {
    pub(crate) title: String,
    pub(crate) members: Vec<Member>,
}

/// A client.
#[derive(Clone, Default, PartialEq)]
pub(crate) struct Member {
    pub(crate) name: String,
    pub(crate) version: String,
    /// `user@host:port/database`, or the error.
    pub(crate) reads: String,
    pub(crate) is_refused: bool,
    /// What of it differs from the largest group.
    pub(crate) differs: Vec<String>,
    /// How it connects to each kind of server; empty where that is not known.
    pub(crate) servers: Vec<String>,
    /// What else to know: options that it does not use.
    pub(crate) notes: Vec<String>,
}

plain!(Others { sentence, is_worrying, notes, groups });
plain!(Group { title, members });
plain!(Member { name, version, reads, is_refused, differs, servers, notes });

/// The kinds of servers, as the columns are headed.
pub(crate) const SERVERS: [&str; 5] =
    ["no TLS", "trusted", "self-signed", "wrong host", "TLS only"];

#[cfg(any(test, feature = "more"))]
pub(crate) use comparing::compare;

#[cfg(any(test, feature = "more"))]
mod comparing {
    use dsnlens_core::document::{ClientReading, Comparison, Json, Part, Reads, Servers};
    use dsnlens_core::module::Evaluate;
    use dsnlens_core::{CLIENTS, Client, Question, visible};

    use super::{Group, Member, Others};

    /// Puts a question to every client that takes URLs.
    pub(crate) fn compare(question: &Question<'_>, evaluate: Evaluate) -> Others {
        let clients: Vec<&'static Client> =
            CLIENTS.iter().copied().filter(|it| it.takes_urls()).collect();
        let comparison = Comparison::new(question, &clients, evaluate, false);
        let notes = comparison.notes.iter();
        Others {
            sentence: sentence(&comparison),
            is_worrying: comparison.clients.iter().any(is_other),
            notes: notes.map(|it| (it.message.clone(), it.help.clone())).collect(),
            groups: comparison.groups.iter().map(|it| group(it, &comparison)).collect(),
        }
    }

    fn is_other(it: &ClientReading) -> bool {
        it.reads.is_none() || !it.differs.is_empty()
    }

    fn sentence(Comparison { clients, .. }: &Comparison) -> String {
        let count = |is: fn(&&ClientReading) -> bool| clients.iter().filter(is).count();
        let (all, refuse) = (clients.len(), count(|it| it.reads.is_none()));
        let differ = count(|it| !it.differs.is_empty());
        let of = |count: usize, one: &str, more: &str| match count {
            1 => format!("1 of {all} clients {one}"),
            count => format!("{count} of {all} clients {more}"),
        };
        let is_unknown = |it: &ClientReading| {
            let host = it.reads.as_ref().and_then(|it| it.hosts.first());
            matches!(host, Some([Json::Unknown(_), _]))
        };
        match (differ, refuse) {
            _ if clients.iter().all(is_unknown) => {
                String::from("Unknown: what is needed to read this is not known.")
            }
            (0, 0) => format!("All {all} clients read this the same way."),
            (_, refuse) if refuse == all => String::from("No client can read this."),
            (0, refuse) => {
                format!(
                    "{}; the others read it the same way.",
                    of(refuse, "refuses this", "refuse this")
                )
            }
            (differ, 0) => {
                format!("{}.", of(differ, "reads this differently", "read this differently"))
            }
            (differ, refuse) => format!(
                "{}, and {refuse} {} it.",
                of(differ, "reads this differently", "read this differently"),
                if refuse == 1 { "refuses" } else { "refuse" }
            ),
        }
    }

    fn group(names: &[&'static str], comparison: &Comparison) -> Group {
        let find = |name: &&str| comparison.clients.iter().find(|it| it.client == *name);
        let readings: Vec<_> = names.iter().filter_map(find).collect();
        let count = match readings.len() {
            1 => String::from("1 client"),
            count => format!("{count} clients"),
        };
        let title = match readings.first() {
            Some(it) if it.reads.is_none() => format!("Refuse it: {count}"),
            Some(it) if it.differs.is_empty() => format!("Read the same: {count}"),
            Some(it) => {
                let parts: Vec<_> = it.differs.iter().map(|it| it.title()).collect();
                format!("Another {}: {count}", parts.join(", "))
            }
            None => String::new(),
        };
        Group { title, members: readings.into_iter().map(member).collect() }
    }

    fn member(it: &ClientReading) -> Member {
        let seen = |text: &str| visible::escape(text).into_owned();
        let refusal = it.refusal.as_ref().map(|it| {
            let message = it.message.trim_end_matches('\n');
            format!("{}: {}", it.r#type, seen(message))
        });
        let (reads, is_refused) = match (&it.reads, &refusal) {
            (Some(reads), _) => (target(reads), false),
            (None, Some(refusal)) => (refusal.clone(), true),
            (None, None) => (String::from("not known"), false),
        };
        let mut notes = Vec::new();
        if it.reads.is_some() {
            notes.extend(refusal.map(|it| format!("Would not connect: {it}")));
        }
        for (options, what) in [(&it.ignored, "Ignores"), (&it.sent, "Sends to the server")] {
            if !options.is_empty() {
                let options: Vec<_> = options.iter().map(|it| format!("`{}`", seen(it))).collect();
                notes.push(format!("{what} {}", options.join(", ")));
            }
        }
        let needs_public = it.needs_public_authority;
        if needs_public {
            notes.push(String::from(
                "Trusts public authorities only, unless it is given a root certificate",
            ));
        }
        Member {
            name: it.client.into(),
            version: it.version.as_ref().into(),
            reads,
            is_refused,
            differs: it.differs.iter().map(|it: &Part| it.title().into()).collect(),
            servers: it.servers.map_or_else(Vec::new, outcomes),
            notes,
        }
    }

    fn outcomes(it: Servers) -> Vec<String> {
        let all = [it.without_tls, it.trusted, it.self_signed, it.wrong_host, it.tls_required];
        all.iter().map(|it| (*it).to_owned()).collect()
    }

    /// Where it would connect to, in the form that people know.
    fn target(Reads { hosts, user, database, .. }: &Reads) -> String {
        let word = |it: &Json, absent: &str| match it {
            Json::Null => absent.to_owned(),
            Json::Str(text) => visible::escape(text).into_owned(),
            Json::Int(number) => number.to_string(),
            Json::Unknown(_) => String::from("unknown"),
            _ => String::from("?"),
        };
        let place =
            |[host, port]: &[Json; 2]| format!("{}:{}", word(host, "(socket)"), word(port, "5432"));
        let hosts: Vec<_> = hosts.iter().map(place).collect();
        let user = match user {
            Json::Null => String::new(),
            user => format!("{}@", word(user, "")),
        };
        let database = match database {
            Json::Null => String::new(),
            database => format!("/{}", word(database, "")),
        };
        format!("{user}{}{database}", hosts.join(","))
    }
}
