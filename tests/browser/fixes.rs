//! A fix: applied, undone, copied.

use crate::page::Page;

const BROKEN: &str = "postgres://app:hunter2#Wq7zRk@db.example.com/shop";
const FIXED: &str = "postgres://app:hunter2%23Wq7zRk@db.example.com/shop";

#[tokio::test]
async fn a_fix_is_applied_and_taken_back() {
    let page = Page::open().await;
    page.paste("DATABASE_URL", BROKEN).await;
    let before = page.findings().await;
    assert!(before.contains(&("password-unescaped".into(), "error".into())), "{before:?}");
    page.press("button", "Apply fix").await;
    assert_eq!(page.value("DATABASE_URL").await, FIXED);
    assert!(page.findings().await.iter().all(|(_, severity)| severity != "error"));
    assert_eq!(page.focused().await, "Undo", "the way back has the focus");
    page.press("button", "Undo").await;
    assert_eq!(page.value("DATABASE_URL").await, BROKEN);
    assert_eq!(page.findings().await, before);
    assert!(page.find("button", "Undo").await.is_none());
    assert!(page.focused().await.starts_with("Findings"), "{}", page.focused().await);
    page.close().await;
}

#[tokio::test]
async fn a_fix_is_copied_with_its_password_and_shown_without() {
    let page = Page::open().await;
    page.paste("DATABASE_URL", BROKEN).await;
    let finding = "[data-rule=password-unescaped]";
    let copied = page.copy(finding, "Copy").await;
    assert_eq!(copied, FIXED);
    let shown = page.text_in(&format!("{finding} .fix")).await;
    assert!(!shown.contains("Wq7z") && shown.contains("********"), "{shown}");
    page.close().await;
}

#[tokio::test]
async fn a_fix_in_a_file_is_copied_as_its_value() {
    let page = Page::open().await;
    page.press("[role=tab]", ".env").await;
    let file = format!("# shop\nDATABASE_URL={BROKEN}\nDEBUG=False\n");
    page.paste(".env", &file).await;
    page.press("[data-rule=password-unescaped] button", "Apply fix").await;
    assert!(page.value(".env").await.contains(FIXED), "{}", page.value(".env").await);
    page.press("button", "Undo").await;
    assert_eq!(page.value(".env").await, file);
    page.close().await;
}

#[tokio::test]
async fn a_fix_within_a_password_is_seen_to_change_it() {
    let page = Page::open().await;
    page.paste("DATABASE_URL", "postgres://app:Wq7z%Rk@db.example.com/shop").await;
    for piece in ["del", "ins"] {
        assert_eq!(page.text_in(&format!(".fix .preview {piece}")).await, "********", "{piece}");
    }
    page.close().await;
}
