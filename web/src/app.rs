//! The whole page: state on top, the answer derived from it, and the parts that show both.

use dsnlens_core::render::Export;
use dsnlens_core::syntax::dotenv::Dotenv;
use dsnlens_core::{InputSpan, Span};
use yew::prelude::*;

use crate::answer::Answer;
use crate::browser;
use crate::components::{
    chips, clients, controls, dotenv_panel, export, fields_panel, findings, fixed, live, message,
    parts, pooling, reading, recipe_panel, recognised, refusal, settings, settings_panel, share,
    ssl_mode, tabs, unknown, unrecognized, url_panel, verdict,
};
use crate::effective::{Row, rows};
use crate::embedding::Embedding;
use crate::others::Others;
use crate::paint::{Run, paint};
use crate::pasted::{self, Explained, Exported};
use crate::pointed::Pointed;
use crate::reading::Reading;
use crate::second::{self, Said, Second, ask};
use crate::sheet::Sheet;
use crate::state::{Action, Form, State, Tab};

/// What the page is given.
#[derive(Clone, Default, PartialEq, Properties)]
pub(crate) struct Props {
    /// Where it is an element of somebody else's page.
    pub(crate) embedding: Option<Embedding>,
}

/// The page.
#[component]
pub(crate) fn App(Props { embedding }: &Props) -> Html {
    let embedding = embedding.as_ref();
    let is_readonly = embedding.is_some_and(Embedding::is_readonly);
    let state = use_reducer(|| match embedding {
        Some(embedding) => State::of_form(embedding.form()),
        None => State::of_link(&browser::fragment()),
    });
    let is_revealed = use_state_eq(|| false);
    let export = use_state_eq(|| Export::Settings);
    let pointed = use_state_eq(|| None::<Pointed>);

    // A fix takes its button away; the focus goes on to the way back.
    let undo = use_node_ref();
    {
        let undo = undo.clone();
        use_effect_with(state.done.clone(), move |_| {
            parts::focus(undo.cast());
        });
    }
    let act = {
        let dispatcher = state.dispatcher();
        let is_page = embedding.is_none();
        Callback::from(move |action: Action| {
            // What is in the address is no longer what is on the page.
            if is_page && !browser::fragment().is_empty() {
                browser::set_fragment("");
            }
            if !is_readonly {
                dispatcher.dispatch(action);
            }
        })
    };
    let second = second::state();
    use_surroundings(embedding, &state, &is_revealed, second);
    let choose = {
        let export = export.setter();
        Callback::from(move |it| export.set(it))
    };
    let point = {
        let pointed = pointed.setter();
        Callback::from(move |it: Option<Pointed>| pointed.set(it))
    };
    let reveal = {
        let is_revealed = is_revealed.clone();
        Callback::from(move |()| is_revealed.set(!*is_revealed))
    };

    let (form, done) = (&state.form, state.done.as_deref());
    let recipe = &form.recipe;
    // Pointing at things changes nothing of that.
    let answer = use_memo((form.clone(), second), |(form, _)| Answer::new(form.clone()));
    let found = answer.found();
    let dialects = use_memo((form.tab, form.dotenv.clone(), second), |(tab, text, _)| match tab {
        Tab::Dotenv => pasted::dialects(text),
        Tab::Url | Tab::Fields | Tab::Settings => Vec::new(),
    });
    let explained =
        use_memo((state.message.clone(), found.clone(), second), |(message, found, _)| {
            let message = message.as_ref()?;
            ask::<Explained>("explain", message, found).known()
        });
    let exported = use_memo((form.clone(), *export, found, second), |(form, export, found, _)| {
        let more = format!("{}{found}", export.name());
        match form.unread {
            None if !found.is_empty() => {
                ask::<Exported>("export", &crate::share::whole(form), &more)
            }
            _ => Said::Waiting,
        }
    });
    let others = use_memo(
        (form.clone(), answer.whole().is_some(), second),
        |(form, is_answer, _)| match form.unread {
            None if *is_answer => ask::<Others>("clients", &crate::share::whole(form), ""),
            _ => Said::Waiting,
        },
    );
    let clients = use_memo(second, |_| ask::<Vec<String>>("names", "", ""));
    let reading = use_memo(
        (form.clone(), answer.whole().is_some(), second),
        |(form, is_answer, _)| match form.reader() {
            None if form.unread.is_none() && *is_answer => {
                Some(ask::<Reading>("read", &crate::share::whole(form), ""))
            }
            _ => None,
        },
    );
    let resolution = answer.resolution();
    let dotenv = answer.file();
    let rows = resolution.map_or_else(Vec::new, |it| rows(&it.ledger));
    let sheets = sheets(form, dotenv, answer.variables());
    let light = Light { pointed: pointed.as_ref(), sheets: &sheets };
    let bytes = light.bytes(answer.whole(), &rows);
    let runs = sheets.iter().map(|it| runs(it, answer.whole(), &bytes, *is_revealed));
    let mut runs = runs.collect::<Vec<_>>().into_iter();

    let panel = match form.tab {
        Tab::Url => url_panel::view(
            form.url.as_deref(),
            runs.next().unwrap_or_default(),
            *is_revealed,
            is_readonly,
            &act,
            &point,
            &reveal,
        ),
        Tab::Fields => {
            fields_panel::view(form, recipe, &bytes, *is_revealed, &act, &point, &reveal)
        }
        Tab::Dotenv => {
            let file = dotenv_panel::File { text: &form.dotenv, dotenv, dialects: &dialects };
            let runs = runs.next().unwrap_or_default();
            dotenv_panel::view(file, runs, *is_revealed, &act, &point, &reveal)
        }
        Tab::Settings => {
            let panel = settings_panel::Panel {
                form,
                variables: answer.variables(),
                runs: runs.collect(),
                is_revealed: *is_revealed,
                is_readonly,
            };
            settings_panel::view(panel, &act, &point, &reveal)
        }
    };
    let shown = match answer.whole() {
        None => html! {
            <>
                { fixed::anatomy() }
                { ssl_mode::view(None) }
            </>
        },
        Some(_) if reading.is_some() => html! {
            <>
                { parts::row((*reading).as_ref().map(|it| reading::view(it, done, &undo, &act))) }
                { clients::view(&others) }
            </>
        },
        Some(whole @ dsnlens_core::Answer { resolution, .. }) => html! {
            <>
                { parts::row(resolution.refusal.as_ref().map(|it| refusal::view(it, form.dj_database_url()))) }
                { unknown::view(resolution) }
                { ssl_mode::view(Some(resolution)) }
                { findings::view(whole, answer.fixes(), done, &undo, &act, &point) }
                { settings::view(whole, &rows, |row| light.is_on(row), &point) }
                { clients::view(&others) }
                { pooling::view(resolution, form.workload, &act) }
                { export::view(&exported, *export, *is_revealed, &choose) }
            </>
        },
    };
    let debug = answer.debug();

    let content = html! {
        <>
            <div class="asking">
                <section class="input" aria-label="Input">
                    { tabs::view(form.tab, &act) }
                    { panel }
                    { recognised::view(done, &act) }
                    { unrecognized::view(answer.unrecognized(), &act) }
                    { controls::view(form, debug, &clients, &act) }
                    { recipe_panel::view(form, *is_revealed, &act) }
                    { parts::row(embedding.is_none().then(|| share::view(&state))) }
                    { chips::view(&act) }
                </section>
            </div>
            <div class="answer">
                { parts::row((*explained).as_ref().map(|it| message::view(it, &act))) }
                { verdict::view(answer.whole(), form.tab, answer.unrecognized(), (*reading).as_ref()) }
                { parts::row((embedding.is_none() && reading.is_none()).then(|| live::view(answer.whole(), state.is_linked))) }
                { shown }
            </div>
        </>
    };
    match embedding {
        None => html! {
            <div class="lens">
                { fixed::header() }
                <main class="work">{ content }</main>
                { fixed::footer() }
            </div>
        },
        Some(_) => html! {
            <div class="lens" data-embedded="" data-readonly={is_readonly.then_some("")}>
                <div class="work">{ content }</div>
            </div>
        },
    }
}

/// Follows what is around: the address of the page, or what the element is given and tells.
#[hook]
fn use_surroundings(
    embedding: Option<&Embedding>,
    state: &UseReducerHandle<State>,
    is_revealed: &UseStateHandle<bool>,
    second: Second,
) {
    let dispatcher = state.dispatcher();
    let is_page = embedding.is_none();
    use_effect_with((), move |()| {
        let dispatcher_of_second = dispatcher.clone();
        let listener = browser::on_second(move || dispatcher_of_second.dispatch(Action::Continue));
        // It may have come between the drawing and this.
        if second::state() != second {
            dispatcher.dispatch(Action::Continue);
        }
        if is_page {
            browser::on_new_fragment(move |it| dispatcher.dispatch(Action::Restore(it)));
        }
        move || drop(listener)
    });
    // Not in an effect: those run after what a person does meanwhile, and would undo it.
    let begun_with = use_mut_ref(|| embedding.cloned());
    let before = begun_with.replace(embedding.cloned());
    if let Some(embedding) = embedding.filter(|it| before.as_ref() != Some(*it)) {
        is_revealed.set(false);
        state.dispatch(Action::Become(Box::new(embedding.form())));
    }
    let listening = embedding.cloned();
    // Of a settings module there is an answer only when the second module is there.
    let asked = embedding.map(|_| (state.form.clone(), state.form.module().map(|_| second)));
    use_effect_with(asked, move |asked| {
        let form = asked.as_ref().map(|it| &it.0);
        if let Some((embedding, form)) = listening.zip(form) {
            embedding.tell(form);
        }
    });
}

/// The texts of the editors that are open, by their numbers.
fn sheets<'a>(form: &'a Form, dotenv: &'a Dotenv<'a>, variables: &'a [String]) -> Vec<Sheet<'a>> {
    match form.tab {
        Tab::Url => vec![Sheet::url(form.url.as_deref().unwrap_or(""))],
        Tab::Fields => Vec::new(),
        Tab::Dotenv => vec![Sheet::dotenv(&form.dotenv, dotenv)],
        Tab::Settings => {
            let variables = variables.iter();
            let variables = variables
                .map(|name| Sheet::variable(name, form.given.variable(name).unwrap_or_default()));
            let texts = [Sheet::module(&form.given.text), Sheet::dotenv(&form.dotenv, dotenv)];
            texts.into_iter().chain(variables).collect()
        }
    }
}

fn runs(
    sheet: &Sheet<'_>,
    answer: Option<&dsnlens_core::Answer<'_>>,
    lit: &[InputSpan<'_>],
    is_revealed: bool,
) -> Vec<Run> {
    let lit: Vec<Span> = lit.iter().filter_map(|it| sheet.place(*it)).collect();
    paint(sheet, answer, &lit, is_revealed)
}

/// The light that goes from a setting to its bytes, and from the bytes to their setting.
struct Light<'s> {
    pointed: Option<&'s Pointed>,
    sheets: &'s [Sheet<'s>],
}

impl Light<'_> {
    /// The bytes of the setting or the finding pointed at.
    fn bytes<'a>(
        &self,
        answer: Option<&dsnlens_core::Answer<'a>>,
        rows: &[Row<'_, 'a>],
    ) -> Vec<InputSpan<'a>> {
        match self.pointed {
            Some(Pointed::Setting(key)) => {
                let rows = rows.iter().filter(|row| row.key == key);
                rows.flat_map(Row::lines).filter_map(|line| line.origin.input_span()).collect()
            }
            Some(Pointed::Finding(nth)) => {
                let diagnostic = answer.and_then(|it| it.diagnostics.get(*nth));
                diagnostic.map_or_else(Vec::new, |it| it.spans.clone())
            }
            Some(Pointed::Caret(..) | Pointed::Variable(_)) | None => Vec::new(),
        }
    }

    /// Whether a row is pointed at, or one of its values is.
    fn is_on(&self, row: &Row<'_, '_>) -> bool {
        let mut spans = row.lines().filter_map(|line| line.origin.input_span());
        match self.pointed {
            None | Some(Pointed::Finding(_)) => false,
            Some(Pointed::Setting(key)) => row.key == key,
            Some(Pointed::Variable(name)) => spans.any(|it| it.input == *name),
            Some(Pointed::Caret(nth, at)) => spans
                .filter_map(|it| self.sheets.get(*nth).and_then(|sheet| sheet.place(it)))
                .any(|it| !it.is_empty() && it.start <= *at && *at <= it.end),
        }
    }
}
