//! `# dsnlens: ignore[rule, rule]`, behind a value or in the line above it.

use dsnlens_core::rules::{self, RULES, Rule};

use crate::lines::Lines;
use crate::near;

const MARK: &str = "dsnlens: ignore[";

/// The names in the comments about a line, with the lines that they stand in.
fn names<'t>(lines: &Lines<'t>, number: usize) -> impl Iterator<Item = (usize, &'t str)> {
    let above = number.checked_sub(1).filter(|it| lines.line(*it).trim_start().starts_with('#'));
    [Some(number), above].into_iter().flatten().flat_map(|number| {
        let comment = lines.line(number).split_once('#').map_or("", |it| it.1);
        let inside = comment.split_once(MARK).and_then(|it| it.1.split_once(']'));
        let names = inside.map_or("", |it| it.0).split(',').map(str::trim);
        names.filter(|it| !it.is_empty()).map(move |it| (number, it))
    })
}

/// Whether a comment about a line leaves a rule out.
pub(crate) fn ignores(lines: &Lines<'_>, number: usize, rule: &Rule) -> bool {
    names(lines, number).any(|(_, name)| name == rule.name)
}

/// The names in a text's comments that are no rule's, with their lines, and what to say of them.
pub(crate) fn unknown(text: &str) -> Vec<(usize, String)> {
    if !text.contains(MARK) {
        return Vec::new();
    }
    let lines = Lines::new(text);
    let numbers = text.match_indices(MARK).map(|(at, _)| lines.number(at));
    let found = numbers.flat_map(|it| names(&lines, it)).filter(|it| rules::find(it.1).is_none());
    let say = |name: &str| near::unknown(name, "a rule", RULES.iter().map(|it| it.name));
    found.map(|(line, name)| (line, say(name))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_comment_is_about_its_line_or_the_next() {
        let text = "A=1 # dsnlens: ignore[password-weak, url-empty]\n# dsnlens: ignore[url-quoted]\nB=2\nC=3\n";
        let lines = Lines::new(text);
        let ignored = |line, name| ignores(&lines, line, rules::find(name).unwrap());
        assert!(ignored(1, "password-weak") && ignored(1, "url-empty") && ignored(3, "url-quoted"));
        assert!(!ignored(2, "password-weak") && !ignored(4, "url-quoted"));
        assert_eq!(unknown(text), []);
    }

    #[test]
    fn a_rule_that_does_not_exist_is_named() {
        let found = unknown("\nA=1 # dsnlens: ignore[pasword-weak]\n");
        let expected = "`pasword-weak` is not a rule; did you mean `password-weak`?";
        assert_eq!(found, [(2, expected.to_owned())]);
    }
}
