//! The main job, as a person does it.

use crate::page::{Page, soon, soon_eq};

const RAILWAY: &str = "postgresql://postgres:pLaIn-hunter2@postgres.railway.internal:5432/railway";
const HEROKU: &str =
    "postgres://u1abc:hunter2secret@ec2-3-85-10-20.compute-1.amazonaws.com:5432/d4shop";
const DIGITALOCEAN: &str = "postgresql://doadmin:hunter2AVNS@db-nyc3-12345-do-user-987-0.b.db.ondigitalocean.com:25060/defaultdb?sslmode=require";

#[tokio::test]
async fn a_providers_url_is_explained() {
    for (url, host, port, database) in [
        (RAILWAY, "postgres.railway.internal", "5432", "railway"),
        (HEROKU, "ec2-3-85-10-20.compute-1.amazonaws.com", "5432", "d4shop"),
        (DIGITALOCEAN, "db-nyc3-12345-do-user-987-0.b.db.ondigitalocean.com", "25060", "defaultdb"),
    ] {
        let page = Page::open().await;
        page.write("DATABASE_URL", url).await;
        let expected = [host, "with TLS", "without verifying the certificate"];
        soon!(page.verdict().await, |it| expected.iter().all(|word| it.contains(word)));
        soon_eq!(page.setting("host").await.0, host);
        soon_eq!(page.setting("port").await.0, port);
        soon_eq!(page.setting("dbname").await.0, database);
        soon!(page.setting("password").await, |(password, origin)| {
            !password.contains("hunter2") && origin.contains("DATABASE_URL")
        });
        soon!(page.setting("sslmode").await, |(mode, origin)| {
            mode.starts_with("require") && origin.contains("ssl_require")
        });
        let findings = soon!(page.findings().await, |it| {
            it.iter().any(|(rule, _)| rule == "connect-timeout-unset")
        });
        assert!(findings.iter().all(|(_, severity)| severity != "error"), "{findings:?}");
        page.close().await;
    }
}

#[tokio::test]
async fn an_unescaped_password_is_pointed_at_and_fixed() {
    let page = Page::open().await;
    page.write("DATABASE_URL", "postgresql://postgres:Xy9$mK2#pL8@qR4&host/db").await;
    soon!(page.verdict().await, |it| it.contains("Django does not start"));
    let raised = "ValueError: Port could not be cast to integer value as";
    let body = soon!(page.text().await, |it| it.contains(raised));
    for piece in ["Xy9", "mK2", "pL8", "qR4"] {
        assert!(!body.contains(piece), "{piece} in {body}");
    }
    let expected = [("password-unescaped", "error"), ("password-in-error-text", "warning")];
    soon_eq!(page.findings().await, expected.map(|(rule, it)| (rule.to_owned(), it.to_owned())));
    page.press("button", "Apply fix").await;
    soon!(page.verdict().await, |it| it.contains("would connect to host"));
    let fixed = "postgresql://postgres:Xy9%24mK2%23pL8%40qR4%26@host/db";
    soon_eq!(page.value("DATABASE_URL").await, fixed);
    page.close().await;
}

#[tokio::test]
async fn debug_decides_about_tls() {
    let page = Page::open().await;
    page.press("[role=tab]", "Fields").await;
    page.write("DB_HOST", "db.example.com").await;
    page.write("DB_NAME", "shop").await;
    page.write("DB_USER", "shop_app").await;
    page.write("DB_PASSWORD", "hunter2").await;
    soon_eq!(page.setting("dbname").await, ("shop".into(), "DB_NAME".into()));
    soon!(page.setting("port").await, |it| it.1.contains("DB_PORT"));
    soon!(page.setting("sslmode").await, |it| it.0.starts_with("require"));
    page.press("[role=switch]", "DEBUG").await;
    soon!(page.setting("sslmode").await, |(mode, origin)| {
        mode.starts_with("prefer") && origin.contains("DEBUG")
    });
    soon!(page.verdict().await, |it| it.contains("in plain text otherwise"));
    page.close().await;
}

#[tokio::test]
async fn verify_full_is_seen_to_be_lost() {
    let page = Page::open().await;
    page.write("DATABASE_URL", "postgres://u:p@db.example.com/shop?sslmode=verify-full").await;
    soon_eq!(page.worst().await, ("sslmode-downgraded".into(), "error".into()));
    soon!(page.read("section, [role=region]", "SSL mode").await, |it| {
        it.contains("you are here") && it.contains("your URL asks for this")
    });
    soon!(page.setting("sslmode").await, |(mode, origin)| {
        mode.contains("require") && mode.contains("verify-full") && origin.contains("DATABASE_URL")
    });
    page.close().await;
}

#[tokio::test]
async fn a_version_changes_the_exception() {
    let page = Page::open().await;
    page.write("DATABASE_URL", "postgress://u:p@h/db").await;
    soon!(page.text().await, |it| it.contains("ValueError: No support for 'postgress'"));
    page.choose("dj-database-url", "3.1.2").await;
    soon!(page.text().await, |it| it.contains("UnknownSchemeError: Scheme 'postgress://'"));
    page.close().await;
}

#[tokio::test]
async fn a_dotenv_file_is_read() {
    let page = Page::open().await;
    page.press("[role=tab]", ".env").await;
    let file = "export DB_HOST='db.example.com' # the host\nDB_NAME=shop\n=broken\nDEBUG=True\n";
    page.write(".env", file).await;
    soon_eq!(page.setting("host").await.0, "db.example.com");
    soon!(page.setting("sslmode").await, |it| it.0.starts_with("prefer"));
    soon!(page.text().await, |it| it.contains("Line 3"));
    page.close().await;
}

#[tokio::test]
async fn an_empty_url_is_not_the_same_as_none() {
    let page = Page::open().await;
    soon_eq!(page.findings().await, [], "nothing typed is nothing wrong");
    page.press("button", "Empty URL").await;
    soon_eq!(page.worst().await, ("url-empty".into(), "error".into()));
    soon!(page.verdict().await, |it| it.contains("without a database"));
    page.close().await;
}
