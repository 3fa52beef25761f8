//! What counts in the end, copied in every form.

use dsnlens_core::render::Export;
use serde_json::json;

use crate::page::{Page, soon, soon_eq};

const URL: &str =
    "postgresql://app:hunter2-Wq7zRk@db.example.com:6432/shop?sslmode=require&connect_timeout=9";
const PASSWORD: &str = "hunter2-Wq7zRk";

const REGION: &str = "section[aria-label=Export]";

#[tokio::test]
async fn each_form_is_shown_and_copied() {
    let page = Page::open().await;
    page.paste("DATABASE_URL", URL).await;
    let forms =
        "return [...document.querySelectorAll(arguments[0])].map((it) => it.labels[0].innerText)";
    let radios = json!(format!("{REGION} [type=radio]"));
    let forms = soon!(page.run(forms, vec![radios.clone()]).await, |it| {
        it.as_array().is_some_and(|it| it.len() > 8)
    });
    let forms: Vec<String> = serde_json::from_value(forms).expect("texts");
    let mut with_password = 0;
    for form in &forms {
        choose(&page, form).await;
        let shown = shown(&page).await;
        assert!(!shown.contains(PASSWORD), "{form}: {shown}");
        let copied = page.copy(REGION, "Copy").await;
        match copied.contains(PASSWORD) {
            true => {
                with_password += 1;
                assert!(shown.contains("********"), "{form}: {shown}");
                // Whether it takes quotes is a secret, too.
                let masked = copied.replace(PASSWORD, "********");
                assert_eq!(shown.replace('\'', ""), masked.replace('\'', ""), "{form}");
            }
            false => assert_eq!(shown, copied, "{form}"),
        }
    }
    assert!(with_password > 5, "{with_password} forms hold the password");

    page.press("button", "Show password").await;
    page.named("button[aria-pressed=true]", "Show password").await;
    for form in &forms {
        choose(&page, form).await;
        soon_eq!(shown(&page).await, page.copy(REGION, "Copy").await, "{form}");
    }
    page.close().await;
}

/// Chooses a form, and waits until it is the one that is shown.
async fn choose(page: &Page, form: &str) {
    page.press(&format!("{REGION} label"), form).await;
    let export = Export::ALL.into_iter().find(|it| it.label() == form).expect("one of core's");
    page.named(&format!("{REGION} pre"), export.title()).await;
}

async fn shown(page: &Page) -> String {
    let pre = "return document.querySelector(arguments[0]).textContent";
    let text = page.run(pre, vec![json!(format!("{REGION} pre"))]).await;
    text.as_str().expect("a text").to_owned()
}
