//! What an error message is about: the rules that know its text, the likeliest first.
//!
//! A rule states the texts that people search for in its own file. [`explain`] looks for them in a
//! pasted message or traceback, untangles the attempts that libpq reports in one error, and says
//! what the text tells of host, user and database. It connects to nothing.
//!
//! ```
//! let text = "psycopg.OperationalError: connection failed: connection to server at \"10.0.0.7\", \
//!             port 5432 failed: FATAL:  password authentication failed for user \"app\"";
//! let explanation = dsnlens_core::errors::explain(text);
//! assert_eq!(explanation.causes[0].rule.name, "authentication-failed");
//! assert_eq!(explanation.shown(explanation.told.user.unwrap()), "app");
//! ```

mod attempts;
mod pattern;

use alloc::string::String;
use alloc::vec::Vec;
use core::cmp::Reverse;
use core::fmt;

use crate::diagnostic::Diagnostic;
use crate::masked::Masked;
use crate::paste;
use crate::rule::{Rule, Text};
use crate::rules::RULES;
use crate::secret::Secret;
use crate::shown::prose;
use crate::span::Span;
use crate::syntax::words;

pub use attempts::Attempt;
#[cfg(test)]
pub(crate) use pattern::Pattern;
#[cfg(not(test))]
use pattern::Pattern;

/// What a message is about.
#[derive(Clone, PartialEq)]
pub struct Explanation<'s> {
    /// The rules that know its text, the likeliest first, each once.
    pub causes: Vec<Cause>,
    /// The attempts that libpq reports, in its order, each once however often a traceback says it.
    pub attempts: Vec<Attempt>,
    /// The attempt that explains the others, where no rule knows its text: the causes are then less
    /// than an answer.
    pub unknown: Option<usize>,
    /// What else the text tells.
    pub told: Told,
    /// The first URL of a database in it.
    pub url: Option<Span>,
    text: Secret<&'s str>,
    /// Where secrets lie in it, ascending and apart.
    secrets: Vec<Span>,
}

/// A rule whose text was found.
#[derive(Clone, Debug, PartialEq)]
pub struct Cause {
    /// The rule.
    pub rule: &'static Rule,
    /// The bytes that are its text.
    pub span: Span,
    /// What to do first.
    pub step: &'static str,
    /// The attempt that it was found in.
    pub attempt: Option<usize>,
    /// Whether the text has other causes, too.
    pub is_one_of_several: bool,
    /// Whether the URL or the variables beside the text have what the rule is about.
    pub is_confirmed: bool,
}

/// What a text tells of a connection: the bytes that say it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Told {
    /// The host, or the directory of a socket.
    pub host: Option<Span>,
    /// The address that was tried.
    pub address: Option<Span>,
    /// The port.
    pub port: Option<Span>,
    /// The role.
    pub user: Option<Span>,
    /// The database.
    pub database: Option<Span>,
    /// The server's code.
    pub sqlstate: Option<Span>,
}

/// Prints the rules alone: a position would tell the length of a password.
impl fmt::Debug for Explanation<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.causes.iter().map(|it| it.rule.name)).finish()
    }
}

impl Explanation<'_> {
    /// A stretch of the text with its secrets masked.
    pub fn shown(&self, span: Span) -> String {
        let masked = self.masked();
        masked.span(span).of(&masked.text).into()
    }

    /// The text with its secrets masked.
    pub fn masked(&self) -> Masked {
        Masked::new(self.text.reveal(), &self.secrets, &[])
    }

    /// The line that a stretch starts in, from there to its end.
    pub fn line(&self, span: Span) -> Span {
        let rest = self.text.reveal().get(span.start..).unwrap_or("");
        let line = rest.lines().next().unwrap_or("").trim_end();
        Span::new(span.start, span.end.max(span.start + line.len()))
    }

    /// Takes in what is found in the URL or the variables that the message belongs to: a cause that
    /// is found there counts first, and one of several that could be found there and is not counts
    /// no longer.
    pub fn confirm(&mut self, diagnostics: &[Diagnostic<'_>]) {
        for cause in &mut self.causes {
            cause.is_confirmed = diagnostics.iter().any(|it| it.rule == cause.rule);
        }
        self.causes.retain(|it| it.is_confirmed || !it.is_one_of_several || it.rule.is_live());
        self.causes.sort_by_key(|it| !it.is_confirmed);
        if self.causes.first().is_some_and(|it| it.is_confirmed) {
            self.unknown = None;
        }
    }
}

/// What puts causes in order: the attempt; whether it is one of several causes of its text; how
/// precise the text is; where it is.
type Order = (attempts::Order, usize, bool, Reverse<usize>, Span);

/// A text that a rule knows.
#[derive(Clone, Copy)]
struct Known {
    /// The rule's place in the registry.
    rule: usize,
    text: &'static Text,
    /// Whether it has other causes, too.
    is_one_of_several: bool,
    /// What it starts with, up to what varies.
    start: &'static str,
}

/// Says what a message or a traceback is about. It takes time linear in the text.
pub fn explain(text: &str) -> Explanation<'_> {
    let attempts = attempts::read(text);
    let mut told = Told::default();
    let (mut harmless, mut secret) = (Vec::new(), Vec::new());
    let places = attempts.iter().flat_map(|it| [it.host, it.address, it.port]);
    harmless.extend(places.flatten().filter(|it| prose::is_name(it.of(text))));
    let mut best: Vec<Option<(Order, &'static str)>> = alloc::vec![None; RULES.len()];
    let known = by_first_byte();
    let lacks_password = words::contains(text, "fe_sendauth");
    for (start, byte) in text.bytes().enumerate() {
        let Some(here) = known.get(usize::from(byte.to_ascii_lowercase())) else { continue };
        let Some(rest) = text.get(start..).filter(|_| !here.is_empty()) else { continue };
        for &Known { rule, text: it, is_one_of_several, start: prefix } in here {
            if pattern::prefix(rest, prefix).is_none() {
                continue;
            }
            let Some(hit) = Pattern::new(it.pattern).at(text, start) else { continue };
            hit.tell(text, &mut told, &mut harmless, &mut secret);
            let attempt = attempts::at(&attempts, hit.start);
            let order = match attempt.and_then(|it| attempts.get(it)) {
                Some(it) => it.order(text),
                None => {
                    let before = line_around(text, hit.start);
                    let all = Span::new(hit.start, hit.span.end);
                    attempts::unplaced(before, all.of(text), lacks_password)
                }
            };
            let attempt = attempt.unwrap_or(usize::MAX);
            let precision = Reverse(hit.precision);
            let order = (order, attempt, is_one_of_several, precision, hit.span);
            if let Some(best) = best.get_mut(rule)
                && best.is_none_or(|it| order < it.0)
            {
                *best = Some((order, it.step));
            }
        }
    }
    let leading = attempts::leading(&attempts, text);
    // What the attempt that counts says of its place is told first.
    let places = attempts.iter().rev().chain(leading.and_then(|it| attempts.get(it)));
    for attempt in places {
        told.host = attempt.host.or(told.host);
        told.address = attempt.address.or(told.address);
        told.port = attempt.port.or(told.port);
    }
    told.sqlstate = sqlstate(text);
    let found = best.into_iter().zip(RULES);
    let mut found: Vec<_> = found.filter_map(|(best, rule)| Some((best?, *rule))).collect();
    found.sort_by_key(|it| it.0.0);
    let causes = found.into_iter().map(|((order, step), rule)| {
        let (_, attempt, is_one_of_several, _, span) = order;
        let step = if step.is_empty() { rule.step } else { step };
        let attempt = Some(attempt).filter(|it| *it < attempts.len());
        Cause { rule, span, step, attempt, is_one_of_several, is_confirmed: false }
    });
    let causes: Vec<_> = causes.collect();
    harmless.extend(told.sqlstate);
    Explanation {
        unknown: leading.filter(|it| causes.iter().all(|cause| cause.attempt != Some(*it))),
        causes,
        attempts,
        told,
        url: paste::urls(text).next(),
        text: Secret::new(text),
        secrets: prose::hidden(text, harmless, secret),
    }
}

/// The texts of all rules by the byte that they start with.
fn by_first_byte() -> Vec<Vec<Known>> {
    let mut known = alloc::vec![Vec::new(); 256];
    for (rule, it) in RULES.iter().enumerate() {
        let certain = it.errors.iter().map(|it| (it, false));
        for (text, is_one_of_several) in certain.chain(it.perhaps.iter().map(|it| (it, true))) {
            let start = text.pattern.split('{').next().unwrap_or("");
            let first = start.bytes().next().map_or(0, |it| it.to_ascii_lowercase());
            if let Some(known) = known.get_mut(usize::from(first)) {
                known.push(Known { rule, text, is_one_of_several, start });
            }
        }
    }
    known
}

/// What is on the same line as a byte, and not far in front of it.
fn line_around(text: &str, at: usize) -> &str {
    let mut start = at.saturating_sub(200);
    while !text.is_char_boundary(start) {
        start += 1;
    }
    let before = text.get(start..at).unwrap_or("");
    before.rsplit('\n').next().unwrap_or(before)
}

/// Five characters behind a word that says what they are.
fn sqlstate(text: &str) -> Option<Span> {
    let is_code = |it: &u8| it.is_ascii_digit() || it.is_ascii_uppercase();
    ["SQLSTATE", "sqlstate", "code: '"].iter().find_map(|word| {
        words::places(text, word).find_map(|at| {
            let behind = text.get(at + word.len()..)?;
            let code = behind.trim_start_matches(|c: char| " [('\"=:".contains(c));
            let start = at + word.len() + behind.len() - code.len();
            let length = code.bytes().take(6).take_while(|it| is_code(it)).count();
            // `DEPTH_ZERO_SELF_SIGNED_CERT` is the code of something else.
            let is_whole = !code.get(length..).is_some_and(|it| it.starts_with('_'));
            (length == 5 && is_whole).then(|| Span::new(start, start + length))
        })
    })
}

#[cfg(test)]
mod tests;
