//! What people reported, pasted into the page: the right answer, each time.

use dsnlens_tests::reported::{Kind, Reported, all, assert_right};
use serde_json::json;

use crate::page::Page;

async fn faults(page: &Page, kind: Kind, case: &Reported) -> Vec<String> {
    page.run("location.hash = ''", Vec::new()).await;
    page.client.refresh().await.expect("a new page");
    page.wait_until("'loaded' in document.documentElement.dataset", "it loads").await;
    page.paste("DATABASE_URL", &case.input).await;
    let mark = if kind == Kind::Message { "cause" } else { "rule" };
    let script = "return [...document.querySelectorAll(`[data-${arguments[0]}]`)] \
                  .map((it) => it.dataset[arguments[0]])";
    // The answer follows the paste by a task or two.
    let mut faults = Vec::new();
    for _ in 0..100 {
        let rules = page.run(script, vec![json!(mark)]).await;
        let rules: Vec<String> = serde_json::from_value(rules).expect("names of rules");
        faults = case.faults(kind, &answer(page).await, &rules);
        if faults.is_empty() {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
    faults
}

/// What the page says, the text of `settings.py` that it exports aside.
async fn answer(page: &Page) -> String {
    let script = "const text = document.body.innerText; \
                  const exported = document.querySelector('[data-section=export]')?.innerText; \
                  return exported ? text.replace(exported, '') : text";
    page.run(script, Vec::new()).await.as_str().expect("a text").to_owned()
}

async fn check(kind: Kind) {
    let page = Page::open().await;
    let mut cases = Vec::new();
    for case in all(kind) {
        let faults = faults(&page, kind, &case).await;
        cases.push((case, faults));
    }
    page.leave().await;
    assert_right(&cases);
}

#[tokio::test]
async fn urls() {
    check(Kind::Url).await;
}

#[tokio::test]
async fn files() {
    check(Kind::File).await;
}

#[tokio::test]
async fn messages() {
    check(Kind::Message).await;
}
