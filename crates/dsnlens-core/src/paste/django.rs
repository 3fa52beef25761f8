//! Django's `DATABASES`, one of its databases, or the call of dj-database-url that makes one.
//!
//! Literals are values with their places; expressions are unknown. No code is run.

use alloc::borrow::Cow;
use alloc::string::String;
use alloc::vec::Vec;

use super::draft::Draft;
use super::literals::{self, Dialect};
use super::tree::{self, Tree};
use super::{Beside, Call, NoteKind};
use crate::clients::cpython;
use crate::databases::{self, Databases, Dict, Entry, Node, Place};
use crate::inputs::DATABASE_URL;
use crate::ledger::{Origin, Value};
use crate::span::Span;
use crate::syntax::{Slice, python, words};

/// How many entries of a dictionary are looked at: nobody writes more.
const MOST: usize = 200;

pub(super) fn read<'s>(text: &'s str, _: &Beside<'_>) -> Option<Draft<'s>> {
    let (call, database) = (call(text), database(text));
    match (call, database) {
        (Some(call), Some(database)) => Some(both(text, call, database)),
        (call, database) => call.or(database),
    }
}

/// A module with a call and a dictionary: which of them counts takes more than reading.
fn both<'s>(text: &'s str, call: Draft<'s>, mut draft: Draft<'s>) -> Draft<'s> {
    let is_alone = |databases: &Databases<'_>| match databases.aliases.entries.as_slice() {
        [Entry { key, value: Node::Value(Value::Unknown { .. }), origin, .. }] => {
            let span = origin.input_span().map(|it| it.span);
            key == "default" && span.is_some_and(|it| it.of(text).starts_with(CALL))
        }
        _ => false,
    };
    if draft.databases.as_ref().is_none_or(is_alone) {
        return call;
    }
    let at = words::places(text, CALL).next().unwrap_or(0);
    let place = Lines::new(text).place(Span::new(at, at + CALL.len() - 1));
    let why = alloc::format!("line {} calls dj_database_url", place.line);
    draft.databases = Some(unknown(text, why, place));
    draft
}

/// What a pasted text is called.
const PATH: &str = "settings.py";

fn written<'s>(place: Place) -> Origin<'s> {
    Origin::Settings { path: PATH, place }
}

const CALL: &str = "dj_database_url.";

/// `dj_database_url.config(default='…')` or `.parse('…')`.
fn call(text: &str) -> Option<Draft<'_>> {
    let (at, arguments, is_config) = words::places(text, CALL).find_map(|at| {
        let behind = Slice::whole(text).split_at(at + CALL.len()).1;
        let config = behind.strip_prefix("config").filter(|it| it.text.starts_with('('));
        let parse = behind.strip_prefix("parse").filter(|it| it.text.starts_with('('));
        Some((at, config.or(parse)?, config.is_some()))
    })?;
    let mut tree = Tree::default();
    let root = tree.push(None, None, tree::Value::Open(Span::default()));
    let end = literals::parse(&mut tree, Some(root), arguments, Dialect::Python);
    let mut draft = Draft::default();
    let span = Span::new(at, end);
    let (mut url, mut call, mut is_known) = (None, Call::default(), true);
    for (nth, place) in tree.children(root).into_iter().enumerate() {
        let key = tree.key(place);
        let is_url = match key {
            Some(key) => key == if is_config { "default" } else { "url" },
            None => nth == 0 && !is_config,
        };
        let value = literal(&tree, text, place);
        match (key, value) {
            (_, Some(Value::Str(_))) if is_url => url = tree.text(place).cloned(),
            (Some("conn_max_age"), Some(Value::Int(age))) if u32::try_from(age).is_ok() => {
                call.conn_max_age = u32::try_from(age).unwrap_or(0);
            }
            (Some("conn_health_checks"), Some(Value::Bool(on))) => call.conn_health_checks = on,
            (Some("ssl_require"), Some(Value::Bool(on))) => call.ssl_require = on,
            // Its own name is what is left unset here.
            (Some("env"), Some(Value::Str(_))) if is_config => {}
            _ => is_known = false,
        }
    }
    match (url, is_known) {
        (Some(url), true) => {
            draft.assign(DATABASE_URL, url);
            draft.call = Some(call);
            if is_config {
                let text = "the default applies where the application's DATABASE_URL is not set";
                draft.note(NoteKind::Read, span, text);
            }
        }
        (Some(_), false) => draft.leave(
            DATABASE_URL,
            span,
            "is read by a call of dj_database_url with arguments that are expressions",
        ),
        (None, _) if is_config => {
            draft.leave(DATABASE_URL, span, "comes from the application's environment");
        }
        (None, _) => draft.leave(DATABASE_URL, span, "is an expression"),
    }
    Some(draft)
}

/// A dictionary of databases, or one of a database, that is known by its `ENGINE`.
fn database(text: &str) -> Option<Draft<'_>> {
    let lines = Lines::new(text);
    let mut named = words::places(text, "DATABASES").filter_map(|at| mention(text, at));
    let first = named.next();
    let mut draft = Draft::default();
    if let Some(second) = named.next() {
        let place = lines.place(second.0);
        let why =
            alloc::format!("DATABASES is written more than once, again in line {}", place.line);
        draft.databases = Some(unknown(text, why, place));
        return Some(draft);
    }
    let rest = match first {
        Some((name, behind)) => {
            let rest = Slice::whole(text).split_at(behind).1;
            let rest = rest.split_at(rest.text.len() - rest.text.trim_start().len()).1;
            let rest = rest.strip_prefix("dict").unwrap_or(rest);
            if !rest.text.starts_with(['{', '(']) {
                let place = lines.place(name);
                let why = alloc::format!("DATABASES is an expression in line {}", place.line);
                draft.databases = Some(unknown(text, why, place));
                return Some(draft);
            }
            rest
        }
        None if words::contains(text, "ENGINE") => {
            let rest = Slice::whole(text).split_at(text.len() - text.trim_start().len()).1;
            if !rest.text.starts_with(['{', '\'', '"']) {
                return None;
            }
            rest
        }
        None => return None,
    };
    let mut tree = Tree::default();
    let root = tree.push(None, None, tree::Value::Open(Span::new(rest.at, rest.at)));
    let end = literals::parse(&mut tree, Some(root), rest, Dialect::Python);
    let reader = Reader { tree: &tree, text, lines: &lines };
    let mut aliases = reader.dict(root, 0);
    let has_engine = |dict: &Dict<'_>| dict.get("ENGINE").is_some();
    let is_dict = |it: &Entry<'_>| matches!(&it.value, Node::Dict(dict) if has_engine(dict));
    if first.is_none() && !aliases.entries.iter().any(is_dict) {
        if !has_engine(&aliases) {
            return None;
        }
        // One of the databases, without its alias.
        let place = lines.place(Span::new(rest.at, end));
        let (key, value, before) = ("default".into(), Node::Dict(aliases), Vec::new());
        let default = Entry { key, origin: written(place), value, before };
        aliases = Dict { entries: alloc::vec![default], more: None };
    } else if let (None, [only]) = (first, aliases.entries.as_mut_slice()) {
        draft.part = Some(core::mem::replace(&mut only.key, "default".into()));
    }
    if aliases.entries.len() > 1 {
        let text = "there are several databases: `default` is shown";
        draft.note(NoteKind::Read, Span::new(rest.at, end), text);
    }
    draft.databases = Some(Databases { path: PATH, text, aliases });
    Some(draft)
}

/// A place where `DATABASES` is written or changed: the name, and what is behind the `=`.
fn mention(text: &str, at: usize) -> Option<(Span, usize)> {
    let head = text.get(..at)?;
    let line = head.get(head.rfind('\n').map_or(0, |it| it + 1)..)?;
    // A comment, a part of a longer name, or `settings.DATABASES`.
    if line.contains('#') || line.ends_with(|c: char| c.is_alphanumeric() || matches!(c, '_' | '.'))
    {
        return None;
    }
    let name = Span::new(at, at + "DATABASES".len());
    let rest = text.get(name.end..)?;
    let behind = rest.trim_start_matches([' ', '\t', '"', '\'']);
    let at = name.end + rest.len() - behind.len();
    match behind.chars().next()? {
        '=' if !behind.starts_with("==") => Some((name, at + 1)),
        // A type, and behind it the value.
        ':' => {
            let equals = behind.find(['=', '{', '\n']).unwrap_or(0);
            let is_type = behind.get(equals..).is_some_and(|it| it.starts_with('='));
            Some((name, at + if is_type { equals + 1 } else { 1 }))
        }
        '[' | '.' | '|' | '+' => Some((name, at)),
        _ => None,
    }
}

fn unknown<'s>(text: &'s str, why: String, place: Place) -> Databases<'s> {
    let aliases = Dict { entries: Vec::new(), more: Some((why.into(), written(place))) };
    Databases { path: PATH, text, aliases }
}

struct Reader<'r, 's> {
    tree: &'r Tree<'s>,
    text: &'s str,
    lines: &'r Lines,
}

impl<'s> Reader<'_, 's> {
    fn dict(&self, place: usize, depth: usize) -> Dict<'s> {
        let mut dict = Dict::default();
        for child in self.tree.children(place) {
            let at = self.lines.place(self.tree.span(child));
            let Some(key) = self.tree.get(child).and_then(|it| it.key.as_ref()) else {
                let shown = databases::shown(at.span.of(self.text));
                let why = alloc::format!("line {} adds entries with `{shown}`", at.line);
                dict.more.get_or_insert((why.into(), written(at)));
                continue;
            };
            if dict.entries.len() == MOST {
                let why = alloc::format!("more than {MOST} entries are not read");
                dict.more.get_or_insert((why.into(), written(at)));
                break;
            }
            let (key, value) = (key.text.clone(), self.node(child, &key.text, at, depth + 1));
            dict.put(Entry { key, origin: written(at), value, before: Vec::new() });
        }
        dict
    }

    fn node(&self, place: usize, key: &str, at: Place, depth: usize) -> Node<'s> {
        if depth < 8 && self.opens(place) == Some('{') {
            return Node::Dict(self.dict(place, depth));
        }
        if let Some(value) = literal(self.tree, self.text, place) {
            return Node::Value(value);
        }
        if matches!(self.opens(place), Some('[' | '(')) && depth < 8 {
            let items = self.tree.children(place).into_iter().take(MOST);
            let items = items.map(|it| {
                let at = self.lines.place(self.tree.span(it));
                self.node(it, key, at, depth + 1).to_value()
            });
            let items: Vec<_> = items.collect();
            // Parentheses around one value are a tuple by the comma behind it.
            let last = self.tree.children(place).into_iter().last();
            let behind = last.and_then(|it| self.text.get(self.tree.span(it).end..)).unwrap_or("");
            let has_comma = behind.trim_start_matches(['\'', '"', ' ']).starts_with(',');
            return Node::Value(match (self.opens(place), items.len()) {
                (Some('('), 1) if !has_comma => items.into_iter().next().unwrap_or(Value::None),
                (Some('('), _) => Value::Tuple(items),
                _ => Value::List(items),
            });
        }
        let written = at.span.of(self.text);
        let why: Cow<'s, str> = match databases::reads(written) {
            Some(variable) => alloc::format!("{key} is read from the variable {variable}").into(),
            None => {
                alloc::format!("{key} is the expression `{}`", databases::shown(written)).into()
            }
        };
        Node::Value(Value::Unknown { why })
    }

    /// The bracket that a value begins with.
    fn opens(&self, place: usize) -> Option<char> {
        let tree::Value::Open(span) = &self.tree.get(place)?.value else { return None };
        match span.of(self.text) {
            "" => self.text.get(span.start..)?.chars().next(),
            "dict" => Some('{'),
            _ => None,
        }
    }
}

/// The value of a literal that is no bracket.
fn literal<'s>(tree: &Tree<'s>, text: &str, place: usize) -> Option<Value<'s>> {
    let scalar = match &tree.get(place)?.value {
        tree::Value::Open(span) if span.of(text) == "None" => return Some(Value::None),
        tree::Value::Text(scalar) => scalar,
        _ => return None,
    };
    let before = text.get(..scalar.span.start).unwrap_or("");
    if before.ends_with(['"', '\'']) {
        let prefix = before.trim_end_matches(['"', '\'']);
        // Bytes are no text.
        return (!prefix.ends_with(['b', 'B'])).then(|| Value::Str(scalar.text.clone()));
    }
    match &*scalar.text {
        "True" | "true" => Some(Value::Bool(true)),
        "False" | "false" => Some(Value::Bool(false)),
        "null" => Some(Value::None),
        word => cpython::parse_int(word)
            .or_else(|| python::is_finite_float(word).then(|| Value::Float(scalar.text.clone()))),
    }
}

/// Where the lines of a text start.
struct Lines(Vec<usize>);

impl Lines {
    fn new(text: &str) -> Lines {
        let behind = text.bytes().enumerate().filter(|(_, it)| *it == b'\n');
        Lines(core::iter::once(0).chain(behind.map(|(at, _)| at + 1)).collect())
    }

    fn place(&self, span: Span) -> Place {
        Place { line: self.0.partition_point(|it| *it <= span.start), span }
    }
}
