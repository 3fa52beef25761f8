//! The rules' pages as files: `docs/rules/` for people, `web/rules.js` for the page, `pages.js` for
//! the JS package, and its list of clients, `clients.js`; `numbers.py` for the Python package.
//!
//! The pages are written from the doc comment of each rule; what is stale is written anew, and fails.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::fs;
use std::path::{Path, PathBuf};

use dsnlens_core::client;
use dsnlens_core::document::{ClientSummary, RulePage, RuleSummary};
use dsnlens_core::rules::{RULES, Rule};
use dsnlens_tests::shipped_clients;
use pulldown_cmark::{CodeBlockKind, CowStr, Event, HeadingLevel, Parser, Tag, TagEnd, html};

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("tests/ lies in the workspace")
}

fn severities(rule: &Rule) -> String {
    rule.severities.iter().map(|it| it.name()).collect::<Vec<_>>().join(", ")
}

/// The lines of a page; an example's fence says in words what it shows.
fn markdown(rule: &Rule) -> String {
    let mut text = String::new();
    for line in rule.page().lines() {
        match line.strip_prefix("```").and_then(|it| it.split_once(',')) {
            Some((what, kind)) => {
                // What a server did stands behind the variables, in a language of its own.
                let language = if what == "env" { what } else { "text" };
                let _ = write!(text, "{}:\n\n```{language}\n", caption(kind));
            }
            None => {
                let line = if line.starts_with("# ") { format!("#{line}") } else { line.into() };
                text.push_str(line.trim_end());
                text.push('\n');
            }
        }
    }
    text.trim().to_owned()
}

/// The error texts that a rule knows, for those who search for one.
fn messages(rule: &Rule) -> String {
    let mut text = String::new();
    for (title, known) in [("Error texts", rule.errors), ("Possible error texts", rule.perhaps)] {
        if known.is_empty() {
            continue;
        }
        let _ = write!(text, "\n## {title}\n\n");
        for it in known {
            let pieces = it.pattern.split('{').enumerate();
            let pieces = pieces.map(|(nth, it)| match nth {
                0 => it.to_owned(),
                _ => format!("…{}", it.split_once('}').map_or(it, |it| it.1)),
            });
            let _ = writeln!(text, "- `{}`", pieces.collect::<String>());
        }
    }
    text
}

fn caption(kind: &str) -> String {
    let (word, stack) = kind.split_once(',').unwrap_or((kind, ""));
    let word = if word == "reports" { "Reported" } else { "Not reported" };
    match stack {
        "" => word.into(),
        "without-ssl_require" => format!("{word} without ssl_require"),
        it if ["libpq", "Django", "psycopg2"].iter().any(|name| it.starts_with(name))
            || it.ends_with(" users") =>
        {
            format!("{word} with {it}")
        }
        "without files" => format!("{word} where there is no service file"),
        it if it.starts_with("client ") => {
            let name = it.trim_start_matches("client ");
            format!("{word} in {}", client::find(name).expect("a client").title)
        }
        version => format!("{word} with dj-database-url {version}"),
    }
}

fn document(rule: &Rule) -> String {
    format!(
        "# {}\n\n`{}` · {}\n\n{}\n{}",
        rule.page().title(),
        rule.name,
        severities(rule),
        markdown(rule),
        messages(rule)
    )
}

fn index() -> String {
    let mut text =
        String::from("# The rules\n\n| rule | severity | what it is about |\n|---|---|---|\n");
    for rule in RULES {
        let (name, title) = (rule.name, rule.page().title());
        let _ = writeln!(text, "| [`{name}`]({name}.md) | {} | {title} |", severities(rule));
    }
    text
}

/// A page as the HTML that stands under a finding.
fn page_html(rule: &Rule) -> String {
    // The sources are on the rule's page at an address of its own.
    let mut is_of_sources = false;
    let lines = rule.page().lines().filter(|line| {
        if line.starts_with("# ") {
            is_of_sources = *line == "# References";
        }
        !is_of_sources
    });
    let text = lines.collect::<Vec<_>>().join("\n");
    let raw = |html: &'static str| Event::Html(CowStr::Borrowed(html));
    let events = Parser::new(&text).map(|event| match event {
        Event::Start(Tag::Heading { level: HeadingLevel::H1, .. }) => raw("<h4>"),
        Event::End(TagEnd::Heading(HeadingLevel::H1)) => raw("</h4>"),
        Event::Start(Tag::CodeBlock(CodeBlockKind::Fenced(kind))) => {
            let caption = caption(kind.split_once(',').map_or(&*kind, |it| it.1));
            let head = format!("<figure><figcaption>{caption}</figcaption><pre translate=\"no\">");
            Event::Html(head.into())
        }
        Event::End(TagEnd::CodeBlock) => raw("</pre></figure>"),
        Event::SoftBreak => Event::Text(" ".into()),
        Event::Code(code) => {
            let mut escaped = String::new();
            pulldown_cmark_escape::escape_html(&mut escaped, &code).expect("a string takes it");
            Event::InlineHtml(format!("<code translate=\"no\">{escaped}</code>").into())
        }
        other => other,
    });
    let mut page = String::new();
    html::push_html(&mut page, events);
    page.trim().replace(">\n<", "><")
}

const HEAD: &str = "// Generated from the rules by tests/pages.rs. Do not edit.\nexport default ";

fn module() -> String {
    let mut text = format!("{HEAD}{{\n");
    // Those about a real server, too: an error message that is pasted may be about one.
    for rule in RULES {
        let page = serde_json::to_string(&page_html(rule)).expect("a text is JSON");
        let _ = writeln!(text, "\"{}\":{page},", rule.name);
    }
    text + "};\n"
}

/// What the JS package tells of every rule.
fn pages() -> String {
    let mut text = format!("{HEAD}[\n");
    for rule in RULES {
        let mut page = serde_json::to_value(RuleSummary::new(rule)).expect("it is JSON");
        page["markdown"] = RulePage::new(rule).markdown.into();
        let _ = writeln!(text, "{page},");
    }
    text + "];\n"
}

/// The JS package's `clients`: a fresh list for each call.
fn clients() -> String {
    let mut text = String::from(
        "// Generated from the clients by tests/pages.rs. Do not edit.\nexport const clients = () => [\n",
    );
    for client in shipped_clients() {
        let client = serde_json::to_string(&ClientSummary::new(client)).expect("it is JSON");
        let _ = writeln!(text, "{client},");
    }
    text + "];\n"
}

/// The numbers by which Django's checks call the rules. A rule keeps the number that it once had,
/// since projects silence checks by it; a new one takes the next.
fn numbers(before: &str) -> String {
    let line = |line: &str| {
        let (name, number) = line.trim().strip_suffix(',')?.split_once(": ")?;
        Some((name.trim_matches('"').to_owned(), number.parse().ok()?))
    };
    let mut numbers: BTreeMap<String, u16> = before.lines().filter_map(line).collect();
    for rule in RULES {
        let next = numbers.values().max().copied().unwrap_or_default() + 1;
        numbers.entry(rule.name.into()).or_insert(next);
    }
    let mut lines: Vec<_> = numbers.into_iter().collect();
    lines.sort_by_key(|it| it.1);
    let mut text = String::from(
        "# Generated from the rules by tests/pages.rs. Do not edit.\n\
         \"\"\"The rules' numbers in the identifiers of Django's checks; none is ever given again.\"\"\"\n\n\
         NUMBERS = {\n",
    );
    for (name, number) in lines {
        let _ = writeln!(text, "    \"{name}\": {number},");
    }
    text + "}\n"
}

#[test]
fn a_rule_keeps_its_number() {
    let before = "NUMBERS = {\n    \"gone\": 7,\n    \"password-weak\": 3,\n}\n";
    let numbers = numbers(before);
    for line in ["    \"gone\": 7,", "    \"password-weak\": 3,"] {
        assert!(numbers.lines().any(|it| it == line), "{line} in\n{numbers}");
    }
    assert_eq!(numbers.matches("password-weak").count(), 1);
    assert_eq!(numbers.matches(": 8,").count(), 1, "the next number is the first new rule's");
}

#[test]
fn the_files_are_up_to_date() {
    let folder = root().join("docs/rules");
    let mut expected: BTreeMap<PathBuf, String> = RULES
        .iter()
        .map(|rule| (folder.join(format!("{}.md", rule.name)), document(rule)))
        .collect();
    expected.insert(folder.join("README.md"), index());
    expected.insert(root().join("web/rules.js"), module());
    expected.insert(root().join("crates/dsnlens-wasm/npm/pages.js"), pages());
    expected.insert(root().join("crates/dsnlens-wasm/npm/clients.js"), clients());
    let python = root().join("crates/dsnlens-python/python/dsnlens/django/numbers.py");
    let before = fs::read_to_string(&python).unwrap_or_default();
    expected.insert(python, numbers(&before));
    fs::create_dir_all(&folder).expect("docs/rules can be made");
    let mut stale = Vec::new();
    for file in fs::read_dir(&folder).expect("docs/rules can be read") {
        let path = file.expect("docs/rules can be read").path();
        if !expected.contains_key(&path) {
            fs::remove_file(&path).expect("a file nobody writes can go");
            stale.push(path);
        }
    }
    for (path, text) in expected {
        if fs::read_to_string(&path).ok().as_ref() != Some(&text) {
            fs::write(&path, text).expect("a stale file can be written");
            stale.push(path);
        }
    }
    assert!(stale.is_empty(), "stale, and written anew: look at them and commit them: {stale:#?}");
}
