//! The attempts in one error of libpq: several hosts, several addresses of a host, and at each of
//! them what `prefer` and `allow` try, once with TLS and once without.
//!
//! libpq 14 and later say where each was made; before that, a line with `FATAL:` is one.

use alloc::vec::Vec;
use core::cmp::Reverse;
use core::ops::Range;

use super::pattern;
use crate::span::Span;
use crate::syntax::{Places, Slice, words};

/// One attempt to connect.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Attempt {
    /// The host, or the path of a socket.
    pub host: Option<Span>,
    /// The address.
    pub address: Option<Span>,
    /// The port.
    pub port: Option<Span>,
    /// What went wrong, to the end of its line.
    pub message: Span,
    /// Whether it is the second at its place, the one without TLS under `prefer`.
    pub is_retry: bool,
    /// How far it got.
    pub(super) depth: u8,
    /// Which of the places it was at.
    pub(super) place: usize,
    /// Its bytes, up to the next attempt.
    pub(super) reach: Range<usize>,
}

/// The address cannot be reached.
const UNREACHABLE: u8 = 0;
const NETWORK: u8 = 1;
const HANDSHAKE: u8 = 2;
const SERVER: u8 = 3;
/// What libpq does not read, whatever comes after.
const WARNED: u8 = 4;

/// Behind all places that have a name.
const UNNAMED: usize = usize::MAX - 1;

/// What puts attempts in order.
pub(super) type Order = (Reverse<u8>, usize, bool);

/// The order of a text that is in no attempt: only a server's own words before it count as much as
/// those of an attempt.
pub(super) fn unplaced(before: &str, text: &str, lacks_password: bool) -> Order {
    let is_server = ["FATAL:", "ERROR:"].iter().any(|it| words::contains(before, it));
    let depth = match pattern::prefix(text, "password file ") {
        Some(_) if lacks_password => WARNED,
        _ if is_unreachable(text) => UNREACHABLE,
        _ if is_server || is_proxy(text) => SERVER,
        _ => NETWORK,
    };
    (Reverse(depth), usize::MAX, false)
}

/// Whether a proxy in front of the server says why it connects to none.
fn is_proxy(text: &str) -> bool {
    ["not authorized", "NOT_AUTHORIZED", "googleapi: ", "ensure that the account has access"]
        .iter()
        .any(|it| pattern::find(text, it).is_some())
}

/// Whether the machine itself turns an address down: another address that was tried says more.
fn is_unreachable(text: &str) -> bool {
    const TEXTS: [&str; 7] = [
        "assign requested address",
        "Address not available",
        "EADDRNOTAVAIL",
        "EHOSTUNREACH",
        "Network is unreachable",
        "ENETUNREACH",
        "No route to host",
    ];
    TEXTS.iter().any(|it| pattern::find(text, it).is_some())
}

/// The longest host, path or address.
const MAX_NAME: usize = 256;

impl Attempt {
    /// What it counts: a place that was reached before one that was not, what went wrong there
    /// before what `pg_hba.conf` says of the other kind of connection.
    pub(super) fn order(&self, text: &str) -> Order {
        let is_consequence = self.is_retry && words::contains(self.message.of(text), "pg_hba.conf");
        (Reverse(self.depth), self.place, is_consequence)
    }
}

/// The attempts of a text, in its order, without those that it repeats.
pub(super) fn read(text: &str) -> Vec<Attempt> {
    const HEAD: &str = "connection to server ";
    const SEVERITY: &str = "FATAL:";
    let heads = words::places(text, HEAD).map(|at| (at, HEAD.len()));
    let severities = words::places(text, SEVERITY).map(|at| (at, 0));
    let mut marks: Vec<_> = heads.chain(severities).collect();
    marks.sort_unstable();
    let mut attempts: Vec<Attempt> = Vec::new();
    let mut places = Places::new();
    let mut seen = Places::new();
    let mut passed = 0;
    for (nth, &(at, length)) in marks.iter().enumerate() {
        if at < passed {
            continue;
        }
        let whole = Slice::whole(text);
        let (host, address, port, message) = match length {
            0 => (None, None, None, line(whole.split_at(at).1)),
            _ => {
                // A severity in it is its own.
                let heads = marks.iter().skip(nth + 1).find(|it| it.1 > 0);
                let end = heads.map_or(text.len(), |it| it.0);
                let rest = whole.split_at(end).0.split_at(at + length).1;
                let Some((host, address, port, message)) = attempt(rest) else { continue };
                (Some(host), address, port, message)
            }
        };
        passed = message.end();
        let span = |slice: Slice<'_>| Span::new(slice.at, slice.end());
        // The same place is told in the same words, up to the message.
        let rest = whole.split_at(at).1;
        let head = rest.split_at(message.at - rest.at).0;
        let count = places.len();
        let place = match length {
            0 => UNNAMED,
            _ => *places.entry(head.text.into()).or_insert(count),
        };
        // A traceback says the same once for each exception in its chain.
        let said = rest.split_at(message.end() - rest.at).0;
        if seen.insert(said.text.into(), place).is_some() {
            cut(&mut attempts, at);
            continue;
        }
        cut(&mut attempts, at);
        let resolved = resolved(whole.split_at(at).0);
        attempts.push(Attempt {
            host: resolved.or(host).map(span),
            address: address.or(resolved.and(host)).map(span),
            port: port.map(span),
            message: span(message),
            is_retry: attempts.last().is_some_and(|it| it.place == place),
            depth: depth(message.text),
            place,
            reach: at..text.len(),
        });
    }
    // A place counts as far as its best attempt got.
    let mut depths = alloc::vec![0; places.len() + 1];
    let last = places.len();
    for it in &attempts {
        if let Some(depth) = depths.get_mut(it.place.min(last)) {
            *depth = it.depth.max(*depth);
        }
    }
    for it in attempts.iter_mut().filter(|it| it.place != UNNAMED) {
        it.depth = depths.get(it.place.min(last)).copied().unwrap_or(it.depth);
    }
    attempts
}

/// Ends the last attempt where something else starts, be it one that was told before.
fn cut(attempts: &mut [Attempt], at: usize) {
    if let Some(last) = attempts.last_mut() {
        last.reach.end = last.reach.end.min(at);
    }
}

/// The attempt that explains the others: at the place that got furthest, the first one.
pub(super) fn leading(attempts: &[Attempt], text: &str) -> Option<usize> {
    let keys = attempts.iter().map(|it| it.order(text)).enumerate();
    keys.min_by_key(|&(nth, order)| (order, nth)).map(|it| it.0)
}

/// The name that psycopg looked up, in front of libpq's words: `- host: 'db', port: 5432, `.
fn resolved(before: Slice<'_>) -> Option<Slice<'_>> {
    let mut limit = before.text.len().saturating_sub(2 * MAX_NAME);
    while !before.text.is_char_boundary(limit) {
        limit += 1;
    }
    let near = before.split_at(limit).1;
    let start = near.text.rfind('\n').map_or(0, |it| it + 1);
    let (at, length) = pattern::find(near.text.get(start..)?, "- host: '")?;
    let rest = near.split_at(start + at + length).1;
    let (end, _) = pattern::find(rest.text, "'")?;
    Some(rest.split_at(end).0)
}

/// The attempt that a byte of the text belongs to.
pub(super) fn at(attempts: &[Attempt], byte: usize) -> Option<usize> {
    let place = attempts.partition_point(|it| it.reach.start <= byte).checked_sub(1)?;
    attempts.get(place)?.reach.contains(&byte).then_some(place)
}

type Parts<'s> = (Slice<'s>, Option<Slice<'s>>, Option<Slice<'s>>, Slice<'s>);

/// `at "host" (address), port 5432 failed: message`, `on socket "path" failed: message`.
fn attempt(rest: Slice<'_>) -> Option<Parts<'_>> {
    let (host, rest) = match strip(rest, "at \"") {
        Some(rest) => until(rest, "\"")?,
        None => {
            let (path, rest) = until(strip(rest, "on socket \"")?, "\"")?;
            return Some((path, None, None, line(strip(rest, " failed: ")?)));
        }
    };
    let (address, rest) = match strip(rest, " (") {
        Some(rest) => {
            let (address, rest) = until(rest, ")")?;
            (Some(address), rest)
        }
        None => (None, rest),
    };
    let (port, message) = until(strip(rest, ", port ")?, " failed: ")?;
    Some((host, address, Some(port), line(message)))
}

fn strip<'s>(rest: Slice<'s>, piece: &str) -> Option<Slice<'s>> {
    Some(rest.split_at(pattern::prefix(rest.text, piece)?).1)
}

/// What stands before and behind `mark`, which is near.
fn until<'s>(rest: Slice<'s>, mark: &str) -> Option<(Slice<'s>, Slice<'s>)> {
    let mut limit = MAX_NAME.min(rest.text.len());
    while !rest.text.is_char_boundary(limit) {
        limit -= 1;
    }
    let (at, length) = pattern::find(rest.text.get(..limit)?, mark)?;
    let (head, tail) = rest.split_at(at);
    Some((head, tail.split_at(length).1))
}

/// Up to the end of the line, or where JSON writes one.
fn line(rest: Slice<'_>) -> Slice<'_> {
    let line = rest.text.lines().next().unwrap_or("");
    let line = words::split_once(line, "\\n").map_or(line, |it| it.0).trim_end();
    rest.split_at(line.len()).0
}

fn depth(message: &str) -> u8 {
    // What libpq says itself of a server that it has heard.
    const SERVERS: [&str; 7] = [
        "FATAL:",
        "ERROR:",
        "fe_sendauth",
        "authentication",
        "channel binding",
        "GSSAPI",
        "session is",
    ];
    let is_there = |word: &&str| words::contains(message, word);
    match message {
        _ if is_unreachable(message) => UNREACHABLE,
        _ if SERVERS.iter().any(is_there) => SERVER,
        _ if ["SSL", "certificate"].iter().any(is_there) => HANDSHAKE,
        _ => NETWORK,
    }
}
