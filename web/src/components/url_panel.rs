//! `DATABASE_URL` as one text.

use yew::prelude::*;

use super::editor::Editor;
use super::{editor, parts, reveal, tabs};
use crate::paint::Run;
use crate::pointed::Pointed;
use crate::state::{Action, Tab};

pub(crate) fn view(
    url: Option<&str>,
    runs: Vec<Run>,
    is_revealed: bool,
    is_readonly: bool,
    act: &Callback<Action>,
    point: &Callback<Option<Pointed>>,
    toggle: &Callback<()>,
) -> Html {
    let hint = match url {
        None => {
            parts::text("Paste it here, or a compose file, or an error message. Or try an example.")
        }
        Some("") => html! {
            <>
                { parts::text("Set, but empty. That is not the same as unset. ") }
                <button type="button" class="link" onclick={act.reform(|_| Action::UnsetUrl)}>
                    { parts::text("Unset it") }
                </button>
            </>
        },
        Some(_) => html! {},
    };
    let editor = Editor {
        name: "DATABASE_URL".into(),
        text: url.unwrap_or(""),
        runs,
        placeholder: match url {
            None => "postgresql://user:password@host:5432/name",
            Some(_) => "(empty)",
        },
        hint: "url-hint",
        is_readonly,
        ..Editor::default()
    };
    let content = html! {
        <>
            { editor::view(editor, act.reform(|it| Action::Type(Tab::Url, it)), point) }
            <div class="below">
                <p class="hint" id="url-hint">{ hint }</p>
                { reveal::button(is_revealed, toggle) }
            </div>
        </>
    };
    tabs::panel(Tab::Url, content)
}
