//! `explain` and `rules`: what the program says of its rules.

use super::*;

#[test]
fn every_rule_listed_is_explained() {
    let rules = run(&["rules", "--format", "json"]).json();
    let text = run(&["rules"]);
    assert_eq!((text.code, &*text.stderr), (Some(0), ""));
    for rule in rules.as_array().unwrap() {
        let name = rule["name"].as_str().unwrap();
        let keys: Vec<_> = rule.as_object().unwrap().keys().collect();
        assert_eq!(keys, ["name", "title", "severities"]);
        assert!(text.stdout.contains(&format!("\n{name} ")) || text.stdout.starts_with(name));
        let page = run(&["explain", name]);
        assert_eq!((page.code, &*page.stderr), (Some(0), ""));
        page.prints(&[
            "",
            "What happens",
            "",
            "Why it matters",
            "",
            "What to do",
            "",
            "References",
            "",
            "Examples",
        ]);
        for markup in ["```", "\n#", " # "] {
            assert!(!page.stdout.contains(markup), "{markup}: {}", page.stdout);
        }
    }
}

#[test]
fn an_unknown_rule_is_answered_with_its_neighbours() {
    let unknown = run(&["explain", "sslmode-downgrade"]);
    assert_eq!((unknown.code, &*unknown.stdout), (Some(2), ""));
    assert!(unknown.stderr.contains("did you mean `sslmode-downgraded`"), "{}", unknown.stderr);
    let unknown = run(&["explain", "no-such-thing"]);
    assert_eq!(unknown.code, Some(2));
    assert!(unknown.stderr.contains("`dsnlens rules` lists them"), "{}", unknown.stderr);
}
