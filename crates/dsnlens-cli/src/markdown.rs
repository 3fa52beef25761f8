//! A rule's page for a terminal: headings, paragraphs, lists and fenced blocks, which is all the
//! Markdown that the pages use.

use crate::style::{HEADING, QUIET, paint, paint_code, wrap};

/// Sets a page; each block has an empty line before it.
pub(crate) fn render<'p>(lines: impl Iterator<Item = &'p str>, width: usize) -> String {
    let mut page = Page { text: String::new(), block: Block::None, width };
    for line in lines {
        page.line(line);
    }
    page.end();
    page.text
}

struct Page<'p> {
    text: String,
    block: Block<'p>,
    width: usize,
}

/// What the lines so far belong to.
enum Block<'p> {
    None,
    Fence,
    /// Lines that are set as one, behind a list's mark or nothing.
    Prose {
        mark: &'static str,
        lines: Vec<&'p str>,
    },
}

impl<'p> Page<'p> {
    fn line(&mut self, line: &'p str) {
        match (&mut self.block, line.trim()) {
            (Block::Fence, "```") => self.block = Block::None,
            (Block::Fence, _) => {
                self.text.push_str(format!("    {line}").trim_end());
                self.text.push('\n');
            }
            (_, "") => self.end(),
            (_, trimmed) => {
                if let Some(words) = trimmed.strip_prefix("```") {
                    self.fence(words);
                } else if let Some(heading) = heading(trimmed) {
                    self.end();
                    self.text.push_str(&format!("\n{}\n", paint(HEADING, heading)));
                } else if let Some(item) = trimmed.strip_prefix("- ") {
                    self.item(item);
                } else if let Block::Prose { lines, .. } = &mut self.block {
                    lines.push(trimmed);
                } else {
                    self.text.push_str(if self.text.ends_with("\n\n") { "" } else { "\n" });
                    self.block = Block::Prose { mark: "", lines: vec![trimmed] };
                }
            }
        }
    }

    /// A list's items stand without empty lines between them.
    fn item(&mut self, item: &'p str) {
        if !matches!(self.block, Block::Prose { mark: "- ", .. }) {
            self.end();
            self.text.push('\n');
        }
        self.end();
        self.block = Block::Prose { mark: "- ", lines: vec![item] };
    }

    /// A fence's second word says what its example is for, the third what else is installed.
    fn fence(&mut self, words: &str) {
        self.end();
        self.text.push('\n');
        let mut words = words.split(',').skip(1);
        let note = match words.next() {
            Some("reports") => Some("reported"),
            Some("silent") => Some("not reported"),
            _ => None,
        };
        if let Some(note) = note {
            let condition = match words.next() {
                None => String::new(),
                Some("without-ssl_require") => " without ssl_require".to_owned(),
                Some(it) if it.starts_with("libpq") || it.ends_with(" users") => {
                    format!(" with {it}")
                }
                Some(version) => format!(" with dj-database-url {version}"),
            };
            self.text.push_str(&format!("  {}\n", paint(QUIET, format!("{note}{condition}:"))));
        }
        self.block = Block::Fence;
    }

    fn end(&mut self) {
        if let Block::Prose { mark, lines } = std::mem::replace(&mut self.block, Block::None) {
            let (prose, addresses) = without_links(&lines.join(" "));
            let (first, other) = (format!("  {mark}"), format!("  {}", " ".repeat(mark.len())));
            self.text.push_str(&wrap(&paint_code(&prose), &first, &other, self.width));
            // As they are, whatever their length: a terminal opens no half of one.
            for address in addresses {
                self.text.push_str(&format!("{other}{}\n", paint(QUIET, address)));
            }
        }
    }
}

/// The words of a text, and where its links lead.
fn without_links(text: &str) -> (String, Vec<String>) {
    let mut words = String::new();
    let mut addresses = Vec::new();
    let mut rest = text;
    while let Some((before, link)) = rest.split_once('[') {
        let parts = link.split_once("](").and_then(|(label, behind)| {
            let (address, rest) = behind.split_once(')')?;
            (!label.contains('[')).then_some((label, address, rest))
        });
        words.push_str(before);
        let Some((label, address, behind)) = parts else {
            words.push('[');
            rest = link;
            continue;
        };
        words.push_str(label);
        addresses.push(address.to_owned());
        rest = behind;
    }
    words.push_str(rest);
    (words, addresses)
}

fn heading(line: &str) -> Option<&str> {
    let text = line.trim_start_matches('#');
    text.strip_prefix(' ').filter(|_| text.len() < line.len())
}

#[cfg(test)]
mod tests {
    use super::*;
    use anstream::adapter::strip_str;

    #[test]
    fn the_blocks_of_a_page() {
        let page = "\n# What\n\nOne two `a b`\nthree.\n\n- first\n  more\n- second\n\n```env,reports,3.1.2\nA=1\n\n  B\n```\n";
        let text = render(page.lines(), 14);
        assert_eq!(
            strip_str(&text).to_string(),
            "\nWhat\n\n  One two `a\n  b` three.\n\n  - first more\n  - second\n\n  reported with dj-database-url 3.1.2:\n    A=1\n\n      B\n"
        );
    }

    #[test]
    fn a_link_is_words_with_its_address_below() {
        let page = "- [a `b`](https://example.com/c#d): what\n- no [link] here\n";
        let text = render(page.lines(), 80);
        assert_eq!(
            strip_str(&text).to_string(),
            "\n  - a `b`: what\n    https://example.com/c#d\n  - no [link] here\n"
        );
    }

    #[test]
    fn an_example_says_under_which_condition_it_holds() {
        for (fence, note) in [
            ("```env,silent", "not reported:"),
            ("```env,reports,3.1.2", "reported with dj-database-url 3.1.2:"),
            ("```env,reports,libpq 15", "reported with libpq 15:"),
            ("```env,reports,500 users", "reported with 500 users:"),
            ("```env,silent,without-ssl_require", "not reported without ssl_require:"),
        ] {
            let text = render([fence, "A=1", "```"].into_iter(), 80);
            assert_eq!(strip_str(&text).to_string(), format!("\n  {note}\n    A=1\n"));
        }
    }
}
