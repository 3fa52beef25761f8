//! Options that other programs have, and libpq does not.

use crate::recipe::{Driver, Recipe};

/// Options of other tools, and what to do in this stack instead.
pub(crate) struct Foreign {
    pub(crate) tool: &'static str,
    pub(crate) names: &'static [&'static str],
    instead: &'static str,
}

/// There is nothing to write for it.
const NOTHING: &str = "this stack has no equivalent: take it out";
const POOL: &str = "take it out; a pool is set in settings.py, as `OPTIONS['pool']` with \
                    `CONN_MAX_AGE` 0";
const NO_POOL: &str = "take it out; Django has a pool since 5.1, with psycopg 3 only";
const PREPARED: &str = "take it out: Django has prepared statements turned off already";
const TIMEOUT: &str = "take it out; the server's own limit is \
                       `options=-c%20statement_timeout%3DMILLISECONDS`";
const CURSORS: &str = "take it out; for a transaction pooler set `DISABLE_SERVER_SIDE_CURSORS` to \
                       True in settings.py";
const CERTIFICATE: &str = "take it out; a client certificate is `sslcert` and `sslkey`";

impl Foreign {
    /// What to do instead in this stack.
    pub(crate) fn instead(&self, recipe: &Recipe) -> &'static str {
        let has_pool = recipe.django.has_pool() && recipe.driver == Driver::Psycopg;
        match self.instead {
            POOL if !has_pool => NO_POOL,
            instead => instead,
        }
    }
}

const fn foreign(
    tool: &'static str,
    instead: &'static str,
    names: &'static [&'static str],
) -> Foreign {
    Foreign { tool, names, instead }
}

pub(crate) static FOREIGN: [Foreign; 27] = [
    foreign("Prisma", POOL, &["connection_limit", "pool_timeout", "single_use_connections"]),
    foreign("Prisma", CURSORS, &["pgbouncer"]),
    foreign("Prisma", TIMEOUT, &["socket_timeout"]),
    foreign("Prisma", CERTIFICATE, &["sslidentity"]),
    foreign(
        "Prisma",
        "take it out; it asks for `sslmode=verify-full`, with the root certificate in `sslrootcert`",
        &["sslaccept"],
    ),
    foreign(
        "JDBC",
        PREPARED,
        &["prepareThreshold", "preferQueryMode", "preparedStatementCacheQueries"],
    ),
    foreign("JDBC", TIMEOUT, &["socketTimeout"]),
    foreign("JDBC", NOTHING, &["reWriteBatchedInserts", "stringtype", "socketFactory", "ipTypes"]),
    foreign(
        "JDBC",
        "take it out; the choice of a server is `target_session_attrs`",
        &["targetServerType"],
    ),
    foreign("JDBC", "take it out: `keepalives` is on by default", &["tcpKeepAlive"]),
    foreign(
        "JDBC",
        "take it out; what is verified is `sslmode`",
        &["sslfactory", "sslhostnameverifier"],
    ),
    foreign("asyncpg", PREPARED, &["statement_cache_size"]),
    foreign("asyncpg", TIMEOUT, &["command_timeout"]),
    foreign("asyncpg", "take it out; the option is `sslnegotiation=direct`", &["direct_tls"]),
    foreign("asyncpg", NOTHING, &["server_settings"]),
    foreign(
        "SQLAlchemy",
        PREPARED,
        &["prepared_statement_cache_size", "prepared_statement_name_func"],
    ),
    foreign(
        "SQLAlchemy",
        POOL,
        &["async_fallback", "max_overflow", "pool_pre_ping", "pool_recycle", "pool_size"],
    ),
    foreign(
        "node-postgres",
        POOL,
        &["idleTimeoutMillis", "max", "min", "maxUses", "allowExitOnIdle"],
    ),
    foreign("node-postgres", TIMEOUT, &["query_timeout"]),
    foreign("node-postgres", NOTHING, &["uselibpqcompat"]),
    foreign(
        "node-postgres",
        "write `connect_timeout`, in seconds",
        &["connectionTimeoutMillis", "connection_timeout_millis"],
    ),
    foreign(
        "pgx",
        POOL,
        &["pool_max_conn_idle_time", "pool_max_conn_lifetime", "pool_max_conns", "pool_min_conns"],
    ),
    foreign(
        "pgx and sqlx",
        PREPARED,
        &[
            "default_query_exec_mode",
            "statement_cache_capacity",
            "statement-cache-capacity",
            "binary_parameters",
        ],
    ),
    foreign("Rails", PREPARED, &["prepared_statements"]),
    foreign(
        "psycopg 3",
        NOTHING,
        &["autocommit", "context", "conninfo", "prepare_threshold", "row_factory"],
    ),
    foreign("psycopg2", NOTHING, &["async", "async_", "connection_factory", "dsn"]),
    foreign(
        "another tool",
        NOTHING,
        &[
            "advisory_locks",
            "reaping_frequency",
            "charset",
            "init_command",
            "serverTimezone",
            "sql_mode",
            "useSSL",
            "useUnicode",
            "supa",
        ],
    ),
];

/// Other tools' names for the directory or the file of a Unix socket.
pub(crate) const SOCKETS: [&str; 11] = [
    "socket",
    "socketDir",
    "socketPath",
    "socket_dir",
    "socket_path",
    "socketFactoryArg",
    "unixSocket",
    "unixSocketPath",
    "unix_sock",
    "unix_socket",
    "unix_socket_path",
];

/// Other tools' names for a Cloud SQL instance, `project:region:instance`.
pub(crate) const INSTANCES: [&str; 3] =
    ["cloudSqlInstance", "cloud_sql_instance", "instance_connection_name"];

/// Settings of Django's; django-environ reads some of them from a URL.
pub(crate) const DJANGO: [&str; 7] = [
    "atomic_requests",
    "conn_health_checks",
    "conn_max_age",
    "disable_server_side_cursors",
    "engine",
    "ssl_require",
    "time_zone",
];

/// Settings of the server's, which `options` hands over.
pub(crate) const SERVER: [&str; 11] = [
    "datestyle",
    "default_transaction_isolation",
    "default_transaction_read_only",
    "idle_in_transaction_session_timeout",
    "idle_session_timeout",
    "lock_timeout",
    "role",
    "search_path",
    "statement_timeout",
    "timezone",
    "work_mem",
];

/// What libpq or dj-database-url calls the same thing, where no letter-by-letter likeness tells.
pub(crate) const OTHER_NAMES: [(&str, &str); 10] = [
    ("client_cert", "sslcert"),
    ("client_key", "sslkey"),
    ("connection_timeout", "connect_timeout"),
    ("database", "dbname"),
    ("loginTimeout", "connect_timeout"),
    ("passwd", "password"),
    ("pwd", "password"),
    ("ssl_ca", "sslrootcert"),
    ("timeout", "connect_timeout"),
    ("username", "user"),
];

/// Whether another program, Django or the server has an option of this name.
pub(crate) fn is_option(name: &str) -> bool {
    let is_name = |it: &&str| it.eq_ignore_ascii_case(name);
    DJANGO.iter().chain(&SERVER).chain(&SOCKETS).chain(&INSTANCES).any(is_name)
        || OTHER_NAMES.iter().any(|(other, _)| is_name(other))
        || FOREIGN.iter().any(|it| it.names.iter().any(is_name))
}
