//! From inputs to the answer: the stages one after the other, each a reader of the one before.

use alloc::borrow::Cow;
use alloc::collections::BTreeMap;
use alloc::string::{String, ToString};
use alloc::vec::Vec;
use core::fmt;

use crate::clients::django::ConnectParams;
use crate::clients::libpq::Connection;
use crate::clients::settings::Settings;
use crate::clients::{libpq, settings};
use crate::databases::{self, Databases};
use crate::diagnostic::Diagnostic;
use crate::inputs::{DATABASE_URL, Debug, Hole, Inputs, is_known};
use crate::intent::Intent;
use crate::ledger::{Fate, Key, Ledger, Origin, Setting, Stretch, Value};
use crate::machine::MachineFile;
use crate::module::CallSite;
use crate::provider;
use crate::question::Question;
use crate::refusal::Refusal;
use crate::shown;
use crate::source::Source;
use crate::span::{InputSpan, Span};
use crate::syntax::Places;
use crate::syntax::python::SplitUrl;
use crate::tls::TlsPolicy;

/// Which branch of the settings module was taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Mode {
    /// `DATABASE_URL` is set, be it empty.
    Url,
    /// The `DB_*` variables and their defaults.
    Fields,
    /// No branch of the guide's: `DATABASES` itself was given.
    Databases,
}

impl Mode {
    /// The name used in machine-readable answers.
    pub const fn name(self) -> &'static str {
        match self {
            Mode::Url => "url",
            Mode::Fields => "fields",
            Mode::Databases => "databases",
        }
    }
}

/// What a client does with one set of inputs.
#[derive(Clone)]
pub struct Resolution<'a> {
    /// The branch taken.
    pub mode: Mode,
    /// `DATABASES['default']`; `None` where reading the URL is refused.
    pub settings: Option<Settings>,
    /// What the backend hands to psycopg; `None` where it gets not that far, or is no PostgreSQL.
    pub connect_params: Option<ConnectParams>,
    /// The first error, if there is one.
    pub refusal: Option<Refusal<'a>>,
    /// Every value offered, and what became of it.
    pub ledger: Ledger<'a>,
    /// What libpq settles on, one for each connection that psycopg tries.
    pub effective: Option<Vec<Connection<'a>>>,
    /// How connections are secured; `None` where that is not known, or no connection is made.
    pub tls: Option<TlsPolicy>,
    /// The parts of `DATABASE_URL` as Python sees them, by position.
    pub url: Option<SplitUrl<Span>>,
    /// User and password of `DATABASE_URL` as a person means them, by position.
    pub intent: Option<Intent>,
    /// What must not be shown of the inputs: passwords, and what may be a piece of one.
    pub secrets: Vec<InputSpan<'a>>,
    /// What the answer depends on and the inputs do not hold, in the ledger's order.
    pub unknown: Vec<Unknown<'a>>,
    /// Django's `DEBUG`, as the inputs or the settings module that was given say it.
    pub debug: Debug,
    /// What is known of the settings module that was given.
    pub module: Option<Module<'a>>,
}

/// What is known of a settings module that was given.
#[derive(Clone, Debug)]
pub struct Module<'a> {
    /// Its path.
    pub path: &'a str,
    /// The call of dj-database-url that answers for `DATABASES['default']`.
    pub call: Option<CallSite<'a>>,
    /// Why `DEBUG` is not known.
    pub unknown_debug: Option<Cow<'a, str>>,
    /// `DATABASES` as it left the module.
    pub databases: Databases<'a>,
    /// What the rules about settings modules found where it was evaluated.
    pub findings: Vec<Diagnostic<'a>>,
    /// Literals in its files that may be secrets, where something is proposed for a file.
    pub hidden: Vec<InputSpan<'a>>,
}

/// Something that the answer depends on and the inputs do not hold.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unknown<'a> {
    /// The variable or the file that holds it.
    pub path: &'a str,
    /// The line of the file.
    pub line: Option<usize>,
    /// What is written in its place, if anything is; without its literals.
    pub expression: Cow<'a, str>,
    /// The variable that the expression reads.
    pub reads: Option<Cow<'a, str>>,
    /// Why it is not known, in a clause: `DATABASE_URL comes from Render's database shop-db`.
    pub why: Cow<'a, str>,
    /// The file of the machine that holds it, where it is no variable and no settings module.
    pub file: Option<MachineFile>,
}

/// Prints no position: one behind a password tells its length.
impl fmt::Debug for Resolution<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let lines = self.ledger.lines();
        let lines = lines.map(|(_, it)| (it.stage, it.key.keyword(), it.value.to_string()));
        f.debug_struct("Resolution")
            .field("mode", &self.mode)
            .field("refusal", &self.refusal.as_ref().map(|it| (&*it.kind, it.message.to_string())))
            .field("ledger", &lines.collect::<Vec<_>>())
            .finish_non_exhaustive()
    }
}

impl<'a> Resolution<'a> {
    pub(crate) fn empty(mode: Mode, inputs: &Inputs<'a>) -> Self {
        Resolution {
            mode,
            settings: None,
            connect_params: None,
            effective: None,
            refusal: None,
            ledger: Ledger::of(inputs),
            tls: None,
            url: None,
            intent: None,
            secrets: Vec::new(),
            unknown: Vec::new(),
            debug: inputs.debug(),
            module: None,
        }
    }

    /// The proxy that listens on the socket that the connection goes through, which encrypts what
    /// goes on to the server.
    pub fn proxy(&self) -> Option<&'static str> {
        self.tls.filter(TlsPolicy::is_socket)?;
        provider::socket_proxy(self.effective.as_ref()?.first()?.get("host")?)
    }

    /// The error that is raised whatever the machine's files say.
    pub fn certain_refusal(&self) -> Option<&Refusal<'a>> {
        self.refusal.as_ref().filter(|it| it.unless.is_none())
    }

    /// The `ENGINE` that won, if the settings have one.
    pub fn engine(&self) -> Option<&str> {
        let line = self.settings.as_ref()?.setting(&self.ledger, Setting::Engine)?;
        self.ledger.line(line)?.value.as_str()
    }
}

/// Works out what a client does, without any advice.
pub fn read<'a>(question: &Question<'a>) -> Resolution<'a> {
    (question.client.read)(question)
}

/// Why nothing of a URL is known although a part of it is: the part that is not decides how the
/// rest is read. Such a part is behind no value, or behind the error.
pub(crate) fn structure_hole<'a>(name: &str, resolution: &Resolution<'a>) -> Option<Hole<'a>> {
    let refusal = resolution.refusal.as_ref();
    let is_it = |it: &&Stretch<'_>| {
        // An error that points at no byte may be about any.
        let is_about = |at: &InputSpan<'_>| at.span.is_empty() || at.span.overlaps(it.hole.span);
        match refusal {
            Some(refusal) => refusal.spans.is_empty() || refusal.spans.iter().any(is_about),
            None => !it.is_read,
        }
    };
    let mut holes = resolution.ledger.holes().iter().filter(|it| it.variable == name);
    holes.find(is_it).map(|it| it.hole.clone())
}

/// Leaves everything unknown that the URL in the variable `name` may hold.
pub(crate) fn leave_open<'a>(name: &'a str, hole: &Hole<'a>, resolution: &mut Resolution<'a>) {
    resolution.ledger.clear();
    let origin = Origin::Variable { name, span: hole.span };
    let value = Value::Unknown { why: hole.why.clone() };
    resolution.settings = Some(settings::unknown(&value, &origin, &mut resolution.ledger));
    (resolution.connect_params, resolution.refusal) = (None, None);
    (resolution.effective, resolution.tls) = (None, None);
}

/// What an answer gathers from its ledger.
pub(crate) fn finish<'a>(inputs: &Inputs<'a>, resolution: &mut Resolution<'a>) {
    collect_secrets(inputs, resolution);
    let Resolution { ledger, unknown, .. } = resolution;
    let mut seen = Places::new();
    for it in &*unknown {
        seen.insert(it.why.clone(), 0);
    }
    if let Some(databases) = inputs.databases() {
        for (_, line) in ledger.lines() {
            let (Some(why), Origin::Settings { path, place }) =
                (line.value.unknown(), &line.origin)
            else {
                continue;
            };
            let matters = (line.fate.is_effective() || matches!(line.fate, Fate::Joined { .. }))
                && !matches!(line.key, Key::Entry(_))
                && !matches!(line.key, Key::Setting(setting) if !setting.is_for_connection());
            let why: Cow<'a, str> = String::from(why).into();
            if matters && seen.insert(why.clone(), 0).is_none() {
                let written = place.span.of(databases.text);
                unknown.push(Unknown {
                    path,
                    line: (place.line > 0).then_some(place.line),
                    expression: databases::shown(written).into(),
                    reads: databases::reads(written).map(Cow::Borrowed),
                    why,
                    file: None,
                });
            }
        }
    }
    if ledger.holes().is_empty() {
        return;
    }
    let mut matters = alloc::vec![false; ledger.holes().len()];
    for (_, line) in ledger.lines() {
        let Some(why) = line.value.unknown() else { continue };
        let is_used = line.fate.is_effective() || matches!(line.fate, Fate::Joined { .. });
        let nth = match line.origin {
            Origin::Variable { name, span } => ledger.hole_at(InputSpan { input: name, span }),
            // An argument of the settings module, which depends on one variable.
            Origin::Recipe(_) => ledger.holes().iter().position(|it| *it.hole.why == *why),
            _ => None,
        };
        if let Some(it) = nth.and_then(|nth| matters.get_mut(nth)).filter(|_| is_used) {
            *it = true;
        }
    }
    for (it, _) in ledger.holes().iter().zip(matters).filter(|(_, matters)| *matters) {
        if seen.insert(it.hole.why.clone(), 0).is_none() {
            // What stands behind a `$` may be a piece of a password.
            let written = it.hole.span.of(inputs.written(it.variable).unwrap_or(""));
            let expression = if is_reference(written) { written } else { "" }.into();
            let (path, why) = (it.variable, it.hole.why.clone());
            unknown.push(Unknown { path, line: None, expression, reads: None, why, file: None });
        }
    }
}

/// Whether a stretch reads as a reference: in brackets, or a name in capitals.
fn is_reference(written: &str) -> bool {
    let name = written.strip_prefix('$').filter(|it| !it.starts_with(['{', '(']));
    let is_capital = |it: u8| it.is_ascii_uppercase() || it.is_ascii_digit() || it == b'_';
    name.is_none_or(|it| it.bytes().all(is_capital))
}

/// What libpq's service file is called where `PGSERVICEFILE` does not name it.
const SERVICE_FILE: &str = "pg_service.conf";

/// The service that is named, whose definition is in a file that the question does not hold.
pub(crate) fn unseen_service<'a>(inputs: &Inputs<'a>, ledger: &Ledger<'a>) -> Option<Unknown<'a>> {
    let (_, line) = ledger.winner("service")?;
    let name = line.value.to_string();
    let why =
        alloc::format!("the service `{name}` is defined in a file of the machine that connects");
    Some(Unknown {
        path: inputs.get("PGSERVICEFILE").unwrap_or(SERVICE_FILE),
        line: None,
        expression: alloc::format!("[{name}]").into(),
        reads: None,
        why: why.into(),
        file: Some(MachineFile::Service),
    })
}

/// What libpq settles on in the end, and how it secures that.
pub(crate) fn settle<'a>(
    targets: &[libpq::Target],
    options: libpq::Options,
    Question { client, inputs, recipe, .. }: &Question<'a>,
    resolution: &mut Resolution<'a>,
) -> Option<Refusal<'a>> {
    let (ledger, version) = (&mut resolution.ledger, recipe.libpq);
    let by = options.winner("sslmode");
    let is_elsewhere = options.lacks_service() && libpq::is_service_elsewhere(inputs, ledger);
    let unseen = is_elsewhere.then(|| unseen_service(inputs, ledger)).flatten();
    let unless = unseen.as_ref().and_then(|it| it.file);
    resolution.unknown.extend(unseen);
    let (connections, refusal) = libpq::settle(targets, inputs, version, options, ledger);
    let refusal = refusal.map(|it| Refusal { unless, ..it });
    let first = connections.first();
    resolution.tls = first.and_then(|it| libpq::policy(client.tls, it, by, inputs, version));
    resolution.effective = Some(connections);
    refusal
}

pub(crate) fn secrets<'a>(source: &Source<'a>) -> impl Iterator<Item = InputSpan<'a>> {
    source.secrets().map(|span| InputSpan { input: source.name(), span })
}

/// Adds the secrets in other variables, and those that only the ledger knows, to those found in
/// the URL, in order.
fn collect_secrets<'a>(inputs: &Inputs<'a>, resolution: &mut Resolution<'a>) {
    let Resolution { ledger, secrets, .. } = resolution;
    let others =
        inputs.variables().iter().filter(|it| it.name != DATABASE_URL && is_known(it.name));
    let in_variables = others.filter(|it| inputs.get(it.name) == Some(it.value)).flat_map(|it| {
        let hidden = shown::hidden_in(it.name, it.value).into_iter();
        hidden.map(|span| InputSpan { input: it.name, span })
    });
    let in_ledger = ledger.lines().filter(|(_, line)| line.value.is_secret());
    let in_ledger = in_ledger.filter_map(|(_, line)| line.origin.input_span());
    let mut more: Vec<_> = Vec::new();
    let of_others = unaccounted(inputs, ledger);
    for found in in_variables.chain(in_ledger).chain(of_others).filter(|it| !it.span.is_empty()) {
        let place = secrets
            .partition_point(|it| (it.input, it.span.end) <= (found.input, found.span.start));
        // A value that a part of a password slipped into is not secret as a whole.
        let is_known = secrets
            .get(place)
            .is_some_and(|it| it.input == found.input && it.span.overlaps(found.span));
        if !is_known {
            more.push(found);
        }
    }
    more.sort_by_key(|it| (it.input, it.span.start));
    more.dedup_by(|next, kept| next.input == kept.input && next.span.overlaps(kept.span));
    secrets.extend(more);
    secrets.sort_unstable();
}

/// What of the variables that only the settings module knows became no value that is shown: any of
/// it may be a password.
fn unaccounted<'a>(inputs: &Inputs<'a>, ledger: &Ledger<'a>) -> Vec<InputSpan<'a>> {
    let mut shown: BTreeMap<&'a str, Vec<Span>> = BTreeMap::new();
    for (_, line) in ledger.lines() {
        let Origin::Variable { name, span } = line.origin else { continue };
        if is_known(name) {
            continue;
        }
        let spans = shown.entry(name).or_default();
        let written = span.of(inputs.get(name).unwrap_or(""));
        if !line.value.is_secret() && line.value.to_string() == written {
            spans.push(span);
        }
    }
    let mut hidden = Vec::new();
    for (input, mut spans) in shown {
        spans.sort_unstable_by_key(|it| it.start);
        let mut at = 0;
        let end = inputs.get(input).map_or(0, str::len);
        for span in spans.into_iter().chain([Span::new(end, end)]) {
            if at < span.start {
                hidden.push(InputSpan { input, span: Span::new(at, span.start) });
            }
            at = at.max(span.end);
        }
    }
    hidden
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::client::{CLIENTS, psql};
    use crate::clients::libpq::Version;
    use crate::inputs::stand_in;
    use crate::recipe::Recipe;
    use crate::{Answer, resolve};
    use alloc::collections::BTreeSet;
    use alloc::string::ToString;

    /// What the answer says is known: the winners by keyword, and the rules that found something.
    fn known(
        Answer { resolution, diagnostics, .. }: &Answer<'_>,
    ) -> (Vec<(String, String)>, BTreeSet<&'static str>) {
        let lines = resolution.ledger.lines();
        let known = lines.filter(|(_, it)| it.fate == Fate::Won && it.value.unknown().is_none());
        let known = known.map(|(_, it)| (it.key.keyword().to_string(), it.value.to_string()));
        (known.collect(), diagnostics.iter().map(|it| it.rule.name).collect())
    }

    /// The URL with `X` taken for something unknown says nothing that one of `values` refutes.
    #[track_caller]
    fn check(url: &str, values: &[&str], debug: bool) {
        let at = url.find('X').unwrap();
        let hole = Hole::at(Span::new(at, at + 1), "X comes from elsewhere");
        let read = stand_in(url, core::slice::from_ref(&hole));
        let inputs = Inputs::default().with_holes(DATABASE_URL, &read, url, [hole]);
        let asked = resolve(inputs.with_debug(debug));
        let answer = &asked.resolution;
        // What `ssl_require` writes over does not matter.
        let is_overridden = url.contains("sslmode=X") && !debug;
        assert_eq!(answer.unknown.len(), usize::from(!is_overridden), "{url}");
        assert_eq!(answer.refusal, None, "{url}");
        let (settings, rules) = known(&asked);
        for value in values {
            let whole = url.replacen('X', value, 1);
            let answered = resolve(Inputs::url(&whole).with_debug(debug));
            let other = &answered.resolution;
            if other.refusal.is_some() {
                continue;
            }
            let (all, found) = known(&answered);
            for it in &settings {
                assert!(all.contains(it), "{url}: {it:?} is not so in {whole}");
            }
            // A host that is not known is taken for one of a network.
            if other.tls.is_some_and(|it| it.is_socket()) {
                continue;
            }
            assert!(rules.is_subset(&found), "{url}: {rules:?} is more than {found:?} of {whole}");
            if answer.tls.is_some() {
                let policy = |it: &Resolution<'_>| it.tls.map(|it| (it.mode, it.verifies()));
                assert_eq!(policy(answer), policy(other), "{url}: {whole}");
            }
        }
    }

    #[test]
    fn what_is_unknown_reaches_what_it_touches_and_nothing_else() {
        let hosts = ["db.example.com", "localhost", "%2Frun", "a%2Cb", "10.0.0.1"];
        let modes = ["disable", "prefer", "require", "verify-full", "verify-ca", "no"];
        for debug in [false, true] {
            check("postgres://X:secret@h.example.com/shop", &["app", "postgres", "a%40b"], debug);
            check(
                "postgres://app:X@h.example.com/shop",
                &["s", "postgres", "a%40b", "%C3%A9"],
                debug,
            );
            check("postgres://app:secret@X/shop", &hosts, debug);
            check("postgres://app:secret@X:5432/shop?hostaddr=10.0.0.1", &hosts, debug);
            check("postgres://app:secret@db.X.com/shop?connect_timeout=0", &["a", "b.c"], debug);
            check("postgres://app:secret@h.example.com:X/shop", &["5432", "6543", "1"], debug);
            check("postgres://app:secret@h.example.com/X", &["shop", "postgres", "a"], debug);
            check("postgres://u:p@h.example.com/d?sslmode=X", &modes, debug);
            check(
                "postgres://u:p@h.example.com/d?sslrootcert=X&sslmode=require",
                &["system", "r"],
                debug,
            );
            check("postgres://u:p@h.example.com/d?connect_timeout=X", &["5", "0", "abc"], debug);
            check("postgres://u:p@h.example.com/d?currentSchema=X", &["a", "1"], debug);
            check("postgres://u:p@h.example.com/d?options=X", &["-c%20a=b", ""], debug);
            check("postgres://u:p@h.example.com/d?hostaddr=X", &["10.0.0.1", "::1"], debug);
            check("postgres://u:p@h.example.com/d?service=X", &["a", "b"], debug);
            check("postgres://u:p@h.example.com/d?X=1", &["a", "sslmode", "port"], debug);
            check("X://u:p@h.example.com/d", &["postgres", "postgis", "mysql"], debug);
            check("X/d", &["postgres://u:p@h", "postgres://h:1"], debug);
            check("postgres://h.example.com/d?X", &["a=b", "sslmode=disable"], debug);
            check("postgres://u:p@h.example.com/d#X", &["a", "b"], debug);
        }
    }

    #[test]
    fn of_a_variable_that_is_unknown_nothing_is_known() {
        for client in CLIENTS {
            let inputs = Inputs::new([("DB_HOST", "h"), ("PGHOST", "p")])
                .with_unknown(DATABASE_URL, "DATABASE_URL comes from a Secret");
            let asked = resolve(Question::new(inputs).with_client(client));
            let answer = &asked.resolution;
            assert!(answer.refusal.is_none() && asked.diagnostics.is_empty());
            assert!(answer.effective.is_none() && answer.tls.is_none());
            assert_eq!(known(&asked).0, []);
            let [unknown] = &answer.unknown[..] else { panic!("{:?}", answer.unknown) };
            assert_eq!((unknown.path, &*unknown.expression), (DATABASE_URL, ""));
        }
    }

    #[test]
    fn an_unknown_field_counts_as_set() {
        let answer = |name: &'static str| {
            let inputs = Inputs::new([("DB_HOST", "h.example.com"), ("DB_NAME", "d")]);
            let inputs = inputs.with_unknown(name, "it comes from a Secret");
            read(&Question::new(inputs))
        };
        let is_unknown = |answer: &Resolution<'_>, key| {
            answer.ledger.winner(key).is_some_and(|(_, it)| it.value.unknown().is_some())
        };
        for (name, keys) in [
            ("DB_HOST", &["host", "sslmode"][..]),
            ("DB_NAME", &["dbname"]),
            ("DB_USER", &["user"]),
            ("DB_PASSWORD", &["password"]),
            ("DB_PORT", &["port"]),
            ("DEBUG", &["sslmode"]),
            ("PGSSLROOTCERT", &["sslrootcert"]),
        ] {
            let answer = answer(name);
            assert!(answer.refusal.is_none(), "{name}");
            assert_eq!(answer.unknown.len(), 1, "{name}");
            for key in ["host", "dbname", "user", "password", "port", "sslmode", "sslrootcert"] {
                assert_eq!(is_unknown(&answer, key), keys.contains(&key), "{name} {key}");
            }
        }
        assert!(answer("DB_HOST").tls.is_none() && answer("DEBUG").tls.is_none());
        assert!(answer("PGSSLROOTCERT").tls.is_none(), "`require` verifies with a root");
        // What is not read does not matter.
        assert_eq!(answer("PGHOST").unknown, []);
    }

    #[test]
    fn psql_takes_bytes_that_are_no_text_and_refuses_in_libpqs_words() {
        let read = |url| read(&Question::new(Inputs::url(url)).with_client(&psql::CLIENT));
        for url in [
            "postgres://u:%E9@h/d",
            "postgres://u:p@h/%E9",
            "postgres://%E9:p@h/d",
            "postgres://u:p@%E9/d",
            "postgres://u:p@h/d?application_name=%E9%FF",
            "postgres://u:p@h/d?options=%C3",
        ] {
            let resolution = read(url);
            assert_eq!(resolution.refusal, None, "{url}");
            assert!(resolution.tls.is_some(), "{url}");
        }
        let user = read("postgres://%E9:p@h/d");
        let user = user.ledger.winner("user").unwrap().1;
        assert_eq!(user.value, Value::Bytes(alloc::vec![0xe9].into()));
        for (url, text) in [
            ("postgres://u:%zz@h/d", "invalid percent-encoded token: \"%zz\"\n"),
            ("postgres://h/d?foo=1", "invalid URI query parameter: \"foo\"\n"),
            ("postgres://u:%00@h/d", "forbidden value %00 in percent-encoded value: \"%00\"\n"),
            ("port", "missing \"=\" after \"port\" in connection info string\n"),
            ("postgres://h/d?sslmode=foo", "invalid sslmode value: \"foo\""),
        ] {
            let refusal = read(url).refusal.unwrap();
            assert_eq!((&*refusal.kind, refusal.stage.name), ("CONNECTION_BAD", "libpq"), "{url}");
            assert_eq!(refusal.message.reveal(), text, "{url}");
        }
    }

    #[test]
    fn libpq_waits_for_a_whole_number_of_seconds() {
        for libpq in Version::ALL {
            let recipe = Recipe { libpq, ..Recipe::default() };
            let refused = |url: &str| {
                let question = Question::new(Inputs::url(url)).with_client(&psql::CLIENT);
                let question = question.with_recipe(recipe.clone());
                read(&question).refusal.map(|it| it.message.reveal())
            };
            for (value, host) in [("abc", "h"), ("10s", "h"), ("1.5", "%2Frun"), ("", "h")] {
                let url = alloc::format!("postgres://{host}/db?connect_timeout={value}");
                let expected = alloc::format!(
                    "invalid integer value \"{value}\" for connection option \"connect_timeout\""
                );
                assert_eq!(refused(&url), Some(expected), "{url}");
            }
            for value in ["10", "-1", "+5"] {
                assert_eq!(
                    refused(&alloc::format!("postgres://h/db?connect_timeout={value}")),
                    None
                );
            }
            let first = refused("postgres://h/db?connect_timeout=x&keepalives=y");
            assert!(first.is_some_and(|it| it.contains("keepalives")));
        }
    }
}
