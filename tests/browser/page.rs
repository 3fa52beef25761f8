//! A page in Chromium, addressed by what a screen reader would say.

use std::net::TcpListener;
use std::os::unix::process::CommandExt;
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use fantoccini::elements::Element;
use fantoccini::wd::{Capabilities, WebDriverCompatibleCommand};
use fantoccini::{Client, ClientBuilder};
use http::Method;
use hyper_util::client::legacy::connect::HttpConnector;
use serde_json::{Value, json};
use tokio::time::sleep;
use url::{ParseError, Url};

/// A browser of its own, and its WebDriver; both end with it.
pub(crate) struct Page {
    pub(crate) client: Client,
    driver: Child,
    profile: std::path::PathBuf,
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
    /// The page at this address.
    pub(crate) async fn at(address: &str) -> Page {
        static NEXT: AtomicU32 = AtomicU32::new(0);
        let nth = NEXT.fetch_add(1, Ordering::Relaxed);
        let profile =
            std::env::temp_dir().join(format!("dsnlens-page-{}-{nth}", std::process::id()));
        let port = free_port();
        let driver = Command::new("/usr/bin/chromedriver")
            .arg(format!("--port={port}"))
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .process_group(0)
            .spawn()
            .expect("chromedriver starts: Debian's package chromium-driver");
        let arguments = [
            "--headless",
            "--no-sandbox",
            "--disable-gpu",
            "--disable-dev-shm-usage",
            "--disable-background-networking",
            "--disable-component-update",
            "--disable-sync",
            "--no-first-run",
            "--window-size=1280,1000",
            &format!("--user-data-dir={}", profile.display()),
        ];
        let capabilities = json!({
            "browserName": "chrome",
            "goog:chromeOptions": { "args": arguments, "binary": "/usr/bin/chromium" },
            "goog:loggingPrefs": { "browser": "ALL" },
        });
        let Value::Object(capabilities) = capabilities else { unreachable!("it is an object") };
        let mut client = None;
        for _ in 0..100 {
            let mut builder = ClientBuilder::new(HttpConnector::new());
            builder.capabilities(Capabilities::from_iter(capabilities.clone()));
            if let Ok(session) = builder.connect(&format!("http://127.0.0.1:{port}")).await {
                client = Some(session);
                break;
            }
            sleep(Duration::from_millis(100)).await;
        }
        let client = client.expect("Chromium starts: Debian's package chromium");
        let page = Page { client, driver, profile };
        page.client.goto(address).await.expect("the page opens");
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

    /// What the browser said against the page: errors, and what the policy forbade.
    pub(crate) async fn complaints(&self) -> Vec<String> {
        let entries = self.client.issue_cmd(BrowserLog).await.expect("chromedriver keeps a log");
        let entries = entries.as_array().expect("a list").iter();
        entries.map(|it| it["message"].as_str().unwrap_or_default().to_owned()).collect()
    }

    pub(crate) async fn run(&self, script: &str, arguments: Vec<Value>) -> Value {
        self.client.execute(script, arguments).await.expect("the script runs")
    }

    pub(crate) async fn close(self) {
        self.client.clone().close().await.expect("the browser closes");
    }
}

impl Drop for Page {
    /// A failed test leaves neither a driver nor a browser nor a profile behind.
    fn drop(&mut self) {
        let group = format!("-{}", self.driver.id());
        let _ = Command::new("kill").args(["-9", "--", &group]).status();
        let _ = self.driver.wait();
        let _ = std::fs::remove_dir_all(&self.profile);
    }
}

/// chromedriver's own command for the console's log.
#[derive(Debug)]
struct BrowserLog;

impl WebDriverCompatibleCommand for BrowserLog {
    fn endpoint(&self, base: &Url, session: Option<&str>) -> Result<Url, ParseError> {
        base.join(&format!("session/{}/se/log", session.unwrap_or_default()))
    }

    fn method_and_body(&self, _: &Url) -> (Method, Option<String>) {
        (Method::POST, Some(json!({"type": "browser"}).to_string()))
    }
}

fn free_port() -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
    listener.local_addr().expect("an address").port()
}
