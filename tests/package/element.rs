//! `<dsn-lens>` in other people's pages, as `docs/embedding.md` puts it there.

use std::time::Duration;

use dsnlens_tests::snippets::{EMBEDDING, README, snippet};
use serde_json::{Value, json};
use tokio::time::sleep;

use crate::chromium::Chromium;
use crate::project::Project;
use crate::server::serve;

/// All that the element asks for.
const POLICY: &str = "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; \
                      style-src 'self'; connect-src 'self'";

const LENS: &str = r#"<dsn-lens value="postgres://app:hun#ter2@db.example.com/shop"></dsn-lens>"#;

fn page(body: &str) -> String {
    format!(
        "<!doctype html><meta charset=utf-8>\
         <meta http-equiv=\"Content-Security-Policy\" content=\"{POLICY}\">{body}"
    )
}

/// What `script` returns, once that is a text.
async fn shown(browser: &Chromium, script: &str) -> String {
    for _ in 0..200 {
        if let Value::String(text) = browser.run(script, Vec::new()).await {
            return text;
        }
        sleep(Duration::from_millis(50)).await;
    }
    panic!("nothing is shown: {:?}", browser.complaints().await);
}

async fn verdict(browser: &Chromium) -> String {
    let script = "return document.querySelector('dsn-lens')?.shadowRoot\
                  ?.querySelector('[role=status].verdict')?.textContent;";
    shown(browser, script).await
}

/// Whatever the browser said against the page, but for an icon that nobody promised.
async fn complaints(browser: &Chromium) -> Vec<String> {
    let mut complaints = browser.complaints().await;
    complaints.retain(|it| !it.contains("favicon.ico"));
    complaints
}

async fn answers(address: &str) {
    let browser = Chromium::at(address).await;
    let verdict = verdict(&browser).await;
    assert!(verdict.contains("Django does not start"), "{verdict}");
    // The rules' pages come after the answer, and find their way, too.
    let read = "return globalThis.dsnlensRulePages && 'read';";
    assert_eq!(shown(&browser, read).await, "read");
    assert_eq!(complaints(&browser).await, [""; 0]);
    browser.close().await;
}

#[tokio::test]
async fn vite_builds_a_page_with_the_element() {
    let project = Project::new("element-vite");
    let body = format!("<script type=module src=./main.js></script>{LENS}");
    project.write("index.html", &page(&body));
    project.write("main.js", r#"import "dsnlens/element";"#);
    project.tool("vite build --base ./ --logLevel error");
    answers(&serve(vec![("", project.folder.join("dist"))])).await;
}

#[tokio::test]
async fn webpack_builds_a_page_with_the_element() {
    let project = Project::new("element-webpack");
    project.write("main.js", r#"import "dsnlens/element";"#);
    // The sizes that webpack warns of are those of any WebAssembly.
    project.tool("webpack --mode production --entry ./main.js --stats errors-only");
    let body = format!("<script type=module src=./main.js></script>{LENS}");
    project.write("dist/index.html", &page(&body));
    answers(&serve(vec![("", project.folder.join("dist"))])).await;
}

#[tokio::test]
async fn two_lines_of_html_are_enough() {
    let project = Project::new("element-plain");
    let installed = project.folder.join("node_modules/dsnlens");
    let address = serve(vec![("dsnlens/", installed), ("", project.folder.clone())]);
    for (document, heading) in [(EMBEDDING, "Plain HTML"), (README, "The page, as an element")] {
        project.write("index.html", &page(&snippet(document, heading, "html")));
        let browser = Chromium::at(&address).await;
        let verdict = verdict(&browser).await;
        assert!(!verdict.is_empty(), "{document}");
        assert_eq!(complaints(&browser).await, [""; 0]);
        browser.close().await;
    }
}

#[tokio::test]
async fn a_documented_configuration_cannot_be_changed() {
    let project = Project::new("element-readonly");
    let snippet = snippet(EMBEDDING, "A configuration that is documented", "html");
    let script = "<script type=module src=./dsnlens/element.js></script>";
    project.write("index.html", &page(&format!("{script}{snippet}")));
    let installed = project.folder.join("node_modules/dsnlens");
    let address = serve(vec![("dsnlens/", installed), ("", project.folder.clone())]);
    let browser = Chromium::at(&address).await;
    verdict(&browser).await;
    let script = "const lens = document.querySelector('dsn-lens');\
                  return [lens.readOnly, lens.shadowRoot.querySelector('textarea').readOnly];";
    assert_eq!(browser.run(script, Vec::new()).await, json!([true, true]));
    assert_eq!(complaints(&browser).await, [""; 0]);
    browser.close().await;
}

#[tokio::test]
async fn react_hears_what_the_element_tells() {
    let element = r#"<shown.Database url="postgres://u:p@h.example/d" />"#;
    let page = page("<main></main>");
    let project = Project::of_react("React, with the element", &page, "main", element);
    let browser = Chromium::at(&serve(vec![("", project.folder.join("dist"))])).await;
    let output = "return document.querySelector('output')?.textContent || null;";
    assert_eq!(shown(&browser, output).await, "sslmode require");
    assert_eq!(complaints(&browser).await, [""; 0]);
    browser.close().await;
}
