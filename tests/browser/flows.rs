//! The main job, as a person does it.

use serde_json::json;

use crate::page::Page;

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
        let verdict = page.verdict().await;
        assert!(verdict.contains(host) && verdict.contains("with TLS"), "{verdict}");
        assert!(verdict.contains("without verifying the certificate"), "{verdict}");
        assert_eq!(page.setting("host").await.0, host);
        assert_eq!(page.setting("port").await.0, port);
        assert_eq!(page.setting("dbname").await.0, database);
        let (password, origin) = page.setting("password").await;
        assert!(!password.contains("hunter2") && origin.contains("DATABASE_URL"), "{password}");
        let (mode, origin) = page.setting("sslmode").await;
        assert!(mode.starts_with("require") && origin.contains("ssl_require"), "{mode} {origin}");
        let findings = page.findings().await;
        let rules: Vec<_> = findings.iter().map(|(rule, _)| rule.as_str()).collect();
        assert!(rules.contains(&"connect-timeout-unset"), "{rules:?}");
        assert!(findings.iter().all(|(_, severity)| severity != "error"), "{findings:?}");
        page.close().await;
    }
}

#[tokio::test]
async fn an_unescaped_password_is_pointed_at_and_fixed() {
    let page = Page::open().await;
    page.write("DATABASE_URL", "postgresql://postgres:Xy9$mK2#pL8@qR4&host/db").await;
    let verdict = page.verdict().await;
    assert!(verdict.contains("Django does not start"), "{verdict}");
    let body = page.run("return document.body.innerText", Vec::new()).await.to_string();
    assert!(body.contains("ValueError: Port could not be cast to integer value as"), "{body}");
    for piece in ["Xy9", "mK2", "pL8", "qR4"] {
        assert!(!body.contains(piece), "{piece} in {body}");
    }
    let expected = [("password-unescaped", "error"), ("password-in-error-text", "warning")];
    assert_eq!(page.findings().await, expected.map(|(rule, it)| (rule.to_owned(), it.to_owned())));
    page.press("button", "Apply fix").await;
    let verdict = page.verdict().await;
    assert!(verdict.contains("would connect to host"), "{verdict}");
    let url = page.run("return document.querySelector('textarea').value", Vec::new()).await;
    assert_eq!(url, json!("postgresql://postgres:Xy9%24mK2%23pL8%40qR4%26@host/db"));
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
    assert_eq!(page.setting("dbname").await, ("shop".into(), "DB_NAME".into()));
    assert!(page.setting("port").await.1.contains("DB_PORT"));
    assert!(page.setting("sslmode").await.0.starts_with("require"));
    page.press("[role=switch]", "DEBUG").await;
    let (mode, origin) = page.setting("sslmode").await;
    assert!(mode.starts_with("prefer") && origin.contains("DEBUG"), "{mode} {origin}");
    let verdict = page.verdict().await;
    assert!(verdict.contains("in plain text otherwise"), "{verdict}");
    page.close().await;
}

#[tokio::test]
async fn verify_full_is_seen_to_be_lost() {
    let page = Page::open().await;
    page.write("DATABASE_URL", "postgres://u:p@db.example.com/shop?sslmode=verify-full").await;
    let findings = page.findings().await;
    assert_eq!(findings[0], ("sslmode-downgraded".into(), "error".into()));
    let region = page.read("section, [role=region]", "SSL mode").await;
    assert!(
        region.contains("you are here") && region.contains("your URL asks for this"),
        "{region}"
    );
    let (mode, origin) = page.setting("sslmode").await;
    assert!(mode.contains("require") && mode.contains("verify-full"), "{mode}");
    assert!(origin.contains("DATABASE_URL"), "{origin}");
    page.close().await;
}

#[tokio::test]
async fn a_version_changes_the_exception() {
    let page = Page::open().await;
    page.write("DATABASE_URL", "postgress://u:p@h/db").await;
    let body = || page.run("return document.body.innerText", Vec::new());
    assert!(body().await.to_string().contains("ValueError: No support for 'postgress'"));
    page.choose("dj-database-url", "3.1.2").await;
    assert!(body().await.to_string().contains("UnknownSchemeError: Scheme 'postgress://'"));
    page.close().await;
}

#[tokio::test]
async fn a_dotenv_file_is_read() {
    let page = Page::open().await;
    page.press("[role=tab]", ".env").await;
    let file = "export DB_HOST='db.example.com' # the host\nDB_NAME=shop\n=broken\nDEBUG=True\n";
    page.write(".env", file).await;
    assert_eq!(page.setting("host").await.0, "db.example.com");
    assert!(page.setting("sslmode").await.0.starts_with("prefer"));
    let body = page.run("return document.body.innerText", Vec::new()).await.to_string();
    assert!(body.contains("Line 3"), "{body}");
    page.close().await;
}

#[tokio::test]
async fn an_empty_url_is_not_the_same_as_none() {
    let page = Page::open().await;
    assert_eq!(page.findings().await, [], "nothing typed is nothing wrong");
    page.press("button", "Empty URL").await;
    assert_eq!(page.findings().await[0], ("url-empty".into(), "error".into()));
    let verdict = page.verdict().await;
    assert!(verdict.contains("without a database"), "{verdict}");
    page.close().await;
}
