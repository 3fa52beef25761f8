//! Scripts without what only their readers need: comments and blanks.

use std::{fs, path::Path};

use anyhow::{Context, anyhow};
use minifier::js;

/// Makes a file lighter where it is.
pub(crate) fn minify(file: &Path) -> anyhow::Result<()> {
    let text =
        fs::read_to_string(file).with_context(|| format!("cannot read {}", file.display()))?;
    let text = minified(&text).with_context(|| format!("cannot minify {}", file.display()))?;
    fs::write(file, text).with_context(|| format!("cannot write {}", file.display()))
}

fn minified(script: &str) -> anyhow::Result<String> {
    js::minify(script).map(|it| it.to_string()).map_err(|it| anyhow!("{it}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blanks_that_mean_something_stay() -> anyhow::Result<()> {
        for (script, expected) in [
            ("// b\nconst a = `b  ${ c }`;\n", "const a=`b  ${ c }`;"),
            ("a = /\\/* b/.test( \"//  c\" );", "a=/\\/* b/.test(\"//  c\");"),
        ] {
            assert_eq!(minified(script)?, expected);
        }
        Ok(())
    }
}
