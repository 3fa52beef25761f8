//! `pool-conflict`.

use alloc::borrow::Cow;
use alloc::string::String;

use crate::advice::{Case, Findings, in_url, rule, shown};
use crate::clients::django::POOL;
use crate::diagnostic::Severity;
use crate::ledger::{Setting, Value};
use crate::recipe::{Driver, Recipe};

rule! {
    /// `pool` does not work with this Django, this driver or persistent connections
    ///
    /// # What happens
    ///
    /// Since Django 5.1 the option `pool` asks for psycopg's connection pool. The guide's settings
    /// module keeps connections for `conn_max_age=600` seconds, and Django wants one or the other:
    /// `ImproperlyConfigured: Pooling doesn't support persistent connections.`
    /// (`db/backends/postgresql/base.py`). With dj-database-url 2.1.0 even `pool=false` does that: it
    /// is the text `'false'`, which is true.
    ///
    /// The pool needs psycopg 3. With psycopg2 and connections that are not kept the error is
    /// `Error loading psycopg_pool module`, or `Database pooling requires psycopg >= 3`. Django 4.2
    /// and 5.0 pass the option on to libpq: `invalid connection option "pool"`.
    ///
    /// # Why it matters
    ///
    /// The process starts; the first query fails.
    ///
    /// # What to do
    ///
    /// Take `pool` out of the URL. To use the pool, pass `conn_max_age=0` in `settings.py`, install
    /// `psycopg[pool]`, and set `DATABASES['default']['OPTIONS']['pool'] = True` there.
    ///
    /// # References
    ///
    /// - [Django 5.2, `db/backends/postgresql/base.py`](https://github.com/django/django/blob/5.2/django/db/backends/postgresql/base.py): `pool`
    /// - [dj-database-url 2.1.0, `__init__.py`](https://github.com/jazzband/dj-database-url/blob/v2.1.0/dj_database_url/__init__.py): `pool=false` stays a text
    /// - [Django's documentation, connection pool](https://docs.djangoproject.com/en/5.2/ref/databases/#connection-pool)
    ///
    /// # Examples
    ///
    /// ```env,reports
    /// DATABASE_URL=postgres://app:correct-horse@db.example.com/shop?pool=false
    /// ```
    ///
    /// ```env,silent,3.1.2
    /// DATABASE_URL=postgres://app:correct-horse@db.example.com/shop?pool=false
    /// ```
    ///
    /// ```env,reports,psycopg2
    /// DATABASE_URL=postgres://app:correct-horse@db.example.com/shop?pool=true
    /// ```
    ///
    /// ```env,reports,Django 5.0
    /// DATABASE_URL=postgres://app:correct-horse@db.example.com/shop?pool=0
    /// ```
    "pool-conflict", [Error] given, check,
    errors [
        "Pooling doesn't support persistent connections",
        "Database pooling requires psycopg >= 3" =>
            "Install psycopg 3: `pip install \"psycopg[pool]\"`"
    ],
    perhaps ["invalid connection option \"pool\""]
}

fn check<'a>(case: &Case<'_, 'a>, findings: &mut Findings<'a>) {
    if !case.has_odd_options() {
        return;
    }
    let Some((id, pool)) = case.option(POOL).filter(|(_, it)| it.value.unknown().is_none()) else {
        return;
    };
    if !case.ends_in_libpq() || case.is_misread() {
        return;
    }
    let Some((message, help)) = conflict(case, &pool.value) else { return };
    let spans = case.written_spans(id);
    findings
        .report(Severity::Error, message, help)
        .at(spans.iter().copied().map(in_url))
        .fix("take pool out", case.remove_options(&spans));
}

/// What is wrong with this value of `pool`, and what to do.
fn conflict(case: &Case<'_, '_>, pool: &Value<'_>) -> Option<(String, &'static str)> {
    let Recipe { django, driver, .. } = *case.recipe;
    let value = shown(pool);
    if !django.has_pool() {
        let message = alloc::format!(
            "Django {django} does not have the option `pool`, which Django 5.1 introduced: libpq \
             refuses it"
        );
        return (*pool.bare() != Value::None)
            .then_some((message, "take `pool` out, or install Django 5.1 or later"));
    }
    if !pool.is_truthy() {
        return None;
    }
    if driver == Driver::Psycopg2 {
        let message = alloc::format!("`pool={value}` needs psycopg 3, and Django uses psycopg2");
        return Some((message, "take `pool` out, or install psycopg 3 with its pool"));
    }
    let (_, age) = case.setting(Setting::ConnMaxAge)?;
    let kept: Cow<'_, str> = match &age.value {
        age if *age.bare() == Value::None => "without a limit".into(),
        age if age.unknown().is_some() || !age.is_truthy() => return None,
        age => alloc::format!("for {age} s").into(),
    };
    let is_no = pool.as_str().is_some_and(|it| it.eq_ignore_ascii_case("false"));
    let why = match (is_no, pool) {
        (true, Value::Str(_)) => " is a text, and so true to Python: it",
        _ => "",
    };
    let message =
        alloc::format!("`pool={value}`{why} does not go with connections that are kept {kept}");
    Some((message, "take `pool` out, or pass `conn_max_age=0` and set the pool up in settings.py"))
}

#[cfg(all(test, feature = "whatwg"))]
mod tests {
    use super::RULE;
    use crate::advice::testing::{fixed_url, said_of};

    #[test]
    fn a_no_is_a_text_like_any_other() {
        let url = "postgres://u:correct-horse@h/db?pool=False&sslmode=require";
        let expected = "error: `pool=False` is a text, and so true to Python: it does not go with \
                        connections that are kept for 600 s <False>";
        assert_eq!(said_of(&RULE, url), [expected]);
        assert_eq!(fixed_url(&RULE, url), ["postgres://u:correct-horse@h/db?sslmode=require"]);
        assert!(said_of(&RULE, "postgres://h/db?pool=0").is_empty());
        assert!(said_of(&RULE, "mysql://h/db?pool=1").is_empty());
    }
}
