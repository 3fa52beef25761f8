//! What of a module's text may be a secret: its literals, but for those that are known to be
//! harmless, and its comments.

use alloc::collections::BTreeSet;
use alloc::vec::Vec;

use dsnlens_core::shown::{hidden_in, is_secret_name};
use dsnlens_core::{DATABASE_URL, Span};

use crate::lexer::{Kind, Token, tokens};

/// Settings of a database whose values are shown as a variable of this name is.
const SHOWN: [&str; 6] = ["ENGINE", "HOST", "NAME", "PORT", "USER", "SSLMODE"];

/// Texts that are no secret.
const HARMLESS: [&str; 14] = [
    "True",
    "true",
    "1",
    "False",
    "false",
    "0",
    "disable",
    "allow",
    "prefer",
    "require",
    "verify-ca",
    "verify-full",
    "on",
    "off",
];

/// The stretches to hide, in order; `names` are those of variables.
pub(crate) fn hidden(text: &str, names: &BTreeSet<&str>) -> Vec<Span> {
    let whole = Span::new(0, text.len());
    let found = tokens(text, whole, false);
    let mut hidden = Vec::new();
    let mut at = 0;
    for (nth, token) in found.list.iter().enumerate() {
        comment(text, Span::new(at, token.span.start.max(at)), &mut hidden);
        at = token.span.end.max(at);
        let before = |back: usize| nth.checked_sub(back).and_then(|it| found.list.get(it));
        let is = |token: Option<&Token>, sign: &str| {
            token.is_some_and(|it| it.kind == Kind::Operator && it.span.of(text) == sign)
        };
        let is_behind = is(before(1), ":") || is(before(1), "=");
        let name = before(2).filter(|_| is_behind).map_or("", |it| match it.kind {
            Kind::Text => content(text, it.span).of(text),
            Kind::Name => it.span.of(text),
            _ => "",
        });
        let next = found.list.get(nth + 1);
        match token.kind {
            Kind::Text => {
                let content = content(text, token.span);
                let is_key = is(next, ":") || (is(before(1), "[") && is(next, "]"));
                literal(content, text, name, is_key, names, &mut hidden);
            }
            Kind::Number if is_secret_name(name) => hidden.push(token.span),
            _ => {}
        }
    }
    match found.error {
        // Nothing is known of what follows.
        Some(_) if at < text.len() => hidden.push(Span::new(at, text.len())),
        _ => comment(text, Span::new(at, text.len()), &mut hidden),
    }
    hidden
}

/// A literal without its prefix and its quotes.
fn content(text: &str, span: Span) -> Span {
    let written = span.of(text);
    let prefix = written.find(['\'', '"']).unwrap_or(0);
    let quoted = written.get(prefix..).unwrap_or("");
    let quotes = if quoted.starts_with("'''") || quoted.starts_with("\"\"\"") { 3 } else { 1 };
    let start = span.start + prefix + quotes;
    Span::new(start, span.end.saturating_sub(quotes).max(start))
}

fn literal(
    content: Span,
    text: &str,
    name: &str,
    is_key: bool,
    names: &BTreeSet<&str>,
    hidden: &mut Vec<Span>,
) {
    let written = content.of(text);
    let is_word =
        written.len() <= 40 && written.bytes().all(|it| it.is_ascii_alphanumeric() || it == b'_');
    if written.is_empty()
        || HARMLESS.contains(&written)
        || names.contains(written)
        || (is_key && is_word)
        || written == DATABASE_URL
    {
        return;
    }
    let its = match () {
        () if SHOWN.contains(&name) => hidden_in(name, written),
        // A dotted name of a module.
        () if written.starts_with("django.") && !written.contains(['@', ':', '/']) => Vec::new(),
        () if written.contains("://") && !written.contains('\n') => {
            hidden_in(DATABASE_URL, written)
        }
        () => alloc::vec![Span::new(0, written.len())],
    };
    let at = content.start;
    hidden.extend(its.iter().map(|it| Span::new(at + it.start, at + it.end)));
}

/// The comment between two tokens, if one is there.
fn comment(text: &str, gap: Span, hidden: &mut Vec<Span>) {
    let between = gap.of(text);
    if let Some(start) = between.find('#') {
        let end = between.trim_end_matches(['\n', '\r', ' ', '\t']).len().max(start + 1);
        hidden.push(Span::new(gap.start + start + 1, gap.start + end));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::string::String;

    #[test]
    fn only_what_is_harmless_is_left_of_a_module() {
        let text = "import os  # the old password: hunter2-otter\n\
                    SECRET_KEY = 'django-insecure-otter1'\nPIN = 1234\nDB_PASSWORD = 4711\n\
                    DATABASES = {'default': {'ENGINE': 'django.db.backends.postgresql',\n\
                    'NAME': 'shop', 'HOST': os.environ.get('DB_HOST', 'db.example.com'),\n\
                    'PASSWORD': 'otter2', 'USER': \"app\", 'OPTIONS': {'sslmode': 'require'}}}\n\
                    X = config(default='postgres://app:otter3@h/d')\nY = f'otter4{X}'\n";
        let names = BTreeSet::from(["DB_HOST"]);
        let mut shown = String::new();
        let mut at = 0;
        for span in hidden(text, &names) {
            shown.push_str(Span::new(at, span.start).of(text));
            shown.push('…');
            at = span.end;
        }
        shown.push_str(Span::new(at, text.len()).of(text));
        assert!(!shown.contains("otter") && !shown.contains("4711"), "{shown}");
        for kept in [
            "SECRET_KEY = '…'",
            "PIN = 1234",
            "'ENGINE': 'django.db.backends.postgresql'",
            "'NAME': 'shop', 'HOST': os.environ.get('DB_HOST', '…')",
            "'PASSWORD': '…', 'USER': \"app\", 'OPTIONS': {'sslmode': 'require'}",
            "default='postgres://app:…@h/d'",
        ] {
            assert!(shown.contains(kept), "{kept} in {shown}");
        }
    }

    #[test]
    fn of_what_cannot_be_read_nothing_is_shown() {
        let text = "A = 'x'\nB = 'otter\n";
        let spans = hidden(text, &BTreeSet::new());
        let last = spans.last().unwrap();
        assert!(last.start <= text.find("'otter").unwrap() && last.end == text.len());
    }
}
