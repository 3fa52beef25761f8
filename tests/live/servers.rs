//! The servers that the tests share, each started when it is first asked for.

use std::mem;
use std::sync::LazyLock;
use std::thread::sleep;
use std::time::{Duration, Instant};

use crate::certificates::{AUTHORITY, Identity, in_days, params};
use crate::cluster::{Cluster, Options, Release};
use crate::peer::log_in;
use crate::supervised::PATIENCE;

/// The names that are this machine's.
const HERE: &[&str] = &["localhost", "127.0.0.1"];

/// Without TLS.
pub(crate) static PLAIN: LazyLock<Cluster> =
    LazyLock::new(|| Cluster::start(Release::V15, "plain", &Options::default()));

fn with(release: Release, name: &str, identity: &Identity) -> Cluster {
    let options = Options { tls: Some(identity), ..Options::default() };
    Cluster::start(release, name, &options)
}

/// With a certificate of the tests' authority, for this machine.
pub(crate) static TLS: LazyLock<Cluster> =
    LazyLock::new(|| with(Release::V15, "tls", &AUTHORITY.sign(&params("localhost", HERE))));

/// The same, and PostgreSQL 18.
pub(crate) static TLS_18: LazyLock<Cluster> =
    LazyLock::new(|| with(Release::V18, "tls-18", &AUTHORITY.sign(&params("localhost", HERE))));

/// With a certificate that signed itself.
pub(crate) static SELF_SIGNED: LazyLock<Cluster> = LazyLock::new(|| {
    with(Release::V15, "self-signed", &Identity::self_signed(&params("localhost", HERE)))
});

/// With one that is out of date.
pub(crate) static EXPIRED: LazyLock<Cluster> = LazyLock::new(|| {
    let mut params = params("localhost", HERE);
    in_days(&mut params, -3);
    with(Release::V15, "expired", &AUTHORITY.sign(&params))
});

/// With one for another host, that runs out soon.
pub(crate) static WRONG_HOST: LazyLock<Cluster> = LazyLock::new(|| {
    let mut params = params("db.example.com", &["db.example.com"]);
    in_days(&mut params, 10);
    with(Release::V15, "wrong-host", &AUTHORITY.sign(&params))
});

/// Without TLS, and with all its connections taken.
pub(crate) static FULL: LazyLock<Cluster> = LazyLock::new(|| {
    let options = Options {
        settings: "max_connections = 3\nsuperuser_reserved_connections = 1\nmax_wal_senders = 0",
        ..Options::default()
    };
    let cluster = Cluster::start(Release::V15, "full", &options);
    // Held until the tests end. Whoever set the server up may not have left yet.
    let mut held = Vec::new();
    let begun = Instant::now();
    while begun.elapsed() < PATIENCE {
        held.extend(log_in(cluster.port, "trusted"));
        if held.len() == 2 {
            mem::forget(held);
            return cluster;
        }
        sleep(Duration::from_millis(50));
    }
    panic!("the server does not get full");
});

/// One that does not get ready.
pub(crate) static STARTING_UP: LazyLock<Cluster> = LazyLock::new(|| {
    let options = Options { is_starting_up: true, ..Options::default() };
    Cluster::start(Release::V15, "starting-up", &options)
});
