//! The stages that the readers here stand for, each what it is called and what its errors mean.

use crate::ledger::{Moment, Stage};

/// The settings module with dj-database-url.
pub static RECIPE: Stage =
    Stage { name: "recipe", title: "settings.py, dj-database-url", refuses: Moment::Start };

/// A settings module that was given.
pub static SETTINGS: Stage =
    Stage { name: "settings", title: "settings.py", refuses: Moment::Start };

/// Django, as it looks at `DATABASES` and loads the backend: that takes no query.
pub static BACKEND: Stage = Stage { name: "django", title: "Django", refuses: Moment::Start };

/// Django's PostgreSQL backend.
pub static DJANGO: Stage = Stage { name: "django", title: "Django", refuses: Moment::FirstQuery };

/// psycopg 3.
pub static PSYCOPG: Stage =
    Stage { name: "psycopg", title: "psycopg", refuses: Moment::Connection };

/// psycopg2.
pub static PSYCOPG2: Stage =
    Stage { name: "psycopg2", title: "psycopg2", refuses: Moment::Connection };

/// libpq.
pub static LIBPQ: Stage = Stage { name: "libpq", title: "libpq", refuses: Moment::Connection };
