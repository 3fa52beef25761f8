//! The package in Chromium: bundled by Vite and webpack, and as it is.

use std::io::{BufRead, BufReader};
use std::process::{Command, Stdio};
use std::time::Duration;

use serde_json::{Value, json};
use tokio::time::sleep;

use crate::chromium::Chromium;
use crate::project::{Project, packed, succeeded, tool};
use crate::server::serve;

/// As `docs/embedding.md` says it.
const POLICY: &str = "default-src 'self'; script-src 'self' 'wasm-unsafe-eval'";

/// Asks something that goes wrong, and says what the answer is.
const SCRIPT: &str = r#"
    import init, { resolve, version } from "dsnlens";
    init().then(init).then(() => {
        const env = { DATABASE_URL: "postgres://u:p@h.example/d?sslmode=verify-full" };
        document.querySelector("p").textContent = `${version()} ${resolve({ env }).ssl.mode}`;
    });
"#;

/// Asks what the first module cannot answer, before the full one is there and after; and how many
/// modules were fetched for it.
const EVERYTHING: &str = r#"
    import init, { clients, compare, resolve } from "dsnlens";
    const env = { DATABASE_URL: "postgres://u:p@h.example/d" };
    const text = "import dj_database_url\nDATABASES = {'default': dj_database_url.config()}\n";
    const asks = [
        () => resolve({ env }).client,
        () => resolve({ env, client: "prisma" }).client,
        () => resolve({ env, settings: { text } }).settings.HOST,
        () => resolve({ env, stack: { djDatabaseUrl: "1.3.0" } }).settings.HOST,
        () => compare({ env }, { clients: ["django", "prisma"] }).groups.length,
        () => clients().length > 2,
    ];
    const told = [];
    const ask = () => {
        const modules = performance.getEntriesByType("resource").filter(({ name }) => name.includes(".wasm"));
        told.push([modules.length, ...asks.map((it) => {
            try { return it(); } catch (error) { return `${error.name}: ${error.message}`; }
        })]);
    };
    const start = async () => {
        if (location.search !== "?all") {
            await init();
            ask();
        }
        await Promise.all([init({ all: true }), init()]);
        ask();
    };
    start().catch((error) => told.push(String(error))).then(() => {
        document.querySelector("p").textContent = JSON.stringify(told);
    });
"#;

pub(crate) fn page(head: &str) -> String {
    format!(
        "<!doctype html><meta charset=utf-8>\
         <meta http-equiv=\"Content-Security-Policy\" content=\"{POLICY}\">{head}<p></p>"
    )
}

/// Waits until the browser's console holds this word.
async fn complains_of(browser: &Chromium, word: &str) {
    let mut complaints = String::new();
    for _ in 0..200 {
        complaints += &browser.complaints().await.join("\n");
        if complaints.contains(word) {
            return;
        }
        sleep(Duration::from_millis(50)).await;
    }
    panic!("the browser does not complain of {word}: {complaints}");
}

/// What stands in the page's paragraph, once something does.
pub(crate) async fn read(browser: &Chromium) -> String {
    for _ in 0..200 {
        let script = "return document.querySelector('p').textContent;";
        let text = browser.run(script, Vec::new()).await;
        if text != json!("") {
            return text.as_str().expect("a text").to_owned();
        }
        sleep(Duration::from_millis(50)).await;
    }
    panic!("the page says nothing: {:?}", browser.complaints().await);
}

async fn answers(project: &Project, folder: &str) {
    let browser = Chromium::at(&serve(vec![("", project.folder.join(folder))])).await;
    assert_eq!(read(&browser).await, format!("{} require", env!("CARGO_PKG_VERSION")));
    assert_eq!(unexpected(browser.complaints().await), [""; 0]);
    browser.close().await;
}

/// What `EVERYTHING` tells.
async fn answers_everything(address: &str) {
    let first = "`await init({ all: true })` first, the default export";
    let needs = |property: &str| {
        format!("TypeError: dsnlens: case.{property} needs the full module; {first}")
    };
    let early = format!("Error: dsnlens: compare() was called too early; {first}");
    let before = json!([
        1,
        "django",
        needs("client"),
        needs("settings"),
        needs("stack.djDatabaseUrl"),
        early,
        true
    ]);
    let after = |modules| json!([modules, "django", "prisma", "h.example", "h.example", 1, true]);
    // Who starts the full module does not fetch the first.
    for (query, expected) in [("", json!([before, after(2)])), ("?all", json!([after(1)]))] {
        let browser = Chromium::at(&format!("{address}{query}")).await;
        let told: Value = serde_json::from_str(&read(&browser).await).expect("it is JSON");
        assert_eq!(told, expected);
        assert_eq!(unexpected(browser.complaints().await), [""; 0]);
        browser.close().await;
    }
}

#[tokio::test]
async fn vite_builds_a_page_that_asks_for_everything() {
    let project = Project::new("vite-all");
    project.write("index.html", &page("<script type=module src=./main.js></script>"));
    project.write("main.js", EVERYTHING);
    project.tool("vite build --base ./ --logLevel error");
    answers_everything(&serve(vec![("", project.folder.join("dist"))])).await;
}

#[tokio::test]
async fn webpack_builds_a_page_that_asks_for_everything() {
    let project = Project::new("webpack-all");
    project.write("main.js", EVERYTHING);
    project.tool("webpack --mode production --entry ./main.js --stats errors-warnings");
    project.write("dist/index.html", &page("<script type=module src=./main.js></script>"));
    answers_everything(&serve(vec![("", project.folder.join("dist"))])).await;
}

#[tokio::test]
async fn no_bundler_is_needed_for_everything() {
    let project = Project::new("plain-all");
    let installed = project.folder.join("node_modules/dsnlens");
    project.write("index.html", &page("<script type=module src=./main.js></script>"));
    project.write("main.js", &EVERYTHING.replace("\"dsnlens\"", "\"./dsnlens/index.js\""));
    answers_everything(&serve(vec![("dsnlens/", installed), ("", project.folder.clone())])).await;
}

/// A browser asks for an icon that nobody promised, and Vite says that it is there.
fn unexpected(mut complaints: Vec<String>) -> Vec<String> {
    complaints.retain(|it| !it.contains("favicon.ico") && !it.contains("[vite] connect"));
    complaints
}

fn wasm_files(project: &Project, folder: &str) -> usize {
    let found = project.run(Command::new("find").args([folder, "-name", "*.wasm"]));
    succeeded(found, "find").lines().count()
}

#[tokio::test]
async fn vite_builds_a_page_with_it() {
    let project = Project::new("vite");
    project.write("index.html", &page("<script type=module src=./main.js></script>"));
    project.write("main.js", SCRIPT);
    project.tool("vite build --base ./ --logLevel error");
    // Both modules are there, and the page fetches one.
    assert_eq!(wasm_files(&project, "dist"), 2);
    // The rules' pages were not asked for.
    let pages = project.run(Command::new("grep").args(["-rl", "What happens", "dist"]));
    assert_eq!(pages.status.code(), Some(1), "{pages:?}");
    answers(&project, "dist").await;
}

#[tokio::test]
async fn webpack_builds_a_page_with_it() {
    let project = Project::new("webpack");
    project.write("main.js", SCRIPT);
    project.tool("webpack --mode production --entry ./main.js --stats errors-warnings");
    project.write("dist/index.html", &page("<script type=module src=./main.js></script>"));
    // Both modules are there, and the page fetches one.
    assert_eq!(wasm_files(&project, "dist"), 2);
    answers(&project, "dist").await;
}

#[tokio::test]
async fn react_shows_what_it_says() {
    let element = r#"<shown.Findings url="postgres://u:p#w@h/d" />"#;
    let project = Project::of_react("React", &page(""), "p", element);
    let browser = Chromium::at(&serve(vec![("", project.folder.join("dist"))])).await;
    let shown = read(&browser).await;
    assert!(shown.starts_with("error: The password holds `#`"), "{shown}");
    browser.close().await;
}

#[tokio::test]
async fn no_bundler_is_needed() {
    let project = Project::new("plain");
    let installed = project.folder.join("node_modules/dsnlens");
    // By address.
    project.write("index.html", &page("<script type=module src=./main.js></script>"));
    project.write("main.js", &SCRIPT.replace("\"dsnlens\"", "\"./dsnlens/index.js\""));
    let folders = || vec![("dsnlens/", installed.clone()), ("", project.folder.clone())];
    let browser = Chromium::at(&serve(folders())).await;
    assert_eq!(read(&browser).await, format!("{} require", env!("CARGO_PKG_VERSION")));
    assert_eq!(unexpected(browser.complaints().await), [""; 0]);
    browser.close().await;

    // By name, and every file as it was hashed.
    let map = std::fs::read_to_string(packed().with_file_name("importmap.json"));
    let map = map.expect("it lies beside the packed file");
    let by_name = page("").replace(&format!("content=\"{POLICY}\""), "") // its own script is inline
        + &format!("<script type=importmap>{map}</script><script type=module src=./main.js></script>");
    project.write("index.html", &by_name);
    project.write("main.js", SCRIPT);
    let browser = Chromium::at(&serve(folders())).await;
    assert_eq!(read(&browser).await, format!("{} require", env!("CARGO_PKG_VERSION")));
    browser.close().await;

    // The module is no script: it is held to its hash where it is fetched.
    let hashes: Value = serde_json::from_str(&map).expect("it is JSON");
    let hash = |file| hashes["integrity"][format!("./dsnlens/{file}")].as_str().expect("a hash");
    let (module, version) = (hash("module.js"), env!("CARGO_PKG_VERSION"));
    let [first, all] = ["dsnlens_bg.wasm", "dsnlens-all_bg.wasm"];
    for (file, integrity, wanted, expected) in [
        (first, hash(first), "source", version),
        (first, module, "source", "dsnlens: cannot"),
        (all, hash(all), "{ all: source }", version),
        (all, module, "{ all: source }", "dsnlens: cannot"),
    ] {
        let script = format!(
            r#"
                import init, {{ version }} from "dsnlens";
                const source = fetch("./dsnlens/{file}", {{ integrity: "{integrity}" }});
                init({wanted}).then(version, (error) => error.message)
                    .then((it) => {{ document.querySelector("p").textContent = it; }});
            "#
        );
        project.write("main.js", &script);
        let browser = Chromium::at(&serve(folders())).await;
        let text = read(&browser).await;
        assert!(text.starts_with(expected), "{text}");
        browser.close().await;
    }

    // A file that is not the one that was hashed is not run.
    let (hash, other) = (module, hash("index.js"));
    project.write("index.html", &by_name.replace(hash, other));
    let browser = Chromium::at(&serve(folders())).await;
    complains_of(&browser, "integrity").await;
    browser.close().await;
}

#[tokio::test]
async fn the_example_validates_as_you_type() {
    let project = Project::of_example("vite-form");
    project.tool("vite build --base ./ --logLevel error");
    validates(&serve(vec![("", project.folder.join("dist"))])).await;
}

#[tokio::test]
async fn the_example_runs_on_vites_development_server() {
    let project = Project::of_example("vite-form");
    let mut vite = Command::new("node")
        .arg(tool("vite"))
        .args(["--host", "127.0.0.1", "--logLevel", "info"])
        .env("NO_COLOR", "1")
        .current_dir(&project.folder)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .spawn()
        .expect("Vite starts");
    // It takes the next port where its own is taken, and says which once it listens.
    let mut said = BufReader::new(vite.stdout.take().expect("it is piped")).lines();
    let address = said.by_ref().map_while(Result::ok).find_map(|line| {
        let (_, address) = line.split_once("Local:")?;
        Some(address.trim().to_owned())
    });
    let validated = tokio::spawn(async move { validates(&address.expect("it listens")).await });
    let outcome = validated.await;
    vite.kill().expect("Vite ends");
    vite.wait().expect("Vite ends");
    outcome.expect("it validates");
}

async fn validates(address: &str) {
    let browser = Chromium::at(address).await;
    for (url, is_valid, verdict) in [
        ("postgres://u:hun#ter2@h.example/d", false, "Django will not connect"),
        ("postgres://u:hunter2@h.example/d", true, "sslmode require"),
    ] {
        let script = r#"
            const [field, verdict] = ["input", "output"].map((it) => document.querySelector(it));
            if (!verdict || verdict.value === "…") return null;
            field.value = arguments[0];
            field.dispatchEvent(new InputEvent("input", { bubbles: true }));
            const rules = [...document.querySelectorAll("[data-rule]")];
            return [
                field.validity.valid,
                verdict.value,
                rules.some((it) => it.dataset.rule === "password-unescaped"),
            ];
        "#;
        // Not ready until wasm runs; and a development server may load the page once more.
        let mut shown = Value::Null;
        for _ in 0..200 {
            shown = browser.run(script, vec![json!(url)]).await;
            if !shown.is_null() {
                break;
            }
            sleep(Duration::from_millis(50)).await;
        }
        assert_eq!(shown, json!([is_valid, verdict, !is_valid]), "{url}");
    }
    assert_eq!(unexpected(browser.complaints().await), [""; 0]);
    browser.close().await;
}
