//! A schema of Prisma: the `url` of its `datasource`.

use super::Beside;
use super::draft::{Draft, Scalar, quotable};
use super::literals;
use crate::inputs::DATABASE_URL;
use crate::span::Span;
use crate::syntax::{Slice, words};

pub(super) fn read<'s>(text: &'s str, _: &Beside<'_>) -> Option<Draft<'s>> {
    if !words::contains(text, "datasource ") {
        return None;
    }
    let (mut is_inside, mut is_postgres) = (false, false);
    let mut url = None;
    for line in Slice::whole(text).split('\n') {
        let content = line.text.trim();
        match content {
            _ if content.starts_with("datasource ") && content.ends_with('{') => is_inside = true,
            "}" => is_inside = false,
            _ => {}
        }
        let Some((name, value)) = line.split_once('=').filter(|_| is_inside) else { continue };
        let blank = value.text.len() - value.text.trim_start().len();
        let value = value.split_at(blank).1;
        match name.text.trim() {
            "provider" => {
                let name = literals::text(value).map(|it| it.0.text);
                is_postgres = matches!(name.as_deref(), Some("postgresql" | "postgres"));
            }
            "url" => url = Some(value),
            _ => {}
        }
    }
    let value = url.filter(|_| is_postgres)?;
    let mut draft = Draft::default();
    match value.strip_prefix("env(").map(literals::text) {
        None => draft.assign(DATABASE_URL, literals::text(value)?.0),
        Some(name) => {
            let Scalar { text, span } = name?.0;
            let why = match quotable(&text) {
                Some(name) => alloc::format!("comes from the environment variable {name}"),
                None => "comes from an environment variable".into(),
            };
            draft.leave(DATABASE_URL, Span::new(span.start, span.end), &why);
        }
    }
    Some(draft)
}
