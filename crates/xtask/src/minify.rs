//! Scripts and styles without what only their readers need: comments and blanks.

use std::{fs, path::Path};

use anyhow::{Context, anyhow, bail};
use minifier::{css, js};

/// Makes a file lighter where it is.
pub(crate) fn minify(file: &Path) -> anyhow::Result<()> {
    let text =
        fs::read_to_string(file).with_context(|| format!("cannot read {}", file.display()))?;
    let text = minified(file, &text)?;
    fs::write(file, text).with_context(|| format!("cannot write {}", file.display()))
}

fn minified(file: &Path, text: &str) -> anyhow::Result<String> {
    let minified = match file.extension().and_then(|it| it.to_str()) {
        Some("js") => js::minify(text).map(|it| it.to_string()),
        Some("css") => css::minify(text).map(|it| it.to_string()),
        _ => bail!("{} is neither a script nor a style", file.display()),
    };
    minified.map_err(|it| anyhow!("cannot minify {}: {it}", file.display()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blanks_that_mean_something_stay() -> anyhow::Result<()> {
        for (file, text, expected) in [
            ("a.css", "a :hover { c: calc(1px + 2px); }\n/* b */", "a :hover{c:calc(1px + 2px);}"),
            ("a.css", "a > b { c: \" /* d\" }", "a>b{c:\" /* d\"}"),
            ("a.js", "// b\nconst a = `b  ${ c }`;\n", "const a=`b  ${ c }`;"),
            ("a.js", "a = /\\/* b/.test( \"//  c\" );", "a=/\\/* b/.test(\"//  c\");"),
        ] {
            assert_eq!(minified(Path::new(file), text)?, expected);
        }
        assert!(minified(Path::new("a.html"), "").is_err());
        Ok(())
    }
}
