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
        "  verification  none: any server with any certificate will do",
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
        " | DATABASE_URL=postgresql://postgres:********#********host/db",
        " |                                            ^",
        "    DATABASE_URL=postgresql://postgres:********@host/db",
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

#[cfg(all(feature = "native", unix))]
#[test]
fn a_root_certificate_of_this_machine_is_mentioned() {
    let home = directory().join("home-with-root");
    std::fs::create_dir_all(home.join(".postgresql")).unwrap();
    std::fs::write(home.join(".postgresql/root.crt"), "").unwrap();
    let env = [("HOME", home.to_str().unwrap())];
    let run = run_in(&env, &["resolve", "postgres://app:hunter2@h/db"]);
    run.prints(&[
        "On this machine",
        "  ~/.postgresql/root.crt exists: here require is as strict as verify-ca, and",
    ]);
    let run = run_in(&env, &["resolve", "postgres://app:hunter2@h/db?sslrootcert=/ca"]);
    assert!(!run.stdout.contains("On this machine"));
}

#[test]
fn json_is_one_line_with_its_keys_in_order() {
    let run = run(&["resolve", "postgres://app:hunter2@h/db", "--format", "json"]);
    assert_eq!(run.stdout.matches('\n').count(), 1);
    let json = run.json();
    let keys: Vec<_> = json.as_object().unwrap().keys().take(3).collect();
    assert_eq!(keys, ["schemaVersion", "mode", "settings"]);
    let settings: Vec<_> = json["settings"].as_object().unwrap().keys().take(3).collect();
    assert_eq!(settings, ["NAME", "USER", "PASSWORD"]);
}

#[test]
fn psql_reads_the_same_url_differently() {
    let url = "postgres://app:hun@ter2@h/db";
    let run = run(&["resolve", "--client", "libpq", url]);
    assert!(run.stdout.starts_with("DATABASE_URL · read by libpq alone\n"), "{}", run.stdout);
    assert!(!run.stdout.contains("CONN_MAX_AGE") && !run.stdout.contains("ter2"), "{}", run.stdout);
}

#[test]
fn an_option_that_libpq_does_not_know_is_its_own_error() {
    let run = run(&["resolve", "postgres://app:hunter2@h/db?pgbouncer=true"]);
    let error = "  ProgrammingError: invalid connection option \"pgbouncer\"\n";
    assert!(run.stdout.contains(error), "{}", run.stdout);
}
