//! A whole `.env` file.

use dsnlens_core::syntax::dotenv::Dotenv;
use yew::prelude::*;

use super::editor::Editor;
use super::{editor, parts, prose, reveal, tabs};
use crate::paint::Run;
use crate::pointed::Pointed;
use crate::state::{Action, Tab};

/// The file as it is written and read, and who reads it differently.
pub(crate) struct File<'f> {
    pub(crate) text: &'f str,
    pub(crate) dotenv: &'f Dotenv<'f>,
    pub(crate) dialects: &'f [String],
}

pub(crate) fn view(
    file: File<'_>,
    runs: Vec<Run>,
    is_revealed: bool,
    act: &Callback<Action>,
    point: &Callback<Option<Pointed>>,
    toggle: &Callback<()>,
) -> Html {
    let File { text, dotenv, dialects } = file;
    let editor = Editor {
        name: ".env".into(),
        text,
        runs,
        placeholder: "DATABASE_URL=postgresql://…",
        hint: "dotenv-hint",
        ..Editor::default()
    };
    let content = html! {
        <>
            { editor::view(editor, act.reform(|it| Action::Type(Tab::Dotenv, it)), point) }
            <div class="below">
                <p class="hint" id="dotenv-hint">{ hint(dotenv) }</p>
                { reveal::button(is_revealed, toggle) }
            </div>
            { prose::list(dialects) }
        </>
    };
    tabs::panel(Tab::Dotenv, content)
}

fn hint(dotenv: &Dotenv<'_>) -> Html {
    let lines: Vec<String> = dotenv.unreadable.iter().map(|it| it.line.to_string()).collect();
    let warning = match lines.as_slice() {
        [] => return prose::inline("`DATABASE_URL`, `DB_*`, `DEBUG` and `PG*` count."),
        [line] => format!("Line {line} cannot be read: python-dotenv skips it."),
        lines => {
            format!("Lines {} cannot be read: python-dotenv skips them.", lines.join(", "))
        }
    };
    html! { <strong>{ parts::text(warning) }</strong> }
}
