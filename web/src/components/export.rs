//! What counts in the end, in the form that somebody else reads.

use dsnlens_core::render::Export;
use yew::prelude::*;

use super::copy::Copy;
use super::{parts, prose};
use crate::pasted::Exported;
use crate::second::{self, READING, Said};

pub(crate) fn view(
    exported: &Said<Exported>,
    chosen: Export,
    is_revealed: bool,
    choose: &Callback<Export>,
) -> Html {
    let form = |it: Export| {
        let onchange = choose.reform(move |_: Event| it);
        html! {
            <label>
                <input type="radio" name="form" checked={it == chosen} {onchange} />
                <span>{ parts::text(it.label()) }</span>
            </label>
        }
    };
    let text = match exported {
        Said::Waiting => parts::hint(READING),
        Said::Failed => parts::hint(second::FAILED),
        Said::Known(Exported { reason: Some(reason), .. }) => parts::hint(reason.clone()),
        Said::Known(Exported { is_secret, shown, text, .. }) => {
            let shown = if is_revealed { text } else { shown };
            let copied = text.clone();
            let copied = Callback::from(move |()| copied.clone());
            html! {
                <>
                    <pre translate="no" tabindex="0" aria-label={chosen.title()}>
                        { parts::text(shown.clone()) }
                    </pre>
                    <div class="out">
                        <Copy label="Copy" text={copied} />
                        { parts::row(is_secret.then(|| parts::hint("With the password."))) }
                    </div>
                </>
            }
        }
    };
    let content = html! {
        <>
            <div class="forms" role="radiogroup" aria-label="Form">
                { parts::row(Export::ALL.map(form)) }
            </div>
            { prose::hint(chosen.title()) }
            { text }
        </>
    };
    parts::section("export", "Export", html! {}, content)
}
