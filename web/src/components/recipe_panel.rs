//! The settings module that applies: the guide's, with its arguments to change, or another one.

use std::borrow::Cow;

use dsnlens_core::clients::libpq::Version;
use dsnlens_core::clients::settings::FIELDS;
use dsnlens_core::{Django, Driver, Recipe, SslRequire};
use yew::prelude::*;

use super::text_field::{self, TextField};
use super::{parts, prose};
use crate::state::{Action, Form, Tab};
use crate::typed::Typed;

/// In the order of [`FIELDS`].
const DEFAULTS: [&str; FIELDS.len()] =
    ["HOST default", "NAME default", "USER default", "PASSWORD default", "PORT default"];

pub(crate) fn view(form: &Form, is_revealed: bool, act: &Callback<Action>) -> Html {
    let recipe = &form.recipe;
    if form.has_databases() {
        let remove = act.reform(|_| Action::RemoveDatabases);
        return other("settings.py: the pasted one", "Remove it", remove, recipe, act);
    }
    if form.tab == Tab::Settings {
        return html! { <div class="controls">{ releases(recipe, act) }</div> };
    }
    let switch = |is_guides| {
        act.reform(move |_| Action::adjust(move |form| form.given.is_guides = is_guides))
    };
    if form.module().is_some() {
        return other("settings.py: yours", "Use the guide’s", switch(true), recipe, act);
    }
    let is_changed = *recipe != Recipe::default();
    let summary = match is_changed {
        true => "settings.py: the guide’s, changed",
        false => "settings.py: the guide’s. Change",
    };
    let reset = act.reform(|_| Action::adjust(|form| form.recipe = Recipe::default()));
    html! {
        <>
        { parts::row((form.has_module() && form.client.has_settings).then(|| html! {
            <button type="button" class="link" onclick={switch(false)}>
                { parts::text("Use your settings.py") }
            </button>
        })) }
        <details class="recipe">
            <summary>{ parts::text(summary) }</summary>
            { parts::hint("What dj_database_url.config is called with:") }
            { url_branch(recipe, act) }
            { prose::hint("Without a `DATABASE_URL`, the defaults of `os.getenv('DB_…', …)`:") }
            { fields_branch(recipe, is_revealed, act) }
            <button type="button" class="action" disabled={!is_changed} onclick={reset}>
                { parts::text("As the guide") }
            </button>
        </details>
        </>
    }
}

/// A settings module that is not the guide's, and the button that goes back to that.
fn other(
    what: &'static str,
    back: &'static str,
    onclick: Callback<MouseEvent>,
    recipe: &Recipe,
    act: &Callback<Action>,
) -> Html {
    html! {
        <div class="controls">
            <div class="control">
                { parts::hint(what) }
                <button type="button" class="link" {onclick}>{ parts::text(back) }</button>
            </div>
            { releases(recipe, act) }
        </div>
    }
}

fn url_branch(recipe: &Recipe, act: &Callback<Action>) -> Html {
    let checks = [(true, "True"), (false, "False")];
    let checks = checks.map(|(is, name)| (name.into(), is == recipe.conn_health_checks));
    let demands = SslRequire::ALL.map(|it| (it.value().into(), it == recipe.ssl_require));
    html! {
        <>
            { number("conn_max_age", recipe.conn_max_age, act, |it, age| it.conn_max_age = age) }
            <div class="controls">
                { choice("conn_health_checks", checks.into(), act, |it, nth| {
                    it.conn_health_checks = nth == 0;
                }) }
                { choice("ssl_require", demands.into(), act, |it, nth| {
                    it.ssl_require = SslRequire::ALL.get(nth).copied().unwrap_or_default();
                }) }
                { releases(recipe, act) }
            </div>
        </>
    }
}

fn releases(recipe: &Recipe, act: &Callback<Action>) -> Html {
    let djangos = Django::ALL.map(|it| (it.version().into(), it == recipe.django));
    let drivers = Driver::ALL.map(|it| (it.title().into(), it == recipe.driver));
    let versions = Version::ALL.map(|it| (it.number().to_string().into(), it == recipe.libpq));
    html! {
        <>
            { choice("Django", djangos.into(), act, |it, nth| {
                it.django = Django::ALL.get(nth).copied().unwrap_or_default();
            }) }
            { choice("driver", drivers.into(), act, |it, nth| {
                it.driver = Driver::ALL.get(nth).copied().unwrap_or_default();
            }) }
            { choice("libpq", versions.into(), act, |it, nth| {
                it.libpq = Version::ALL.get(nth).copied().unwrap_or_default();
            }) }
        </>
    }
}

fn fields_branch(recipe: &Recipe, is_revealed: bool, act: &Callback<Action>) -> Html {
    let default = |(nth, value): (usize, &Cow<'static, str>)| {
        let field = TextField {
            name: DEFAULTS[nth],
            value: value.to_string(),
            is_number: FIELDS[nth] == "DB_PORT",
            is_hidden: FIELDS[nth] == "DB_PASSWORD" && !is_revealed,
            ..TextField::default()
        };
        let on_type = act.reform(move |it: Typed| {
            Action::adjust(move |form| *form.recipe.defaults.all_mut()[nth] = it.text.into())
        });
        text_field::view(field, on_type)
    };
    html! {
        // A form, since browsers want one around a password.
        <form class="fields" onsubmit={parts::keep_here()}>
            { parts::row(recipe.defaults.all().into_iter().enumerate().map(default)) }
            { number("connect_timeout", recipe.connect_timeout, act, |it, timeout| {
                it.connect_timeout = timeout;
            }) }
        </form>
    }
}

/// A number of seconds; a box without one says 0.
fn number(
    name: &'static str,
    value: u32,
    act: &Callback<Action>,
    set: fn(&mut Recipe, u32),
) -> Html {
    let field =
        TextField { name, value: value.to_string(), is_number: true, ..TextField::default() };
    let on_type = act.reform(move |it: Typed| {
        Action::adjust(move |form| {
            set(&mut form.recipe, text_field::number(&it.text).unwrap_or_default());
        })
    });
    text_field::view(field, on_type)
}

fn choice(
    name: &'static str,
    options: Vec<(Cow<'static, str>, bool)>,
    act: &Callback<Action>,
    set: fn(&mut Recipe, usize),
) -> Html {
    let on_choose = act.reform(move |nth| Action::adjust(move |form| set(&mut form.recipe, nth)));
    parts::choice(name, options, on_choose)
}
