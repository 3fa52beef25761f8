//! The static site: built by trunk into `dist/`, and weighed.

use std::{
    fs,
    io::{self, Write},
    path::{Path, PathBuf},
};

use anyhow::{Context, bail};
use brotli::{CompressorWriter, enc::BrotliEncoderParams};

use crate::{
    command::Command,
    setup::{self, WASM},
};

const DIST: &str = "dist";

/// The rules' pages, which are loaded when the first answer is there.
const PAGES: &str = "rules.js";

/// What they may weigh, brotli-compressed.
const PAGES_LIMIT: usize = 40_000;

/// What all that the first answer takes may weigh together.
const LIMIT: usize = 200_000;

/// Sets up, builds and weighs.
pub(crate) fn build() -> anyhow::Result<()> {
    setup::provide(setup::FOR_THE_SITE)?;
    bundle_and_weigh()
}

/// Builds the site and fails when it is too heavy.
pub(crate) fn bundle_and_weigh() -> anyhow::Result<()> {
    bundle()?;
    println!("Weighing {DIST}/");
    let weights = weigh(Path::new(DIST))?;
    print!("{}", table(&weights));
    let (answer, pages) = sums(&weights);
    for (what, weight, limit) in
        [("the first answer", answer, LIMIT), ("the rules' pages", pages, PAGES_LIMIT)]
    {
        if weight > limit {
            bail!("{what}: {weight} bytes (brotli), {} more than it may take", weight - limit);
        }
    }
    Ok(())
}

/// Builds the site.
pub(crate) fn bundle() -> anyhow::Result<()> {
    // Trunk works offline, so that it downloads no tools; the libraries must be there already.
    with_small_std(Command::new(&format!("cargo fetch --target {WASM}"))).run()?;
    trunk("build").run()
}

/// Trunk as every command here uses it: optimised, offline, and as its own arguments say.
pub(crate) fn trunk(args: &str) -> Command {
    let line = format!("trunk {args} --release --offline=true --skip-version-check");
    with_small_std(Command::new(&line))
}

/// Has the standard library built along with the page: for size, and without the texts of panics,
/// which nobody reads in a tab. A tenth of the page is saved. Cargo and rustc call it unstable;
/// the toolchain is pinned, so it is the same everywhere.
fn with_small_std(command: Command) -> Command {
    command
        .variable("RUSTC_BOOTSTRAP", "1")
        .variable("CARGO_UNSTABLE_BUILD_STD", "std,panic_abort")
        .variable("CARGO_UNSTABLE_BUILD_STD_FEATURES", "optimize_for_size")
        .variable(
            "CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_RUSTFLAGS",
            "-Zunstable-options -Cpanic=immediate-abort",
        )
}

/// A file of the site, and its size as it is and as a server sends it.
struct Weight {
    file: PathBuf,
    raw: usize,
    packed: usize,
}

fn weigh(site: &Path) -> anyhow::Result<Vec<Weight>> {
    let mut weights = Vec::new();
    let mut folders = vec![site.to_owned()];
    while let Some(folder) = folders.pop() {
        let entries =
            fs::read_dir(&folder).with_context(|| format!("cannot read {}", folder.display()))?;
        for entry in entries {
            let path = entry?.path();
            if path.is_dir() {
                folders.push(path);
                continue;
            }
            let weigh = || -> io::Result<Weight> {
                let bytes = fs::read(&path)?;
                let file = path.strip_prefix(site).unwrap_or(&path).to_owned();
                Ok(Weight { file, raw: bytes.len(), packed: brotli_size(&bytes)? })
            };
            weights.push(weigh().with_context(|| format!("cannot weigh {}", path.display()))?);
        }
    }
    weights.sort_by(|a, b| b.packed.cmp(&a.packed).then_with(|| a.file.cmp(&b.file)));
    Ok(weights)
}

/// At quality 11 and with the window of 4 MB that browsers accept, as a static file is compressed.
fn brotli_size(bytes: &[u8]) -> io::Result<usize> {
    let params = BrotliEncoderParams {
        quality: 11,
        lgwin: 22,
        size_hint: bytes.len(),
        ..Default::default()
    };
    let mut packed = Vec::new();
    let mut writer = CompressorWriter::with_params(&mut packed, 4096, &params);
    writer.write_all(bytes)?;
    drop(writer);
    Ok(packed.len())
}

fn table(weights: &[Weight]) -> String {
    let names: Vec<String> = weights.iter().map(|it| it.file.display().to_string()).collect();
    let width = names.iter().map(|it| it.chars().count()).max().unwrap_or_default().max(20);
    let row =
        |name: &str, raw: &str, packed: &str| format!("  {name:width$}  {raw:>9}  {packed:>9}\n");
    let mut table = row(DIST, "bytes", "brotli");
    for (name, weight) in names.iter().zip(weights) {
        table += &row(name, &weight.raw.to_string(), &weight.packed.to_string());
    }
    let (answer, pages) = sums(weights);
    let raw: usize = weights.iter().map(|it| it.raw).sum();
    table += &row("total", &raw.to_string(), &(answer + pages).to_string());
    table += &row("for the first answer", "", &format!("{answer} of {LIMIT}"));
    table += &row("rules' pages", "", &format!("{pages} of {PAGES_LIMIT}"));
    table
}

/// What the first answer takes, and what the rules' pages weigh.
fn sums(weights: &[Weight]) -> (usize, usize) {
    let (pages, answer): (Vec<_>, Vec<_>) =
        weights.iter().partition(|it| it.file == Path::new(PAGES));
    let sum = |weights: Vec<&Weight>| weights.iter().map(|it| it.packed).sum();
    (sum(answer), sum(pages))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_weight_is_what_brotli_leaves() {
        assert_eq!(brotli_size(b"").ok(), Some(1));
        assert!(brotli_size(&[b'a'; 100_000]).is_ok_and(|it| it < 50));
    }

    #[test]
    fn the_table_ends_with_the_sums() {
        let weight = |file: &str, raw, packed| Weight { file: file.into(), raw, packed };
        let weights = [
            weight("page.wasm", 3000, 1000),
            weight("index.html", 500, 200),
            weight(PAGES, 90, 30),
        ];
        assert_eq!(sums(&weights), (1200, 30));
        let table = table(&weights);
        let total = table.lines().nth(4).map(|it| it.split_whitespace().collect::<Vec<_>>());
        assert_eq!(total, Some(vec!["total", "3590", "1230"]));
    }
}
