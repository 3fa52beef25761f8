//! Inputs that people reported, each with what a right answer must hold.
//!
//! `reported/*.jsonl` has one a line; the program and the page are both asked.

use std::path::Path;

use serde::Deserialize;

/// What an input is, and so where it is given.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A `DATABASE_URL`.
    Url,
    /// A file: `--env-file`, or pasted into the page.
    File,
    /// An error message: `explain -`, or pasted into the page.
    Message,
}

/// An input, and its right answer.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Reported {
    /// What it is about, in kebab-case.
    pub name: String,
    /// The input as it was reported.
    pub input: String,
    /// Rules that are reported. For a message, the first of them is the likeliest cause.
    #[serde(default)]
    pub rules: Vec<String>,
    /// Rules that are not reported. For a message: not as the likeliest cause.
    #[serde(default)]
    pub not: Vec<String>,
    /// Texts that the program and the page show, whatever the line breaks.
    #[serde(default)]
    pub shows: Vec<String>,
    /// Texts that neither shows: secrets, and claims that are false.
    #[serde(default)]
    pub hides: Vec<String>,
    /// A stretch of a value that some fix writes.
    pub fix: Option<String>,
    /// The program's exit code, 1 if absent: a finding that is an error.
    pub exit: Option<i32>,
}

/// All of a kind, in the file's order.
pub fn all(kind: Kind) -> Vec<Reported> {
    let name = match kind {
        Kind::Url => "urls",
        Kind::File => "files",
        Kind::Message => "messages",
    };
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("reported");
    let path = folder.join(name).with_extension("jsonl");
    let text = std::fs::read_to_string(&path).expect("the file is there");
    let line = |(nth, line)| {
        serde_json::from_str(line)
            .unwrap_or_else(|error| panic!("{name} line {}: {error}", nth + 1))
    };
    text.lines().enumerate().map(line).collect()
}

impl Reported {
    /// What of `answer` is not as it must be: the text that is shown, and the rules that are
    /// reported, in their order.
    pub fn faults(&self, kind: Kind, answer: &str, rules: &[String]) -> Vec<String> {
        let answer = squeezed(answer);
        let mut faults = Vec::new();
        for rule in self.rules.iter().filter(|it| !rules.contains(it)) {
            faults.push(format!("{rule} is not reported"));
        }
        let first = rules.first();
        if kind == Kind::Message && self.rules.first() != first {
            faults.push(format!("{first:?} is the likeliest cause"));
        }
        let is_wrong = |it: &&String| match kind {
            Kind::Message => first == Some(*it),
            Kind::File | Kind::Url => rules.contains(it),
        };
        faults.extend(self.not.iter().filter(is_wrong).map(|it| format!("{it} is reported")));
        let lacks = |it: &&String| !answer.contains(&squeezed(it));
        faults.extend(self.shows.iter().filter(lacks).map(|it| format!("{it:?} is not shown")));
        let has = |it: &&String| answer.contains(&squeezed(it));
        faults.extend(self.hides.iter().filter(has).map(|it| format!("{it:?} is shown")));
        faults
    }
}

/// Without line breaks, frames and marks of code, which differ from face to face.
fn squeezed(text: &str) -> String {
    let is_frame = |c: char| c.is_whitespace() || "|`".contains(c);
    text.split(is_frame).filter(|it| !it.is_empty()).collect::<Vec<_>>().join(" ").to_lowercase()
}

/// Panics with every case that is wrong: its name, and what is wrong about it.
///
/// # Panics
///
/// Where a case has faults, or where there is no case.
#[track_caller]
pub fn assert_right(faults: &[(Reported, Vec<String>)]) {
    assert!(!faults.is_empty(), "no case");
    let wrong = faults.iter().filter(|it| !it.1.is_empty());
    let wrong: Vec<_> =
        wrong.map(|(it, faults)| format!("{}: {}", it.name, faults.join("; "))).collect();
    let (few, all) = (wrong.len(), faults.len());
    assert!(wrong.is_empty(), "{few} of {all} are wrong:\n{}", wrong.join("\n"));
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reported(json: &str) -> Reported {
        serde_json::from_str(json).expect("a case")
    }

    #[test]
    fn each_kind_of_fault_is_seen() {
        let it = reported(
            r#"{"name":"x","input":"","rules":["a"],"not":["b"],"shows":["Is   it"],"hides":["pw"]}"#,
        );
        let rules = |it: &[&str]| it.iter().map(|it| (*it).to_owned()).collect::<Vec<_>>();
        assert_eq!(it.faults(Kind::Url, "so\n | is `it`", &rules(&["c", "a"])), [""; 0]);
        assert_eq!(it.faults(Kind::Url, "pw", &rules(&["b"])).len(), 4);
        assert_eq!(it.faults(Kind::Message, "is it", &rules(&["c", "a"])).len(), 1);
    }
}
