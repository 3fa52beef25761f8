//! Puts the built page into the program: `cargo xtask build` writes it to `dist/`.
//!
//! A program that is built without it says so when it is asked to serve it.

use std::env;
use std::fmt::Write;
use std::fs;
use std::path::Path;

/// Where the page begins to load what it runs.
const FIRST_SCRIPT: &str = "<script";

/// The folder of the rules' pages.
const RULES: &str = "rules";

/// What stands around the policy that the page has for itself.
const POLICY: (&str, &str) = ("<meta http-equiv=\"Content-Security-Policy\" content=\"", "\">");

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    if env::var_os("CARGO_FEATURE_NATIVE").is_none() {
        return;
    }
    let workspace = env::var("CARGO_MANIFEST_DIR").expect("cargo says where the package is");
    let workspace = Path::new(&workspace).join("../..");
    let dist = workspace.join("dist");
    // Cargo would build anew each time for a folder that is not there.
    fs::create_dir_all(&dist).ok();
    println!("cargo::rerun-if-changed={}", dist.display());
    let code = match fs::read_to_string(dist.join("index.html")) {
        Ok(index) => format!("Some({})", page(&index, &dist)),
        Err(_) => "None".into(),
    };
    let out = env::var("OUT_DIR").expect("cargo says where to write");
    fs::write(Path::new(&out).join("page.rs"), code).expect("the output folder can be written to");
}

/// The page as an expression.
fn page(index: &str, dist: &Path) -> String {
    let (head, rest) = index.split_once(FIRST_SCRIPT).expect("dist/index.html has a script");
    let policy = head.split_once(POLICY.0).and_then(|(_, it)| it.split_once(POLICY.1));
    let (policy, _) = policy.expect("dist/index.html has a Content-Security-Policy");
    let mut code = format!(
        "Page {{ policy: {policy:?}, head: {head:?}, rest: {:?}, files: &[",
        format!("{FIRST_SCRIPT}{rest}")
    );
    for (folder, prefix) in [(dist.to_owned(), ""), (dist.join(RULES), "rules/")] {
        let Ok(files) = fs::read_dir(&folder) else { continue };
        for file in files {
            let path = file.expect("the page's folder can be read").path();
            let name = path.file_name().and_then(|it| it.to_str()).expect("a name is text");
            let name = format!("{prefix}{name}");
            if path.is_file() && name != "index.html" {
                let _ = write!(code, "({name:?}, include_bytes!({path:?})),");
            }
        }
    }
    code + "] }"
}
