//! The Debian packages that tests need, installed through apt-get when their program is missing.

use std::{env, path::Path, time::Instant};

use anyhow::{Context, bail};

use crate::{clock, command::Command};

/// A package, and the program that shows it is there.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Package {
    name: &'static str,
    /// A name looked up in `PATH`, or a path.
    program: &'static str,
}

pub(crate) const CHROMEDRIVER: Package =
    Package { name: "chromium-driver", program: "/usr/bin/chromedriver" };
pub(crate) const CHROMIUM: Package = Package { name: "chromium", program: "/usr/bin/chromium" };
pub(crate) const NODE: Package = Package { name: "nodejs", program: "node" };
pub(crate) const NPM: Package = Package { name: "npm", program: "npm" };
pub(crate) const PGBOUNCER: Package = Package { name: "pgbouncer", program: "/usr/sbin/pgbouncer" };
pub(crate) const PIP: Package = Package { name: "python3-pip", program: "/usr/bin/pip3" };
pub(crate) const POSTGRESQL: Package =
    Package { name: "postgresql-15", program: "/usr/lib/postgresql/15/bin/postgres" };
pub(crate) const PYTHON: Package = Package { name: "python3", program: "/usr/bin/python3" };

/// Installs those packages whose program is missing.
pub(crate) fn install(packages: impl IntoIterator<Item = Package>) -> anyhow::Result<()> {
    let missing: Vec<&str> =
        packages.into_iter().filter(|it| !is_there(it.program)).map(|it| it.name).collect();
    if missing.is_empty() {
        return Ok(());
    }
    let missing = missing.join(" ");
    let update = "apt-get update";
    let install = format!("apt-get install --yes --no-install-recommends {missing}");
    let Some(become_root) = become_root() else {
        bail!(
            "Debian packages are missing, and only root may install them; type\n  \
             sudo {update} && sudo {install}"
        );
    };
    println!("Installing Debian packages: {missing}");
    let start = Instant::now();
    for line in [update, &install] {
        let line = format!("{become_root} env DEBIAN_FRONTEND=noninteractive {line}");
        Command::new(&line)
            .run()
            .with_context(|| format!("these Debian packages are needed: {missing}"))?;
    }
    println!("Installed {missing} in {}", clock::lasted(start.elapsed()));
    Ok(())
}

/// What to write before a command of root's, unless one would be asked for a password.
fn become_root() -> Option<&'static str> {
    if Command::new("id -u").output()?.trim() == "0" {
        return Some("");
    }
    Command::new("sudo -n true").output().map(|_| "sudo -n")
}

fn is_there(program: &str) -> bool {
    match program.contains('/') {
        true => Path::new(program).is_file(),
        false => env::var_os("PATH")
            .is_some_and(|path| env::split_paths(&path).any(|it| it.join(program).is_file())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_program_is_found_by_name_and_by_path() {
        assert!(is_there("sh"));
        assert!(is_there("/bin/sh"));
        assert!(!is_there("no-such-program"));
    }
}
