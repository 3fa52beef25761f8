//! Chromium and its WebDriver: started, spoken to, and ended.

use std::io::{BufRead, BufReader};
use std::mem;
use std::os::unix::process::CommandExt;
use std::path::PathBuf;
use std::process::{Child, ChildStdout, Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};

use fantoccini::wd::{Capabilities, TimeoutConfiguration, WebDriverCompatibleCommand};
use fantoccini::{Client, ClientBuilder};
use http::Method;
use hyper_util::client::legacy::connect::HttpConnector;
use serde_json::{Value, json};
use tokio::time::sleep;
use url::{ParseError, Url};

/// How long a browser may take to start, and what runs in it to end.
const PATIENCE: Duration = Duration::from_secs(120);

/// A browser of its own, and its WebDriver; both end with it.
pub(crate) struct Chromium {
    pub(crate) client: Client,
    driver: Child,
    profile: PathBuf,
    /// What it was told beside the usual.
    more: Vec<String>,
}

impl Chromium {
    pub(crate) async fn start(more: &[&str]) -> Chromium {
        static NEXT: AtomicU32 = AtomicU32::new(0);
        let nth = NEXT.fetch_add(1, Ordering::Relaxed);
        let profile =
            std::env::temp_dir().join(format!("dsnlens-page-{}-{nth}", std::process::id()));
        Chromium::start_with(profile, more).await
    }

    /// A new one, which shows `address`.
    pub(crate) async fn at(address: &str) -> Chromium {
        let chromium = Chromium::start(&[]).await;
        chromium.client.goto(address).await.expect("the page opens");
        chromium
    }

    pub(crate) async fn run(&self, script: &str, arguments: Vec<Value>) -> Value {
        self.client.execute(script, arguments).await.expect("the script runs")
    }

    pub(crate) async fn close(self) {
        self.client.clone().close().await.expect("the browser closes");
    }

    /// Ends, and starts anew with what a browser keeps.
    pub(crate) async fn restart(mut self) -> Chromium {
        self.client.clone().close().await.expect("the browser closes");
        let (profile, more) = (mem::take(&mut self.profile), mem::take(&mut self.more));
        let more: Vec<&str> = more.iter().map(String::as_str).collect();
        Chromium::start_with(profile, &more).await
    }

    async fn start_with(profile: PathBuf, more: &[&str]) -> Chromium {
        let (driver, port) = driver();
        let usual = [
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
        let arguments = [&usual, more].concat();
        let capabilities = json!({
            "browserName": "chrome",
            "goog:chromeOptions": { "args": arguments, "binary": "/usr/bin/chromium" },
            "goog:loggingPrefs": { "browser": "ALL", "performance": "ALL" },
        });
        let Value::Object(capabilities) = capabilities else { unreachable!("it is an object") };
        let begun = Instant::now();
        let client = loop {
            let mut builder = ClientBuilder::new(HttpConnector::new());
            builder.capabilities(Capabilities::from_iter(capabilities.clone()));
            match builder.connect(&format!("http://127.0.0.1:{port}")).await {
                Ok(session) => break session,
                Err(error) => assert!(
                    begun.elapsed() < PATIENCE,
                    "Chromium does not start (Debian's package chromium): {error}"
                ),
            }
            sleep(Duration::from_millis(100)).await;
        };
        let patience = TimeoutConfiguration::new(Some(PATIENCE), Some(PATIENCE), None);
        client.update_timeouts(patience).await.expect("chromedriver can be patient");
        let more = more.iter().map(|it| it.to_string()).collect();
        Chromium { client, driver, profile, more }
    }

    /// A command of the DevTools protocol.
    pub(crate) async fn devtools(&self, command: &'static str, params: Value) -> Value {
        let body = json!({ "cmd": command, "params": params });
        let answer = self.client.issue_cmd(Vendor { path: "goog/cdp/execute", body }).await;
        answer.unwrap_or_else(|error| panic!("{command}: {error}"))
    }

    /// What the browser said against the page since it was last asked: errors, and what the policy
    /// forbade.
    pub(crate) async fn complaints(&self) -> Vec<String> {
        let entries = self.log("browser").await.into_iter();
        entries.map(|it| it["message"].as_str().unwrap_or_default().to_owned()).collect()
    }

    /// The address of each request since the browser was last asked, by its own account.
    pub(crate) async fn requests(&self) -> Vec<String> {
        let entries = self.log("performance").await.into_iter();
        let events = entries.filter_map(|it| {
            let event: Value = serde_json::from_str(it["message"].as_str()?).ok()?;
            let event = &event["message"];
            let address = match event["method"].as_str()? {
                "Network.requestWillBeSent" => &event["params"]["request"]["url"],
                "Network.webSocketCreated" | "Network.webTransportCreated" => {
                    &event["params"]["url"]
                }
                _ => return None,
            };
            address.as_str().map(str::to_owned)
        });
        events.collect()
    }

    /// Lets the page do what a browser asks a person for.
    pub(crate) async fn permit(&self, permission: &str) {
        let body = json!({ "descriptor": { "name": permission }, "state": "granted" });
        self.client.issue_cmd(Vendor { path: "permissions", body }).await.expect("it is granted");
    }

    async fn log(&self, kind: &str) -> Vec<Value> {
        let entries = Vendor { path: "se/log", body: json!({ "type": kind }) };
        let entries = self.client.issue_cmd(entries).await.expect("chromedriver keeps a log");
        entries.as_array().expect("a list").clone()
    }
}

impl Drop for Chromium {
    /// A failed test leaves neither a driver nor a browser nor a profile behind.
    fn drop(&mut self) {
        let group = format!("-{}", self.driver.id());
        let _ = Command::new("kill").args(["-9", "--", &group]).status();
        let _ = self.driver.wait();
        if !self.profile.as_os_str().is_empty() {
            let _ = std::fs::remove_dir_all(&self.profile);
        }
    }
}

/// A command of chromedriver's own.
#[derive(Debug)]
struct Vendor {
    path: &'static str,
    body: Value,
}

impl WebDriverCompatibleCommand for Vendor {
    fn endpoint(&self, base: &Url, session: Option<&str>) -> Result<Url, ParseError> {
        base.join(&format!("session/{}/{}", session.unwrap_or_default(), self.path))
    }

    fn method_and_body(&self, _: &Url) -> (Method, Option<String>) {
        (Method::POST, Some(self.body.to_string()))
    }
}

/// chromedriver, and the port that it listens on. It takes the same port of IPv4 and of IPv6, and
/// gives up where one of them is in use, so it is started again.
fn driver() -> (Child, u16) {
    for _ in 0..20 {
        let mut driver = Command::new("/usr/bin/chromedriver")
            .arg("--port=0")
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .process_group(0)
            .spawn()
            .expect("chromedriver starts: Debian's package chromium-driver");
        if let Some(port) = port(driver.stdout.take().expect("it is piped")) {
            return (driver, port);
        }
        let _ = driver.kill();
        let _ = driver.wait();
    }
    panic!("chromedriver finds no port");
}

/// The one chromedriver says it took, after which it says no more.
fn port(said: ChildStdout) -> Option<u16> {
    let mut lines = BufReader::new(said).lines().map_while(Result::ok);
    lines.find_map(|line| line.rsplit_once("on port ")?.1.strip_suffix('.')?.parse().ok())
}
