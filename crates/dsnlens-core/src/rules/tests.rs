//! The registry as a whole, and the examples of every page.

use super::*;
use crate::resolution::resolve;
use crate::syntax::dotenv;
use std::prelude::rust_2024::*;

/// What `rule` says of a `.env` text.
pub(super) fn findings(rule: &Rule, text: &str) -> Vec<(Severity, String, Vec<String>)> {
    let dotenv = dotenv::parse(text);
    assert_eq!(dotenv.unreadable, [], "an example must be readable: {text}");
    let variables = dotenv.bindings.iter().map(|it| (it.name, it.value.as_deref().unwrap_or("")));
    let inputs = Inputs::new(variables);
    let resolution = resolve(&inputs, &Recipe::default());
    let its = resolution.diagnostics.iter().filter(|it| it.rule == rule);
    let piece = |it: &InputSpan<'_>| it.span.of(inputs.get(it.input).unwrap()).to_string();
    its.map(|it| (it.severity, it.message.clone(), it.spans.iter().map(piece).collect())).collect()
}

#[test]
fn names_are_sorted_unique_and_kebab_case() {
    assert!(RULES.is_sorted_by(|a, b| a.name < b.name));
    for rule in RULES {
        let is_kebab = rule.name.bytes().all(|it| it.is_ascii_lowercase() || it == b'-');
        assert!(is_kebab && find(rule.name) == Some(rule), "{}", rule.name);
        assert!(rule.severities.is_sorted(), "{}", rule.name);
    }
}

#[test]
fn every_page_has_its_four_sections_in_order() {
    for rule in RULES {
        let page = rule.page();
        let headings: Vec<_> = page.lines().filter(|it| it.starts_with("# ")).collect();
        let expected = ["# What happens", "# Why it matters", "# What to do", "# Examples"];
        assert_eq!(headings, expected, "{}", rule.name);
        assert!(!page.title().is_empty() && !page.title().ends_with('.'), "{}", rule.name);
    }
}

#[test]
fn every_example_says_what_the_rule_does() {
    for rule in RULES {
        let examples: Vec<_> = rule.page().examples().collect();
        assert!(examples.iter().any(|it| it.reports), "{} never reports", rule.name);
        assert!(examples.iter().any(|it| !it.reports), "{} is never silent", rule.name);
        for example in examples {
            let found = findings(rule, example.dotenv);
            assert_eq!(!found.is_empty(), example.reports, "{}: {}", rule.name, example.dotenv);
            for (severity, ..) in found {
                assert!(rule.severities.contains(&severity), "{} lists {severity:?}", rule.name);
            }
        }
    }
}
