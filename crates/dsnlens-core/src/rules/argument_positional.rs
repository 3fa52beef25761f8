//! `argument-positional`.

use crate::advice::{Findings, ModuleCase, insert, rule};
use crate::diagnostic::Severity;
use crate::module::Deed;

rule! {
    /// `ssl_require` is given by its place, and dj-database-url takes it for another argument
    ///
    /// # What happens
    ///
    /// dj-database-url 2.2.0 inserted `disable_server_side_cursors` in front of `ssl_require`. A call
    /// that gives its arguments by place, `config('DATABASE_URL', None, None, 600, True, True)`, used
    /// to set `sslmode=require`. Since 2.2.0 the last `True` disables server-side cursors, and no
    /// `sslmode` is set.
    ///
    /// # Why it matters
    ///
    /// An upgrade turns TLS off without an error: libpq's default, `prefer`, connects without
    /// encryption where the server offers none.
    ///
    /// # What to do
    ///
    /// Write the argument's name: `ssl_require=True`. It means the same in every release.
    ///
    /// # References
    ///
    /// - [dj-database-url 2.1.0, `__init__.py`](https://github.com/jazzband/dj-database-url/blob/v2.1.0/dj_database_url/__init__.py): the order of the arguments before
    /// - [dj-database-url 2.2.0, `__init__.py`](https://github.com/jazzband/dj-database-url/blob/v2.2.0/dj_database_url/__init__.py): the argument that was inserted
    /// - [dj-database-url 3.1.2, `CHANGELOG.md`](https://github.com/jazzband/dj-database-url/blob/v3.1.2/CHANGELOG.md): 2.2.0
    ///
    /// # Examples
    ///
    /// ```module,reports,3.1.2
    /// DATABASE_URL=postgres://app:correct-horse@db.example.com/shop
    ///
    /// import dj_database_url
    /// DATABASES = {'default': dj_database_url.config('DATABASE_URL', None, None, 600, True, True)}
    /// ```
    ///
    /// ```module,silent,3.1.2
    /// DATABASE_URL=postgres://app:correct-horse@db.example.com/shop
    ///
    /// import dj_database_url
    /// DATABASES = {'default': dj_database_url.config(conn_max_age=600, ssl_require=True)}
    /// ```
    "argument-positional", [Warning], module check
}

/// The parameter that 2.2.0 inserted.
const INSERTED: &str = "disable_server_side_cursors";

fn check<'a>(case: &ModuleCase<'_, 'a>, findings: &mut Findings<'a>) {
    for act in case.acts() {
        let Deed::Positional { function, parameters, values } = &act.deed else { continue };
        let Some(place) = parameters.iter().position(|it| *it == INSERTED) else { continue };
        let last = values.get(place).filter(|it| it.1 && values.len() == place + 1);
        let Some((value, _)) = last else { continue };
        let message = alloc::format!(
            "Argument {} of `{function}()` is `{INSERTED}` in dj-database-url {}; before 2.2.0 it was \
             `ssl_require`",
            place + 1,
            case.dj_database_url(),
        );
        let is_inside = act.at.span.start < value.start && value.end < act.at.span.end;
        let edits = match is_inside {
            true => alloc::vec![insert(act.at.input, value.start, "ssl_require=")],
            false => alloc::vec::Vec::new(),
        };
        findings
            .report(Severity::Warning, message, "Write `ssl_require=True` if TLS is meant")
            .at([act.at])
            .fix_module("name the argument: `ssl_require=True`", edits);
    }
}
