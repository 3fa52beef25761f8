//! Core, the JS package and the page give the same answer for the same case.

use dsnlens_core::document::{Document, Json, LedgerLine};
use dsnlens_core::ledger::Fate;
use dsnlens_core::{Inputs, Recipe, resolve};
use serde_json::{Value, json};

use crate::page::Page;

const URLS: [&str; 10] = [
    "postgres://app:hunter2@db.example.com:5432/shop",
    "postgresql://app:hunter2@localhost/shop?sslmode=verify-full&connect_timeout=5",
    "postgres://app:p%23ss@%2Fcloudsql%2Fproject/shop",
    "postgres://\u{1f600}:e\u{301}@h\u{e9}.example/d?application_name=a+b",
    "postgresql://postgres:Xy9$mK2#pL8@qR4&host/db",
    "postgres://u:123#abc@host/db",
    "postgres://u:p@h1,h2/db?target_session_attrs=primary",
    "mysql://u:p@h/db?ssl-ca=/ca.pem",
    "nonsense",
    "postgres://u:p@h/db?currentSchema=app&pool=true&n=9007199254740993",
];

#[tokio::test]
async fn core_package_and_page_agree() {
    let page = Page::open().await;
    for url in URLS {
        let inputs = Inputs::url(url).with_debug(false);
        let recipe = Recipe::default();
        let resolution = resolve(&inputs, &recipe);
        let document = Document::new(&resolution, &inputs, &recipe, false);

        let script = r#"
            const [url, done] = arguments;
            import("/package/index.js").then(async (it) => {
                await it.default();
                done(it.resolve({ env: { DATABASE_URL: url }, debug: false }));
            }).catch((error) => done(String(error)));
        "#;
        let client = page.client.clone();
        let by_package = client.execute_async(script, vec![json!(url)]).await.expect("it runs");
        let by_core = serde_json::to_value(&document).expect("an answer is JSON");
        assert_eq!(without_positions(by_package), without_positions(by_core), "{url}");

        let set = r#"
            const box = document.querySelector("textarea");
            box.value = arguments[0];
            box.dispatchEvent(new InputEvent("input", { bubbles: true }));
        "#;
        page.run(set, vec![json!(url)]).await;
        let rules: Vec<_> = page.findings().await.into_iter().map(|(rule, _)| rule).collect();
        let expected: Vec<_> = document.diagnostics.iter().map(|it| it.rule.to_owned()).collect();
        assert_eq!(rules, expected, "{url}");
        let rows = if resolution.settings.is_some() { page.settings().await } else { Vec::new() };
        for row in rows {
            if row[1] == "not set" {
                let wins = |it: &LedgerLine| it.fate == Fate::Won.name() && it.key == row[0];
                assert!(!document.ledger.iter().any(wins), "{row:?} of {url}");
                continue;
            }
            let line = document
                .ledger
                .iter()
                .rfind(|it| it.fate == Fate::Won.name() && it.key == row[0])
                .unwrap_or_else(|| panic!("core has no winner for {row:?} of {url}"));
            let value = match &line.value {
                Json::Str(text) => text.split_whitespace().collect::<Vec<_>>().join(" "),
                Json::Int(number) => number.to_string(),
                Json::Bool(true) => "True".to_owned(),
                Json::Bool(false) => "False".to_owned(),
                _ => continue,
            };
            assert!(row[1].contains(&value), "{row:?} is {value:?} to core, {url}");
        }
    }
    page.close().await;
}

/// Positions are bytes in core and UTF-16 units in JS; whole numbers beyond 2^53 are doubles.
fn without_positions(mut value: Value) -> Value {
    fn clear(value: &mut Value) {
        match value {
            Value::Object(object) => {
                object.remove("start");
                object.remove("end");
                object.values_mut().for_each(clear);
            }
            Value::Array(values) => values.iter_mut().for_each(clear),
            Value::Number(number) => *value = json!(number.as_f64()),
            _ => {}
        }
    }
    clear(&mut value);
    value
}
