//! A fix: what it writes, the button that writes it, and the way back.

use dsnlens_core::{Answer, Fix, MASK, Span};
use web_sys::Element;
use yew::prelude::*;

use super::copy::Copy;
use super::{parts, prose};
use crate::state::{Action, Done, What};

pub(crate) fn view(fix: &Fix, answer: &Answer<'_>, act: &Callback<Action>) -> Html {
    let shown = fix.variables.iter();
    let shown: Vec<_> = shown
        .map(|(name, text)| (*name, answer.masked(name, false).text, text.to_string()))
        .collect();
    of(fix, &shown, act)
}

/// The same with the variables before and after, as they are shown.
pub(crate) fn of(
    fix: &Fix,
    shown: &[(&'static str, String, String)],
    act: &Callback<Action>,
) -> Html {
    let variables = shown.iter().map(|(name, before, after)| preview(name, before, after));
    let files = fix.files.iter().map(|it| {
        let lines = it.changed_lines(false);
        let name = format!("{}:{}", it.path, lines.line);
        preview_in(&name, "\n", lines.before.concat().trim_end(), lines.after.concat().trim_end())
    });
    let previews: Vec<_> = variables.chain(files).collect();
    let onclick = {
        let fix = fix.clone();
        act.reform(move |_| Action::Apply(fix.clone()))
    };
    let copied = {
        let (variables, files) = (fix.variables.clone(), fix.files.clone());
        Callback::from(move |()| match (variables.as_slice(), files.as_slice()) {
            (_, [file]) => file.after.reveal(),
            ([(_, value)], _) => value.reveal(),
            (variables, _) => {
                let lines = variables.iter();
                lines.map(|(name, value)| format!("{name}={}\n", value.reveal())).collect()
            }
        })
    };
    html! {
        <div class="fix">
            <div class="choices">
                <button type="button" class="action" {onclick}>{ parts::text("Apply fix") }</button>
                <Copy label="Copy" text={copied} />
            </div>
            <div>
                <p class="hint">{ prose::inline(&fix.title) }</p>
                { parts::row(previews) }
            </div>
        </div>
    }
}

/// The value as it will be, with what goes and what comes marked.
fn preview(name: &'static str, before: &str, after: &str) -> Html {
    preview_in(name, "=", before, after)
}

/// The same behind a name and a sign.
fn preview_in(name: &str, sign: &'static str, before: &str, after: &str) -> Html {
    let (gone, come) = changed(before, after);
    let (head, tail) = (Span::new(0, come.start), Span::new(come.end, after.len()));
    let piece = |span: Span| parts::text(span.of(after).to_owned());
    let gone = (!gone.is_empty()).then(|| {
        html! { <del>{ parts::text(gone.of(before).to_owned()) }</del> }
    });
    html! {
        <code class="preview" translate="no">
            <span class="name">{ parts::text(name.to_owned()) }{ parts::text(sign) }</span>
            { piece(head) }
            { parts::row(gone) }
            <ins>{ piece(come) }</ins>
            { piece(tail) }
        </code>
    }
}

/// The stretch of `before` that is not in `after`, and the one that is new there. Where they look
/// the same, a secret is what changes: its mask goes, and its mask comes.
fn changed(before: &str, after: &str) -> (Span, Span) {
    if before == after {
        let start = before.find(MASK).unwrap_or(before.len());
        let mask = Span::new(start, before.len().min(start + MASK.len()));
        return (mask, mask);
    }
    let same = |pair: &(char, char)| pair.0 == pair.1;
    let head: usize =
        before.chars().zip(after.chars()).take_while(same).map(|(c, _)| c.len_utf8()).sum();
    let (old, new) = (before.get(head..).unwrap_or(""), after.get(head..).unwrap_or(""));
    let tail: usize =
        old.chars().rev().zip(new.chars().rev()).take_while(same).map(|(c, _)| c.len_utf8()).sum();
    (Span::new(head, before.len() - tail), Span::new(head, after.len() - tail))
}

/// Says what was applied, with the way back. `button` has the focus that went with the finding's
/// own button; before it goes itself it gives the focus to the heading.
pub(crate) fn applied(done: &Done, button: &NodeRef, act: &Callback<Action>) -> Html {
    let What::Fixed(title) = &done.what else { return html! {} };
    let onclick = act.reform(|event: MouseEvent| {
        let section =
            event.target_dyn_into::<Element>().and_then(|it| it.closest("section").ok()?);
        parts::focus(section.and_then(|it| it.query_selector("h2").ok()?));
        Action::Undo
    });
    html! {
        <p class="applied">
            <span role="status">{ parts::text(format!("Applied: {title}")) }</span>
            <button type="button" class="action" ref={button} {onclick}>{ parts::text("Undo") }</button>
        </p>
    }
}

#[cfg(test)]
mod tests {
    use super::changed;

    #[test]
    fn what_is_new_is_found_between_what_is_not() {
        let check = |before, after, old, new| {
            let (gone, come) = changed(before, after);
            assert_eq!((gone.of(before), come.of(after)), (old, new));
        };
        check("a/b", "a/b?c=1", "", "?c=1");
        check("postgress://h", "postgresql://h", "s", "ql");
        check("a", "a", "", "");
        check("a:********@h", "a:********@h", "********", "********");
        check("'é'", "é", "'é'", "é");
        check("aa", "aaa", "", "a");
    }
}
