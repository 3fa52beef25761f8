//! Names by which a WebAssembly module asks for JavaScript's functions: made to compress.
//!
//! wasm-bindgen ends each in a hash, which no compressor makes smaller. A number tells names apart
//! as well; it is as long, so that every other byte stays where it is.

use std::{collections::BTreeMap, fs, ops::Range, path::Path};

use anyhow::{Context, bail};

const START: &[u8] = b"__wbg_";
const HASH: usize = 16;

/// Renames the imports of a module, and what its glue gives for them.
pub(crate) fn number(glue: &Path, module: &Path) -> anyhow::Result<()> {
    let read =
        |file: &Path| fs::read(file).with_context(|| format!("cannot read {}", file.display()));
    let (mut glue_bytes, mut module_bytes) = (read(glue)?, read(module)?);
    let names = numbered(&module_bytes);
    if names.is_empty() || rename(&mut glue_bytes, &names) != names.len() {
        bail!("{}: wasm-bindgen names its imports in another way now", glue.display());
    }
    rename(&mut module_bytes, &names);
    for (file, bytes) in [(glue, glue_bytes), (module, module_bytes)] {
        fs::write(file, bytes).with_context(|| format!("cannot write {}", file.display()))?;
    }
    Ok(())
}

/// Each name, and what takes its place.
fn numbered(module: &[u8]) -> BTreeMap<Vec<u8>, Vec<u8>> {
    let mut counts: BTreeMap<&[u8], usize> = BTreeMap::new();
    let mut names = BTreeMap::new();
    for place in places(module) {
        let name = &module[place];
        let stem = &name[..name.len() - HASH];
        let count = counts.entry(stem).or_default();
        names.insert(name.to_vec(), [stem, format!("{count:0HASH$}").as_bytes()].concat());
        *count += 1;
    }
    names
}

/// Says how many names it found.
fn rename(bytes: &mut [u8], names: &BTreeMap<Vec<u8>, Vec<u8>>) -> usize {
    let mut count = 0;
    for place in places(bytes) {
        if let Some(new) = names.get(&bytes[place.clone()]) {
            bytes[place].copy_from_slice(new);
            count += 1;
        }
    }
    count
}

/// Where names stand that end in a hash.
fn places(bytes: &[u8]) -> Vec<Range<usize>> {
    let mut places = Vec::new();
    let mut at = 0;
    while at < bytes.len() {
        if !bytes[at..].starts_with(START) {
            at += 1;
            continue;
        }
        let is_in = |it: &&u8| it.is_ascii_alphanumeric() || matches!(it, b'_' | b'$');
        let end = at + bytes[at..].iter().take_while(is_in).count();
        let name = &bytes[at..end];
        let (stem, hash) = name.split_at(name.len().saturating_sub(HASH));
        let is_hash = hash.iter().all(|it| matches!(it, b'0'..=b'9' | b'a'..=b'f'));
        if is_hash && stem.len() > START.len() && stem.ends_with(b"_") {
            places.push(at..end);
        }
        at = end;
    }
    places
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_takes_the_place_of_each_hash() {
        let module = b"\0\x1b__wbg_set_0123456789abcdef\0\x01\x1b__wbg_set_fedcba9876543210\0\x02";
        let names = numbered(module);
        let mut renamed = module.to_vec();
        assert_eq!(rename(&mut renamed, &names), 2);
        let expected =
            b"\0\x1b__wbg_set_0000000000000000\0\x01\x1b__wbg_set_0000000000000001\0\x02";
        assert_eq!(renamed, expected);
        let mut glue = b"x = { __wbg_set_fedcba9876543210: __wbg_get_imports }".to_vec();
        assert_eq!(rename(&mut glue, &names), 1);
        assert_eq!(glue, b"x = { __wbg_set_0000000000000001: __wbg_get_imports }");
    }

    #[test]
    fn what_has_no_hash_keeps_its_name() {
        for name in
            ["__wbg_get_imports", "__wbg_0123456789abcdef", "__wbindgen_cast_0000000000000001"]
        {
            assert_eq!(places(name.as_bytes()), [], "{name}");
        }
    }
}
