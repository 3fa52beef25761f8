//! How long a keystroke takes until its answer is painted: keys struck in Chromium, and timed by
//! the page's own clock from the event to the task behind the next picture.
//!
//! Needs the site in `dist/` (`cargo xtask build`), Chromium and its WebDriver.

#[allow(dead_code, reason = "the browser's tests use the rest")]
mod built;
#[allow(dead_code, reason = "the browser's tests use the rest")]
mod chromium;
#[allow(dead_code, reason = "the browser's tests use the rest")]
mod package;
#[allow(dead_code, reason = "the browser's tests use the rest")]
mod page;
#[allow(dead_code, reason = "the browser's tests use the rest")]
mod site;

use serde_json::json;

use crate::page::Page;

const KEYSTROKES: usize = 500;
/// What most keystrokes are meant to stay below.
const GOAL_MS: f64 = 8.0;
/// What none but a broken page comes near.
const MOST_MS: f64 = 50.0;

/// An ordinary URL, and one with findings and a fix, each of 300 characters.
const URLS: [(&str, &str); 2] = [
    ("ordinary", "postgresql://app:Zk3Xq8vT1mWc7Rf@db.example.com:5432/shop?sslmode=require"),
    ("broken", "postgres://app:Zk3Xq8#vT1mWc7Rf@db.example.com:5432/shop?sslmode=verify-full"),
];

/// Picture after picture, as fast as they are drawn: what is waited for is work, and no screen.
const UNTIMED: [&str; 2] = ["--disable-frame-rate-limit", "--disable-gpu-vsync"];

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let page = Page::open_with(&UNTIMED).await;
    for (name, url) in URLS {
        let url = format!("{url}&application_name={:x<1$}", "", 300 - 18 - url.len());
        page.paste("DATABASE_URL", &url).await;
        page.run(WATCH, Vec::new()).await;
        for nth in 0..KEYSTROKES {
            // Ten letters, and ten times back.
            let (key, text) = if nth / 10 % 2 == 0 { ("x", "x") } else { ("Backspace", "") };
            let code = if text.is_empty() { 8 } else { 88 };
            let down = json!({
                "type": "keyDown", "key": key, "text": text, "windowsVirtualKeyCode": code,
            });
            page.chromium.devtools("Input.dispatchKeyEvent", down).await;
            let up = json!({ "type": "keyUp", "key": key, "windowsVirtualKeyCode": code });
            page.chromium.devtools("Input.dispatchKeyEvent", up).await;
        }
        let all = format!("globalThis.painted.length >= {KEYSTROKES}");
        page.wait_until(&all, "every keystroke is painted").await;
        let painted = times(&page, "painted").await;
        let answered = times(&page, "answered").await;
        println!(
            "{name}: {KEYSTROKES} keystrokes in {} characters; answered after {}, painted after {}",
            url.len(),
            summary(&answered),
            summary(&painted),
        );
        let p95 = percentile(&painted, 95);
        println!("  the goal of {GOAL_MS} ms is {}", if p95 <= GOAL_MS { "met" } else { "missed" });
        assert!(p95 <= MOST_MS, "a keystroke takes {p95:.1} ms until its answer is painted");
    }
    page.close().await;
}

/// Notes for each input when the page has its answer, and when that is painted.
const WATCH: &str = r"
    globalThis.answered = [];
    globalThis.painted = [];
    if (globalThis.watched) return;
    globalThis.watched = true;
    const soon = (then) => {
        const channel = new MessageChannel();
        channel.port1.onmessage = then;
        channel.port2.postMessage(0);
    };
    addEventListener('input', ({ timeStamp }) => {
        const since = () => performance.now() - timeStamp;
        soon(() => globalThis.answered.push(since()));
        requestAnimationFrame(() => soon(() => globalThis.painted.push(since())));
    }, true);
";

async fn times(page: &Page, name: &str) -> Vec<f64> {
    let times = page.run("return globalThis[arguments[0]]", vec![json!(name)]).await;
    let mut times: Vec<f64> = serde_json::from_value(times).expect("times");
    times.sort_by(f64::total_cmp);
    times
}

fn percentile(sorted: &[f64], percent: usize) -> f64 {
    sorted[(sorted.len() - 1) * percent / 100]
}

fn summary(sorted: &[f64]) -> String {
    let at = |percent| percentile(sorted, percent);
    format!("{:.1} ms (95 %: {:.1} ms)", at(50), at(95))
}
