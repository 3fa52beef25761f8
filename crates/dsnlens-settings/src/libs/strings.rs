//! `str`: its methods, `%`, `format()`. CPython 3.11, `Objects/unicodeobject.c`.

use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec::Vec;

use dsnlens_core::Span;
use dsnlens_core::syntax::python;

use crate::eval::Eval;
use crate::operators::{Series, small};
use crate::value::{Args, Class, Kind, Res, Site, Val, type_name};

pub(crate) static STR: Class = Class {
    name: "str",
    make: |eval, args| match args.list.as_slice() {
        [] => Ok(Val::str("", args.site)),
        [value] if args.named.is_empty() => Ok(eval.str_of(value, args.site)),
        _ => Ok(eval.unknown(args.site, "this call is not evaluated")),
    },
    methods: &[
        ("lower", |eval, value, args| {
            Ok(change(eval, value, args, |text| Some(python::lower(text))))
        }),
        ("casefold", |eval, value, args| {
            let fold = |text: &str| text.is_ascii().then(|| text.to_ascii_lowercase());
            Ok(change(eval, value, args, fold))
        }),
        ("upper", |eval, value, args| {
            let upper = |text: &str| text.is_ascii().then(|| text.to_ascii_uppercase());
            Ok(change(eval, value, args, upper))
        }),
        ("capitalize", |eval, value, args| Ok(change(eval, value, args, capitalize))),
        ("title", |eval, value, args| Ok(change(eval, value, args, title))),
        ("strip", |eval, value, args| strip(eval, value, args, true, true)),
        ("lstrip", |eval, value, args| strip(eval, value, args, true, false)),
        ("rstrip", |eval, value, args| strip(eval, value, args, false, true)),
        ("split", |eval, value, args| split(eval, value, args, false)),
        ("rsplit", |eval, value, args| split(eval, value, args, true)),
        ("splitlines", splitlines),
        ("partition", |eval, value, args| partition(eval, value, args, false)),
        ("rpartition", |eval, value, args| partition(eval, value, args, true)),
        ("replace", replace),
        ("startswith", |eval, value, args| affix(eval, value, args, true)),
        ("endswith", |eval, value, args| affix(eval, value, args, false)),
        ("removeprefix", |eval, value, args| remove(eval, value, args, true)),
        ("removesuffix", |eval, value, args| remove(eval, value, args, false)),
        ("join", join),
        ("format", format_method),
        ("encode", encode),
        ("isdigit", |eval, value, args| test(eval, value, args, python::isdigit)),
        ("isnumeric", |eval, value, args| ascii_test(eval, value, args, u8::is_ascii_digit)),
        ("isdecimal", |eval, value, args| ascii_test(eval, value, args, u8::is_ascii_digit)),
        ("isalpha", |eval, value, args| ascii_test(eval, value, args, u8::is_ascii_alphabetic)),
        ("isalnum", |eval, value, args| ascii_test(eval, value, args, u8::is_ascii_alphanumeric)),
        ("isspace", |eval, value, args| {
            test(eval, value, args, |text| !text.is_empty() && text.chars().all(is_space))
        }),
        ("find", |eval, value, args| find(eval, value, args, Found::Find)),
        ("index", |eval, value, args| find(eval, value, args, Found::Index)),
        ("count", |eval, value, args| find(eval, value, args, Found::Count)),
        ("zfill", zfill),
    ],
    attribute: None,
    call: None,
};

/// Methods that are not evaluated.
pub(crate) const UNEVALUATED: [&str; 15] = [
    "center",
    "expandtabs",
    "format_map",
    "isascii",
    "isidentifier",
    "islower",
    "isprintable",
    "istitle",
    "isupper",
    "ljust",
    "maketrans",
    "rfind",
    "rindex",
    "rjust",
    "swapcase",
];

/// `c.isspace()`
pub(crate) fn is_space(c: char) -> bool {
    c.is_whitespace() || matches!(c, '\u{1c}'..='\u{1f}')
}

fn text_of(value: &Val) -> &str {
    value.as_str().map_or("", |it| it)
}

fn change(
    eval: &mut Eval<'_>,
    value: &Val,
    args: &Args,
    change: impl Fn(&str) -> Option<String>,
) -> Val {
    let text = text_of(value);
    eval.spend(text.len() / 16);
    match change(text) {
        Some(changed) if changed.len() == text.len() && changed.is_ascii() => {
            let marks = value.marks.as_deref().unwrap_or(&[]).to_vec();
            Val::str(changed, args.site).with_marks(marks)
        }
        Some(changed) => Val::str(changed, args.site).from(&[value]),
        None => eval.unknown(args.site, "letters beyond ASCII are not evaluated here"),
    }
}

fn capitalize(text: &str) -> Option<String> {
    if !text.is_ascii() {
        return None;
    }
    let mut lower = text.to_ascii_lowercase();
    if let Some(first) = lower.get_mut(..1) {
        first.make_ascii_uppercase();
    }
    Some(lower)
}

fn title(text: &str) -> Option<String> {
    if !text.is_ascii() {
        return None;
    }
    let mut is_inside = false;
    let letters = text.chars().map(|c| {
        let changed = if is_inside { c.to_ascii_lowercase() } else { c.to_ascii_uppercase() };
        is_inside = c.is_ascii_alphabetic();
        changed
    });
    Some(letters.collect())
}

/// The argument, where it is a text; what to answer otherwise.
fn text_arg<'a>(
    eval: &mut Eval<'_>,
    args: &'a Args,
    place: usize,
    what: &str,
) -> Result<&'a str, Res> {
    let Some(value) = args.at(place) else {
        return Err(Ok(eval.unknown(args.site, "this call is not evaluated")));
    };
    if let Some(unknown) = eval.unknown_among(&[value]) {
        return Err(Ok(unknown));
    }
    match value.as_str() {
        Some(text) => Ok(text),
        None if eval.is_in_a_folder(value) => {
            Err(Ok(eval.unknown(args.site, "the folder of the project is not known")))
        }
        None => {
            let text = format!("{what}, not {}", type_name(value));
            Err(Err(eval.error("TypeError", text)))
        }
    }
}

fn strip(eval: &mut Eval<'_>, value: &Val, args: &Args, start: bool, end: bool) -> Res {
    let text = text_of(value);
    eval.spend(text.len() / 16);
    let set: Option<Vec<char>> = match args.first() {
        None => None,
        Some(it) if it.is_none() => None,
        Some(it) => {
            if let Some(unknown) = eval.unknown_among(&[it]) {
                return Ok(unknown);
            }
            match it.as_str() {
                Some(set) => Some(set.chars().collect()),
                None => {
                    let name = match (start, end) {
                        (true, true) => "strip",
                        (true, false) => "lstrip",
                        _ => "rstrip",
                    };
                    let text = format!("{name} arg must be None or str");
                    return Err(eval.error("TypeError", text));
                }
            }
        }
    };
    let is_stripped = |c: char| match &set {
        Some(set) => set.contains(&c),
        None => is_space(c),
    };
    let rest = if start { text.trim_start_matches(is_stripped) } else { text };
    let from = text.len() - rest.len();
    let rest = if end { rest.trim_end_matches(is_stripped) } else { rest };
    Ok(value.piece(Span::new(from, from + rest.len()), args.site))
}

fn split(eval: &mut Eval<'_>, value: &Val, args: &Args, is_right: bool) -> Res {
    let text = text_of(value);
    eval.spend(text.len() / 8);
    let most = match args.get(1, "maxsplit") {
        None => None,
        Some(it) => match small(it) {
            Some(-1) => None,
            Some(most) => usize::try_from(most).ok(),
            None => return Ok(eval.unknown_of(&[it], args.site, "this call is not evaluated")),
        },
    };
    let separator = match args.get(0, "sep") {
        None => None,
        Some(it) if it.is_none() => None,
        Some(it) => {
            if let Some(unknown) = eval.unknown_among(&[it]) {
                return Ok(unknown);
            }
            match it.as_str() {
                Some(separator) => Some(&**separator),
                None => {
                    let text = format!("must be str or None, not {}", type_name(it));
                    return Err(eval.error("TypeError", text));
                }
            }
        }
    };
    let mut spans: Vec<Span> = Vec::new();
    match separator {
        Some("") => return Err(eval.error("ValueError", "empty separator")),
        Some(separator) => {
            let width = separator.len();
            let limit = most.unwrap_or(usize::MAX);
            let places: Vec<usize> = match is_right {
                false => text.match_indices(separator).map(|it| it.0).take(limit).collect(),
                true => {
                    let mut places: Vec<_> =
                        text.rmatch_indices(separator).map(|it| it.0).take(limit).collect();
                    places.reverse();
                    places
                }
            };
            let mut from = 0;
            for at in places {
                spans.push(Span::new(from, at));
                from = at + width;
            }
            spans.push(Span::new(from, text.len()));
        }
        None => {
            if most.is_some() {
                if is_right {
                    return Ok(eval.unknown(args.site, "this call is not evaluated"));
                }
                let most = most.unwrap_or(0);
                let mut rest = text.trim_start_matches(is_space);
                while !rest.is_empty() {
                    let start = text.len() - rest.len();
                    if spans.len() == most {
                        let end = text.trim_end_matches(is_space).len();
                        spans.push(Span::new(start, end.max(start)));
                        break;
                    }
                    let end = rest.find(is_space).unwrap_or(rest.len());
                    spans.push(Span::new(start, start + end));
                    rest = rest.get(end..).unwrap_or("").trim_start_matches(is_space);
                }
            } else {
                let mut start = None;
                for (at, c) in text.char_indices() {
                    match (is_space(c), start) {
                        (true, Some(from)) => {
                            spans.push(Span::new(from, at));
                            start = None;
                        }
                        (false, None) => start = Some(at),
                        _ => {}
                    }
                }
                if let Some(from) = start {
                    spans.push(Span::new(from, text.len()));
                }
            }
        }
    }
    eval.spend(spans.len());
    let pieces = spans.into_iter().map(|it| value.piece(it, args.site)).collect();
    Ok(eval.new_list(pieces, args.site))
}

/// Where `str.splitlines` ends a line: its bytes without and with the end.
pub(crate) fn line_spans(text: &str) -> Vec<Span> {
    let is_end = |c: char| {
        matches!(
            c,
            '\n' | '\r' | '\u{b}' | '\u{c}' | '\u{1c}'
                ..='\u{1e}' | '\u{85}' | '\u{2028}' | '\u{2029}'
        )
    };
    let mut spans = Vec::new();
    let mut from = 0;
    let mut chars = text.char_indices().peekable();
    while let Some((at, c)) = chars.next() {
        if !is_end(c) {
            continue;
        }
        spans.push(Span::new(from, at));
        from = at + c.len_utf8();
        if c == '\r' && chars.peek().is_some_and(|it| it.1 == '\n') {
            chars.next();
            from += 1;
        }
    }
    if from < text.len() {
        spans.push(Span::new(from, text.len()));
    }
    spans
}

fn splitlines(eval: &mut Eval<'_>, value: &Val, args: &Args) -> Res {
    if args.all().next().is_some() {
        return Ok(eval.unknown(args.site, "this call is not evaluated"));
    }
    let spans = line_spans(text_of(value));
    eval.spend(text_of(value).len() / 8 + spans.len());
    let pieces = spans.into_iter().map(|it| value.piece(it, args.site)).collect();
    Ok(eval.new_list(pieces, args.site))
}

fn partition(eval: &mut Eval<'_>, value: &Val, args: &Args, is_right: bool) -> Res {
    let separator = match text_arg(eval, args, 0, "must be str") {
        Ok("") => return Err(eval.error("ValueError", "empty separator")),
        Ok(separator) => separator,
        Err(other) => return other,
    };
    let text = text_of(value);
    let at = if is_right { text.rfind(separator) } else { text.find(separator) };
    let whole = Span::new(0, text.len());
    let none = Span::default();
    let spans = match (at, is_right) {
        (Some(at), _) => {
            let end = at + separator.len();
            [Span::new(0, at), Span::new(at, end), Span::new(end, text.len())]
        }
        (None, false) => [whole, none, none],
        (None, true) => [none, none, whole],
    };
    let pieces: Vec<_> = spans.into_iter().map(|it| value.piece(it, args.site)).collect();
    Ok(Val::new(Kind::Tuple(pieces.into()), args.site))
}

fn replace(eval: &mut Eval<'_>, value: &Val, args: &Args) -> Res {
    let text = text_of(value);
    let what = |place: usize| format!("replace() argument {place} must be str");
    let old = match text_arg(eval, args, 0, &what(1)) {
        Ok(it) => it,
        Err(other) => return other,
    };
    let new = match text_arg(eval, args, 1, &what(2)) {
        Ok(it) => it,
        Err(other) => return other,
    };
    let count = match args.at(2) {
        None => usize::MAX,
        Some(it) => match small(it) {
            Some(it) => usize::try_from(it).unwrap_or(usize::MAX),
            None => return Ok(eval.unknown_of(&[it], args.site, "this call is not evaluated")),
        },
    };
    let found = text.matches(old).take(count).count();
    if found == 0 {
        return Ok(Val { site: args.site, ..value.clone() });
    }
    if text.len().saturating_add(found.saturating_mul(new.len())) > crate::operators::MAX_TEXT
        || !eval.spend((text.len() + found * new.len()) / 16)
    {
        return Ok(eval.unknown(args.site, "this text is too long"));
    }
    // Piece by piece, so that what stays keeps its sources.
    let mut parts = Vec::new();
    let mut from = 0;
    let fresh = args.at(1).cloned().unwrap_or_else(|| Val::str("", args.site));
    for (at, it) in text.match_indices(old).take(count) {
        parts.push(value.piece(Span::new(from, at), args.site));
        parts.push(fresh.clone());
        from = at + it.len();
    }
    parts.push(value.piece(Span::new(from, text.len()), args.site));
    eval.spend(parts.len());
    let parts: Vec<&Val> = parts.iter().collect();
    Ok(eval.concat(&parts, args.site))
}

fn affix(eval: &mut Eval<'_>, value: &Val, args: &Args, is_start: bool) -> Res {
    let text = text_of(value);
    let name = if is_start { "startswith" } else { "endswith" };
    let (Some(what), None) = (args.first(), args.at(1)) else {
        return Ok(eval.unknown(args.site, "this call is not evaluated"));
    };
    let list = match &what.kind {
        Kind::Tuple(items) => items.to_vec(),
        Kind::Str(_) => alloc::vec![what.clone()],
        Kind::Unknown(_) => {
            eval.doubt();
            return Ok(eval.unknown_of(&[what], args.site, "not known"));
        }
        _ => {
            let text =
                format!("{name} first arg must be str or a tuple of str, not {}", type_name(what));
            return Err(eval.error("TypeError", text));
        }
    };
    let mut is = false;
    for item in &list {
        let Some(it) = item.as_str() else {
            return Ok(eval.unknown_of(&[item], args.site, "this call is not evaluated"));
        };
        is |= if is_start { text.starts_with(&**it) } else { text.ends_with(&**it) };
    }
    Ok(Val::bool(is, args.site).from(&[value]))
}

fn remove(eval: &mut Eval<'_>, value: &Val, args: &Args, is_start: bool) -> Res {
    let name = if is_start { "removeprefix" } else { "removesuffix" };
    let what = format!("{name}() argument must be str");
    let affix = match text_arg(eval, args, 0, &what) {
        Ok(it) => it,
        Err(other) => return other,
    };
    let text = text_of(value);
    let span = match is_start {
        true if text.starts_with(affix) => Span::new(affix.len(), text.len()),
        false if text.ends_with(affix) => Span::new(0, text.len() - affix.len()),
        _ => Span::new(0, text.len()),
    };
    Ok(value.piece(span, args.site))
}

fn join(eval: &mut Eval<'_>, value: &Val, args: &Args) -> Res {
    let Some(items) = args.first() else {
        return Ok(eval.unknown(args.site, "this call is not evaluated"));
    };
    let is_iterable = matches!(
        items.kind,
        Kind::List(_)
            | Kind::Tuple(_)
            | Kind::Str(_)
            | Kind::Dict(_)
            | Kind::Set(_)
            | Kind::Unknown(_)
            | Kind::Object(..)
    );
    if !is_iterable {
        return Err(eval.error("TypeError", "can only join an iterable"));
    }
    let items = match eval.series(items)? {
        Series::Known(items) => items,
        Series::Unknown(why) => return Ok(Val::unknown(&why)),
    };
    let all: Vec<&Val> = items.iter().collect();
    for (place, item) in items.iter().enumerate() {
        if item.as_str().is_none() {
            if let Some(unknown) = eval.unknown_among(&all) {
                return Ok(unknown);
            }
            if eval.is_in_a_folder(item) {
                return Ok(eval.unknown(args.site, "the folder of the project is not known"));
            }
            let text =
                format!("sequence item {place}: expected str instance, {} found", type_name(item));
            return Err(eval.error("TypeError", text));
        }
    }
    let mut parts = Vec::with_capacity(items.len() * 2);
    for (place, item) in all.into_iter().enumerate() {
        if place > 0 {
            parts.push(value);
        }
        parts.push(item);
    }
    eval.spend(parts.len());
    Ok(eval.concat(&parts, args.site))
}

fn encode(eval: &mut Eval<'_>, value: &Val, args: &Args) -> Res {
    let is_utf8 = match args.get(0, "encoding") {
        None => true,
        Some(it) => it.as_str().is_some_and(|it| {
            matches!(it.to_ascii_lowercase().as_str(), "utf-8" | "utf8")
                || (text_of(value).is_ascii() && it.eq_ignore_ascii_case("ascii"))
        }),
    };
    if !is_utf8 {
        return Ok(eval.unknown(args.site, "this encoding is not evaluated"));
    }
    let bytes = text_of(value).as_bytes();
    eval.spend(bytes.len() / 16);
    Ok(Val::new(Kind::Bytes(bytes.into()), args.site).from(&[value]))
}

fn test(eval: &mut Eval<'_>, value: &Val, args: &Args, is: impl Fn(&str) -> bool) -> Res {
    eval.spend(text_of(value).len() / 8);
    Ok(Val::bool(is(text_of(value)), args.site).from(&[value]))
}

fn ascii_test(eval: &mut Eval<'_>, value: &Val, args: &Args, is: impl Fn(&u8) -> bool) -> Res {
    let text = text_of(value);
    if !text.is_ascii() {
        return Ok(eval.unknown(args.site, "letters beyond ASCII are not evaluated here"));
    }
    test(eval, value, args, |text| !text.is_empty() && text.bytes().all(|it| is(&it)))
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Found {
    Find,
    Index,
    Count,
}

fn find(eval: &mut Eval<'_>, value: &Val, args: &Args, found: Found) -> Res {
    if args.list.len() != 1 {
        return Ok(eval.unknown(args.site, "this call is not evaluated"));
    }
    let part = match text_arg(eval, args, 0, "must be str") {
        Ok(it) => it,
        Err(other) => return other,
    };
    let text = text_of(value);
    eval.spend(text.len() / 8);
    if found == Found::Count {
        let count = match part.is_empty() {
            true => text.chars().count() + 1,
            false => text.matches(part).count(),
        };
        return Ok(Val::int(i64::try_from(count).unwrap_or(0), args.site).from(&[value]));
    }
    match text.find(part).and_then(|at| text.get(..at)) {
        Some(before) => {
            let count = i64::try_from(before.chars().count()).unwrap_or(0);
            Ok(Val::int(count, args.site).from(&[value]))
        }
        None if found == Found::Find => Ok(Val::int(-1, args.site).from(&[value])),
        None => Err(eval.error("ValueError", "substring not found")),
    }
}

fn zfill(eval: &mut Eval<'_>, value: &Val, args: &Args) -> Res {
    let width = args.first().and_then(small).and_then(|it| usize::try_from(it).ok());
    let text = text_of(value);
    match width {
        Some(width) if width < 10_000 => {
            let missing = width.saturating_sub(text.chars().count());
            let (sign, digits) = match text.strip_prefix(['+', '-']) {
                Some(digits) => (text.get(..1).unwrap_or(""), digits),
                None => ("", text),
            };
            let filled = format!("{sign}{}{digits}", "0".repeat(missing));
            Ok(Val::str(filled, args.site).from(&[value]))
        }
        _ => Ok(eval.unknown(args.site, "this call is not evaluated")),
    }
}

/// `format(value, spec)`.
pub(crate) fn format(eval: &mut Eval<'_>, value: &Val, spec: &Val, site: Site) -> Res {
    if let Some(unknown) = eval.unknown_among(&[value, spec]) {
        return Ok(unknown);
    }
    let written = text_of(spec);
    if written.is_empty() {
        return Ok(eval.str_of(value, site));
    }
    let is_plain = matches!(value.kind, Kind::Str(_) | Kind::Int(_));
    let fill = Fill::read(written);
    let (Some(fill), true) = (fill, is_plain) else {
        let is_bare = matches!(
            value.kind,
            Kind::None | Kind::List(_) | Kind::Dict(_) | Kind::Tuple(_) | Kind::Set(_)
        );
        if is_bare {
            let text =
                format!("unsupported format string passed to {}.__format__", type_name(value));
            return Err(eval.error("TypeError", text));
        }
        eval.doubt();
        return Ok(eval.unknown_of(&[value], site, "this format is not evaluated"));
    };
    let is_text = value.as_str().is_some();
    if fill.letter == 'd' && is_text {
        let text = "Unknown format code 'd' for object of type 'str'";
        return Err(eval.error("ValueError", text));
    }
    let is_odd = (fill.letter == 's' && !is_text)
        || (fill.is_zero && (is_text || fill.align.is_some()))
        || small(value).is_none() && !is_text;
    if is_odd || fill.width > 1000 {
        eval.doubt();
        return Ok(eval.unknown_of(&[value], site, "this format is not evaluated"));
    }
    let text = eval.text(value).unwrap_or_default();
    let missing = fill.width.saturating_sub(text.chars().count());
    if missing == 0 {
        return Ok(eval.str_of(value, site));
    }
    let align = fill.align.unwrap_or(if is_text { '<' } else { '>' });
    let padded = match (fill.is_zero, align) {
        (true, _) => {
            let (sign, digits) = match text.strip_prefix('-') {
                Some(digits) => ("-", digits),
                None => ("", &*text),
            };
            format!("{sign}{}{digits}", "0".repeat(missing))
        }
        (_, '<') => format!("{text}{}", " ".repeat(missing)),
        (_, '>') => format!("{}{text}", " ".repeat(missing)),
        _ => {
            let left = missing / 2;
            format!("{}{text}{}", " ".repeat(left), " ".repeat(missing - left))
        }
    };
    Ok(Val::str(padded, site).from(&[value]))
}

/// `[<>^][0][width][sd]`
struct Fill {
    align: Option<char>,
    is_zero: bool,
    width: usize,
    letter: char,
}

impl Fill {
    fn read(spec: &str) -> Option<Fill> {
        let align = spec.chars().next().filter(|it| matches!(it, '<' | '>' | '^'));
        let rest = spec.get(usize::from(align.is_some())..)?;
        let letter = rest.chars().last().filter(|it| matches!(it, 's' | 'd'));
        let digits = rest.get(..rest.len() - usize::from(letter.is_some()))?;
        if !digits.bytes().all(|it| it.is_ascii_digit()) || digits.len() > 6 {
            return None;
        }
        Some(Fill {
            align,
            is_zero: digits.starts_with('0') && digits.len() > 1,
            width: if digits.is_empty() { 0 } else { digits.parse().ok()? },
            letter: letter.unwrap_or(' '),
        })
    }
}

/// `text % values`.
pub(crate) fn percent(eval: &mut Eval<'_>, value: &Val, other: &Val, site: Site) -> Res {
    let text = text_of(value).to_string();
    let items = match &other.kind {
        Kind::Tuple(items) => items.to_vec(),
        _ => alloc::vec![other.clone()],
    };
    let mut parts: Vec<Val> = Vec::new();
    let mut used = 0;
    let mut by_name = false;
    let mut at = 0;
    while let Some(next) = text.get(at..).and_then(|it| it.find('%')) {
        let sign = at + next;
        parts.push(value.piece(Span::new(at, sign), site));
        let mut rest = text.get(sign + 1..).unwrap_or("");
        let mut name = None;
        if let Some(behind) = rest.strip_prefix('(') {
            let Some((key, behind)) = behind.split_once(')') else {
                return Err(eval.error("ValueError", "incomplete format key"));
            };
            name = Some(key);
            rest = behind;
        }
        let Some(letter) = rest.chars().next() else {
            return Err(eval.error("ValueError", "incomplete format"));
        };
        at = text.len() - rest.len() + letter.len_utf8();
        if letter == '%' && name.is_none() {
            parts.push(Val::str("%", site));
            continue;
        }
        let item = match name {
            Some(name) => {
                by_name = true;
                if !matches!(other.kind, Kind::Dict(_)) {
                    return Err(eval.error("TypeError", "format requires a mapping"));
                }
                let key = Val::str(name, site);
                eval.subscript(other, &key, site)?
            }
            None => match items.get(used) {
                Some(item) => {
                    used += 1;
                    item.clone()
                }
                None => {
                    let text = "not enough arguments for format string";
                    return Err(eval.error("TypeError", text));
                }
            },
        };
        let part = match letter {
            's' => eval.str_of(&item, site),
            'r' => match eval.repr(&item, 0) {
                Some(text) => Val::str(text, site).from(&[&item]),
                None => eval.unknown_of(&[&item], site, "this text is not known"),
            },
            'd' | 'i' => match (&item.kind, small(&item)) {
                (Kind::Unknown(_), _) => item,
                (_, Some(number)) => Val::str(number.to_string(), site).from(&[&item]),
                (Kind::Float(_) | Kind::Int(_) | Kind::Object(..), _) => {
                    eval.unknown(site, "this format is not evaluated")
                }
                _ => {
                    let text = format!(
                        "%{letter} format: a real number is required, not {}",
                        type_name(&item)
                    );
                    return Err(eval.error("TypeError", text));
                }
            },
            _ => {
                eval.doubt();
                eval.unknown(site, "this format is not evaluated")
            }
        };
        parts.push(part);
    }
    parts.push(value.piece(Span::new(at, text.len()), site));
    let is_mapping = matches!(other.kind, Kind::Dict(_) | Kind::List(_) | Kind::Object(..));
    if !by_name && used < items.len() && !is_mapping {
        let text = "not all arguments converted during string formatting";
        return Err(eval.error("TypeError", text));
    }
    let all: Vec<&Val> = parts.iter().collect();
    if all.iter().any(|it| it.why().is_some()) {
        return Ok(eval.unknown_of(&all, site, "not known"));
    }
    Ok(eval.concat(&all, site))
}

fn format_method(eval: &mut Eval<'_>, value: &Val, args: &Args) -> Res {
    let text = text_of(value).to_string();
    let site = args.site;
    let mut parts: Vec<Val> = Vec::new();
    let mut automatic = 0;
    let mut at = 0;
    while let Some(next) = text.get(at..).and_then(|it| it.find(['{', '}'])) {
        let brace = at + next;
        let rest = text.get(brace..).unwrap_or("");
        if rest.starts_with("{{") || rest.starts_with("}}") {
            parts.push(value.piece(Span::new(at, brace + 1), site));
            at = brace + 2;
            continue;
        }
        if rest.starts_with('}') {
            let text = "Single '}' encountered in format string";
            return Err(eval.error("ValueError", text));
        }
        parts.push(value.piece(Span::new(at, brace), site));
        let Some(end) = rest.find('}') else {
            let text = match rest.len() {
                1 => "Single '{' encountered in format string",
                _ => "expected '}' before end of string",
            };
            return Err(eval.error("ValueError", text));
        };
        let field = rest.get(1..end).unwrap_or("");
        at = brace + end + 1;
        let (name, spec) = field.split_once(':').unwrap_or((field, ""));
        let is_plain = |c: char| c.is_alphanumeric() || c == '_';
        if !name.chars().all(is_plain) || spec.contains('{') {
            eval.doubt();
            return Ok(eval.unknown(site, "this format is not evaluated"));
        }
        let place = match name.is_empty() {
            true => {
                automatic += 1;
                Some(automatic - 1)
            }
            false => name.parse::<usize>().ok(),
        };
        let item = match place {
            Some(place) => match args.at(place) {
                Some(item) => item.clone(),
                None => {
                    let text =
                        format!("Replacement index {place} out of range for positional args tuple");
                    return Err(eval.error("IndexError", text));
                }
            },
            None => match args.named(name) {
                Some(item) => item.clone(),
                None => {
                    let key = Val::str(name, site);
                    return Err(eval.key_error(&key));
                }
            },
        };
        let spec = Val::str(spec, site);
        parts.push(format(eval, &item, &spec, site)?);
    }
    parts.push(value.piece(Span::new(at, text.len()), site));
    let all: Vec<&Val> = parts.iter().collect();
    if all.iter().any(|it| it.why().is_some()) {
        return Ok(eval.unknown_of(&all, site, "not known"));
    }
    Ok(eval.concat(&all, site))
}
