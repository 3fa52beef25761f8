//! The examples, each a click away.

use serde_json::json;

use crate::page::{Page, soon};

#[tokio::test]
async fn each_example_is_answered() {
    let page = Page::open().await;
    for (group, is_good) in [("Examples", true), ("Examples that break", false)] {
        let names = r#"
            const group = document.querySelector(`[role=group][aria-label="${arguments[0]}"]`);
            return [...group.querySelectorAll("button")].map((it) => it.innerText);
        "#;
        let names = page.run(names, vec![json!(group)]).await;
        let names: Vec<String> = serde_json::from_value(names).expect("texts");
        assert!(names.len() > 3, "{names:?}");
        for name in names {
            page.press("[role=group] button", &name).await;
            soon!((&name, page.verdict().await, page.findings().await), |(_, verdict, found)| {
                match is_good {
                    true => verdict.starts_with("Django would connect"),
                    false => found.iter().any(|(_, severity)| severity != "info"),
                }
            });
        }
    }
    page.close().await;
}
