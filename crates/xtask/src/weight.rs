//! What people download, weighed as a server sends it.

use std::{
    fs,
    io::{self, Write},
    path::{Path, PathBuf},
};

use anyhow::{Context, bail};
use brotli::{CompressorWriter, enc::BrotliEncoderParams};

/// A file, and its size as it is and as a server sends it.
pub(crate) struct Weight {
    pub(crate) file: PathBuf,
    pub(crate) raw: usize,
    pub(crate) packed: usize,
}

/// What a part of the files may weigh together, brotli-compressed.
pub(crate) struct Limit {
    pub(crate) what: &'static str,
    pub(crate) bytes: usize,
    /// Which files count.
    pub(crate) counts: fn(&Path) -> bool,
}

impl Limit {
    fn sum(&self, weights: &[Weight]) -> usize {
        weights.iter().filter(|it| (self.counts)(&it.file)).map(|it| it.packed).sum()
    }
}

/// Prints what is in `folder`, and fails where it is too heavy.
pub(crate) fn hold(folder: &str, limits: &[Limit]) -> anyhow::Result<()> {
    println!("Weighing {folder}/");
    let weights = weigh(Path::new(folder))?;
    print!("{}", table(folder, &weights, limits));
    for limit in limits {
        let sum = limit.sum(&weights);
        if sum > limit.bytes {
            let more = sum - limit.bytes;
            bail!("{}: {sum} bytes (brotli), {more} more than it may take", limit.what);
        }
    }
    Ok(())
}

fn weigh(folder: &Path) -> anyhow::Result<Vec<Weight>> {
    let mut weights = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(inner) = folders.pop() {
        let entries =
            fs::read_dir(&inner).with_context(|| format!("cannot read {}", inner.display()))?;
        for entry in entries {
            let path = entry?.path();
            if path.is_dir() {
                folders.push(path);
                continue;
            }
            let weigh = || -> io::Result<Weight> {
                let bytes = fs::read(&path)?;
                let file = path.strip_prefix(folder).unwrap_or(&path).to_owned();
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

/// The name of a row: a file's, or the folder's whose files are one row together.
fn row_name(file: &Path) -> String {
    match file.parent().filter(|it| *it != Path::new("")) {
        Some(folder) => format!("{}/", folder.display()),
        None => file.display().to_string(),
    }
}

fn table(folder: &str, weights: &[Weight], limits: &[Limit]) -> String {
    let mut rows: Vec<(String, usize, usize)> = Vec::new();
    for Weight { file, raw, packed } in weights {
        let name = row_name(file);
        match rows.iter_mut().find(|it| it.0 == name) {
            Some(row) => {
                row.1 += raw;
                row.2 += packed;
            }
            None => rows.push((name, *raw, *packed)),
        }
    }
    let width = rows.iter().map(|it| it.0.chars().count()).max().unwrap_or_default().max(20);
    let row =
        |name: &str, raw: &str, packed: &str| format!("  {name:width$}  {raw:>9}  {packed:>9}\n");
    let mut table = row(folder, "bytes", "brotli");
    for (name, raw, packed) in &rows {
        table += &row(name, &raw.to_string(), &packed.to_string());
    }
    let raw: usize = weights.iter().map(|it| it.raw).sum();
    let packed: usize = weights.iter().map(|it| it.packed).sum();
    table += &row("total", &raw.to_string(), &packed.to_string());
    for limit in limits {
        table += &row(limit.what, "", &format!("{} of {}", limit.sum(weights), limit.bytes));
    }
    table
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
        let weights = [weight("page.wasm", 3000, 1000), weight("index.html", 500, 200)];
        let limit = Limit { what: "pages", bytes: 250, counts: |it| it == "index.html" };
        assert_eq!(limit.sum(&weights), 200);
        let table = table("dist", &weights, &[limit]);
        let words: Vec<_> = table.lines().skip(3).map(str::split_whitespace).collect();
        let words: Vec<Vec<_>> = words.into_iter().map(Iterator::collect).collect();
        assert_eq!(words, [vec!["total", "3500", "1200"], vec!["pages", "200", "of", "250"]]);
    }

    #[test]
    fn what_is_too_heavy_fails() {
        let limit = |bytes| Limit { what: "sources", bytes, counts: |_| true };
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/src");
        assert!(hold(folder, &[limit(1_000_000)]).is_ok());
        let message = hold(folder, &[limit(1)]).map_err(|it| it.to_string());
        assert!(message.is_err_and(|it| it.starts_with("sources: ")));
    }
}
