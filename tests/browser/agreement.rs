//! Core, the JS package and the page give the same answer for the same case.

use dsnlens_core::document::{Document, Json, LedgerLine};
use dsnlens_core::ledger::Fate;
use dsnlens_core::{Inputs, resolve};
use serde_json::{Value, json};

use crate::page::{Page, soon, soon_eq};
use crate::{package, site};

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
    // Built before a script waits for it.
    package::files();
    let page = Page::open().await;
    let by_package = by_package(&page).await;
    page.visit(site::address()).await;
    for (url, by_package) in URLS.into_iter().zip(by_package) {
        let answer = resolve(Inputs::url(url).with_debug(false));
        let document = Document::new(&answer, false);

        let by_core = serde_json::to_value(&document).expect("an answer is JSON");
        assert_eq!(without_positions(by_package), without_positions(by_core), "{url}");

        let set = r#"
            const box = document.querySelector("textarea");
            box.value = arguments[0];
            box.dispatchEvent(new InputEvent("input", { bubbles: true }));
        "#;
        page.run(set, vec![json!(url)]).await;
        let expected: Vec<_> = document.diagnostics.iter().map(|it| it.rule.to_owned()).collect();
        let rules =
            |found: Vec<(String, String)>| found.into_iter().map(|it| it.0).collect::<Vec<_>>();
        soon_eq!(rules(page.findings().await), expected, "{url}");
        if answer.resolution.settings.is_some() {
            soon!((url, page.settings().await), |(_, rows)| {
                !rows.is_empty() && rows.iter().all(|row| is_right(row, &document))
            });
        }
    }
    page.close().await;
}

/// Whether a row of the page's settings is what core says.
fn is_right(row: &[String; 3], document: &Document) -> bool {
    let wins = |it: &&LedgerLine| it.fate == Fate::Won.name() && it.key == row[0];
    let line = document.ledger.iter().rfind(wins);
    let value = match line.map(|it| &it.value) {
        None => return row[1] == "not set",
        Some(Json::Str(text)) => text.split_whitespace().collect::<Vec<_>>().join(" "),
        Some(Json::Int(number)) => number.to_string(),
        Some(Json::Bool(true)) => "True".to_owned(),
        Some(Json::Bool(false)) => "False".to_owned(),
        Some(_) => return true,
    };
    row[1].contains(&value)
}

/// The package's answers, asked for beside the page, which lets nothing be loaded.
async fn by_package(page: &Page) -> Vec<Value> {
    let address = format!("{}package/", site::address());
    page.client.goto(&address).await.expect("an empty page opens");
    let script = r#"
        const [urls, done] = arguments;
        import("./index.js").then(async (it) => {
            await it.default();
            done(urls.map((url) => it.resolve({ env: { DATABASE_URL: url }, debug: false })));
        }).catch((error) => done(String(error)));
    "#;
    let answers = page.client.execute_async(script, vec![json!(URLS)]).await.expect("it runs");
    serde_json::from_value(answers).expect("an answer for each")
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
