//! Certificates of our own, and the releases of TLS: what gets in is what psql says gets in.

use crate::certificates::{AUTHORITY, Identity, STRANGER, params};
use crate::cluster::{Cluster, Options, PASSWORD, Release};
use crate::program::{FILES, Run, check_url, dsnlens, psql, psql_run, run};
use crate::supervised::{folder, write};

/// Who must show a certificate: for the role, or beside the password.
const HBA: &str = "\
hostssl all app all cert
hostssl all owner all scram-sha-256 clientcert=verify-ca
";

fn cluster(name: &str, settings: &str) -> Cluster {
    let identity = AUTHORITY.sign(&params("localhost", &["localhost", "127.0.0.1"]));
    let ca = FILES.path("ca.crt");
    let settings = format!("ssl_ca_file = '{ca}'\n{settings}");
    let options =
        Options { tls: Some(&identity), hba: HBA, settings: &settings, ..Options::default() };
    Cluster::start(Release::V15, name, &options)
}

/// Whether there is a connection, and whether with TLS.
fn outcome(run: &Run) -> Option<bool> {
    let json = run.json();
    (json["connected"] == true).then(|| json["tls"] == true)
}

#[test]
fn who_gets_in_with_a_certificate_is_who_psql_says() {
    let cluster = cluster("identity", "");
    let folder = folder("identities");
    let path = |name: &str| folder.join(name).to_str().expect("a path is text").to_owned();
    let save = |name: &str, identity: &Identity, mode: u32| {
        write(&folder.join(format!("{name}.crt")), &identity.certificates, 0o644);
        write(&folder.join(format!("{name}.key")), &identity.key, mode);
    };
    let app = AUTHORITY.sign(&params("app", &[]));
    save("app", &app, 0o600);
    save("open", &app, 0o644);
    save("other", &AUTHORITY.sign(&params("other", &[])), 0o600);
    save("stranger", &STRANGER.sign(&params("app", &[])), 0o600);
    write(&folder.join("empty.crt"), "", 0o644);
    write(&folder.join("empty.key"), "", 0o600);
    let with = |certificate: &str, key: &str| {
        format!("&sslcert={}&sslkey={}", path(certificate), path(key))
    };
    let mut answers = Vec::new();
    for identity in [
        String::new(),
        with("app.crt", "app.key"),
        with("other.crt", "other.key"),
        with("stranger.crt", "stranger.key"),
        with("app.crt", "other.key"),
        with("app.crt", "missing.key"),
        with("app.crt", "open.key"),
        with("app.crt", "empty.key"),
        with("app.crt", "app.crt"),
        with("empty.crt", "app.key"),
        with("missing.crt", "app.key"),
        with("missing.crt", "missing.key"),
        format!("&sslcert={}", path("app.crt")),
    ] {
        for role in ["app", "owner"] {
            for mode in ["require", "prefer", "verify-full", "disable"] {
                let ca = FILES.path("ca.crt");
                let url = format!(
                    "postgres://{role}:{PASSWORD}@localhost:{}/shop?sslmode={mode}&sslrootcert={ca}{identity}",
                    cluster.port
                );
                let run = check_url(&url, &[]);
                let (ours, theirs) = (outcome(&run), psql(&url));
                let psql = || psql_run(&url, "select 1").stderr;
                assert_eq!(ours, theirs, "{url}\n{}\n{}", run.stdout, psql());
                assert!(!run.stdout.contains("PRIVATE KEY"), "{url}");
                answers.push(ours);
            }
        }
    }
    // Both ways, or nothing was asked.
    assert!(answers.contains(&Some(true)) && answers.contains(&None));
    assert!(answers.contains(&Some(false)));

    let words = |identity: &str| {
        let url = format!(
            "postgres://app:{PASSWORD}@localhost:{}/shop?sslmode=require{identity}",
            cluster.port
        );
        let told = check_url(&url, &[]).step("tls")["detail"]["message"].clone();
        let told = told.as_str().unwrap_or_default().to_owned();
        assert!(psql_run(&url, "select 1").stderr.contains(&told), "{told}");
        told
    };
    assert!(words(&with("app.crt", "missing.key")).contains("but not private key file"));
    assert!(words(&with("app.crt", "open.key")).contains("has group or world access"));
    assert!(words(&with("app.crt", "other.key")).ends_with("key values mismatch"));

    // psql 15 does not know the word yet.
    let hidden = format!(
        "postgres://app:{PASSWORD}@localhost:{}/shop?sslmode=require{}&sslcertmode=disable",
        cluster.port,
        with("app.crt", "app.key")
    );
    assert_eq!(outcome(&check_url(&hidden, &[])), None);
}

#[test]
fn a_certificate_at_home_is_shown_to_whoever_asks() {
    let cluster = cluster("identity-at-home", "");
    let home = folder("home");
    let below = home.join(".postgresql");
    std::fs::create_dir(&below).expect("a folder");
    let app = AUTHORITY.sign(&params("app", &[]));
    write(&below.join("postgresql.crt"), &app.certificates, 0o644);
    write(&below.join("postgresql.key"), &app.key, 0o600);
    let url = format!("postgres://app@localhost:{}/shop?sslmode=require", cluster.port);
    for (home, gets_in) in [(&home, true), (&FILES.folder, false)] {
        let mut psql = std::process::Command::new(Release::V15.program("psql"));
        psql.args(["-XAtqw", "-d", &url, "-c", "select 1"]).env_clear().env("HOME", home);
        assert_eq!(run(&mut psql).code == Some(0), gets_in);
        let mut check = dsnlens(&["check", "--format", "json", "--until", "session"]);
        check.env("DATABASE_URL", &url).env("HOME", home);
        assert_eq!(outcome(&run(&mut check)).is_some(), gets_in);
    }
}

#[test]
fn the_release_of_tls_is_the_one_that_psql_gets() {
    let servers = [
        cluster("tls-any", ""),
        cluster("tls-1-2", "ssl_max_protocol_version = 'TLSv1.2'\n"),
        cluster("tls-1-3", "ssl_min_protocol_version = 'TLSv1.3'\n"),
    ];
    let mut answers = Vec::new();
    for server in &servers {
        for range in [
            "",
            "&ssl_min_protocol_version=TLSv1.3",
            "&ssl_max_protocol_version=TLSv1.2",
            "&ssl_min_protocol_version=tlsv1.3&ssl_max_protocol_version=TLSv1.3",
            "&ssl_min_protocol_version=TLSv1&ssl_max_protocol_version=TLSv1.1",
        ] {
            for mode in ["require", "prefer"] {
                let url = format!(
                    "postgres://postgres:{PASSWORD}@localhost:{}/shop?sslmode={mode}{range}",
                    server.port
                );
                let run = check_url(&url, &[]);
                let said = psql_run(&url, "\\conninfo");
                let theirs = (said.code == Some(0)).then(|| said.stdout.contains("SSL connection"));
                assert_eq!(outcome(&run), theirs, "{url}\n{}\n{}", run.stdout, said.stderr);
                if theirs == Some(true) {
                    let version = run.step("tls")["detail"]["version"].clone();
                    let version = version.as_str().expect("a version").to_owned();
                    assert!(said.stdout.contains(&format!("protocol: {version},")), "{url}");
                    answers.push(version);
                }
            }
        }
    }
    assert!(answers.contains(&"TLSv1.2".into()) && answers.contains(&"TLSv1.3".into()));
}
