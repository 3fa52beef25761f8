//! `<dsn-lens>` in somebody else's page, under the policy that it asks for.

use dsnlens_tests::snippets::{EMBEDDING, snippet};
use serde_json::{Value, json};

use crate::chromium::Chromium;
use crate::site::{self, Site};

const URL: &str = "postgres://app:hunter2-hunter2@db.example.com/shop?sslmode=verify-full";

/// What a test's script has at hand.
const HELPERS: &str = r#"
    const wait = async (is) => {
        for (let nth = 0; nth < 3000; nth++) {
            const it = is();
            if (it) return it;
            await new Promise((then) => setTimeout(then, 20));
        }
        throw new Error(`waited in vain: ${is}`);
    };
    const add = async (attributes, parent = document.body) => {
        const it = document.createElement("dsn-lens");
        for (const [name, value] of Object.entries(attributes)) it.setAttribute(name, value);
        parent.append(it);
        await wait(() => it.shadowRoot.querySelector("textarea"));
        return it;
    };
    const verdict = (it) => it.shadowRoot.querySelector("[role=status].verdict").textContent;
    const type = (it, text) => {
        const box = it.shadowRoot.querySelector("textarea");
        box.value = text;
        box.dispatchEvent(new InputEvent("input", { bubbles: true, inputType: "insertText" }));
    };
"#;

struct Docs(Chromium);

impl Docs {
    async fn open() -> Docs {
        Docs(Chromium::at(&format!("{}docs/", site::address())).await)
    }

    /// What the body of an asynchronous function gives.
    async fn run(&self, body: &str, argument: Value) -> Value {
        let script = format!(
            "const done = arguments[arguments.length - 1];
            const argument = arguments[0];
            (async () => {{ {HELPERS} await customElements.whenDefined('dsn-lens'); {body} }})()
                .then(done, (error) => done(String(error)));"
        );
        self.0.client.execute_async(&script, vec![argument]).await.expect("the script runs")
    }

    async fn close(self) {
        assert_eq!(self.0.complaints().await, Vec::<String>::new());
        self.0.close().await;
    }
}

#[tokio::test]
async fn it_answers_under_a_strict_policy() {
    let docs = Docs::open().await;
    let body = r#"
        const it = await add({ value: argument });
        await wait(() => it.resolution);
        return await wait(() => verdict(it).includes("verify-full") && verdict(it));
    "#;
    let answer = docs.run(body, json!(URL)).await;
    let answer = answer.as_str().unwrap_or_default();
    assert!(answer.contains("db.example.com") && answer.contains("verify-full"), "{answer}");
    docs.close().await;
}

#[tokio::test]
async fn it_tells_what_is_typed_and_no_secret() {
    let docs = Docs::open().await;
    let body = r#"
        const told = [];
        document.addEventListener("dsnlens-change", (event) => told.push(event.detail));
        const it = await add({});
        await wait(() => told.length === 1);
        type(it, argument);
        await wait(() => told.length === 2);
        return [told, it.value, it.resolution === told[1]];
    "#;
    let answer = docs.run(body, json!(URL)).await;
    assert_eq!(answer[0][0], Value::Null);
    assert_eq!(answer[0][1]["diagnostics"][0]["rule"], "sslmode-downgraded");
    assert!(!answer[0].to_string().contains("hunter2"), "{answer}");
    assert_eq!((&answer[1], &answer[2]), (&json!(URL), &json!(true)));
    docs.close().await;
}

#[tokio::test]
async fn attributes_and_properties_are_heeded_at_any_time() {
    let docs = Docs::open().await;
    let body = r#"
        const it = await add({ value: "postgres://u:p@h/db" });
        const seen = [];
        const see = async (is) => seen.push(await wait(() => is() && verdict(it)));
        const mode = () => it.resolution?.ssl?.mode;
        await see(() => mode() === "require");
        it.setAttribute("debug", "");
        await see(() => mode() === "prefer");
        it.setAttribute("value", "postgress://u:p@other/db");
        await see(() => it.resolution?.refusal?.type === "ValueError");
        it.setAttribute("dj-database-url", "3.1.2");
        await see(() => it.resolution?.refusal?.type === "UnknownSchemeError");
        it.value = "postgres://u:p@third/db";
        await see(() => verdict(it).includes("third"));
        type(it, "postgres://u:p@typed/db");
        await see(() => it.value.includes("typed"));
        it.value = "postgres://u:p@third/db";
        await see(() => verdict(it).includes("third"));
        it.value = null;
        await see(() => it.resolution === null);
        return seen.length;
    "#;
    assert_eq!(docs.run(body, Value::Null).await, json!(8));
    docs.close().await;
}

#[tokio::test]
async fn a_readonly_one_shows_and_lets_nothing_be_changed() {
    let docs = Docs::open().await;
    let body = r#"
        const it = await add({ value: argument, readonly: "" });
        await wait(() => it.shadowRoot.querySelector("[data-rule]"));
        const box = it.shadowRoot.querySelector("textarea");
        const seen = (selector) => [...it.shadowRoot.querySelectorAll(selector)]
            .filter((it) => it.checkVisibility()).length;
        const before = verdict(it);
        it.shadowRoot.querySelector(".action").click();
        it.shadowRoot.querySelector("[role=switch]").click();
        return [box.readOnly, seen("[role=tab], [role=switch], .chips, .recipe"), seen("table"),
            verdict(it) === before];
    "#;
    assert_eq!(docs.run(body, json!(URL)).await, json!([true, 0, 1, true]));
    docs.close().await;
}

#[tokio::test]
async fn no_style_goes_in_or_out() {
    let docs = Docs::open().await;
    let body = r#"
        const look = (it) => {
            const { color, fontFamily, fontSize, textAlign, margin, backgroundColor } = getComputedStyle(it);
            return [color, fontFamily, fontSize, textAlign, margin, backgroundColor].join();
        };
        const ours = () => [...document.querySelectorAll("body, h1, h2, button, input")].map(look).join("; ");
        const before = ours();
        const it = await add({ value: argument, theme: "dark" });
        const inside = getComputedStyle(it.shadowRoot.querySelector("h2"));
        const chosen = getComputedStyle(it.shadowRoot.querySelector("[aria-selected=true]"));
        return [ours() === before, inside.color, inside.fontSize, inside.textAlign, chosen.color];
    "#;
    let answer = docs.run(body, json!(URL)).await;
    // The grey of the dark theme, as small as on the page; and the host's own accent.
    let expected = json!([true, "rgb(163, 170, 180)", "12px", "start", "rgb(102, 51, 153)"]);
    assert_eq!(answer, expected);
    docs.close().await;
}

#[tokio::test]
async fn it_takes_part_in_a_form() {
    let docs = Docs::open().await;
    let body = r#"
        const form = document.querySelector("form");
        const it = await add({ name: "url", value: "postgres://u:p@h/db" }, form);
        const sent = () => Object.fromEntries(new FormData(form));
        await wait(() => sent().url);
        const seen = [sent(), form.checkValidity()];
        type(it, "postgres://u:p#w@h/db");
        await wait(() => !it.checkValidity());
        seen.push(sent().url, form.checkValidity(), it.validationMessage);
        form.reset();
        await wait(() => it.checkValidity());
        return [...seen, it.value, it.form === form];
    "#;
    let answer = docs.run(body, Value::Null).await;
    assert_eq!(answer[0], json!({ "name": "shop", "url": "postgres://u:p@h/db" }));
    assert_eq!((&answer[1], &answer[2]), (&json!(true), &json!("postgres://u:p#w@h/db")));
    assert_eq!(answer[3], json!(false));
    assert!(answer[4].as_str().is_some_and(|it| it.contains("`#`")), "{answer}");
    assert_eq!((&answer[5], &answer[6]), (&json!("postgres://u:p@h/db"), &json!(true)));
    docs.close().await;
}

#[tokio::test]
async fn several_live_side_by_side_and_a_moved_one_keeps_its_text() {
    let docs = Docs::open().await;
    let body = r#"
        const [a, b] = [await add({ value: "postgres://u:p@a/db" }), await add({})];
        type(b, "postgres://u:p@b/db");
        await wait(() => verdict(b).includes("b"));
        document.querySelector("form").append(b);
        await new Promise((then) => setTimeout(then, 100));
        return [a.value, b.value, b.shadowRoot.querySelector("textarea").value];
    "#;
    let expected = json!(["postgres://u:p@a/db", "postgres://u:p@b/db", "postgres://u:p@b/db"]);
    assert_eq!(docs.run(body, Value::Null).await, expected);
    docs.close().await;
}

#[tokio::test]
async fn what_is_typed_as_soon_as_there_is_a_box_stays() {
    let docs = Docs::open().await;
    // Yew lets the browser go on where it has drawn for 16 ms, here after each of its steps.
    let body = r#"
        let now = Date.now();
        Date.now = () => now += 20;
        const it = document.createElement("dsn-lens");
        it.setAttribute("value", "postgres://u:p@given/db");
        const typed = new Promise((then) => {
            const watch = new MutationObserver(() => {
                if (!it.shadowRoot.querySelector("textarea")) return;
                watch.disconnect();
                type(it, argument);
                then();
            });
            watch.observe(it.shadowRoot, { childList: true, subtree: true });
        });
        document.body.append(it);
        await typed;
        await wait(() => it.resolution);
        await new Promise((then) => setTimeout(then, 200));
        const typed_stays = it.value;
        it.value = "postgres://u:p@other/db";
        await wait(() => verdict(it).includes("other"));
        return [typed_stays, it.value];
    "#;
    let expected = json!([URL, "postgres://u:p@other/db"]);
    assert_eq!(docs.run(body, json!(URL)).await, expected);
    docs.close().await;
}

#[tokio::test]
async fn who_takes_over_a_place_finds_nothing_of_who_left() {
    let docs = Docs::open().await;
    let body = r#"
        const first = await add({ value: argument, debug: "" });
        const place = first.shadowRoot.firstElementChild;
        const pressed = (it) => it.shadowRoot.querySelector(".reveal").getAttribute("aria-pressed");
        const open = (it) => it.shadowRoot.querySelectorAll("details[open]").length;
        await wait(() => first.resolution);
        const shut = open(first);
        first.shadowRoot.querySelector(".reveal").click();
        await wait(() => place.textContent.includes("hunter2"));
        for (const it of place.querySelectorAll("details")) it.open = true;
        type(first, argument + "&connect_timeout=3");
        first.remove();

        const told = [];
        document.addEventListener("dsnlens-change", (event) => told.push(event.detail?.effective[0].host ?? null));
        const next = document.createElement("dsn-lens");
        next.value = "postgres://u:p@next/db?sslmode=verify-full";
        document.body.append(next);
        await wait(() => next.resolution);
        const seen = [next.shadowRoot.firstElementChild === place, pressed(next), open(next) === shut,
            /hunter2|example/.test(place.textContent), [...told]];

        next.remove();
        await wait(() => place.textContent === "");
        const last = await add({});
        await wait(() => told.length === 2);
        await new Promise((then) => setTimeout(then, 100));
        return [...seen, last.shadowRoot.firstElementChild === place, last.value, told];
    "#;
    let expected = json!([true, "false", true, false, ["next"], true, null, ["next", null]]);
    assert_eq!(docs.run(body, json!(URL)).await, expected);
    docs.close().await;
}

#[tokio::test]
async fn two_hundred_that_came_and_went_leave_nothing() {
    let docs = Docs::open().await;
    let body = r#"
        const { default: start } = await import("../package/lens.js");
        const { memory } = await start();
        for (let nth = 0; nth < argument; nth++) {
            const it = await add({ value: `postgres://u:p@host-${nth}/db` });
            type(it, "postgres://u:p#x@h/db");
            it.shadowRoot.querySelector(".reveal").click();
            it.remove();
            await new Promise((then) => setTimeout(then));
        }
        return memory.buffer.byteLength;
    "#;
    // What is made once is made by the first ones.
    let before = docs.run(body, json!(20)).await;
    let counted_before = docs.counted().await;
    let after = docs.run(body, json!(200)).await;
    let counted_after = docs.counted().await;
    // An element weighs tens of kilobytes; what is drawn at one time depends on the machine.
    let pages = |it: &Value| it.as_u64().expect("a number of bytes") >> 16;
    let (before, after) = (pages(&before), pages(&after));
    assert!(after <= before + 4, "{before} pages of the module's memory, then {after}");
    for (name, before) in &counted_before {
        let after = counted_after[name].as_u64();
        assert!(after <= before.as_u64().map(|it| it + 10), "{name}: {before}, then {after:?}");
    }
    docs.close().await;
}

#[tokio::test]
async fn a_frame_needs_no_script() {
    let site = Site::start();
    let origin = "https://lens.example.com/";
    let frame = snippet(EMBEDDING, "A frame", "html").replace(origin, site.address());
    let policy = format!("default-src 'none'; frame-src {}", site.address());
    let browser = Chromium::at(&format!("{}package/", site::address())).await;
    let script = r#"
        const [policy, frame] = arguments;
        const meta = document.createElement("meta");
        [meta.httpEquiv, meta.content] = ["Content-Security-Policy", policy];
        document.head.append(meta);
        document.body.innerHTML = frame;
    "#;
    browser.run(script, vec![json!(policy), json!(frame)]).await;
    browser.client.clone().enter_frame(0).await.expect("there is a frame");
    let script = r#"
        const done = arguments[arguments.length - 1];
        setInterval(() => {
            if (document.documentElement.dataset.loaded !== "") return;
            done(document.querySelector("[role=status].verdict").textContent);
        }, 20);
    "#;
    let verdict = browser.client.execute_async(script, Vec::new()).await.expect("it runs");
    assert!(verdict.as_str().is_some_and(|it| it.contains("db.example.com")), "{verdict}");
    assert_eq!(browser.complaints().await, [""; 0]);
    browser.close().await;
}

impl Docs {
    /// Documents, nodes and listeners that are alive once rubbish is collected.
    async fn counted(&self) -> serde_json::Map<String, Value> {
        self.0.devtools("HeapProfiler.collectGarbage", json!({})).await;
        let counted = self.0.devtools("Memory.getDOMCounters", json!({})).await;
        counted.as_object().expect("an object").clone()
    }
}
