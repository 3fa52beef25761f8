//! A check takes about as long as psql does.

use std::time::Duration;

use crate::cluster::PASSWORD;
use crate::program::{FILES, check_url, psql_run};
use crate::servers::TLS;

#[test]
#[ignore = "it takes a quiet machine: cargo xtask bench"]
fn a_check_takes_at_most_half_as_long_again_as_psql() {
    let conninfo = format!(
        "host=localhost port={} user=owner password={PASSWORD} dbname=shop sslmode=verify-full \
         sslrootcert={}",
        TLS.port,
        FILES.path("ca.crt")
    );
    let url = format!(
        "postgres://owner:{PASSWORD}@localhost:{}/shop?sslmode=verify-full&sslrootcert={}",
        TLS.port,
        FILES.path("ca.crt")
    );
    // The best of several, taken in turn.
    let (mut ours, mut theirs) = (Duration::MAX, Duration::MAX);
    for _ in 0..20 {
        let check = check_url(&url, &[]);
        assert_eq!(check.json()["connected"], true, "{}", check.stdout);
        ours = ours.min(check.time);
        let psql = psql_run(&conninfo, "select 1");
        assert_eq!(psql.code, Some(0), "{}", psql.stderr);
        theirs = theirs.min(psql.time);
    }
    println!("check {ours:?}, psql {theirs:?}");
    assert!(ours <= theirs.mul_f64(1.5), "check {ours:?}, psql {theirs:?}");
}
