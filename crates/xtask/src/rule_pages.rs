//! The rules' pages as HTML, each at an address of its own: `dist/rules/NAME.html`, and an index that
//! finds them by name, title and error text.
//!
//! They are made of `docs/rules/`, which the tests keep up to date.

use std::{fmt::Write, fs, path::Path};

use anyhow::Context;
use pulldown_cmark::{Event, HeadingLevel, Options, Parser, Tag, TagEnd, html};

/// Where the pages are written, in the rules' own words.
const SOURCE: &str = "docs/rules";
const SOURCE_INDEX: &str = "README.md";

/// What the pages take beside the page's own style.
const OTHERS: [&str; 2] = ["web/rules/rules.css", "web/rules/search.js"];

/// What is known of a rule from its page.
struct Rule {
    name: String,
    title: String,
    severity: String,
    /// The error texts that it knows.
    texts: Vec<String>,
    html: String,
}

/// Writes the pages into `folder`.
pub(crate) fn write(folder: &Path) -> anyhow::Result<()> {
    let folder = folder.join("rules");
    fs::create_dir_all(&folder).with_context(|| format!("cannot make {}", folder.display()))?;
    let put = |name: &str, text: &str| {
        let path = folder.join(name);
        fs::write(&path, text).with_context(|| format!("cannot write {}", path.display()))
    };
    let rules = rules()?;
    for rule in &rules {
        put(&format!("{}.html", rule.name), &page(rule))?;
    }
    put("index.html", &index(&rules))?;
    for other in OTHERS.map(Path::new) {
        let text = fs::read_to_string(other)
            .with_context(|| format!("cannot read {}", other.display()))?;
        put(&other.file_name().unwrap_or_default().to_string_lossy(), &text)?;
    }
    println!("The pages of {} rules are in {}/", rules.len(), folder.display());
    Ok(())
}

fn rules() -> anyhow::Result<Vec<Rule>> {
    let mut rules = Vec::new();
    let entries = fs::read_dir(SOURCE).with_context(|| format!("cannot read {SOURCE}"))?;
    for entry in entries {
        let path = entry?.path();
        if path.file_name().is_some_and(|it| it == SOURCE_INDEX) {
            continue;
        }
        let read = || {
            let name = path.file_stem()?.to_str()?;
            rule(name, &fs::read_to_string(&path).ok()?)
        };
        rules.push(read().with_context(|| format!("{} is no rule's page", path.display()))?);
    }
    rules.sort_by(|a, b| a.name.cmp(&b.name));
    Ok(rules)
}

/// A page of `docs/rules/`: its title, its name with the severities, its sections.
fn rule(name: &str, text: &str) -> Option<Rule> {
    let (title, rest) = text.strip_prefix("# ")?.split_once('\n')?;
    let (line, body) = rest.trim_start().split_once('\n')?;
    let severity = line.split_once(" · ")?.1;
    let mut texts = Vec::new();
    let mut is_of_texts = false;
    for line in body.lines() {
        if let Some(heading) = line.strip_prefix("## ") {
            is_of_texts = heading.to_ascii_lowercase().contains("error texts");
        } else if let Some(item) = line.strip_prefix("- ").filter(|_| is_of_texts) {
            texts.push(item.trim_matches('`').to_owned());
        }
    }
    Some(Rule {
        name: name.into(),
        title: title.into(),
        severity: severity.into(),
        texts,
        html: to_html(body),
    })
}

/// Markdown as HTML. A fence's caption and its example belong together, and a link leads out.
fn to_html(markdown: &str) -> String {
    let events = Parser::new_ext(markdown, Options::empty()).map(|event| match event {
        // What people write in a page is text.
        Event::Html(text) | Event::InlineHtml(text) => Event::Text(text),
        Event::Start(Tag::Heading { level: HeadingLevel::H2, .. }) => Event::Html("<h2>".into()),
        Event::End(TagEnd::Heading(HeadingLevel::H2)) => Event::Html("</h2>".into()),
        Event::Start(Tag::CodeBlock(_)) => Event::Html("<pre translate=\"no\"><code>".into()),
        Event::End(TagEnd::CodeBlock) => Event::Html("</code></pre>".into()),
        other => other,
    });
    let mut text = String::new();
    html::push_html(&mut text, events);
    text
}

fn inline(markdown: &str) -> String {
    let text = to_html(markdown);
    let text = text.trim();
    text.strip_prefix("<p>").and_then(|it| it.strip_suffix("</p>")).unwrap_or(text).to_owned()
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

/// Words without the marks of Markdown.
fn plain(markdown: &str) -> String {
    markdown.replace('`', "")
}

fn page(rule: &Rule) -> String {
    let Rule { name, title, severity, html, .. } = rule;
    let marks: String = severity
        .split(", ")
        .map(|it| format!("<span class=\"severity\" data-severity=\"{it}\">{it}</span> "))
        .collect();
    let body = format!(
        "<p class=\"kind\"><code translate=\"no\">{name}</code> {marks}</p>\n\
         <h1>{}</h1>\n{html}",
        inline(title),
    );
    let title = format!("{}: {name}", plain(title));
    frame(&title, &plain(&rule.title), "", &body)
}

fn index(rules: &[Rule]) -> String {
    let mut items = String::new();
    for Rule { name, title, severity, texts, .. } in rules {
        let words = escape(&format!("{name} {} {}", plain(title), texts.join(" ")).to_lowercase());
        let _ = writeln!(
            items,
            "<li data-words=\"{words}\"><a href=\"{name}.html\">{}</a> \
             <span class=\"kind\"><code translate=\"no\">{name}</code> {severity}</span></li>",
            inline(title),
        );
    }
    let count = rules.len();
    let body = format!(
        "<h1>The rules</h1>\n\
         <p>What goes wrong with a <code>DATABASE_URL</code>, why, and what to do.</p>\n\
         <p class=\"search\" hidden><label for=\"search\">Search by name, topic or error text</label>\n\
         <input id=\"search\" type=\"search\" autocomplete=\"off\" spellcheck=\"false\"></p>\n\
         <p id=\"count\" role=\"status\">{count} rules</p>\n\
         <ul id=\"rules\" class=\"rules\">\n{items}</ul>"
    );
    let script = "<script type=\"module\" src=\"./search.js\"></script>\n";
    frame(
        "The rules of DSN Lens",
        "What goes wrong with a DATABASE_URL, and what to do",
        script,
        &body,
    )
}

fn frame(title: &str, description: &str, script: &str, body: &str) -> String {
    let (title, description) = (escape(title), escape(description));
    format!(
        "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; \
         script-src 'self'; style-src 'self'; base-uri 'none'; form-action 'none'\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <meta name=\"referrer\" content=\"no-referrer\">\n\
         <meta name=\"color-scheme\" content=\"light dark\">\n\
         <title>{title}</title>\n<meta name=\"description\" content=\"{description}\">\n\
         <link rel=\"stylesheet\" href=\"../style.css\">\n\
         <link rel=\"stylesheet\" href=\"./rules.css\">\n{script}</head>\n<body>\n\
         <header class=\"masthead\"><a href=\"../\">DSN Lens</a> \
         <a href=\"./\">All rules</a></header>\n\
         <main class=\"article\">\n{body}\n</main>\n</body>\n</html>\n"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    const PAGE: &str = "# A `b` & c\n\n`a-b` · error, info\n\n## What happens\n\n\
                        A <script> is text, [this](https://example.com/?a&b) a link.\n\n\
                        ## Error texts\n\n- `no “x” … here`\n\n## Examples\n\nReported:\n\n\
                        ```env\nA=<b>\n```\n";

    #[test]
    fn a_page_is_html_and_nothing_in_it_is_run() {
        let rule = rule("a-b", PAGE).expect("it is a page");
        assert_eq!(rule.texts, ["no “x” … here"]);
        let html = page(&rule);
        for part in [
            "<title>A b &amp; c: a-b</title>",
            "<h1>A <code>b</code> &amp; c</h1>",
            "&lt;script&gt; is text",
            "<a href=\"https://example.com/?a&amp;b\">this</a>",
            "<pre translate=\"no\"><code>A=&lt;b&gt;\n</code></pre>",
            "data-severity=\"info\"",
        ] {
            assert!(html.contains(part), "{part} in\n{html}");
        }
        assert!(!html.contains("<script"), "{html}");
        let index = index(&[rule]);
        assert!(index.contains("data-words=\"a-b a b &amp; c no “x” … here\""), "{index}");
    }

    #[test]
    fn what_is_no_page_is_an_error() {
        assert!(rule("a", "no title").is_none());
        assert!(rule("a", "# Title\n\nno name\n\n").is_none());
    }
}
