//! `ssl-require-lost`.

use crate::advice::{Findings, ModuleCase, rule};
use crate::databases::Node;
use crate::diagnostic::Severity;
use crate::module::Deed;

rule! {
    /// dj-database-url 1.1.0 loses `ssl_require` of `config()`
    ///
    /// # What happens
    ///
    /// `config()` of 1.1.0 hands `ssl_require` on as `conn_health_checks`: `ssl_require=True` sets
    /// `CONN_HEALTH_CHECKS` and no `sslmode`. `parse(…, ssl_require=True)` of the same release works.
    ///
    /// # Why it matters
    ///
    /// libpq's default, `prefer`, connects without encryption where the server offers none, and
    /// nothing says so.
    ///
    /// # What to do
    ///
    /// Install dj-database-url 1.2.0 or newer, or write `?sslmode=require` into the URL.
    ///
    /// # References
    ///
    /// - [dj-database-url 3.1.2, `CHANGELOG.md`](https://github.com/jazzband/dj-database-url/blob/v3.1.2/CHANGELOG.md): 1.1.0 and 1.2.0
    /// - [dj-database-url 2.1.0, `__init__.py`](https://github.com/jazzband/dj-database-url/blob/v2.1.0/dj_database_url/__init__.py): `ssl_require` writes `OPTIONS`
    ///
    /// # Examples
    ///
    /// ```module,reports,1.1.0
    /// DATABASE_URL=postgres://app:correct-horse@db.example.com/shop
    ///
    /// import dj_database_url
    /// DATABASES = {'default': dj_database_url.config(ssl_require=True)}
    /// ```
    ///
    /// ```module,silent,1.2.0
    /// DATABASE_URL=postgres://app:correct-horse@db.example.com/shop
    ///
    /// import dj_database_url
    /// DATABASES = {'default': dj_database_url.config(ssl_require=True)}
    /// ```
    "ssl-require-lost", [Warning], module check
}

fn check<'a>(case: &ModuleCase<'_, 'a>, findings: &mut Findings<'a>) {
    let has_mode = match case.setting("OPTIONS").map(|it| &it.value) {
        Some(Node::Dict(dict)) => dict.get("sslmode").is_some() || dict.more.is_some(),
        Some(Node::Value(_)) => true,
        None => false,
    };
    for act in case.acts().filter(|it| it.deed == Deed::SslRequireLost && !has_mode) {
        findings
            .report(
                Severity::Warning,
                "`ssl_require` sets no sslmode: `config()` of dj-database-url 1.1.0 takes it for \
                 `conn_health_checks`",
                "Install dj-database-url 1.2.0 or newer",
            )
            .at([act.at]);
    }
}
