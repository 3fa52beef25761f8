//! The served page in a real browser, and a real server behind its button.

use std::fs;
use std::io::Write;
use std::path::PathBuf;

use serde_json::{Value, json};

use crate::cluster::PASSWORD;
use crate::page::{Page, soon, soon_eq};
use crate::peer::{drain, first, serve};
use crate::program::FILES;
use crate::servers::TLS;
use crate::serving::Serving;
use crate::supervised::{folder, write};

const BUTTON: &str = "Check the connection";

async fn open(serving: &Serving) -> Page {
    Page::open_at(&format!("http://{}/", serving.address)).await
}

/// Puts another URL in the place of what is there: Ctrl, A, no Ctrl, and then the URL.
async fn replace(page: &Page, url: &str) {
    page.write("DATABASE_URL", &format!("\u{e009}a\u{e000}{url}")).await;
    soon_eq!(page.value("DATABASE_URL").await, url);
}

async fn region(page: &Page) -> String {
    page.read("section, [role=region]", "Live check").await
}

/// The region, once this is in it.
async fn region_with(page: &Page, text: &str) -> String {
    soon!(region(page).await, |it| it.contains(text))
}

/// Step and status of each row.
async fn steps(page: &Page) -> Value {
    let script = "return [...document.querySelectorAll('[data-step]')].map(
        (it) => `${it.dataset.step} ${it.dataset.status}`)";
    page.run(script, Vec::new()).await
}

#[tokio::test]
async fn a_real_check_is_shown_step_by_step() {
    let serving = Serving::start();
    let page = open(&serving).await;
    let (port, ca) = (TLS.port, FILES.path("ca.crt"));
    let host = format!("localhost:{port}/shop?sslmode=verify-full&sslrootcert={ca}");

    region_with(&page, "Type something").await;
    page.press("[role=switch]", "DEBUG").await;
    page.write("DATABASE_URL", &format!("postgres://app:{PASSWORD}@{host}")).await;
    page.press("button", BUTTON).await;
    let good = region_with(&page, "Database Connection").await;
    assert!(good.contains("Connected with TLS, to a server that has proved its name."), "{good}");
    assert!(good.contains("Verified its certificate and its name"), "{good}");
    assert!(good.contains("scram-sha-256") && good.contains("PostgreSQL 15"), "{good}");
    let all = ["dns", "tcp", "sslrequest", "tls", "auth", "session", "pooling"];
    soon_eq!(steps(&page).await, json!(all.map(|it| format!("{it} pass"))));

    // What is said of earlier input is said to be.
    replace(&page, &format!("postgres://app:wrong@{host}")).await;
    let earlier = region_with(&page, "for earlier input").await;
    assert!(earlier.contains("Connected with"), "{earlier}");

    page.press("button", BUTTON).await;
    let bad = region_with(&page, "28P01").await;
    assert!(bad.contains("No connection: the step auth failed, SQLSTATE 28P01."), "{bad}");
    assert!(!bad.contains("earlier input") && !bad.contains("Connected with"), "{bad}");
    let ends = ["auth fail", "session skip", "pooling skip"];
    assert_eq!(steps(&page).await.as_array().expect("a list")[4..], ends.map(|it| json!(it)));
    let live = "return [...document.querySelectorAll('dsnlens-live-check [data-rule]')].map(
        (it) => [it.dataset.rule, it.dataset.severity])";
    soon!(page.run(live, Vec::new()).await, |it| {
        it[0] == json!(["authentication-failed", "error"])
    });
    page.press("dsnlens-live-check summary", "About authentication-failed").await;
    soon!(region(&page).await, |it| it.contains("What happens") && it.contains("ALTER ROLE"));

    // Nothing but this server was asked, and nothing was left behind.
    let asked = "return performance.getEntriesByType('resource').map((it) => it.name)";
    let asked = page.run(asked, Vec::new()).await;
    let asked = asked.as_array().expect("a list");
    let own = format!("http://{}/", serving.address);
    assert!(asked.len() > 5, "{asked:?}");
    assert!(asked.iter().all(|it| it.as_str().is_some_and(|it| it.starts_with(&own))), "{asked:?}");
    assert_eq!(page.chromium.complaints().await, Vec::<String>::new());
    let left = "return [document.body.innerText, document.title, location.href, document.cookie,
        JSON.stringify({...localStorage, ...sessionStorage})].join('\\n')";
    let left = page.run(left, Vec::new()).await.to_string();
    assert!(!left.contains(PASSWORD) && !left.contains("wrong@"), "{left}");
    page.leave().await;
}

#[tokio::test]
async fn a_check_can_be_stopped_with_the_keyboard_and_begun_again() {
    let serving = Serving::start();
    let page = open(&serving).await;
    let port = serve(|mut stream| drain(&mut stream));
    page.write("DATABASE_URL", &format!("postgres://app:{PASSWORD}@127.0.0.1:{port}/shop")).await;
    page.named("button", BUTTON).await.send_keys("\u{e007}").await.expect("Enter is pressed");
    region_with(&page, "running").await;
    page.named("button", "Stop").await.send_keys("\u{e007}").await.expect("Enter is pressed");
    region_with(&page, "Stopped.").await;
    soon!(region(&page).await, |it| it.contains("stopped sslrequest") && it.contains("ok tcp"));
    soon_eq!(page.focused().await, BUTTON);
    page.press("button", BUTTON).await;
    region_with(&page, "running").await;
    page.leave().await;
}

#[tokio::test]
async fn without_a_connection_to_make_there_is_none() {
    let serving = Serving::start();
    let page = open(&serving).await;
    page.write("DATABASE_URL", "postgres://app:p#w@h/shop").await;
    page.press("button", BUTTON).await;
    region_with(&page, "Django does not start").await;
    soon!(region(&page).await, |it| it.contains("skipped auth"));
    page.leave().await;
}

#[tokio::test]
async fn a_program_that_is_gone_or_another_is_told() {
    let serving = Serving::start();
    let page = open(&serving).await;
    page.write("DATABASE_URL", "postgres://app@127.0.0.1:1/shop").await;
    let address = serving.address.clone();
    serving.end("-TERM");
    page.press("button", BUTTON).await;
    region_with(&page, "The program does not answer.").await;

    let again = Serving::with(&["--addr", &address]);
    page.press("button", BUTTON).await;
    region_with(&page, "Load the page again.").await;
    drop(again);
    page.leave().await;
}

#[tokio::test]
async fn a_busy_program_is_told() {
    let serving = Serving::start();
    let port = serve(|mut stream| drain(&mut stream));
    let url = format!("postgres://app@127.0.0.1:{port}/shop");
    let page = open(&serving).await;
    let busy = [(), ()].map(|()| serving.open(&serving.question(&[("DATABASE_URL", &url)], &[])));
    // Both of them run.
    soon!(serving.log(), |it| it.matches("step passed").count() >= 2);
    page.write("DATABASE_URL", &url).await;
    page.press("button", BUTTON).await;
    region_with(&page, "busy with other checks").await;
    drop(busy);
    page.leave().await;
}

const LOOK: &str = "Show where this connects";

/// A page from anywhere links here.
async fn follow(serving: &Serving, fragment: &str) -> Page {
    Page::open_at(&format!("http://{}/#{fragment}", serving.address)).await
}

/// The names of the buttons of the region, those that can be pressed.
async fn buttons(page: &Page) -> Vec<String> {
    let script = "return [...document.querySelectorAll('dsnlens-live-check button')].filter(
        (it) => !it.hidden).map((it) => it.textContent)";
    serde_json::from_value(page.run(script, Vec::new()).await).expect("texts")
}

#[tokio::test]
async fn a_link_is_shown_and_not_checked_until_its_target_is_confirmed() {
    let serving = Serving::start();
    let link = format!(
        "DATABASE_URL=postgres://app@proddb.example.com:{}/shop?sslmode=require%26hostaddr=127.0.0.1\
         %26sslcert=/me.crt",
        TLS.port
    );
    let page = follow(&serving, &link).await;
    soon!(page.verdict().await, |it| it.contains("proddb.example.com at 127.0.0.1 (hostaddr)"));
    region_with(&page, "came from a link").await;
    soon_eq!(buttons(&page).await, [LOOK]);
    page.press("button", LOOK).await;
    region_with(&page, "Connects to 127.0.0.1 (hostaddr)").await;
    for told in [
        "Host proddb.example.com",
        &format!("Port {}", TLS.port),
        "User app",
        "Database shop",
        "Has no password to send",
        "Reads no file of this machine",
        "Not used: this machine's password file, service file, client certificate",
        "client certificate /me.crt",
    ] {
        region_with(&page, told).await;
    }
    assert!(!serving.log().contains("step "), "nothing was connected to: {}", serving.log());
    let connect = format!("Connect to 127.0.0.1, port {}", TLS.port);
    soon_eq!(buttons(&page).await, [LOOK, &*connect]);

    // Another input has another target.
    page.write("DATABASE_URL", "x").await;
    soon_eq!(buttons(&page).await, [LOOK]);
    page.write("DATABASE_URL", "\u{e003}").await;
    page.press("button", LOOK).await;
    page.press("button", &connect).await;
    // The password file of this account would have had one.
    region_with(&page, "asks for a password, and none is set").await;
    let region = region_with(&page, "Not used: this machine's password file").await;
    assert!(region.contains("auth"), "{region}");
    assert!(serving.log().contains("step "), "{}", serving.log());
    page.leave().await;
}

/// A home whose password file knows the role.
fn home() -> PathBuf {
    let home = folder("linked-home");
    write(&home.join(".pgpass"), &format!("*:*:*:app:{PASSWORD}\n"), 0o600);
    home
}

#[tokio::test]
async fn what_is_pasted_over_a_link_has_the_files_of_this_machine_and_an_edit_has_not() {
    let serving = Serving::at(&home(), &["--addr", "127.0.0.1:0"]);
    let url = format!("postgres://app@localhost:{}/shop", TLS.port);
    let page = follow(&serving, &format!("DATABASE_URL={url}")).await;
    page.press("button", LOOK).await;
    page.press("button", &format!("Connect to localhost, port {}", TLS.port)).await;
    region_with(&page, "No connection").await;
    // A letter more, and a letter less.
    page.write("DATABASE_URL", "x\u{e003}").await;
    soon_eq!(page.value("DATABASE_URL").await, url.as_str());
    soon_eq!(buttons(&page).await, [LOOK]);
    page.paste("DATABASE_URL", &url).await;
    soon_eq!(buttons(&page).await, [BUTTON]);
    page.press("button", BUTTON).await;
    region_with(&page, "Connected with TLS").await;
    // A link to a page that is open already is a link, too.
    page.go_to_fragment(&format!("#DATABASE_URL={url}%3Fapplication_name=x")).await;
    soon_eq!(buttons(&page).await, [LOOK]);
    page.leave().await;
}

#[tokio::test]
async fn a_servers_text_plays_no_tricks_on_the_page() {
    let serving = Serving::start();
    let port = serve(|mut stream| {
        let message = "Mno \u{1b}[2J\u{202e}way\r\n  ok auth\0";
        let fields = format!("SFATAL\0C28000\0{message}\0");
        let length = (fields.len() as u32 + 4).to_be_bytes();
        first(&mut stream);
        let answer = [b"E", &length[..], fields.as_bytes()].concat();
        stream.write_all(&answer).ok();
        drain(&mut stream);
    });
    let page = open(&serving).await;
    page.press("[role=switch]", "DEBUG").await;
    let url = format!("postgres://app:{PASSWORD}@127.0.0.1:{port}/shop?sslmode=disable");
    page.write("DATABASE_URL", &url).await;
    page.press("button", BUTTON).await;
    region_with(&page, "SQLSTATE").await;
    // The pages of the rules have lines of their own.
    let text = "const it = document.querySelector('dsnlens-live-check').cloneNode(true);
        it.querySelectorAll('details').forEach((it) => it.remove());
        return it.textContent";
    let text = soon!(page.run(text, Vec::new()).await, |it| it.to_string().contains("way"));
    let text = text.as_str().expect("a text");
    let odd: Vec<char> = text
        .chars()
        .filter(|it| it.is_control() || ('\u{202a}'..='\u{202e}').contains(it))
        .collect();
    assert!(odd.is_empty(), "{odd:?} in {text:?}");
    page.leave().await;
}

/// Pictures of the question for a confirmation, for people: `DSNLENS_PICTURES=/tmp/x`.
#[tokio::test]
async fn the_question_has_room_on_every_page() {
    let serving = Serving::start();
    let link = "DATABASE_URL=postgres://app:left-out-of-the-link@db.example.com/shop\
                ?hostaddr=203.0.113.9%26sslrootcert=/etc/ssl/certs/db.pem%26passfile=/home/me/.pgpass";
    let page = follow(&serving, link).await;
    page.press("button", LOOK).await;
    region_with(&page, "Connects to 203.0.113.9").await;
    for (scheme, width) in [("light", 1280), ("dark", 1280), ("light", 320), ("dark", 320)] {
        let features = json!([{ "name": "prefers-color-scheme", "value": scheme }]);
        page.chromium.devtools("Emulation.setEmulatedMedia", json!({ "features": features })).await;
        let size = json!({ "width": width, "height": 1000, "deviceScaleFactor": 1, "mobile": width < 640 });
        page.chromium.devtools("Emulation.setDeviceMetricsOverride", size).await;
        let script = "document.querySelector('.confirm').scrollIntoView({ block: 'center' });
            return [innerWidth, document.documentElement.scrollWidth]";
        soon!(page.run(script, Vec::new()).await, |it| it[0] == width
            && it[1].as_u64() <= it[0].as_u64());
        if let Some(folder) = std::env::var_os("DSNLENS_PICTURES") {
            let picture = page.client.screenshot().await.expect("a picture is taken");
            let file = PathBuf::from(folder).join(format!("confirm-{scheme}-{width}.png"));
            fs::write(file, picture).expect("it can be written");
        }
    }
    page.leave().await;
}
