//! A settings module, and what it reads: its variables and a `.env` file.

use dsnlens_core::module::Preset;
use yew::prelude::*;

use super::editor::Editor;
use super::{editor, parts, prose, reveal, tabs};
use crate::paint::Run;
use crate::pointed::Pointed;
use crate::second;
use crate::state::{Action, Form, Tab};
use crate::typed::{How, Typed};
use crate::words;

/// What the panel shows beside the form.
pub(crate) struct Panel<'p> {
    pub(crate) form: &'p Form,
    /// The variables that have a field.
    pub(crate) variables: &'p [String],
    /// The coloured copies: of the module, of the `.env` file, and of each variable.
    pub(crate) runs: Vec<Vec<Run>>,
    pub(crate) is_revealed: bool,
    pub(crate) is_readonly: bool,
}

pub(crate) fn view(
    panel: Panel<'_>,
    act: &Callback<Action>,
    point: &Callback<Option<Pointed>>,
    toggle: &Callback<()>,
) -> Html {
    let Panel { form, variables, runs, is_revealed, is_readonly } = panel;
    let mut runs = runs.into_iter();
    let module = Editor {
        name: Preset::PATH.into(),
        text: &form.given.text,
        runs: runs.next().unwrap_or_default(),
        placeholder: "import os\nimport dj_database_url\n\nDATABASES = {\"default\": …}",
        hint: "settings-hint",
        is_numbered: true,
        is_readonly,
        nth: 0,
    };
    let file = Editor {
        name: Tab::Dotenv.name().into(),
        text: &form.dotenv,
        runs: runs.next().unwrap_or_default(),
        placeholder: "DATABASE_URL=…",
        hint: "env-hint",
        is_readonly,
        nth: 1,
        ..Editor::default()
    };
    let absent = match form.given.has_all_variables {
        true => "not set",
        false => "unknown",
    };
    let fields = variables.iter().zip(runs).enumerate().map(|(nth, (name, runs))| {
        let field = Editor {
            name: name.clone().into(),
            text: form.given.variable(name).unwrap_or_default(),
            runs,
            placeholder: absent,
            hint: "env-hint",
            is_readonly,
            nth: nth + 2,
            ..Editor::default()
        };
        let typed = {
            let name = name.clone();
            act.reform(move |it| Action::TypeVariable(name.clone(), it))
        };
        variable(field, typed, point)
    });
    let is_closed = form.given.has_all_variables;
    let close =
        act.reform(move |_| Action::adjust(move |it| it.given.has_all_variables = !is_closed));
    let world = form.has_module().then(|| {
        html! {
            <div class="world" role="group" aria-label="Environment variables">
                <div class="variables" translate="no">
                    { parts::row(fields) }
                    { variable(file, act.reform(|it| Action::Type(Tab::Dotenv, it)), point) }
                </div>
                <p class="hint" id="env-hint">
                    { parts::text("The .env file is read as environment variables. A field overrides it.") }
                </p>
                <button
                    type="button"
                    role="switch"
                    class="switch"
                    aria-checked={words::yes_or_no(is_closed)}
                    onclick={close}
                >
                    { parts::text("Other variables are not set") }
                    <span class="track" aria-hidden="true"></span>
                </button>
            </div>
        }
    });
    let content = html! {
        <>
            { editor::view(module, act.reform(|it| Action::Type(Tab::Settings, it)), point) }
            <div class="below">
                <p class="hint" id="settings-hint">{ hint(form, act) }</p>
                { reveal::button(is_revealed, toggle) }
            </div>
            { parts::row(world) }
        </>
    };
    tabs::panel(Tab::Settings, content)
}

/// A text box beside its name.
fn variable(editor: Editor<'_>, typed: Callback<Typed>, point: &Callback<Option<Pointed>>) -> Html {
    let name = editor.name.clone();
    html! {
        <div class="variable" key={name.as_str()}>
            <span class="name" aria-hidden="true">{ parts::text(name.to_string()) }</span>
            { editor::view(editor, typed, point) }
        </div>
    }
}

fn hint(form: &Form, act: &Callback<Action>) -> Html {
    if form.has_module() {
        return prose::inline("It is read and not run. Imported modules are not known here.");
    }
    let presets: Vec<String> = second::ask("presets", "", "").known().unwrap_or_default();
    let start = |preset: &[String]| {
        let [title, text] = preset else { return html! {} };
        let (title, text) = (title.clone(), text.clone());
        let onclick = act.reform(move |_| {
            let (text, how) = (text.clone(), How::Pasted { is_whole: true });
            Action::Type(Tab::Settings, Typed { text, how })
        });
        html! {
            <>
                <button type="button" class="link" {onclick}>{ parts::text(title) }</button>
                { parts::text(" ") }
            </>
        }
    };
    html! {
        <>
            { prose::inline("Paste your `settings.py`, or start from ") }
            { parts::row(presets.chunks(2).map(start)) }
        </>
    }
}
