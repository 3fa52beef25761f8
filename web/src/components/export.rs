//! What counts in the end, in the form that somebody else reads.

use dsnlens_core::Answer;
use dsnlens_core::render::Export;
use yew::prelude::*;

use super::copy::Copy;
use super::{parts, prose};

pub(crate) fn view(
    answer: &Answer<'_>,
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
    let text = match chosen.write(answer) {
        Err(reason) => parts::hint(reason.to_string()),
        Ok(text) => {
            let is_secret = text.is_secret();
            let shown = if is_revealed { text.reveal() } else { text.to_string() };
            let copied = Callback::from(move |()| text.reveal());
            html! {
                <>
                    <pre translate="no" tabindex="0" aria-label={chosen.title()}>
                        { parts::text(shown) }
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
