//! A comparison as a person reads it: who agrees, what differs, who refuses, how each connects.

use dsnlens_core::document::{
    ClientReading, Comparison, Cure, Json, Part, Reads, Refusal, Servers,
};

use dsnlens_core::MASK;

use super::{seen, table};
use crate::style::{CODE, ERROR, HEADING, INFO, QUIET, WARNING, columns, paint, paint_code, wrap};

/// What there is to report.
pub(crate) struct Report<'r> {
    pub(crate) comparison: &'r Comparison,
    pub(crate) cure: Option<&'r Cure>,
    pub(crate) show_secrets: bool,
    pub(crate) width: usize,
}

pub(crate) fn render(report: &Report<'_>) -> String {
    let Report { comparison, width, .. } = *report;
    let sections = [
        head(comparison, width),
        advice(report),
        groups(comparison, width),
        refusals(comparison, width),
        servers(comparison, width),
        options(comparison, width),
    ];
    let sections: Vec<_> = sections.into_iter().filter(|it| !it.is_empty()).collect();
    sections.join("\n")
}

impl Counts {
    fn of(Comparison { clients, .. }: &Comparison) -> Counts {
        let count = |is: fn(&&ClientReading) -> bool| clients.iter().filter(is).count();
        Counts {
            all: clients.len(),
            refuse: count(|it| it.reads.is_none()),
            differ: count(|it| !it.differs.is_empty()),
        }
    }
}

struct Counts {
    all: usize,
    refuse: usize,
    differ: usize,
}

/// The sentence above everything.
fn head(comparison: &Comparison, width: usize) -> String {
    let Counts { all, refuse, differ } = Counts::of(comparison);
    let clients = |count: usize| match count {
        1 => String::from("1 client"),
        count => format!("{count} clients"),
    };
    let read = if all - refuse - differ == 1 { "reads" } else { "read" };
    let is_known = |it: &ClientReading| match it.reads.as_ref().and_then(|it| it.hosts.first()) {
        Some([host, _]) => !matches!(host, Json::Unknown(_)),
        None => true,
    };
    let sentence = match (refuse, differ) {
        _ if !comparison.clients.iter().any(is_known) => {
            String::from("Unknown: what is needed to read these variables is not known")
        }
        (0, 0) => format!("{} {read} these variables the same way", clients(all)),
        _ if refuse == all => format!("{} cannot read these variables", clients(all)),
        _ => {
            let mut parts = vec![format!("{} of {all} agree", all - refuse - differ)];
            if differ > 0 {
                let read = if differ == 1 { "reads" } else { "read" };
                parts.push(paint(WARNING, format_args!("{differ} {read} something else")));
            }
            if refuse > 0 {
                let refuses = if refuse == 1 { "refuses" } else { "refuse" };
                parts.push(paint(ERROR, format_args!("{refuse} {refuses} the URL")));
            }
            format!("Clients: {}", parts.join(", "))
        }
    };
    wrap(&sentence, "", "", width)
}

/// What would make more of them agree, and what of the differences is a danger.
fn advice(report: &Report<'_>) -> String {
    let Report { comparison, width, .. } = *report;
    let mut text = String::new();
    for note in &comparison.notes {
        let head = paint(WARNING, format_args!("warning[{}]", note.rule.name));
        let head = format!("{head}: ");
        text.push_str(&wrap(&paint_code(&note.message), &head, "  ", width));
        text.push_str(&wrap(&note.help, "  = help: ", "          ", width));
    }
    if let Some(cure) = report.cure {
        let title = format!("{}; {} clients then read the same:", cure.title, cure.agree);
        let head = format!("{}: ", paint(INFO, "fix"));
        text.push_str(&wrap(&title, &head, "  ", width));
        for (name, value) in &cure.variables {
            let value = if report.show_secrets { value.reveal() } else { value.to_string() };
            text.push_str(&format!("  {}\n", paint(CODE, format_args!("{name}={}", seen(&value)))));
        }
    }
    text
}

/// Each group that reads something: its members, and what they read.
fn groups(comparison: &Comparison, width: usize) -> String {
    let mut text = String::new();
    for group in &comparison.groups {
        let first = group.first().and_then(|name| reading(comparison, name));
        let Some((first, reads)) = first.and_then(|it| Some((it, it.reads.as_ref()?))) else {
            continue;
        };
        if !text.is_empty() {
            text.push('\n');
        }
        let names = paint(HEADING, group.join(", "));
        text.push_str(&wrap(&names, "", "", width));
        let facts = facts(reads, &first.differs);
        let facts: Vec<_> = facts.iter().map(|(name, fact)| (*name, fact.as_str())).collect();
        text.push_str(&table::facts(&facts, width));
    }
    text
}

fn reading<'c>(comparison: &'c Comparison, name: &str) -> Option<&'c ClientReading> {
    comparison.clients.iter().find(|it| it.client == name)
}

fn facts(reads: &Reads, differs: &[Part]) -> Vec<(&'static str, String)> {
    let hosts: Vec<_> = reads.hosts.iter().map(|[host, port]| endpoint(host, port)).collect();
    let parts = [
        (Part::Host, hosts.join(", ")),
        (Part::User, word(&reads.user, "the account's name")),
        (Part::Password, word(&reads.password, "none")),
        (Part::Database, word(&reads.database, "not set")),
    ];
    let mark = |(part, value): (Part, String)| {
        let value = match differs.contains(&part) {
            // Two values that are hidden look the same.
            true if value.contains(MASK) => paint(WARNING, format_args!("{value} (not the same)")),
            true => paint(WARNING, value),
            false => value,
        };
        (part.title(), value)
    };
    parts.into_iter().map(mark).collect()
}

fn endpoint(host: &Json, port: &Json) -> String {
    if let Json::Unknown(_) = host {
        return word(host, "");
    }
    let host = word(host, "the socket directory");
    match host.contains(':') && !host.starts_with('[') {
        true => format!("[{host}]:{}", word(port, "5432")),
        false => format!("{host}:{}", word(port, "5432")),
    }
}

/// A value, or what its absence means.
fn word(value: &Json, absent: &str) -> String {
    match value {
        Json::Null => absent.into(),
        Json::Str(text) => seen(text),
        Json::Int(number) => number.to_string(),
        Json::Unknown(why) => seen(&format!("unknown: {why}")),
        Json::Bytes(digits) => format!("0x{digits}"),
        other => seen(&format!("{other:?}")),
    }
}

/// What each client that ends in an error says.
fn refusals(comparison: &Comparison, width: usize) -> String {
    let refusals = comparison.clients.iter().filter_map(|it| Some((it, it.refusal.as_ref()?)));
    let mut refusals: Vec<_> = refusals.collect();
    if refusals.is_empty() {
        return String::new();
    }
    refusals.sort_by_key(|(it, _)| it.reads.is_some());
    let name_width = refusals.iter().map(|(it, _)| columns(it.client)).max().unwrap_or(0);
    let indent = " ".repeat(name_width + 4);
    let mut text = format!("{}\n", paint(HEADING, "Errors"));
    for (client, Refusal { r#type, message, .. }) in refusals {
        let pad = " ".repeat(name_width - columns(client.client));
        let name = format!("  {}{pad}  ", client.client);
        let message = seen(message.trim_end_matches('\n'));
        text.push_str(&wrap(
            &format!("{}: {message}", paint(ERROR, r#type)),
            &name,
            &indent,
            width,
        ));
    }
    text
}

/// How wide a column is.
const WIDTH: usize = 13;

/// How a connection to one kind of server is made.
type Outcome = fn(&Servers) -> &'static str;

/// The heads of the columns, and what they hold.
const SERVERS: [(&str, Outcome); 5] = [
    ("no TLS", |it| it.without_tls),
    ("trusted", |it| it.trusted),
    ("self-signed", |it| it.self_signed),
    ("wrong host", |it| it.wrong_host),
    ("TLS only", |it| it.tls_required),
];

/// How each connects to five kinds of servers; those that do the same share a line.
fn servers(comparison: &Comparison, width: usize) -> String {
    let mut rows: Vec<(Servers, bool, Vec<&str>)> = Vec::new();
    for client in comparison.clients.iter().filter(|it| it.refusal.is_none()) {
        let Some(servers) = client.servers else { continue };
        let is_its = |it: &&mut (Servers, bool, Vec<&str>)| {
            it.0 == servers && it.1 == client.needs_public_authority
        };
        match rows.iter_mut().find(is_its) {
            Some((_, _, names)) => names.push(client.client),
            None => rows.push((servers, client.needs_public_authority, vec![client.client])),
        }
    }
    if rows.is_empty() {
        return String::new();
    }
    rows.sort_by_key(|(_, _, names)| std::cmp::Reverse(names.len()));
    let heads: Vec<_> = SERVERS.iter().map(|(head, _)| format!("{head:<WIDTH$}")).collect();
    let title = paint(HEADING, "How each connects, by the kind of server");
    let mut text = format!("{title}\n  {}\n", paint(QUIET, heads.concat().trim_end()));
    let mut has_public = false;
    for (servers, needs_public, names) in &rows {
        let mut line = String::from("  ");
        for (head, of) in SERVERS {
            let (word, style) = match of(servers) {
                "tls" => ("TLS", CODE),
                "plain" => ("plain", WARNING),
                word => (word, ERROR),
            };
            let is_trusted = matches!(head, "trusted" | "TLS only");
            let mark = if *needs_public && is_trusted { "*" } else { "" };
            let pad = " ".repeat(WIDTH.saturating_sub(columns(word) + mark.len()));
            line.push_str(&format!("{}{mark}{pad}", paint(style, word)));
        }
        has_public |= needs_public;
        let indent = " ".repeat(4);
        text.push_str(&format!("{}\n", line.trim_end()));
        text.push_str(&wrap(&names.join(", "), &indent, &indent, width));
    }
    text.push_str(&wrap(
        &paint(
            QUIET,
            "A trusted server has a certificate for its host by the root in sslrootcert; \
             \"TLS only\" is one that refuses plain text.",
        ),
        "  ",
        "  ",
        width,
    ));
    if has_public {
        let note = "* succeeds where a public authority signed the certificate: the client checks \
                    against the machine's or the language's own roots.";
        text.push_str(&wrap(&paint(QUIET, note), "  ", "  ", width));
    }
    text
}

/// Who ignores an option, and who sends it to the server.
fn options(comparison: &Comparison, width: usize) -> String {
    let mut names: Vec<&str> = Vec::new();
    for client in &comparison.clients {
        for name in client.ignored.iter().chain(&client.sent) {
            if !names.contains(&&**name) {
                names.push(name);
            }
        }
    }
    let mut text = String::new();
    for name in names {
        let who = |of: fn(&ClientReading) -> &[String]| {
            let its = comparison.clients.iter().filter(|it| of(it).iter().any(|it| it == name));
            its.map(|it| it.client).collect::<Vec<_>>().join(", ")
        };
        let (ignored, sent) = (who(|it| &it.ignored), who(|it| &it.sent));
        let mut parts = Vec::new();
        if !ignored.is_empty() {
            parts.push(format!("ignored by {ignored}"));
        }
        if !sent.is_empty() {
            parts.push(format!("sent to the server by {sent}"));
        }
        let line = format!("{}: {}", paint(CODE, seen(name)), parts.join("; "));
        text.push_str(&wrap(&line, "  ", "    ", width));
    }
    match text.is_empty() {
        true => text,
        false => format!("{}\n{text}", paint(HEADING, "Options that are not used")),
    }
}
