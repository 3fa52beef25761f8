//! An empty project with the package in it.

use std::fs;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::atomic::{AtomicU32, Ordering};
use std::thread;

use dsnlens_tests::snippets::{EMBEDDING, snippet};

/// A folder of its own; what the tests are built with is found above it.
pub(crate) struct Project {
    pub(crate) folder: PathBuf,
}

impl Project {
    /// Installs the packed file, and nothing else.
    pub(crate) fn new(name: &str) -> Project {
        static NEXT: AtomicU32 = AtomicU32::new(0);
        let all = root().join("target/npm/tests");
        // Tests run side by side, and two may well ask for the same name.
        let folder = all.join(format!("{name}-{}", NEXT.fetch_add(1, Ordering::Relaxed)));
        let _ = fs::remove_dir_all(&folder);
        fs::create_dir_all(&folder).expect("a folder can be made");
        let tools = root().join(".tools/js/node_modules");
        assert!(tools.is_dir(), "no Vite, no webpack: `cargo xtask test package` installs them");
        // Another test may have been quicker.
        let _ = symlink(&tools, all.join("node_modules"));
        let project = Project { folder };
        project.write("package.json", r#"{ "private": true, "type": "module" }"#);
        let options = ["--offline", "--no-audit", "--no-fund", "--loglevel", "error"];
        succeeded(
            project.run(Command::new("npm").arg("install").args(options).arg(packed())),
            "npm install",
        );
        project
    }

    /// The same with the files of an example.
    pub(crate) fn of_example(name: &str) -> Project {
        let project = Project::new(name);
        let example = root().join("examples").join(name);
        for entry in fs::read_dir(&example).expect("the example is there") {
            let file = entry.expect("the example is readable").path();
            let name = file.file_name().expect("a file has a name");
            if name != "package.json" {
                fs::copy(&file, project.folder.join(name)).expect("a file can be copied");
            }
        }
        project
    }

    /// One that draws a component of `docs/embedding.md` into `root`, built by Vite into `dist/`.
    pub(crate) fn of_react(heading: &str, body: &str, root: &str, element: &str) -> Project {
        let project = Project::new("react");
        project.write("component.jsx", &snippet(EMBEDDING, heading, "jsx"));
        // What Vite's plugin for React does, too.
        project.write("vite.config.js", r#"export default { esbuild: { jsx: "automatic" } };"#);
        project.write("index.html", &format!("{body}<script type=module src=./main.jsx></script>"));
        project.write(
            "main.jsx",
            &format!(
                r#"
                    import {{ createRoot }} from "react-dom/client";
                    import * as shown from "./component.jsx";
                    createRoot(document.querySelector("{root}")).render({element});
                "#
            ),
        );
        project.tool("vite build --base ./ --logLevel error");
        project
    }

    pub(crate) fn write(&self, file: &str, text: &str) {
        fs::write(self.folder.join(file), text).expect("a file can be written");
    }

    /// What a script prints, run by Node.
    pub(crate) fn node(&self, script: &str) -> String {
        self.write("script.js", script);
        succeeded(self.run(Command::new("node").arg("script.js")), "node")
    }

    /// Runs a tool that comes from npm.
    pub(crate) fn tool(&self, line: &str) -> String {
        let mut words = line.split(' ');
        let name = words.next().unwrap_or_default();
        succeeded(self.run(Command::new(tool(name)).args(words)), line)
    }

    pub(crate) fn run(&self, command: &mut Command) -> Output {
        command
            .current_dir(&self.folder)
            .output()
            .expect("`cargo xtask test` installs what it needs")
    }
}

pub(crate) fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("tests/ lies in the workspace")
}

impl Drop for Project {
    /// What a failed test leaves is to be looked at.
    fn drop(&mut self) {
        if !thread::panicking() {
            let _ = fs::remove_dir_all(&self.folder);
        }
    }
}

/// A program that comes from npm.
pub(crate) fn tool(name: &str) -> PathBuf {
    root().join(".tools/js/node_modules/.bin").join(name)
}

/// The packed file.
pub(crate) fn packed() -> PathBuf {
    let file = root().join(format!("target/npm/dsnlens-{}.tgz", env!("CARGO_PKG_VERSION")));
    assert!(file.exists(), "no {}: run `cargo xtask package` first", file.display());
    file
}

/// What it printed; a failure shows all of it.
pub(crate) fn succeeded(output: Output, what: &str) -> String {
    let stdout = String::from_utf8(output.stdout).expect("text is UTF-8");
    let stderr = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{what}: {}\n{stdout}\n{stderr}", output.status);
    stdout
}
