//! How long a whole answer takes, every rule included, beside two parsers that stop at the URL.
//!
//! `cargo xtask bench` prints for each URL the time and, below it, the allocations.

use std::hint::black_box;
use std::str::FromStr;

use divan::{AllocProfiler, Bencher};
use dsnlens_core::Inputs;
use dsnlens_core::document::Document;

#[global_allocator]
static ALLOCATOR: AllocProfiler = AllocProfiler::system();

/// As Heroku sets it.
const HEROKU: &str = "postgres://ubv7q2kd0s4x1m:p3f9c1e07a5d284b\
    @ec2-54-83-201-196.compute-1.amazonaws.com:5432/d8fk2p5r9t1w3z";

/// As DigitalOcean sets it.
const DIGITAL_OCEAN: &str = "postgresql://doadmin:AVNS_u7Xk2mQ9rT4wZ1b\
    @db-postgresql-fra1-48213-do-user-1234-0.b.db.ondigitalocean.com:25060\
    /defaultdb?sslmode=require";

/// Twenty options of libpq. tokio-postgres knows the first twelve and refuses the next.
const TWENTY: &str = "postgresql://app:correct-horse@db.example.com:5432/shop\
    ?options=-c%20statement_timeout%3D5000&application_name=shop-production1&sslmode=verify-full\
    &sslnegotiation=postgres&connect_timeout=10&tcp_user_timeout=30000&keepalives=1\
    &keepalives_idle=30&keepalives_interval=10&target_session_attrs=read-write\
    &channel_binding=require&load_balance_hosts=disable\
    &keepalives_count=5&client_encoding=UTF8&sslrootcert=%2Fetc%2Fssl%2Fcerts%2Fdb-example-root.pem\
    &sslcert=%2Fetc%2Fssl%2Fcerts%2Fshop-client.pem&sslkey=%2Fetc%2Fssl%2Fprivate%2Fshop-client.key\
    &ssl_min_protocol_version=TLSv1.2&gssencmode=disable&fallback_application_name=shop";

const NAMES: [&str; 4] = ["a: Heroku", "b: DigitalOcean", "c: 20 options", "a, 10 times longer"];

fn main() {
    let lengths = NAMES.map(|name| url(name).len());
    assert_eq!(lengths, [104, 137, 624, 1040]);
    divan::main();
}

fn url(name: &str) -> String {
    match name {
        "a: Heroku" => HEROKU.into(),
        "b: DigitalOcean" => DIGITAL_OCEAN.into(),
        "c: 20 options" => TWENTY.into(),
        // A long password and a long query; a long database name would be refused half-way.
        _ => {
            let password = "p3f9c1e07a5d284b".repeat(30);
            let head = HEROKU.replacen("p3f9c1e07a5d284b", &password, 1);
            let head = format!("{head}?application_name=");
            let name = "w".repeat(10 * HEROKU.len() - head.len());
            head + &name
        }
    }
}

#[divan::bench(args = NAMES)]
fn dsnlens_resolve(bencher: Bencher<'_, '_>, name: &str) {
    let url = url(name);
    bencher.bench(|| dsnlens_core::resolve(Inputs::url(black_box(&url))));
}

/// Without the rules.
#[divan::bench(args = NAMES)]
fn dsnlens_read(bencher: Bencher<'_, '_>, name: &str) {
    let url = url(name);
    bencher.bench(|| dsnlens_core::read(&Inputs::url(black_box(&url)).into()));
}

#[divan::bench(args = NAMES)]
fn dsnlens_resolve_to_json(bencher: Bencher<'_, '_>, name: &str) {
    let url = url(name);
    bencher.bench(|| {
        let answer = dsnlens_core::resolve(Inputs::url(black_box(&url)));
        serde_json::to_string(&Document::new(&answer, false))
    });
}

#[divan::bench(args = NAMES)]
fn tokio_postgres_config(bencher: Bencher<'_, '_>, name: &str) {
    let url = url(name);
    bencher.bench(|| tokio_postgres::Config::from_str(black_box(&url)));
}

#[divan::bench(args = NAMES)]
fn url_parse(bencher: Bencher<'_, '_>, name: &str) {
    let url = url(name);
    bencher.bench(|| url::Url::parse(black_box(&url)));
}
