//! The main job without a mouse.

use fantoccini::key::Key;
use serde_json::{Value, json};

use crate::page::{Page, soon, soon_eq};

const TAB: char = '\u{e004}';

#[tokio::test]
async fn a_broken_url_is_mended_by_keys_alone() {
    let page = Page::open().await;
    tab_to(&page, "DATABASE_URL").await;
    page.strike("postgres://app:hunter2#x@db.example.com/shop".chars()).await;
    page.named("button", "Apply fix").await;
    tab_to(&page, "Apply fix").await;
    page.strike([Key::Enter.into()]).await;
    soon_eq!(page.focused().await, "Undo");
    soon_eq!(page.value("DATABASE_URL").await, "postgres://app:hunter2%23x@db.example.com/shop");
    // The way back and forth again.
    page.strike([Key::Enter.into()]).await;
    soon!(page.focused().await, |it| it.starts_with("Findings"));
    tab_to(&page, "Apply fix").await;
    page.strike([Key::Enter.into()]).await;
    soon_eq!(page.focused().await, "Undo");

    // From setting to setting; the bytes of each light up.
    tab_to(&page, "host db.example.com DATABASE_URL").await;
    soon_eq!(lit(&page).await, "db.example.com");
    page.strike([Key::Down.into(), Key::Down.into()]).await;
    soon!(page.focused().await, |it| it.starts_with("dbname"));
    soon_eq!(lit(&page).await, "shop");
    page.strike([Key::End.into(), Key::Home.into()]).await;
    soon!(page.focused().await, |it| it.starts_with("host"));
    // The table is one stop.
    page.strike([TAB]).await;
    soon_eq!(page.focused().await, "Every value offered, stage by stage");

    // The forms of an export are one stop, and arrows go along them.
    tab_to(&page, "settings.py").await;
    page.strike([Key::Right.into()]).await;
    soon_eq!(page.focused().await, ".env");
    tab_to(&page, "Copy").await;
    page.chromium.permit("clipboard-write").await;
    page.strike([Key::Enter.into()]).await;
    soon!(page.clipboard().await, |it| it.contains("hunter2%23x@db.example.com"));
    page.close().await;
}

#[tokio::test]
async fn arrows_go_from_tab_to_tab() {
    let page = Page::open().await;
    tab_to(&page, "URL").await;
    for (key, name) in [
        (Key::Right, "Fields"),
        (Key::Right, ".env"),
        (Key::Right, "settings.py"),
        (Key::Right, "URL"),
        (Key::Left, "settings.py"),
        (Key::Home, "URL"),
        (Key::End, "settings.py"),
        (Key::Left, ".env"),
    ] {
        page.strike([key.into()]).await;
        soon_eq!(page.focused().await, name);
        let selected = "return document.querySelector('[role=tab][aria-selected=true]').innerText";
        soon_eq!(page.run(selected, Vec::new()).await, name);
    }
    // A switch, a choice and a button of the panel follow; what is typed goes where the focus is.
    page.strike([TAB]).await;
    soon_eq!(page.focused().await, ".env");
    page.strike("DB_HOST=h".chars()).await;
    tab_to(&page, "DEBUG").await;
    page.strike([' ']).await;
    soon!(page.setting("sslmode").await, |it| it.0.starts_with("prefer"));
    page.close().await;
}

/// Every stop is in reading order, can be seen, and leads on; the way back is the same.
#[tokio::test]
async fn each_stop_of_the_tab_key_is_seen() {
    let page = Page::open().await;
    page.paste("DATABASE_URL", "postgres://app:hunter2#x@db.example.com/shop?sslmode=prefer").await;
    page.named("button", "Apply fix").await;
    page.press("h1", "DSN Lens").await;
    let mut stops = Vec::new();
    loop {
        page.strike([TAB]).await;
        if page.run("return document.activeElement === document.body", Vec::new()).await
            == json!(true)
        {
            break;
        }
        let name = page.focused().await;
        assert!(page.run(IS_SEEN, Vec::new()).await == json!(true), "no focus is seen on {name:?}");
        stops.push(name);
        assert!(stops.len() < 100, "the focus goes round: {stops:?}");
    }
    let at = |name: &str| {
        let found = stops.iter().position(|it| it == name);
        let found = found.or_else(|| stops.iter().position(|it| it.starts_with(name)));
        found.unwrap_or_else(|| panic!("no stop at {name}: {stops:?}"))
    };
    let order = [
        "nothing you type leaves this tab",
        "URL",
        "DATABASE_URL",
        "Show password",
        "DEBUG",
        "dj-database-url",
        "settings.py: the guide’s",
        "Copy link",
        "Railway",
        "Apply fix",
        "About password-unescaped",
        "settings.py",
    ];
    assert!(order.is_sorted_by_key(|name| at(name)), "{stops:?}");
    page.close().await;
}

/// Whether what has the focus shows it: by an outline or a ring, its own or that of the shape that
/// stands for it; and nothing lies over it.
const IS_SEEN: &str = r"
    const it = document.activeElement;
    const rings = (it) => {
        const style = getComputedStyle(it);
        const outline = style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2;
        return outline || style.boxShadow !== 'none';
    };
    const box = it.getBoundingClientRect();
    const isInView = box.bottom > 0 && box.top < innerHeight && box.width > 0 && box.height > 0;
    const shapes = [it, it.closest('.editor'), it.nextElementSibling].filter(Boolean);
    return isInView && shapes.some(rings);
";

/// Strikes Tab until it stands on what has this name.
async fn tab_to(page: &Page, name: &str) {
    let mut passed = Vec::new();
    // What is drawn while the focus goes on may be passed; then it comes round once more.
    for _ in 0..160 {
        page.strike([TAB]).await;
        let focused = page.focused().await;
        if focused == name {
            return;
        }
        passed.push(focused);
    }
    panic!("Tab never comes to {name:?}: {passed:?}");
}

/// What is lit in the editor.
async fn lit(page: &Page) -> String {
    let script = "return [...document.querySelectorAll('.copy [data-lit]')].map((it) => it.textContent).join('')";
    match page.run(script, Vec::new()).await {
        Value::String(text) => text,
        other => panic!("no text: {other}"),
    }
}
