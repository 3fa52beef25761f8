//! The fields of a secret of AWS Secrets Manager, as one `DATABASE_URL`.

use super::draft::Draft;
use super::literals;
use super::parameters::Parameters;
use super::{Beside, NoteKind};
use crate::inputs::DATABASE_URL;
use crate::span::Span;
use crate::syntax::words;

/// Its fields, and the keywords of libpq that say the same.
const FIELDS: [(&str, &str); 6] = [
    ("host", "host"),
    ("port", "port"),
    ("dbname", "dbname"),
    ("username", "user"),
    ("user", "user"),
    ("password", "password"),
];

pub(super) fn read<'s>(text: &'s str, _: &Beside<'_>) -> Option<Draft<'s>> {
    if !words::contains(text, "password") {
        return None;
    }
    let (tree, root) = literals::json(text)?;
    let field = |name: &str| tree.child(root, name).and_then(|it| tree.text(it));
    field("password")?;
    field("username").or(field("user"))?;
    let mut draft = Draft::default();
    let start = text.len() - text.trim_start().len();
    let span = Span::new(start, text.trim_end().len());
    let mut parameters = Parameters::default();
    for (name, keyword) in FIELDS {
        if let Some(value) = field(name) {
            parameters.set(keyword, value.text.clone());
        }
    }
    if !parameters.is_set("host") {
        draft.leave(
            DATABASE_URL,
            span,
            "is not complete: the secret has a user and a password, and no host",
        );
        return Some(draft);
    }
    if !parameters.is_set("dbname") {
        draft.note(NoteKind::Unknown, span, "the secret does not name a database");
    }
    let engine = field("engine").map_or("postgres", |it| &*it.text);
    let scheme = match words::contains(engine, "postgres") {
        true => "postgresql",
        false if words::contains(engine, "mysql") || words::contains(engine, "maria") => "mysql",
        false => {
            draft.leave(
                DATABASE_URL,
                span,
                "is not known: the secret is for another database system",
            );
            return Some(draft);
        }
    };
    parameters.assign(scheme, span, &mut draft);
    Some(draft)
}
