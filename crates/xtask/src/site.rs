//! The static site: built by trunk into `dist/`, and weighed.

use std::path::Path;

use crate::{
    command::Command,
    imports,
    minify::minify,
    rule_pages,
    setup::{self, WASM},
    stamp::stamp,
    wasm::small,
    weight::{self, Limit},
};

const DIST: &str = "dist";

/// What wasm-bindgen makes of the page.
const GLUE: &str = "dsnlens-web.js";
const MODULE: &str = "dsnlens-web_bg.wasm";

/// The second module, which evaluates settings modules, reads what is pasted, explains messages and
/// writes exports; and the rules' pages. Both are loaded when the first answer is there.
const MORE: [&str; 2] = ["dsnlens-more.js", "dsnlens-more_bg.wasm"];
const PAGES: &str = "rules.js";

/// Keeps all the others.
const WORKER: &str = "worker.js";

/// The rules' pages at addresses of their own.
const RULES: &str = "rules";

/// The picture beside a link to the page; a visit never loads it.
const CARD: &str = "card.png";

const LIMITS: [Limit; 2] = [
    Limit {
        what: "for the first answer",
        bytes: 282_000,
        counts: |file| {
            let is_later = MORE.iter().chain([&PAGES, &WORKER, &CARD]);
            !is_later.into_iter().any(|it| file == Path::new(it)) && !file.starts_with(RULES)
        },
    },
    Limit {
        what: "everything",
        bytes: 816_000,
        counts: |file| file != Path::new(CARD) && !file.starts_with(RULES),
    },
];

/// Sets up, builds and weighs.
pub(crate) fn build() -> anyhow::Result<()> {
    setup::provide(setup::FOR_THE_SITE)?;
    bundle_and_weigh()
}

/// Builds the site and fails when it is too heavy.
pub(crate) fn bundle_and_weigh() -> anyhow::Result<()> {
    bundle()?;
    weight::hold(DIST, &LIMITS)
}

/// Builds the site.
pub(crate) fn bundle() -> anyhow::Result<()> {
    // Trunk works offline, so that it downloads no tools; the libraries must be there already.
    small(Command::new(&format!("cargo fetch --target {WASM}"))).run()?;
    trunk("build").run()?;
    let dist = Path::new(DIST);
    let [more_glue, more_module] = MORE;
    for (glue, module) in [(GLUE, MODULE), (more_glue, more_module)] {
        imports::number(&dist.join(glue), &dist.join(module))?;
    }
    [GLUE, more_glue, "boot.js", WORKER].iter().try_for_each(|it| minify(&dist.join(it)))?;
    stamp(dist, WORKER, &[CARD])?;
    // Behind the stamp: a visit loads none of them.
    rule_pages::write(dist)
}

/// Trunk as every command here uses it: optimised, offline, and as its own arguments say.
pub(crate) fn trunk(args: &str) -> Command {
    let line = format!("trunk {args} --release --offline=true --skip-version-check");
    small(Command::new(&line))
}
