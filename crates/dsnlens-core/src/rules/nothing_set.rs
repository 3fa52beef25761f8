//! `nothing-set`.

use crate::advice::{Case, Findings, rule};
use crate::clients::settings::FIELDS;
use crate::diagnostic::Severity;

rule! {
    /// Neither `DATABASE_URL` nor a `DB_*` variable is set
    ///
    /// # What happens
    ///
    /// Every setting is the recipe's default: the database `election_cart` on `localhost`, user and
    /// password `postgres`. In a container that is the container itself:
    /// `connection to server at "localhost" (127.0.0.1), port 5432 failed: Connection refused`.
    ///
    /// # Why it matters
    ///
    /// In production this is never meant. Mostly the variables exist, but not in this process: an
    /// `.env` file that is not loaded, a shell without the platform's variables, a build step.
    ///
    /// # What to do
    ///
    /// Set `DATABASE_URL`, or `DB_HOST`, `DB_NAME`, `DB_USER` and `DB_PASSWORD`.
    ///
    /// # References
    ///
    /// - [Python 3.11, `Lib/os.py`](https://github.com/python/cpython/blob/v3.11.2/Lib/os.py): `getenv()` and its default
    /// - [Docker's documentation, networking in Compose](https://docs.docker.com/compose/how-tos/networking/): names of services, and ports inside and outside
    /// - [python-dotenv 1.1.0, `main.py`](https://github.com/theskumar/python-dotenv/blob/v1.1.0/src/dotenv/main.py): `load_dotenv()`, which loads an `.env` file
    ///
    /// # Examples
    ///
    /// ```env,reports
    /// DEBUG=False
    /// ```
    ///
    /// ```env,reports
    /// DEBUG=True
    /// ```
    ///
    /// ```env,silent
    /// DB_HOST=db.example.com
    /// ```
    "nothing-set", [Error, Info] guide, check,
    errors [
        "'url' attribute is not specified and no embedded datasource could be configured" =>
            "Set `SPRING_DATASOURCE_URL` to `jdbc:postgresql://…`",
        "`DATABASE_URL` must be set",
        "Set the DB_HOST environment variable",
        "Set the DB_NAME environment variable",
        "environment variable `DATABASE_URL` not found",
        "Set the DATABASE_URL environment variable",
        "DATABASE_URL not found. Declare it as envvar",
        "Environment variable not found: DATABASE_URL",
        "environment variable DATABASE_URL is missing",
        "KeyError: 'DATABASE_URL'",
        "key not found: \"DATABASE_URL\"",
        "No DATABASE_URL environment variable set",
        "Environment variable \"DATABASE_URL\" not set",
        "Expected string or URL object, got None",
        "must define a 'default' database",
        "Requested setting DATABASES, but settings are not configured" =>
            "Set `DJANGO_SETTINGS_MODULE`, and call `django.setup()` in a script of your own",
        "environment variable `DATABASE_URL` must be set" =>
            "Set `DATABASE_URL`, also where the build or the tests run"
    ],
    perhaps [
        "connection to server at \"localhost\" ({}), port 5432 failed: Connection refused",
        "connect ECONNREFUSED 127.0.0.1:5432",
        "Please supply the ENGINE value"
    ]
}

fn check<'a>(case: &Case<'_, 'a>, findings: &mut Findings<'a>) {
    let is_set = |name| case.inputs.get(name).is_some();
    // What other names say is another rule's business.
    let is_unread = || !super::variables_unread::unread(case).is_empty();
    if case.is_url() || FIELDS.into_iter().any(is_set) || is_unread() {
        return;
    }
    let severity = match case.is_production() {
        true => Severity::Error,
        false => Severity::Info,
    };
    findings.report(
        severity,
        "None of the variables that `settings.py` reads is set",
        "Set DATABASE_URL, or DB_HOST, DB_NAME, DB_USER and DB_PASSWORD",
    );
}
