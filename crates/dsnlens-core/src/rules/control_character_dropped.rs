//! `control-character-dropped`.

use alloc::vec::Vec;

use crate::advice::{Case, Findings, Marks, in_url, rule};
use crate::diagnostic::Edit;
use crate::diagnostic::Severity;
use crate::inputs::DATABASE_URL;
use crate::span::Span;
use crate::syntax::python::quote;

rule! {
    /// Python deletes a tab or a line end inside the URL
    ///
    /// # What happens
    ///
    /// `urlsplit` deletes every TAB, CR and LF before it looks at anything (`urllib/parse.py`, since
    /// Python 3.9.5). A URL that was wrapped into two lines is whole again; a password that really
    /// holds a tab loses it, and the server answers `FATAL: password authentication failed for user`.
    /// psql keeps them: `invalid sslmode value: "requi\nre"`.
    ///
    /// # Why it matters
    ///
    /// Django works where nothing else does, or the other way round, and the character cannot be
    /// seen in a panel or a log.
    ///
    /// # What to do
    ///
    /// Write the URL in one line. Inside a password write `%09` for a tab and `%0A` for a line end.
    ///
    /// # References
    ///
    /// - [Python 3.11, `urllib/parse.py`](https://github.com/python/cpython/blob/v3.11.2/Lib/urllib/parse.py): `_UNSAFE_URL_BYTES_TO_REMOVE` in `urlsplit()`
    /// - [PostgreSQL 18, `fe-connect.c`](https://github.com/postgres/postgres/blob/REL_18_0/src/interfaces/libpq/fe-connect.c): `invalid sslmode value`
    ///
    /// # Examples
    ///
    /// ```env,reports
    /// DATABASE_URL="postgres://app:correct-horse@db.example.com/shop?sslmode=requi\nre"
    /// ```
    ///
    /// ```env,silent
    /// DATABASE_URL="postgres://app:correct-horse@db.example.com/shop\n"
    /// ```
    "control-character-dropped", [Warning], check,
    perhaps ["password authentication failed for user", "invalid sslmode value: \""]
}

fn check<'a>(case: &Case<'_, 'a>, findings: &mut Findings<'a>) {
    let Some(url) = case.url() else { return };
    if !case.has(Marks::DELETED) {
        return;
    }
    // What stands around the URL is another rule's business.
    let bare = case.bare();
    let found: Vec<_> = bare
        .of(url)
        .match_indices(['\t', '\n', '\r'])
        .map(|(at, _)| Span::new(bare.start + at, bare.start + at + 1))
        .collect();
    let Some(&first) = found.first() else { return };
    let name = match first.of(url) {
        "\t" => "a tab",
        _ => "a line end",
    };
    let password = case.resolution.intent.map(|it| it.password).unwrap_or_default();
    let is_in_password = found.iter().any(|it| it.overlaps(password));
    let place = if is_in_password { "the password" } else { "the URL" };
    let delete = found.iter().map(|it| Edit::delete(DATABASE_URL, *it));
    let finding = findings
        .report(
            Severity::Warning,
            alloc::format!("Python deletes {name} inside {place}, psql keeps it"),
            "write the URL in one line; inside a password a tab is `%09` and a line end `%0A`",
        )
        .at(found.iter().map(|it| in_url(*it)))
        .fix("delete the character, as Python does", delete.clone());
    if is_in_password {
        let keep = found.iter().zip(delete).map(|(it, delete)| match it.overlaps(password) {
            true => Edit::write(DATABASE_URL, *it, quote(it.of(url))),
            false => delete,
        });
        finding.fix("keep it in the password, encoded", keep);
    }
}

#[cfg(all(test, feature = "whatwg"))]
mod tests {
    use super::RULE;
    use crate::advice::testing::{fixed_url, said_of};

    #[test]
    fn in_the_password_it_may_be_meant() {
        let url = "postgres://u:p\tw@h/d\nb";
        let said = said_of(&RULE, url);
        assert_eq!(
            said,
            ["warning: Python deletes a tab inside the password, psql keeps it <\t> <\n>"]
        );
        assert_eq!(fixed_url(&RULE, url), ["postgres://u:pw@h/db", "postgres://u:p%09w@h/db"]);
    }

    #[test]
    fn elsewhere_it_goes() {
        assert_eq!(fixed_url(&RULE, "post\r\ngres://u:p@h/db"), ["postgres://u:p@h/db"]);
        for url in ["postgres://u:p@h/db\r\n", "\n postgres://u:p@h/db", "postgres://u:p@h/db"] {
            assert!(said_of(&RULE, url).is_empty(), "{url:?}");
        }
    }
}
