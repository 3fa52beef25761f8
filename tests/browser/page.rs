//! A page in Chromium, addressed by what a screen reader would say.

use std::fmt::Debug;
use std::time::{Duration, Instant};

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

/// How long a page may take until it is as a test expects it, on a machine that has much to do.
const PATIENCE: Duration = Duration::from_secs(60);

/// How long between two looks at a page.
const PAUSE: Duration = Duration::from_millis(20);

/// Looks at a page until something holds of what is seen, which is the value. A page draws when it
/// gets to it, so what is read only once may be what was there before.
macro_rules! soon {
    ($read:expr, $holds:expr $(,)?) => {{
        let mut looks = $crate::page::Looks::begin();
        loop {
            let seen = $read;
            if $crate::page::holds(&seen, $holds) {
                break seen;
            }
            looks.again(stringify!($read), &seen).await;
        }
    }};
}
#[allow(unused_imports, reason = "not every binary asks for both")]
pub(crate) use soon;

/// Looks at a page until what is seen is just this.
macro_rules! soon_eq {
    ($read:expr, $expected:expr $(, $why:literal)? $(,)?) => {{
        let expected = $expected;
        let mut looks = $crate::page::Looks::begin();
        loop {
            let seen = $read;
            if seen == expected {
                break;
            }
            let why: &[String] = &[$(format!($why))?];
            let told = format!("{} to be {expected:?} {}", stringify!($read), why.concat());
            looks.again(&told, &seen).await;
        }
    }};
}
#[allow(unused_imports, reason = "not every binary asks for both")]
pub(crate) use soon_eq;

/// Looks at a page, one after the other.
pub(crate) struct Looks {
    begun: Instant,
}

impl Looks {
    pub(crate) fn begin() -> Looks {
        Looks { begun: Instant::now() }
    }

    /// Waits for the next look, unless there were enough.
    pub(crate) async fn again(&mut self, what: &str, seen: &impl Debug) {
        assert!(self.begun.elapsed() < PATIENCE, "waited for {what}; in the end it is {seen:#?}");
        sleep(PAUSE).await;
    }
}

pub(crate) fn holds<T>(seen: &T, holds: impl Fn(&T) -> bool) -> bool {
    holds(seen)
}

/// Finds every element of an accessible name, going by the parts of the standard that the page
/// uses: `aria-labelledby`, `aria-label`, `<label>`, `<caption>`, and the text of a button or tab.
const BY_NAME: &str = r#"
    const [selector, wanted, what] = arguments;
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
    const found = [...document.querySelectorAll(selector)].filter((it) => name(it) === wanted);
    const line = (it) => it ? it.innerText.trim().replace(/\s+/g, " ") : "";
    switch (what) {
        case "elements": return found;
        case "text": return line(found[0]);
        case "value": return found[0]?.value ?? "";
        case "rows": return found.slice(0, 1).flatMap((it) => [...it.querySelectorAll("tbody tr")])
            .map((row) => [0, 1, 2].map((nth) => line(row.children[nth])));
    }
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
        let expression = format!("return Boolean({expression})");
        let mut looks = Looks::begin();
        while self.run(&expression, Vec::new()).await != json!(true) {
            looks.again(what, &"not so").await;
        }
    }

    /// The element of this accessible name, waited for.
    pub(crate) async fn named(&self, selector: &str, name: &str) -> Element {
        let mut looks = Looks::begin();
        loop {
            if let Some(found) = self.find(selector, name).await {
                return found;
            }
            looks.again(&format!("{selector} called {name:?}"), &"not there").await;
        }
    }

    /// The element of this accessible name, if it is there now.
    pub(crate) async fn find(&self, selector: &str, name: &str) -> Option<Element> {
        let found = self.by_name(selector, name, "elements").await;
        let first = found.as_array()?.first()?;
        let id = first.as_object()?.values().next()?.as_str()?.to_owned();
        Some(Element::from_element_id(self.client.clone(), ElementRef::from(id)))
    }

    /// Something of the first element of this accessible name, as it is now.
    async fn by_name(&self, selector: &str, name: &str, what: &str) -> Value {
        self.run(BY_NAME, vec![json!(selector), json!(name), json!(what)]).await
    }

    /// Presses it once it is there and nothing lies over it.
    pub(crate) async fn press(&self, selector: &str, name: &str) {
        let mut looks = Looks::begin();
        while let Err(error) = self.named(selector, name).await.click().await {
            looks.again(&format!("{selector} {name:?} to be pressed"), &error).await;
        }
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

    /// What a person can read in an element now; nothing where it is not there.
    pub(crate) async fn read(&self, selector: &str, name: &str) -> String {
        let text = self.by_name(selector, name, "text").await;
        text.as_str().expect("a text").to_owned()
    }

    pub(crate) async fn verdict(&self) -> String {
        self.read("[role=status]", "Verdict").await
    }

    /// What a person can read in the first element that matches; nothing without one.
    pub(crate) async fn text_in(&self, selector: &str) -> String {
        let script = "return document.querySelector(arguments[0])?.innerText ?? ''";
        let text = self.run(script, vec![json!(selector)]).await;
        text.as_str().expect("a text").to_owned()
    }

    /// What a person can read at all.
    pub(crate) async fn text(&self) -> String {
        self.text_in("body").await
    }

    /// What a box holds now.
    pub(crate) async fn value(&self, name: &str) -> String {
        let value = self.by_name("textarea, input, select", name, "value").await;
        value.as_str().expect("a text").to_owned()
    }

    /// The effective settings: name, value, origin.
    pub(crate) async fn settings(&self) -> Vec<[String; 3]> {
        let rows = self.by_name("table", "Effective settings", "rows").await;
        serde_json::from_value(rows).expect("rows of three")
    }

    /// The value and origin of one setting; both are empty where it has no row.
    pub(crate) async fn setting(&self, name: &str) -> (String, String) {
        let rows = self.settings().await;
        let row = rows.into_iter().find(|row| row[0] == name);
        row.map_or_else(Default::default, |[_, value, origin]| (value, origin))
    }

    /// Rule and severity of each finding.
    pub(crate) async fn findings(&self) -> Vec<(String, String)> {
        let script = r#"
            return [...document.querySelectorAll("[data-rule]")].map(
                (it) => [it.dataset.rule, it.dataset.severity]);
        "#;
        serde_json::from_value(self.run(script, Vec::new()).await).expect("pairs")
    }

    /// The first finding; two empty texts without one.
    pub(crate) async fn worst(&self) -> (String, String) {
        self.findings().await.into_iter().next().unwrap_or_default()
    }

    /// What lies on the clipboard.
    pub(crate) async fn clipboard(&self) -> String {
        self.chromium.permit("clipboard-read").await;
        let script = "
            const [done] = arguments;
            navigator.clipboard.readText().then((text) => done({ text }), (it) => done(it.message));
        ";
        let read = || self.client.execute_async(script, Vec::new());
        let read = soon!(read().await.expect("the script runs"), Value::is_object);
        read["text"].as_str().expect("a text").to_owned()
    }

    /// Presses a button that copies, and gives what lies on the clipboard then.
    pub(crate) async fn copy(&self, region: &str, button: &str) -> String {
        self.chromium.permit("clipboard-write").await;
        const BEFORE: &str = "what was copied before";
        let script = "
            const [text, done] = arguments;
            navigator.clipboard.writeText(text).then(() => done(''), (it) => done(it.message));
        ";
        let write = || self.client.execute_async(script, vec![json!(BEFORE)]);
        soon_eq!(write().await.expect("the script runs"), "");
        self.press(&format!("{region} button"), button).await;
        soon_eq!(self.text_in(&format!("{region} [role=status]")).await, "Copied");
        soon!(self.clipboard().await, |it| it != BEFORE)
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
