//! The answer in text: what a person reads.

use super::*;

#[test]
fn an_sslmode_that_lost_is_shown_with_its_winner_and_its_bytes() {
    let run = run(&["resolve", "postgres://app:hunter2@db.example.com/shop?sslmode=verify-full"]);
    assert_eq!((run.code, &*run.stderr), (Some(1), ""));
    run.prints(&[
        "DATABASE_URL · DEBUG not set, so off · dj-database-url 2.1.0",
        "",
        "Effective settings",
        "  password            ********        DATABASE_URL",
        "  sslmode             require         recipe (ssl_require=not DEBUG)",
        "                                      over `verify-full` from DATABASE_URL",
        "SSL mode: require",
        "  encryption    always: without TLS there is no connection",
        "  verification  none: any certificate is accepted",
        "  attempts      TLS, and nothing else",
        " | DATABASE_URL=postgres://app:********@db.example.com/shop?sslmode=verify-full",
        " |                                                                  ^^^^^^^^^^^",
    ]);
}

#[test]
fn the_character_that_does_the_harm_is_pointed_at() {
    let run = run(&["resolve", "postgresql://postgres:Xy9$mK2#pL8@qR4&host/db"]);
    assert_eq!(run.code, Some(1));
    run.prints(&[
        "Django does not start: reading DATABASE_URL raises ValueError.",
        "  ValueError: Port could not be cast to integer value as '********'",
        " | DATABASE_URL=postgresql://postgres:********#********",
        " |                                            ^",
        "    DATABASE_URL=postgresql://postgres:********@********",
    ]);
}

#[test]
fn an_error_counts_although_no_rule_explains_it() {
    let run = run(&["resolve", "postgres://app:hunter2@h:x/db"]);
    assert_eq!(run.code, Some(1));
    run.prints(&["  ValueError: Port could not be cast to integer value as 'x'"]);
    assert!(run.stdout.contains("error that no rule explains") || run.stdout.contains("error["));
}

#[test]
fn a_fix_is_ready_to_paste_if_secrets_may_be_seen() {
    let url = "postgresql://postgres:Xy9$mK2#pL8@qR4&host/db";
    let run = run(&["resolve", "--show-secrets", url]);
    run.prints(&[
        "  ValueError: Port could not be cast to integer value as 'Xy9$mK2'",
        " | DATABASE_URL=postgresql://postgres:Xy9$mK2#pL8@qR4&host/db",
        " |                                           ^",
        "    DATABASE_URL=postgresql://postgres:Xy9%24mK2%23pL8%40qR4%26@host/db",
    ]);
}

#[test]
fn a_file_is_named_with_the_lines_that_matter() {
    let path = file("report.env", "DB_HOST=x\n\nDATABASE_URL=\nDB_PASSWORD='hunter2'\n");
    let run = run(&["resolve", "--env-file", &path]);
    run.prints(&[
        "Django starts without a database: DATABASE_URL is set but empty.",
        &format!("--> {path}:3"),
        " | DATABASE_URL=",
        " |              ^",
    ]);
}

#[test]
fn a_bare_password_variable_is_hidden_whole() {
    let env = [("DATABASE_URL", "postgres://u@h/db"), ("DB_PASSWORD", "a"), ("PGPASSWORD", "b")];
    let run = run_in(&env, &["resolve"]);
    run.prints(&["  password  ********  DB_PASSWORD: DATABASE_URL is set, so the settings module"]);
    run.prints(&[" | DB_PASSWORD=********", " |             ^^^^^^^^"]);
}

#[test]
fn nothing_hidden_reaches_the_terminal() {
    let url = "postgres://app:hunter2@h/s\u{1b}[2Jhop\u{202e}?sslmode=verify-full&application_name=a\u{a0}b";
    for args in [&["resolve", url][..], &["resolve", url, "--format", "json"]] {
        let run = run(args);
        let hidden = run.stdout.chars().find(|it| it.is_control() && *it != '\n');
        assert_eq!(hidden, None, "{}", run.stdout);
        assert!(!run.stdout.contains(['\u{202e}', '\u{a0}']));
    }
    run(&["resolve", url]).prints(&[
        " | ...s\\u{1b}[2Jhop\\u{202e}?sslmode=verify-full&application_name=a\\u{a0}b",
        " |                                  ^^^^^^^^^^^",
    ]);
}

#[test]
fn colours_are_for_terminals() {
    let url = "postgres://app:hunter2@h/db?sslmode=verify-full";
    assert!(!run(&["resolve", url]).stdout.contains('\u{1b}'));
    let forced = run_in(&[("CLICOLOR_FORCE", "1")], &["resolve", url]);
    assert!(forced.stdout.contains("\u{1b}["));
    let both = [("CLICOLOR_FORCE", "1"), ("NO_COLOR", "1")];
    assert!(!run_in(&both, &["resolve", url]).stdout.contains('\u{1b}'));
}

#[test]
fn prose_keeps_to_the_width() {
    let url = "postgres://app:hunter2@localhost/db?sslmode=verify-full";
    for columns in ["60", "80"] {
        let run = run_in(&[("COLUMNS", columns)], &["resolve", url]);
        let width: usize = columns.parse().unwrap();
        // Values and lines to paste stay whole.
        let prose = run.stdout.lines().filter(|it| !it.contains("postgres"));
        let widest = prose.max_by_key(|it| it.chars().count()).unwrap();
        assert!(widest.chars().count() <= width, "{widest}");
    }
}

#[test]
fn a_megabyte_is_reported_as_far_as_a_person_reads() {
    let url = format!("postgres://u:p@h/d?{}", "foo=1&".repeat(100_000));
    let run = run_on(&["resolve", "-"], url.as_bytes());
    run.prints(&[
        "  foo                 1         DATABASE_URL",
        "                                over `1` from DATABASE_URL",
        "                                and 99,991 more",
        " = note: 99,992 more places are not marked",
    ]);
    assert!(run.stdout.len() < 4_000, "{}", run.stdout);

    let names: String = (0..50_000).map(|nth| format!("&k{nth}={nth}")).collect();
    let run = run_on(&["resolve", "-"], format!("postgres://u:p@h/d?x=1{names}").as_bytes());
    run.prints(&["  k90       90        DATABASE_URL", "  and 49,910 more"]);
    assert!(run.stdout.len() < 8_000, "{}", run.stdout);

    let name = "d".repeat(100_000);
    let url = format!("postgres://u:p@h/d?application_name={name}&sslmode=");
    let run = run_on(&["resolve", "-"], url.as_bytes());
    let row = format!("  application_name    {}… (cut)", "d".repeat(2_000));
    run.prints(&[&row, "    DATABASE_URL: too long to show; `--format json` has it"]);
    assert!(run.stdout.len() < 10_000, "{}", run.stdout);
}

#[test]
fn how_many_marks_a_password_has_is_not_told() {
    let of = |length: usize| {
        let url = format!("postgres://u:{}@h/d", "%".repeat(length));
        run(&["resolve", &url]).stdout
    };
    assert!(of(40).contains(" = note: more places are not marked"));
    assert_eq!(of(40), of(4_000));
}

#[cfg(all(feature = "native", unix))]
mod on_this_machine {
    use super::*;
    use std::fs;
    use std::os::unix::fs::PermissionsExt;

    /// A home with a root certificate, a service and a password.
    fn home(name: &str) -> String {
        let home = directory().join(name);
        fs::create_dir_all(home.join(".postgresql")).unwrap();
        for (file, text) in [
            (".postgresql/root.crt", ""),
            (".pg_service.conf", "[shop]\nhost=db.example.com\ndbname=shop\n"),
            (".pgpass", "# hosts\n*:*:shop:app:hunter2\n"),
        ] {
            fs::write(home.join(file), text).unwrap();
            fs::set_permissions(home.join(file), fs::Permissions::from_mode(0o600)).unwrap();
        }
        home.to_str().unwrap().into()
    }

    const URL: &str = "postgres://app@/?service=shop&connect_timeout=10";

    #[test]
    fn the_environment_is_read_with_the_files_of_its_machine() {
        let home = home("home-with-files");
        let env = [("HOME", &*home), ("DATABASE_URL", URL)];
        let run = run_in(&env, &["resolve"]);
        run.prints(&[
            "Django would connect to db.example.com with TLS (sslmode=require), verifying who",
        ]);
        assert!(run.stdout.contains(&format!("{home}/.pg_service.conf:2\n")), "{}", run.stdout);
        assert!(run.stdout.contains(&format!("{home}/.pgpass:2\n")), "{}", run.stdout);
        assert!(!run.stdout.contains("hunter2"), "{}", run.stdout);
        let run = run_in(&env, &["resolve", "--format", "json"]);
        assert!(!run.stdout.contains("hunter2"), "{}", run.stdout);
        let (json, origin) = (run.json(), format!("{home}/.pg_service.conf"));
        assert_eq!(json["refusal"], serde_json::Value::Null);
        assert_eq!(json["effective"][0]["dbname"], "shop");
        let lines = json["ledger"].as_array().unwrap();
        let host = lines.iter().find(|it| it["value"] == "db.example.com").unwrap();
        let file = serde_json::json!({"type": "file", "path": origin, "line": 2});
        assert_eq!(host["origin"], file);
    }

    #[test]
    fn a_url_or_a_file_is_about_any_machine() {
        let home = home("home-of-nobody");
        let path = file("machine.env", format!("DATABASE_URL={URL}\n"));
        let cases = format!("{{\"env\":{{\"DATABASE_URL\":\"{URL}\"}}}}\n");
        let mut by_case = program(&["resolve", "--jsonl"]);
        let by_case = finish(by_case.env("HOME", &home), cases.as_bytes()).json();
        assert_eq!(by_case["refusal"]["message"], "definition of service \"shop\" not found");
        for args in [&["resolve", URL][..], &["resolve", "--env-file", &path]] {
            let args = [args, &["--format", "json"]].concat();
            assert_eq!(run_in(&[("HOME", &home)], &args).json(), by_case);
        }
    }

    #[test]
    fn a_verified_connection_needs_its_root_certificate() {
        let missing = directory().join("no-home/.postgresql/root.crt");
        let url = "postgres://app:hunter2@h/db?sslmode=verify-full";
        let env = [("DATABASE_URL", url), ("DEBUG", "1")];
        let run = run_in(&env, &["resolve", "--format", "json"]);
        let message = format!(
            "root certificate file \"{}\" does not exist\nEither provide the file, use the \
             system's trusted roots with sslrootcert=system, or change sslmode to disable server \
             certificate verification.",
            missing.display()
        );
        assert_eq!(run.json()["refusal"]["message"], message);
        assert_eq!(run.json()["refusal"]["stage"], "libpq");
    }

    #[test]
    fn a_password_file_for_everybody_to_read_is_named() {
        let home = home("home-with-exposed-passwords");
        let pass = format!("{home}/.pgpass");
        fs::set_permissions(&pass, fs::Permissions::from_mode(0o644)).unwrap();
        let env = [("HOME", &*home), ("DATABASE_URL", "postgres://app@h/shop")];
        let run = run_in(&env, &["resolve"]);
        run.prints(&["Ignored"]);
        assert!(run.stdout.contains("passfile"), "{}", run.stdout);
        assert!(run.stdout.contains("others may read this file"), "{}", run.stdout);
    }
}

#[test]
fn json_is_one_line_with_its_keys_in_order() {
    let run = run(&["resolve", "postgres://app:hunter2@h/db", "--format", "json"]);
    assert_eq!(run.stdout.matches('\n').count(), 1);
    let json = run.json();
    let keys: Vec<_> = json.as_object().unwrap().keys().take(3).collect();
    assert_eq!(keys, ["schemaVersion", "client", "mode"]);
    let settings: Vec<_> = json["settings"].as_object().unwrap().keys().take(3).collect();
    assert_eq!(settings, ["NAME", "USER", "PASSWORD"]);
}

#[test]
fn psql_reads_the_same_url_differently() {
    let url = "postgres://app:hun@ter2@h/db";
    let run = run(&["resolve", "--client", "psql", url]);
    assert!(
        run.stdout.starts_with("DATABASE_URL · read by psql, with libpq 15 to 18\n"),
        "{}",
        run.stdout
    );
    assert!(!run.stdout.contains("CONN_MAX_AGE") && !run.stdout.contains("ter2"), "{}", run.stdout);
}

#[test]
fn an_option_that_libpq_does_not_know_is_its_own_error() {
    let run = run(&["resolve", "postgres://app:hunter2@h/db?pgbouncer=true"]);
    let error = "  ProgrammingError: invalid connection option \"pgbouncer\"\n";
    assert!(run.stdout.contains(error), "{}", run.stdout);
}

#[test]
fn how_the_application_is_run_is_weighed() {
    let url = "postgres://app:hunter2@db.example.com/shop?connect_timeout=10";
    let load =
        ["--processes", "4", "--threads", "8", "--instances", "2", "--max-connections", "100"];
    let args = [&["resolve", url, "--users", "500"][..], &load].concat();
    run(&args).prints(&[
        "Connections",
        "  advice       conn_max_age=300 and a pooler, for 500 users",
        "  at most      64: 4 processes × 8 threads × 2 instances",
        "  in a deploy  128, old and new instances side by side",
        "  available    97: max_connections=100, less 3 that are reserved",
        "  Too many: fewer threads or instances, a pooler, or a larger database.",
    ]);
    assert!(!run(&["resolve", url]).stdout.contains("Connections\n"));
}
