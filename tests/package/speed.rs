//! How long an answer takes in Node and in Chromium; prints it, and holds nobody to it.
//!
//! `cargo xtask bench` runs it: times on a machine that does something else prove nothing.

use crate::chromium::Chromium;
use crate::in_browser::{page, read};
use crate::project::{Project, root};
use crate::server::serve;

#[tokio::test]
#[ignore = "measures: `cargo xtask bench`"]
async fn an_answer_beside_a_parser() {
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
