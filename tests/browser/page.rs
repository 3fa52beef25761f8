//! A page in Chromium, addressed by what a screen reader would say.

use std::time::Duration;

use fantoccini::Client;
use fantoccini::actions::{InputSource, KeyAction, KeyActions};
use fantoccini::elements::{Element, ElementRef};
use fantoccini::key::Key;
use serde_json::{Value, json};
use tokio::time::sleep;

use crate::chromium::Chromium;

/// A page of its own, in a browser of its own.
pub(crate) struct Page {
    pub(crate) chromium: Chromium,
    pub(crate) client: Client,
}

/// Finds every element of an accessible name, going by the parts of the standard that the page
/// uses: `aria-labelledby`, `aria-label`, `<label>`, `<caption>`, and the text of a button or tab.
const BY_NAME: &str = r#"
    const [selector, wanted] = arguments;
    // What is not displayed is no part of a name.
    const words = (it) => it.nodeType !== Node.ELEMENT_NODE ? it.textContent
        : getComputedStyle(it).display === "none" ? "" : [...it.childNodes].map(words).join("");
    const text = (it) => it ? words(it).trim().replace(/\s+/g, " ") : "";
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

const NONE: [String; 0] = [];

impl Page {
    /// The page at an address, and nothing typed yet.
    pub(crate) async fn open_at(address: &str) -> Page {
        Page::open_in(Chromium::start(&[]).await, address).await
    }

    pub(crate) async fn open_in(chromium: Chromium, address: &str) -> Page {
        let page = Page { client: chromium.client.clone(), chromium };
        page.visit(address).await;
        page
    }

    /// Comes back in a browser started anew.
    pub(crate) async fn open_again(self, address: &str) -> Page {
        Page::open_in(self.chromium.restart().await, address).await
    }

    /// Goes there, and waits until everything is loaded.
    pub(crate) async fn visit(&self, address: &str) {
        self.client.goto(address).await.expect("the page opens");
        self.wait_until("'loaded' in document.documentElement.dataset", "it loads").await;
        // What loading asked for is of no interest from here on.
        self.chromium.requests().await;
    }

    /// Waits until an expression of the page is true.
    pub(crate) async fn wait_until(&self, expression: &str, what: &str) {
        for _ in 0..200 {
            if self.run(&format!("return Boolean({expression})"), Vec::new()).await == json!(true) {
                return;
            }
            sleep(Duration::from_millis(50)).await;
        }
        panic!("waited in vain until {what}");
    }

    /// The element of this accessible name, waited for a little.
    pub(crate) async fn named(&self, selector: &str, name: &str) -> Element {
        for _ in 0..100 {
            if let Some(found) = self.find(selector, name).await {
                return found;
            }
            sleep(Duration::from_millis(50)).await;
        }
        panic!("no {selector} is called {name:?}");
    }

    /// The element of this accessible name, if it is there now.
    pub(crate) async fn find(&self, selector: &str, name: &str) -> Option<Element> {
        let found = self.run(BY_NAME, vec![json!(selector), json!(name)]).await;
        let first = found.as_array()?.first()?;
        let id = first.as_object()?.values().next()?.as_str()?.to_owned();
        Some(Element::from_element_id(self.client.clone(), ElementRef::from(id)))
    }

    pub(crate) async fn press(&self, selector: &str, name: &str) {
        self.named(selector, name).await.click().await.expect("it can be pressed");
    }

    pub(crate) async fn choose(&self, name: &str, option: &str) {
        let select = self.named("select", name).await;
        select.select_by_label(option).await.expect("there is such an option");
    }

    /// Types into a box as a person does, key by key.
    pub(crate) async fn write(&self, name: &str, text: &str) {
        let field = self.named("textarea, input", name).await;
        field.click().await.expect("it can be focused");
        field.send_keys(text).await.expect("it can be typed into");
    }

    /// Pastes a text in place of what a box holds.
    pub(crate) async fn paste(&self, name: &str, text: &str) {
        let field = self.named("textarea, input", name).await;
        field.click().await.expect("it can be focused");
        let field = serde_json::to_value(&field).expect("an element");
        let script = r#"
            const [box, text] = arguments;
            box.select();
            document.addEventListener("copy", (event) => {
                event.clipboardData.setData("text/plain", text);
                event.preventDefault();
            }, { once: true });
        "#;
        self.run(script, vec![field, json!(text)]).await;
        self.strike_with(Key::Control.into(), 'c').await;
        self.strike_with(Key::Control.into(), 'v').await;
    }

    /// Strikes keys, one after the other, wherever the focus is.
    pub(crate) async fn strike(&self, keys: impl IntoIterator<Item = char>) {
        let mut actions = KeyActions::new("keyboard".into());
        for value in keys {
            actions = actions.then(KeyAction::Down { value }).then(KeyAction::Up { value });
        }
        self.client.perform_actions(actions).await.expect("keys can be struck");
    }

    /// Strikes a key while another is held down.
    pub(crate) async fn strike_with(&self, held: char, value: char) {
        let actions = KeyActions::new("keyboard".into())
            .then(KeyAction::Down { value: held })
            .then(KeyAction::Down { value })
            .then(KeyAction::Up { value })
            .then(KeyAction::Up { value: held });
        self.client.perform_actions(actions).await.expect("keys can be struck");
    }

    /// What a person can read in an element.
    pub(crate) async fn read(&self, selector: &str, name: &str) -> String {
        let text = self.named(selector, name).await.text().await.expect("it has a text");
        text.split_whitespace().collect::<Vec<_>>().join(" ")
    }

    pub(crate) async fn verdict(&self) -> String {
        self.read("[role=status]", "Verdict").await
    }

    /// What a person can read in the first element that matches.
    pub(crate) async fn text_in(&self, selector: &str) -> String {
        let script = "return document.querySelector(arguments[0]).innerText";
        let text = self.run(script, vec![json!(selector)]).await;
        text.as_str().expect("a text").to_owned()
    }

    /// What a person can read at all.
    pub(crate) async fn text(&self) -> String {
        self.text_in("body").await
    }

    /// What stands in a box.
    pub(crate) async fn value(&self, name: &str) -> String {
        let field = self.named("textarea, input, select", name).await;
        field.prop("value").await.expect("it has a value").unwrap_or_default()
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
        let rows = self.run(script, vec![argument]).await;
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
        serde_json::from_value(self.run(script, Vec::new()).await).expect("pairs")
    }

    /// What lies on the clipboard.
    pub(crate) async fn clipboard(&self) -> String {
        self.chromium.permit("clipboard-read").await;
        let script =
            "navigator.clipboard.readText().then(arguments[0], (it) => arguments[0](it.message))";
        let text = self.client.execute_async(script, Vec::new()).await.expect("the script runs");
        text.as_str().expect("a text").to_owned()
    }

    /// Presses a button that copies, and gives what lies on the clipboard then.
    pub(crate) async fn copy(&self, region: &str, button: &str) -> String {
        self.chromium.permit("clipboard-write").await;
        self.press(&format!("{region} button"), button).await;
        let copied = format!("document.querySelector('{region} [role=status]')?.innerText");
        self.wait_until(&format!("{copied} === 'Copied'"), "it is copied").await;
        self.clipboard().await
    }

    /// What has the keyboard's focus, by its name or its text.
    pub(crate) async fn focused(&self) -> String {
        let script = r#"
            const it = document.activeElement;
            const cells = it.cells && [...it.cells].map((it) => it.textContent).join(" ");
            const label = it.getAttribute("aria-label") || it.labels?.[0]?.textContent;
            const name = label || cells || it.textContent;
            return name.trim().replace(/\s+/g, " ");
        "#;
        self.run(script, Vec::new()).await.as_str().expect("a text").to_owned()
    }

    /// Follows a link to this page, which loads nothing anew.
    pub(crate) async fn go_to_fragment(&self, link: &str) {
        self.run("location.href = arguments[0]", vec![json!(link)]).await;
        // The event comes with the next task.
        self.client
            .execute_async("setTimeout(arguments[0], 50)", Vec::new())
            .await
            .expect("a while");
    }

    pub(crate) async fn run(&self, script: &str, arguments: Vec<Value>) -> Value {
        self.chromium.run(script, arguments).await
    }

    /// Ends a visit, during which the page asked for nothing and broke no rule of its own.
    pub(crate) async fn close(self) {
        assert_eq!(self.chromium.requests().await, NONE, "a loaded page asks for nothing");
        assert_eq!(self.chromium.complaints().await, NONE);
        self.leave().await;
    }

    pub(crate) async fn leave(self) {
        self.client.clone().close().await.expect("the browser closes");
    }
}
