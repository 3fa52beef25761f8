//! The served page in a real browser, and a real server behind its button.

use std::time::{Duration, Instant};

use serde_json::{Value, json};
use tokio::time::sleep;

use crate::cluster::PASSWORD;
use crate::page::Page;
use crate::peer::{drain, serve};
use crate::program::FILES;
use crate::servers::TLS;
use crate::serving::Serving;

const BUTTON: &str = "Check the connection";

async fn open(serving: &Serving) -> Page {
    Page::open_at(&format!("http://{}/", serving.address)).await
}

/// Puts another URL in the place of what is there: Ctrl, A, no Ctrl, and then the URL.
async fn replace(page: &Page, url: &str) {
    page.write("DATABASE_URL", &format!("\u{e009}a\u{e000}{url}")).await;
    let value = page.run("return document.querySelector('textarea').value", Vec::new()).await;
    assert_eq!(value, json!(url));
}

async fn region(page: &Page) -> String {
    page.read("section, [role=region]", "Live check").await
}

/// The region, once this is in it.
async fn region_with(page: &Page, text: &str) -> String {
    let begun = Instant::now();
    loop {
        let region = region(page).await;
        if region.contains(text) {
            return region;
        }
        assert!(begun.elapsed() < Duration::from_secs(20), "no {text:?} in {region}");
        sleep(Duration::from_millis(50)).await;
    }
}

/// Step and status of each row.
async fn steps(page: &Page) -> Value {
    let script = "return [...document.querySelectorAll('[data-step]')].map(
        (it) => `${it.dataset.step} ${it.dataset.status}`)";
    page.run(script, Vec::new()).await
}

#[tokio::test]
async fn a_real_check_is_shown_step_by_step() {
    let serving = Serving::start();
    let page = open(&serving).await;
    let (port, ca) = (TLS.port, FILES.path("ca.crt"));
    let host = format!("localhost:{port}/shop?sslmode=verify-full&sslrootcert={ca}");

    assert!(region(&page).await.contains("Type something"));
    page.press("[role=switch]", "DEBUG").await;
    page.write("DATABASE_URL", &format!("postgres://app:{PASSWORD}@{host}")).await;
    page.press("button", BUTTON).await;
    let good = region_with(&page, "Database Connection").await;
    assert!(good.contains("Connected with TLS, to a server that has proved its name."), "{good}");
    assert!(good.contains("Verified its certificate and its name"), "{good}");
    assert!(good.contains("scram-sha-256") && good.contains("PostgreSQL 15"), "{good}");
    let all = ["dns", "tcp", "sslrequest", "tls", "auth", "session", "pooling"];
    assert_eq!(steps(&page).await, json!(all.map(|it| format!("{it} pass"))));

    // What is said of earlier input is said to be.
    replace(&page, &format!("postgres://app:wrong@{host}")).await;
    let earlier = region(&page).await;
    assert!(
        earlier.contains("of earlier input") && earlier.contains("Connected with"),
        "{earlier}"
    );

    page.press("button", BUTTON).await;
    let bad = region_with(&page, "28P01").await;
    assert!(bad.contains("No connection: the step auth failed, SQLSTATE 28P01."), "{bad}");
    assert!(!bad.contains("earlier input") && !bad.contains("Connected with"), "{bad}");
    let ends = ["auth fail", "session skip", "pooling skip"];
    assert_eq!(steps(&page).await.as_array().expect("a list")[4..], ends.map(|it| json!(it)));
    let live = "return [...document.querySelectorAll('dsnlens-live-check [data-rule]')].map(
        (it) => [it.dataset.rule, it.dataset.severity])";
    let found = page.run(live, Vec::new()).await;
    assert_eq!(found[0], json!(["authentication-failed", "error"]));
    page.press("dsnlens-live-check summary", "About authentication-failed").await;
    let about = region(&page).await;
    assert!(about.contains("What happens") && about.contains("ALTER ROLE"), "{about}");

    // Nothing but this server was asked, and nothing was left behind.
    let asked = "return performance.getEntriesByType('resource').map((it) => it.name)";
    let asked = page.run(asked, Vec::new()).await;
    let asked = asked.as_array().expect("a list");
    let own = format!("http://{}/", serving.address);
    assert!(asked.len() > 5, "{asked:?}");
    assert!(asked.iter().all(|it| it.as_str().is_some_and(|it| it.starts_with(&own))), "{asked:?}");
    assert_eq!(page.chromium.complaints().await, Vec::<String>::new());
    let left = "return [document.body.innerText, document.title, location.href, document.cookie,
        JSON.stringify({...localStorage, ...sessionStorage})].join('\\n')";
    let left = page.run(left, Vec::new()).await.to_string();
    assert!(!left.contains(PASSWORD) && !left.contains("wrong@"), "{left}");
    page.leave().await;
}

#[tokio::test]
async fn a_check_can_be_stopped_with_the_keyboard_and_begun_again() {
    let serving = Serving::start();
    let page = open(&serving).await;
    let port = serve(|mut stream| drain(&mut stream));
    page.write("DATABASE_URL", &format!("postgres://app:{PASSWORD}@127.0.0.1:{port}/shop")).await;
    page.named("button", BUTTON).await.send_keys("\u{e007}").await.expect("Enter is pressed");
    region_with(&page, "running").await;
    page.named("button", "Stop").await.send_keys("\u{e007}").await.expect("Enter is pressed");
    let stopped = region_with(&page, "Stopped.").await;
    assert!(stopped.contains("stopped sslrequest") && stopped.contains("ok tcp"), "{stopped}");
    let focused = "return document.activeElement.textContent";
    assert_eq!(page.run(focused, Vec::new()).await, json!(BUTTON));
    page.press("button", BUTTON).await;
    region_with(&page, "running").await;
    page.leave().await;
}

#[tokio::test]
async fn without_a_connection_to_make_there_is_none() {
    let serving = Serving::start();
    let page = open(&serving).await;
    page.write("DATABASE_URL", "postgres://app:p#w@h/shop").await;
    page.press("button", BUTTON).await;
    let region = region_with(&page, "Django does not start").await;
    assert!(region.contains("skipped auth"), "{region}");
    page.leave().await;
}

#[tokio::test]
async fn a_program_that_is_gone_or_another_is_told() {
    let serving = Serving::start();
    let page = open(&serving).await;
    page.write("DATABASE_URL", "postgres://app@127.0.0.1:1/shop").await;
    let address = serving.address.clone();
    serving.end("-TERM");
    page.press("button", BUTTON).await;
    region_with(&page, "The program does not answer.").await;

    let again = Serving::with(&["--addr", &address]);
    page.press("button", BUTTON).await;
    region_with(&page, "Load the page again.").await;
    drop(again);
    page.leave().await;
}

#[tokio::test]
async fn a_busy_program_is_told() {
    let serving = Serving::start();
    let port = serve(|mut stream| drain(&mut stream));
    let url = format!("postgres://app@127.0.0.1:{port}/shop");
    let busy: Vec<_> =
        (0..2).map(|_| serving.open(&serving.question(&[("DATABASE_URL", &url)], &[]))).collect();
    let page = open(&serving).await;
    page.write("DATABASE_URL", &url).await;
    page.press("button", BUTTON).await;
    region_with(&page, "busy with other checks").await;
    drop(busy);
    page.leave().await;
}
