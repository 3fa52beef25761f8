//! A settings module as an input: what it comes to, what it asks for, and what the other tabs make
//! of it.

use fantoccini::key::Key;

use crate::page::{Page, soon, soon_eq};
use crate::states::SETTINGS;

const TAB: char = '\u{e004}';
const URL: &str = "postgres://app:hunter2@db.example.com/shop?sslmode=verify-full";

async fn with(module: &str) -> Page {
    let page = Page::open().await;
    page.press("[role=tab]", "settings.py").await;
    soon!(page.verdict().await, |it| it.starts_with("Paste your settings.py"));
    page.paste("settings.py", module).await;
    page
}

#[tokio::test]
async fn a_variable_that_is_not_given_has_a_field_and_its_value_settles_the_answer() {
    let page = with(SETTINGS).await;
    soon!(page.verdict().await, |it| it.contains("Unknown"));
    let listed = page.read("section", "Unknown").await;
    assert!(listed.contains("settings.py:8"), "{listed}");
    page.paste("DATABASE_URL", URL).await;
    soon_eq!(page.setting("host").await, ("db.example.com".into(), "DATABASE_URL".into()));
    page.write("DJANGO_DEBUG", "0").await;
    let (value, origin) = soon!(page.setting("sslmode").await, |it| it.0.starts_with("require"));
    assert!(value.contains("verify-full"), "{value}");
    assert!(
        origin.starts_with("settings.py:11 ssl_require=not DEBUG, over DATABASE_URL"),
        "{origin}"
    );
    soon_eq!(page.read("section", "Unknown").await, "");
    soon!(page.verdict().await, |it| it.contains("db.example.com"));
    let state = page.text_in("#debug-state").await;
    assert_eq!(state, "off in settings.py: production");

    // What a row is made of lights up, in both texts.
    let lit = "return [...document.querySelectorAll('.copy [data-lit]')].map((it) => it.textContent).join('|')";
    let point = "[...document.querySelectorAll('tbody tr')]
        .find((it) => it.textContent.startsWith('CONN_MAX_AGE')).focus()";
    page.run(point, Vec::new()).await;
    soon_eq!(page.run(lit, Vec::new()).await, "600");
    page.close().await;
}

#[tokio::test]
async fn an_exception_of_the_module_is_told_with_its_line() {
    let page = with(SETTINGS).await;
    page.paste("DATABASE_URL", URL).await;
    page.press("[role=switch]", "Other variables are not set").await;
    soon!(page.verdict().await, |it| it.contains("settings.py:7") && it.contains("KeyError"));
    soon_eq!(page.text_in(".refusal pre").await, "KeyError: 'SECRET_KEY'");
    assert!(page.text_in(".refusal figcaption").await.ends_with("settings.py:7"));
    // What is missing can be given.
    page.write("SECRET_KEY", "hunter3").await;
    soon!(page.verdict().await, |it| it.contains("db.example.com"));
    page.close().await;
}

#[tokio::test]
async fn no_literal_of_a_module_is_shown_outside_its_box() {
    let module = "DATABASES = {'default': {\n    'ENGINE': 'django.db.backends.postgresql',\n    \
                  'NAME': 'shop', 'HOST': 'db.example.com', 'USER': 'app',\n    \
                  'PASSWORD': 'hunter2', 'OPTIONS': {'sslmode': odd('hunter2')},\n}}\n\
                  EMAIL_PASSWORD = 'hunter2'\n";
    let page = with(module).await;
    soon_eq!(page.setting("host").await.0, "db.example.com");
    soon!(page.read("section", "Unknown").await, |it| it.contains("odd("));
    let text = "return [...document.querySelectorAll('.answer, .share, .controls')].map((it) => it.innerHTML).join('')";
    let shown = page.run(text, Vec::new()).await;
    assert!(!shown.as_str().expect("a text").contains("hunter2"), "{shown}");
    page.press("button", "Copy link").await;
    let address = soon!(page.run("return location.href", Vec::new()).await, |it| it
        .as_str()
        .is_some_and(|it| it.contains('#')));
    assert!(!address.as_str().expect("an address").contains("hunter2"), "{address}");
    assert!(page.text_in(".share").await.contains("leaves out settings.py"));
    page.leave().await;
}

#[tokio::test]
async fn the_other_tabs_are_read_by_the_module_until_the_guides_is_wanted() {
    let page = with(
        "import dj_database_url\nDATABASES = {'default': dj_database_url.config(conn_max_age=7)}\n",
    )
    .await;
    page.choose("dj-database-url", "0.5.0").await;
    page.press("[role=tab]", "URL").await;
    page.paste("DATABASE_URL", URL).await;
    soon_eq!(page.setting("CONN_MAX_AGE").await.0, "7 s");
    assert_eq!(page.value("dj-database-url").await, "0.5.0");
    page.press("button", "Use the guide’s").await;
    soon_eq!(page.setting("CONN_MAX_AGE").await.0, "600 s");
    assert_eq!(page.value("dj-database-url").await, "2.1.0");
    page.press("button", "Use your settings.py").await;
    soon_eq!(page.setting("CONN_MAX_AGE").await.0, "7 s");
    page.close().await;
}

#[tokio::test]
async fn a_module_pasted_anywhere_goes_to_its_tab() {
    let page = Page::open().await;
    page.paste("DATABASE_URL", SETTINGS).await;
    soon_eq!(page.value("settings.py").await, SETTINGS);
    soon!(page.verdict().await, |it| it.contains("Unknown"));
    page.press("button", "Take it as it was").await;
    soon_eq!(page.value("DATABASE_URL").await, SETTINGS);
    page.close().await;
}

#[tokio::test]
async fn a_module_is_filled_in_by_keys_alone() {
    let page = with(SETTINGS).await;
    page.named("textarea", "DATABASE_URL").await;
    page.press("textarea", "settings.py").await;
    let mut stops = Vec::new();
    for _ in 0..5 {
        page.strike([TAB]).await;
        stops.push(page.focused().await);
    }
    let expected =
        ["Show password", "DJANGO_DEBUG", "DATABASE_URL", ".env", "Other variables are not set"];
    assert_eq!(stops, expected);
    page.strike_with(Key::Shift.into(), TAB).await;
    page.strike("DATABASE_URL=postgres://u@h/d".chars()).await;
    soon_eq!(page.setting("host").await.0, "h");
    page.close().await;
}
