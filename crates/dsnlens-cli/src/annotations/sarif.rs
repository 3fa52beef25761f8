//! SARIF 2.1.0, the interchange format of static analysis: what code scanning takes.
//!
//! Written as JSON: it is a dozen fields, which a test holds to the standard's schema; the crates
//! for it bring three hundred generated types.

use dsnlens_core::document::RulePage;
use dsnlens_core::rules::{RULES, Rule};
use dsnlens_core::{ChangedLines, Severity};
use serde_json::{Value, json};

use super::{Annotation, FileEdits, Place};

/// What a column counts.
#[derive(Clone, Copy)]
pub(crate) enum Columns {
    Characters,
    Utf16,
}

/// The log of one run.
pub(crate) fn log(annotations: &[Annotation<'_>], columns: Columns) -> Value {
    let columns = match columns {
        Columns::Characters => "unicodeCodePoints",
        Columns::Utf16 => "utf16CodeUnits",
    };
    json!({
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [{
            "tool": {"driver": {
                "name": "DSN Lens",
                "semanticVersion": env!("CARGO_PKG_VERSION"),
                "rules": RULES.iter().map(|it| descriptor(it)).collect::<Vec<_>>(),
            }},
            "columnKind": columns,
            "results": annotations.iter().map(result).collect::<Vec<_>>(),
        }],
    })
}

/// Where the rules' pages are published, if a build says so: an absolute URL with a slash at its
/// end, as the standard wants it.
const RULES_AT: Option<&str> = option_env!("DSNLENS_RULES_AT");

fn descriptor(rule: &Rule) -> Value {
    let page = RulePage::new(rule);
    let worst = rule.severities.first().map_or("none", |it| level(*it));
    let mut descriptor = json!({
        "id": page.name,
        "shortDescription": {"text": page.title},
        "help": {"text": page.markdown, "markdown": page.markdown},
        "defaultConfiguration": {"level": worst},
    });
    if let Some(uri) = help_uri(RULES_AT, page.name) {
        descriptor["helpUri"] = uri.into();
    }
    descriptor
}

/// The page of a rule.
fn help_uri(rules_at: Option<&str>, name: &str) -> Option<String> {
    rules_at.map(|it| format!("{it}{name}.html"))
}

fn result(annotation: &Annotation<'_>) -> Value {
    let help = annotation.help.as_ref().map_or_else(String::new, |it| format!(" ({it})"));
    let mut result = json!({
        "level": level(annotation.severity),
        "message": {"text": format!("{}{help}", annotation.message)},
        "locations": locations(annotation),
    });
    if let Some(rule) = annotation.rule {
        result["ruleId"] = rule.name.into();
        result["ruleIndex"] = RULES.iter().position(|it| *it == rule).into();
    }
    let fixes: Vec<_> = annotation.fixes.iter().map(fix).collect();
    if !fixes.is_empty() {
        result["fixes"] = fixes.into();
    }
    result
}

/// Whole lines, so that no column depends on how a character is counted.
fn fix(edits: &FileEdits) -> Value {
    let change = |(path, lines): &(String, ChangedLines)| {
        let end = lines.line + lines.before.len();
        json!({
            "artifactLocation": {"uri": uri(path)},
            "replacements": [{
                "deletedRegion": {
                    "startLine": lines.line, "startColumn": 1, "endLine": end, "endColumn": 1,
                },
                "insertedContent": {"text": lines.after.concat()},
            }],
        })
    };
    let changes: Vec<_> = edits.files.iter().map(change).collect();
    json!({"description": {"text": edits.title}, "artifactChanges": changes})
}

fn locations(annotation: &Annotation<'_>) -> Vec<Value> {
    let variable = annotation.variable.map(|it| json!([{"name": it, "kind": "variable"}]));
    let place = annotation.place.as_ref().map(physical);
    let location = match (variable, place) {
        (None, None) => return Vec::new(),
        (None, Some(place)) => json!({"physicalLocation": place}),
        (Some(variable), None) => json!({"logicalLocations": variable}),
        (Some(variable), Some(place)) => {
            json!({"logicalLocations": variable, "physicalLocation": place})
        }
    };
    vec![location]
}

fn physical(place: &Place<'_>) -> Value {
    let mut region = json!({"startLine": place.line});
    if let Some((start, end)) = place.columns {
        region["startColumn"] = start.into();
        if let Some(end) = end {
            region["endColumn"] = end.into();
        }
    }
    json!({"artifactLocation": {"uri": uri(&place.path.to_string_lossy())}, "region": region})
}

/// A path as a relative or absolute reference of RFC 3986.
fn uri(path: &str) -> String {
    let keep = |it: u8| it.is_ascii_alphanumeric() || b"/._-~!$&'()*+,;=@".contains(&it);
    let mut uri = String::with_capacity(path.len());
    for byte in path.bytes() {
        match keep(byte) {
            true => uri.push(byte.into()),
            false => uri.push_str(&format!("%{byte:02X}")),
        }
    }
    uri
}

fn level(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Info => "note",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rule_has_its_page_where_the_pages_are() {
        let base = Some("https://dsn.example.com/rules/");
        let uri = help_uri(base, "url-empty");
        assert_eq!(uri.as_deref(), Some("https://dsn.example.com/rules/url-empty.html"));
        assert_eq!(help_uri(None, "url-empty"), None);
    }

    #[test]
    fn a_path_becomes_a_reference() {
        assert_eq!(uri("deploy/my app.env"), "deploy/my%20app.env");
        assert_eq!(uri("C:é"), "C%3A%C3%A9");
    }
}
