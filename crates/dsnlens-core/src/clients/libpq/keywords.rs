//! The connection options of libpq, version by version.
//!
//! From `PQconndefaults()` of libpq 15.18, 16.3, 17.11 and 18.6; the order is libpq's own.

use super::DEFAULT_PORT;
use crate::syntax::libpq::Dialect;

/// A release of libpq whose behaviour is reproduced.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Version {
    /// 15, as in Debian 12.
    V15,
    /// 16, the first with `sslrootcert=system` and `require_auth`.
    V16,
    /// 17, the first with `sslnegotiation`.
    V17,
    /// 18, as bundled with psycopg-binary 3.3.
    #[default]
    V18,
}

impl Version {
    /// All of them, oldest first.
    pub const ALL: [Version; 4] = [Version::V15, Version::V16, Version::V17, Version::V18];

    /// The number of the release.
    pub const fn number(self) -> u8 {
        match self {
            Version::V15 => 15,
            Version::V16 => 16,
            Version::V17 => 17,
            Version::V18 => 18,
        }
    }
}

impl Dialect for Version {
    fn knows(&self, keyword: &str) -> bool {
        find(keyword).is_some_and(|it| it.since <= *self)
    }

    fn strips_blanks(&self) -> bool {
        *self >= Version::V18
    }
}

/// A connection option, and the places where libpq looks for it if nobody gives it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Keyword {
    /// Its name.
    pub name: &'static str,
    /// The environment variable.
    pub variable: Option<&'static str>,
    /// The compiled default, of those that decide where a connection goes and how safe it is.
    pub compiled: Option<&'static str>,
    /// The first modelled release that has it.
    pub since: Version,
}

const fn option(name: &'static str) -> Keyword {
    Keyword { name, variable: None, compiled: None, since: Version::V15 }
}

impl Keyword {
    const fn variable(self, variable: &'static str) -> Keyword {
        Keyword { variable: Some(variable), ..self }
    }

    const fn compiled(self, compiled: &'static str) -> Keyword {
        Keyword { compiled: Some(compiled), ..self }
    }

    const fn since(self, since: Version) -> Keyword {
        Keyword { since, ..self }
    }
}

/// The option called `name`.
pub fn find(name: &str) -> Option<&'static Keyword> {
    place(name).and_then(|place| KEYWORDS.get(place))
}

/// Where in [`KEYWORDS`] the option called `name` stands.
pub(super) fn place(name: &str) -> Option<usize> {
    let place = usize::from(*PLACES.get(hash(name))?);
    KEYWORDS.get(place).is_some_and(|it| it.name == name).then_some(place)
}

/// A number below the length of [`PLACES`], for each keyword another: made of its length and
/// three of its bytes.
const fn hash(name: &str) -> usize {
    let name = name.as_bytes();
    let hash = mix(mix(mix(name.len(), name, 2), name, 4), name, 6);
    hash % PLACES.len()
}

const fn mix(hash: usize, name: &[u8], place: usize) -> usize {
    let byte = match name.split_at_checked(place) {
        Some((_, [byte, ..])) => *byte as usize,
        _ => 0,
    };
    hash.wrapping_mul(75).wrapping_add(byte)
}

/// The places in [`KEYWORDS`], by the hash of the name; any other number stands for none.
static PLACES: [u8; 256] = places();

#[expect(clippy::indexing_slicing, reason = "the compiler runs it")]
const fn places() -> [u8; 256] {
    let mut places = [u8::MAX; 256];
    let mut place = 0;
    while place < KEYWORDS.len() {
        let hash = hash(KEYWORDS[place].name);
        assert!(places[hash] == u8::MAX, "two keywords have one hash");
        places[hash] = place as u8;
        place += 1;
    }
    places
}

/// Every option of libpq 18, in its order.
pub static KEYWORDS: [Keyword; 50] = [
    option("service").variable("PGSERVICE"),
    option("user").variable("PGUSER"),
    option("password").variable("PGPASSWORD"),
    option("passfile").variable("PGPASSFILE"),
    option("channel_binding").variable("PGCHANNELBINDING"),
    option("connect_timeout").variable("PGCONNECT_TIMEOUT"),
    option("dbname").variable("PGDATABASE"),
    option("host").variable("PGHOST"),
    option("hostaddr").variable("PGHOSTADDR"),
    option("port").variable("PGPORT").compiled(DEFAULT_PORT),
    option("client_encoding").variable("PGCLIENTENCODING"),
    option("options").variable("PGOPTIONS"),
    option("application_name").variable("PGAPPNAME"),
    option("fallback_application_name"),
    option("keepalives"),
    option("keepalives_idle"),
    option("keepalives_interval"),
    option("keepalives_count"),
    option("tcp_user_timeout"),
    option("sslmode").variable("PGSSLMODE").compiled("prefer"),
    option("sslnegotiation").variable("PGSSLNEGOTIATION").since(Version::V17),
    option("sslcompression").variable("PGSSLCOMPRESSION"),
    option("sslcert").variable("PGSSLCERT"),
    option("sslkey").variable("PGSSLKEY"),
    option("sslcertmode").variable("PGSSLCERTMODE").since(Version::V16),
    option("sslpassword"),
    option("sslrootcert").variable("PGSSLROOTCERT"),
    option("sslcrl").variable("PGSSLCRL"),
    option("sslcrldir").variable("PGSSLCRLDIR"),
    option("sslsni").variable("PGSSLSNI"),
    option("requirepeer").variable("PGREQUIREPEER"),
    option("require_auth").variable("PGREQUIREAUTH").since(Version::V16),
    option("min_protocol_version").variable("PGMINPROTOCOLVERSION").since(Version::V18),
    option("max_protocol_version").variable("PGMAXPROTOCOLVERSION").since(Version::V18),
    option("ssl_min_protocol_version").variable("PGSSLMINPROTOCOLVERSION"),
    option("ssl_max_protocol_version").variable("PGSSLMAXPROTOCOLVERSION"),
    option("gssencmode").variable("PGGSSENCMODE"),
    option("krbsrvname").variable("PGKRBSRVNAME"),
    option("gsslib").variable("PGGSSLIB"),
    option("gssdelegation").variable("PGGSSDELEGATION").since(Version::V16),
    option("replication"),
    option("target_session_attrs").variable("PGTARGETSESSIONATTRS"),
    option("load_balance_hosts").variable("PGLOADBALANCEHOSTS").since(Version::V16),
    option("scram_client_key").since(Version::V18),
    option("scram_server_key").since(Version::V18),
    option("oauth_issuer").since(Version::V18),
    option("oauth_client_id").since(Version::V18),
    option("oauth_client_secret").since(Version::V18),
    option("oauth_scope").since(Version::V18),
    option("sslkeylogfile").since(Version::V18),
];
