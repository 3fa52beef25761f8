//! What a rule looks at: the inputs, the recipe, and what the readers found, laid out for look-ups.

use alloc::borrow::Cow;
use alloc::string::{String, ToString};
use alloc::vec::Vec;
use core::net::IpAddr;

use super::url::Marks;
use crate::clients::cpython::value_str;
use crate::clients::django;
use crate::clients::libpq::{self, Version, Winners};
use crate::clients::settings::FIELDS;
use crate::clients::stages;
use crate::databases::{self, Databases};
use crate::diagnostic::Edit;
use crate::inputs::{DATABASE_URL, Debug, Inputs};
use crate::ledger::{Fate, Key, Ledger, Line, LineId, Origin, Setting, Stage, Value};
use crate::provider::{self, Endpoint};
use crate::question::Question;
use crate::recipe::Recipe;
use crate::resolution::{Mode, Resolution, read};
use crate::span::{InputSpan, Span};
use crate::syntax::python::unquote;
use crate::tls::SslMode;

/// As many options as a rule speaks of at once: more than any person writes, and few enough that
/// looking at all the others for each of them takes no time.
pub(crate) const MANY: usize = 50;

/// Everything a rule may look at.
pub(crate) struct Case<'r, 'a> {
    pub(crate) question: &'r Question<'a>,
    pub(crate) inputs: &'r Inputs<'a>,
    pub(crate) recipe: Cow<'r, Recipe>,
    pub(crate) resolution: &'r Resolution<'a>,
    /// The winner of each of libpq's keywords, so that no rule has to look for it.
    winners: Winners,
    /// The host that the connection goes to, as the ledger has it; empty on a socket.
    host: &'r str,
    endpoint: Option<&'static Endpoint>,
    /// The lines of `OPTIONS`.
    options: &'r [LineId],
    /// Whether one of them is no option of every libpq.
    has_odd_options: bool,
    /// The lines of options that came to nothing.
    lost_options: Vec<LineId>,
    /// The marks in the URL, so that no rule has to look for them.
    marks: Marks,
}

impl<'r, 'a> Case<'r, 'a> {
    pub(crate) fn new(question: &'r Question<'a>, resolution: &'r Resolution<'a>) -> Case<'r, 'a> {
        let Question { inputs, recipe, .. } = question;
        // What a call of a settings module that was given says beats the guide's.
        let call = resolution.module.as_ref().and_then(|it| it.call);
        let recipe = match call {
            Some(site) => Cow::Owned(site.call.recipe(recipe.clone())),
            None => Cow::Borrowed(recipe),
        };
        let winners = Winners::of(&resolution.ledger);
        let host = winners.id("host").and_then(|it| resolution.ledger.line(it));
        let host = host.and_then(|it| it.value.as_str()).unwrap_or("");
        let text = |keyword| {
            let line = winners.id(keyword).and_then(|it| resolution.ledger.line(it));
            line.map(|it| &it.value)
        };
        let port = match text("port") {
            Some(Value::Int(port)) => u16::try_from(*port).ok(),
            other => other.and_then(Value::as_str).and_then(|it| it.trim().parse().ok()),
        };
        let database = text("dbname").and_then(Value::as_str).unwrap_or("");
        // Of several hosts the first is tried first.
        let first = host.split(',').next().unwrap_or("");
        let endpoint = provider::recognise(first, port.unwrap_or(5432), database);
        // Without settings the URL's parameters are options.
        let options = match (&resolution.settings, &resolution.connect_params) {
            (Some(settings), _) => settings.options(),
            (None, Some(params)) => &params.lines,
            (None, None) => &[],
        };
        let is_odd = |id: &LineId| {
            let name = resolution.ledger.line(*id).map_or("", |it| it.key.reveal());
            libpq::find(name).is_none_or(|it| it.since > Version::V15)
        };
        let has_odd_options = options.iter().any(is_odd);
        let lost_options = lost_options(&resolution.ledger);
        Case {
            question,
            inputs,
            recipe,
            resolution,
            winners,
            host,
            endpoint,
            options,
            has_odd_options,
            lost_options,
            marks: Marks::of(inputs.get(DATABASE_URL).unwrap_or("")),
        }
    }

    /// `DATABASE_URL` as it was set.
    pub(crate) fn url(&self) -> Option<&'a str> {
        self.inputs.get(DATABASE_URL)
    }

    /// Whether one of these marks is in `DATABASE_URL`.
    pub(crate) fn has(&self, marks: Marks) -> bool {
        self.marks.0 & marks.0 != 0
    }

    /// Whether `DATABASES` itself was given.
    pub(crate) fn is_given(&self) -> bool {
        self.resolution.mode == Mode::Databases
    }

    /// `DATABASES` that was given, or that a settings module makes.
    pub(crate) fn given_databases(&self) -> Option<&'r Databases<'a>> {
        let module = self.resolution.module.as_ref().map(|it| &it.databases);
        module.or(self.inputs.databases())
    }

    /// Whether there may be more settings than are known, or nothing is known of the backend.
    pub(crate) fn is_open(&self) -> bool {
        let engine = self.setting(Setting::Engine);
        self.resolution.settings.as_ref().is_some_and(|it| it.is_open)
            || engine.is_some_and(|(_, it)| it.value.unknown().is_some())
    }

    /// Whether the URL branch was taken, with something in it.
    pub(crate) fn is_url(&self) -> bool {
        self.resolution.mode == Mode::Url
    }

    /// `DEBUG` is off.
    pub(crate) fn is_production(&self) -> bool {
        !matches!(self.resolution.debug, Debug::Clear(true) | Debug::Unknown)
    }

    /// Whether the stack gets as far as trying a connection through libpq.
    pub(crate) fn connects(&self) -> bool {
        self.resolution.refusal.is_none() && self.resolution.tls.is_some()
    }

    /// Whether the settings name a backend that is known to end in libpq, whatever becomes of it.
    pub(crate) fn ends_in_libpq(&self) -> bool {
        self.resolution.engine().is_some_and(django::is_modelled)
    }

    /// Whether `stage` raises the error that ends it.
    pub(crate) fn is_refused_by(&self, stage: &Stage) -> bool {
        self.resolution.refusal.as_ref().is_some_and(|it| it.stage == stage)
    }

    /// Whether the connection goes through a Unix socket.
    pub(crate) fn is_socket(&self) -> bool {
        self.resolution.tls.is_some_and(|it| it.is_socket())
    }

    /// Whether Python takes another part of the URL for user or password than the one that is
    /// meant.
    pub(crate) fn is_misread(&self) -> bool {
        let (Some(meant), Some(read)) = (self.resolution.intent, self.resolution.url) else {
            return false;
        };
        if meant.user == read.username && meant.password == read.password {
            return false;
        }
        // An `@` in a database's name looks like a misread password, and so does one in an option;
        // but then nothing would be left for a database.
        let names_database = |rest: Span| rest.of(self.url().unwrap_or("")).contains('/');
        let has_userinfo = read.hostinfo.start > read.netloc.start;
        let is_read =
            has_userinfo && names_database(read.path) && !self.is_refused_by(&stages::RECIPE);
        match meant.password.is_empty() || is_read {
            true => names_database(meant.rest),
            false => true,
        }
    }

    /// The host that libpq is given, a list of them or a path, secret or not.
    pub(crate) fn host(&self) -> &'r str {
        self.host
    }

    /// The provider's endpoint that the host's name is known for; of several hosts, the first's.
    pub(crate) fn endpoint(&self) -> Option<&'static Endpoint> {
        self.endpoint
    }

    /// Where the connection goes: `hostaddr` before the host; empty where that is not known.
    fn address(&self) -> &'r str {
        if self.winner("hostaddr").is_some_and(|(_, it)| it.value.unknown().is_some()) {
            return "";
        }
        self.given("hostaddr").filter(|it| !it.is_empty()).unwrap_or(self.host)
    }

    /// Whether the connection leaves the machine: over a network, to what is no spelling of this
    /// machine.
    pub(crate) fn is_remote(&self) -> bool {
        let address = self.address();
        !address.is_empty() && !self.is_socket() && !is_this_machine(address)
    }

    /// Whether the connection goes over the network to this machine itself.
    pub(crate) fn is_loopback(&self) -> bool {
        !self.is_socket() && is_this_machine(self.address())
    }

    /// The `sslmode` that counts, where a connection is tried over a network and the URL is read
    /// as it is meant.
    pub(crate) fn sslmode(&self) -> Option<SslMode> {
        let tls = self.resolution.tls.filter(|it| !it.is_socket())?;
        let counts = self.resolution.refusal.is_none() && !self.is_misread();
        counts.then(|| tls.sslmode())?
    }

    /// The URL's own `sslmode`, where `ssl_require` wrote over it and the result counts.
    pub(crate) fn overruled_sslmode(&self) -> Option<&'r Line<'a>> {
        let overruled = self.resolution.settings.as_ref()?.overruled_sslmode?;
        let (_, winner) = self.winner("sslmode")?;
        self.resolution.ledger.line(overruled).filter(|_| self.is_by_call(winner))
    }

    /// Whether the settings module wrote a line beside what it read of the URL: an argument of its
    /// call of dj-database-url, or a value of the guide's module.
    pub(crate) fn is_by_call(&self, line: &Line<'_>) -> bool {
        let module = self.resolution.module.as_ref();
        let has_call = module.is_some_and(|it| it.call.is_some());
        match line.origin {
            Origin::Recipe(_) => true,
            Origin::Settings { .. } => has_call,
            _ => false,
        }
    }

    /// The argument `ssl_require` as the settings module writes it.
    pub(crate) fn ssl_require(&self) -> Cow<'static, str> {
        match self.resolution.module.as_ref().and_then(|it| it.call) {
            Some(site) => {
                let written = databases::shown(site.ssl_require.1);
                alloc::format!("ssl_require={written}").into()
            }
            None => self.recipe.ssl_require.expression().into(),
        }
    }

    /// The password that is meant, decoded, and where it stands. It is a secret.
    pub(crate) fn password(&self) -> Option<(Cow<'r, str>, Option<InputSpan<'a>>)> {
        let is_unknown = |span| self.resolution.ledger.hole(in_url(span)).is_some();
        if self.resolution.intent.is_some_and(|it| is_unknown(it.password)) {
            return None;
        }
        // A reader may refuse it, or end it early.
        let intent = self.resolution.intent.filter(|it| !it.password.is_empty());
        if let (Some(url), Some(intent)) = (self.url(), intent) {
            return Some((unquote(intent.password.of(url)), Some(in_url(intent.password))));
        }
        let (_, line) = self.winner("password")?;
        if line.value.unknown().is_some() {
            return None;
        }
        Some((value_str(&line.value), line.origin.input_span()))
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

    /// Whether the host is one of the internet's, as far as its name or number tells.
    pub(crate) fn is_public(&self) -> bool {
        self.is_remote() && self.host.split(',').any(is_public)
    }

    /// The variable and the stretch in which a value stands, where a fix may write something else.
    pub(crate) fn written(&self, line: &Line<'a>) -> Option<(&'static str, Span)> {
        let Origin::Variable { name, span } = line.origin else { return None };
        let mut fixable = [DATABASE_URL].into_iter().chain(FIELDS);
        Some((fixable.find(|it| *it == name)?, span))
    }

    /// The lines of options that were dropped, lost to another line of the URL, or became a part
    /// of one. What the recipe writes over is none of them.
    pub(crate) fn lost_options(&self) -> impl Iterator<Item = (LineId, &'r Line<'a>)> {
        let ledger = &self.resolution.ledger;
        self.lost_options.iter().filter_map(|&id| ledger.line(id).map(|line| (id, line)))
    }

    /// Where the URL writes an option's value: the lines that it replaced or holds included. It
    /// looks at the whole ledger, so a rule asks it of few options.
    pub(crate) fn written_spans(&self, option: LineId) -> Vec<Span> {
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

    /// What the client makes of the variables once the URL is edited so.
    pub(crate) fn reread<T>(&self, edits: &[Edit], ask: impl FnOnce(&Resolution<'_>) -> T) -> T {
        let url = self.edited(DATABASE_URL, edits).reveal();
        let mut question = self.question.clone();
        question.inputs = question.inputs.with(DATABASE_URL, &url);
        ask(&read(&question))
    }

    /// What connects, at the head of a sentence.
    pub(crate) fn subject(&self) -> &'static str {
        self.question.client.subject
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
    let is_recipes =
        |it: &Line<'_>| matches!(it.origin, Origin::Recipe(_) | Origin::Settings { .. });
    let by_recipe = |by| ledger.line(by).is_some_and(is_recipes);
    let is_lost = |fate| match fate {
        Fate::Won | Fate::Sent => false,
        Fate::Overridden { by } => !by_recipe(by),
        Fate::Joined { .. } | Fate::Ignored { .. } => true,
    };
    let options = ledger.lines().filter(|(_, line)| {
        line.stage == &stages::RECIPE && matches!(line.key, Key::Option(_) | Key::SecretOption(_))
    });
    options.filter(|(_, line)| is_lost(line.fate)).map(|(id, _)| id).collect()
}

/// The mode that a line names, if it is a word of libpq's.
pub(crate) fn sslmode_of(line: &Line<'_>) -> Option<SslMode> {
    line.value.as_str()?.parse().ok()
}

/// The variable of libpq's own that wrote a line.
pub(crate) fn ambient<'a>(line: &Line<'a>) -> Option<&'a str> {
    match line.origin {
        Origin::Variable { name, .. } if name.starts_with("PG") => Some(name),
        _ => None,
    }
}

/// Where a value was written, as a message says it in brackets.
pub(crate) fn written_in(origin: &Origin<'_>) -> String {
    match origin {
        Origin::Recipe(expression) => (*expression).to_string(),
        other => other.to_string(),
    }
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
    may_be_address && name.parse::<IpAddr>().is_ok_and(|it| it.to_canonical().is_loopback())
}

/// A name of the public DNS, or an address that is routed on the internet.
fn is_public(host: &str) -> bool {
    if let Ok(address) = host.parse::<IpAddr>() {
        return match address.to_canonical() {
            IpAddr::V4(it) => {
                let [first, second, ..] = it.octets();
                // 100.64.0.0/10 lies behind a provider's or a VPN's own translation.
                let is_shared = first == 100 && second & 0xc0 == 64;
                !(it.is_private()
                    || it.is_loopback()
                    || it.is_link_local()
                    || is_shared
                    || it.is_unspecified())
            }
            IpAddr::V6(it) => {
                !(it.is_unique_local()
                    || it.is_unicast_link_local()
                    || it.is_loopback()
                    || it.is_unspecified())
            }
        };
    }
    // Ends that the public DNS never has.
    const PRIVATE: [&str; 10] = [
        "arpa",
        "home",
        "internal",
        "intranet",
        "lan",
        "local",
        "localdomain",
        "localhost",
        "svc",
        "test",
    ];
    let name = host.strip_suffix('.').unwrap_or(host);
    name.rsplit_once('.').is_some_and(|(_, end)| {
        end.starts_with(|it: char| it.is_ascii_alphabetic())
            && !PRIVATE.iter().any(|it| it.eq_ignore_ascii_case(end))
    })
}

/// A stretch of `DATABASE_URL`.
pub(crate) fn in_url<'a>(span: Span) -> InputSpan<'a> {
    InputSpan { input: DATABASE_URL, span }
}

#[cfg(test)]
mod tests {
    use super::{is_public, is_this_machine};

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
    #[test]
    fn a_public_host_has_a_public_name_or_number() {
        for host in ["db.example.com", "DB.example.com.", "8.8.8.8", "2001:db8::1", "x.xn--p1ai"] {
            assert!(is_public(host), "{host}");
        }
        for host in ["db", "", "10.1.2.3", "172.16.0.1", "192.168.0.1", "169.254.1.1", "100.64.0.1"]
        {
            assert!(!is_public(host), "{host}");
        }
        for host in ["fd00::1", "fe80::1", "::1", "::ffff:10.0.0.1", "db.internal", "db.Local"] {
            assert!(!is_public(host), "{host}");
        }
        assert!(!is_public("db.default.svc.cluster.local") && !is_public("db.default.svc"));
    }
}
