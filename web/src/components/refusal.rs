//! The first error that the real stack raises, word for word but for secrets.

use dsnlens_core::{DjDatabaseUrl, Refusal};
use yew::prelude::*;

use super::parts;
use crate::words;

pub(crate) fn view(refusal: &Refusal<'_>, version: DjDatabaseUrl) -> Html {
    let by = match refusal.raised_at {
        Some((path, line)) => format!("Raised in {path}:{line}"),
        None => format!("Raised by {}", words::stage(refusal.stage, version)),
    };
    figure(by, refusal.kind.clone().into_owned(), &refusal.message.to_string())
}

pub(crate) fn figure(by: String, kind: String, message: &str) -> Html {
    html! {
        <figure class="refusal">
            <figcaption>
                { parts::text(by) }
            </figcaption>
            <pre translate="no">
                <b>{ parts::text(kind) }</b>
                { parts::text(format!(": {message}")) }
            </pre>
        </figure>
    }
}
