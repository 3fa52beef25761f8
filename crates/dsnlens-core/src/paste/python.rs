//! Python that sets variables: `os.environ["NAME"] = "value"`, `os.environ.setdefault("NAME",
//! "value")`, `os.environ.update({…})`, `monkeypatch.setenv("NAME", "value")`.

use super::Beside;
use super::draft::{Draft, Scalar};
use super::literals::{self, Dialect};
use super::tree::{Tree, Value};
use crate::span::Span;
use crate::syntax::{Slice, words};

/// How many calls are read.
const MAX_CALLS: usize = 64;

/// The calls, and whether their first argument is a name.
const CALLS: [(&str, bool); 4] = [
    ("environ.setdefault", true),
    ("environ.update", false),
    (".setenv", true),
    ("os.putenv", true),
];

pub(super) fn read<'s>(text: &'s str, _: &Beside<'_>) -> Option<Draft<'s>> {
    let mut found = alloc::vec::Vec::new();
    for (call, is_named) in CALLS {
        for at in words::places(text, call).take(MAX_CALLS) {
            let rest = Slice::whole(text).split_at(at + call.len()).1;
            if let Some(arguments) =
                skip_blank(rest).text.starts_with('(').then(|| skip_blank(rest))
            {
                found.push((at, arguments, Some(is_named)));
            }
        }
    }
    for at in words::places(text, "environ").take(MAX_CALLS) {
        let rest = skip_blank(Slice::whole(text).split_at(at + "environ".len()).1);
        if rest.text.starts_with('[') {
            found.push((at, rest, None));
        }
    }
    // `process.env.NAME = "value"`
    for at in words::places(text, "process.env.").take(MAX_CALLS) {
        let rest = Slice::whole(text).split_at(at + "process.env.".len()).1;
        found.push((at, rest, None));
    }
    found.sort_by_key(|it| it.0);
    let mut draft = Draft::default();
    for (_, rest, call) in found {
        match call {
            Some(is_named) => arguments(rest, is_named, &mut draft),
            None => drop(item(rest, &mut draft)),
        }
    }
    draft.if_relevant()
}

fn skip_blank(rest: Slice<'_>) -> Slice<'_> {
    rest.split_at(rest.text.len() - rest.text.trim_start().len()).1
}

/// The arguments of a call: a name and a value, or names with values.
fn arguments<'s>(rest: Slice<'s>, is_named: bool, draft: &mut Draft<'s>) {
    let mut tree = Tree::default();
    let root = tree.push(None, None, Value::Open(Span::default()));
    literals::parse(&mut tree, Some(root), rest, Dialect::Python);
    let children = tree.children(root);
    if is_named {
        let [name, value, ..] = &children[..] else { return };
        let Some(name) = tree.text(*name) else { return };
        put(&tree, name, *value, draft);
        return;
    }
    // A dictionary, or keywords.
    for place in children {
        let inside = tree.children(place);
        for pair in if tree.key(place).is_some() { alloc::vec![place] } else { inside } {
            let key = tree.get(pair).and_then(|it| it.key.clone());
            if let Some(key) = key {
                put(&tree, &key, pair, draft);
            }
        }
    }
}

fn put<'s>(tree: &Tree<'s>, name: &Scalar<'s>, value: usize, draft: &mut Draft<'s>) {
    match tree.text(value) {
        Some(value) => draft.assign(name.text.clone(), value.clone()),
        None => draft.leave(name.text.clone(), tree.span(value), "is an expression"),
    }
}

/// `["NAME"] = "value"`, or `NAME = "value"`.
fn item<'s>(rest: Slice<'s>, draft: &mut Draft<'s>) -> Option<()> {
    let (name, rest) = match rest.strip_prefix("[") {
        Some(inside) => {
            let (name, rest) = literals::text(skip_blank(inside))?;
            (name, skip_blank(rest).strip_prefix("]")?)
        }
        None => {
            let is_end = |c: char| !(c.is_ascii_alphanumeric() || c == '_');
            let (name, rest) = rest.split_at(rest.text.find(is_end)?);
            let span = Span::new(name.at, name.end());
            (Scalar { text: name.text.into(), span }, rest)
        }
    };
    let value = skip_blank(rest).strip_prefix("=").filter(|it| !it.text.starts_with('='))?;
    let value = skip_blank(value);
    let line = value.text.lines().next().unwrap_or("");
    let span = Span::new(value.at, value.at + line.len());
    if value.text.starts_with('(') {
        let mut tree = Tree::default();
        let root = tree.push(None, None, Value::Open(Span::default()));
        literals::parse(&mut tree, Some(root), value, Dialect::Python);
        if let [only] = tree.children(root)[..] {
            put(&tree, &name, only, draft);
        }
        return Some(());
    }
    match literals::text(value) {
        // Something is done with it.
        Some((text, rest)) if is_over(text.span, value, rest) => draft.assign(name.text, text),
        _ => draft.leave(name.text, span, "is an expression"),
    }
    Some(())
}

/// Whether nothing more of an expression follows a text: the line ends, or what holds it.
fn is_over(text: Span, value: Slice<'_>, rest: Slice<'_>) -> bool {
    let behind = Span::new(text.end - value.at.min(text.end), rest.at - value.at).of(value.text);
    let line = rest.text.trim_start();
    behind.contains('\n')
        || line.is_empty()
        || line.starts_with(['#', ';', ')', ',', '}'])
        || line.starts_with("//")
}
