//! The text of an error as a rule states it: `role "{user}" does not exist`.
//!
//! Between braces is what varies. A name says what it is; `{secret}` may be a piece of a password,
//! `{option}` as well unless it is the name of an option that is known, and `{*}` may go on behind
//! the end of a line. Behind a colon is what it has to look like: `{host:service}`, `{*:line-end}`. At the end of a
//! pattern it is a word.
//!
//! Logs write a text in their own way, so capitals, runs of blanks, and the backslashes that JSON
//! puts in front of quotes make no difference.

use alloc::vec::Vec;

use super::Told;
use crate::shown;
use crate::shown::prose::{goes_on, is_named};
use crate::span::Span;
use crate::syntax::words;

/// What varies is no longer than that.
const MAX_VARYING: usize = 160;

pub(crate) struct Pattern<'p> {
    text: &'p str,
}

/// A place of a text that fits a pattern.
pub(super) struct Hit<'p> {
    /// Where it starts.
    pub(super) start: usize,
    /// The part that decides: what is behind the last `{*}`, or all of it.
    pub(super) span: Span,
    /// How much of the pattern is fixed, and how much of it has to look like something.
    pub(super) precision: usize,
    /// What varies there, by its name.
    varying: Vec<(&'p str, Span)>,
}

impl<'p> Pattern<'p> {
    pub(crate) const fn new(text: &'p str) -> Pattern<'p> {
        Pattern { text }
    }

    /// The pieces that do not vary, each with the name of what varies before it.
    pub(crate) fn pieces(&self) -> impl Iterator<Item = (&'p str, &'p str)> {
        self.text.split('{').enumerate().map(|(nth, piece)| match nth {
            0 => ("", piece),
            _ => piece.split_once('}').unwrap_or(("", piece)),
        })
    }

    /// Whether `text` fits from `start` on.
    pub(super) fn at(&self, text: &str, start: usize) -> Option<Hit<'p>> {
        let mut pieces = self.pieces();
        let first = pieces.next()?.1;
        let mut end = start + prefix(text.get(start..)?, first)?;
        let mut hit =
            Hit { start, span: Span::new(start, end), precision: first.len(), varying: Vec::new() };
        for (name, piece) in pieces {
            let (name, look) = name.split_once(':').unwrap_or((name, ""));
            let mut window = window(text.get(end..)?);
            if name != "*" {
                window = line(window);
            }
            let (at, length) = match piece {
                "" => (word(window), 0),
                _ => find(window, piece)?,
            };
            let value = Span::new(end, end + at);
            if !looks_like(look, value.of(text)) {
                return None;
            }
            if name == "*" && look.is_empty() {
                hit.span.start = value.end;
            }
            hit.varying.push((name, value));
            // What it looks like says more than any word around it.
            let looks = if matches!(look, "" | "known") { 0 } else { 100 };
            hit.precision += piece.len() + looks;
            end = value.end + length;
        }
        hit.span.end = end;
        Some(hit)
    }
}

impl Hit<'_> {
    /// Keeps what the place tells; what was told first counts. What is known of it is harmless.
    pub(super) fn tell(
        &self,
        text: &str,
        told: &mut Told,
        harmless: &mut Vec<Span>,
        secrets: &mut Vec<Span>,
    ) {
        let mut at = self.start;
        for &(name, span) in &self.varying {
            harmless.push(Span::new(at, span.start));
            at = span.end;
            let value = span.of(text);
            let kept = match name {
                "host" => &mut told.host,
                "port" => &mut told.port,
                "user" => &mut told.user,
                "database" => &mut told.database,
                "option" if shown::is_known(value) => {
                    harmless.push(span);
                    continue;
                }
                "secret" if is_unset(value) => {
                    harmless.push(span);
                    continue;
                }
                "secret" | "option" => {
                    // A quote in it does not end it.
                    let line = text.get(span.start..).and_then(|it| it.lines().next());
                    let end = span.start + line.map_or(0, str::len);
                    secrets.push(Span::new(span.start, end.max(span.end)));
                    at = end;
                    continue;
                }
                _ => continue,
            };
            let behind = text.get(span.end..).unwrap_or("");
            match is_named(name, value) && !goes_on(behind) {
                true => harmless.push(span),
                false => {
                    let rest = behind.lines().next().map_or(0, str::len);
                    secrets.push(Span::new(span.start, span.end + rest));
                }
            }
            *kept = kept.or(Some(span));
        }
        harmless.push(Span::new(at, self.span.end.max(at)));
    }
}

/// Whether what varies looks like something that a pattern names.
fn looks_like(look: &str, value: &str) -> bool {
    let holds = |marks: &[char]| value.contains(marks);
    match look {
        "" => true,
        // The name of a compose file's service, or the address of one.
        "service" => {
            let octet = value.strip_prefix("172.").and_then(|it| it.split('.').next());
            let is_bridge = octet.and_then(|it| it.parse().ok());
            let is_name = !value.is_empty() && !holds(&['.', ':', '/', '@', '$', ' ']);
            // `base` is node-postgres's stand-in, and `dpg-…` Render's internal name.
            let is_other = ["localhost", "base"].iter().any(|it| value.eq_ignore_ascii_case(it))
                || value.starts_with("dpg-")
                || is_placeholder(value);
            is_bridge.is_some_and(|it: u8| (16..32).contains(&it)) || is_name && !is_other
        }
        // What is no name, but a URL, or a name with a port.
        "url" => {
            let port = value.rsplit_once(':').filter(|it| !it.0.contains(':')).map(|it| it.1);
            let is_port = |it: &str| !it.is_empty() && it.bytes().all(|it| it.is_ascii_digit());
            words::contains(value, "://") || port.is_some_and(is_port)
        }
        "path" => holds(&['/', '?', '&']),
        // Also as Python and JSON write a line end.
        "line-end" => {
            let is_written = || value.ends_with("\\n") || value.ends_with("\\r");
            !holds(&['"', '\'']) && (holds(&['\n', '\r']) || is_written())
        }
        "placeholder" => is_placeholder(value),
        // A role without the project that a shared pooler looks for.
        "bare" => !value.is_empty() && !holds(&['.']),
        "known" => shown::is_known(value),
        "ipv6" => value.matches(':').count() >= 2,
        "socket" => value.starts_with(['/', '@']) || value.contains(".s.PGSQL."),
        _ => false,
    }
}

/// What is left of a variable that was not set, or not expanded.
fn is_placeholder(value: &str) -> bool {
    let is_open = value.starts_with(['$', '<', '{', '[', '%']) && value.len() > 1;
    let is_address = value.starts_with('[') && value.contains(':');
    is_unset(value) || is_open && !is_address
}

/// How languages write a value that is not there.
fn is_unset(value: &str) -> bool {
    ["None", "null", "nil", "undefined", "NaN"].iter().any(|it| value.eq_ignore_ascii_case(it))
}

/// How long a word is: up to a blank or what closes a clause.
fn word(text: &str) -> usize {
    let is_end = |c: char| c.is_whitespace() || "\"'`\\,;)".contains(c);
    let word = text.get(..text.find(is_end).unwrap_or(text.len())).unwrap_or("");
    word.trim_end_matches([':', '.']).len()
}

/// What is near.
fn window(text: &str) -> &str {
    let mut limit = MAX_VARYING.min(text.len());
    while !text.is_char_boundary(limit) {
        limit -= 1;
    }
    text.get(..limit).unwrap_or(text)
}

/// Up to the end of the line.
fn line(text: &str) -> &str {
    text.split('\n').next().unwrap_or(text)
}

/// The first place of `piece` in `text`, and how long it is there.
pub(super) fn find(text: &str, piece: &str) -> Option<(usize, usize)> {
    let first = *piece.as_bytes().first()?;
    let may_start = |byte: u8| match first {
        b' ' => byte.is_ascii_whitespace() || byte == b'\\',
        b'"' | b'\'' | b'`' => byte >= 0x80 || b"\\\"'`&".contains(&byte),
        _ => byte.eq_ignore_ascii_case(&first),
    };
    let mut places = text.bytes().enumerate().filter(|it| may_start(it.1));
    places.find_map(|(at, _)| Some((at, prefix(text.get(at..)?, piece)?)))
}

/// How much of `text` is `piece`.
#[inline]
pub(super) fn prefix(text: &str, piece: &str) -> Option<usize> {
    let text = text.as_bytes();
    let mut at = 0;
    let mut was_blank = false;
    for &byte in piece.as_bytes() {
        match byte {
            b' ' if was_blank => continue,
            b' ' => at += blanks(text.get(at..)?)?,
            b'"' | b'\'' | b'`' => at += quote(text.get(at..)?)?,
            _ if text.get(at)?.eq_ignore_ascii_case(&byte) => at += 1,
            _ => return None,
        }
        was_blank = byte == b' ';
    }
    Some(at)
}

/// A run of blanks and line ends, also as JSON writes them.
fn blanks(text: &[u8]) -> Option<usize> {
    let mut at = 0;
    loop {
        match text.get(at..) {
            Some([b'\\', b'n' | b'r' | b't', ..]) => at += 2,
            Some([it, ..]) if it.is_ascii_whitespace() => at += 1,
            _ => break,
        }
    }
    (at > 0).then_some(at)
}

/// A quote as it is or behind backslashes: also another one, since people and drivers write the
/// same text with others, a typesetter's, or in HTML.
fn quote(text: &[u8]) -> Option<usize> {
    const FORMS: [&str; 10] = ["\"", "'", "`", "“", "”", "‘", "’", "&quot;", "&#39;", "&#x27;"];
    // JSON within JSON within JSON has seven.
    let escapes = text.iter().take(7).take_while(|it| **it == b'\\').count();
    let rest = text.get(escapes..)?;
    let form = FORMS.iter().find(|it| rest.starts_with(it.as_bytes()))?;
    Some(escapes + form.len())
}
