//! Each export, read back by the reader that it is for.

use alloc::string::{String, ToString};
use alloc::vec::Vec;

use super::testing::{said, written};
use super::*;
use crate::client::psql;
use crate::clients::libpq::Version;
use crate::machine::{Content, File, Machine};
use crate::syntax::dotenv;
use crate::syntax::passfile::find_password;
use crate::syntax::service_file::parse_service;
use crate::{Inputs, Question, resolve};

const HEROKU: &str = "postgres://u3xkq:p4ss%2Fw0rd@ec2-3-91-8-1.compute-1.amazonaws.com:5432/d8k1";

/// Configurations that are hard to write down.
const AWKWARD: &[&[(&str, &str)]] = &[
    &[("DATABASE_URL", HEROKU)],
    &[("DATABASE_URL", "postgres://u:p@[::1]:6543/db?application_name=a%26b%3D%23%25")],
    &[("DATABASE_URL", "postgres://u:%27%22%5C%24%60%20%0A%23@h/d%2Fb?sslmode=verify-full")],
    &[("DATABASE_URL", "postgres://u:p@/db?host=/cloudsql/p:r:i")],
    &[("DATABASE_URL", "postgres://u:p@/db?host=h1,h2&port=5432,5433")],
    &[("DATABASE_URL", "postgres://u@h/db?options=-c%20search_path%3Da,b&connect_timeout=5")],
    &[("DATABASE_URL", "postgres://h/db"), ("PGPASSWORD", "p"), ("PGHOSTADDR", "192.0.2.1")],
    &[("DB_HOST", "DB.Example.com"), ("DB_PASSWORD", "it's $5\\ `x` \"y\" #z"), ("DB_NAME", "é ü")],
    &[("DB_HOST", ""), ("DB_PASSWORD", ""), ("DB_USER", "~")],
    &[("DB_HOST", "/run/a b"), ("DB_PASSWORD", "${A}\r\n"), ("DB_PORT", " 05432")],
];

fn each(check: impl Fn(&Answer<'_>)) {
    for variables in AWKWARD {
        let inputs = Inputs::new(variables.iter().copied()).with_debug(false);
        check(&resolve(inputs));
    }
}

fn text(export: Export, answer: &Answer<'_>) -> String {
    export.write(answer).expect("something to export").reveal()
}

fn read_back_by_libpq(conninfo: &str) -> Vec<(&'static str, String)> {
    said(&resolve(Question::new(Inputs::url(conninfo)).with_client(&psql::CLIENT)))
}

#[test]
fn names_are_unique_and_words() {
    for export in Export::ALL {
        let name = export.name();
        assert!(name.bytes().all(|it| it.is_ascii_lowercase()), "{name}");
        assert_eq!(name.parse(), Ok(export));
        assert!(!export.title().is_empty() && !export.language().is_empty());
    }
}

#[test]
fn a_conninfo_and_a_url_say_the_same_to_libpq() {
    each(|answer| {
        for export in [Export::Conninfo, Export::Url] {
            let text = text(export, answer);
            let conninfo = text.strip_suffix('\n').expect("a line end");
            assert_eq!(read_back_by_libpq(conninfo), said(answer), "{conninfo}");
        }
    });
}

#[test]
fn a_dotenv_file_says_the_same_to_django() {
    for export in [Export::Dotenv, Export::Fields, Export::Server] {
        each(|answer| {
            let text = text(export, answer);
            let dotenv = dotenv::parse(&text);
            assert!(dotenv.unreadable.is_empty(), "{text}");
            let variables =
                dotenv.bindings.iter().map(|it| (it.name, it.value.as_deref().unwrap()));
            let there = Inputs::new(variables).with_debug(false);
            let there = said(&resolve(there));
            for (keyword, ours) in said(answer) {
                let theirs = there.iter().find(|it| it.0 == keyword).map(|it| it.1.to_lowercase());
                let is_same = theirs == Some(ours.to_lowercase());
                let is_commented = text.contains(&alloc::format!("OPTIONS['{keyword}'] ="));
                let is_for_a_shell = text.contains("# for a shell;");
                assert!(
                    is_same != is_commented || is_for_a_shell,
                    "{keyword}: {ours:?} in\n{text}"
                );
            }
        });
    }
}

#[test]
fn a_service_file_holds_all_but_the_password() {
    each(|answer| {
        let text = text(Export::Service, answer);
        let label = text.lines().find_map(|it| it.strip_prefix('[')?.strip_suffix(']'));
        let read = parse_service(&text, label.unwrap(), &Version::default()).unwrap().unwrap();
        let read: Vec<_> = read.iter().map(|it| (it.keyword, it.value.text)).collect();
        let expected = said(answer).into_iter().filter(|it| it.0 != "password");
        let expected: Vec<_> = expected.collect();
        assert_eq!(read, expected.iter().map(|it| (it.0, &*it.1)).collect::<Vec<_>>(), "{text}");
    });
}

#[test]
fn a_password_file_gives_the_password_away_to_its_host_alone() {
    let url = "postgres://a%3Ab:%5C%3A%23x@[::1]:6543/*";
    let lines = written(Export::Pgpass, &[("DATABASE_URL", url)]);
    let password = |place| find_password(&lines, place).map(|it| it.password);
    assert_eq!(password(["::1", "6543", "*", "a:b"]).as_deref(), Some("\\:#x"));
    assert_eq!(password(["::1", "6543", "shop", "a:b"]), None);
    let hosts = "postgres://u:p@/db?host=h1,/tmp&port=5432,5433";
    let lines = written(Export::Pgpass, &[("DATABASE_URL", hosts)]);
    let lines: Vec<_> = lines.lines().skip(1).collect();
    assert_eq!(lines, ["h1:5432:db:u:p", "/tmp:5433:db:u:p", "localhost:5433:db:u:p"]);
}

#[test]
fn a_secret_is_masked_whole_and_its_length_and_kind_too() {
    let masked = |export: Export, password: &str| {
        let variables = [("DB_HOST", "db.example.com"), ("DB_PASSWORD", password)];
        let inputs = Inputs::new(variables).with_debug(false);
        export.write(&resolve(inputs)).unwrap().to_string()
    };
    for export in Export::ALL {
        let plain = masked(export, "correct-horse");
        assert!(!plain.contains("horse"), "{plain}");
        for awkward in ["it's", "a b", "\\", "${A}", "~", "x\ty", "é", "'\"\\"] {
            assert_eq!(masked(export, awkward), plain, "{awkward}");
        }
    }
}

#[test]
fn what_does_not_work_is_not_exported() {
    let write = |export: Export, url| export.write(&resolve(Inputs::url(url)));
    for export in Export::ALL.into_iter().filter(|it| *it != Export::Settings) {
        assert_eq!(write(export, "postgres://u:p#q@h/db"), Err(NoExport::Refused));
        assert_eq!(write(export, "mysql://u:p@h/db"), Err(NoExport::NotPostgresql));
    }
    assert!(write(Export::Settings, "postgres://u:p#q@h/db").is_ok());
}

#[test]
fn what_a_provider_is_known_for_is_heeded() {
    let pool = "postgres://u:p@x.db.ondigitalocean.com:25061/shop?sslmode=require";
    let settings = written(Export::Settings, &[("DATABASE_URL", pool)]);
    assert!(
        settings.contains("    database['DISABLE_SERVER_SIDE_CURSORS'] = True\n"),
        "{settings}"
    );
    let settings = written(Export::Settings, &[("DATABASE_URL", "postgres://u:p@h/db")]);
    assert!(!settings.contains("CURSORS"), "{settings}");
    let inside = [("DATABASE_URL", "postgres://u:p@postgres.railway.internal:5432/railway")];
    let note = "# The host is known in ";
    assert!(written(Export::Heroku, &inside).contains(note));
    assert!(!written(Export::Dotenv, &inside).contains(note));
}

#[test]
fn what_a_file_of_this_machine_says_is_said() {
    let file = |path, text| File { path, content: Content::Text(text) };
    let machine = Machine {
        service_file: Some("/s"),
        passfile: Some("/p"),
        files: alloc::vec![
            file("/s", "[shop]\nhost=db.example.com\nuser=app\ndbname=shop"),
            file("/p", "*:*:*:*:correct-horse"),
        ],
        ..Machine::default()
    };
    let inputs = Inputs::url("postgres:///?service=shop").with_debug(true).on(machine);
    let conninfo = text(Export::Conninfo, &resolve(inputs));
    let expected = "host=db.example.com port=5432 dbname=shop user=app password=correct-horse \
                    sslmode=prefer\n";
    assert_eq!(conninfo, expected);
}

#[test]
fn a_mode_that_was_lost_is_mentioned() {
    let url = "postgres://u:p@h/db?sslmode=verify-full";
    let text = written(Export::Dotenv, &[("DATABASE_URL", url)]);
    let note =
        "# sslmode=verify-full is asked for, and `ssl_require=not DEBUG` makes require of it.";
    assert!(text.contains(note), "{text}");
}

#[test]
fn a_role_that_may_do_everything_is_replaced() {
    for (url, role) in [
        ("postgres://doadmin:p@x.db.ondigitalocean.com:25060/shop", "shop_app"),
        ("postgres://postgres:p@h/shop", "shop_app"),
        ("postgres://postgres.abc:p@aws-0-x.pooler.supabase.com/shop", "shop_app"),
        ("postgres://app.abc:p@aws-0-x.pooler.supabase.com/shop", "app"),
        ("postgres://app.abc:p@h/shop", "app.abc"),
    ] {
        let sql = written(Export::Role, &[("DATABASE_URL", url)]);
        assert!(sql.contains(&alloc::format!("CREATE ROLE \"{role}\" LOGIN")), "{sql}");
        assert_eq!(sql.contains("PASSWORD 'p'"), role != "shop_app", "{sql}");
    }
    let url = "postgres://a%22b:it%27s%5C@h/My%20Shop?currentSchema=app,public";
    let sql = written(Export::Role, &[("DATABASE_URL", url)]);
    for statement in [
        r#"CREATE ROLE "a""b" LOGIN PASSWORD E'it''s\\';"#,
        r#"GRANT CONNECT ON DATABASE "My Shop" TO "a""b";"#,
        r#"GRANT USAGE, CREATE ON SCHEMA "app" TO "a""b";"#,
    ] {
        assert!(sql.lines().any(|it| it == statement), "{statement} in\n{sql}");
    }
}
