//! The password is in no output, at no level of the log, whatever happens.

use crate::cluster::PASSWORD;
use crate::pgbouncer::{SESSION, TRANSACTION};
use crate::program::{FILES, dsnlens, run};
use crate::servers::{EXPIRED, PLAIN, SELF_SIGNED, STARTING_UP, TLS, TLS_18, WRONG_HOST};

/// Pieces of it that would be too much already.
const PIECES: [&str; 3] = [PASSWORD, "correct-horse", "7Zq"];

#[test]
fn no_scenario_tells_the_password() {
    let ca = format!("&sslrootcert={}", FILES.path("ca.crt"));
    let mut scenarios = Vec::new();
    let ports = [
        PLAIN.port,
        TLS.port,
        TLS_18.port,
        SELF_SIGNED.port,
        EXPIRED.port,
        WRONG_HOST.port,
        STARTING_UP.port,
        SESSION.port,
        TRANSACTION.port,
    ];
    for port in ports {
        for role in ["app", "rejected", "clear"] {
            for rest in ["postgres?sslmode=prefer", "nothing?sslmode=require"] {
                scenarios.push(format!("postgres://{role}:{PASSWORD}@localhost:{port}/{rest}"));
            }
        }
        let rest = format!("postgres?sslmode=verify-full{ca}");
        scenarios.push(format!("postgres://md5:{PASSWORD}@localhost:{port}/{rest}"));
    }
    // The server repeats what it is told: a name that is the password, or holds it.
    for port in [PLAIN.port, TLS_18.port, SESSION.port] {
        let rest = format!("shop;password={PASSWORD}");
        scenarios.push(format!("postgres://app:{PASSWORD}@localhost:{port}/{rest}"));
    }
    let port = PLAIN.port;
    scenarios.push(format!("postgres://app:{PASSWORD}x@localhost:{port}/postgres"));
    scenarios.push(format!("postgres://app:{PASSWORD}/x@localhost:{port}/postgres"));
    scenarios.push(format!("postgres://app:{PASSWORD}#x@localhost:{port}/postgres"));
    for (nth, url) in scenarios.iter().enumerate() {
        let format = ["text", "json"][nth % 2];
        let args = ["check", "--format", format, "--log=trace", "--until", "session"];
        let mut command = dsnlens(&args);
        let run = run(command.env("DATABASE_URL", url).env("DEBUG", "1").env("RUST_LOG", "trace"));
        let is_logged = run.stderr.contains("TRACE") || run.stderr.contains("INFO");
        assert!(is_logged || run.stdout.contains("raises") || nth >= scenarios.len() - 2, "{url}");
        for piece in PIECES {
            assert!(!run.stdout.contains(piece), "{piece} of {url}:\n{}", run.stdout);
            assert!(!run.stderr.contains(piece), "{piece} of {url}:\n{}", run.stderr);
        }
    }
}

#[test]
fn a_log_is_only_written_when_it_is_asked_for() {
    let url = format!("postgres://app:{PASSWORD}@localhost:{}/postgres", TLS.port);
    let with = |args: &[&str], env: &[(&str, &str)]| {
        let mut command = dsnlens(&["check", "--until", "auth"]);
        command.args(args).env("DATABASE_URL", &url).envs(env.iter().copied());
        run(&mut command).stderr
    };
    assert_eq!(with(&[], &[]), "");
    assert!(with(&["--log"], &[]).contains("step=\"auth\""));
    assert!(with(&[], &[("RUST_LOG", "dsnlens_native=info")]).contains("step=\"tls\""));
    assert!(!with(&["--log=error"], &[]).contains("step"));
    let wrong = url.replace(PASSWORD, "wrong");
    let mut command = dsnlens(&["check", "--log=error", "--until", "auth"]);
    let log = run(command.env("DATABASE_URL", &wrong)).stderr;
    assert!(log.contains("ERROR") && log.contains("28P01"), "{log}");
}
