//! The settings module as data. The default is the reference; another project describes its own.

use alloc::borrow::Cow;
use alloc::string::String;
use alloc::vec;
use alloc::vec::Vec;
use core::fmt;
use core::str::FromStr;

use crate::clients::{libpq, psycopg, stages};
use crate::ledger::Stage;

/// The release of dj-database-url whose behaviour is reproduced.
///
/// Since 2.1.0 two releases changed results, 2.2.0 and 3.0.0; each of the others answers as the
/// one before it. What older ones make of a URL only an evaluator of settings modules knows
/// ([`DjDatabaseUrl::is_compiled`]).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[expect(missing_docs, reason = "each variant is the release it is named after")]
pub enum DjDatabaseUrl {
    V0_5_0,
    V1_0_0,
    V1_1_0,
    V1_2_0,
    V1_3_0,
    V2_0_0,
    #[default]
    V2_1_0,
    V2_2_0,
    V2_3_0,
    V3_0_0,
    V3_0_1,
    V3_1_0,
    V3_1_1,
    V3_1_2,
}

impl DjDatabaseUrl {
    /// Every release since 0.5.0, oldest first.
    pub const ALL: [DjDatabaseUrl; 14] = [
        DjDatabaseUrl::V0_5_0,
        DjDatabaseUrl::V1_0_0,
        DjDatabaseUrl::V1_1_0,
        DjDatabaseUrl::V1_2_0,
        DjDatabaseUrl::V1_3_0,
        DjDatabaseUrl::V2_0_0,
        DjDatabaseUrl::V2_1_0,
        DjDatabaseUrl::V2_2_0,
        DjDatabaseUrl::V2_3_0,
        DjDatabaseUrl::V3_0_0,
        DjDatabaseUrl::V3_0_1,
        DjDatabaseUrl::V3_1_0,
        DjDatabaseUrl::V3_1_1,
        DjDatabaseUrl::V3_1_2,
    ];

    /// One release of each behaviour since 2.1.0, oldest first.
    pub const DISTINCT: [DjDatabaseUrl; 3] =
        [DjDatabaseUrl::V2_1_0, DjDatabaseUrl::V2_2_0, DjDatabaseUrl::V3_1_2];

    /// Whether its reading of a URL is core's own.
    pub fn is_compiled(self) -> bool {
        self >= DjDatabaseUrl::V2_1_0
    }

    /// The releases whose reading of a URL is core's own, oldest first.
    pub fn compiled() -> impl Iterator<Item = DjDatabaseUrl> {
        DjDatabaseUrl::ALL.into_iter().filter(|it| it.is_compiled())
    }

    /// The version as the package index writes it.
    pub const fn version(self) -> &'static str {
        match self {
            DjDatabaseUrl::V0_5_0 => "0.5.0",
            DjDatabaseUrl::V1_0_0 => "1.0.0",
            DjDatabaseUrl::V1_1_0 => "1.1.0",
            DjDatabaseUrl::V1_2_0 => "1.2.0",
            DjDatabaseUrl::V1_3_0 => "1.3.0",
            DjDatabaseUrl::V2_0_0 => "2.0.0",
            DjDatabaseUrl::V2_1_0 => "2.1.0",
            DjDatabaseUrl::V2_2_0 => "2.2.0",
            DjDatabaseUrl::V2_3_0 => "2.3.0",
            DjDatabaseUrl::V3_0_0 => "3.0.0",
            DjDatabaseUrl::V3_0_1 => "3.0.1",
            DjDatabaseUrl::V3_1_0 => "3.1.0",
            DjDatabaseUrl::V3_1_1 => "3.1.1",
            DjDatabaseUrl::V3_1_2 => "3.1.2",
        }
    }
}

impl fmt::Display for DjDatabaseUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.version())
    }
}

/// A release of a package, as the package index writes it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PackageVersion(pub u16, pub u16, pub u16);

impl PackageVersion {
    /// The first and the last release of django-environ that settings modules are read with.
    pub const DJANGO_ENVIRON: [PackageVersion; 2] =
        [PackageVersion(0, 10, 0), PackageVersion(0, 14, 0)];
}

impl fmt::Display for PackageVersion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}.{}", self.0, self.1, self.2)
    }
}

impl FromStr for PackageVersion {
    type Err = core::num::ParseIntError;

    /// One to three numbers; those that are missing are 0.
    fn from_str(text: &str) -> Result<PackageVersion, Self::Err> {
        let mut parts = text.splitn(3, '.').map(str::parse);
        let mut next = || parts.next().unwrap_or(Ok(0));
        Ok(PackageVersion(next()?, next()?, next()?))
    }
}

/// The driver below Django. Where both are installed Django takes psycopg 3
/// (`db/backends/postgresql/base.py`), whatever `ENGINE` is called.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Driver {
    /// psycopg 3.
    #[default]
    Psycopg,
    /// psycopg2.
    Psycopg2,
}

impl Driver {
    /// All of them, the default first.
    pub const ALL: [Driver; 2] = [Driver::Psycopg, Driver::Psycopg2];

    /// Its name as the package index writes it.
    pub const fn name(self) -> &'static str {
        match self {
            Driver::Psycopg => "psycopg",
            Driver::Psycopg2 => "psycopg2",
        }
    }

    /// Its name in a sentence.
    pub const fn title(self) -> &'static str {
        match self {
            Driver::Psycopg => "psycopg 3",
            Driver::Psycopg2 => "psycopg2",
        }
    }

    /// The release that is reproduced.
    pub(crate) const fn release(self) -> &'static str {
        match self {
            Driver::Psycopg => "psycopg 3.3",
            Driver::Psycopg2 => "psycopg2 2.9",
        }
    }

    /// The package on the index that brings a libpq.
    pub const fn wheel(self) -> &'static str {
        match self {
            Driver::Psycopg => "psycopg-binary",
            Driver::Psycopg2 => "psycopg2-binary",
        }
    }

    /// The first release of [`Driver::wheel`] with each libpq, oldest first: the name of the
    /// library in the wheels.
    const fn wheels(self) -> &'static [(PackageVersion, u8)] {
        match self {
            Driver::Psycopg => &[
                (PackageVersion(3, 1, 8), 15),
                (PackageVersion(3, 1, 11), 16),
                (PackageVersion(3, 2, 3), 17),
                (PackageVersion(3, 3, 0), 18),
            ],
            Driver::Psycopg2 => &[
                (PackageVersion(2, 9, 1), 13),
                (PackageVersion(2, 9, 2), 14),
                (PackageVersion(2, 9, 5), 15),
                (PackageVersion(2, 9, 8), 16),
                (PackageVersion(2, 9, 11), 17),
            ],
        }
    }

    /// The libpq that a release of [`Driver::wheel`] brings; `None` for one that is older than any
    /// that is known.
    pub fn bundled_libpq(self, version: PackageVersion) -> Option<u8> {
        let mut wheels = self.wheels().iter().rev();
        wheels.find(|(since, _)| *since <= version).map(|(_, libpq)| *libpq)
    }

    /// The first release of [`Driver::wheel`] that brings this libpq or a newer one.
    pub(crate) fn first_wheel(self, libpq: libpq::Version) -> Option<PackageVersion> {
        let mut wheels = self.wheels().iter();
        wheels.find(|(_, it)| *it >= libpq.number()).map(|(since, _)| *since)
    }

    /// The stage of its errors.
    pub fn stage(self) -> &'static Stage {
        match self {
            Driver::Psycopg => &stages::PSYCOPG,
            Driver::Psycopg2 => &stages::PSYCOPG2,
        }
    }

    /// Whether it tries the next server after one that answered and refused.
    pub(crate) const fn goes_on(self) -> bool {
        matches!(self, Driver::Psycopg)
    }

    /// How many seconds it waits for an attempt where that is left open; forever without.
    pub(crate) const fn patience(self) -> Option<u64> {
        match self {
            Driver::Psycopg => Some(psycopg::DEFAULT_CONNECT_TIMEOUT.unsigned_abs()),
            Driver::Psycopg2 => None,
        }
    }
}

impl FromStr for Driver {
    type Err = UnknownVersion;

    fn from_str(name: &str) -> Result<Driver, UnknownVersion> {
        Driver::ALL.into_iter().find(|it| it.name() == name).ok_or(UnknownVersion)
    }
}

/// The release of Django.
///
/// What it does with `DATABASES` changed once, when 5.1 brought `pool`; the text of an error of
/// `pool` changed in 6.1.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[expect(missing_docs, reason = "each variant is the release it is named after")]
pub enum Django {
    V4_2,
    V5_0,
    V5_1,
    #[default]
    V5_2,
    V6_0,
    V6_1,
}

impl Django {
    /// All of them, oldest first.
    pub const ALL: [Django; 6] =
        [Django::V4_2, Django::V5_0, Django::V5_1, Django::V5_2, Django::V6_0, Django::V6_1];

    /// The version as people write it.
    pub const fn version(self) -> &'static str {
        match self {
            Django::V4_2 => "4.2",
            Django::V5_0 => "5.0",
            Django::V5_1 => "5.1",
            Django::V5_2 => "5.2",
            Django::V6_0 => "6.0",
            Django::V6_1 => "6.1",
        }
    }

    /// Whether it has the option `pool`.
    pub fn has_pool(self) -> bool {
        self >= Django::V5_1
    }

    /// The oldest PostgreSQL that it connects to (`db/backends/postgresql/features.py`).
    pub const fn oldest_server(self) -> u32 {
        match self {
            Django::V4_2 | Django::V5_0 => 12,
            Django::V5_1 => 13,
            Django::V5_2 | Django::V6_0 => 14,
            Django::V6_1 => 15,
        }
    }
}

impl fmt::Display for Django {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.version())
    }
}

impl FromStr for Django {
    type Err = UnknownVersion;

    fn from_str(version: &str) -> Result<Django, UnknownVersion> {
        Django::ALL.into_iter().find(|it| it.version() == version).ok_or(UnknownVersion)
    }
}

/// A version that is not modelled.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct UnknownVersion;

impl fmt::Display for UnknownVersion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("not one of the releases that are modelled")
    }
}

impl core::error::Error for UnknownVersion {}

impl FromStr for DjDatabaseUrl {
    type Err = UnknownVersion;

    fn from_str(version: &str) -> Result<DjDatabaseUrl, UnknownVersion> {
        Self::ALL.into_iter().find(|it| it.version() == version).ok_or(UnknownVersion)
    }
}

/// What is passed as `ssl_require`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum SslRequire {
    /// `ssl_require=True`.
    Always,
    /// `ssl_require=False`.
    Never,
    /// `ssl_require=not DEBUG`.
    #[default]
    NotDebug,
}

impl SslRequire {
    /// All of them, the reference first.
    pub const ALL: [SslRequire; 3] = [SslRequire::NotDebug, SslRequire::Always, SslRequire::Never];

    /// Whether TLS is demanded.
    pub const fn is_on(self, debug: bool) -> bool {
        match self {
            SslRequire::Always => true,
            SslRequire::Never => false,
            SslRequire::NotDebug => !debug,
        }
    }

    /// The argument's value as the settings module writes it.
    pub fn value(self) -> &'static str {
        self.expression().strip_prefix("ssl_require=").unwrap_or("")
    }

    /// The argument as the settings module writes it.
    pub const fn expression(self) -> &'static str {
        match self {
            SslRequire::Always => "ssl_require=True",
            SslRequire::Never => "ssl_require=False",
            SslRequire::NotDebug => "ssl_require=not DEBUG",
        }
    }
}

/// The defaults of `os.getenv('DB_HOST', …)` and its four sisters.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FieldDefaults {
    /// Of `DB_HOST`.
    pub host: Cow<'static, str>,
    /// Of `DB_NAME`.
    pub name: Cow<'static, str>,
    /// Of `DB_USER`.
    pub user: Cow<'static, str>,
    /// Of `DB_PASSWORD`.
    pub password: Cow<'static, str>,
    /// Of `DB_PORT`.
    pub port: Cow<'static, str>,
}

impl FieldDefaults {
    /// In the order of [`FIELDS`](crate::clients::settings::FIELDS).
    pub const fn all(&self) -> [&Cow<'static, str>; 5] {
        [&self.host, &self.name, &self.user, &self.password, &self.port]
    }

    /// The same, to be changed.
    pub const fn all_mut(&mut self) -> [&mut Cow<'static, str>; 5] {
        [&mut self.host, &mut self.name, &mut self.user, &mut self.password, &mut self.port]
    }
}

/// A settings module: `DATABASE_URL` through dj-database-url, else the `DB_*` variables.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Recipe {
    /// The installed dj-database-url.
    pub dj_database_url: DjDatabaseUrl,
    /// The installed django-environ.
    pub django_environ: PackageVersion,
    /// The installed Django.
    pub django: Django,
    /// The driver that Django takes.
    pub driver: Driver,
    /// The libpq that the driver runs on.
    pub libpq: libpq::Version,
    /// `conn_max_age`, in seconds: how long Django keeps a connection; 0 closes after a request.
    pub conn_max_age: u32,
    /// `conn_health_checks`, in the URL branch; the `DB_*` branch leaves Django's default (off).
    pub conn_health_checks: bool,
    /// `ssl_require`, in the URL branch.
    pub ssl_require: SslRequire,
    /// Defaults of the `DB_*` branch.
    pub defaults: FieldDefaults,
    /// The hosts that the `DB_*` branch calls local, compared as text.
    pub local_hosts: Vec<Cow<'static, str>>,
    /// `connect_timeout` of the `DB_*` branch, in seconds.
    pub connect_timeout: u32,
}

impl Recipe {
    /// The statement of `settings.py` that leaves alone an `sslmode` which the URL names, to be
    /// pasted.
    pub(crate) fn sparing_statement(&self) -> String {
        let checks = if self.conn_health_checks { "True" } else { "False" };
        let demanded = match self.ssl_require {
            SslRequire::NotDebug => "not DEBUG and ",
            SslRequire::Always | SslRequire::Never => "",
        };
        alloc::format!(
            "DATABASES = {{'default': dj_database_url.config(conn_max_age={}, \
             conn_health_checks={checks}, ssl_require={demanded}'sslmode=' not in \
             os.environ['DATABASE_URL'])}}",
            self.conn_max_age
        )
    }
}

/// What a call of dj-database-url is given beside the URL.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Call {
    /// `conn_max_age`.
    pub conn_max_age: u32,
    /// `conn_health_checks`.
    pub conn_health_checks: bool,
    /// `ssl_require`.
    pub ssl_require: bool,
}

impl Call {
    /// The settings module that makes this call.
    pub fn recipe(self, recipe: Recipe) -> Recipe {
        let Call { conn_max_age, conn_health_checks, ssl_require } = self;
        let ssl_require = if ssl_require { SslRequire::Always } else { SslRequire::Never };
        Recipe { conn_max_age, conn_health_checks, ssl_require, ..recipe }
    }
}

impl Default for Recipe {
    fn default() -> Recipe {
        Recipe {
            dj_database_url: DjDatabaseUrl::default(),
            django_environ: PackageVersion(0, 14, 0),
            django: Django::default(),
            driver: Driver::default(),
            libpq: libpq::Version::default(),
            conn_max_age: 600,
            conn_health_checks: true,
            ssl_require: SslRequire::default(),
            defaults: FieldDefaults {
                host: "localhost".into(),
                name: "election_cart".into(),
                user: "postgres".into(),
                password: "postgres".into(),
                port: "5432".into(),
            },
            local_hosts: vec!["localhost".into(), "127.0.0.1".into(), "::1".into()],
            connect_timeout: 10,
        }
    }
}
