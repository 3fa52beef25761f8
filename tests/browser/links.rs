//! A link to what was put in: the same answer somewhere else, but for the secret.

use crate::page::{Page, soon, soon_eq};
use crate::site;

const PASSWORD: &str = "Zk3Xq8vT1mWc7Rf";
const URL: &str = "postgres://app:Zk3Xq8vT1mWc7Rf@db.example.com:6543/shop?sslmode=verify-full";

#[tokio::test]
async fn a_link_leads_to_the_same_answer() {
    let page = Page::open().await;
    page.paste("DATABASE_URL", URL).await;
    page.press("[role=switch]", "DEBUG").await;
    page.choose("dj-database-url", "3.1.2").await;
    page.press("summary", "settings.py: the guide’s, changed").await;
    page.paste("conn_max_age", "60").await;
    page.paste("users", "200").await;
    let link = page.copy(".share", "Copy link").await;
    assert!(link.starts_with(site::address()) && !link.contains(PASSWORD), "{link}");
    let address = "return location.href";
    soon_eq!(page.run(address, Vec::new()).await, link.as_str(), "as it was copied");

    let other = Page::open_at(&link).await;
    soon_eq!(other.value("DATABASE_URL").await, URL.replace(PASSWORD, "left-out-of-the-link"));
    soon!(page.setting("CONN_MAX_AGE").await, |it| it.0.starts_with("60 s"));
    soon_eq!(answer(&other).await, answer(&page).await);
    soon_eq!(other.value("users").await, "200");
    soon!(other.text().await, |it| it.contains("Opened from a link"));

    let without = Page::open_at(&link.replace(":left-out-of-the-link", "")).await;
    soon!(without.setting("dbname").await, |it| it.0 == "shop");
    assert!(!without.text().await.contains("Opened from a link"), "no secret is missing");
    without.close().await;

    // As soon as something else is typed, the address no longer says what the page does.
    other.write("DATABASE_URL", "x").await;
    soon_eq!(other.run("return location.href", Vec::new()).await, site::address());
    soon!(other.text().await, |it| !it.contains("Opened from a link"));
    other.close().await;
    page.close().await;
}

/// All of what the page says.
async fn answer(page: &Page) -> (String, Vec<(String, String)>, Vec<[String; 3]>) {
    (page.verdict().await, page.findings().await, page.settings().await)
}

#[tokio::test]
async fn a_file_and_fields_are_linked_too() {
    let page = Page::open().await;
    page.press("[role=tab]", ".env").await;
    page.paste(".env", &format!("SECRET_KEY={PASSWORD}\nDATABASE_URL={URL}\nPGAPPNAME=x\n")).await;
    let link = page.copy(".share", "Copy link").await;
    assert!(!link.contains(PASSWORD), "{link}");
    soon!(page.setting("application_name").await, |it| it.0 == "x");
    let of_file = answer(&page).await;
    page.press("[role=tab]", "Fields").await;
    page.paste("DB_HOST", "db.example.com").await;
    page.paste("DB_PASSWORD", PASSWORD).await;
    let fields = page.copy(".share", "Copy link").await;
    assert!(!fields.contains(PASSWORD), "{fields}");
    soon!(page.setting("host").await, |it| it.0 == "db.example.com" && it.1 == "DB_HOST");
    soon!(page.setting("password").await, |it| it.1 == "DB_PASSWORD");
    let of_fields = answer(&page).await;

    // Another fragment of the same page loads nothing: the page itself has to look.
    page.go_to_fragment(&link).await;
    soon_eq!(answer(&page).await, of_file);
    page.go_to_fragment(&fields).await;
    soon_eq!(answer(&page).await, of_fields);
    page.close().await;
}

#[tokio::test]
async fn what_is_no_link_leaves_an_empty_page() {
    let page = Page::open().await;
    for (nth, fragment) in
        ["findings", "%", "=&=", "DATABASE-URL=x", "users=many&libpq=1"].into_iter().enumerate()
    {
        // Without the question the page would not be loaded again.
        page.visit(&format!("{}?{nth}#{fragment}", site::address())).await;
        soon_eq!(page.value("DATABASE_URL").await, "", "{fragment}");
        soon!(page.verdict().await, |it| it.starts_with("Paste a DATABASE_URL"));
    }
    page.close().await;
}
