//! The attempts in one error of libpq: several hosts, several addresses of a host, and at each of
//! them what `prefer` and `allow` try, once with TLS and once without.

use alloc::vec::Vec;
use core::ops::Range;

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

/// How far a text got that is in no attempt: not as far as any handshake.
pub(super) const UNPLACED: u8 = NETWORK;
const NETWORK: u8 = 1;
const HANDSHAKE: u8 = 2;
const SERVER: u8 = 3;

/// The longest host, path or address.
const MAX_NAME: usize = 256;

impl Attempt {
    /// Whether `pg_hba.conf` has no line for it: the other kind of connection may be wanted.
    pub(super) fn is_about_hba(&self, text: &str) -> bool {
        words::contains(self.message.of(text), "pg_hba.conf")
    }
}

/// The attempts of a text, in its order, without those that it repeats.
pub(super) fn read(text: &str) -> Vec<Attempt> {
    const HEAD: &str = "connection to server ";
    let heads: Vec<_> = words::places(text, HEAD).collect();
    let mut attempts: Vec<Attempt> = Vec::new();
    let mut places = Places::new();
    let mut seen = Places::new();
    for (nth, &at) in heads.iter().enumerate() {
        let end = heads.get(nth + 1).copied().unwrap_or(text.len());
        let rest = Slice::whole(text).split_at(end).0.split_at(at + HEAD.len()).1;
        let Some((host, address, port, message)) = attempt(rest) else { continue };
        let span = |slice: Slice<'_>| Span::new(slice.at, slice.end());
        // The same place is told in the same words, up to the message.
        let head = rest.split_at(message.at - rest.at).0;
        let count = places.len();
        let place = *places.entry(head.text.into()).or_insert(count);
        // A traceback says the same once for each exception in its chain.
        let line = rest.split_at(message.end() - rest.at).0;
        if seen.insert(line.text.into(), place).is_some() {
            if let Some(last) = attempts.last_mut() {
                last.reach.end = end;
            }
            continue;
        }
        attempts.push(Attempt {
            host: Some(span(host)),
            address: address.map(span),
            port: port.map(span),
            message: span(message),
            is_retry: attempts.last().is_some_and(|it| it.place == place),
            depth: depth(message.text),
            place,
            reach: at..end,
        });
    }
    // A place counts as far as its best attempt got.
    let mut depths = alloc::vec![0; places.len()];
    for it in &attempts {
        if let Some(depth) = depths.get_mut(it.place) {
            *depth = it.depth.max(*depth);
        }
    }
    for it in &mut attempts {
        it.depth = depths.get(it.place).copied().unwrap_or(it.depth);
    }
    attempts
}

/// The attempt that a byte of the text belongs to.
pub(super) fn at(attempts: &[Attempt], byte: usize) -> Option<usize> {
    let place = attempts.partition_point(|it| it.reach.start <= byte).checked_sub(1)?;
    attempts.get(place)?.reach.contains(&byte).then_some(place)
}

type Parts<'s> = (Slice<'s>, Option<Slice<'s>>, Option<Slice<'s>>, Slice<'s>);

/// `at "host" (address), port 5432 failed: message`, `on socket "path" failed: message`.
fn attempt(rest: Slice<'_>) -> Option<Parts<'_>> {
    let (host, rest) = match rest.strip_prefix("at \"") {
        Some(rest) => until(rest, "\"")?,
        None => {
            let (path, rest) = until(rest.strip_prefix("on socket \"")?, "\"")?;
            let message = rest.strip_prefix(" failed: ")?;
            return Some((path, None, None, line(message)));
        }
    };
    let (address, rest) = match rest.strip_prefix(" (") {
        Some(rest) => {
            let (address, rest) = until(rest, ")")?;
            (Some(address), rest)
        }
        None => (None, rest),
    };
    let (port, message) = until(rest.strip_prefix(", port ")?, " failed: ")?;
    Some((host, address, Some(port), line(message)))
}

/// What stands before and behind `mark`, which is near.
fn until<'s>(rest: Slice<'s>, mark: &str) -> Option<(Slice<'s>, Slice<'s>)> {
    let mut limit = MAX_NAME.min(rest.text.len());
    while !rest.text.is_char_boundary(limit) {
        limit -= 1;
    }
    let at = words::find(rest.text.get(..limit)?, mark)?;
    let (head, tail) = rest.split_at(at);
    Some((head, tail.strip_prefix(mark)?))
}

fn line(rest: Slice<'_>) -> Slice<'_> {
    let line = rest.text.lines().next().unwrap_or("").trim_end();
    rest.split_at(line.len()).0
}

fn depth(message: &str) -> u8 {
    let is_there = |word: &&str| words::contains(message, word);
    match message {
        _ if ["FATAL:", "ERROR:", "fe_sendauth"].iter().any(is_there) => SERVER,
        _ if ["SSL", "certificate"].iter().any(is_there) => HANDSHAKE,
        _ => NETWORK,
    }
}
