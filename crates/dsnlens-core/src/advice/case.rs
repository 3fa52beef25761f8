//! What a rule looks at: the inputs, the recipe, and what the readers found, laid out for look-ups.

use alloc::string::{String, ToString};
use alloc::vec::Vec;

use super::Edit;
use crate::clients::django;
use crate::clients::libpq::{self, Version, Winners};
use crate::inputs::{DATABASE_URL, Inputs};
use crate::ledger::{Fate, Key, Ledger, Line, LineId, Origin, Setting, Stage, Value};
use crate::recipe::Recipe;
use crate::resolution::{Mode, Resolution};
use crate::span::{InputSpan, Span};

/// As many options as a rule speaks of at once: more than any person writes, and few enough that
/// looking at all the others for each of them takes no time.
pub(crate) const MANY: usize = 50;

/// Everything a rule may look at.
pub(crate) struct Case<'r, 'a> {
    pub(crate) inputs: &'r Inputs<'a>,
    pub(crate) recipe: &'r Recipe,
    pub(crate) resolution: &'r Resolution<'a>,
    /// The winner of each of libpq's keywords, so that no rule has to look for it.
    winners: Winners,
    /// The host that the connection goes to, as the ledger has it; empty on a socket.
    host: &'r str,
    /// The lines of `OPTIONS`.
    options: &'r [LineId],
    /// Whether one of them is no option of every libpq.
    has_odd_options: bool,
    /// The lines of options that came to nothing.
    lost_options: Vec<LineId>,
}

impl<'r, 'a> Case<'r, 'a> {
    pub(crate) fn new(
        inputs: &'r Inputs<'a>,
        recipe: &'r Recipe,
        resolution: &'r Resolution<'a>,
    ) -> Case<'r, 'a> {
        let winners = Winners::of(&resolution.ledger);
        let host = winners.id("host").and_then(|it| resolution.ledger.line(it));
        let host = host.and_then(|it| it.value.as_str()).unwrap_or("");
        let options = resolution.settings.as_ref().map(|it| it.options()).unwrap_or_default();
        let is_odd = |id: &LineId| {
            let name = resolution.ledger.line(*id).map_or("", |it| it.key.reveal());
            libpq::find(name).is_none_or(|it| it.since > Version::V15)
        };
        let has_odd_options = options.iter().any(is_odd);
        let lost_options = lost_options(&resolution.ledger);
        Case { inputs, recipe, resolution, winners, host, options, has_odd_options, lost_options }
    }

    /// `DATABASE_URL` as it was set.
    pub(crate) fn url(&self) -> Option<&'a str> {
        self.inputs.get(DATABASE_URL)
    }

    /// Whether the URL branch was taken, with something in it.
    pub(crate) fn is_url(&self) -> bool {
        self.resolution.mode == Mode::Url
    }

    /// `DEBUG` is off.
    pub(crate) fn is_production(&self) -> bool {
        !self.inputs.debug().is_on()
    }

    /// Whether the stack gets as far as trying a connection through libpq.
    pub(crate) fn connects(&self) -> bool {
        self.resolution.refusal.is_none() && self.resolution.ssl.is_some()
    }

    /// Whether the settings name a backend that is known to end in libpq, whatever becomes of it.
    pub(crate) fn ends_in_libpq(&self) -> bool {
        self.resolution.engine().is_some_and(django::is_modelled)
    }

    /// Whether `stage` raises the error that ends it.
    pub(crate) fn is_refused_by(&self, stage: Stage) -> bool {
        self.resolution.refusal.as_ref().is_some_and(|it| it.stage == stage)
    }

    /// Whether the connection goes through a Unix socket.
    pub(crate) fn is_socket(&self) -> bool {
        self.resolution.ssl.is_some_and(|it| it.is_socket)
    }

    /// Whether Python takes another part of the URL for the password than the one that is meant.
    pub(crate) fn is_misread(&self) -> bool {
        let (meant, read) = (self.resolution.intent, self.resolution.url);
        meant.zip(read).is_some_and(|(meant, read)| {
            !meant.password.is_empty() && meant.password != read.password
        })
    }

    /// The host that libpq is given, a list of them or a path, secret or not.
    pub(crate) fn host(&self) -> &'r str {
        self.host
    }

    /// Whether the connection leaves the machine: over a network, to a host that is not one of the
    /// recipe's own and no other spelling of this machine.
    pub(crate) fn is_remote(&self) -> bool {
        !self.host.is_empty() && !self.is_socket() && !is_this_machine(self.host)
    }

    /// The line that won for one of libpq's keywords, whoever wrote it.
    pub(crate) fn winner(&self, keyword: &str) -> Option<(LineId, &'r Line<'a>)> {
        let id = self.winners.id(keyword)?;
        self.resolution.ledger.line(id).map(|line| (id, line))
    }

    /// The text of the line that won, where somebody wrote it: no client's default.
    pub(crate) fn given(&self, keyword: &str) -> Option<&'r str> {
        let (_, line) = self.winner(keyword)?;
        let is_given = !matches!(line.origin, Origin::Default { .. });
        line.value.as_str().filter(|_| is_given)
    }

    /// The line of an entry of `DATABASES['default']`.
    pub(crate) fn setting(&self, setting: Setting) -> Option<(LineId, &'r Line<'a>)> {
        let ledger = &self.resolution.ledger;
        let id = self.resolution.settings.as_ref()?.setting(ledger, setting)?;
        ledger.line(id).map(|line| (id, line))
    }

    /// The lines of `DATABASES['default']['OPTIONS']`, in Python's order.
    pub(crate) fn options(&self) -> impl Iterator<Item = (LineId, &'r Line<'a>)> {
        let ledger = &self.resolution.ledger;
        self.options.iter().filter_map(|&id| ledger.line(id).map(|line| (id, line)))
    }

    /// Whether one of the options is none that every libpq knows: Django's own, another tool's, a
    /// newer one.
    pub(crate) fn has_odd_options(&self) -> bool {
        self.has_odd_options
    }

    /// The line of an entry of `DATABASES['default']['OPTIONS']`.
    pub(crate) fn option(&self, name: &str) -> Option<(LineId, &'r Line<'a>)> {
        self.options().find(|(_, line)| line.key.reveal() == name)
    }

    /// The lines of options that were dropped, lost to another line of the URL, or became a part
    /// of one. What the recipe writes over is none of them.
    pub(crate) fn lost_options(&self) -> impl Iterator<Item = (LineId, &'r Line<'a>)> {
        let ledger = &self.resolution.ledger;
        self.lost_options.iter().filter_map(|&id| ledger.line(id).map(|line| (id, line)))
    }

    /// Where the URL writes an option's value: the lines that it replaced or holds included. It
    /// looks at the whole ledger, so a rule asks it of few options.
    pub(crate) fn written(&self, option: LineId) -> Vec<Span> {
        let ledger = &self.resolution.ledger;
        let its = ledger.lines().filter(|(id, _)| ledger.ends_in(*id, option));
        let spans = its.filter_map(|(_, line)| line.origin.input_span());
        spans.filter(|it| it.input == DATABASE_URL).map(|it| it.span).collect()
    }

    /// Where the URL writes an option's name, going by the place of its value.
    pub(crate) fn option_name(&self, value: Span) -> Span {
        let url = self.url().unwrap_or("");
        let start = self.resolution.url.map_or(0, |it| it.query.start);
        let head = Span::new(start, value.start).of(url);
        let start = head.rfind('&').map_or(start, |at| start + at + 1);
        let name = Span::new(start, value.start).of(url);
        Span::new(start, start + name.find('=').unwrap_or(name.len()))
    }

    /// The whole of a variable, if it is set.
    pub(crate) fn whole(&self, name: &'a str) -> Option<InputSpan<'a>> {
        let value = self.inputs.get(name)?;
        Some(InputSpan { input: name, span: Span::new(0, value.len()) })
    }

    /// Puts `name=value` behind the URL's options; both are as they stand in a URL.
    pub(crate) fn add_option(&self, option: &str) -> Option<Edit> {
        let (url, parts) = (self.url()?, self.resolution.url?);
        let end = parts.query.end;
        let head = Span::new(0, end).of(url);
        let joint = match (head.ends_with(['?', '&']), head.contains('?')) {
            (true, _) => "",
            (false, true) => "&",
            (false, false) => "?",
        };
        let text = alloc::format!("{joint}{option}");
        Some(Edit::write(DATABASE_URL, Span::new(end, end), text))
    }

    /// Takes an option out of the URL, with the `&` or `?` that led to it; `value` is the stretch
    /// that the ledger knows: the value, or the whole option where it has none.
    pub(crate) fn remove_option(&self, value: Span) -> Option<Edit> {
        self.remove_options(&[value]).pop()
    }

    /// The same of several at once, but not of more than [`MANY`].
    pub(crate) fn remove_options(&self, values: &[Span]) -> Vec<Edit> {
        let mut edits = Vec::new();
        let (Some(url), Some(parts)) = (self.url(), self.resolution.url) else { return edits };
        if values.len() > MANY {
            return edits;
        }
        let query = parts.query;
        let (mut start, mut is_first) = (query.start, true);
        for piece in query.of(url).split('&') {
            let end = start + piece.len();
            let is_removed = values.iter().any(|it| start <= it.start && it.end <= end);
            match (is_removed, is_first) {
                (false, _) => is_first = false,
                // The `&` behind it.
                (true, true) => edits.push(Edit::delete(DATABASE_URL, Span::new(start, end + 1))),
                // The `&` before it.
                (true, false) => edits.push(Edit::delete(DATABASE_URL, Span::new(start - 1, end))),
            }
            start = end + 1;
        }
        if is_first && !edits.is_empty() {
            // Nothing is left of the query: the `?` goes too.
            let whole = Span::new(query.start.saturating_sub(1), query.end);
            return alloc::vec![Edit::delete(DATABASE_URL, whole)];
        }
        edits
    }
}

/// The options of the URL that no setting holds any more, but for those the recipe wrote over.
fn lost_options(ledger: &Ledger<'_>) -> Vec<LineId> {
    let by_recipe = |by| ledger.line(by).is_some_and(|it| matches!(it.origin, Origin::Recipe(_)));
    let is_lost = |fate| match fate {
        Fate::Won => false,
        Fate::Overridden { by } => !by_recipe(by),
        Fate::Joined { .. } | Fate::Ignored { .. } => true,
    };
    let options = ledger.lines().filter(|(_, line)| {
        line.stage == Stage::Recipe && matches!(line.key, Key::Option(_) | Key::SecretOption(_))
    });
    options.filter(|(_, line)| is_lost(line.fate)).map(|(id, _)| id).collect()
}

/// A value as a message quotes it: without its secrets, and no longer than a person reads.
pub(crate) fn shown(value: &Value<'_>) -> String {
    brief(&value.to_string())
}

/// The name of a line's key, in the same way.
pub(crate) fn shown_key(key: &Key<'_>) -> String {
    brief(key.keyword())
}

/// A text that ends where a person would stop reading.
pub(crate) fn brief(text: &str) -> String {
    const LONGEST: usize = 60;
    match text.char_indices().nth(LONGEST) {
        None => text.to_string(),
        Some((end, _)) => alloc::format!("{}…", text.get(..end).unwrap_or("")),
    }
}

/// A spelling of this machine, whether or not a recipe knows it as one.
pub(crate) fn is_this_machine(host: &str) -> bool {
    let host = host.strip_prefix('[').and_then(|it| it.strip_suffix(']')).unwrap_or(host);
    let name = host.strip_suffix('.').unwrap_or(host).trim();
    if name.eq_ignore_ascii_case("localhost")
        || name.eq_ignore_ascii_case("localhost.localdomain")
        || name == "0.0.0.0"
    {
        return true;
    }
    // An address is a loopback one, or such a one in IPv6's clothes.
    let mut digits = name.bytes().filter(|it| !matches!(it, b':' | b'.'));
    let may_be_address = digits.all(|it| it.is_ascii_hexdigit());
    may_be_address
        && name.parse::<core::net::IpAddr>().is_ok_and(|it| it.to_canonical().is_loopback())
}

/// A stretch of `DATABASE_URL`.
pub(crate) fn in_url<'a>(span: Span) -> InputSpan<'a> {
    InputSpan { input: DATABASE_URL, span }
}

#[cfg(test)]
mod tests {
    use super::is_this_machine;

    #[test]
    fn this_machine_has_many_names() {
        for host in ["localhost", "LOCALHOST", "localhost.", "127.0.0.2", "::1", "[::1]"] {
            assert!(is_this_machine(host), "{host}");
        }
        assert!(is_this_machine("0:0:0:0:0:0:0:1") && is_this_machine("::ffff:127.0.0.1"));
        for host in ["", "db", "localhost.example.com", "10.0.0.1", "::2", "/run"] {
            assert!(!is_this_machine(host), "{host}");
        }
    }
}
