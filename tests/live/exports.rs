//! The SQL that `dsnlens export role` writes, run by a real server: the role it makes can do what
//! an application needs, and no more.

use dsnlens_core::MASK;

use crate::cluster::Cluster;
use crate::program::{check_url, dsnlens, run};
use crate::servers::{PLAIN, TLS_18};

/// Names and a password that break what is not quoted, and the same as they stand in a URL.
const DATABASE: (&str, &str) = ("limited\"s 'store'", "limited%22s%20%27store%27");
const ROLE: (&str, &str) = ("shop\"app' \\role", "shop%22app%27%20%5Crole");
const PASSWORD: &str = "kJ8-%27x%27-%22y%22-%5Cz-Rt4zB";

#[track_caller]
fn check(cluster: &Cluster) {
    let quoted = |name: &str| format!("\"{}\"", name.replace('"', "\"\""));
    let (database, role) = (quoted(DATABASE.0), quoted(ROLE.0));
    let url = format!(
        "postgres://{}:{PASSWORD}@localhost:{}/{}?sslmode=prefer",
        ROLE.1, cluster.port, DATABASE.1
    );
    let written = run(dsnlens(&["export", "role", "--show-secrets"]).env("DATABASE_URL", &url));
    assert_eq!(written.code, Some(0), "{}", written.stderr);
    cluster.sql(&format!("CREATE DATABASE {database}"));
    cluster.sql(&format!("\\connect {database}\n{}", written.stdout));

    let checked = check_url(&url, &[]);
    assert!(checked.json()["connected"] == true, "{}", checked.stdout);
    let detail = &checked.step("session")["detail"];
    // A user with quotes in it may be a piece of a password, and is masked.
    assert_eq!((&detail["user"], &detail["database"]), (&MASK.into(), &DATABASE.0.into()));
    assert_eq!((&detail["superuser"], &detail["canCreate"]), (&false.into(), &true.into()));
    let rights = cluster.sql(&format!(
        "SELECT rolcreatedb, rolcreaterole, rolreplication, rolbypassrls FROM pg_roles \
         WHERE rolname = $${}$$",
        ROLE.0
    ));
    assert_eq!(rights.trim(), "f|f|f|f");
    cluster.sql(&format!("DROP DATABASE {database}"));
    cluster.sql(&format!("DROP ROLE {role}"));
}

#[test]
fn the_sql_for_a_limited_role_makes_one() {
    check(&PLAIN);
    check(&TLS_18);
}
