//! `dsnlens export`: the configuration in another form.

use super::*;

const URL: &str = "postgres://app:hun%20ter2@db.example.com/shop?sslmode=verify-full";

#[test]
fn a_form_is_printed_with_its_secrets_masked() {
    let run = run(&["export", "conninfo", URL]);
    let line =
        "host=db.example.com port=5432 dbname=shop user=app password=******** sslmode=require\n";
    assert_eq!((run.code, &*run.stdout), (Some(0), line));
    assert_eq!(run.stderr, "dsnlens: passwords are masked; --show-secrets writes them\n");
}

#[test]
fn who_asks_for_secrets_gets_what_can_be_pasted() {
    let run = run(&["export", "psql", "--show-secrets", URL]);
    let command =
        "PGPASSWORD='hun ter2' psql 'postgresql://app@db.example.com:5432/shop?sslmode=require'";
    assert_eq!((run.code, &*run.stderr), (Some(0), ""));
    run.prints(&[command]);
}

#[test]
fn the_variables_come_from_where_resolve_takes_them() {
    let path = file("export.env", "DB_HOST=db.example.com\nDB_PASSWORD='hunter2'\n");
    let url = "postgresql://postgres:hunter2@db.example.com:5432/election_cart\
               ?sslmode=require&connect_timeout=10\n";
    assert_eq!(run(&["export", "url", "--env-file", &path, "--show-secrets"]).stdout, url);
    let env = [("DB_HOST", "db.example.com"), ("DB_PASSWORD", "hunter2")];
    assert_eq!(run_in(&env, &["export", "url", "--show-secrets"]).stdout, url);
    let line = "postgresql://db.example.com:5432/shop?sslmode=prefer\n";
    let args = ["export", "url", "--debug", "true", "-"];
    assert_eq!(run_on(&args, b"postgres://db.example.com/shop\n").stdout, line);
    let args = ["export", "url", "--client", "psql", "host=db.example.com dbname=shop"];
    assert_eq!(run(&args).stdout, line);
}

#[test]
fn a_password_is_printed_byte_for_byte() {
    let env = [("DB_PASSWORD", "\u{1b}[31m\u{202e}")];
    let run = run_in(&env, &["export", "pg", "--show-secrets"]);
    run.prints(&["export PGPASSWORD='\u{1b}[31m\u{202e}'"]);
}

#[test]
fn what_does_not_work_is_not_exported() {
    let misread = run(&["export", "dotenv", "postgres://app:hun#ter2@h/db"]);
    assert_eq!((misread.code, &*misread.stdout), (Some(1), ""));
    assert!(misread.stderr.contains("Django does not start"), "{}", misread.stderr);
    let other = run(&["export", "dotenv", "mysql://app:hunter2@h/db"]);
    assert_eq!((other.code, &*other.stdout), (Some(1), ""));
}

#[test]
fn a_near_miss_is_suggested() {
    let run = run(&["export", "dotnev", URL]);
    assert_eq!(run.code, Some(2));
    assert!(run.stderr.contains("'dotenv'"), "{}", run.stderr);
}

#[test]
fn the_number_of_users_decides_how_long_connections_live() {
    let run = run(&["export", "settings", "--users", "5000", URL]);
    run.prints(&[
        "# For 5000 users: connections live for 60 s, with PgBouncer in front of the database.",
        "    database = dj_database_url.config(conn_max_age=60, conn_health_checks=True)",
    ]);
}
