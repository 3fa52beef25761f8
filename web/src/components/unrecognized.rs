//! A text that is not understood, and the URLs in it.

use yew::prelude::*;

use super::parts;
use crate::pasted;
use crate::state::{Action, Tab};
use crate::typed::{How, Typed};

pub(crate) fn view(urls: Option<&[&str]>, act: &Callback<Action>) -> Html {
    let Some(urls) = urls else { return html! {} };
    let offer = |url: &&str| {
        let text = (*url).to_owned();
        let take = act.reform(move |_| {
            let how = How::Pasted { is_whole: true };
            Action::Type(Tab::Url, Typed { text: text.clone(), how })
        });
        html! {
            <button type="button" class="link" translate="no" onclick={take}>
                { parts::text(pasted::masked(url)) }
            </button>
        }
    };
    let hint = match urls {
        [] => "This text is not recognized, and no database URL is in it.",
        [_] => "This text is not recognized. Use the database URL in it:",
        _ => "This text is not recognized. Use one of the database URLs in it:",
    };
    html! {
        <div class="recognised" role="status">
            { parts::hint(hint) }
            { parts::row(urls.iter().map(offer)) }
        </div>
    }
}
