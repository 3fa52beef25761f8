//! Every server, every mode, with roots and without, through both branches of the settings module:
//! whether it connects, and with TLS, is what psql says of the same parameters; and what core
//! predicts is what is seen.

use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use serde_json::Value;

use crate::cluster::PASSWORD;
use crate::pgbouncer::{SESSION, TRANSACTION};
use crate::program::{FILES, check, psql};
use crate::servers::{EXPIRED, FULL, PLAIN, SELF_SIGNED, STARTING_UP, TLS, TLS_18, WRONG_HOST};

const MODES: [&str; 6] = ["disable", "allow", "prefer", "require", "verify-ca", "verify-full"];

/// Roles, each let in by the server in another way, or kept out.
const ROLES: [&str; 8] =
    ["app", "tls_only", "plain_only", "md5", "clear", "trusted", "rejected", "limited"];

/// A connection to be made.
struct Case {
    server: &'static str,
    env: Vec<(&'static str, String)>,
}

fn cases() -> Vec<Case> {
    let few = &ROLES[..3];
    let servers: [(&str, u16, &[&str]); 10] = [
        ("plain", PLAIN.port, &ROLES),
        ("tls", TLS.port, &ROLES),
        ("tls-18", TLS_18.port, few),
        ("self-signed", SELF_SIGNED.port, few),
        ("expired", EXPIRED.port, few),
        ("wrong-host", WRONG_HOST.port, few),
        ("full", FULL.port, &ROLES[..1]),
        ("starting up", STARTING_UP.port, &ROLES[..1]),
        ("pgbouncer, session", SESSION.port, &ROLES[..1]),
        ("pgbouncer, transaction", TRANSACTION.port, &ROLES[..1]),
    ];
    let mut cases = Vec::new();
    for (server, port, roles) in servers {
        for role in roles {
            let mut add = |env: Vec<(&'static str, String)>| cases.push(Case { server, env });
            let url = |host: &str, rest: &str| {
                format!("postgres://{role}:{PASSWORD}@{host}:{port}/postgres?{rest}")
            };
            let roots = ["".to_owned(), format!("&sslrootcert={}", FILES.path("ca.crt"))];
            for root in &roots {
                for mode in MODES {
                    let url = url("localhost", &format!("sslmode={mode}{root}"));
                    add(vec![("DATABASE_URL", url), ("DEBUG", "1".into())]);
                }
                // In production the settings module asks for `require`, whatever the URL says.
                add(vec![(
                    "DATABASE_URL",
                    url("localhost", &format!("sslmode=verify-full{root}")),
                )]);
            }
            // A local host gets `prefer`, another one `require`.
            for host in ["localhost", "127.0.0.2"] {
                add(vec![
                    ("DB_HOST", host.into()),
                    ("DB_PORT", port.to_string()),
                    ("DB_NAME", "postgres".into()),
                    ("DB_USER", role.to_string()),
                    ("DB_PASSWORD", PASSWORD.into()),
                ]);
            }
        }
    }
    cases
}

/// What core settled on, as psql takes it.
fn conninfo(resolution: &Value) -> String {
    let effective = resolution["effective"][0].as_object().expect("one connection");
    let quoted = effective
        .iter()
        .filter_map(|(keyword, value)| Some(format!("{keyword}='{}'", value.as_str()?)));
    let mut words: Vec<_> = quoted.collect();
    words.push(format!("password='{PASSWORD}'"));
    words.join(" ")
}

/// What is wrong with the answer to a case, if anything.
fn difference(case: &Case) -> Option<String> {
    let env: Vec<_> = case.env.iter().map(|(name, value)| (*name, &**value)).collect();
    let run = check(&env, &["--allow-cleartext"]);
    let json = run.json();
    let conninfo = conninfo(&json["resolution"]);
    let real = psql(&conninfo);
    let ours = json["connected"].as_bool()?.then(|| json["tls"].as_bool()).flatten();
    if ours != real {
        return Some(format!(
            "{} {conninfo}\n  psql {real:?}\n  ours {ours:?}\n{}",
            case.server, run.stdout
        ));
    }
    // The attempts that were made are the first of those that were announced.
    let ssl = &json["resolution"]["ssl"];
    let announced: Vec<_> = ssl["attempts"].as_array()?.iter().collect();
    let steps = json["steps"].as_array()?.iter();
    let begun = steps.filter(|it| it["step"] == "tcp" && it["status"] == "pass");
    let made: Vec<_> = begun.map(|it| &it["detail"]["attempt"]).collect();
    // A server without TLS is spoken to in plain text over the same connection.
    if !announced.starts_with(&made) {
        return Some(format!("{} {conninfo}: announced {announced:?}, made {made:?}", case.server));
    }
    let is_strict = matches!(ssl["mode"].as_str()?, "require" | "verify-ca" | "verify-full");
    if is_strict && real == Some(true) && ssl["verifies"] != json["verified"] {
        let (announced, verified) = (&ssl["verifies"], &json["verified"]);
        return Some(format!("{} {conninfo}: {announced} announced, {verified} done", case.server));
    }
    None
}

#[test]
fn psql_says_the_same_of_every_combination() {
    let cases = cases();
    assert!(cases.len() >= 150, "{} combinations", cases.len());
    let next = AtomicUsize::new(0);
    let differences = Mutex::new(Vec::new());
    // Both sides mostly wait for each other.
    thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| {
                while let Some(case) = cases.get(next.fetch_add(1, Ordering::Relaxed)) {
                    let found = difference(case);
                    differences.lock().expect("no panic").extend(found);
                }
            });
        }
    });
    let differences = differences.into_inner().expect("no panic");
    println!("{} of {} equal", cases.len() - differences.len(), cases.len());
    assert!(differences.is_empty(), "{}", differences.join("\n"));
}
