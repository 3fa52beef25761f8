//! Another settings module, and how the application is run.

use crate::page::{Page, soon, soon_eq};

const URL: &str = "postgresql://app:hunter2@db.example.com:5432/shop";

#[tokio::test]
async fn another_recipe_has_another_answer_until_it_is_the_documents_again() {
    let page = Page::open().await;
    page.paste("DATABASE_URL", URL).await;
    let usual = soon!(page.settings().await, |it| !it.is_empty());
    page.press("summary", "settings.py: the guide’s. Change").await;
    page.paste("conn_max_age", "0").await;
    soon!(page.setting("CONN_MAX_AGE").await, |it| it.0.starts_with('0'));
    page.choose("ssl_require", "False").await;
    soon!(page.setting("sslmode").await, |it| it.0.starts_with("prefer"));
    page.choose("driver", "psycopg2").await;
    page.choose("Django", "4.2").await;
    page.choose("libpq", "15").await;
    page.named("summary", "settings.py: the guide’s, changed").await;
    page.press("button", "As the guide").await;
    soon_eq!(page.settings().await, usual);
    soon_eq!(page.value("conn_max_age").await, "600");
    page.named("summary", "settings.py: the guide’s. Change").await;
    page.close().await;
}

#[tokio::test]
async fn defaults_of_the_recipe_count_where_no_field_is_set() {
    let page = Page::open().await;
    page.press("[role=tab]", "Fields").await;
    page.press("summary", "settings.py: the guide’s. Change").await;
    page.paste("HOST default", "db.internal").await;
    soon_eq!(page.setting("host").await.0, "db.internal");
    page.paste("connect_timeout", "3").await;
    soon!(page.setting("connect_timeout").await, |it| it.0.starts_with("3 s"));
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
    soon!(page.read("section", "Pooling").await, |it| {
        it.contains("the server has only")
            && it.contains("Advised for so many users: CONN_MAX_AGE=")
    });
    soon!(page.text_in("[data-rule=conn-max-age-high]").await, |it| it.contains("500 users"));
    page.paste("users", "many").await;
    soon!(page.read("section", "Pooling").await, |it| {
        !it.is_empty() && !it.contains("Advised")
    });
    page.close().await;
}
