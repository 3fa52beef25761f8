//! Another settings module, and how the application is run.

use crate::page::Page;

const URL: &str = "postgresql://app:hunter2@db.example.com:5432/shop";

#[tokio::test]
async fn another_recipe_has_another_answer_until_it_is_the_documents_again() {
    let page = Page::open().await;
    page.paste("DATABASE_URL", URL).await;
    let usual = page.settings().await;
    page.press("summary", "Your settings.py: as the document").await;
    page.paste("conn_max_age", "0").await;
    assert!(page.setting("CONN_MAX_AGE").await.0.starts_with('0'));
    page.choose("ssl_require", "False").await;
    assert!(page.setting("sslmode").await.0.starts_with("prefer"));
    page.choose("libpq", "15").await;
    assert!(page.find("summary", "Your settings.py: changed").await.is_some());
    page.press("button", "As the document").await;
    assert_eq!(page.settings().await, usual);
    assert_eq!(page.value("conn_max_age").await, "600");
    assert!(page.find("summary", "Your settings.py: as the document").await.is_some());
    page.close().await;
}

#[tokio::test]
async fn defaults_of_the_recipe_count_where_no_field_is_set() {
    let page = Page::open().await;
    page.press("[role=tab]", "Fields").await;
    page.press("summary", "Your settings.py: as the document").await;
    page.paste("HOST default", "db.internal").await;
    assert_eq!(page.setting("host").await.0, "db.internal");
    page.paste("connect_timeout", "3").await;
    assert!(page.setting("connect_timeout").await.0.starts_with("3 s"));
    page.close().await;
}

#[tokio::test]
async fn numbers_bring_advice() {
    let page = Page::open().await;
    page.paste("DATABASE_URL", URL).await;
    page.paste("users", "500").await;
    page.paste("processes", "8").await;
    page.paste("threads", "4").await;
    page.paste("instances", "4").await;
    page.paste("max_connections", "97").await;
    let region = page.read("section", "Pooling").await;
    assert!(region.contains("the server has only"), "{region}");
    assert!(region.contains("Advised for so many users: CONN_MAX_AGE="), "{region}");
    let finding = page.text_in("[data-rule=conn-max-age-high]").await;
    assert!(finding.contains("500 users"), "{finding}");
    page.paste("users", "many").await;
    assert!(!page.read("section", "Pooling").await.contains("Advised"));
    page.close().await;
}
