//! Nothing that is typed leaves the tab: it is not sent, not kept, and not lying around.

use std::net::UdpSocket;
use std::time::Duration;

use serde_json::json;

use crate::chromium::Chromium;
use crate::page::{Page, soon, soon_eq};
use crate::site::Site;

const PASSWORD: &str = "Kx7vQ2mB#tR9pL4wN";
const HALVES: [&str; 2] = ["Kx7vQ2mB", "tR9pL4wN"];

#[tokio::test]
async fn a_whole_visit_leaves_no_trace() {
    let site = Site::start();
    let page = Page::open_at(site.address()).await;
    let asked = site.asked();
    page.write("DATABASE_URL", &format!("postgres://app:{PASSWORD}@db.example.com/shop")).await;
    clean(&page).await;
    unfold(&page).await;
    page.copy("[data-rule=password-unescaped]", "Copy").await;
    page.press("[data-rule=password-unescaped] button", "Apply fix").await;
    clean(&page).await;
    page.press("button", "Undo").await;
    page.press("button", "Apply fix").await;
    let forms = "return [...document.querySelectorAll('.forms label')].map((it) => it.innerText)";
    let forms = page.run(forms, Vec::new()).await;
    for form in serde_json::from_value::<Vec<String>>(forms).expect("texts") {
        page.press(".forms label", &form).await;
        clean(&page).await;
    }
    page.copy("[data-section=export]", "Copy").await;
    page.press("[role=switch]", "DEBUG").await;
    page.choose("dj-database-url", "3.1.2").await;
    page.paste("PASSWORD default", PASSWORD).await;
    page.paste("users", "500").await;
    let link = page.copy(".share", "Copy link").await;
    clean(&page).await;
    page.press("[role=tab]", "Fields").await;
    page.write("DB_HOST", "db.example.com").await;
    page.write("DB_PASSWORD", PASSWORD).await;
    unfold(&page).await;
    clean(&page).await;
    page.press("[role=tab]", ".env").await;
    let file =
        format!("SECRET_KEY={PASSWORD}\n# postgres://u:{PASSWORD}@h\nDB_PASSWORD='{PASSWORD}'\n");
    page.write(".env", &file).await;
    unfold(&page).await;
    page.copy(".share", "Copy link").await;
    clean(&page).await;
    page.go_to_fragment(&link).await;
    page.press("[role=group] button", "Railway").await;
    page.press("button", "Show password").await;
    page.press("button", "Show password").await;
    clean(&page).await;
    assert_eq!(site.asked(), asked, "the server is asked for nothing after loading");
    page.close().await;
}

/// Opens everything that can be opened.
async fn unfold(page: &Page) {
    let script = "document.querySelectorAll('details').forEach((it) => it.open = true)";
    page.run(script, Vec::new()).await;
}

/// Looks for the password wherever a page can leave one, its text boxes aside.
async fn clean(page: &Page) {
    let places = r"
        const done = arguments[arguments.length - 1];
        const elements = [...document.querySelectorAll('*')];
        const kept = async () => {
            const responses = [];
            for (const name of await caches.keys()) {
                const cache = await caches.open(name);
                for (const request of await cache.keys()) {
                    responses.push(request.url, await (await cache.match(request)).text());
                }
            }
            return responses.join('\n');
        };
        const named = async () => JSON.stringify(await indexedDB.databases());
        const global = () => JSON.stringify(Object.entries(globalThis).filter(
            ([name, it]) => name !== 'dsnlensRulePages' && /string|object/.test(typeof it) &&
                Object.getPrototypeOf(it ?? {}) === Object.prototype));
        Promise.all([kept(), named()]).then(([cache, databases]) => done({
            attributes: elements.flatMap((it) => [...it.attributes].map(
                (attribute) => `${it.localName}[${attribute.name}] ${attribute.value}`)).join('\n'),
            text: document.documentElement.textContent,
            rendered: document.body.innerText,
            title: document.title,
            address: location.href,
            history: JSON.stringify(history.state),
            local: JSON.stringify({...localStorage}),
            session: JSON.stringify({...sessionStorage}),
            cookie: document.cookie,
            timings: performance.getEntries().map((it) => it.name).join('\n'),
            window: window.name + global(),
            cache, databases,
        }), (error) => done({ error: error.message }));
    ";
    let places = page.client.execute_async(places, Vec::new()).await.expect("the script runs");
    let places = places.as_object().expect("texts by place");
    assert!(!places.contains_key("error"), "{places:?}");
    let console = page.chromium.complaints().await.join("\n");
    let console = ("console".to_owned(), json!(console));
    for (place, text) in places.iter().map(|(a, b)| (a.clone(), b.clone())).chain([console]) {
        let text = text.as_str().expect("a text");
        for half in HALVES {
            let line = text.lines().find(|it| it.contains(half));
            assert!(line.is_none(), "half a password lies in the page's {place}: {line:?}");
        }
    }
}

/// The site under a name that browsers trust as they do HTTPS, and that is not this machine's.
struct Public {
    site: Site,
    address: String,
    arguments: [String; 2],
}

impl Public {
    fn start() -> Public {
        const NAME: &str = "dsnlens.test";
        let site = Site::start();
        let address = site.address().replace("127.0.0.1", NAME);
        let origin = address.trim_end_matches('/');
        let arguments = [
            format!("--host-resolver-rules=MAP {NAME} 127.0.0.1"),
            format!("--unsafely-treat-insecure-origin-as-secure={origin}"),
        ];
        Public { site, address, arguments }
    }

    async fn browser(&self) -> Chromium {
        Chromium::start(&self.arguments.each_ref().map(String::as_str)).await
    }

    /// The page, once all of it is kept.
    async fn kept(&self) -> Page {
        let page = Page::open_in(self.browser().await, &self.address).await;
        page.wait_until(KEPT, "the page is kept").await;
        page
    }
}

const MORE: &str = "dsnlens-more_bg.wasm";
const KEPT: &str = "'kept' in document.documentElement.dataset";
const SEALED: &str = "'sealed' in document.documentElement.dataset";

#[tokio::test]
async fn every_way_to_ask_for_something_is_closed_as_soon_as_the_page_is_there() {
    // Whatever of it does not come.
    for silent in [None, Some(MORE), Some("rules.js"), Some("worker.js")] {
        let public = Public::start();
        if let Some(silent) = silent {
            public.site.silence(silent);
        }
        let chromium = public.browser().await;
        let page = Page { client: chromium.client.clone(), chromium };
        page.client.goto(&public.address).await.expect("the page opens");
        page.wait_until(SEALED, "it is sealed").await;
        match silent {
            // What the page itself asks for is on its way.
            Some(silent) => {
                soon!(public.site.asked(), |it| it.iter().any(|it| it.contains(silent)));
            }
            None => page.wait_until(KEPT, "the page is kept").await,
        }
        page.write("DATABASE_URL", "postgres://u:p@h/db").await;
        soon!(page.setting("dbname").await, |it| it.0 == "db");
        let tried = page.client.execute_async(TRY_ALL, vec![json!(public.address)]).await;
        let tried = tried.expect("the script runs");
        let asked = public.site.asked();
        let ways: Vec<_> = asked.iter().filter(|it| it.contains("way-out")).collect();
        assert!(ways.is_empty(), "without {silent:?} a way out is open: {ways:?}");
        for way in ["fetch", "xhr", "websocket", "eventsource", "worker", "import", "font"] {
            assert_eq!(tried[way], "rejected", "{way}: {tried}");
        }
        let complaints = page.chromium.complaints().await;
        let told = |it: &String| it.contains("connect-src") || it.contains("default-src");
        assert!(complaints.iter().any(told), "{complaints:?}");
        assert_eq!(page.run("return document.title", Vec::new()).await, "DSN Lens");
        page.leave().await;
    }
}

/// Gives the outcome of each, when even the slowest would have asked.
const TRY_ALL: &str = concat!(
    include_str!("ways_out.js"),
    "
    const [address, done] = arguments;
    const outcomes = Object.entries(ways).map(async ([name, way]) => {
        const outcome = (async () => way(`${address}way-out-${name}`))();
        const late = new Promise((_, fail) => setTimeout(fail, 2000));
        return [name, (await Promise.allSettled([Promise.race([outcome, late])]))[0].status];
    });
    Promise.all(outcomes).then((them) => done(Object.fromEntries(them)));
    "
);

/// Ways to leave the page for an address, and what a policy in a page can do against them: nothing.
/// It takes a script in the page, and there is none but its own.
#[tokio::test]
async fn leaving_the_page_is_what_no_policy_refuses() {
    let ways = [
        ("assign", "location.assign(to)"),
        ("replace", "location.replace(to)"),
        ("open", "window.open(to)"),
        (
            "click",
            "document.body.append(Object.assign(document.createElement('a'), { href: to })); document.body.lastChild.click()",
        ),
        (
            "refresh",
            "document.head.append(Object.assign(document.createElement('meta'), { httpEquiv: 'refresh', content: `0; url=${to}` }))",
        ),
    ];
    for (name, way) in ways {
        let site = Site::start();
        // The browser's own guard against windows that nobody asked for is not what is tried.
        let chromium = Chromium::start(&["--disable-popup-blocking"]).await;
        let page = Page::open_in(chromium, site.address()).await;
        let to = format!("{}way-out", site.address());
        page.run(&format!("const to = arguments[0]; {way}"), vec![json!(to)]).await;
        soon!((name, site.asked()), |it| it.1.iter().any(|it| it.contains("way-out")));
        page.leave().await;
    }
}

/// Nor does one refuse a peer-to-peer connection, which asks a server for this machine's address.
#[tokio::test]
async fn a_peer_to_peer_connection_is_what_no_policy_refuses() {
    let socket = UdpSocket::bind("127.0.0.1:0").expect("a port");
    socket.set_read_timeout(Some(Duration::from_secs(60))).expect("a time limit");
    let to = socket.local_addr().expect("its number");
    let site = Site::start();
    let page = Page::open_at(site.address()).await;
    let script = r#"
        const [to, done] = arguments;
        (async () => {
            const peer = new RTCPeerConnection({ iceServers: [{ urls: `stun:${to}` }] });
            peer.createDataChannel("x");
            await peer.setLocalDescription(await peer.createOffer());
        })().then(() => done("made"), (error) => done(String(error)));
    "#;
    let made = page.client.execute_async(script, vec![json!(to.to_string())]).await;
    let made = made.expect("the script runs");
    let came = socket.recv(&mut [0; 64]);
    assert!(came.is_ok(), "{made}: {came:?}");
    page.leave().await;
}

/// A new fragment has the browser look for the page's icon again.
#[tokio::test]
async fn a_new_fragment_is_no_violation() {
    let page = Page::open().await;
    for host in ["a", "b", "c"] {
        page.go_to_fragment(&format!("#DATABASE_URL=postgres://u:p@{host}/db")).await;
        soon_eq!(page.setting("host").await.0, host);
    }
    page.close().await;
}

const FINDING: &str = "postgres://u:p@db.example.com/shop?sslmode=verify-full";

#[tokio::test]
async fn without_a_network_it_answers_all_the_same() {
    let public = Public::start();
    let page = public.kept().await;
    let Public { site, address, .. } = public;
    drop(site);
    // Another day: no connection is left that was open then.
    let page = page.open_again(&address).await;
    page.paste("DATABASE_URL", FINDING).await;
    soon_eq!(page.worst().await, ("sslmode-downgraded".into(), "error".into()));
    page.press("summary", "About sslmode-downgraded").await;
    soon!(page.text().await, |it| it.contains("Why it matters"));
    // A link leads there, too.
    page.visit(&format!("{address}?again#DATABASE_URL=postgres://u:p@h/db")).await;
    soon!(page.setting("dbname").await, |it| it.0 == "db");
    page.leave().await;
}

/// Gives the names and sizes of what is kept, and the number of workers.
const REMAINS: &str = "
    const done = arguments[arguments.length - 1];
    (async () => [
        (await navigator.serviceWorker.getRegistrations()).length,
        await Promise.all((await caches.keys()).map(
            async (it) => [it, (await (await caches.open(it)).keys()).length])),
    ])().then(done, (error) => done(String(error)));
";

#[tokio::test]
async fn only_the_page_itself_is_kept() {
    let public = Public::start();
    let other = "<!doctype html><title>Another</title><script src=boot.js></script>";
    public.site.put("other/index.html", other);
    public.site.put("other/", other);
    public.site.put("other/boot.js", "document.title += ' one';");
    let page = public.kept().await;
    let below = format!("{}other/", public.address);
    page.client.goto(&below).await.expect("it opens");
    soon_eq!(page.run("return document.title", Vec::new()).await, "Another one");
    let address = public.address.clone();
    drop(public);
    let page = page.open_again(&address).await;
    // Not as it was seen before, which the browser's own cache has.
    let offline = page.client.goto(&format!("{below}?again")).await;
    assert!(offline.is_err(), "offline, it is not there");
    assert_ne!(page.run("return document.title", Vec::new()).await, "DSN Lens");
    page.leave().await;
}

/// The same files as another build of them: as `cargo xtask build` stamps them.
fn build_anew(site: &Site, version: &str, is_whole: bool) {
    let worker = site.text("worker.js");
    let old = worker.split("\"version\":\"").nth(1).and_then(|it| it.split('"').next());
    let old = old.expect("the build has a version").to_owned();
    let index = site.text("index.html").replace(&old, version);
    let index = index.replace("<title>DSN Lens", &format!("<title>{version}"));
    let mut worker = worker.replace(&old, version);
    if !is_whole {
        // One of its files is not there yet.
        worker = worker.replacen("sha256-", "sha256-AAAA", 1);
    }
    site.put("worker.js", worker);
    site.put("index.html", index.clone());
    site.put("", index);
}

const NEW: &str = "abcdef0123456789";
const OLD: &str = "DSN Lens";

/// What becomes of a new build while it is being kept.
#[derive(Clone, Copy, PartialEq)]
enum Keeping {
    Done,
    /// One of its files is another's.
    Refused,
    /// The browser is closed meanwhile.
    CutShort,
}

/// Whether no worker is on its way any more.
const SETTLED: &str = "
    const done = arguments[arguments.length - 1];
    navigator.serviceWorker.getRegistration().then(
        (it) => done(!it.installing && !it.waiting), (error) => done(String(error)));
";

#[tokio::test]
async fn what_is_kept_is_one_build_as_a_whole() {
    for keeping in [Keeping::Done, Keeping::Refused, Keeping::CutShort] {
        let public = Public::start();
        let page = public.kept().await;
        let remains = || page.client.execute_async(REMAINS, Vec::new());
        let kept = remains().await.expect("it runs");
        assert_eq!(kept[1][0][1], 8, "the page and seven files: {kept}");
        build_anew(&public.site, NEW, keeping != Keeping::Refused);
        page.visit(&format!("{}?new", public.address)).await;
        // Online, the new one is there at once, with the files that it was built with.
        soon_eq!(page.run("return document.title", Vec::new()).await, NEW);
        let asked = public.site.asked();
        assert!(asked.iter().any(|it| it == &format!("/boot.js?v={NEW}")), "{asked:?}");
        let titles: &[&str] = match keeping {
            Keeping::Done => {
                let both = |it: &serde_json::Value| it[1][0][1] == 8 && it[1][1][1] == 8;
                soon!(remains().await.expect("it runs"), both);
                let settled = || page.client.execute_async(SETTLED, Vec::new());
                soon_eq!(settled().await.expect("it runs"), json!(true));
                &[NEW]
            }
            Keeping::Refused => {
                soon!(public.site.asked(), |it| {
                    it.iter().filter(|it| it.starts_with("/worker.js")).count() > 1
                });
                &[OLD]
            }
            Keeping::CutShort => &[NEW, OLD],
        };
        let address = public.address.clone();
        drop(public);
        let page = page.open_again(&address).await;
        let title = page.run("return document.title", Vec::new()).await;
        assert!(titles.iter().any(|it| title == *it), "{title}");
        page.paste("DATABASE_URL", FINDING).await;
        soon_eq!(page.worst().await, ("sslmode-downgraded".into(), "error".into()));
        page.leave().await;
    }
}

#[tokio::test]
async fn at_an_address_of_this_machine_nothing_is_kept_and_what_was_is_gone() {
    let site = Site::start();
    let old = "addEventListener('install', () => skipWaiting());
        addEventListener('activate', (event) => event.waitUntil(clients.claim()));
        addEventListener('fetch', (event) => event.respondWith(fetch(event.request)));";
    site.put("worker.js", old);
    site.put("empty/", "<!doctype html><link rel=icon href=data:,>");
    let browser = Chromium::at(&format!("{}empty/", site.address())).await;
    let keep = "
        const [done] = arguments;
        (async () => {
            await navigator.serviceWorker.register('../worker.js', { scope: '../' });
            await navigator.serviceWorker.ready;
            await (await caches.open('dsnlens')).put('../', new Response('old'));
            await (await caches.open('of another application')).put('../x', new Response('x'));
        })().then(done, (error) => done(String(error)));
    ";
    let kept = browser.client.execute_async(keep, Vec::new()).await.expect("it runs");
    assert_eq!(kept, serde_json::Value::Null);
    let page = Page::open_in(browser, site.address()).await;
    let remains = || page.client.execute_async(REMAINS, Vec::new());
    soon_eq!(remains().await.expect("it runs"), json!([0, [["of another application", 1]]]));
    page.leave().await;
}
