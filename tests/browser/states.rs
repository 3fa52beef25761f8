//! The states in which the page is looked at: by axe, and by people in `docs/screenshots/`.

use serde_json::json;

use crate::page::Page;

/// A link, since it takes a settings module that leaves the URL's mode alone.
const GOOD: &str = "#DATABASE_URL=postgresql://app:Zk3Xq8vT1mWc7Rf@db.example.com:5432/shop\
    ?sslmode=verify-full%26sslrootcert=/etc/ssl/certs/db.pem%26connect_timeout=10\
    &ssl_require=False&users=50&processes=4&max_connections=97";
const WARNING: &str = "postgresql://doadmin:Zk3Xq8vT1mWc7Rf@db-postgresql-fra1-12345-do-user-123456-0.b.db.ondigitalocean.com:25060/defaultdb?sslmode=require";
const ERROR: &str =
    "postgresql://app:Zk3Xq8@vT1mWc7Rf@db.example.com:5432/shop?sslmode=verify-full";
const REFUSAL: &str = "postgres://app:Zk3Xq8#vT1mWc7Rf@db.example.com:5432/shop";

pub(crate) const COMPOSE: &str = "\
services:
  web:
    build: .
    environment:
      DATABASE_URL: postgres://app:Zk3Xq8vT1mWc7Rf@db:5432/shop
      DEBUG: \"False\"
      SECRET_KEY: ${SECRET_KEY}
  db:
    image: postgres:17
    environment:
      POSTGRES_PASSWORD: Zk3Xq8vT1mWc7Rf
";
pub(crate) const MESSAGE: &str = "\
Traceback (most recent call last):
  File \"/app/manage.py\", line 22, in <module>
django.db.utils.OperationalError: connection to server at \"db.example.com\" (192.0.2.7), port 5432 failed: FATAL:  password authentication failed for user \"app\"
connection to server at \"db.example.com\" (192.0.2.7), port 5432 failed: FATAL:  no pg_hba.conf entry for host \"192.0.2.9\", user \"app\", database \"shop\", no encryption
";

pub(crate) const SETTINGS: &str = "\
import os
from pathlib import Path

import dj_database_url

BASE_DIR = Path(__file__).resolve().parent.parent
SECRET_KEY = os.environ[\"SECRET_KEY\"]
DEBUG = os.environ.get(\"DJANGO_DEBUG\") == \"1\"

DATABASES = {
    \"default\": dj_database_url.config(conn_max_age=600, ssl_require=not DEBUG),
}
";
const SETTINGS_URL: &str =
    "postgresql://app:Zk3Xq8vT1mWc7Rf@db.example.com:5432/shop?sslmode=verify-full";

/// What is on the page, and what of it is open.
#[derive(Clone, Copy, Debug)]
pub(crate) enum State {
    Empty,
    EmptyFields,
    EmptyDotenv,
    EmptySettings,
    Good,
    Warning,
    Error,
    Refusal,
    Fields,
    Dotenv,
    Settings,
    SettingsUnknown,
    SettingsRefusal,
    RulePage,
    FixApplied,
    Recipe,
    HowToCheck,
    History,
    Revealed,
    Recognised,
    Message,
}

impl State {
    pub(crate) const ALL: [State; 21] = [
        State::Empty,
        State::EmptyFields,
        State::EmptyDotenv,
        State::EmptySettings,
        State::Good,
        State::Warning,
        State::Error,
        State::Refusal,
        State::Fields,
        State::Dotenv,
        State::Settings,
        State::SettingsUnknown,
        State::SettingsRefusal,
        State::RulePage,
        State::FixApplied,
        State::Recipe,
        State::HowToCheck,
        State::History,
        State::Revealed,
        State::Recognised,
        State::Message,
    ];

    /// Goes there from an empty page, and waits until it is drawn.
    pub(crate) async fn reach(self, page: &Page) {
        self.go(page).await;
        let is_there = format!("document.querySelector({:?})?.checkVisibility()", self.sign());
        page.wait_until(&is_there, &format!("{self:?} is drawn")).await;
    }

    /// What only a page in this state shows.
    const fn sign(self) -> &'static str {
        match self {
            State::Empty => ".verdict[data-waiting]",
            State::EmptyFields => "#DB_HOST",
            State::EmptyDotenv => "#dotenv-hint",
            State::EmptySettings => "#settings-hint .link",
            State::Settings => "section table",
            State::SettingsUnknown => "[data-section=unknown]",
            State::Good | State::Warning | State::Fields | State::Dotenv => "section table",
            State::Error => "[data-severity=error]",
            State::Refusal | State::SettingsRefusal => ".refusal",
            State::RulePage => "[data-rule=password-unescaped] details[open]",
            State::FixApplied => ".applied",
            State::Recipe => ".recipe[open]",
            State::HowToCheck => ".trust[open]",
            State::History => ".history[open]",
            State::Revealed => ".reveal[aria-pressed=true]",
            State::Recognised => ".recognised",
            State::Message => "[data-cause]",
        }
    }

    async fn go(self, page: &Page) {
        match self {
            State::Empty => {}
            State::EmptyFields => page.press("[role=tab]", "Fields").await,
            State::EmptyDotenv => page.press("[role=tab]", ".env").await,
            State::EmptySettings => page.press("[role=tab]", "settings.py").await,
            State::Settings => {
                paste_settings(page).await;
                page.paste("DATABASE_URL", SETTINGS_URL).await;
                page.paste("DJANGO_DEBUG", "0").await;
                page.named("table", "Effective settings").await;
                page.wait_until(
                    "!document.querySelector('[data-section=unknown]')",
                    "all is known",
                )
                .await;
            }
            State::SettingsUnknown => paste_settings(page).await,
            State::SettingsRefusal => {
                paste_settings(page).await;
                page.press("[role=switch]", "Other variables are not set").await;
            }
            State::Good => page.go_to_fragment(GOOD).await,
            State::Warning => page.paste("DATABASE_URL", WARNING).await,
            State::Error => page.paste("DATABASE_URL", ERROR).await,
            State::Refusal => page.paste("DATABASE_URL", REFUSAL).await,
            State::Fields => {
                page.press("[role=tab]", "Fields").await;
                page.paste("DB_HOST", "db.example.com").await;
                page.paste("DB_PASSWORD", "Zk3Xq8vT1mWc7Rf").await;
            }
            State::Dotenv => {
                page.press("[role=tab]", ".env").await;
                let file = format!("# shop\n=broken\nDATABASE_URL={WARNING}\nPGSSLMODE=disable\n");
                page.paste(".env", &file).await;
            }
            State::RulePage => {
                page.paste("DATABASE_URL", REFUSAL).await;
                page.press("summary", "About password-unescaped").await;
            }
            State::FixApplied => {
                page.paste("DATABASE_URL", REFUSAL).await;
                page.press("button", "Apply fix").await;
            }
            State::Recipe => page.press("summary", "settings.py: the guide’s. Change").await,
            State::HowToCheck => page.press("summary", "nothing you type leaves this tab").await,
            State::History => {
                page.paste("DATABASE_URL", WARNING).await;
                page.press("summary", "Every value offered, stage by stage").await;
            }
            State::Revealed => {
                page.paste("DATABASE_URL", ERROR).await;
                page.press("button", "Show password").await;
            }
            State::Recognised => page.paste("DATABASE_URL", COMPOSE).await,
            State::Message => page.paste("DATABASE_URL", MESSAGE).await,
        }
    }
}

/// Pastes a settings module.
async fn paste_settings(page: &Page) {
    page.press("[role=tab]", "settings.py").await;
    page.paste("settings.py", SETTINGS).await;
    page.named("textarea", "DATABASE_URL").await;
}

/// How the page is looked at.
#[derive(Clone, Copy, Debug)]
pub(crate) struct View {
    pub(crate) scheme: &'static str,
    pub(crate) width: u32,
    pub(crate) has_forced_colors: bool,
}

impl View {
    pub(crate) const fn new(scheme: &'static str, width: u32) -> View {
        View { scheme, width, has_forced_colors: false }
    }

    /// Has the browser pretend so.
    pub(crate) async fn pretend(self, page: &Page) {
        let forced = if self.has_forced_colors { "active" } else { "none" };
        let features = json!([
            { "name": "prefers-color-scheme", "value": self.scheme },
            { "name": "forced-colors", "value": forced },
            { "name": "prefers-reduced-motion", "value": "reduce" },
        ]);
        page.chromium.devtools("Emulation.setEmulatedMedia", json!({ "features": features })).await;
        // A narrow one is a phone, whose scrollbars take no room.
        let size = json!({
            "width": self.width, "height": 1000, "deviceScaleFactor": 1, "mobile": self.width < 640,
        });
        page.chromium.devtools("Emulation.setDeviceMetricsOverride", size).await;
    }
}
