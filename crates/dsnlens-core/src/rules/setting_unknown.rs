//! `setting-unknown`.

use alloc::string::String;
use alloc::vec::Vec;

use crate::advice::{Case, Findings, MANY, ModuleCase, insert, replace, rule, shown_key};
use crate::clients::cpython::value_repr;
use crate::clients::libpq;
use crate::databases::Entry;
use crate::diagnostic::{ModuleEdit, Severity};
use crate::ledger::{Fate, Key, Line, Setting, Value};
use crate::module::Written;
use crate::span::Span;

rule! {
    /// Django does not read a key of the database's settings
    ///
    /// # What happens
    ///
    /// `DATABASES['default']` has a key that Django does not know. Django ignores it without a
    /// word: `SSLMODE` beside `HOST` sets nothing, and with `PASWORD` no password is sent.
    ///
    /// # Why it matters
    ///
    /// The settings look as if TLS were verified, or as if a password were set, and the connection
    /// has neither. Django reads `ENGINE`, `NAME`, `USER`, `PASSWORD`, `HOST`, `PORT`, `OPTIONS`,
    /// `CONN_MAX_AGE`, `CONN_HEALTH_CHECKS`, `DISABLE_SERVER_SIDE_CURSORS`, `ATOMIC_REQUESTS`,
    /// `AUTOCOMMIT`, `TIME_ZONE` and `TEST`, in capital letters.
    ///
    /// # What to do
    ///
    /// Put libpq's options into `OPTIONS`, in small letters: `'OPTIONS': {'sslmode':
    /// 'verify-full'}`. Write Django's keys as Django spells them, beside `OPTIONS` and not in it.
    ///
    /// # References
    ///
    /// - [Django 5.2, `db/utils.py`](https://github.com/django/django/blob/5.2/django/db/utils.py): `configure_settings()`, the keys
    /// - [Django's documentation, `DATABASES`](https://docs.djangoproject.com/en/5.2/ref/settings/#databases)
    ///
    /// # Examples
    ///
    /// ```settings,reports
    /// DATABASES = {'default': {'ENGINE': 'django.db.backends.postgresql', 'NAME': 'shop',
    ///     'HOST': 'db.example.com', 'SSLMODE': 'verify-full'}}
    /// ```
    ///
    /// ```settings,reports
    /// DATABASES = {'default': {'ENGINE': 'django.db.backends.postgresql', 'NAME': 'shop',
    ///     'HOST': 'db.example.com', 'PASWORD': 'correct-horse'}}
    /// ```
    ///
    /// ```settings,silent
    /// DATABASES = {'default': {'ENGINE': 'django.db.backends.postgresql', 'NAME': 'shop',
    ///     'HOST': 'db.example.com', 'OPTIONS': {'sslmode': 'require'}}}
    /// ```
    "setting-unknown", [Error, Warning] given, check, module propose
}

/// What follows from a key of Django's that is not set.
const MISSING: [(&str, &str); 7] = [
    ("ENGINE", "there is no backend"),
    ("NAME", "no database is named"),
    ("USER", "libpq takes the name of the system's account"),
    ("PASSWORD", "no password is sent"),
    ("HOST", "the connection goes to this machine's Unix socket"),
    ("PORT", "libpq takes its default, 5432"),
    ("OPTIONS", "no option is passed on"),
];

/// Names that other tools and people have for Django's keys.
const OTHERS: [(&str, &str); 12] = [
    ("DATABASE", "NAME"),
    ("DB", "NAME"),
    ("DBNAME", "NAME"),
    ("DATABASE_NAME", "NAME"),
    ("USERNAME", "USER"),
    ("LOGIN", "USER"),
    ("PASS", "PASSWORD"),
    ("PASSWD", "PASSWORD"),
    ("PWD", "PASSWORD"),
    ("HOSTNAME", "HOST"),
    ("SERVER", "HOST"),
    ("OPTION", "OPTIONS"),
];

fn check<'a>(case: &Case<'_, 'a>, findings: &mut Findings<'a>) {
    if !case.is_given() {
        return;
    }
    let mut misplaced: Vec<&Line<'a>> = Vec::new();
    let lines = case.resolution.ledger.lines().map(|(_, line)| line);
    for line in lines.filter(|it| matches!(it.key, Key::Entry(_))) {
        if !matches!(line.fate, Fate::Ignored { .. }) {
            continue;
        }
        let written = line.key.reveal();
        match (meant(written), libpq::find(&written.to_ascii_lowercase())) {
            (Some(meant), _) => misspelt(case, line, meant, findings),
            (None, Some(_)) => misplaced.push(line),
            (None, None) => {
                let message = alloc::format!("Django ignores `{}` here", shown_key(&line.key));
                let help = "take it out, or put it where it is read: libpq's options belong in \
                            `OPTIONS`";
                findings.report(Severity::Warning, message, help).at(line.origin.input_span());
            }
        }
    }
    if !misplaced.is_empty() {
        report_misplaced(&misplaced, findings);
    }
    let is_djangos = |name: &str| django_keys().any(|it| it == name);
    for (_, line) in case.options().filter(|(_, it)| is_djangos(it.key.reveal())) {
        let key = shown_key(&line.key);
        let message = alloc::format!(
            "`{key}` in `OPTIONS` is passed on to libpq, which refuses it as an unknown option"
        );
        let help = alloc::format!("put `{key}` beside `OPTIONS`, not in it");
        findings.report(Severity::Error, message, help).at(line.origin.input_span());
    }
}

/// Options of libpq beside `OPTIONS`: they are one mistake.
fn report_misplaced<'a>(lines: &[&Line<'a>], findings: &mut Findings<'a>) {
    let keys: Vec<String> =
        lines.iter().map(|it| alloc::format!("`{}`", shown_key(&it.key))).collect();
    let message = alloc::format!("Django ignores {} here", keys.join(", "));
    let entry = |line: &&Line<'_>| {
        let keyword = line.key.reveal().to_ascii_lowercase();
        let value = match &line.value {
            value if value.is_secret() || value.unknown().is_some() => String::from("…"),
            value @ (Value::Str(_) | Value::Int(_) | Value::Bool(_)) => value_repr(value),
            _ => String::from("…"),
        };
        alloc::format!("'{keyword}': {value}")
    };
    let entries: Vec<_> = lines.iter().map(entry).collect();
    let help = alloc::format!("put them into `OPTIONS`: `'OPTIONS': {{{}}}`", entries.join(", "));
    let help = match lines {
        [_] => help.replacen("them", "it", 1),
        _ => help,
    };
    let spans = lines.iter().filter_map(|it| it.origin.input_span());
    findings.report(Severity::Warning, message, help).at(spans);
}

fn misspelt<'a>(case: &Case<'_, 'a>, line: &Line<'a>, meant: &str, findings: &mut Findings<'a>) {
    let key = shown_key(&line.key);
    let is_set = match Setting::ALL.into_iter().find(|it| it.name() == meant) {
        Some(setting) => case.setting(setting).is_some(),
        None => meant == "OPTIONS" && case.options().next().is_some(),
    };
    let follows = MISSING.iter().find(|(name, _)| *name == meant).filter(|_| !is_set);
    let (severity, follows) = match follows {
        Some((_, follows)) => (Severity::Error, alloc::format!("so {follows}")),
        None => (Severity::Warning, String::from("and has no effect")),
    };
    let message =
        alloc::format!("`{key}` is not a key of Django's; `{meant}`? It is ignored, {follows}");
    let help = alloc::format!("write `{meant}`");
    findings.report(severity, message, help).at(line.origin.input_span());
}

/// What might be written in a settings module instead.
fn propose<'a>(case: &ModuleCase<'_, 'a>, findings: &mut Findings<'a>) {
    let Some(default) = case.default() else { return };
    let mut misplaced: Vec<(&Entry<'a>, &Written<'a>)> = Vec::new();
    let unknown = default.entries.iter().filter(|it| !django_keys().any(|key| key == it.key));
    for entry in unknown.take(MANY) {
        let (Some(written), Some(at)) =
            (case.written(&["default", &entry.key]), entry.origin.input_span())
        else {
            continue;
        };
        match (meant(&entry.key), libpq::find(&entry.key.to_ascii_lowercase())) {
            (Some(meant), _) if default.get(meant).is_none() => {
                let edit = replace(written.path, written.key, alloc::format!("'{meant}'"));
                let title = alloc::format!("rename it to `{meant}`");
                findings.propose_for(at, title, alloc::vec![edit]);
            }
            (None, Some(keyword)) if !libpq::is_secret(keyword.name) => {
                misplaced.push((entry, written));
            }
            _ => {}
        }
    }
    let at = misplaced.first().and_then(|it| it.0.origin.input_span());
    if let (Some(edits), Some(at)) = (into_options(case, &misplaced), at) {
        let title = match misplaced.as_slice() {
            [_] => "move it into `OPTIONS`",
            _ => "move them into `OPTIONS`",
        };
        findings.propose_for(at, title, edits);
    }
}

/// Puts entries that are written out into `OPTIONS`.
fn into_options<'a>(
    case: &ModuleCase<'_, 'a>,
    entries: &[(&Entry<'a>, &Written<'a>)],
) -> Option<Vec<ModuleEdit>> {
    let (_, first) = entries.first()?;
    let keyword = |entry: &Entry<'_>| entry.key.to_ascii_lowercase();
    if let [(entry, it)] = entries
        && let file = case.file(it.path)
        && file.get(..it.key.start)?.ends_with('[')
    {
        // `DATABASES['default']['SSLMODE'] = …`
        let span = Span::new(it.key.start - 1, it.key.end + 1);
        let text = alloc::format!(".setdefault('OPTIONS', {{}})['{}']", keyword(entry));
        return file
            .get(it.key.end..)?
            .starts_with(']')
            .then(|| alloc::vec![replace(it.path, span, text)]);
    }
    let mut edits = Vec::new();
    let options = case.written(&["default", "OPTIONS"]);
    let (start, others) = match options {
        Some(options) if case.text(options.path, options.value).starts_with('{') => {
            (options.value.start + 1, entries)
        }
        Some(_) => return None,
        None if case.setting("OPTIONS").is_some() => return None,
        // The first one becomes the entry, around its value.
        None => {
            let (entry, it) = entries.first()?;
            edits.push(replace(it.path, it.key, "'OPTIONS'"));
            edits.push(insert(it.path, it.value.start, alloc::format!("{{'{}': ", keyword(entry))));
            (it.value.end, entries.get(1..)?)
        }
    };
    let path = options.map_or(first.path, |it| it.path);
    let mut added = insert(path, start, "");
    for (entry, it) in others {
        let value = case.quote(it.path, it.value);
        let name = alloc::format!("'{}': ", keyword(entry));
        added.text = match options {
            Some(_) => added.text.and(name).and_text(value).and(", "),
            None => added.text.and(", ").and(name).and_text(value),
        };
        edits.push(case.without(it)?);
    }
    if options.is_none() {
        added.text = added.text.and("}");
    }
    edits.push(added);
    edits.iter().all(|it| it.path == path).then_some(edits)
}

/// Django's keys of a database.
fn django_keys() -> impl Iterator<Item = &'static str> {
    Setting::ALL.into_iter().map(Setting::name).chain(Setting::OTHERS)
}

/// The key of Django's that is meant by another one.
fn meant(written: &str) -> Option<&'static str> {
    if written.len() > 40 {
        return None;
    }
    let upper = written.to_ascii_uppercase();
    let upper = upper.strip_prefix("DB_").unwrap_or(&upper);
    let upper = upper.strip_prefix("POSTGRES_").unwrap_or(upper);
    let other = OTHERS.iter().find(|(name, _)| *name == upper).map(|it| it.1);
    django_keys()
        .find(|it| *it == upper)
        .or(other)
        .or_else(|| django_keys().find(|it| is_near(it, upper)))
}

/// Whether two names differ in one letter that is left out, added, another one, or swapped with
/// its neighbour. Of short names that says nothing.
pub(super) fn is_near(a: &str, b: &str) -> bool {
    let (long, short) = if a.len() < b.len() { (b, a) } else { (a, b) };
    if short.len() < 3 || long.len() - short.len() > 1 {
        return false;
    }
    let (long, short) = (long.as_bytes(), short.as_bytes());
    let head = long.iter().zip(short).take_while(|(a, b)| a == b).count();
    let rest = |from: usize, text: &[u8]| text.get(from..).unwrap_or_default().to_vec();
    if long.len() > short.len() {
        return rest(head + 1, long) == rest(head, short);
    }
    let swapped = long.get(head) == short.get(head + 1) && long.get(head + 1) == short.get(head);
    rest(head + 1, long) == rest(head + 1, short)
        || (swapped && rest(head + 2, long) == rest(head + 2, short))
}

#[cfg(test)]
mod tests {
    use super::meant;

    #[test]
    fn near_misses_are_told_from_other_keys() {
        for (written, expected) in [
            ("PASWORD", Some("PASSWORD")),
            ("PASSWROD", Some("PASSWORD")),
            ("host", Some("HOST")),
            ("DB_HOST", Some("HOST")),
            ("USERNAME", Some("USER")),
            ("OPTION", Some("OPTIONS")),
            ("CONN_MAX_AG", Some("CONN_MAX_AGE")),
            ("ENGIN", Some("ENGINE")),
            ("SSLMODE", None),
            ("sslmode", None),
            ("CONNECT_TIMEOUT", None),
            ("SCHEMA", None),
            ("CHARSET", None),
        ] {
            assert_eq!(meant(written), expected, "{written}");
        }
    }
}
