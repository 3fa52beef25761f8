//! What libpq would try, in its order, and what it would do after each failure.
//!
//! Reproduces `PQconnectPoll()` of PostgreSQL 15 to 18 (`fe-connect.c`), and above it the loop over
//! hosts and addresses of psycopg 3.3.9 (`connection.py`, `_conninfo_attempts.py`), which differs:
//! libpq gives up on the first server that answers, psycopg tries the next address whatever
//! happened.

use alloc::string::{String, ToString};
use alloc::vec::Vec;
use core::net::IpAddr;
use core::ops::RangeInclusive;
use core::time::Duration;

use super::certificate;
use super::mask::Masks;
use super::observation::{Auth, AuthError, Broken, Chain, Fact, SslAnswer, Tls};
use crate::clients::cpython;
use crate::clients::libpq::{Connection, Endpoint, Version, misses_root_alone};
use crate::inputs::Inputs;
use crate::ledger::{Fate, Origin, Value};
use crate::question::{Answer, Question};
use crate::resolution::Resolution;
use crate::secret::Secret;
use crate::tls::{Attempt, Release, Setback, TlsMode, TlsPolicy, TrustedRoots, Verification};
use crate::visible::escape;

/// The most characters of a text from outside that are shown.
const LONGEST_QUOTE: usize = 2000;

/// Everything it takes to connect as the application would.
#[derive(Clone, Debug)]
pub struct Plan {
    /// Whether the next server is tried after one that answered and refused.
    pub goes_on: bool,
    /// The servers to try, in order.
    pub targets: Vec<Target>,
    /// How connections are secured.
    pub tls: TlsPolicy,
    /// The file or list that certificates are checked against.
    pub root: Root,
    /// Where certificates that are revoked are listed.
    pub lists: Lists,
    /// How TLS is agreed on.
    pub negotiation: Negotiation,
    /// The releases of TLS that are spoken, from the oldest to the newest.
    pub releases: RangeInclusive<Release>,
    /// What is shown to a server that asks who is there; nothing where `sslcertmode` says so.
    pub identity: Option<Identity>,
    /// Whether the server's name is told to it in the clear, as `sslsni` says.
    pub names_server: bool,
    /// What the log-in is bound to.
    pub channel_binding: ChannelBinding,
    /// How long one attempt on one address may take; forever without.
    pub timeout: Option<Duration>,
    /// The password, if there is one.
    pub password: Option<Secret<String>>,
    /// `options`: settings for the session.
    pub options: Option<String>,
    /// What nobody may see, though a server may repeat it: a password that is taken for the name of
    /// a database comes back in the error that there is none of this name.
    pub secrets: Masks,
}

/// `sslcrl` and `sslcrldir`. Without either, libpq looks at `~/.postgresql/root.crl`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Lists {
    /// A file of revocation lists.
    pub file: Option<String>,
    /// A directory of them, each named by OpenSSL's hash of its issuer.
    pub directory: Option<String>,
}

/// A server to try.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Target {
    /// Where it is.
    pub place: Place,
    /// The host that its certificate has to be for; empty where only an address is given.
    pub host: String,
    /// The database.
    pub dbname: Name,
    /// The role.
    pub user: Name,
}

/// A name that may be the account's.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Name {
    /// The name of the account that the process runs under.
    Account,
    /// That which is given.
    Given(String),
}

/// Where a server is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Place {
    /// At an address.
    Address {
        /// The address.
        address: IpAddr,
        /// Its port.
        port: u16,
    },
    /// At the addresses that a name stands for.
    Name {
        /// What is looked up.
        name: String,
        /// Their port.
        port: u16,
    },
    /// Behind a Unix socket.
    Socket {
        /// Its directory; libpq's own without one.
        directory: Option<String>,
        /// The number in its name.
        port: u16,
    },
}

/// What certificates are checked against.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Root {
    /// `~/.postgresql/root.crt`, if it is there.
    Default,
    /// The file that `sslrootcert` names.
    File(String),
    /// Whatever this machine trusts.
    System,
}

/// A certificate of our own and its key: the files that are named, or else libpq's own.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Identity {
    /// `sslcert`, or `~/.postgresql/postgresql.crt`, if it is there.
    pub certificate: Option<String>,
    /// `sslkey`, or `~/.postgresql/postgresql.key`.
    pub key: Option<String>,
}

/// How TLS is agreed on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Negotiation {
    /// The first bytes are TLS, `sslnegotiation=direct`.
    Direct,
    /// The server is asked first.
    Postgres,
}

/// `channel_binding`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "each variant is the word it is named after")]
pub enum ChannelBinding {
    Disable,
    Prefer,
    Require,
}

/// What follows a step.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Next {
    /// The next step of this attempt, with TLS or without.
    Continue(Attempt),
    /// Nothing: there is no connection to be had.
    GiveUp,
    /// A new connection to the same address, with TLS or without.
    Again(Attempt),
    /// The next address of this target, or the next target.
    Elsewhere,
}

/// What of a certificate is not as it has to be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Distrust {
    /// Its chain, by the roots that count.
    Chain(Chain),
    /// `verify-full`, and no name to compare with.
    HostMissing,
    /// Its names; those it has.
    Host(Vec<String>),
}

impl Plan {
    /// What the client would do; `None` where it would not connect at all, or where a value is not
    /// known.
    pub fn new(Answer { question, resolution, .. }: &Answer<'_>) -> Option<Plan> {
        let Question { inputs, recipe, .. } = question;
        if !resolution.unknown.is_empty() {
            return None;
        }
        let version = recipe.libpq;
        let connections = resolution.effective.as_ref()?;
        if let Some(refusal) = &resolution.refusal
            && !misses_root_alone(refusal, inputs, connections, version)
        {
            return None;
        }
        let tls = resolution.tls?;
        // Bytes that are no text cannot be told to a server here.
        if resolution.ledger.lines().any(|(_, it)| it.fate == Fate::Won && it.value.is_bytes()) {
            return None;
        }
        let text = |keyword: &str| -> Option<String> {
            let (_, line) = resolution.ledger.winner(keyword)?;
            Some(cpython::value_str(&line.value).into_owned()).filter(|it| !it.is_empty())
        };
        let named = resolution.ledger.winner("sslrootcert");
        let is_named = named.is_some_and(|it| !matches!(it.1.origin, Origin::Default { .. }));
        let root = match text("sslrootcert").filter(|_| is_named) {
            None => Root::Default,
            Some(_) if tls.roots == TrustedRoots::System => Root::System,
            Some(path) => Root::File(path),
        };
        Some(Plan {
            goes_on: question.goes_on(),
            targets: connections.iter().flat_map(targets).collect(),
            tls,
            root,
            lists: Lists { file: text("sslcrl"), directory: text("sslcrldir") },
            negotiation: match text("sslnegotiation").as_deref() {
                Some("direct") => Negotiation::Direct,
                _ => Negotiation::Postgres,
            },
            releases: {
                let release = |keyword| text(keyword).as_deref().and_then(Release::read);
                let oldest = release("ssl_min_protocol_version").unwrap_or(Release::OLDEST);
                oldest..=release("ssl_max_protocol_version").unwrap_or(Release::Tls1_3)
            },
            identity: match text("sslcertmode").as_deref() {
                Some("disable") => None,
                _ => Some(Identity { certificate: text("sslcert"), key: text("sslkey") }),
            },
            names_server: text("sslsni").as_deref() != Some("0"),
            channel_binding: match text("channel_binding").as_deref() {
                Some("disable") => ChannelBinding::Disable,
                Some("require") => ChannelBinding::Require,
                _ => ChannelBinding::Prefer,
            },
            timeout: timeout(question, text("connect_timeout").as_deref()),
            password: text("password").map(Secret::new),
            options: text("options"),
            secrets: secrets(inputs, resolution),
        })
    }

    /// A text from outside as it may be shown: without secrets, without a character that plays
    /// tricks, and with an end.
    pub fn quote(&self, text: &str) -> String {
        let text = self.secrets.hide(text);
        let text = escape(&text);
        match text.char_indices().nth(LONGEST_QUOTE) {
            None => text.into_owned(),
            Some((end, _)) => alloc::format!("{}…", text.get(..end).unwrap_or_default()),
        }
    }

    /// What came instead of an answer, without the secrets that may stand in it.
    pub fn quote_bytes(&self, bytes: &[u8]) -> Vec<u8> {
        let mut quoted = Vec::new();
        for chunk in bytes.utf8_chunks() {
            quoted.extend(self.secrets.hide(chunk.valid()).bytes());
            quoted.extend(chunk.invalid());
        }
        quoted
    }

    /// Whether any attempt may be one with TLS.
    pub fn tries_tls(&self) -> bool {
        self.tls.mode.attempts.contains(&Attempt::Tls)
    }

    /// The attempt that a target's address is met with.
    pub fn first(&self, target: &Target) -> Attempt {
        match target.place {
            Place::Socket { .. } => Attempt::Plain,
            _ => self.tls.mode.attempts.first().copied().unwrap_or(Attempt::Plain),
        }
    }

    /// What libpq would do after a step that ended like this.
    pub fn next(&self, target: &Target, attempt: Attempt, fact: &Fact) -> Next {
        match fact {
            Fact::Dns(Ok(_)) | Fact::Tcp(Ok(())) => Next::Continue(attempt),
            Fact::Dns(Err(_)) | Fact::Tcp(Err(_)) => Next::Elsewhere,
            Fact::SslRequest(answer) => match (answer, self.fallback(attempt, Setback::NoTls)) {
                (SslAnswer::Willing, _) => Next::Continue(Attempt::Tls),
                // The same connection goes on.
                (SslAnswer::Unwilling, Some(then)) => Next::Continue(then),
                (SslAnswer::Broken(Broken::TimedOut), _) => Next::Elsewhere,
                _ => self.defeat(),
            },
            Fact::Tls(tls) => {
                match (&tls.handshake, self.fallback(attempt, Setback::Certificate)) {
                    (Ok(_), _) if self.distrust(target, tls).is_none() => Next::Continue(attempt),
                    (Err(super::Handshake::Broken(Broken::TimedOut)), _) => Next::Elsewhere,
                    (_, Some(then)) => Next::Again(then),
                    _ => self.defeat(),
                }
            }
            Fact::Auth(auth) => self.after_auth(target, attempt, auth),
            Fact::Session(_) | Fact::Pooling(_) => Next::Continue(attempt),
        }
    }

    fn after_auth(&self, target: &Target, attempt: Attempt, auth: &Auth) -> Next {
        let error = match &auth.outcome {
            Ok(()) => return Next::Continue(attempt),
            Err(error) => error,
        };
        // On a socket no mode does anything, and a log-in that succeeded is not tried again.
        let fallback = match target.place {
            Place::Socket { .. } => None,
            _ if auth.is_authenticated => None,
            _ => self.fallback(attempt, Setback::LogIn),
        };
        match (error, fallback) {
            (AuthError::Broken(Broken::TimedOut), _) => Next::Elsewhere,
            (AuthError::Server(_), Some(then)) => Next::Again(then),
            // ERRCODE_CANNOT_CONNECT_NOW
            (AuthError::Server(error), None) if error.code == "57P03" => Next::Elsewhere,
            _ => self.defeat(),
        }
    }

    /// The attempt that follows `attempt` on the same address, if the mode goes on after this.
    pub(super) fn fallback(&self, attempt: Attempt, setback: Setback) -> Option<Attempt> {
        let TlsMode { attempts, falls_back, .. } = self.tls.mode;
        let mut rest = attempts.iter().skip_while(|it| **it != attempt).skip(1);
        rest.next().filter(|_| falls_back.contains(&setback)).copied()
    }

    /// libpq is through with a server that answered; psycopg knows no difference between errors.
    const fn defeat(&self) -> Next {
        if self.goes_on { Next::Elsewhere } else { Next::GiveUp }
    }

    /// What libpq holds against the certificate, if anything.
    pub fn distrust(&self, target: &Target, tls: &Tls) -> Option<Distrust> {
        let [needed, _] = self.tls.mode.verifies;
        let trust = tls.trust.iter().find(|it| it.is_effective);
        match trust.map_or(&Chain::NoRoots, |it| &it.chain) {
            Chain::Trusted => {}
            Chain::NoRoots if needed == Verification::Nothing => {}
            chain => return Some(Distrust::Chain(chain.clone())),
        }
        if needed != Verification::ChainAndHost {
            return None;
        }
        let Some(own) = tls.chain.first() else {
            return Some(Distrust::Host(Vec::new()));
        };
        match &*target.host {
            "" => Some(Distrust::HostMissing),
            host if certificate::is_for_host(own, host) => None,
            _ => Some(Distrust::Host(certificate::names(own))),
        }
    }

    /// What was verified of a certificate that is trusted.
    pub fn verified(&self, tls: &Tls) -> Verification {
        let is_chain_checked =
            tls.trust.iter().any(|it| it.is_effective && it.chain == Chain::Trusted);
        let [_, most] = self.tls.mode.verifies;
        if is_chain_checked { most } else { Verification::Nothing }
    }
}

/// The servers that one set of options stands for: psycopg has split lists already, libpq splits
/// them itself.
fn targets(connection: &Connection<'_>) -> Vec<Target> {
    let name = |keyword| {
        let value = connection.values.iter().find(|it| it.0 == keyword);
        match value.and_then(|it| it.1.as_ref()) {
            Some(Value::Account) => Name::Account,
            Some(value) => Name::Given(value.as_str().unwrap_or_default().to_string()),
            None => Name::Account,
        }
    };
    let target = |Endpoint { host, hostaddr, port }: Endpoint<'_>| {
        // One that is no number was refused before.
        let port = port.trim_matches([' ', '\t', '\n', '\r', '\x0b', '\x0c']).parse().ok()?;
        let looked_up = if hostaddr.is_empty() { host } else { hostaddr };
        let place = match looked_up.parse() {
            Ok(address) => Place::Address { address, port },
            Err(_) if looked_up.is_empty() => Place::Socket { directory: None, port },
            Err(_) if looked_up.starts_with(['/', '@']) => {
                Place::Socket { directory: Some(looked_up.to_string()), port }
            }
            Err(_) => Place::Name { name: looked_up.to_string(), port },
        };
        Some(Target { place, host: host.to_string(), dbname: name("dbname"), user: name("user") })
    };
    connection.endpoints().filter_map(target).collect()
}

/// The secrets as they are written and as they are read.
fn secrets(inputs: &Inputs<'_>, resolution: &Resolution<'_>) -> Masks {
    let written = resolution.secrets.iter().filter_map(|it| {
        let value = inputs.get(it.input)?;
        Some(it.span.of(value).to_string())
    });
    let lines = resolution.ledger.lines().filter(|(_, line)| line.value.is_secret());
    let read = lines.map(|(_, line)| cpython::value_str(&line.value).into_owned());
    Masks::new(written.chain(read))
}

/// How long an attempt may take: psycopg's `timeout_from_conninfo()`, libpq's
/// `pqConnectDBComplete()`.
fn timeout(question: &Question<'_>, text: Option<&str>) -> Option<Duration> {
    let seconds = match text.map(|it| it.trim().parse::<i64>()) {
        // psycopg takes any number and cuts it; libpq refuses what is not whole.
        Some(Err(_)) => text.and_then(|it| it.trim().split('.').next()?.parse().ok()),
        Some(Ok(seconds)) => Some(seconds),
        None => None,
    };
    let seconds = match seconds {
        None | Some(i64::MIN..=0) => question.patience()?,
        // Not less than two in psycopg, which waits by itself, and in libpq before 17.
        Some(1) if question.patience().is_some() || question.recipe.libpq < Version::V17 => 2,
        Some(seconds) => seconds.unsigned_abs(),
    };
    Some(Duration::from_secs(seconds))
}

#[cfg(all(test, feature = "whatwg"))]
mod tests {
    use super::*;
    use crate::client::{django, psql};
    use crate::live::{Handshake, Method, ServerError, Trust};
    use crate::tls::SslMode;
    use crate::{Client, Driver, Inputs, Recipe, resolve};
    use alloc::vec;

    fn plan(client: &'static Client, url: &str) -> Plan {
        let inputs = Inputs::url(url).with_debug(true);
        Plan::new(&resolve(Question::new(inputs).with_client(client))).unwrap()
    }

    fn mode(mode: SslMode) -> Plan {
        plan(&psql::CLIENT, &alloc::format!("postgres://u:p@192.0.2.1/db?sslmode={mode}"))
    }

    fn server_error(code: &str, is_authenticated: bool) -> Fact {
        let error = ServerError { code: code.to_string(), ..ServerError::default() };
        let outcome = Err(AuthError::Server(error));
        Fact::Auth(Auth { method: Some(Method::Md5), is_authenticated, outcome })
    }

    fn tls(chain: Chain) -> Tls {
        let cipher = super::super::Cipher { version: "TLSv1.3".into(), suite: "x".into() };
        let trust = Trust { root: Root::Default, is_effective: true, chain };
        Tls { handshake: Ok(cipher), chain: Vec::new(), trust: vec![trust], now: 0 }
    }

    #[test]
    fn places_are_names_addresses_and_sockets() {
        let place = |url| plan(&django::CLIENT, url).targets.remove(0).place;
        let name = |name: &str, port| Place::Name { name: name.to_string(), port };
        assert_eq!(place("postgres://u@db.example.com/x"), name("db.example.com", 5432));
        let address = IpAddr::from([192, 0, 2, 1]);
        assert_eq!(place("postgres://u@192.0.2.1:6/x"), Place::Address { address, port: 6 });
        let directory = Some("/tmp".to_string());
        assert_eq!(place("postgres://u@%2Ftmp/x"), Place::Socket { directory, port: 5432 });
        assert_eq!(place("postgres:///x"), Place::Socket { directory: None, port: 5432 });
        let redirected = plan(&django::CLIENT, "postgres://u@db.example.com/x?hostaddr=192.0.2.1");
        assert_eq!(redirected.targets[0].host, "db.example.com");
        assert_eq!(redirected.targets[0].place, Place::Address { address, port: 5432 });
    }

    #[test]
    fn a_user_who_is_called_like_the_accounts_placeholder_is_none() {
        for client in [&django::CLIENT, &psql::CLIENT] {
            let user = |url| plan(client, url).targets.remove(0).user;
            let given = user("postgres://%3Cos%20user%3E:correct-horse@h/d");
            assert_eq!(given, Name::Given("<os user>".to_string()));
            assert_eq!(user("postgres://h/d"), Name::Account);
        }
    }

    #[test]
    fn an_identity_is_the_files_that_are_named_unless_none_is_wanted() {
        let identity = |options: &str| {
            plan(&psql::CLIENT, &alloc::format!("postgres://u@h/x?{options}")).identity
        };
        assert_eq!(identity(""), Some(Identity::default()));
        let named = identity("sslcert=/c&sslkey=/k").unwrap();
        assert_eq!((named.certificate.as_deref(), named.key.as_deref()), (Some("/c"), Some("/k")));
        assert_eq!(identity("sslcert=/c&sslcertmode=disable"), None);
    }

    #[test]
    fn the_releases_of_tls_have_two_ends() {
        let releases = |options: &str| {
            plan(&psql::CLIENT, &alloc::format!("postgres://u@h/x?{options}")).releases
        };
        assert_eq!(releases(""), Release::Tls1_2..=Release::Tls1_3);
        let older = "ssl_min_protocol_version=tlsv1&ssl_max_protocol_version=TLSv1.1";
        assert_eq!(releases(older), Release::Tls1..=Release::Tls1_1);
    }

    #[test]
    fn several_hosts_are_several_targets_for_both_clients() {
        let url = "postgres:///x?host=a,b&port=1,2";
        for client in [&django::CLIENT, &psql::CLIENT] {
            let places: Vec<_> = plan(client, url).targets.into_iter().map(|it| it.place).collect();
            let name = |name: &str, port| Place::Name { name: name.to_string(), port };
            assert_eq!(places, [name("a", 1), name("b", 2)]);
        }
    }

    #[test]
    fn the_time_for_an_attempt_is_the_clients_own() {
        let timeout = |client, rest: &str| {
            plan(client, &alloc::format!("postgres://h/d{rest}")).timeout.map(|it| it.as_secs())
        };
        assert_eq!(timeout(&django::CLIENT, ""), Some(130));
        assert_eq!(timeout(&psql::CLIENT, ""), None);
        assert_eq!(timeout(&django::CLIENT, "?connect_timeout=1"), Some(2));
        assert_eq!(timeout(&psql::CLIENT, "?connect_timeout=1"), Some(1));
        let stack = |driver, libpq| Recipe { driver, libpq, ..Recipe::default() };
        let timeout_of = |recipe: Recipe, rest: &str| {
            let url = alloc::format!("postgres://h/d{rest}");
            let inputs = Inputs::url(&url).with_debug(true);
            let answer = resolve(Question::new(inputs).with_recipe(recipe));
            let plan = Plan::new(&answer).unwrap();
            (plan.goes_on, plan.timeout.map(|it| it.as_secs()))
        };
        let psycopg2 = |libpq, rest| timeout_of(stack(Driver::Psycopg2, libpq), rest);
        assert_eq!(psycopg2(Version::V17, ""), (false, None));
        assert_eq!(psycopg2(Version::V17, "?connect_timeout=-1"), (false, None));
        assert_eq!(psycopg2(Version::V17, "?connect_timeout=1"), (false, Some(1)));
        assert_eq!(psycopg2(Version::V16, "?connect_timeout=1"), (false, Some(2)));
        let psycopg = timeout_of(stack(Driver::Psycopg, Version::V18), "?connect_timeout=1");
        assert_eq!(psycopg, (true, Some(2)));
        assert_eq!(timeout(&psql::CLIENT, "?connect_timeout=7"), Some(7));
        assert_eq!(timeout(&django::CLIENT, "?connect_timeout=0"), Some(130));
        assert_eq!(timeout(&django::CLIENT, "?connect_timeout=7.9"), Some(7));
    }

    #[test]
    fn prefer_tries_again_in_plain_text_and_allow_with_tls() {
        let (prefer, allow, require) =
            (mode(SslMode::Prefer), mode(SslMode::Allow), mode(SslMode::Require));
        let wrong = server_error("28P01", false);
        let next = |plan: &Plan, attempt, fact| plan.next(&plan.targets[0], attempt, fact);
        assert_eq!(next(&prefer, Attempt::Tls, &wrong), Next::Again(Attempt::Plain));
        assert_eq!(next(&prefer, Attempt::Plain, &wrong), Next::GiveUp);
        assert_eq!(next(&allow, Attempt::Plain, &wrong), Next::Again(Attempt::Tls));
        assert_eq!(next(&allow, Attempt::Tls, &wrong), Next::GiveUp);
        assert_eq!(next(&require, Attempt::Tls, &wrong), Next::GiveUp);
        let no_database = server_error("3D000", true);
        assert_eq!(next(&prefer, Attempt::Tls, &no_database), Next::GiveUp);
        let starting = server_error("57P03", false);
        assert_eq!(next(&require, Attempt::Tls, &starting), Next::Elsewhere);
    }

    #[test]
    fn a_server_without_tls_is_spoken_to_if_the_mode_is_willing() {
        let no = Fact::SslRequest(SslAnswer::Unwilling);
        let next = |mode: Plan| mode.next(&mode.targets[0], Attempt::Tls, &no);
        assert_eq!(next(mode(SslMode::Prefer)), Next::Continue(Attempt::Plain));
        assert_eq!(next(mode(SslMode::Require)), Next::GiveUp);
        assert_eq!(next(mode(SslMode::Allow)), Next::GiveUp);
        assert_eq!(next(plan(&django::CLIENT, "postgres://h/d?sslmode=require")), Next::Elsewhere);
    }

    #[test]
    fn roots_are_used_wherever_they_are() {
        for (name, chain, refusing) in [
            (SslMode::Require, Chain::NoRoots, false),
            (SslMode::VerifyCa, Chain::NoRoots, true),
            (SslMode::Require, Chain::SelfSigned, true),
            (SslMode::Prefer, Chain::SelfSigned, true),
            (SslMode::VerifyCa, Chain::Trusted, false),
            (SslMode::Prefer, Chain::UnreadableRoots(String::new()), true),
        ] {
            let plan = mode(name);
            let tls = tls(chain);
            let is_refused = plan.distrust(&plan.targets[0], &tls).is_some();
            assert_eq!(is_refused, refusing, "{name}: {:?}", tls.trust);
        }
        let prefer = mode(SslMode::Prefer);
        let fact = Fact::Tls(tls(Chain::SelfSigned));
        let next = prefer.next(&prefer.targets[0], Attempt::Tls, &fact);
        assert_eq!(next, Next::Again(Attempt::Plain));
    }

    #[test]
    fn a_secret_that_comes_back_is_masked() {
        let url = "postgres://app:s3cr%65t@h/db;password=hunter2";
        let plan = plan(&django::CLIENT, url);
        let said = plan.quote("database \"db;password=hunter2\" of s3cret does not exist");
        assert!(!said.contains("hunter2") && !said.contains("s3cret"), "{said}");
        assert!(said.contains("does not exist"));
        let said = plan.quote("\u{1b}[2Jhunter2\r\n\u{202e}x");
        assert_eq!(said, r"\u{1b}[2J********\r\n\u{202e}x");
        assert_eq!(plan.quote(&"x".repeat(30_000)).chars().count(), LONGEST_QUOTE + 1);
        assert_eq!(plan.quote_bytes(b"\xde\xadhunter2\0\xff"), b"\xde\xad********\0\xff");
    }

    #[test]
    fn time_that_is_up_sends_elsewhere() {
        let plan = mode(SslMode::Prefer);
        let next = |fact| plan.next(&plan.targets[0], Attempt::Tls, &fact);
        let slow = Broken::TimedOut;
        assert_eq!(next(Fact::Tcp(Err(slow.clone()))), Next::Elsewhere);
        assert_eq!(next(Fact::SslRequest(SslAnswer::Broken(slow.clone()))), Next::Elsewhere);
        let handshake = Err(Handshake::Broken(slow));
        let tls = Tls { handshake, chain: Vec::new(), trust: Vec::new(), now: 0 };
        assert_eq!(next(Fact::Tls(tls)), Next::Elsewhere);
    }
}
