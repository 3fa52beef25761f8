//! The answer in one sentence.

use dsnlens_core::Answer;
use dsnlens_core::render::{Phrase, verdict};
use yew::prelude::*;

use super::{parts, prose, reading};
use crate::reading::Reading;
use crate::second::{self, READING, Said};
use crate::state::Tab;

pub(crate) fn view(
    answer: Option<&Answer<'_>>,
    tab: Tab,
    unrecognized: &Said<Option<Vec<String>>>,
    other: Option<&Said<Reading>>,
) -> Html {
    let other = other.filter(|_| answer.is_some());
    let is_waiting = answer.is_none() || other.is_some_and(|it| *it == Said::Waiting);
    let other = other.map(reading::sentence);
    let sentence = match (answer, tab) {
        _ if *unrecognized == Said::Waiting => parts::text(READING),
        _ if *unrecognized == Said::Failed => parts::text(second::FAILED),
        _ if *unrecognized != Said::Known(None) => {
            parts::text("This text is not recognized, so there is no answer.")
        }
        (Some(_), _) if other.is_some() => parts::row(other),
        (Some(answer), _) => parts::row(verdict(answer).into_iter().map(phrase)),
        (None, Tab::Dotenv) => prose::inline(
            "Paste a `.env` file, and read here what your application will do with it.",
        ),
        (None, Tab::Settings) => prose::inline(
            "Paste your `settings.py`, and read here what your application will do with it.",
        ),
        (None, _) => prose::inline(
            "Paste a `DATABASE_URL`, and read here what your application will do with it.",
        ),
    };
    html! {
        <p
            class="verdict"
            data-waiting={is_waiting.then_some("")}
            role="status"
            aria-live="polite"
            aria-label="Verdict"
        >
            { sentence }
        </p>
    }
}

fn phrase(phrase: Phrase) -> Html {
    match phrase {
        Phrase::Plain(text) => parts::text(text),
        Phrase::Code(text) => parts::code(text),
        Phrase::Worry(text) => html! { <em>{ parts::text(text) }</em> },
    }
}
