//! What is pasted is recognised, and goes where it belongs.

use serde_json::json;

use crate::page::{Page, soon, soon_eq};
use crate::states::{COMPOSE, MESSAGE};

#[tokio::test]
async fn a_compose_file_becomes_a_file_of_variables() {
    let page = Page::open().await;
    page.paste("DATABASE_URL", COMPOSE).await;
    let expected = "DATABASE_URL=postgres://app:Zk3Xq8vT1mWc7Rf@db:5432/shop\nDEBUG=False\n";
    soon!(page.value(".env").await, |it| it.ends_with(expected));
    soon_eq!(page.setting("host").await, ("db".into(), "DATABASE_URL".into()));
    soon!(page.text_in(".recognised").await, |it| {
        it.contains("a docker-compose file: web") && it.contains("POSTGRES_*")
    });
    page.press("button", "Take it as it was").await;
    soon_eq!(page.value("DATABASE_URL").await, COMPOSE);
    soon!(page.find(".recognised button", "Take it as it was").await, |it| it.is_none());
    page.close().await;
}

#[tokio::test]
async fn what_is_typed_stays_where_it_is() {
    let page = Page::open().await;
    page.write("DATABASE_URL", "host=db.example.com dbname=shop").await;
    soon_eq!(page.value("DATABASE_URL").await, "host=db.example.com dbname=shop");
    page.close().await;
}

#[tokio::test]
async fn an_error_message_is_explained_beside_the_input_it_is_about() {
    let page = Page::open().await;
    let url = "postgres://app:hunter2Wq7zRk@db.example.com/shop";
    page.paste("DATABASE_URL", url).await;
    page.paste("DATABASE_URL", MESSAGE).await;
    soon_eq!(page.value("DATABASE_URL").await, url, "it is still there");
    soon!(page.read("section", "Pasted error").await, |it| {
        it.contains("2 connection attempts") && it.contains("user app")
    });
    let causes =
        "return [...document.querySelectorAll('[data-cause]')].map((it) => it.dataset.cause)";
    let causes = page.run(causes, Vec::new()).await;
    assert_eq!(causes, json!(["authentication-failed", "no-pg-hba-entry"]), "the first one first");
    page.press("summary", "About authentication-failed").await;
    soon!(page.text_in("[data-cause=authentication-failed]").await, |it| it.contains("ALTER ROLE"));
    page.press("button", "Close").await;
    soon!(page.find("section", "Pasted error").await, |it| it.is_none());
    page.close().await;
}

#[tokio::test]
async fn a_message_brings_its_url_and_shows_no_password() {
    let page = Page::open().await;
    let text = "ValueError: Port could not be cast to integer value as 'hunter2' in \
                postgres://app:hunter2#Wq7zRk@db.example.com/shop";
    page.paste("DATABASE_URL", text).await;
    let url = "postgres://app:hunter2#Wq7zRk@db.example.com/shop";
    soon_eq!(page.value("DATABASE_URL").await, url);
    let region = soon!(page.read("section", "Pasted error").await, |it| {
        it.contains("Your URL has this problem")
    });
    assert!(!page.text().await.contains("Wq7zRk"), "{region}");
    page.close().await;
}
