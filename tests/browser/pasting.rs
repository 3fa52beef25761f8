//! What is pasted is recognised, and goes where it belongs.

use serde_json::json;

use crate::page::Page;
use crate::states::{COMPOSE, MESSAGE};

#[tokio::test]
async fn a_compose_file_becomes_a_file_of_variables() {
    let page = Page::open().await;
    page.paste("DATABASE_URL", COMPOSE).await;
    let file = page.value(".env").await;
    let expected = "DATABASE_URL=postgres://app:Zk3Xq8vT1mWc7Rf@db:5432/shop\nDEBUG=False\n";
    assert!(file.ends_with(expected), "{file}");
    assert_eq!(page.setting("host").await, ("db".into(), "DATABASE_URL".into()));
    let told = page.text_in(".recognised").await;
    assert!(told.contains("a docker-compose file: web") && told.contains("POSTGRES_*"), "{told}");
    page.press("button", "Take it as it was").await;
    assert_eq!(page.value("DATABASE_URL").await, COMPOSE);
    assert!(page.find(".recognised button", "Take it as it was").await.is_none());
    page.close().await;
}

#[tokio::test]
async fn what_is_typed_stays_where_it_is() {
    let page = Page::open().await;
    page.write("DATABASE_URL", "host=db.example.com dbname=shop").await;
    assert_eq!(page.value("DATABASE_URL").await, "host=db.example.com dbname=shop");
    page.close().await;
}

#[tokio::test]
async fn an_error_message_is_explained_beside_the_input_it_is_about() {
    let page = Page::open().await;
    let url = "postgres://app:hunter2Wq7zRk@db.example.com/shop";
    page.paste("DATABASE_URL", url).await;
    page.paste("DATABASE_URL", MESSAGE).await;
    assert_eq!(page.value("DATABASE_URL").await, url, "it is still there");
    let region = page.read("section", "Pasted error").await;
    assert!(region.contains("2 attempts") && region.contains("user app"), "{region}");
    let causes =
        "return [...document.querySelectorAll('[data-cause]')].map((it) => it.dataset.cause)";
    let causes = page.run(causes, Vec::new()).await;
    assert_eq!(causes, json!(["authentication-failed", "no-pg-hba-entry"]), "the first one first");
    page.press("summary", "About authentication-failed").await;
    let page_of_rule = page.text_in("[data-cause=authentication-failed]").await;
    assert!(page_of_rule.contains("ALTER ROLE"), "{page_of_rule}");
    page.press("button", "Close").await;
    assert!(page.find("section", "Pasted error").await.is_none());
    page.close().await;
}

#[tokio::test]
async fn a_message_brings_its_url_and_shows_no_password() {
    let page = Page::open().await;
    let text = "ValueError: Port could not be cast to integer value as 'hunter2' in \
                postgres://app:hunter2#Wq7zRk@db.example.com/shop";
    page.paste("DATABASE_URL", text).await;
    let url = "postgres://app:hunter2#Wq7zRk@db.example.com/shop";
    assert_eq!(page.value("DATABASE_URL").await, url);
    let region = page.read("section", "Pasted error").await;
    assert!(region.contains("the input here has just this"), "{region}");
    assert!(!page.text().await.contains("Wq7zRk"), "{region}");
    page.close().await;
}
