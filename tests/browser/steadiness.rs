//! What is read stays where it is while somebody types.

use serde_json::{Value, json};

use crate::page::{Page, soon_eq};
use crate::site;
use crate::states::View;

const URL: &str = "postgresql://app:Zk3Xq8vT1mWc7Rf@db.example.com:5432/shop?sslmode=require";

/// Where things are, and the error that stands between the verdict and the SSL mode.
const PLACES: &str = r"
    const top = (it) => Math.round(document.querySelector(it).getBoundingClientRect().top + scrollY);
    return {
        input: ['.tabs', 'textarea', '.controls', '.share', '.chips'].map(top),
        verdict: top('.verdict'),
        ssl: top('[data-section=ssl-mode]'),
        refusal: ['.refusal pre', '.verdict'].map((it) => document.querySelector(it)?.offsetHeight ?? 0),
    };
";

#[tokio::test]
async fn nothing_jumps_while_a_url_is_typed() {
    let page = Page::open().await;
    for width in [1280, 320] {
        page.visit(&format!("{}?{width}", site::address())).await;
        View::new("light", width).pretend(&page).await;
        page.run(OBSERVE, Vec::new()).await;
        page.press("textarea", "DATABASE_URL").await;
        let (mut places, mut typed) = (Vec::new(), String::new());
        for c in URL.chars() {
            page.strike([c]).await;
            typed.push(c);
            soon_eq!(
                page.text_in(".copy").await.trim_end_matches('\u{200b}').chars().count(),
                typed.len()
            );
            places.push((c, page.run(PLACES, Vec::new()).await));
        }
        // The text box grows with its text; at this length it has room on a wide page.
        let steps = |key: &str| {
            let mut steps: Vec<&Value> = places.iter().map(|(_, it)| &it[key]).collect();
            steps.dedup();
            steps.len()
        };
        assert_eq!(steps("verdict"), 1, "{width}: the verdict moves: {places:?}");
        assert_eq!(steps("input"), 1, "{width}: the input moves: {places:?}");
        if width == 1280 {
            // It moves with the lines of the verdict, and of an error that comes or goes.
            assert!(steps("ssl") <= steps("refusal"), "the SSL mode moves: {places:?}");
            assert!(steps("ssl") <= 6, "the SSL mode moves often: {places:?}");
        }
        let shift = page.run("return globalThis.shift", Vec::new()).await;
        assert!(shift.as_f64().is_some_and(|it| it < 0.02), "{width}: shifted by {shift}");
    }
    page.close().await;
}

/// Sums up what browsers call cumulative layout shift: what moves without being asked to.
const OBSERVE: &str = r"
    globalThis.shift = 0;
    new PerformanceObserver((list) => list.getEntries().forEach((it) => {
        if (!it.hadRecentInput) globalThis.shift += it.value;
    })).observe({ type: 'layout-shift', buffered: true });
";

#[tokio::test]
async fn loading_moves_nothing() {
    let page = Page::open().await;
    for (nth, fragment) in
        ["", "#DATABASE_URL=postgres://u:p@h/d?sslmode=verify-full"].iter().enumerate()
    {
        page.visit(&format!("{}?{nth}{fragment}", site::address())).await;
        page.run(OBSERVE, Vec::new()).await;
        // What has shifted is reported behind the next picture.
        let pictures = "requestAnimationFrame(() => requestAnimationFrame(arguments[0]))";
        page.client.execute_async(pictures, Vec::new()).await.expect("two pictures");
        assert_eq!(page.run("return globalThis.shift", Vec::new()).await, json!(0), "{fragment}");
    }
    page.close().await;
}
