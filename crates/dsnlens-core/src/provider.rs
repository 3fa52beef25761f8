//! Providers: how their hosts look, and what is known of a database behind such a host.
//!
//! Data, each row with its source, and one look-up. It judges nothing: rules do. What the
//! provider's documents or sources state is [`Fact::Sure`]; what a plan, a setting or an age may
//! change, and what is only seen in many places, is [`Fact::Usual`]; what nobody looked up is not
//! here. The years in the sources are those of the copies that were read.

/// A fact about an endpoint, and how certain it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fact<T> {
    /// Documented, and nothing that is hidden from the host's name changes it.
    Sure(T),
    /// True of most: a plan, a setting or an age may change it.
    Usual(T),
    /// Not known.
    Unknown,
}

impl<T: Copy> Fact<T> {
    /// The fact, whether sure or usual.
    pub const fn value(self) -> Option<T> {
        match self {
            Fact::Sure(value) | Fact::Usual(value) => Some(value),
            Fact::Unknown => None,
        }
    }

    /// The fact, if it is sure.
    pub const fn sure(self) -> Option<T> {
        match self {
            Fact::Sure(value) => Some(value),
            Fact::Usual(_) | Fact::Unknown => None,
        }
    }

    /// What stands before the verb of a sentence about it: nothing, or `usually `.
    pub const fn adverb(self) -> &'static str {
        match self {
            Fact::Usual(_) => "usually ",
            Fact::Sure(_) | Fact::Unknown => "",
        }
    }
}

/// What the server makes of a connection without TLS.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tls {
    /// It speaks no TLS at all.
    Absent,
    /// It takes both.
    Optional,
    /// It refuses plain text.
    Required,
}

/// Which root certificate verifies the server's.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Roots {
    /// The provider's own, in a file that a person has to download; this names it.
    Own(&'static str),
    /// None that a person could have: the certificate is for another name, or signed by itself.
    Never,
    /// Those that come with the operating system: `sslrootcert=system`.
    System,
}

/// What stands between the client and the server.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pooler {
    /// It hands out a server for each transaction, and keeps it where a session's state is used.
    Pinning,
    /// A server for as long as the client stays.
    Session,
    /// A server for each transaction: what belongs to a session is lost between two.
    Transaction,
}

/// What to change of an address to leave its pooler, or at least its transaction mode.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Direct {
    /// Another port of the same host.
    Port(u16),
    /// The same host without `-pooler` in its first label.
    WithoutPooler,
}

/// From where a connection can be made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reach {
    /// From anywhere with IPv6, and from nowhere without.
    Ipv6,
    /// From inside a network only; this names it.
    Private(&'static str),
    /// From anywhere, unless a list of addresses forbids it.
    Public,
}

/// What a user's name has to look like.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum UserShape {
    /// The role. The project stands in the host's name, behind `db.`.
    ProjectInHost,
    /// The role, whatever it is called.
    Role,
    /// The role. `role@server` was the shape of a service that is gone.
    ServerInHost,
    /// `role.project`: the pooler finds the database by it.
    WithProject,
}

/// One kind of host of one provider.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Endpoint {
    /// The provider, such as `Neon`.
    pub provider: &'static str,
    /// What it is, fit to stand behind "the connection goes to": `Neon's pooler`.
    pub name: &'static str,
    /// Whether the host's name tells for certain; otherwise others have such names too.
    pub is_certain: bool,
    /// What the host looks like.
    pub host: HostPattern,
    /// The port that tells it from other endpoints with such a host.
    pub port: Option<u16>,
    /// The database that tells it from other endpoints with such a host.
    pub database: Option<&'static str>,
    /// What it makes of plain text.
    pub tls: Fact<Tls>,
    /// What verifies its certificate.
    pub roots: Fact<Roots>,
    /// What pools connections there; `Unknown` where nothing is known to.
    pub pooler: Fact<Pooler>,
    /// How the same credentials reach the same database otherwise.
    pub direct: Option<Direct>,
    /// What it says to startup options such as `-c search_path=app`, where it refuses them.
    pub refuses_options: Fact<&'static str>,
    /// From where it can be reached.
    pub reach: Fact<Reach>,
    /// What a user's name has to look like.
    pub user: UserShape,
    /// The administrator's role that the provider hands out.
    pub role: Option<&'static str>,
    /// That it is gone, or will be, as a sentence.
    pub retired: Fact<&'static str>,
    /// Where all this is written; empty without the feature `pages`.
    pub source: &'static str,
}

/// What a host's name looks like: how it starts and ends, and what is in between.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct HostPattern {
    start: &'static str,
    inside: &'static str,
    end: &'static str,
    /// What is between start and end holds no dot.
    is_one_label: bool,
}

impl HostPattern {
    /// `start*end`, where `*` stands for at least a character.
    const fn new(start: &'static str, end: &'static str) -> HostPattern {
        HostPattern { start, inside: "", end, is_one_label: false }
    }

    /// The same with something in between.
    const fn with(self, inside: &'static str) -> HostPattern {
        HostPattern { inside, ..self }
    }

    /// The same without a dot in between.
    const fn one_label(self) -> HostPattern {
        HostPattern { is_one_label: true, ..self }
    }

    /// Whether a host looks like this. Host names have no case.
    fn matches(&self, host: &str) -> bool {
        let host = host.as_bytes();
        // The end tells nearly all of them apart, and most at its first byte.
        let Some(head) = strip_end(host, self.end.as_bytes()) else { return false };
        let Some(rest) = strip_start(head, self.start.as_bytes()) else { return false };
        !rest.is_empty()
            && (!self.is_one_label || !rest.contains(&b'.'))
            && contains(rest, self.inside.as_bytes())
    }
}

/// As one writes it: `ep-*-pooler.*.neon.tech`.
impl core::fmt::Display for HostPattern {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        let HostPattern { start, inside, end, .. } = self;
        match inside.is_empty() {
            true => write!(f, "{start}*{end}"),
            false => write!(f, "{start}*{inside}*{end}"),
        }
    }
}

fn strip_end<'h>(host: &'h [u8], end: &[u8]) -> Option<&'h [u8]> {
    let at = host.len().checked_sub(end.len())?;
    let (head, tail) = host.split_at_checked(at)?;
    tail.eq_ignore_ascii_case(end).then_some(head)
}

fn strip_start<'h>(host: &'h [u8], start: &[u8]) -> Option<&'h [u8]> {
    let (head, rest) = host.split_at_checked(start.len())?;
    head.eq_ignore_ascii_case(start).then_some(rest)
}

fn contains(host: &[u8], inside: &[u8]) -> bool {
    inside.is_empty() || host.windows(inside.len()).any(|it| it.eq_ignore_ascii_case(inside))
}

/// The endpoint that a connection to `host` goes to, as far as its name tells; a path is the
/// host of a socket. Takes less than a tenth of a microsecond, and no memory.
///
/// ```
/// use dsnlens_core::provider::{Fact, Pooler, recognise};
///
/// let endpoint = recognise("ep-cool-darkness-123456-pooler.us-east-2.aws.neon.tech", 5432, "shop");
/// let endpoint = endpoint.unwrap();
/// assert_eq!(endpoint.name, "Neon's pooler");
/// assert_eq!(endpoint.pooler, Fact::Sure(Pooler::Transaction));
/// assert!(recognise("evilneon.tech", 5432, "shop").is_none());
/// ```
pub fn recognise(host: &str, port: u16, database: &str) -> Option<&'static Endpoint> {
    let host = host.strip_suffix('.').unwrap_or(host);
    ENDPOINTS.iter().find(|it| {
        it.port.is_none_or(|its| its == port)
            && it.host.matches(host)
            && it.database.is_none_or(|its| its == database)
    })
}

/// The proxy whose sockets lie in such a directory: a Cloud SQL instance is
/// `project:region:instance`, and a project may be `example.com:project`; an AlloyDB instance is
/// written with dots, behind `/alloydb/`. Google's documents on their Auth Proxies (2026).
///
/// ```
/// use dsnlens_core::provider::socket_proxy;
///
/// assert_eq!(socket_proxy("/cloudsql/shop:europe-west1:main"), Some("Cloud SQL Auth Proxy"));
/// assert_eq!(socket_proxy("/var/run/postgresql"), None);
/// ```
pub fn socket_proxy(directory: &str) -> Option<&'static str> {
    let mut folders = directory.trim_end_matches('/').rsplit('/');
    let (name, parent) = (folders.next()?, folders.next()?);
    let mut parts = name.split(':');
    let is_instance = (3..=4).contains(&parts.clone().count()) && parts.all(is_label);
    match () {
        () if is_instance => Some("Cloud SQL Auth Proxy"),
        () if parent == "alloydb" => Some("AlloyDB Auth Proxy"),
        () => None,
    }
}

/// The name of a Cloud SQL instance as Google writes it: `project:region:instance`.
pub(crate) fn is_cloud_sql_instance(name: &str) -> bool {
    let mut parts = name.rsplit(':');
    let (Some(instance), Some(region)) = (parts.next(), parts.next()) else { return false };
    let is_region = region.contains('-') && region.ends_with(|it: char| it.is_ascii_digit());
    let is_name = instance.starts_with(|it: char| it.is_ascii_alphabetic()) && is_label(instance);
    let count = parts.clone().count();
    is_name && is_region && (1..=2).contains(&count) && parts.all(is_label)
}

fn is_label(part: &str) -> bool {
    !part.is_empty() && part.bytes().all(|it| it.is_ascii_alphanumeric() || b"-._".contains(&it))
}

/// The reference of a Supabase project, where a text is its host or its address.
pub(crate) fn supabase_project(text: &str) -> Option<&str> {
    let mut host = text.trim_end_matches('/');
    while let Some(rest) = host.strip_prefix("https://") {
        host = rest;
    }
    let name = host.strip_suffix(".supabase.co")?;
    let name = name.strip_prefix("db.").unwrap_or(name);
    let is_reference =
        !name.is_empty() && name.bytes().all(|it| it.is_ascii_lowercase() || it.is_ascii_digit());
    is_reference.then_some(name)
}

/// The role in a user's name, without the project or the branch that some providers add.
pub(crate) fn role(user: &str) -> &str {
    user.split_once('.').map_or(user, |(role, _)| role)
}

/// A source, where somebody could read it: nobody does in the page, which is lighter without.
const fn cited(source: &'static str) -> &'static str {
    if cfg!(feature = "pages") { source } else { "" }
}

/// What PgBouncer says since 1.20; before, `unsupported startup parameter: options`.
const PGBOUNCER: &str = "unsupported startup parameter in options";

const UNKNOWN: Endpoint = Endpoint {
    provider: "",
    name: "",
    is_certain: true,
    host: HostPattern::new("", ""),
    port: None,
    database: None,
    tls: Fact::Unknown,
    roots: Fact::Unknown,
    pooler: Fact::Unknown,
    direct: None,
    refuses_options: Fact::Unknown,
    reach: Fact::Unknown,
    user: UserShape::Role,
    role: None,
    retired: Fact::Unknown,
    source: "",
};

const RAILWAY: Endpoint = Endpoint {
    provider: "Railway",
    tls: Fact::Usual(Tls::Optional),
    roots: Fact::Sure(Roots::Never),
    role: Some("postgres"),
    source: cited(
        "Railway docs, Private Networking and TCP Proxy (2026); \
             railwayapp-templates/postgres-ssl, init-ssl.sh: a root of its own, CN=localhost",
    ),
    ..UNKNOWN
};

const HEROKU: Endpoint = Endpoint {
    provider: "Heroku",
    name: "Heroku Postgres",
    is_certain: false,
    tls: Fact::Usual(Tls::Required),
    reach: Fact::Usual(Reach::Public),
    source: cited("Heroku Dev Center, Connecting to Heroku Postgres (2026)"),
    ..UNKNOWN
};

const DIGITALOCEAN: Endpoint = Endpoint {
    provider: "DigitalOcean",
    name: "DigitalOcean's managed PostgreSQL",
    tls: Fact::Sure(Tls::Required),
    roots: Fact::Sure(Roots::Own("the cluster's CA certificate from its control panel")),
    reach: Fact::Sure(Reach::Public),
    role: Some("doadmin"),
    source: cited(
        "DigitalOcean docs, Manage Connection Pools and Terraform reference (2025); \
             plausible/analytics discussion 3849",
    ),
    ..UNKNOWN
};

const DIGITALOCEAN_POOL: Endpoint = Endpoint {
    name: "DigitalOcean's connection pool",
    port: Some(25061),
    pooler: Fact::Usual(Pooler::Transaction),
    refuses_options: Fact::Usual(PGBOUNCER),
    ..DIGITALOCEAN
};

const DIGITALOCEAN_NETWORK: Reach = Reach::Private("the account's VPC network in that region");

const RENDER: Endpoint = Endpoint {
    provider: "Render",
    source: cited("Render's render-postgres guide (2026)"),
    ..UNKNOWN
};

const FLY: Endpoint = Endpoint {
    provider: "Fly.io",
    name: "Fly.io's managed PostgreSQL",
    reach: Fact::Usual(Reach::Private(FLY_NETWORK)),
    source: cited("Fly.io docs, Managed Postgres: Connect Your Client (2026)"),
    ..UNKNOWN
};

const FLY_NETWORK: &str = "Fly.io's private network";

const FLY_UNMANAGED: Endpoint = Endpoint {
    name: "an unmanaged Postgres of Fly.io",
    tls: Fact::Usual(Tls::Absent),
    reach: Fact::Sure(Reach::Private(FLY_NETWORK)),
    role: Some("postgres"),
    source: cited("Fly.io docs, Fly Postgres: Connect From a Fly App"),
    ..FLY
};

const NEON: Endpoint = Endpoint {
    provider: "Neon",
    name: "Neon",
    tls: Fact::Sure(Tls::Required),
    roots: Fact::Sure(Roots::System),
    reach: Fact::Sure(Reach::Public),
    source: cited(
        "Neon docs, Connect securely, Connection pooling and Connection errors (2024–2026)",
    ),
    ..UNKNOWN
};

const SUPABASE: Endpoint = Endpoint {
    provider: "Supabase",
    name: "Supabase's direct connection",
    tls: Fact::Sure(Tls::Optional),
    roots: Fact::Sure(Roots::Own(
        "`prod-ca-2021.crt`, the server root certificate from the project's database settings",
    )),
    reach: Fact::Usual(Reach::Ipv6),
    user: UserShape::ProjectInHost,
    role: Some("postgres"),
    source: cited(
        "Supabase docs, Connect to your database and SSL Enforcement (2026); \
             supabase/cli issue 3390",
    ),
    ..UNKNOWN
};

const SUPABASE_POOLER: Endpoint = Endpoint {
    name: "Supabase's session pooler",
    roots: Fact::Usual(Roots::Own(
        "`prod-ca-2021.crt`, the server root certificate from the project's database settings",
    )),
    pooler: Fact::Sure(Pooler::Session),
    reach: Fact::Sure(Reach::Public),
    user: UserShape::WithProject,
    ..SUPABASE
};

const RDS: Endpoint = Endpoint {
    provider: "AWS",
    name: "Amazon RDS",
    tls: Fact::Usual(Tls::Required),
    roots: Fact::Sure(Roots::Own("`global-bundle.pem`, the RDS roots that AWS publishes")),
    role: Some("postgres"),
    source: cited("Amazon RDS User Guide, Using SSL with a PostgreSQL DB instance"),
    ..UNKNOWN
};

const AZURE: Endpoint = Endpoint {
    provider: "Azure",
    name: "Azure Database for PostgreSQL",
    tls: Fact::Usual(Tls::Required),
    roots: Fact::Usual(Roots::System),
    user: UserShape::ServerInHost,
    source: cited("Microsoft Learn, Azure Database for PostgreSQL: TLS, and PgBouncer (2026)"),
    ..UNKNOWN
};

const CRUNCHY: Endpoint = Endpoint {
    provider: "Crunchy Bridge",
    name: "Crunchy Bridge",
    tls: Fact::Sure(Tls::Required),
    roots: Fact::Usual(Roots::Own("the team's CA certificate")),
    role: Some("postgres"),
    source: cited("Crunchy Bridge docs, PgBouncer"),
    ..UNKNOWN
};

const TIMESCALE: Endpoint = Endpoint {
    provider: "Timescale",
    name: "Timescale's Tiger Cloud",
    tls: Fact::Usual(Tls::Required),
    roots: Fact::Usual(Roots::System),
    role: Some("tsdbadmin"),
    source: cited("Tiger Data docs, Connection pooling and Strict SSL (2024–2026)"),
    ..UNKNOWN
};

const PLANETSCALE: Endpoint = Endpoint {
    provider: "PlanetScale",
    name: "PlanetScale",
    tls: Fact::Sure(Tls::Required),
    roots: Fact::Sure(Roots::System),
    reach: Fact::Usual(Reach::Public),
    role: Some("postgres"),
    source: cited("PlanetScale docs, Postgres: Connection quickstart and PgBouncer (2026)"),
    ..UNKNOWN
};

const PLANETSCALE_POOLER: Endpoint = Endpoint {
    name: "PlanetScale's PgBouncer",
    port: Some(6432),
    pooler: Fact::Sure(Pooler::Transaction),
    direct: Some(Direct::Port(5432)),
    refuses_options: Fact::Usual(PGBOUNCER),
    ..PLANETSCALE
};

/// Neon under another name.
const VERCEL: Endpoint = Endpoint {
    provider: "Vercel",
    name: "Vercel Postgres",
    tls: Fact::Usual(Tls::Required),
    roots: Fact::Usual(Roots::System),
    source: cited("vercel/examples pull request 697: hosts of Neon under Vercel's name"),
    ..UNKNOWN
};

const KOYEB: Endpoint = Endpoint {
    provider: "Koyeb",
    name: "Koyeb's managed PostgreSQL",
    source: cited("hosts of Neon's shape under Koyeb's name in public code (2024–2026)"),
    ..VERCEL
};

/// Every kind of endpoint. Of two that match one host the first counts.
pub static ENDPOINTS: &[Endpoint] = &[
    Endpoint {
        name: "Railway's private network",
        host: HostPattern::new("", ".railway.internal"),
        reach: Fact::Sure(Reach::Private("Railway's private network")),
        ..RAILWAY
    },
    Endpoint {
        name: "Railway's public proxy",
        host: HostPattern::new("", ".proxy.rlwy.net"),
        reach: Fact::Sure(Reach::Public),
        ..RAILWAY
    },
    Endpoint {
        name: "a legacy database plugin of Railway",
        host: HostPattern::new("containers-", ".railway.app").one_label(),
        roots: Fact::Unknown,
        retired: Fact::Usual("Railway has replaced its database plugins with database services"),
        source: cited("Railway docs, Migrating from Legacy Plugins to Database Services"),
        ..RAILWAY
    },
    Endpoint { host: HostPattern::new("ec2-", ".compute-1.amazonaws.com").one_label(), ..HEROKU },
    Endpoint { host: HostPattern::new("ec2-", ".compute.amazonaws.com").with("."), ..HEROKU },
    Endpoint {
        host: HostPattern::new("private-", ".db.ondigitalocean.com"),
        reach: Fact::Sure(DIGITALOCEAN_NETWORK),
        ..DIGITALOCEAN_POOL
    },
    Endpoint {
        host: HostPattern::new("private-", ".db.ondigitalocean.com"),
        reach: Fact::Sure(DIGITALOCEAN_NETWORK),
        ..DIGITALOCEAN
    },
    Endpoint { host: HostPattern::new("", ".db.ondigitalocean.com"), ..DIGITALOCEAN_POOL },
    Endpoint { host: HostPattern::new("", ".db.ondigitalocean.com"), ..DIGITALOCEAN },
    Endpoint {
        name: "Render's internal address",
        host: HostPattern::new("dpg-", "-a").one_label(),
        tls: Fact::Sure(Tls::Optional),
        reach: Fact::Sure(Reach::Private("one region and workspace of Render")),
        ..RENDER
    },
    Endpoint {
        name: "Render's external address",
        host: HostPattern::new("dpg-", "-postgres.render.com").with("-a."),
        tls: Fact::Sure(Tls::Required),
        roots: Fact::Usual(Roots::System),
        reach: Fact::Sure(Reach::Public),
        ..RENDER
    },
    Endpoint {
        name: "Fly.io's managed PgBouncer",
        host: HostPattern::new("pgbouncer.", ".flympg.net"),
        pooler: Fact::Usual(Pooler::Session),
        refuses_options: Fact::Usual(PGBOUNCER),
        ..FLY
    },
    Endpoint { host: HostPattern::new("direct.", ".flympg.net"), ..FLY },
    Endpoint { host: HostPattern::new("", ".flycast"), ..FLY_UNMANAGED },
    Endpoint { host: HostPattern::new("top", ".internal").with(".nearest.of."), ..FLY_UNMANAGED },
    Endpoint {
        is_certain: false,
        host: HostPattern::new("", ".internal").one_label(),
        ..FLY_UNMANAGED
    },
    Endpoint {
        name: "Neon's pooler",
        host: HostPattern::new("ep-", ".neon.tech").with("-pooler."),
        pooler: Fact::Sure(Pooler::Transaction),
        refuses_options: Fact::Usual(PGBOUNCER),
        direct: Some(Direct::WithoutPooler),
        ..NEON
    },
    Endpoint { host: HostPattern::new("ep-", ".neon.tech"), ..NEON },
    Endpoint {
        name: "Supabase's dedicated pooler",
        host: HostPattern::new("db.", ".supabase.co").one_label(),
        port: Some(6543),
        pooler: Fact::Sure(Pooler::Transaction),
        refuses_options: Fact::Usual(PGBOUNCER),
        ..SUPABASE
    },
    Endpoint { host: HostPattern::new("db.", ".supabase.co").one_label(), ..SUPABASE },
    Endpoint {
        name: "Supabase's transaction pooler",
        host: HostPattern::new("", ".pooler.supabase.com"),
        port: Some(6543),
        pooler: Fact::Sure(Pooler::Transaction),
        direct: Some(Direct::Port(5432)),
        ..SUPABASE_POOLER
    },
    Endpoint { host: HostPattern::new("", ".pooler.supabase.com"), ..SUPABASE_POOLER },
    Endpoint {
        name: "Amazon RDS Proxy",
        host: HostPattern::new("", ".rds.amazonaws.com").with(".proxy-"),
        tls: Fact::Unknown,
        roots: Fact::Usual(Roots::System),
        pooler: Fact::Sure(Pooler::Pinning),
        refuses_options: Fact::Sure(
            "Feature not supported: RDS Proxy currently doesn't support command-line options",
        ),
        reach: Fact::Sure(Reach::Private("the database's VPC")),
        source: cited("Amazon RDS User Guide, RDS Proxy"),
        ..RDS
    },
    Endpoint {
        name: "Amazon Aurora",
        host: HostPattern::new("", ".rds.amazonaws.com").with(".cluster-"),
        tls: Fact::Unknown,
        source: cited("AWS re:Post, Connect to Aurora PostgreSQL with SSL"),
        ..RDS
    },
    Endpoint { host: HostPattern::new("", ".rds.amazonaws.com").with("."), ..RDS },
    Endpoint {
        provider: "Google Cloud",
        name: "Cloud SQL's socket",
        host: HostPattern::new("/cloudsql/", "").with(":"),
        role: Some("postgres"),
        source: cited("Google Cloud docs, Cloud SQL for PostgreSQL: connect by a Unix socket"),
        ..UNKNOWN
    },
    Endpoint {
        name: "Azure's built-in PgBouncer",
        host: HostPattern::new("", ".postgres.database.azure.com"),
        port: Some(6432),
        pooler: Fact::Usual(Pooler::Transaction),
        direct: Some(Direct::Port(5432)),
        refuses_options: Fact::Usual(PGBOUNCER),
        ..AZURE
    },
    Endpoint { host: HostPattern::new("", ".postgres.database.azure.com"), ..AZURE },
    Endpoint {
        provider: "Aiven",
        name: "Aiven for PostgreSQL",
        host: HostPattern::new("", ".aivencloud.com"),
        tls: Fact::Sure(Tls::Required),
        roots: Fact::Sure(Roots::Own("`ca.pem`, the project's CA certificate")),
        role: Some("avnadmin"),
        source: cited("Aiven docs, TLS/SSL certificates and Manage connection pooling (2026)"),
        ..UNKNOWN
    },
    Endpoint {
        name: "Crunchy Bridge's PgBouncer",
        host: HostPattern::new("p.", ".db.postgresbridge.com"),
        port: Some(5431),
        pooler: Fact::Usual(Pooler::Transaction),
        direct: Some(Direct::Port(5432)),
        refuses_options: Fact::Usual(PGBOUNCER),
        ..CRUNCHY
    },
    Endpoint { host: HostPattern::new("p.", ".db.postgresbridge.com"), ..CRUNCHY },
    Endpoint {
        provider: "CockroachDB",
        name: "CockroachDB Cloud",
        host: HostPattern::new("", ".cockroachlabs.cloud"),
        tls: Fact::Usual(Tls::Required),
        roots: Fact::Usual(Roots::System),
        source: cited("CockroachDB docs, Connect to a CockroachDB Cluster; hosts in public code"),
        ..UNKNOWN
    },
    Endpoint {
        name: "Timescale's transaction pooler",
        host: HostPattern::new("", ".tsdb.cloud.timescale.com"),
        database: Some("tsdb_transaction"),
        pooler: Fact::Sure(Pooler::Transaction),
        refuses_options: Fact::Usual(PGBOUNCER),
        ..TIMESCALE
    },
    Endpoint { host: HostPattern::new("", ".tsdb.cloud.timescale.com"), ..TIMESCALE },
    Endpoint { host: HostPattern::new("", ".horizon.psdb.cloud"), ..PLANETSCALE_POOLER },
    Endpoint { host: HostPattern::new("", ".horizon.psdb.cloud"), ..PLANETSCALE },
    Endpoint { host: HostPattern::new("", ".pg.psdb.cloud"), ..PLANETSCALE_POOLER },
    Endpoint { host: HostPattern::new("", ".pg.psdb.cloud"), ..PLANETSCALE },
    Endpoint {
        name: "Vercel's pooler",
        host: HostPattern::new("ep-", ".postgres.vercel-storage.com").with("-pooler."),
        pooler: Fact::Usual(Pooler::Transaction),
        direct: Some(Direct::WithoutPooler),
        refuses_options: Fact::Usual(PGBOUNCER),
        ..VERCEL
    },
    Endpoint { host: HostPattern::new("ep-", ".postgres.vercel-storage.com"), ..VERCEL },
    Endpoint {
        name: "Koyeb's pooler",
        host: HostPattern::new("ep-", ".pg.koyeb.app").with("-pooler."),
        pooler: Fact::Usual(Pooler::Transaction),
        direct: Some(Direct::WithoutPooler),
        refuses_options: Fact::Usual(PGBOUNCER),
        ..KOYEB
    },
    Endpoint { host: HostPattern::new("ep-", ".pg.koyeb.app"), ..KOYEB },
    Endpoint {
        provider: "Xata",
        name: "Xata Lite",
        host: HostPattern::new("", ".sql.xata.sh"),
        retired: Fact::Sure("Xata Lite was shut down on 28 February 2026"),
        source: cited("xataio/client-ts, README (2026); Xata docs, Connect to Postgres"),
        ..UNKNOWN
    },
    Endpoint {
        provider: "Northflank",
        name: "a database of Northflank",
        host: HostPattern::new("", ".addon.code.run"),
        source: cited("Northflank docs, Access a database; hosts in public code"),
        ..UNKNOWN
    },
    Endpoint {
        provider: "ElephantSQL",
        name: "ElephantSQL",
        host: HostPattern::new("", ".db.elephantsql.com"),
        retired: Fact::Sure("ElephantSQL was shut down on 27 January 2025"),
        source: cited("ElephantSQL, End of life announcement (2024)"),
        ..UNKNOWN
    },
];

#[cfg(test)]
mod tests;
