//! The same variables in other clients: a sentence, what of the differences is a danger, and on
//! demand the table.

use std::rc::Rc;

use dsnlens_core::clients::settings::FIELDS;
use dsnlens_core::{DATABASE_URL, Fix, Text};
use yew::prelude::*;

use super::{parts, prose};
use crate::others::{Cure, Group, Member, Others, SERVERS};
use crate::second::{self, READING, Said};
use crate::state::Action;

pub(crate) fn view(others: &Said<Rc<Others>>, act: &Callback<Action>) -> Html {
    let content = match others {
        Said::Waiting => parts::hint(READING),
        Said::Failed => parts::hint(second::FAILED),
        Said::Known(it) => shown(it, act),
    };
    parts::section("clients", "Other clients", html! {}, content)
}

fn shown(others: &Others, act: &Callback<Action>) -> Html {
    let Others { sentence, is_worrying, notes, cure, groups } = others;
    let note = |(message, help): &(String, String)| {
        html! {
            <li><p>{ prose::inline(message) }</p>{ parts::hint(help.clone()) }</li>
        }
    };
    html! {
        <>
            <p data-worry={is_worrying.then_some("")}>{ parts::text(sentence.clone()) }</p>
            { parts::row((!notes.is_empty()).then(|| html! {
                <ul class="notes">{ parts::row(notes.iter().map(note)) }</ul>
            })) }
            { parts::row(cure.as_ref().and_then(|it| spelling(it, act))) }
            <details>
                <summary>{ parts::text("Show each client") }</summary>
                { table(groups) }
                { parts::hint(
                    "A trusted server has a certificate for its host by the root in sslrootcert; \
                     “TLS only” refuses plain text. Held to recorded answers of the real clients.",
                ) }
            </details>
        </>
    }
}

fn spelling(Cure { title, variables }: &Cure, act: &Callback<Action>) -> Option<Html> {
    let fixed: Option<Vec<_>> = variables
        .iter()
        .map(|(name, (_, value))| {
            let mut names = FIELDS.into_iter().chain([DATABASE_URL]);
            Some((names.find(|it| it == name)?, Text::default().and_hidden(value.clone())))
        })
        .collect();
    let fix = Fix { title: title.clone().into(), variables: fixed? };
    let onclick = act.reform(move |_| Action::Apply(fix.clone()));
    let line = |(name, (shown, _)): &(String, (String, String))| {
        html! { <p>{ parts::code(format!("{name}={shown}")) }</p> }
    };
    Some(html! {
        <div class="fix">
            <div class="choices">
                <button type="button" class="action" {onclick}>{ parts::text("Apply fix") }</button>
            </div>
            <div>
                <p class="hint">{ prose::inline(title) }</p>
                { parts::row(variables.iter().map(line)) }
            </div>
        </div>
    })
}

fn table(groups: &[Group]) -> Html {
    let head = |name: &'static str| html! { <th scope="col">{ parts::text(name) }</th> };
    let group = |Group { title, members }: &Group| {
        html! {
            <tbody>
                <tr class="group"><th scope="rowgroup" colspan="7">{ parts::text(title.clone()) }</th></tr>
                { parts::row(members.iter().map(row)) }
            </tbody>
        }
    };
    html! {
        <div class="wide">
            <table aria-label="Clients">
                <thead>
                    <tr>
                        { head("Client") }
                        { head("Reads") }
                        { parts::row(SERVERS.into_iter().map(head)) }
                    </tr>
                </thead>
                { parts::row(groups.iter().map(group)) }
            </table>
        </div>
    }
}

fn row(member: &Member) -> Html {
    let Member { name, version, reads, is_refused, differs, servers, notes } = member;
    let reads = match is_refused {
        true => html! { <span class="error">{ parts::text(reads.clone()) }</span> },
        false => parts::code(reads.clone()),
    };
    let differs = (!differs.is_empty()).then(|| {
        html! { <p class="differs">{ parts::text(format!("Another {}", differs.join(", "))) }</p> }
    });
    let note = |it: &String| html! { <p class="hint">{ prose::inline(it) }</p> };
    let server = |(nth, head): (usize, &'static str)| {
        let outcome = servers.get(nth).map_or("", String::as_str);
        let (mark, word) = match outcome {
            "tls" => ("✓", "TLS"),
            "plain" => ("!", "plain text"),
            "fails" => ("✕", "fails"),
            _ => ("", "–"),
        };
        html! {
            <td data-label={head} data-outcome={outcome.to_owned()}>
                <span aria-hidden="true">{ parts::text(mark) }</span>
                { parts::text(word) }
            </td>
        }
    };
    html! {
        <tr data-client={name.clone()}>
            <th scope="row">
                { parts::text(name.clone()) }
                <p class="hint">{ parts::text(version.clone()) }</p>
            </th>
            <td>{ reads }{ parts::row(differs) }{ parts::row(notes.iter().map(note)) }</td>
            { parts::row(SERVERS.into_iter().enumerate().map(server)) }
        </tr>
    }
}
