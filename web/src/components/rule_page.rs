//! A rule's page, unfolded under its finding.

use dsnlens_core::rules::Rule;
use yew::prelude::*;

use super::{parts, prose};

pub(crate) fn view(rule: &'static Rule) -> Html {
    let page = blocks(rule.page().lines()).into_iter().map(block);
    html! {
        <details class="page">
            <summary>{ parts::text("About ") }{ parts::code(rule.name) }</summary>
            { parts::row(page) }
        </details>
    }
}

/// What a page consists of.
#[derive(Debug, PartialEq)]
enum Block {
    Example { is_reported: bool, text: String },
    Heading(&'static str),
    List(Vec<String>),
    Paragraph(String),
}

fn block(block: Block) -> Html {
    match block {
        Block::Example { is_reported, text } => html! {
            <figure>
                <figcaption>
                    { parts::text(if is_reported { "Reported" } else { "Not reported" }) }
                </figcaption>
                <pre translate="no">{ parts::text(text) }</pre>
            </figure>
        },
        Block::Heading(text) => html! { <h4>{ parts::text(text) }</h4> },
        Block::List(items) => {
            let items = items.iter().map(|it| html! { <li>{ prose::inline(it) }</li> });
            html! { <ul>{ parts::row(items) }</ul> }
        }
        Block::Paragraph(text) => html! { <p>{ prose::inline(&text) }</p> },
    }
}

/// The little of Markdown that pages use.
fn blocks(lines: impl Iterator<Item = &'static str>) -> Vec<Block> {
    let mut blocks = Vec::new();
    let mut is_open = false;
    let mut fence: Option<Block> = None;
    for line in lines {
        if let Some(kind) = line.strip_prefix("```") {
            match fence.take() {
                Some(example) => blocks.push(example),
                None => {
                    let is_reported = kind.ends_with("reports");
                    fence = Some(Block::Example { is_reported, text: String::new() });
                }
            }
            is_open = false;
        } else if let Some(Block::Example { text, .. }) = &mut fence {
            text.push_str(if text.is_empty() { "" } else { "\n" });
            text.push_str(line);
        } else if let Some(heading) = line.strip_prefix('#') {
            blocks.push(Block::Heading(heading.trim_start_matches('#').trim()));
            is_open = false;
        } else if line.trim().is_empty() {
            is_open = false;
        } else {
            add_line(&mut blocks, line.trim(), is_open);
            is_open = true;
        }
    }
    blocks
}

/// Adds a line of prose to the paragraph or list before it, or begins one.
fn add_line(blocks: &mut Vec<Block>, line: &str, is_open: bool) {
    let item = line.strip_prefix("- ").or(line.strip_prefix("* "));
    match (item, blocks.last_mut()) {
        (Some(item), Some(Block::List(items))) => items.push(item.into()),
        (Some(item), _) => blocks.push(Block::List(vec![item.into()])),
        (None, Some(Block::Paragraph(text))) if is_open => append(text, line),
        (None, Some(Block::List(items))) if is_open && !items.is_empty() => {
            if let Some(last) = items.last_mut() {
                append(last, line);
            }
        }
        (None, _) => blocks.push(Block::Paragraph(line.into())),
    }
}

fn append(text: &mut String, line: &str) {
    text.push(' ');
    text.push_str(line);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_markdown_of_pages_is_read() {
        let text = "\n# What\n\nOne\ntwo.\n\n- a\n  b\n- c\n\n```env,reports\nA=1\nB=2\n```\nend";
        let expected = [
            Block::Heading("What"),
            Block::Paragraph("One two.".into()),
            Block::List(vec!["a b".into(), "c".into()]),
            Block::Example { is_reported: true, text: "A=1\nB=2".into() },
            Block::Paragraph("end".into()),
        ];
        assert_eq!(blocks(text.lines()), expected);
    }

    #[test]
    fn every_page_has_its_examples() {
        for rule in dsnlens_core::rules::RULES {
            let blocks = blocks(rule.page().lines());
            let shown = blocks.iter().filter(|it| matches!(it, Block::Example { .. })).count();
            assert_eq!(shown, rule.page().examples().count(), "{}", rule.name);
        }
    }
}
