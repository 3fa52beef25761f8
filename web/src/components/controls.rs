//! `DEBUG`, who reads the variables, and the installed dj-database-url.

use std::borrow::Cow;

use dsnlens_core::{CLIENTS, Debug, DjDatabaseUrl};
use yew::prelude::*;

use super::parts;
use crate::second::{READING, Said};
use crate::state::{Action, Form};
use crate::words;

/// `said` is what a file or a settings module says of `DEBUG`, which then beats the switch.
/// `others` are the clients that the second module knows.
pub(crate) fn view(
    form: &Form,
    said: Option<Debug>,
    others: &Said<Vec<String>>,
    act: &Callback<Action>,
) -> Html {
    let is_on = said.map_or(form.debug, Debug::is_on);
    let has_module = form.module().is_some();
    let state = match (said, is_on) {
        (Some(Debug::Unknown), _) if has_module => "unknown in settings.py",
        (Some(_), true) if has_module => "on in settings.py: development",
        (Some(_), false) if has_module => "off in settings.py: production",
        (Some(Debug::Unknown), _) => "unknown from the file",
        (Some(Debug::Ambiguous), _) => "neither yes nor no in the file: production",
        (Some(_), true) => "on in the file: development",
        (Some(_), false) => "off in the file: production",
        (None, true) => "on: development",
        (None, false) => "off: production",
    };
    // Older releases are known to the evaluator of settings modules alone.
    let first = DjDatabaseUrl::ALL.iter().position(|it| has_module || it.is_compiled());
    let first = first.unwrap_or_default();
    let on_choose = act.reform(move |nth: usize| {
        let version = DjDatabaseUrl::ALL.get(first + nth).copied().unwrap_or_default();
        Action::adjust(move |form| form.recipe.dj_database_url = version)
    });
    let clients = clients(form, others);
    let names: Vec<_> = clients.iter().map(|it| it.0.clone()).collect();
    let on_client = act.reform(move |nth: usize| {
        let name = names.get(nth).cloned().unwrap_or_default();
        Action::adjust(move |form| form.ask(&name))
    });
    let chosen = form.dj_database_url();
    let versions = DjDatabaseUrl::ALL.iter().skip(first);
    let versions = versions.map(|it| (it.version().into(), *it == chosen)).collect();
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
            { parts::choice("Read by", clients, on_client) }
            { parts::row(form.reader().is_some_and(|it| it.has_settings).then(|| {
                parts::choice("dj-database-url", versions, on_choose)
            })) }
        </div>
    }
}

/// The clients to choose from.
fn clients(form: &Form, others: &Said<Vec<String>>) -> Vec<(Cow<'static, str>, bool)> {
    let own = CLIENTS.iter().map(|it| (it.name.into(), form.reader() == Some(*it)));
    let mut clients: Vec<(Cow<'static, str>, bool)> = own.collect();
    let others = match others {
        Said::Known(names) => names.as_slice(),
        // One that was chosen by a link is among those that are still to come.
        Said::Waiting => {
            clients.push((READING.into(), !form.other.is_empty()));
            &[]
        }
        Said::Failed => &[],
    };
    for name in others.iter().filter(|name| CLIENTS.iter().all(|it| it.name != **name)) {
        clients.push((name.clone().into(), *name == form.other));
    }
    clients
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
        let names: Vec<_> =
            clients(&Form::default(), &Said::Known(Vec::new())).into_iter().collect();
        let expected: Vec<_> =
            CLIENTS.iter().map(|it| (it.name.into(), it.name == "django")).collect();
        assert_eq!(names, expected);
    }
}
