//! PgBouncer in front of a server, per session and per transaction.

use std::net::TcpStream;
use std::path::Path;
use std::sync::LazyLock;

use crate::certificates::{AUTHORITY, params};
use crate::cluster::PASSWORD;
use crate::servers::PLAIN;
use crate::supervised::{Supervised, folder, free_port, write};

const PROGRAM: &str = "/usr/sbin/pgbouncer";

/// A pooler.
pub(crate) struct Pooler {
    pub(crate) port: u16,
    _process: Supervised,
}

/// A server connection for as long as a client stays.
pub(crate) static SESSION: LazyLock<Pooler> = LazyLock::new(|| Pooler::start("session"));

/// A server connection for as long as a transaction lasts.
pub(crate) static TRANSACTION: LazyLock<Pooler> = LazyLock::new(|| Pooler::start("transaction"));

impl Pooler {
    fn start(mode: &str) -> Pooler {
        assert!(
            Path::new(PROGRAM).is_file(),
            "{PROGRAM} is not there: run `cargo xtask test live`"
        );
        let folder = folder(&format!("pooler-{mode}"));
        let port = free_port();
        let shown = folder.display();
        let identity = AUTHORITY.sign(&params("localhost", &["localhost", "127.0.0.1"]));
        write(&folder.join("server.crt"), &identity.certificates, 0o644);
        write(&folder.join("server.key"), &identity.key, 0o600);
        let users: String =
            ["app", "owner"].map(|it| format!("\"{it}\" \"{PASSWORD}\"\n")).concat();
        write(&folder.join("users.txt"), &users, 0o600);
        let settings = format!(
            "[databases]\n\
             postgres = host=127.0.0.1 port={server} dbname=postgres\n\
             shop = host=127.0.0.1 port={server} dbname=shop\n\
             [pgbouncer]\n\
             listen_addr = 127.0.0.1, 127.0.0.2\nlisten_port = {port}\nunix_socket_dir =\n\
             pool_mode = {mode}\nauth_type = scram-sha-256\nauth_file = {shown}/users.txt\n\
             ignore_startup_parameters = extra_float_digits\n\
             server_round_robin = 1\nmin_pool_size = 3\n\
             client_tls_sslmode = allow\n\
             client_tls_cert_file = {shown}/server.crt\nclient_tls_key_file = {shown}/server.key\n",
            server = PLAIN.port,
        );
        write(&folder.join("pgbouncer.ini"), &settings, 0o600);
        let mut process = Supervised::start(folder, &[PROGRAM, "{}/pgbouncer.ini"]);
        process.wait("pgbouncer", || TcpStream::connect(("127.0.0.1", port)).is_ok());
        Pooler { port, _process: process }
    }
}
