//! Every form in the shapes in which its tool or its documentation writes it.

use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec::Vec;

use super::*;
use crate::databases::Node;
use crate::ledger::{Origin, Value};
use crate::paste;
use crate::syntax::dotenv as dotenv_syntax;

const URL: &str = "postgres://app:s3cret@db.example.com:5432/shop?sslmode=require";

/// Reads a text, and checks what holds for each: spans, the `.env` form, and what `Debug` shows.
#[track_caller]
fn pasted(text: &str) -> Pasted<'_> {
    let pasted = read(text).unwrap_or_else(|| panic!("not recognised:\n{text}"));
    for it in &pasted.variables {
        assert!(text.get(it.span.start..it.span.end).is_some(), "{:?} in\n{text}", it.span);
        let value = it.value.as_ref().map(|it| &**it.reveal());
        assert_eq!(it.is_literal, value == Some(it.span.of(text)));
    }
    let written = pasted.dotenv();
    let again = dotenv_syntax::parse(written.reveal());
    for (name, value) in pasted.reveal() {
        let there = again.bindings.iter().rev().find(|it| it.name == name);
        let there = there.and_then(|it| it.value.as_deref());
        assert_eq!(there, Some(value), "{name} in\n{}", written.reveal());
    }
    let shown = format!("{pasted:?}");
    assert!(!shown.contains("s3cret"), "{shown}");
    pasted
}

#[track_caller]
fn check(form: Form, text: &str, expected: &[(&str, &str)]) {
    let pasted = pasted(text);
    assert_eq!(pasted.form, form, "{text}");
    let read: Vec<_> = pasted.reveal().collect();
    assert_eq!(read, expected, "{text}");
}

#[track_caller]
fn check_notes(text: &str, expected: &[(NoteKind, &str)]) {
    let pasted = pasted(text);
    let notes: Vec<_> = pasted.notes.iter().map(|it| (it.kind, &*it.text)).collect();
    assert_eq!(notes, expected, "{text}");
}

#[test]
fn a_url_is_one_whatever_is_around_it() {
    for text in [
        URL.to_string(),
        format!(" {URL}\n"),
        format!("'{URL}'"),
        format!("`{URL}`"),
        format!("<{URL}>"),
        format!("\"{URL}\","),
        format!("DATABASE_URL: {URL}"),
        format!("DATABASE_URL: \"{URL}\""),
        format!("{URL} # production"),
    ] {
        check(Form::Url, &text, &[("DATABASE_URL", URL)]);
        assert!(pasted(&text).get("DATABASE_URL").unwrap().is_literal);
    }
    let driver = "postgresql+psycopg2://app:s3cret@h/shop";
    check(Form::Url, driver, &[("DATABASE_URL", driver)]);
}

#[test]
fn what_is_being_typed_is_nothing_else() {
    for end in 0..=URL.len() {
        let form = read(&URL[..end]).map(|it| it.form);
        assert!(matches!(form, None | Some(Form::Url)), "{}", &URL[..end]);
    }
    for text in [
        "",
        " ",
        "=",
        "hello world",
        "host",
        "user=x",
        "a = b",
        "https://example.com/?a=b",
        "see postgres://app:s3cret@h/shop for more\nand this",
        "ValueError: Port could not be cast to integer value as 's3cret'",
        "Traceback (most recent call last):\n  File \"x.py\", line 1\n    x = 1\nKeyError: 'a'",
        "connection to server at \"h\" (10.0.0.1), port 5432 failed: FATAL:  x",
        "{\"a\": 1}",
        "{'ENGINE'}",
        "services:\n  web:\n    image: x\n",
        "name: x\nvalue: y\n",
        "SELECT 1;",
        "psql",
        "╔╗",
    ] {
        assert_eq!(read(text), None, "{text}");
    }
}

#[test]
fn dotenv_files_and_shells() {
    check(
        Form::Dotenv,
        &format!("# local\nDATABASE_URL={URL}\nexport DEBUG='1'\nSECRET_KEY=s3cret\n"),
        &[("DATABASE_URL", URL), ("DEBUG", "1")],
    );
    check(Form::Dotenv, &format!("DATABASE_URL={URL}"), &[("DATABASE_URL", URL)]);
    check(Form::Dotenv, &format!("export DATABASE_URL=\"{URL}\""), &[("DATABASE_URL", URL)]);
    // `heroku config --shell` and `railway variables --kv`
    check(
        Form::Dotenv,
        &format!("DATABASE_URL='{URL}'\nPGHOST=h\n"),
        &[("DATABASE_URL", URL), ("PGHOST", "h")],
    );
    let text = "DB_HOST=h\n=s3cret\nDB_NAME=x\n";
    check_notes(text, &[(NoteKind::Skipped, "python-dotenv cannot read this line and skips it")]);
    assert_eq!(pasted(text).notes[0].span.of(text), "=s3cret");
    assert_eq!(pasted(text).dotenv().reveal(), text);
}

#[test]
fn a_line_that_others_read_differently_is_named() {
    let starts = |text: &str| -> Vec<String> {
        let notes = &pasted(text).notes;
        notes.iter().map(|it| it.text.chars().take(24).collect()).collect()
    };
    assert_eq!(starts("DB_PASSWORD=plain"), Vec::<String>::new());
    assert_eq!(starts("export DB_HOST=h"), ["DB_HOST: `docker run --e"]);
    assert_eq!(starts("DB_HOST = h"), ["DB_HOST: a shell that so"]);
    assert_eq!(starts("DB_PASSWORD=a#s3cret"), ["DB_PASSWORD: Node's dote"]);
    assert_eq!(starts("DB_PASSWORD='a'"), ["DB_PASSWORD: `docker run"]);
    assert_eq!(starts("DB_PASSWORD=p$ss"), ["DB_PASSWORD: a shell and"]);
    assert_eq!(starts("DB_PASSWORD='p$ss'"), ["DB_PASSWORD: `docker run"]);
    assert_eq!(starts("DB_HOST=h # x"), ["DB_HOST: `docker run --e"]);
    assert_eq!(starts("DATABASE_URL=postgres://h/d?a=b&c=d"), ["DATABASE_URL: a shell th"]);
}

#[test]
fn powershell_cmd_and_fish() {
    check(
        Form::PowerShell,
        &format!("$env:DATABASE_URL = \"{URL}\"\n$Env:DEBUG='1'\n"),
        &[("DATABASE_URL", URL), ("DEBUG", "1")],
    );
    check(Form::PowerShell, "$env:DB_PASSWORD='it''s'", &[("DB_PASSWORD", "it's")]);
    check(Form::PowerShell, "$env:DB_PASSWORD=\"a`$b`\"c\"", &[("DB_PASSWORD", "a$b\"c")]);
    check(
        Form::Cmd,
        &format!("set DATABASE_URL={URL}\r\nset DEBUG=1\r\n"),
        &[("DATABASE_URL", URL), ("DEBUG", "1")],
    );
    check(Form::Cmd, &format!("SET \"DATABASE_URL={URL}\""), &[("DATABASE_URL", URL)]);
    check(Form::Cmd, &format!("setx DATABASE_URL \"{URL}\""), &[("DATABASE_URL", URL)]);
    check_notes(
        "set DB_HOST=\"h\"",
        &[(NoteKind::Read, "`set` keeps the quotes as a part of DB_HOST")],
    );
    check(Form::Fish, &format!("set -x DATABASE_URL '{URL}'"), &[("DATABASE_URL", URL)]);
    check(Form::Fish, &format!("set -gx DATABASE_URL {URL}; set x"), &[("DATABASE_URL", URL)]);
    check(Form::Fish, "set -Ux DB_PASSWORD 'it\\'s'", &[("DB_PASSWORD", "it's")]);
    check(Form::Fish, "set -x DB_HOST h\nset -x DB_NAME $x", &[("DB_HOST", "h")]);
}

#[test]
fn compose_files() {
    let file = format!(
        "version: '3.8'\n\nx-common: &common\n  DEBUG: \"1\"\n\nservices:\n  db:\n    image: postgres:16\n    \
         environment:\n      POSTGRES_PASSWORD: s3cret\n      POSTGRES_DB: shop\n    ports:\n      - \
         \"5432:5432\"\n  web:\n    build: .\n    command: python manage.py runserver\n    environment:\n      \
         <<: *common\n      DATABASE_URL: \"{URL}\" # it\n      DB_PORT: 5432\n      PGSSLMODE:\n    env_file: \
         .env\n    depends_on: [db]\n"
    );
    check(Form::Compose, &file, &[("DEBUG", "1"), ("DATABASE_URL", URL), ("DB_PORT", "5432")]);
    let pasted = pasted(&file);
    assert_eq!(pasted.part.as_deref(), Some("web"));
    assert_eq!(pasted.get("DATABASE_URL").unwrap().span.of(&file), URL);
    check_notes(
        &file,
        &[
            (NoteKind::Unknown, "the service has an env_file, too, which is not looked at"),
            (NoteKind::Unknown, "PGSSLMODE comes from the shell that runs compose"),
            (
                NoteKind::Skipped,
                "the POSTGRES_* variables of db set up a server: an application does not read them",
            ),
        ],
    );

    let list = format!(
        "services:\n  app:\n    environment:\n    - DATABASE_URL={URL}\n    - \"DEBUG=1\"\n    - PGUSER\n"
    );
    check(Form::Compose, &list, &[("DATABASE_URL", URL), ("DEBUG", "1")]);
    let piece = "environment:\n  - DB_HOST=db\n  - DB_PASSWORD=${DB_PASSWORD:-s3cret}\n";
    check(Form::Compose, piece, &[("DB_HOST", "db"), ("DB_PASSWORD", "${DB_PASSWORD:-s3cret}")]);
    assert_eq!(pasted_note(piece), "DB_PASSWORD is known in part: compose fills in DB_PASSWORD");
    check(
        Form::Compose,
        "      - DB_HOST=db\n      - DB_NAME=shop\n",
        &[("DB_HOST", "db"), ("DB_NAME", "shop")],
    );
    check(
        Form::Compose,
        "DB_HOST: db\nDB_PASSWORD: 'it''s'\n",
        &[("DB_HOST", "db"), ("DB_PASSWORD", "it's")],
    );
    check(
        Form::Compose,
        "environment: {DB_HOST: db, DB_PORT: \"5432\"}",
        &[("DB_HOST", "db"), ("DB_PORT", "5432")],
    );
    check(
        Form::Compose,
        "environment: [DB_HOST=db, 'DB_PORT=1']",
        &[("DB_HOST", "db"), ("DB_PORT", "1")],
    );
    let server = "services:\n  db:\n    environment:\n      POSTGRES_PASSWORD: s3cret\n";
    check(Form::Compose, server, &[]);
    // What compose fills in.
    let file = "services:\n  web:\n    environment:\n      DB_PASSWORD: \"s3cret$$a\"\n      DB_USER: $WHO\n      DB_NAME: x$who\n      DB_HOST: ${HOST:-db}\nWHO=app\n";
    check(
        Form::Compose,
        file,
        &[
            ("DB_PASSWORD", "s3cret$a"),
            ("DB_USER", "app"),
            ("DB_NAME", "x$who"),
            ("DB_HOST", "${HOST:-db}"),
        ],
    );
    let filled = super::read(file).unwrap();
    let holes =
        |name: &str| filled.get(name).unwrap().holes.iter().map(|it| it.span).collect::<Vec<_>>();
    assert_eq!(
        (holes("DB_USER"), holes("DB_NAME"), holes("DB_HOST")),
        (alloc::vec![], alloc::vec![Span::new(1, 5)], alloc::vec![Span::new(0, 11)],)
    );
    let dollars: Vec<_> = filled.facts.dollars.iter().map(|it| &*it.variable).collect();
    assert_eq!(dollars, ["DB_NAME"]);
}

#[track_caller]
fn pasted_note(text: &str) -> String {
    pasted(text).notes.first().unwrap().text.to_string()
}

#[test]
fn kubernetes_manifests() {
    let pod = format!(
        "apiVersion: v1\nkind: Pod\nmetadata:\n  name: shop\nspec:\n  containers:\n  - name: web\n    image: \
         shop:1\n    env:\n    - name: DATABASE_URL\n      value: \"{URL}\"\n    - name: DB_PASSWORD\n      \
         valueFrom:\n        secretKeyRef:\n          name: db\n          key: password\n"
    );
    check(Form::Kubernetes, &pod, &[("DATABASE_URL", URL)]);
    assert_eq!(pasted(&pod).part.as_deref(), Some("web"));
    check_notes(&pod, &[(NoteKind::Unknown, "DB_PASSWORD comes from the Secret `db`")]);
    check(Form::Kubernetes, "env:\n  - name: DB_HOST\n    value: db\n", &[("DB_HOST", "db")]);
    check(
        Form::Kubernetes,
        "- name: DB_HOST\n  value: db\n- name: DB_PORT\n  value: \"1\"\n",
        &[("DB_HOST", "db"), ("DB_PORT", "1")],
    );
    let config = "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: shop-env\ndata:\n  DB_HOST: db\n  DB_NAME: shop\n";
    check(Form::Kubernetes, config, &[("DB_HOST", "db"), ("DB_NAME", "shop")]);
    assert_eq!(pasted(config).part.as_deref(), Some("shop-env"));
    let secret = "kind: Secret\ndata:\n  DB_PASSWORD: czNjcmV0Cg==\n  DB_USER: YXBw\nstringData:\n  DB_HOST: db\n";
    check(
        Form::Kubernetes,
        secret,
        &[("DB_PASSWORD", "s3cret\n"), ("DB_USER", "app"), ("DB_HOST", "db")],
    );
    let ordered = "env:\n  - name: PW\n    value: s3cret\n  - name: DATABASE_URL\n    value: postgres://u:$(PW)@$(H)/$$(D)$(NOWHERE)\n  - name: H\n    value: h\n";
    check(
        Form::Kubernetes,
        ordered,
        &[("DATABASE_URL", "postgres://u:s3cret@$(H)/$(D)$(NOWHERE)")],
    );
    let left = pasted(ordered).facts.unexpanded;
    let left: Vec<_> = left.iter().map(|it| (&*it.name, it.is_below)).collect();
    assert_eq!(left, [("H", true), ("NOWHERE", false)]);
    let with_secret = "kind: Secret\nmetadata: {name: s}\nstringData: {pw: s3cret}\n---\nkind: Pod\nspec:\n  containers:\n  - env:\n    - name: DB_PASSWORD\n      valueFrom: {secretKeyRef: {name: s, key: pw}}\n";
    check(Form::Kubernetes, with_secret, &[("DB_PASSWORD", "s3cret")]);
    check(
        Form::Kubernetes,
        &format!("{config}---\n{secret}"),
        &[("DB_NAME", "shop"), ("DB_PASSWORD", "s3cret\n"), ("DB_USER", "app"), ("DB_HOST", "db")],
    );
}

#[test]
fn tools_that_set_variables() {
    for command in ["heroku config:set", "heroku config:set -a shop", "fly secrets set"] {
        let text = format!("{command} DATABASE_URL={URL} DEBUG=1\n");
        check(Form::Shell, &text, &[("DATABASE_URL", URL), ("DEBUG", "1")]);
    }
}

#[test]
fn a_job_without_steps() {
    let text = format!(
        "jobs:\n  test:\n    runs-on: ubuntu-latest\n    env:\n      DATABASE_URL: {URL}\n"
    );
    check(Form::Workflow, &text, &[("DATABASE_URL", URL)]);
}

#[test]
fn heroku_and_railway() {
    let heroku = format!("=== shop Config Vars\n\nDATABASE_URL: {URL}\nDEBUG:        1\n");
    check(Form::Heroku, &heroku, &[("DATABASE_URL", URL), ("DEBUG", "1")]);
    assert_eq!(pasted(&heroku).part.as_deref(), Some("shop"));
    let heroku = format!("=== ⬢ shop Config Vars\nDATABASE_URL: {URL}\n");
    assert_eq!(pasted(&heroku).part.as_deref(), Some("shop"));
    let railway = "\
╔═══════════ Variables for Postgres ═══════════╗
║ DATABASE_URL │ postgresql://postgres:s3cret@ ║
║              │ postgres.railway.internal:543 ║
║              │ 2/railway                     ║
║──────────────────────────────────────────────║
║ PGPORT       │ 5432                          ║
╚══════════════════════════════════════════════╝
";
    check(
        Form::Railway,
        railway,
        &[
            ("DATABASE_URL", "postgresql://postgres:s3cret@postgres.railway.internal:5432/railway"),
            ("PGPORT", "5432"),
        ],
    );
    assert_eq!(pasted(railway).part.as_deref(), Some("Postgres"));
    assert!(!pasted(railway).get("DATABASE_URL").unwrap().is_literal);
    assert!(pasted(railway).get("PGPORT").unwrap().is_literal);
}

#[test]
fn json_objects() {
    let json =
        format!("{{\n  \"DATABASE_URL\": \"{URL}\",\n  \"DB_PORT\": 5432, \"DEBUG\": true\n}}\n");
    check(Form::Json, &json, &[("DATABASE_URL", URL), ("DB_PORT", "5432"), ("DEBUG", "true")]);
    check(
        Form::Json,
        r#"{"DB_PASSWORD": "a\"\u0062\/", "DB_NAME": {}}"#,
        &[("DB_PASSWORD", "a\"b/")],
    );
}

#[test]
fn psql_command_lines() {
    check(Form::Psql, &format!("psql '{URL}'"), &[("DATABASE_URL", URL)]);
    check(
        Form::Psql,
        "psql postgres://app@h/shop -c 'select 1'",
        &[("DATABASE_URL", "postgres://app@h/shop")],
    );
    check(
        Form::Psql,
        "$ psql -h h -p 5433 -U app -d shop",
        &[("DATABASE_URL", "postgresql://app@h:5433/shop")],
    );
    check(
        Form::Psql,
        "PGPASSWORD=s3cret psql -hh -U app --port=5433 shop",
        &[("PGPASSWORD", "s3cret"), ("DATABASE_URL", "postgresql://app@h:5433/shop")],
    );
    check(
        Form::Psql,
        "psql \"host=h dbname=shop user=app password='s3cret word'\"",
        &[("DATABASE_URL", "postgresql://app:s3cret%20word@h/shop")],
    );
    check(
        Form::Psql,
        "psql \\\n  --host h \\\n  shop app",
        &[("DATABASE_URL", "postgresql://app@h/shop")],
    );
    let text = format!("PGSSLMODE=require psql \"{URL}\"");
    assert!(pasted(&text).get("DATABASE_URL").unwrap().is_literal);
}

#[test]
fn libpqs_pairs() {
    check(
        Form::Conninfo,
        "host=h port=5433 dbname=shop user=app password=s3cret sslmode=require",
        &[("DATABASE_URL", "postgresql://app:s3cret@h:5433/shop?sslmode=require")],
    );
    check(
        Form::Conninfo,
        "host=/var/run/postgresql dbname=shop",
        &[("DATABASE_URL", "postgresql:///shop?host=/var/run/postgresql")],
    );
    check(
        Form::Conninfo,
        "host=a,b port=1,2 dbname='my shop'",
        &[("DATABASE_URL", "postgresql:///my%20shop?host=a,b&port=1,2")],
    );
}

#[test]
fn djangos_databases() {
    let settings = "\
import os

DATABASES = {
    # the one
    'default': {
        'ENGINE': 'django.db.backends.postgresql',
        'NAME': 'shop',
        'USER': \"app\",
        'PASSWORD': os.environ['DB_PASSWORD'],
        'HOST': 'h',
        'PORT': 5433,
        'CONN_MAX_AGE': 600,
        'OPTIONS': {'sslmode': 'require', 'pool': True},
    },
}
X = {'a': 1}
";
    check(Form::Django, settings, &[]);
    let databases = pasted(settings).databases.unwrap();
    let Node::Dict(default) = &databases.aliases.get("default").unwrap().value else { panic!() };
    let found = |key: &str| {
        let entry = default.get(key).unwrap();
        match entry.origin {
            Origin::Settings { place, .. } => {
                (place.line, place.span.of(settings), entry.value.to_value())
            }
            _ => panic!("{:?}", entry.origin),
        }
    };
    assert_eq!(found("NAME"), (7, "shop", Value::Str("shop".into())));
    assert_eq!(found("PORT"), (11, "5433", Value::Int(5433)));
    let why = "PASSWORD is read from the variable DB_PASSWORD".into();
    assert_eq!(found("PASSWORD"), (9, "os.environ['DB_PASSWORD']", Value::Unknown { why }));
    let options = found("OPTIONS").2;
    assert_eq!(options.to_string(), "{sslmode: require, pool: True}");

    let inner = "'ENGINE': 'django.contrib.gis.db.backends.postgis', 'NAME': 'shop', 'PASSWORD': 's3' 'cret'";
    for text in [String::from(inner), format!("{{{inner}}}"), format!("'replica': {{{inner}}}")] {
        let databases = pasted(&text).databases.unwrap();
        let Node::Dict(it) = &databases.aliases.get("default").unwrap().value else { panic!() };
        assert_eq!(it.get("PASSWORD").unwrap().value.to_value().as_str(), Some("s3cret"), "{text}");
    }
    // What takes more than reading is unknown.
    for text in [
        "DATABASES = databases()",
        "DATABASES = {'default': {'ENGINE': 'x'}}\nDATABASES['default']['HOST'] = 'h'\n",
        "if A:\n    DATABASES = {}\nelse:\n    DATABASES = {}\n",
        "DATABASES = {**BASE}",
    ] {
        let databases = pasted(text).databases.unwrap();
        assert!(databases.aliases.more.is_some() && databases.aliases.entries.is_empty(), "{text}");
    }
    assert!(paste::read("# DATABASES = {}\nX = 1").is_none_or(|it| it.databases.is_none()));

    let call = format!(
        "DATABASES = {{'default': dj_database_url.config(default='{URL}', ssl_require=True)}}"
    );
    check(Form::Django, &call, &[("DATABASE_URL", URL)]);
    assert!(pasted(&call).get("DATABASE_URL").unwrap().is_literal);
    check(Form::Django, &format!("dj_database_url.parse(\"{URL}\")"), &[("DATABASE_URL", URL)]);
    let config = pasted("dj_database_url.config(conn_max_age=600)");
    assert_eq!(
        config.variables[0].holes[0].why,
        "DATABASE_URL comes from the application's environment"
    );
    let parse = format!("dj_database_url.parse('{URL}', ssl_require=True, conn_max_age=60)");
    let expected = paste::Call { ssl_require: true, conn_max_age: 60, ..Default::default() };
    assert_eq!(pasted(&parse).call, Some(expected));
    let unclear = format!("dj_database_url.parse('{URL}', ssl_require=not DEBUG)");
    assert!(pasted(&unclear).get("DATABASE_URL").is_none() && pasted(&unclear).call.is_none());
}

#[test]
fn jdbc_urls() {
    check(
        Form::Jdbc,
        "jdbc:postgresql://h:5433/shop?user=app&password=s3cret&ssl=true",
        &[("DATABASE_URL", "postgresql://app:s3cret@h:5433/shop?sslmode=verify-full")],
    );
    check(
        Form::Jdbc,
        "spring.datasource.url=jdbc:postgresql://h/shop?connectTimeout=5",
        &[("DATABASE_URL", "postgresql://h/shop?connect_timeout=5")],
    );
    check_notes(
        "jdbc:postgresql://app:s3cret@h/shop?prepareThreshold=0",
        &[
            (
                NoteKind::Lost,
                "JDBC reads no user and password in front of the host: they are left out",
            ),
            (NoteKind::Lost, "prepareThreshold is an option of JDBC's alone and is left out"),
        ],
    );
}

#[test]
fn aws_secrets() {
    let secret = r#"{"username":"app","password":"s3cret","engine":"postgres","host":"h","port":5432,"dbname":"shop"}"#;
    let url = "postgresql://app:s3cret@h:5432/shop";
    check(Form::AwsSecret, secret, &[("DATABASE_URL", url)]);
    let spaced =
        "\n{\n  \"password\": \"s3cret/x\",\n  \"username\": \"app\",\n  \"host\": \"h\"\n}\n";
    check(Form::AwsSecret, spaced, &[("DATABASE_URL", "postgresql://app:s3cret%2Fx@h/")]);
    let managed = r#"{"username":"app","password":"s3cret"}"#;
    check(Form::AwsSecret, managed, &[]);
    assert!(pasted_note(managed).contains("and no host"));
    let mysql = secret.replace("\"postgres\"", "\"mysql\"");
    check(Form::AwsSecret, &mysql, &[("DATABASE_URL", "mysql://app:s3cret@h:5432/shop")]);
}

#[test]
fn json_with_variables_inside() {
    let ecs = format!(
        r#"{{"containerDefinitions":[{{"name":"x","environment":[{{"name":"A","value":"1"}}]}},
        {{"name":"web","environment":[{{"name":"DATABASE_URL","value":"{URL}"}}],
        "secrets":[{{"name":"DB_PASSWORD","valueFrom":"arn:x"}}]}}]}}"#
    );
    check(Form::Json, &ecs, &[("DATABASE_URL", URL)]);
    assert_eq!(pasted(&ecs).part.as_deref(), Some("web"));
    assert_eq!(pasted_note(&ecs), "DB_PASSWORD comes from a secret store");
    let app = format!(r#"{{"name":"shop","env":{{"DATABASE_URL":{{"value":"{URL}"}}}}}}"#);
    check(Form::Json, &app, &[("DATABASE_URL", URL)]);
    let described = r#"{"env":{"DATABASE_URL":{"description":"x"}}}"#;
    check(Form::Json, described, &[]);
    let launch = format!(r#"{{"configurations":[{{"env":{{"DATABASE_URL":"{URL}"}}}}]}}"#);
    check(Form::Json, &launch, &[("DATABASE_URL", URL)]);
    let list = format!(r#"[{{"name":"DATABASE_URL","value":"{URL}"}}]"#);
    check(Form::Json, &list, &[("DATABASE_URL", URL)]);
    let secret = r#"{"apiVersion":"v1","kind":"Secret","data":{"DB_USER":"YXBw"}}"#;
    check(Form::Kubernetes, secret, &[("DB_USER", "app")]);
}

#[test]
fn what_heroku_prints_of_credentials() {
    let text = format!(
        "Connection information for default credential.\nConnection info string:\n   \"dbname=shop \
         password=s3cret\"\nConnection URL:\n   {URL}\n"
    );
    check(Form::HerokuCredentials, &text, &[("DATABASE_URL", URL)]);
}

#[test]
fn blueprints_of_render() {
    let text = "services:\n  - type: worker\n    envVars:\n      - fromGroup: x\n  - type: web\n    name: shop\n    envVars:\n      - key: DB_NAME\n        value: shop\n      - key: DB_HOST\n        fromDatabase: {name: shop-db, property: host}\n      - key: DB_PASSWORD\n        sync: false\n";
    check(Form::Render, text, &[("DB_NAME", "shop")]);
    assert_eq!(pasted(text).part.as_deref(), Some("shop"));
    check_notes(
        text,
        &[
            (NoteKind::Unknown, "DB_HOST comes from Render's database `shop-db` (host)"),
            (NoteKind::Unknown, "DB_PASSWORD is set in Render's dashboard (`sync: false`)"),
        ],
    );
}

#[test]
fn workflows_of_github() {
    let text = "on: push\nenv:\n  DB_NAME: shop\njobs:\n  lint:\n    steps:\n      - run: x\n  test:\n    runs-on: x\n    services:\n      pg:\n        image: postgres:16\n        env:\n          POSTGRES_PASSWORD: s3cret\n        ports: [\"5433:5432\"]\n    steps:\n      - uses: x\n      - run: x\n        env:\n          DATABASE_URL: postgres://u:${{ secrets.PW }}@localhost/${{ env.DB_NAME }}\n";
    check(
        Form::Workflow,
        text,
        &[("DB_NAME", "shop"), ("DATABASE_URL", "postgres://u:${{ secrets.PW }}@localhost/shop")],
    );
    let pasted = pasted(text);
    assert_eq!(pasted.part.as_deref(), Some("test, step 2"));
    let facts = &pasted.facts;
    assert_eq!(facts.network, Some(crate::file_facts::Network::Host));
    assert_eq!(facts.services[0].names, ["pg"]);
    assert_eq!(facts.services[0].ports, [(Some(5433), 5432)]);
    assert_eq!(facts.services[0].postgres.as_deref(), Some("postgres:16"));
    check_notes(
        text,
        &[(
            NoteKind::Unknown,
            "DATABASE_URL is known in part: PW comes from the repository's secrets",
        )],
    );
}

#[test]
fn pipelines_of_gitlab() {
    let text = "variables:\n  POSTGRES_DB: shop\n  POSTGRES_PASSWORD: s3cret\n  DATABASE_URL: \"postgres://app:$POSTGRES_PASSWORD@pg/$POSTGRES_DB\"\ntest:\n  services:\n    - name: postgres:16\n      alias: pg\n  script:\n    - x\n";
    let pasted = pasted(text);
    assert_eq!(pasted.form, Form::Gitlab);
    let url = pasted.reveal().find(|it| it.0 == "DATABASE_URL");
    assert_eq!(url.unwrap().1, "postgres://app:s3cret@pg/shop");
    assert_eq!(pasted.facts.services[0].names, ["pg", "postgres"]);
}

#[test]
fn app_specifications_of_digitalocean() {
    check(
        Form::DigitalOcean,
        &format!(
            "name: shop\nenvs:\n- key: DEBUG\n  value: \"False\"\nservices:\n- name: web\n  envs:\n  - key: \
             DATABASE_URL\n    scope: RUN_TIME\n    value: {URL}\n"
        ),
        &[("DEBUG", "False"), ("DATABASE_URL", URL)],
    );
    let text = "name: shop\nservices:\n- name: web\n  envs:\n  - key: DATABASE_URL\n    value: \
                ${db.DATABASE_URL}\n  - key: DB_PASSWORD\n    type: SECRET\n    value: EV[1:abc:def]\n";
    check_notes(
        text,
        &[
            (
                NoteKind::Unknown,
                "DATABASE_URL is known in part: App Platform fills in db.DATABASE_URL",
            ),
            (NoteKind::Unknown, "DB_PASSWORD is a secret that App Platform encrypted"),
        ],
    );
}

#[test]
fn pipelines_of_azure() {
    check(
        Form::Azure,
        &format!(
            "pool:\n  vmImage: ubuntu-latest\nvariables:\n  DATABASE_URL: {URL}\nsteps:\n- script: \
             python manage.py test\n  env:\n    DEBUG: \"False\"\n"
        ),
        &[("DATABASE_URL", URL), ("DEBUG", "False")],
    );
    let text = "pool:\n  vmImage: ubuntu-latest\nvariables:\n- name: db.host\n  value: db.example.com\n\
                - group: secrets\nsteps:\n- bash: ./test.sh\n  env:\n    DB_HOST: $(db.host)\n    \
                DB_PASSWORD: $(dbPassword)\n";
    let pasted = pasted(text);
    assert_eq!(pasted.form, Form::Azure);
    assert_eq!(
        pasted.get("DB_HOST").map(|it| &**it.value.as_ref().unwrap().reveal()),
        Some("db.example.com")
    );
    let holes = &pasted.variables.iter().find(|it| it.name == "DB_PASSWORD").unwrap().holes;
    assert_eq!(holes[0].why, "Azure Pipelines fills in dbPassword");
    // A workflow of GitHub has steps as well.
    let workflow = "jobs:\n  test:\n    runs-on: ubuntu-latest\n    env:\n      DB_HOST: db\n    steps:\n      - run: x\n";
    assert_eq!(read(workflow).map(|it| it.form), Some(Form::Workflow));
}

#[test]
fn programs_of_supervisord() {
    check(
        Form::Supervisor,
        &format!(
            "[supervisord]\nenvironment=DEBUG=\"0\"\n\n[program:web]\ncommand=gunicorn shop.wsgi\n\
             environment=DJANGO_SETTINGS_MODULE=\"shop.settings\",DATABASE_URL=\"{URL}\",\n    \
             DB_NAME='shop'\nautostart=true\n"
        ),
        &[("DEBUG", "0"), ("DATABASE_URL", URL), ("DB_NAME", "shop")],
    );
    let text = "[program:web]\nenvironment=DATABASE_URL=\"postgres://app:%%40s3cret@%(ENV_DB_HOST)s/shop\"\n";
    let pasted = pasted(text);
    let url = pasted.get("DATABASE_URL").unwrap();
    assert_eq!(
        **url.value.as_ref().unwrap().reveal(),
        *"postgres://app:%40s3cret@%(ENV_DB_HOST)s/shop"
    );
    assert_eq!(url.holes[0].why, "supervisord fills in ENV_DB_HOST");
    check_notes(
        "[program:web]\nenvironment=DATABASE_URL=postgres://app:s3cret%40@db/shop\n",
        &[
            (
                NoteKind::Dialect,
                "supervisord refuses the value of DATABASE_URL: a value with other marks than \
                 `/.+-():` needs quotes",
            ),
            (NoteKind::Dialect, "supervisord refuses a single `%` in DATABASE_URL: write `%%`"),
        ],
    );
}

#[test]
fn what_is_around_a_url_in_a_sentence_is_no_part_of_it() {
    let text = "It is `postgres://a:b@h/d`, or (postgres://a:b@h/e). Set \"DATABASE_URL=postgres://a:b@h/f\".";
    let found: Vec<_> = urls(text).map(|it| it.of(text)).collect();
    assert_eq!(found, ["postgres://a:b@h/d", "postgres://a:b@h/e", "postgres://a:b@h/f"]);
}

#[test]
fn what_may_be_set_elsewhere_has_no_default() {
    for text in [
        "kind: ConfigMap\ndata:\n  DB_HOST: db.example.com\n  DB_NAME: shop\n",
        "app = \"shop\"\n[env]\n  DB_HOST = \"db.example.com\"\n  DB_NAME = \"shop\"\n",
    ] {
        let pasted = pasted(text);
        let open: Vec<_> =
            pasted.variables.iter().filter(|it| !it.holes.is_empty()).map(|it| &*it.name).collect();
        assert_eq!(open, ["DB_USER", "DB_PASSWORD"], "{text}");
    }
    let text = "- copy:\n    content: |\n      DATABASE_URL={{ database_url }}\n";
    assert!(read(text).is_none_or(|it| it.get("DATABASE_URL").is_none()), "{text}");
    let found: Vec<_> = urls("url: postgres://app:{{ .Values.pw }}@db/shop x")
        .map(|it| it.of("url: postgres://app:{{ .Values.pw }}@db/shop x"))
        .collect();
    assert_eq!(found, ["postgres://app:{{ .Values.pw }}@db/shop"]);
}

#[test]
fn docker_command_lines() {
    for text in [
        format!("docker run -d --name web -e DATABASE_URL='{URL}' -e X=1 img"),
        format!("sudo docker run --rm \\\n  -e \"DATABASE_URL={URL}\" \\\n  img"),
        format!(
            "docker network create n\ndocker run -e POSTGRES_X=1 x\ndocker compose run --env=DATABASE_URL={URL} web"
        ),
        format!("podman exec -eDATABASE_URL={URL} web sh"),
    ] {
        check(Form::Docker, &text, &[("DATABASE_URL", URL)]);
        assert!(pasted(&text).get("DATABASE_URL").unwrap().is_literal, "{text}");
    }
    check(Form::Docker, "docker run -e DB_HOST=h -e DB_NAME img", &[("DB_HOST", "h")]);
    let text = "docker run -e DATABASE_URL=\"postgres://u:$PW@h/d\" img";
    assert_eq!(pasted_note(text), "DATABASE_URL is known in part: the shell fills in PW");
}

#[test]
fn scripts_dockerfiles_procfiles_and_units() {
    let script = format!(
        "#!/bin/sh\nset -eu\n# don't\nexport DEBUG=1 DATABASE_URL='{URL}'\nif [ -n \"$X\" ]; then\n  echo 1\nfi\n./manage.py migrate\n"
    );
    check(Form::Shell, &script, &[("DEBUG", "1"), ("DATABASE_URL", URL)]);
    let command = "DB_HOST=h python manage.py check";
    assert!(matches!(read(command), None | Some(Pasted { form: Form::Dotenv, .. })));
    check(
        Form::Dockerfile,
        &format!("FROM x\nENV A=1 \\\n  DATABASE_URL={URL}\nENV DB_HOST h\nRUN DB_NAME=x y\n"),
        &[("DATABASE_URL", URL), ("DB_HOST", "h")],
    );
    check(Form::Procfile, "release: x\nweb: DB_HOST=h gunicorn x\n", &[("DB_HOST", "h")]);
    let unit =
        "[Service]\nEnvironment=\"DB_PASSWORD=s3cret%%40\" DB_HOST=h\nEnvironment=DB_NAME=a%n\n";
    check(
        Form::Systemd,
        unit,
        &[("DB_PASSWORD", "s3cret%40"), ("DB_HOST", "h"), ("DB_NAME", "a%n")],
    );
}

#[test]
fn toml_and_terraform() {
    check(
        Form::Toml,
        &format!(
            "app = \"x\"\n[env]\n  DATABASE_URL = \"{URL}\"\n  DB_PORT = 5432 # x\n[x]\nDB_HOST = 'h'\n"
        ),
        &[("DATABASE_URL", URL), ("DB_PORT", "5432")],
    );
    check(
        Form::Terraform,
        &format!(
            "environment = [\n  {{ name = \"A\", value = \"1\" }},\n  {{\n    name  = \"DATABASE_URL\"\n    value = \"{URL}\"\n  }}\n]\n"
        ),
        &[("DATABASE_URL", URL)],
    );
    let text = "set {\n  name = \"DB_HOST\"\n  value = var.host\n}\nset {\n name = \"DB_NAME\"\n value = \"x${var.y}\"\n}\n";
    check(Form::Terraform, text, &[("DB_NAME", "x${var.y}")]);
}

#[test]
fn code() {
    for text in [
        format!("import os\nos.environ['DATABASE_URL'] = \"{URL}\"\n"),
        format!("os.environ.setdefault(\n    \"DATABASE_URL\", \"{URL}\")\nx()\n"),
        format!("import os\nos.environ.update({{\"DATABASE_URL\": \"{URL}\"}})\nx(y)\n"),
        format!("def x(monkeypatch):\n    monkeypatch.setenv('DATABASE_URL', '{URL}')\n"),
        format!("process.env.DATABASE_URL = '{URL}';\nrun(x);\n"),
        format!("import os\nos.environ[\"DATABASE_URL\"] = (\n    \"{URL}\"\n)\n"),
    ] {
        check(Form::Python, &text, &[("DATABASE_URL", URL)]);
    }
    let text = "import os\nos.environ['DB_HOST'] = get('h')\nos.environ['DB_NAME'] = 'x'\n\nx()\n";
    check(Form::Python, text, &[("DB_NAME", "x")]);
    check(
        Form::Code,
        &format!("const pool = new Pool({{ connectionString: \"{URL}\" }});\n"),
        &[("DATABASE_URL", URL)],
    );
    check(Form::Code, "datasource db {\n  url = env(\"DATABASE_URL\")\n}\n", &[]);
    check(Form::Code, "e = create_engine(f\"postgresql://{u}:{p}@h/d\")\n", &[]);
    for text in [
        "a(\"postgres://u:s3cret@a/d\")\nb(\"postgres://u:s3cret@b/d\")\n",
        "ValueError: cannot parse('postgres://u:s3cret@a/d')\n",
        "we use 'postgres://u:s3cret@a/d' here\n",
    ] {
        assert_eq!(read(text), None, "{text}");
    }
}

#[test]
fn what_is_found_in_a_text_without_a_form() {
    let text =
        "see \"postgres://a@h/d\" or <mysql://b@h/d>, postgres://a@h/d; set DB_HOST or DEBUG\n";
    let found = unrecognized(text);
    let urls: Vec<_> = found.urls.iter().map(|it| it.of(text)).collect();
    assert_eq!(urls, ["postgres://a@h/d", "mysql://b@h/d"]);
    let names: Vec<_> = found.names.iter().map(|it| it.of(text)).collect();
    assert_eq!(names, ["DB_HOST"]);
    assert!(is_dotenv("A=1\n# x\nexport B='2'\n"));
    assert!(!is_dotenv("A\n") && !is_dotenv("a.b = 1\n") && !is_dotenv("import os\nA=1\n"));
}

#[test]
fn of_two_with_one_name_the_last_counts() {
    check(Form::Dotenv, "DB_HOST=a\nDB_HOST=b\nDB_NAME=x\nDB_NAME\n", &[("DB_HOST", "b")]);
}

#[test]
fn the_order_is_the_registry() {
    let mut names: Vec<_> = Form::ALL.iter().map(|it| it.name()).collect();
    names.sort_unstable();
    names.dedup();
    assert_eq!(names.len(), Form::ALL.len());
}

#[test]
fn a_prisma_schema_has_one_url() {
    let schema = |url: &str| {
        alloc::format!("datasource db {{\n  provider = \"postgresql\"\n  url      = {url}\n}}\n")
    };
    check(Form::Prisma, &schema(&alloc::format!("\"{URL}\"")), &[("DATABASE_URL", URL)]);
    let from_environment = schema("env(\"POSTGRES_URL\")");
    let pasted = read(&from_environment).unwrap();
    assert_eq!((pasted.form, pasted.get("DATABASE_URL")), (Form::Prisma, None));
    let why = &pasted.variables[0].holes[0].why;
    assert_eq!(why, "DATABASE_URL comes from the environment variable POSTGRES_URL");
    let mysql = "datasource db {\n  provider = \"mysql\"\n  url = \"mysql://u@h/d\"\n}\n";
    assert!(read(mysql).is_none_or(|it| it.form != Form::Prisma));
}

#[test]
fn a_database_yml_has_a_url_for_each_environment() {
    let text = alloc::format!(
        "default: &default\n  adapter: postgresql\ndevelopment:\n  <<: *default\n  url: postgres://localhost/dev\n\
         production:\n  <<: *default\n  url: {URL}\ntest:\n  url: <%= ENV['TEST_URL'] %>\n"
    );
    check(Form::DatabaseYml, &text, &[("DATABASE_URL", URL)]);
    let parts = read_parts(&text, &|_| None);
    let parts: Vec<_> = parts.iter().map(|it| it.part.as_deref().unwrap()).collect();
    assert_eq!(parts, ["production", "development", "test"]);
}

#[test]
fn each_part_of_a_text_is_read() {
    let parts = |text: &str| -> Vec<(String, Option<String>)> {
        let read = read_parts(text, &|_| None);
        let part = |it: &Pasted<'_>| {
            let url =
                it.get("DATABASE_URL").map(|it| it.value.as_ref().unwrap().reveal().to_string());
            (it.part.clone().unwrap_or_default().into_owned(), url)
        };
        read.iter().map(part).collect()
    };
    let both = |one: &str, other: &str| {
        let part = |name: &str, url: &str| (String::from(name), Some(String::from(url)));
        alloc::vec![part(one, "postgres://a@h/d"), part(other, "postgres://b@h/d")]
    };
    let compose = "services:\n  web:\n    environment:\n      DATABASE_URL: postgres://a@h/d\n  \
         worker:\n    environment:\n      - DATABASE_URL=postgres://b@h/d\n  db:\n    image: postgres\n";
    assert_eq!(parts(compose), both("web", "worker"));
    let manifest = "kind: Deployment\nspec:\n  containers:\n    - name: web\n      env:\n        \
         - name: DATABASE_URL\n          value: postgres://a@h/d\n    - name: job\n      env:\n        \
         - name: DATABASE_URL\n          value: postgres://b@h/d\n";
    assert_eq!(parts(manifest), both("web", "job"));
    let workflow = "jobs:\n  test:\n    runs-on: x\n    env:\n      DATABASE_URL: postgres://a@h/d\n    \
         steps:\n      - run: x\n        env:\n          DATABASE_URL: postgres://b@h/d\n";
    assert_eq!(parts(workflow), both("test", "test, step 1"));
    let render = "services:\n  - name: web\n    envVars:\n      - key: DATABASE_URL\n        \
         value: postgres://a@h/d\n  - name: job\n    envVars:\n      - key: DATABASE_URL\n        \
         value: postgres://b@h/d\n";
    assert_eq!(parts(render), both("web", "job"));
    // The first is what is read where one is asked for.
    for text in [compose, manifest, render] {
        assert_eq!(read(text).unwrap().variables, read_parts(text, &|_| None)[0].variables);
    }
}

#[test]
fn a_line_that_no_reader_of_yaml_takes_is_found() {
    let broken = |text: &str| -> Vec<String> {
        broken_yaml(text).iter().map(|it| it.of(text).into()).collect()
    };
    assert_eq!(broken("a: 1\nb:\n  - c\n  d: 'e'\n"), [""; 0]);
    assert_eq!(broken("a:\n\tb: 1\n"), ["\tb: 1"]);
    assert_eq!(broken("a: \"b\nc: 1\n"), ["\"b"]);
    assert_eq!(broken("nonsense\na: 1\n"), ["nonsense"]);
    assert_eq!(broken("a: [1, 2\nb: 3\n"), ["[1, 2"]);
    assert_eq!(broken("a: b: c\n"), ["b: c"]);
    assert_eq!(broken("a: text\n  b: 1\n"), [" 1"]);
    assert_eq!(broken("a: |\n  text\n\n  {{ more }}\nnonsense\n"), [""; 0]);
}
