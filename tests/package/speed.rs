//! How long an answer takes in Node and in Chromium; prints it, and holds nobody to it.
//!
//! Needs the packed file (`cargo xtask package`); `cargo xtask bench` installs the rest.

#[allow(dead_code, reason = "the package's tests use the rest")]
#[path = "../browser/chromium.rs"]
mod chromium;
#[allow(dead_code, unused_imports, reason = "the package's tests use the rest")]
mod in_browser;
#[allow(dead_code, reason = "the package's tests use the rest")]
mod project;
mod server;

use crate::chromium::Chromium;
use crate::in_browser::{page, read};
use crate::project::{Project, root};
use crate::server::serve;

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let project = Project::new("speed");
    let bench = std::fs::read_to_string(root().join("tests/package/bench.js"));
    project.write("bench.js", &bench.expect("it is there"));
    let script = r#"
        import { measure } from "./bench.js";
        console.log((await measure()).join("\n"));
    "#;
    println!("Node\n{}", project.node(script));
    project.write("index.html", &page("<script type=module src=./main.js></script>"));
    project.write(
        "main.js",
        r#"
            import { measure } from "./bench.js";
            measure().then((it) => { document.querySelector("p").textContent = it.join("\n"); });
        "#,
    );
    project.tool("vite build --base ./ --logLevel error");
    let browser = Chromium::at(&serve(vec![("", project.folder.join("dist"))])).await;
    println!("Chromium\n{}", read(&browser).await);
    browser.close().await;
}
