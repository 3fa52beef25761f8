//! The page's second module: what the page does without it, and when it comes.

use crate::chromium::Chromium;
use crate::page::{Page, soon, soon_eq};
use crate::site::Site;
use crate::states::{COMPOSE, MESSAGE};

const MODULE: &str = "dsnlens-more_bg.wasm";

/// The page while its second module has not come.
async fn without(site: &Site) -> Page {
    site.silence(MODULE);
    let chromium = Chromium::start(&[]).await;
    let page = Page { client: chromium.client.clone(), chromium };
    page.client.goto(site.address()).await.expect("the page opens");
    page.wait_until("'sealed' in document.documentElement.dataset", "it is sealed").await;
    page
}

#[tokio::test]
async fn a_url_is_answered_without_it() {
    let site = Site::start();
    let page = without(&site).await;
    page.paste("DATABASE_URL", "postgres://app:pw@db.example.com/shop?sslmode=verify-full").await;
    soon_eq!(page.setting("host").await.0, "db.example.com");
    soon!(page.findings().await, |it| it.iter().any(|it| it.0 == "sslmode-downgraded"));
    page.press("button", "Apply fix").await;
    soon!(page.text_in(".applied").await, |it| it.contains("Applied"));
    soon_eq!(page.text_in("[data-section=export] .hint:last-child").await, "Reading…");
    site.speak();
    soon!(page.text_in("[data-section=export] pre").await, |it| it.contains("DATABASES"));
    page.leave().await;
}

#[tokio::test]
async fn what_was_pasted_before_it_came_is_read_when_it_comes() {
    for (tab, text, expected) in [
        ("DATABASE_URL", COMPOSE, "db"),
        ("DATABASE_URL", "host=db dbname=shop", "db"),
        (".env", COMPOSE, "db"),
        (".env", "DATABASE_URL=postgres://app:pw@db/shop\n", "db"),
    ] {
        let site = Site::start();
        let page = without(&site).await;
        if tab == ".env" {
            page.press("[role=tab]", ".env").await;
        }
        page.paste(tab, text).await;
        soon_eq!(page.verdict().await, "Reading…");
        assert_eq!(page.value(tab).await, text, "nothing is lost");
        assert!(page.settings().await.is_empty() && page.findings().await.is_empty());
        site.speak();
        soon_eq!(page.setting("host").await.0, expected);
        page.wait_until("'loaded' in document.documentElement.dataset", "it loads").await;
        page.leave().await;
    }
}

#[tokio::test]
async fn an_error_message_waits_for_it_and_leaves_what_was_there() {
    let site = Site::start();
    let page = without(&site).await;
    let url = "postgres://app:pw@db.example.com/shop";
    page.paste("DATABASE_URL", url).await;
    soon_eq!(page.setting("dbname").await.0, "shop");
    page.paste("DATABASE_URL", MESSAGE).await;
    soon_eq!(page.verdict().await, "Reading…");
    site.speak();
    soon_eq!(page.value("DATABASE_URL").await, url);
    soon!(page.read("section", "Pasted error").await, |it| it.contains("2 connection attempts"));
    soon_eq!(page.setting("dbname").await.0, "shop");
    page.leave().await;
}

#[tokio::test]
async fn what_is_typed_meanwhile_is_read_too() {
    let site = Site::start();
    let page = without(&site).await;
    page.paste("DATABASE_URL", "host=db dbname=").await;
    soon_eq!(page.verdict().await, "Reading…");
    page.write("DATABASE_URL", "shop").await;
    soon_eq!(page.verdict().await, "Reading…");
    site.speak();
    soon_eq!(page.setting("dbname").await.0, "shop");
    page.leave().await;
}

#[tokio::test]
async fn a_page_whose_second_module_is_broken_says_so() {
    let site = Site::start();
    site.put(MODULE, "nothing of the kind");
    let page = Page::open_at(site.address()).await;
    page.paste("DATABASE_URL", COMPOSE).await;
    soon!(page.verdict().await, |it| it.contains("could not be loaded"));
    page.paste("DATABASE_URL", "postgres://app:pw@db/shop").await;
    soon_eq!(page.setting("host").await.0, "db");
    soon!(page.read("section", "Export").await, |it| it.contains("could not be loaded"));
    page.leave().await;
}

/// Verifying a fix asks the browser's own parser, which so counts how often the page resolves.
#[tokio::test]
async fn pointing_at_things_resolves_nothing() {
    let page = Page::open().await;
    let count = r#"
        const Real = URL;
        globalThis.asked = 0;
        globalThis.URL = class extends Real {
            constructor(...it) { super(...it); globalThis.asked += 1; }
        };
    "#;
    page.run(count, Vec::new()).await;
    page.paste("DATABASE_URL", "postgres://app:s#cret@db.example.com/shop").await;
    soon!(page.findings().await, |it| !it.is_empty());
    let asked = async || page.run("return globalThis.asked", Vec::new()).await;
    let before = soon!(asked().await, |it| it.as_u64() > Some(0));
    let point = r#"
        for (const it of document.querySelectorAll("[data-rule], tbody tr")) {
            for (const kind of ["mouseenter", "mouseover", "focusin"]) {
                it.dispatchEvent(new MouseEvent(kind, { bubbles: true }));
            }
        }
    "#;
    page.run(point, Vec::new()).await;
    page.wait_until("document.querySelector('.lit, [data-lit]')", "something lights up").await;
    assert_eq!(asked().await, before, "the page resolved anew");
    page.press("[role=switch], input", "DEBUG").await;
    soon!(asked().await, |it| *it != before);
    page.close().await;
}
