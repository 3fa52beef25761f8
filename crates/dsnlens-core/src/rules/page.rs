//! A rule's page: the one text behind its help, `dsnlens explain`, `docs/rules` and rustdoc.

/// A page in Markdown: a title line, then the sections *What happens*, *Why it matters*,
/// *What to do* and *Examples*.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Page {
    markdown: &'static str,
}

/// An input of a page and what the rule says of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Example {
    /// Lines of a `.env` file.
    pub dotenv: &'static str,
    /// Whether the rule reports it.
    pub reports: bool,
}

impl Page {
    pub(super) const fn new(markdown: &'static str) -> Page {
        Page { markdown }
    }

    /// The first line: the situation in a sentence.
    pub fn title(self) -> &'static str {
        self.markdown.lines().next().unwrap_or("").trim()
    }

    /// Everything behind the title, a doc comment's leading blank still on each line.
    pub fn lines(self) -> impl Iterator<Item = &'static str> {
        self.markdown.lines().skip(1).map(|line| line.strip_prefix(' ').unwrap_or(line))
    }

    /// The examples, in the order written.
    pub fn examples(self) -> impl Iterator<Item = Example> {
        let fences = self.markdown.split("```env,").skip(1);
        fences.filter_map(|fence| {
            let (kind, rest) = fence.split_once('\n')?;
            let (dotenv, _) = rest.split_once(" ```")?;
            Some(Example { dotenv, reports: kind.trim() == "reports" })
        })
    }
}
