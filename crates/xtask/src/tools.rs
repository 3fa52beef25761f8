//! The cargo tools, built from source into `.tools/`: which, at what version, and how.
//!
//! Prebuilt programs are never downloaded, neither here nor by the tools themselves.

use std::{
    env,
    ffi::OsString,
    fs, iter,
    path::{Path, PathBuf},
    time::Instant,
};

use anyhow::{Context, bail};

use crate::{clock, command::Command};

/// A tool that `cargo install` builds.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Tool {
    package: &'static str,
    version: Version,
    programs: &'static [&'static str],
    options: &'static str,
    /// How long the build takes on two cores.
    takes: &'static str,
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Version {
    Exactly(&'static str),
    /// The version of this library in `Cargo.lock`, which the tool must match.
    Locked(&'static str),
}

// The pins: nothing else in the repository names a tool's version.

/// Builds and runs the fuzz targets.
pub(crate) const CARGO_FUZZ: Tool = Tool {
    package: "cargo-fuzz",
    version: Version::Exactly("0.13.2"),
    programs: &["cargo-fuzz"],
    options: "--locked",
    takes: "half a minute",
};

/// Bundles the page. It gets no TLS, since it has nothing to download.
pub(crate) const TRUNK: Tool = Tool {
    package: "trunk",
    version: Version::Exactly("0.21.14"),
    programs: &["trunk"],
    options: "--locked --no-default-features",
    takes: "three minutes",
};

/// Writes the JavaScript beside a Wasm module, and runs its tests. Trunk and wasm-pack look for it
/// in PATH. Not `--locked`: a release that its lock file names (webpki-roots 1.0.11) cannot be had.
pub(crate) const WASM_BINDGEN: Tool = Tool {
    package: "wasm-bindgen-cli",
    version: Version::Locked("wasm-bindgen"),
    programs: &["wasm-bindgen", "wasm-bindgen-test-runner"],
    options: "--no-default-features --bin wasm-bindgen --bin wasm-bindgen-test-runner",
    takes: "one minute",
};

/// Starts the Wasm tests in a browser and in Node.
pub(crate) const WASM_PACK: Tool = Tool {
    package: "wasm-pack",
    version: Version::Exactly("0.15.1"),
    programs: &["wasm-pack"],
    options: "--locked",
    takes: "one minute",
};

const ROOT: &str = ".tools";
const TARGET: &str = ".tools/target";

/// Installs those tools that are not there at the right version.
pub(crate) fn install(tools: impl IntoIterator<Item = Tool>) -> anyhow::Result<()> {
    for tool in tools {
        let version = tool.version()?;
        if !tool.is_installed(&version) {
            tool.install(&version)?;
        }
    }
    // Some 1.7 GB that only a next installation could use.
    if Path::new(TARGET).exists() {
        fs::remove_dir_all(TARGET).with_context(|| format!("cannot remove {TARGET}"))?;
    }
    Ok(())
}

/// `PATH` for child processes: `.tools/bin` comes first.
pub(crate) fn search_path() -> anyhow::Result<OsString> {
    let ours = env::current_dir().context("where is the current folder?")?.join(ROOT).join("bin");
    let theirs = env::var_os("PATH").unwrap_or_default();
    let folders: Vec<PathBuf> = iter::once(ours).chain(env::split_paths(&theirs)).collect();
    env::join_paths(folders).context("the repository's path cannot be in PATH")
}

impl Tool {
    fn version(&self) -> anyhow::Result<String> {
        match self.version {
            Version::Exactly(version) => Ok(version.to_owned()),
            Version::Locked(library) => {
                let lock = fs::read_to_string("Cargo.lock").context("cannot read Cargo.lock")?;
                locked_version(&lock, library)
                    .map(str::to_owned)
                    .with_context(|| format!("Cargo.lock does not hold exactly one {library}"))
            }
        }
    }

    fn is_installed(&self, version: &str) -> bool {
        self.programs.iter().all(|program| {
            let answer = Command::new(&format!("{program} --version")).output();
            answer.is_some_and(|it| it.split_whitespace().nth(1) == Some(version))
        })
    }

    fn install(&self, version: &str) -> anyhow::Result<()> {
        let Self { package, options, takes, .. } = self;
        println!("Building {package} {version} into {ROOT}/ (only once, about {takes})");
        let start = Instant::now();
        // Unoptimised: even light optimisation doubles the build, and saves a second in use. One
        // target folder: what two tools share is built once. `--force`: an installation that cargo
        // may believe in has just been found wanting.
        let line = format!(
            "cargo install --debug --force --root {ROOT} --target-dir {TARGET} \
             {options} {package}@{version}"
        );
        Command::new(&line).variable("CARGO_PROFILE_DEV_DEBUG", "0").run()?;
        if !self.is_installed(version) {
            bail!("{package} {version} was installed into {ROOT}/, but does not answer");
        }
        println!("Built {package} {version} in {}", clock::lasted(start.elapsed()));
        Ok(())
    }
}

/// The version of `package` in the text of a `Cargo.lock`, unless there are several.
fn locked_version<'a>(lock: &'a str, package: &str) -> Option<&'a str> {
    let name = format!("name = \"{package}\"");
    let mut lines = lock.lines();
    let mut versions = iter::from_fn(|| {
        lines.find(|it| *it == name)?;
        lines.next()?.strip_prefix("version = \"")?.strip_suffix('"')
    });
    let version = versions.next()?;
    versions.next().is_none().then_some(version)
}

#[cfg(test)]
mod tests {
    use super::*;

    const LOCK: &str = r#"
[[package]]
name = "wasm-bindgen"
version = "0.2.130"

[[package]]
name = "wasm-bindgen-test"
version = "0.3.80"

[[package]]
name = "syn"
version = "1.0.109"

[[package]]
name = "syn"
version = "2.0.100"
"#;

    #[test]
    fn a_version_is_read_from_the_lock_when_there_is_just_one() {
        assert_eq!(locked_version(LOCK, "wasm-bindgen"), Some("0.2.130"));
        assert_eq!(locked_version(LOCK, "wasm"), None);
        assert_eq!(locked_version(LOCK, "syn"), None);
    }
}
