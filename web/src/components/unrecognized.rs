//! A text that is not understood, and the URLs in it.

use yew::prelude::*;

use super::parts;
use crate::pasted;
use crate::second::Said;
use crate::state::{Action, Tab};
use crate::typed::{How, Typed};

pub(crate) fn view(found: &Said<Option<Vec<String>>>, act: &Callback<Action>) -> Html {
    let Said::Known(Some(urls)) = found else { return html! {} };
    let offer = |url: &String| {
        let text = url.clone();
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
    let hint = match urls.as_slice() {
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
