//! `debug-ambiguous`.

use crate::advice::{Case, Findings, rule};
use crate::diagnostic::Edit;
use crate::diagnostic::Severity;
use crate::inputs::Debug;
use crate::span::Span;

rule! {
    /// `DEBUG` is neither a clear yes nor a clear no
    ///
    /// # What happens
    ///
    /// An environment variable is text, and every project reads it its own way. Of `DEBUG=release`,
    /// `os.getenv("DEBUG") == "True"` makes off, `bool(os.getenv("DEBUG"))` makes on, python-decouple
    /// raises `ValueError: Invalid truth value: release`, and django-environ makes off. Here it is
    /// taken for off.
    ///
    /// # Why it matters
    ///
    /// `ssl_require=not DEBUG` hangs on it: on, an unencrypted connection is accepted, and every
    /// error page shows the settings; off, TLS is demanded.
    ///
    /// # What to do
    ///
    /// Write `True` or `False`. Beware of `bool("False")`, which is true.
    ///
    /// # References
    ///
    /// - [python-decouple 3.8, `decouple.py`](https://github.com/HBNetwork/python-decouple/blob/v3.8/decouple.py): `Invalid truth value`
    /// - [django-environ 0.11.2, `environ.py`](https://github.com/joke2k/django-environ/blob/v0.11.2/environ/environ.py): `BOOLEAN_TRUE_STRINGS`
    ///
    /// # Examples
    ///
    /// ```env,reports
    /// DEBUG=release
    /// DATABASE_URL=postgres://app:correct-horse@db.example.com/shop
    /// ```
    ///
    /// ```env,silent
    /// DEBUG=False
    /// DATABASE_URL=postgres://app:correct-horse@db.example.com/shop
    /// ```
    "debug-ambiguous", [Warning] guide, check,
    errors ["Invalid truth value: "]
}

fn check<'a>(case: &Case<'_, 'a>, findings: &mut Findings<'a>) {
    if case.resolution.debug != Debug::Ambiguous {
        return;
    }
    let word = case.inputs.get(DEBUG).unwrap_or("");
    let whole = Span::new(0, word.len());
    findings
        .report(
            Severity::Warning,
            alloc::format!(
                "DEBUG is `{}`, neither a clear yes nor a clear no, and taken for off",
                case.quote(DEBUG, whole)
            ),
            "write `True` or `False`",
        )
        .at(case.whole(DEBUG))
        .fix("write DEBUG=False, for production", [Edit::write(DEBUG, whole, "False")])
        .fix("write DEBUG=True, for development", [Edit::write(DEBUG, whole, "True")]);
}

const DEBUG: &str = "DEBUG";

#[cfg(all(test, feature = "whatwg"))]
mod tests {
    use super::RULE;
    use crate::advice::testing::{fixed, said};

    #[test]
    fn either_may_be_meant() {
        let variables = [("DEBUG", "release"), ("DB_HOST", "db.example.com")];
        assert_eq!(fixed(&RULE, &variables), ["DEBUG=False", "DEBUG=True"]);
        assert_eq!(said(&RULE, &variables).len(), 1);
        for word in ["", "0", "Yes", " true "] {
            assert!(said(&RULE, &[("DEBUG", word)]).is_empty(), "{word}");
        }
    }
}
