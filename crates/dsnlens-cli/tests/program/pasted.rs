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
        format!("dsnlens: {path}: read as a docker-compose file; `web` is used"),
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

/// What is printed for a file that gives no answer.
#[track_caller]
fn refused(name: &str, text: &str) -> String {
    let path = file(name, text);
    let run = run(&["resolve", "--env-file", &path]);
    assert_eq!((run.code, &*run.stdout), (Some(2), ""), "{text}");
    run.stderr.replace(&path, name)
}

#[test]
fn a_text_that_is_not_recognized_has_no_answer() {
    let text = "Please use\n postgres://app:hunter2@db.example.com/shop\nand set DB_PASSWORD.\n";
    assert_eq!(
        refused("mail.txt", text),
        "dsnlens: mail.txt: not recognized, so there is no answer\n\
         dsnlens: mail.txt:2: a database URL: postgres://app:********@db.example.com/shop; \
         `dsnlens resolve -` reads it\n\
         dsnlens: mail.txt:3: names DB_PASSWORD, but its value was not found\n"
    );
    let error = refused("error.txt", "FATAL:  password authentication failed for user \"app\"\n");
    assert!(error.contains("an error message (authentication-failed)"), "{error}");
    for (name, text) in [
        ("module.py", "import os\nfrom a import b\nDEBUG = False\nX = [1]\n"),
        ("some.ini", "[database]\nhost = db\nuser = app\n"),
        ("words.txt", "one = two\nsome other text\n"),
        ("railway.json", "{\"build\": {\"builder\": \"NIXPACKS\"}}"),
        ("images.yaml", "services:\n  web:\n    image: x\n    ports: [80]\n"),
    ] {
        let said = refused(name, text);
        assert_eq!(said, format!("dsnlens: {name}: not recognized, so there is no answer\n"));
    }
}

#[test]
fn a_value_that_is_elsewhere_is_unknown() {
    let text = "services:\n  - name: shop\n    envVars:\n      - key: DATABASE_URL\n        \
                fromDatabase: {name: shop-db, property: connectionString}\n";
    let run = run(&["resolve", "--env-file", &file("render.yaml", text)]);
    let why = "DATABASE_URL comes from Render's database shop-db (connectionString)";
    assert!(run.stdout.contains(why), "{}", run.stdout);
    assert!(!run.stdout.contains("election_cart"), "{}", run.stdout);
    let only_debug = refused("some.env", "some text\nDEBUG=1\n");
    assert!(only_debug.contains("no value for a database"), "{only_debug}");
}

#[test]
fn a_clean_file_without_variables_is_one() {
    for text in ["SECRET_KEY=x\n", "# nothing\n", "", "DEBUG=1\n"] {
        let path = file("no-variables.env", text);
        let run = run(&["resolve", "--env-file", &path, "--format", "json"]);
        assert!(run.stdout.contains("nothing-set"), "{text}: {}", run.stderr);
        let said = "None of the variables that `settings.py` reads is set";
        assert!(run.stdout.contains(said), "{text}: {}", run.stdout);
    }
}

#[test]
fn a_name_in_small_letters_is_named_and_its_value_is_hidden() {
    let password = "Kx7vQ2mBz";
    for (name, meant, value) in [
        ("database_url", "DATABASE_URL", format!("postgres://u:{password}@h/d")),
        ("Database_Url", "DATABASE_URL", format!("postgres://u:{password}@h/d")),
        ("db_password", "DB_PASSWORD", password.into()),
        ("postgres_password", "DB_PASSWORD", password.into()),
    ] {
        let path = file("small.env", format!("{name}={value}\n"));
        for format in ["text", "json", "sarif", "github"] {
            let run = run(&["resolve", "--env-file", &path, "--format", format]);
            let said = format!("`{name}` is not read: settings.py reads {meant}");
            let all = format!("{}{}", run.stdout, run.stderr);
            let line = all.split_whitespace().collect::<Vec<_>>().join(" ");
            assert!(line.contains(&said), "{format}: {all}");
            assert!(line.contains(&format!("Rename {name} to {meant}")), "{format}: {all}");
            let mut pieces = password.as_bytes().windows(4).map(|it| str::from_utf8(it).unwrap());
            assert!(!pieces.any(|it| all.contains(it)), "{format}: {all}");
        }
    }
}

#[test]
fn several_lines_of_standard_input_are_a_file() {
    let text = "services:\n  web:\n    environment:\n      DB_HOST: db\n";
    let args = ["resolve", "-", "--format", "json", "--fail-on", "never"];
    let read = run_on(&args, text.as_bytes());
    assert_eq!(url(&read), "db");
    assert!(read.stderr.contains("standard input: read as a docker-compose file; `web` is used"));
}

#[test]
fn the_files_of_a_compose_service_are_read() {
    drop(file("of-web.env", "DB_HOST=of-the-file\nDB_NAME=shop\n"));
    let text = "services:\n  web:\n    env_file: of-web.env\n    environment: {DB_NAME: other}\n";
    let run = run(&["resolve", "--env-file", &file("with-file.yaml", text), "--format", "json"]);
    assert_eq!(run.json()["settings"]["HOST"], "of-the-file");
    assert_eq!(run.json()["settings"]["NAME"], "other");
}
