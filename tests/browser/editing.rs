//! The text boxes stay ordinary text boxes: the caret, undoing, composing, long texts.

use fantoccini::key::Key;
use serde_json::json;

use crate::page::{Page, soon, soon_eq};

const CONTROL: char = '\u{e009}';

#[tokio::test]
async fn the_caret_stays_where_it_is_typed() {
    let page = Page::open().await;
    page.write("DATABASE_URL", "postgres://app:pw@/shop").await;
    put_caret(&page, 18).await;
    for (typed, at) in [('d', 19), ('b', 20), ('é', 21), (Key::Backspace.into(), 20)] {
        page.strike([typed]).await;
        soon_eq!(caret(&page).await, at, "behind {typed:?}");
    }
    soon_eq!(page.value("DATABASE_URL").await, "postgres://app:pw@db/shop");
    // A character that is two units of UTF-16, and one that changes what everything behind it is.
    page.chromium.devtools("Input.insertText", json!({ "text": "\u{1f600}" })).await;
    soon_eq!(caret(&page).await, 22);
    page.strike(['#']).await;
    soon_eq!(caret(&page).await, 23);
    soon_eq!(page.value("DATABASE_URL").await, "postgres://app:pw@db\u{1f600}#/shop");
    page.close().await;
}

#[tokio::test]
async fn typing_can_be_undone_and_done_again() {
    let page = Page::open().await;
    for (tab, name) in [("URL", "DATABASE_URL"), (".env", ".env")] {
        page.press("[role=tab]", tab).await;
        page.write(name, "DATABASE_URL=postgres://app@h/db").await;
        put_caret(&page, 5).await;
        page.strike("xyz".chars()).await;
        soon_eq!(page.value(name).await, "DATABxyzASE_URL=postgres://app@h/db");
        for _ in 0..3 {
            page.strike_with(CONTROL, 'z').await;
            // What one step takes back, the browser decides.
            let before = "DATABxyzASE_URL=postgres://app@h/db";
            let text = soon!(page.value(name).await, |it| it != before);
            if text == "DATABASE_URL=postgres://app@h/db" {
                break;
            }
        }
        soon_eq!(page.value(name).await, "DATABASE_URL=postgres://app@h/db");
        page.strike_with(CONTROL, 'y').await;
        soon!(page.value(name).await, |it| it.starts_with("DATABx"));
    }
    page.close().await;
}

#[tokio::test]
async fn what_is_composed_is_not_disturbed() {
    let page = Page::open().await;
    page.write("DATABASE_URL", "postgres://u:p@h/").await;
    for text in ["に", "にほ", "にほん"] {
        let length = text.chars().count();
        let composed = json!({ "text": text, "selectionStart": length, "selectionEnd": length });
        page.chromium.devtools("Input.imeSetComposition", composed).await;
        soon_eq!(page.value("DATABASE_URL").await, format!("postgres://u:p@h/{text}"));
    }
    page.chromium.devtools("Input.insertText", json!({ "text": "日本" })).await;
    soon_eq!(page.value("DATABASE_URL").await, "postgres://u:p@h/日本");
    soon_eq!(page.setting("dbname").await.0, "日本");
    page.strike("x".chars()).await;
    soon_eq!(page.setting("dbname").await.0, "日本x");
    page.close().await;
}

#[tokio::test]
async fn ten_kilobytes_of_url_are_read() {
    let page = Page::open().await;
    let options: Vec<String> = (0..400).map(|nth| format!("a{nth}={:020}", nth)).collect();
    let url = format!("postgres://app:hunter2@db.example.com/shop?{}", options.join("&"));
    assert!(url.len() > 10_000);
    page.paste("DATABASE_URL", &url).await;
    page.strike(['9']).await;
    soon_eq!(page.value("DATABASE_URL").await, format!("{url}9"));
    soon_eq!(page.setting("host").await.0, "db.example.com");
    fits(&page).await;
    page.close().await;
}

#[tokio::test]
async fn a_file_of_three_hundred_lines_is_read() {
    let page = Page::open().await;
    page.press("[role=tab]", ".env").await;
    let mut lines: Vec<String> =
        (0..300).map(|nth| format!("SOME_{nth}=value {nth} # why")).collect();
    lines[150] = "DATABASE_URL=postgres://app:hunter2@db.example.com/shop".into();
    let file = lines.join("\n");
    page.paste(".env", &file).await;
    soon_eq!(page.setting("dbname").await.0, "shop");
    fits(&page).await;
    let end = file.find("/shop").expect("it is there") + "/shop".len();
    put_caret(&page, end).await;
    page.strike("2".chars()).await;
    soon_eq!(page.setting("dbname").await.0, "shop2");
    soon_eq!(caret(&page).await, end + 1);
    page.close().await;
}

/// The text box lies on its coloured copy: nothing of it is cut off or scrolled.
async fn fits(page: &Page) {
    let script = r"
        const box = document.querySelector('textarea');
        const copy = document.querySelector('.copy');
        return [box.scrollHeight, box.clientHeight, copy.scrollHeight, box.scrollWidth - box.clientWidth];
    ";
    soon!(page.run(script, Vec::new()).await, |sizes| {
        let size = |nth: usize| sizes[nth].as_f64().expect("a size");
        let [scrolled, high, copy, wider] = [size(0), size(1), size(2), size(3)];
        scrolled <= high && (copy - high).abs() <= 1.0 && wider == 0.0
    });
}

async fn put_caret(page: &Page, at: usize) {
    let script = "const box = document.querySelector('textarea'); box.focus(); box.setSelectionRange(arguments[0], arguments[0])";
    page.run(script, vec![json!(at)]).await;
}

async fn caret(page: &Page) -> usize {
    let at = page.run("return document.querySelector('textarea').selectionStart", Vec::new()).await;
    serde_json::from_value(at).expect("a position")
}
