//! The same variables in other clients: a sentence, what of the differences is a danger, and on
//! demand the table.

use yew::prelude::*;

use super::{parts, prose};
use crate::others::{Group, Member, Others, SERVERS};
use crate::second::{self, READING, Said};

pub(crate) fn view(others: &Said<Others>) -> Html {
    let content = match others {
        Said::Waiting => parts::hint(READING),
        Said::Failed => parts::hint(second::FAILED),
        Said::Known(it) => shown(it),
    };
    parts::section("clients", "Other clients", html! {}, content)
}

fn shown(others: &Others) -> Html {
    let Others { sentence, is_worrying, notes, groups } = others;
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
