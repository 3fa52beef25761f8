//! `dsnlens explain`: a rule's page, or what an error message is about.

use std::io;

use dsnlens_core::MASK;
use dsnlens_core::rules::{self, RULES, Rule};
use dsnlens_lint::distance;

use crate::commands::message;
use crate::inputs::read_text;
use crate::markdown;
use crate::output::{self, Exit};
use crate::style::{self, HEADING, QUIET, paint, wrap};

pub(crate) fn run(what: &str) -> io::Result<Exit> {
    let text = match what {
        "-" => match read_text(io::stdin().lock()) {
            Ok(text) => text,
            Err(error) => return Ok(error.complain()),
        },
        what => what.to_owned(),
    };
    let name = text.trim();
    // A name has no blank in it, and a message has.
    match find(name) {
        Ok(rule) => page(rule),
        Err(_) if name.contains(char::is_whitespace) => message::run(&text),
        Err(unknown) => {
            output::complain(unknown);
            Ok(Exit::Unusable)
        }
    }
}

fn page(rule: &Rule) -> io::Result<Exit> {
    let width = style::width();
    let page = rule.page();
    let severities = rule.severities.iter().map(|&it| paint(style::of(it), it.name()));
    let severities = severities.collect::<Vec<_>>().join(" or ");
    let mut text = wrap(&paint(HEADING, page.title()), "", "", width);
    text.push_str(&format!("{} {severities}\n", paint(QUIET, rule.name)));
    text.push_str(&markdown::render(page.lines(), width));
    output::print(&text)?;
    Ok(Exit::Clean)
}

/// The rule called so, or what to say instead.
pub(crate) fn find(name: &str) -> Result<&'static Rule, String> {
    rules::find(name).ok_or_else(|| unknown(name))
}

fn unknown(name: &str) -> String {
    let near = near(name);
    // What is no name at all may be a URL that lost its way.
    let is_name = name.len() <= 40 && name.bytes().all(|it| it.is_ascii_lowercase() || it == b'-');
    let shown = if is_name || !near.is_empty() { name } else { MASK };
    match &near[..] {
        [] => format!("no rule is called `{shown}`; `dsnlens rules` lists them"),
        near => format!("no rule is called `{shown}`; did you mean {}?", near.join(" or ")),
    }
}

/// The names that come near, nearest first, three at most.
fn near(name: &str) -> Vec<String> {
    let name = name.to_ascii_lowercase().replace('_', "-");
    let mut near: Vec<_> =
        RULES.iter().filter_map(|rule| Some((distance(&name, rule.name)?, rule.name))).collect();
    near.sort_unstable();
    near.into_iter().take(3).map(|(_, name)| format!("`{name}`")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn near_misses_are_suggested() {
        assert_eq!(near("sslmode-downgrade"), ["`sslmode-downgraded`"]);
        let downgraded = ["`sslmode-downgraded`", "`sslmode-upgraded`"];
        assert_eq!(near("SSLMODE_DOWNGRADED"), downgraded);
        let near_sslmode = ["`sslmode-unknown`", "`sslmode-disabled`", "`sslmode-not-kept`"];
        assert_eq!(near("sslmode"), near_sslmode);
        assert_eq!(near("x").len(), 0);
    }

    #[test]
    fn what_is_no_name_is_not_repeated() {
        assert!(unknown("no-such-thing").contains("`no-such-thing`"));
        assert!(!unknown("postgres://u:hunter2@h/db").contains("hunter2"));
        assert!(!unknown("Hunter2").contains("Hunter2"));
    }
}
