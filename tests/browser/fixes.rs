//! A fix: applied, undone, copied.

use crate::page::{Page, soon, soon_eq};

const BROKEN: &str = "postgres://app:hunter2#Wq7zRk@db.example.com/shop";
const FIXED: &str = "postgres://app:hunter2%23Wq7zRk@db.example.com/shop";

#[tokio::test]
async fn a_fix_is_applied_and_taken_back() {
    let page = Page::open().await;
    page.paste("DATABASE_URL", BROKEN).await;
    let before = soon!(page.findings().await, |it| {
        it.contains(&("password-unescaped".into(), "error".into()))
    });
    page.press("button", "Apply fix").await;
    soon_eq!(page.value("DATABASE_URL").await, FIXED);
    soon!(page.findings().await, |it| it.iter().all(|(_, severity)| severity != "error"));
    soon_eq!(page.focused().await, "Undo", "the way back has the focus");
    page.press("button", "Undo").await;
    soon_eq!(page.value("DATABASE_URL").await, BROKEN);
    soon_eq!(page.findings().await, before);
    soon!(page.find("button", "Undo").await, |it| it.is_none());
    soon!(page.focused().await, |it| it.starts_with("Findings"));
    page.close().await;
}

#[tokio::test]
async fn a_fix_is_copied_with_its_password_and_shown_without() {
    let page = Page::open().await;
    page.paste("DATABASE_URL", BROKEN).await;
    let finding = "[data-rule=password-unescaped]";
    let copied = page.copy(finding, "Copy").await;
    assert_eq!(copied, FIXED);
    soon!(page.text_in(&format!("{finding} .fix")).await, |it| {
        !it.contains("Wq7z") && it.contains("********")
    });
    page.close().await;
}

#[tokio::test]
async fn a_fix_in_a_file_is_copied_as_its_value() {
    let page = Page::open().await;
    page.press("[role=tab]", ".env").await;
    let file = format!("# shop\nDATABASE_URL={BROKEN}\nDEBUG=False\n");
    page.paste(".env", &file).await;
    page.press("[data-rule=password-unescaped] button", "Apply fix").await;
    soon!(page.value(".env").await, |it| it.contains(FIXED));
    page.press("button", "Undo").await;
    soon_eq!(page.value(".env").await, file);
    page.close().await;
}

#[tokio::test]
async fn a_fix_within_a_password_is_seen_to_change_it() {
    let page = Page::open().await;
    page.paste("DATABASE_URL", "postgres://app:Wq7z%Rk@db.example.com/shop").await;
    for piece in ["del", "ins"] {
        soon_eq!(page.text_in(&format!(".fix .preview {piece}")).await, "********", "{piece}");
    }
    page.close().await;
}
