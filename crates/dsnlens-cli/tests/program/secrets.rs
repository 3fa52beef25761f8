//! No password, nor a piece or the length of one, in anything that is printed unasked.

use dsnlens_core::CLIENTS;

use super::*;

/// URLs that people paste, with the pieces that nobody must see.
const URLS: [(&str, &[&str]); 23] = [
    ("postgres://app:hunter2@db.example.com/shop", &["hunter2"]),
    ("postgres://app:hunter2@db.example.com/shop?sslmode=verify-full", &["hunter2"]),
    ("postgres://app:hun%74er2@localhost:5432/shop", &["hunter2", "hun%74"]),
    ("postgresql://postgres:Xy9$mK2#pL8@qR4&host/db", &["Xy9", "mK2", "pL8", "qR4"]),
    ("postgres://u:5432/prod@h:5432/db", &["prod"]),
    ("postgres://u:123/prod#live@h:5432/db", &["prod", "live", "123"]),
    ("postgres://u:[pw]@h/db", &["[pw", "pw]"]),
    ("postgres://u:hun[ter@h/db", &["hun", "ter@"]),
    ("'postgres://u:s3cr3t@h/db'", &["s3cr3t"]),
    ("DATABASE_URL=\"postgres://u:s3cr3t@h/db\"", &["s3cr3t"]),
    ("user:s3cr3t@h/db", &["s3cr3t"]),
    ("postgress://u:s3cr3t@h/db", &["s3cr3t"]),
    ("postgres:/u:s3cr3t@h/db", &["s3cr3t"]),
    ("postgres://u:hunter2?x@h/db", &["hunter2"]),
    ("postgres://u:hun?ter=2@h/db", &["hun", "ter=", "'ter"]),
    ("postgres://u@h/db?password=s3cr3t&sslmode=verify-full", &["=s3cr3t", "'s3cr3t'"]),
    ("postgres://u:s3cr3t@h", &["s3cr3t"]),
    ("mysql://u:s3cr3t@h/db", &["s3cr3t"]),
    ("postgres://app:s3cr3t/db", &["s3cr3t"]),
    ("postgres://app:s3cr3t#x", &["s3cr3t"]),
    ("postgres://u@h/db;password=s3cr3t", &["s3cr3t"]),
    ("host=h password=s3cr3t dbname=x", &["s3cr3t"]),
    ("app:s3cr3t", &["s3cr3t"]),
];

#[track_caller]
fn check(run: &Run, pieces: &[&str], what: &[&str]) {
    for piece in pieces {
        let is_silent = !run.stdout.contains(piece) && !run.stderr.contains(piece);
        assert!(is_silent, "{piece} of {what:?}:\n{}{}", run.stdout, run.stderr);
    }
}

#[test]
fn no_piece_of_a_password_is_printed() {
    for (url, pieces) in URLS {
        for format in ["text", "json"] {
            for debug in ["true", "false"] {
                for version in ["2.1.0", "3.1.2"] {
                    let args = [
                        "resolve",
                        url,
                        "--format",
                        format,
                        "--debug",
                        debug,
                        "--dj-database-url",
                        version,
                    ];
                    check(&run(&args), pieces, &args);
                }
            }
        }
        check(&run_in(&[("DATABASE_URL", url)], &["resolve"]), pieces, &[url]);
        for format in ["text", "json"] {
            let args = ["compare", "--format", format, url];
            check(&run(&args), pieces, &args);
        }
        for client in CLIENTS {
            let args = ["resolve", "--client", client.name, url];
            check(&run(&args), pieces, &args);
        }
        check(&run_on(&["resolve", "-"], url.as_bytes()), pieces, &[url]);
        let case = serde_json::json!({ "env": { "DATABASE_URL": url, "PGPASSWORD": "hunter3" } });
        let case = case.to_string();
        check(&run_on(&["resolve", "--jsonl"], case.as_bytes()), pieces, &[url]);
        check(&run_on(&["resolve", "--jsonl"], case.as_bytes()), &["hunter3"], &[url]);
    }
}

#[test]
fn no_variable_gives_its_password_away() {
    let env = [("DB_HOST", "h"), ("DB_PASSWORD", "hunter2"), ("PGPASSWORD", "hunter3")];
    let url = [("DATABASE_URL", "postgres://u@h/db?sslmode=verify-full")];
    for env in [&env[..], &[&env[..], &url[..]].concat()] {
        for format in ["text", "json"] {
            let args = ["resolve", "--format", format];
            check(&run_in(env, &args), &["hunter2", "hunter3"], &args);
        }
    }
}

#[test]
fn no_export_gives_a_password_away() {
    for (url, pieces) in URLS {
        for export in dsnlens_core::render::Export::ALL {
            let args = ["export", export.name(), url];
            // Rails' own word.
            let own = if export.name() == "rails" { "production" } else { "" };
            let pieces: Vec<_> = pieces.iter().copied().filter(|it| !own.contains(it)).collect();
            check(&run(&args), &pieces, &args);
        }
    }
}

#[test]
fn a_command_line_gone_wrong_gives_nothing_away() {
    for args in [
        &["postgres://u:hunter2@h/db"][..],
        &["resolve", "postgres://u:", "hunter2@h/db"],
        &["resolve", "postgres://u:", "hunter2"],
        &["resolve", "--format", "postgres://u:hunter2@h/db"],
        &["resolve", "--env-file", "postgres://u:hunter2@h/db"],
        &["resolve", "--url=postgres://u:hunter2@h/db"],
        &["explain", "postgres://u:hunter2@h/db"],
        &["explain", "Hunter2"],
        &["export", "postgres://u:hunter2@h/db"],
        &["export", "dotenv", "postgres://u:", "hunter2@h/db"],
        &["export", "dotenv", "--users", "postgres://u:hunter2@h/db"],
    ] {
        let run = run(args);
        assert_eq!(run.code, Some(2));
        check(&run, &["unter2"], args);
    }
}

#[test]
fn the_length_of_a_password_does_not_show() {
    // That one can be guessed is said, and nothing of why.
    for passwords in [
        ["correct-horse", "correct-horse-battery-staple"],
        ["p", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"],
    ] {
        let texts = passwords.map(|password| {
            let url = format!("postgres://app:{password}@localhost/shop?sslmode=verify-full");
            run(&["resolve", &url]).stdout
        });
        assert_eq!(texts[0], texts[1]);
    }
}

#[test]
fn who_asks_for_secrets_gets_them() {
    let url = "postgres://app:hunter2@localhost/shop?sslmode=verify-full";
    let case = format!("{{\"env\":{{\"DATABASE_URL\":\"{url}\"}}}}");
    for run in [
        run(&["resolve", "--show-secrets", url]),
        run(&["resolve", "--show-secrets", "--format", "json", url]),
        run_on(&["resolve", "--show-secrets", "--jsonl"], case.as_bytes()),
    ] {
        assert!(
            run.stdout.contains("hunter2") && !run.stdout.contains("********"),
            "{}",
            run.stdout
        );
    }
}
