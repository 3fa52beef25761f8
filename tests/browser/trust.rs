//! Nothing that is typed leaves the tab: it is not sent, not kept, and not lying around.

use serde_json::json;

use crate::page::Page;
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
    assert!(places["cache"].as_str().is_some_and(|it| it.contains("boot.js")), "{places:?}");
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

#[tokio::test]
async fn every_way_out_is_closed_once_it_is_loaded() {
    let site = Site::start();
    let page = Page::open_at(site.address()).await;
    let asked = site.asked();
    let tried = page.client.execute_async(TRY_ALL, vec![json!(site.address())]).await;
    let tried = tried.expect("the script runs");
    assert_eq!(site.asked(), asked, "a way out is open");
    for way in ["fetch", "xhr", "websocket", "eventsource", "worker", "import"] {
        assert_eq!(tried[way], "rejected", "{way}: {tried}");
    }
    let complaints = page.chromium.complaints().await;
    assert!(complaints.iter().any(|it| it.contains("connect-src 'none'")), "{complaints:?}");
    assert_eq!(page.run("return location.href", Vec::new()).await, site.address());
    page.leave().await;
}

/// Gives the outcome of each, when even the slowest would have asked.
const TRY_ALL: &str = concat!(
    include_str!("ways_out.js"),
    "
    const [address, done] = arguments;
    const outcomes = Object.entries(ways).map(async ([name, way]) => {
        const outcome = (async () => way(`${address}way-out-${name}`))();
        return [name, (await Promise.allSettled([outcome]))[0].status];
    });
    setTimeout(async () => done(Object.fromEntries(await Promise.all(outcomes))), 500);
    "
);

#[tokio::test]
async fn without_a_network_it_answers_all_the_same() {
    let site = Site::start();
    let address = site.address().to_owned();
    let page = Page::open_at(&address).await;
    page.wait_until("'kept' in document.documentElement.dataset", "the page is kept").await;
    drop(site);
    // Another day: no connection is left that was open then.
    let page = page.open_again(&address).await;
    page.paste("DATABASE_URL", "postgres://u:p@db.example.com/shop?sslmode=verify-full").await;
    assert_eq!(page.findings().await[0], ("sslmode-downgraded".into(), "error".into()));
    page.press("summary", "About sslmode-downgraded").await;
    assert!(page.text().await.contains("Why it matters"), "{}", page.text().await);
    // A link leads there, too.
    page.visit(&format!("{address}?again#DATABASE_URL=postgres://u:p@h/db")).await;
    assert_eq!(page.setting("dbname").await.0, "db");
    page.leave().await;
}
