//! `DEBUG`, who reads the variables, and the installed dj-database-url.

use std::borrow::Cow;

use dsnlens_core::{CLIENTS, Debug, DjDatabaseUrl};
use yew::prelude::*;

use super::parts;
use crate::state::{Action, Form};
use crate::words;

/// `said` is what a file says of `DEBUG`, which then beats the switch.
pub(crate) fn view(form: &Form, said: Option<Debug>, act: &Callback<Action>) -> Html {
    let is_on = said.map_or(form.debug, Debug::is_on);
    let state = match (said, is_on) {
        (Some(Debug::Unknown), _) => "unknown from the file",
        (Some(Debug::Ambiguous), _) => "neither yes nor no in the file: production",
        (Some(_), true) => "on in the file: development",
        (Some(_), false) => "off in the file: production",
        (None, true) => "on: development",
        (None, false) => "off: production",
    };
    let on_choose = act.reform(|nth: usize| {
        let version = DjDatabaseUrl::compiled().nth(nth).unwrap_or_default();
        Action::adjust(move |form| form.recipe.dj_database_url = version)
    });
    let on_client = act.reform(|nth: usize| {
        let client = CLIENTS.get(nth).copied().unwrap_or_default();
        Action::adjust(move |form| form.client = client)
    });
    let version = |it: DjDatabaseUrl| (it.version().into(), it == form.recipe.dj_database_url);
    let versions = DjDatabaseUrl::compiled().map(version).collect();
    html! {
        <div class="controls">
            <div class="control">
                <button
                    type="button"
                    role="switch"
                    class="switch"
                    aria-checked={words::yes_or_no(is_on)}
                    aria-describedby="debug-state"
                    disabled={said.is_some()}
                    onclick={act.reform(move |_| Action::SwitchDebug(!is_on))}
                >
                    { parts::text("DEBUG") }
                    <span class="track" aria-hidden="true"></span>
                </button>
                <span class="hint" id="debug-state">{ parts::text(state) }</span>
            </div>
            { parts::choice("Read by", clients(form), on_client) }
            { parts::row(form.client.has_settings.then(|| {
                parts::choice("dj-database-url", versions, on_choose)
            })) }
        </div>
    }
}

/// The clients to choose from.
fn clients(form: &Form) -> Vec<(Cow<'static, str>, bool)> {
    CLIENTS.iter().map(|it| (it.name.into(), *it == form.client)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_releases_that_the_page_can_read_are_offered() {
        assert!(DjDatabaseUrl::compiled().all(|it| it >= DjDatabaseUrl::V2_1_0));
        assert!(DjDatabaseUrl::compiled().count() >= DjDatabaseUrl::DISTINCT.len());
    }

    #[test]
    fn every_client_can_be_chosen() {
        let names: Vec<_> = clients(&Form::default()).into_iter().collect();
        let expected = [("django", true), ("psql", false), ("sketch", false)];
        assert_eq!(names, expected.map(|(name, is_chosen)| (name.into(), is_chosen)));
    }
}
