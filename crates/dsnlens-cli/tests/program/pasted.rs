//! `--env-file` with a file that is no `.env` file.

use super::*;

#[track_caller]
fn url(run: &Run) -> String {
    run.json()["settings"]["HOST"].as_str().unwrap().into()
}

#[test]
fn the_variables_of_a_compose_file_are_read() {
    let path = file(
        "compose.yaml",
        "services:\n  db:\n    environment:\n      POSTGRES_PASSWORD: hunter3\n  web:\n    environment:\n      \
         DATABASE_URL: postgres://app:hunter2@db/shop\n      DEBUG: \"true\"\n",
    );
    let run = run(&["resolve", "--env-file", &path, "--format", "json"]);
    assert_eq!((&*url(&run), run.code), ("db", Some(0)));
    assert_eq!(run.json()["ssl"]["mode"], "prefer");
    let said = [
        format!("dsnlens: {path}: read as a docker-compose file, of which `web` counts"),
        format!(
            "dsnlens: {path}:3: the POSTGRES_* variables of db set up a server: an application does \
             not read them"
        ),
    ];
    assert_eq!(run.stderr.lines().collect::<Vec<_>>(), said);
    assert!(!run.stdout.contains("hunter2"));
}

#[test]
fn other_forms_are_read_too() {
    for (name, text, form) in [
        ("secret.yaml", "kind: Secret\nstringData:\n  DB_HOST: db\n", "a Kubernetes manifest"),
        ("heroku.txt", "=== a Config Vars\nDB_HOST: db\n", "the output of `heroku config`"),
        ("vars.json", "{\"DB_HOST\": \"db\"}", "a JSON object of variables"),
        ("psql.txt", "psql -h db -U app shop", "a psql command line"),
        ("dsn.txt", "host=db dbname=shop", "libpq's keyword=value pairs"),
        ("url.txt", "postgres://app@db/shop\n", "a URL"),
        ("vars.ps1", "$env:DB_HOST = 'db'\n", "PowerShell's assignments"),
        (
            "settings.py",
            "DATABASES = {'default': {'ENGINE': 'django.db.backends.postgresql', 'HOST': 'db'}}",
            "Django's DATABASES",
        ),
    ] {
        let path = file(name, text);
        let run = run(&["resolve", "--env-file", &path, "--format", "json", "--fail-on", "never"]);
        assert!(run.stderr.contains(&format!("{name}: read as {form}")), "{}", run.stderr);
        assert_eq!((&*url(&run), run.code), ("db", Some(0)), "{text}");
    }
}

#[test]
fn a_file_that_python_dotenv_reads_stays_one() {
    for (name, text) in [
        ("one.env", "DB_HOST=db\nenvironment:\n  DB_HOST: other\n"),
        ("two.env", "PGPASSWORD=x psql -h other\nDB_HOST=db\n"),
        ("three.env", "DB_HOST=db\nset DB_HOST=other\n"),
    ] {
        let path = file(name, text);
        let run = run(&["resolve", "--env-file", &path, "--format", "json", "--fail-on", "never"]);
        assert_eq!(url(&run), "db");
        assert!(!run.stderr.contains("read as"), "{}", run.stderr);
    }
}

#[test]
fn a_finding_in_a_compose_file_has_its_line() {
    let path = file(
        "line.yaml",
        "services:\n  web:\n    environment:\n      - DATABASE_URL=postgres://app:hun#ter2@h/shop\n",
    );
    let run = run(&["resolve", "--env-file", &path, "--format", "github"]);
    let place = "line=4,col=37,endColumn=45";
    assert!(run.stdout.contains(place), "{}", run.stdout);
}
