//! A page in Chromium, addressed by what a screen reader would say.

use std::ops::Deref;
use std::time::Duration;

use fantoccini::elements::Element;
use serde_json::json;
use tokio::time::sleep;

use crate::chromium::Browser;
use crate::site;

/// The project's page in a browser of its own.
pub(crate) struct Page(Browser);

impl Deref for Page {
    type Target = Browser;

    fn deref(&self) -> &Browser {
        &self.0
    }
}

/// Finds every element of an accessible name, going by the parts of the standard that the page
/// uses: `aria-labelledby`, `aria-label`, `<label>`, `<caption>`, and the text of a button or tab.
const BY_NAME: &str = r#"
    const [selector, wanted] = arguments;
    const text = (it) => it ? it.textContent.trim().replace(/\s+/g, " ") : "";
    const name = (it) => {
        const by = it.getAttribute("aria-labelledby");
        if (by) return by.split(/\s+/).map((id) => text(document.getElementById(id))).join(" ");
        if (it.hasAttribute("aria-label")) return it.getAttribute("aria-label");
        if (it.labels && it.labels.length) return text(it.labels[0]);
        const caption = it.querySelector(":scope > caption");
        return text(caption || it);
    };
    return [...document.querySelectorAll(selector)].filter((it) => name(it) === wanted);
"#;

impl Page {
    pub(crate) async fn open() -> Page {
        let page = Page(Browser::at(site::address()).await);
        page.named("textarea", "DATABASE_URL").await;
        page
    }

    /// The element of this accessible name, waited for a little.
    pub(crate) async fn named(&self, selector: &str, name: &str) -> Element {
        for _ in 0..100 {
            let arguments = vec![json!(selector), json!(name)];
            let found = self.client.execute(BY_NAME, arguments).await.expect("the script runs");
            if let Some(first) = found.as_array().and_then(|it| it.first()) {
                let id = first.as_object().and_then(|it| it.values().next()).expect("an element");
                let id = id.as_str().expect("an element's id").to_owned();
                let reference = fantoccini::elements::ElementRef::from(id);
                return Element::from_element_id(self.client.clone(), reference);
            }
            sleep(Duration::from_millis(50)).await;
        }
        panic!("no {selector} is called {name:?}");
    }

    pub(crate) async fn press(&self, selector: &str, name: &str) {
        self.named(selector, name).await.click().await.expect("it can be pressed");
    }

    /// Types into a box as a person does, key by key.
    pub(crate) async fn write(&self, name: &str, text: &str) {
        let field = self.named("textarea, input", name).await;
        field.click().await.expect("it can be focused");
        field.send_keys(text).await.expect("it can be typed into");
    }

    /// What a person can read in an element.
    pub(crate) async fn read(&self, selector: &str, name: &str) -> String {
        let text = self.named(selector, name).await.text().await.expect("it has a text");
        text.split_whitespace().collect::<Vec<_>>().join(" ")
    }

    pub(crate) async fn verdict(&self) -> String {
        self.read("[role=status]", "Verdict").await
    }

    /// The effective settings: name, value, origin.
    pub(crate) async fn settings(&self) -> Vec<[String; 3]> {
        let table = self.named("table", "Effective settings").await;
        let script = r#"
            const text = (it) => it ? it.innerText.trim().replace(/\s+/g, " ") : "";
            return [...arguments[0].querySelectorAll("tbody tr")].map(
                (row) => [0, 1, 2].map((nth) => text(row.children[nth])));
        "#;
        let argument = serde_json::to_value(&table).expect("an element");
        let rows = self.client.execute(script, vec![argument]).await.expect("the script runs");
        serde_json::from_value(rows).expect("rows of three")
    }

    /// The value and origin of one setting.
    pub(crate) async fn setting(&self, name: &str) -> (String, String) {
        let rows = self.settings().await;
        let row = rows.into_iter().find(|row| row[0] == name);
        let [_, value, origin] = row.unwrap_or_else(|| panic!("no row for {name}"));
        (value, origin)
    }

    /// Rule and severity of each finding.
    pub(crate) async fn findings(&self) -> Vec<(String, String)> {
        let script = r#"
            return [...document.querySelectorAll("[data-rule]")].map(
                (it) => [it.dataset.rule, it.dataset.severity]);
        "#;
        let found = self.client.execute(script, Vec::new()).await.expect("the script runs");
        serde_json::from_value(found).expect("pairs")
    }

    pub(crate) async fn close(self) {
        self.0.close().await;
    }
}
