//! A text box over a coloured copy of its text.
//!
//! The text box is real and its own text transparent; what is seen is the copy behind it, with
//! the same metrics, in which passwords are bullets.

use web_sys::HtmlTextAreaElement;
use yew::prelude::*;

use super::parts;
use crate::paint::{Part, Run, Style};
use crate::pointed::Pointed;
use crate::typed::{How, Typed};

/// What an editor shows.
#[derive(Default)]
pub(crate) struct Editor<'e> {
    /// The text box's accessible name.
    pub(crate) name: AttrValue,
    pub(crate) text: &'e str,
    pub(crate) runs: Vec<Run>,
    pub(crate) placeholder: &'static str,
    /// The id of the element that says more.
    pub(crate) hint: &'static str,
    /// Whether its lines have numbers.
    pub(crate) is_numbered: bool,
    pub(crate) is_readonly: bool,
    /// Its number on the page.
    pub(crate) nth: usize,
}

pub(crate) fn view(
    editor: Editor<'_>,
    on_type: Callback<Typed>,
    point: &Callback<Option<Pointed>>,
) -> Html {
    let nth = editor.nth;
    let caret = move |event: &Event| caret(nth, event);
    let typed = {
        let point = point.clone();
        Callback::from(move |event: Event| {
            let text_box: HtmlTextAreaElement = event.target_unchecked_into();
            let text = text_box.value();
            let how = How::of(&event, &text);
            on_type.emit(Typed { text, how });
            point.emit(caret(&event));
        })
    };
    // Some tools that fill in forms report no input, only the change.
    let onchange = typed.clone();
    let oninput = typed.reform(|event: InputEvent| event.into());
    html! {
        <div class="editor" translate="no" data-numbered={editor.is_numbered.then_some("")}>
            <pre class="copy" aria-hidden="true">
                { parts::row(match editor.is_numbered {
                    true => numbered(&editor.runs),
                    false => editor.runs.iter().map(|it| run(&it.text, it.style)).collect(),
                }) }
                // A last line that is empty has its height all the same.
                { parts::text("\u{200b}") }
            </pre>
            <textarea
                aria-label={editor.name}
                aria-describedby={editor.hint}
                value={editor.text.to_owned()}
                placeholder={editor.placeholder}
                readonly={editor.is_readonly}
                rows="1"
                dir="ltr"
                spellcheck="false"
                autocomplete="off"
                autocapitalize="off"
                autocorrect="off"
                data-gramm="false"
                {oninput}
                {onchange}
                onkeyup={point.reform(move |event: KeyboardEvent| caret(&event))}
                onclick={point.reform(move |event: MouseEvent| caret(&event))}
                onfocus={point.reform(move |event: FocusEvent| caret(&event))}
                onblur={point.reform(|_| None)}
            />
        </div>
    }
}

/// Where the caret is now, as a byte offset; the browser counts UTF-16 units.
fn caret(nth: usize, event: &Event) -> Option<Pointed> {
    let text_box: HtmlTextAreaElement = event.target_dyn_into()?;
    let units = usize::try_from(text_box.selection_start().ok()??).ok()?;
    let text = text_box.value();
    let mut passed = 0;
    let after = text.char_indices().find(|(_, c)| {
        let is_after = passed >= units;
        passed += c.len_utf16();
        is_after
    });
    Some(Pointed::Caret(nth, after.map_or(text.len(), |(at, _)| at)))
}

/// The runs, with an element for its number at the start of each line.
fn numbered(runs: &[Run]) -> Vec<Html> {
    let number = || html! { <i></i> };
    let mut pieces = vec![number()];
    for it in runs {
        for piece in it.text.split_inclusive('\n') {
            pieces.push(run(piece, it.style));
            if piece.ends_with('\n') {
                pieces.push(number());
            }
        }
    }
    pieces
}

fn run(text: &str, style: Style) -> Html {
    let Style { part, problem, is_lit, .. } = style;
    html! {
        <span
            data-part={part_name(part)}
            data-problem={problem.map(|it| it.name())}
            data-lit={is_lit.then_some("")}
        >
            { parts::text(text.to_owned()) }
        </span>
    }
}

fn part_name(part: Part) -> &'static str {
    match part {
        Part::Database => "database",
        Part::Fragment => "fragment",
        Part::Host => "host",
        Part::Mark => "mark",
        Part::OptionName => "option-name",
        Part::OptionValue => "option-value",
        Part::Password => "password",
        Part::Port => "port",
        Part::Scheme => "scheme",
        Part::User => "user",
        Part::Value => "value",
    }
}
