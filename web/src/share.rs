//! A link to what was put in, without its secrets: the part of the address behind `#`, which a
//! browser sends to nobody.
//!
//! It is written as a query is, with the names that a person knows: `DATABASE_URL=…&DEBUG=True`.
//! What is as it always is, is left out.

use dsnlens_core::Masked;
use dsnlens_core::clients::settings::FIELDS;
use dsnlens_core::shown::hidden_in;
use dsnlens_core::syntax::dotenv;
use dsnlens_core::syntax::python::{quote_but, unquote};
use dsnlens_core::{
    DATABASE_URL, DjDatabaseUrl, Inputs, MASK, Question, SslRequire, Workload, is_relevant, resolve,
};

use crate::plain;
use crate::sheet::is_name;
use crate::state::{Form, Tab};

/// What stands in a link where a secret stood.
pub(crate) const STAND_IN: &str = "left-out-of-the-link";

/// Something beside the variables that a link can hold.
struct Entry {
    name: &'static str,
    get: fn(&Form) -> String,
    set: fn(&mut Form, &str),
}

const fn entry(name: &'static str, get: fn(&Form) -> String, set: fn(&mut Form, &str)) -> Entry {
    Entry { name, get, set }
}

static ENTRIES: [Entry; 21] = [
    entry(
        "tab",
        |it| it.tab.name().into(),
        |it, text| put(&mut it.tab, Tab::ALL.into_iter().find(|tab| tab.name() == text)),
    ),
    entry("DEBUG", |it| python(it.debug).into(), |it, text| it.debug = text == python(true)),
    entry(
        "client",
        |it| it.reader().map_or_else(|| it.other.clone(), |it| it.name.into()),
        Form::ask,
    ),
    entry(
        "dj-database-url",
        |it| it.recipe.dj_database_url.version().into(),
        |it, text| {
            let mut versions = DjDatabaseUrl::compiled();
            put(&mut it.recipe.dj_database_url, versions.find(|it| it.version() == text));
        },
    ),
    entry(
        "django",
        |it| it.recipe.django.version().into(),
        |it, text| put(&mut it.recipe.django, text.parse().ok()),
    ),
    entry(
        "driver",
        |it| it.recipe.driver.name().into(),
        |it, text| put(&mut it.recipe.driver, text.parse().ok()),
    ),
    entry(
        "libpq",
        |it| it.recipe.libpq.number().to_string(),
        |it, text| {
            let mut versions = dsnlens_core::clients::libpq::Version::ALL.into_iter();
            put(&mut it.recipe.libpq, versions.find(|it| it.number().to_string() == text));
        },
    ),
    entry(
        "conn_max_age",
        |it| it.recipe.conn_max_age.to_string(),
        |it, text| put(&mut it.recipe.conn_max_age, text.parse().ok()),
    ),
    entry(
        "conn_health_checks",
        |it| python(it.recipe.conn_health_checks).into(),
        |it, text| it.recipe.conn_health_checks = text == python(true),
    ),
    entry(
        "ssl_require",
        |it| it.recipe.ssl_require.value().into(),
        |it, text| {
            let mut all = SslRequire::ALL.into_iter();
            put(&mut it.recipe.ssl_require, all.find(|it| it.value() == text));
        },
    ),
    entry(
        "connect_timeout",
        |it| it.recipe.connect_timeout.to_string(),
        |it, text| put(&mut it.recipe.connect_timeout, text.parse().ok()),
    ),
    entry("default-host", default::<0>, set_default::<0>),
    entry("default-name", default::<1>, set_default::<1>),
    entry("default-user", default::<2>, set_default::<2>),
    entry(
        PASSWORD,
        |it| match it.recipe.defaults.password == Form::default().recipe.defaults.password {
            true => default::<3>(it),
            false => STAND_IN.into(),
        },
        set_default::<3>,
    ),
    entry("default-port", default::<4>, set_default::<4>),
    entry("users", workload::<0>, set_workload::<0>),
    entry("processes", workload::<1>, set_workload::<1>),
    entry("threads", workload::<2>, set_workload::<2>),
    entry("instances", workload::<3>, set_workload::<3>),
    entry("max_connections", workload::<4>, set_workload::<4>),
];

/// What stands behind the `#` of a link to `form`.
pub(crate) fn fragment(form: &Form) -> String {
    let usual = Form::default();
    let entries = ENTRIES.iter().map(|it| (it.name, (it.get)(form), (it.get)(&usual)));
    let entries = entries.filter(|(_, value, usual)| value != usual);
    let entries = entries.map(|(name, value, _)| (name, value));
    query(variables(form).into_iter().chain(entries))
}

fn query<'n>(pairs: impl Iterator<Item = (&'n str, String)>) -> String {
    let pairs: Vec<String> = pairs
        .map(|(name, value)| format!("{name}={}", quote_but(&value, b"_.-~:/?@,;=*!")))
        .collect();
    pairs.join("&")
}

/// All that is open, secrets included: for the second module, and never for an address.
pub(crate) fn whole(form: &Form) -> String {
    let password = form.recipe.defaults.password.to_string();
    let entries = ENTRIES.iter().map(|it| match it.name {
        PASSWORD => (it.name, password.clone()),
        name => (name, (it.get)(form)),
    });
    let open = match form.tab {
        Tab::Url => form.url.iter().map(|it| (DATABASE_URL, it.clone())).collect(),
        Tab::Fields => FIELDS.into_iter().zip(form.fields.iter().cloned()).collect(),
        Tab::Dotenv | Tab::Settings => vec![(DOTENV, form.dotenv.clone())],
    };
    let unlinked = (form.beside.text.clone(), form.given.clone());
    let unlinked = (UNLINKED, plain::write(&unlinked));
    query(open.into_iter().chain([unlinked]).chain(entries))
}

/// The form that a link leads to; `None` where there is nothing of one.
pub(crate) fn read(fragment: &str) -> Option<Form> {
    let mut form = None;
    for pair in fragment.split('&') {
        let Some((name, value)) = pair.split_once('=') else { continue };
        let value = unquote(value);
        let entry = ENTRIES.iter().find(|it| it.name == name);
        let field = FIELDS.into_iter().position(|it| it == name);
        if entry.is_none() && field.is_none() && name != DATABASE_URL && name != DOTENV {
            continue;
        }
        let form: &mut Form = form.get_or_insert_default();
        match (entry, field) {
            (Some(entry), _) => (entry.set)(form, &value),
            (None, Some(nth)) => form.fields[nth] = value.into_owned(),
            (None, None) if name == DOTENV => form.dotenv = value.into_owned(),
            (None, None) => form.url = Some(value.into_owned()),
        }
    }
    form
}

/// What [`whole`] wrote, and the text that its `.env` file was made of.
#[cfg(any(test, feature = "more"))]
pub(crate) fn read_whole(whole: &str) -> (Form, String) {
    let mut form = read(whole).unwrap_or_default();
    let mut pairs = whole.split('&').filter_map(|it| it.split_once('='));
    let unlinked = pairs.find(|(name, _)| *name == UNLINKED);
    let unlinked = unlinked.and_then(|it| plain::read(&unquote(it.1)));
    let (pasted, given) = unlinked.unwrap_or_default();
    form.given = given;
    (form, pasted)
}

const DOTENV: &str = ".env";
const PASSWORD: &str = "default-password";

/// What is in no link: the text that a `.env` file was made of, and the settings module.
const UNLINKED: &str = "unlinked";

/// What is open, made anew of what is understood, with a word in place of everything else.
fn variables(form: &Form) -> Vec<(&'static str, String)> {
    match form.tab {
        Tab::Url => {
            let url = form.url.as_deref();
            url.into_iter().map(|it| (DATABASE_URL, shared(form, DATABASE_URL, it))).collect()
        }
        Tab::Fields => {
            let fields = FIELDS.into_iter().zip(&form.fields);
            let set = fields.filter(|(_, value)| !value.is_empty());
            set.map(|(name, it)| (name, shared(form, name, it))).collect()
        }
        Tab::Dotenv => vec![(DOTENV, dotenv(form))],
        // They are nothing without the module, which may hold anything.
        Tab::Settings => Vec::new(),
    }
}

/// The variables of the file that are used, without anything beside them.
fn dotenv(form: &Form) -> String {
    let mut text = String::new();
    let file = form.file();
    let bindings = file.bindings.iter().filter(|it| is_relevant(it.name) && is_name(it.name));
    for it in bindings {
        let value = it.value.as_deref().map(|value| {
            // What a reference brings along may be the value of any variable.
            let is_filled_in = it.span.of(&form.dotenv).contains('$');
            let value = match is_filled_in && !value.contains('$') {
                true => STAND_IN.into(),
                false => shared(form, it.name, value),
            };
            format!("={}", dotenv::quote_verbatim(&value))
        });
        text.extend([it.name, value.as_deref().unwrap_or(""), "\n"]);
    }
    text
}

/// The value of a variable as it is seen while passwords are hidden, but for the characters that a
/// finding points at.
fn shared(form: &Form, name: &str, value: &str) -> String {
    let inputs = Inputs::new([(name, value)]).with_debug(form.debug);
    let marked = resolve(Question {
        client: form.client,
        inputs,
        recipe: form.recipe.clone(),
        module: None,
    });
    let found = marked.diagnostics.iter().flat_map(|it| &it.spans);
    let found: Vec<_> = found.filter(|it| it.input == name).map(|it| it.span).collect();
    let masked = Masked::pointing_at(value, &hidden_in(name, value), &found);
    masked.text.replace(MASK, STAND_IN)
}

/// A value that is none leaves things as they are.
fn put<T>(place: &mut T, value: Option<T>) {
    if let Some(value) = value {
        *place = value;
    }
}

const fn python(truth: bool) -> &'static str {
    if truth { "True" } else { "False" }
}

fn default<const NTH: usize>(form: &Form) -> String {
    form.recipe.defaults.all()[NTH].to_string()
}

fn set_default<const NTH: usize>(form: &mut Form, text: &str) {
    *form.recipe.defaults.all_mut()[NTH] = text.to_owned().into();
}

fn workload<const NTH: usize>(form: &Form) -> String {
    numbers(&mut form.workload.clone())[NTH].map_or_else(String::new, |it| it.to_string())
}

fn set_workload<const NTH: usize>(form: &mut Form, text: &str) {
    *numbers(&mut form.workload)[NTH] = text.parse().ok();
}

/// The numbers of a workload, in the order in which the page asks for them.
pub(crate) fn numbers(workload: &mut Workload) -> [&mut Option<u32>; 5] {
    let Workload { users, processes, threads, instances, max_connections } = workload;
    [users, processes, threads, instances, max_connections]
}

#[cfg(test)]
mod tests {
    use std::rc::Rc;

    use yew::Reducible;

    use super::*;
    use crate::module::Given;
    use crate::pasted::Beside;
    use crate::secret::{FORMS, is_ambiguous, leak, marks, pairs, text};
    use crate::state::{Action, State};
    use crate::typed::{How, Typed};

    /// The link to what is typed, or pasted over everything.
    fn link(tab: Tab, text: &str, how: How) -> String {
        let state: Rc<State> = Rc::default();
        let text = text.to_owned();
        let state = state.reduce(Action::Open(tab)).reduce(Action::Type(tab, Typed { text, how }));
        fragment(&state.form)
    }

    #[test]
    fn no_text_of_any_kind_brings_its_secret_or_its_length_into_a_link() {
        let secrets: Vec<_> = marks().flat_map(|it| pairs(&it)).collect();
        let hows = [How::Struck, How::Pasted { is_whole: true }, How::Filled];
        for (nth, form) in FORMS.lines().enumerate() {
            for (turn, tab) in [Tab::Url, Tab::Dotenv].into_iter().cycle().take(6).enumerate() {
                let pair = &secrets[(nth * 5 + turn * 7) % secrets.len()].0;
                if is_ambiguous(form, &pair[0]) {
                    continue;
                }
                let links = pair.each_ref().map(|it| link(tab, &text(form, it), hows[turn % 3]));
                let shown = format!("{} {}", links[0], unquote(&links[0]));
                assert_eq!(leak(&pair[0], &shown), None, "{form} with {}: {shown}", pair[0]);
                assert_eq!(links[0], links[1], "{form} with {}", pair[0]);
            }
        }
    }

    fn form(url: &str) -> Form {
        Form { url: Some(url.into()), ..Form::default() }
    }

    #[track_caller]
    fn check(form: &Form, fragment: &str) {
        assert_eq!(super::fragment(form), fragment);
    }

    #[test]
    fn a_link_reads_like_what_it_holds() {
        check(&Form::default(), "");
        check(
            &form("postgres://app:hunter2@h/db?sslmode=prefer"),
            "DATABASE_URL=postgres://app:left-out-of-the-link@h/db?sslmode=prefer",
        );
        check(&form(""), "DATABASE_URL=");
        check(
            &form("postgres://a:pw@h/d b&c#d"),
            "DATABASE_URL=postgres://a:left-out-of-the-link@h/left-out-of-the-link",
        );
    }

    #[test]
    fn no_secret_is_in_a_link() {
        let mut fields = Form { tab: Tab::Fields, ..Form::default() };
        fields.fields[0] = "db.example.com".into();
        fields.fields[3] = "hunter2".into();
        check(&fields, "DB_HOST=db.example.com&DB_PASSWORD=left-out-of-the-link&tab=Fields");
        let text =
            "SECRET_KEY=hunter2\n# DATABASE_URL=postgres://u:hunter2@h/db\nDB_PASSWORD='hunter2'\n";
        let file = Form { tab: Tab::Dotenv, dotenv: text.into(), ..Form::default() };
        assert!(!fragment(&file).contains("hunter2"), "{}", fragment(&file));
        let mut recipe = Form::default();
        recipe.recipe.defaults.password = "hunter2".into();
        check(&recipe, "default-password=left-out-of-the-link");
        for url in [
            "postgres://app:hun#ter2@h/db",
            "postgres://app:h%75nter2@h/db?password=hunter2",
            "app:hunter2@h/db",
            "postgres:// app:hunter2@h",
            "'postgres://app:hunter2@h/db'",
        ] {
            let fragment = fragment(&form(url));
            assert!(!fragment.contains("nter2") && !fragment.contains("ter2"), "{fragment}");
        }
    }

    #[test]
    fn a_link_leads_back() {
        let mut form = form("postgres://app:left-out-of-the-link@h/db?a=1&b=%23+");
        form.debug = true;
        form.recipe.conn_max_age = 0;
        form.recipe.conn_health_checks = false;
        form.recipe.ssl_require = SslRequire::Never;
        form.recipe.dj_database_url = "3.1.2".parse().unwrap();
        form.recipe.django = dsnlens_core::Django::V4_2;
        form.recipe.driver = dsnlens_core::Driver::Psycopg2;
        form.recipe.libpq = dsnlens_core::clients::libpq::Version::ALL[0];
        form.recipe.defaults.host = "ü & = #".into();
        form.recipe.connect_timeout = 3;
        form.workload.users = Some(500);
        form.workload.max_connections = Some(97);
        assert!(read(&fragment(&form)) == Some(form.clone()), "{}", fragment(&form));
        let file = Form { tab: Tab::Dotenv, dotenv: "DEBUG=1\nDB_NAME=a\n".into(), ..form };
        let back = read(&fragment(&file)).unwrap();
        assert!(back == Form { url: None, ..file });
    }

    #[test]
    fn what_is_no_link_is_none() {
        for fragment in ["", "findings", "a=b", "%", "=", "&&"] {
            assert!(read(fragment).is_none(), "{fragment}");
        }
        assert!(
            read("conn_max_age=much&DEBUG=maybe&libpq=1&driver=x&django=3.2")
                == Some(Form::default())
        );
        // A release that the page cannot read.
        for version in ["1.0.0", "2.0.0", "9.9.9"] {
            let form = read(&format!("dj-database-url={version}"));
            assert!(form == Some(Form::default()), "{version}");
        }
    }

    /// The stand-in is a password without faults of its own.
    #[test]
    fn the_second_module_is_told_everything() {
        let mut form = form("postgres://app:hunter2@h/db?a=%23&b#c");
        form.recipe.defaults.password = "hunter3".into();
        form.recipe.connect_timeout = 7;
        form.workload.users = Some(5);
        form.debug = true;
        assert!(read_whole(&whole(&form)).0 == form);
        form.url = None;
        form.tab = Tab::Dotenv;
        form.dotenv = "DB_PASSWORD='a&b=%41 é\n'".into();
        form.beside = Rc::new(Beside { text: "x: y".into(), ..Beside::default() });
        let (read, text) = read_whole(&whole(&form));
        assert_eq!(text, form.beside.text);
        form.beside = Rc::default();
        assert!(read == form);
        form.tab = Tab::Settings;
        form.given.text = "A = 'b&c'\n".into();
        form.given.variables = vec![("A".into(), "1&2".into())];
        (form.given.has_all_variables, form.given.is_guides) = (true, true);
        assert!(read_whole(&whole(&form)).0 == form);
        // A link brings nothing of the kind.
        let linked = super::read(&format!("{}&DEBUG=True", whole(&form)));
        assert!(linked.is_some_and(|it| it.given == Given::default()));
        assert_eq!(fragment(&form).matches("hunter").count(), 0);
        assert!(!fragment(&form).contains("b&c"), "{}", fragment(&form));
    }

    #[test]
    fn a_link_has_the_same_answer_but_for_the_secret() {
        for url in [
            "postgres://app:Zk3Xq8vT1mWc7Rf@db.example.com:5432/shop",
            "postgres://app:Zk3Xq#8vT1mWc7Rf@db.example.com:5432/shop",
            "postgres://app:Zk3Xq8@vT1mWc7Rf@db.example.com/shop?sslmode=verify-full",
            "postgress://app:Zk3Xq8vT1mWc7Rf@db.example.com/shop",
            "postgres://app:Zk3Xq8vT1mWc7Rf@db-1.b.db.ondigitalocean.com:25060/d?sslmode=require",
        ] {
            let there = read(&fragment(&form(url))).unwrap().url.unwrap();
            let rules = |url: &str| {
                let inputs = Inputs::url(url).with_debug(false);
                let answer = resolve(Question::new(inputs).with_recipe(form(url).recipe));
                let rules = answer.diagnostics.iter().map(|it| it.rule.name);
                rules.map(str::to_owned).collect::<Vec<_>>()
            };
            assert_eq!(rules(&there), rules(url), "{there}");
        }
    }
}
