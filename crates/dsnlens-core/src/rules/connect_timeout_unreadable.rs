//! `connect-timeout-unreadable`.

use crate::advice::{Case, Findings, brief, rule, shown};
use crate::clients::{libpq, stages};
use crate::diagnostic::Edit;
use crate::diagnostic::Severity;
use crate::inputs::DATABASE_URL;
use crate::ledger::{Origin, Value};
use crate::syntax::python::is_finite_float;

rule! {
    /// `connect_timeout` is no number of seconds
    ///
    /// # What happens
    ///
    /// psycopg 3 reads the value with `int(float(…))` before it connects and raises what that
    /// cannot read: `ProgrammingError: bad value for connect_timeout: '10s'`
    /// (`psycopg/conninfo.py` of 3.3). That holds for units, words, `nan` and `inf`, and for the
    /// variable `PGCONNECT_TIMEOUT` where the URL has no such option. With psycopg2 and psql libpq
    /// reads it once it begins to connect, and takes whole numbers only:
    /// `invalid integer value "10s" for connection option "connect_timeout"`.
    ///
    /// # Why it matters
    ///
    /// No connection is made at all, and the error comes with the first query, not at the start.
    ///
    /// # What to do
    ///
    /// Write whole seconds: `connect_timeout=10`. Zero and less mean psycopg's 130 seconds, and no
    /// limit in psycopg2.
    ///
    /// # References
    ///
    /// - [psycopg 3.3.4, `conninfo.py`](https://github.com/psycopg/psycopg/blob/3.3.4/psycopg/psycopg/conninfo.py): `timeout_from_conninfo()`
    /// - [PostgreSQL 18, `fe-connect.c`](https://github.com/postgres/postgres/blob/REL_18_0/src/interfaces/libpq/fe-connect.c): `pqParseIntParam()`
    ///
    /// # Examples
    ///
    /// ```env,reports
    /// DATABASE_URL=postgres://app:correct-horse@db.example.com/shop?connect_timeout=10s
    /// ```
    ///
    /// ```env,reports,psycopg2
    /// DATABASE_URL=postgres://app:correct-horse@db.example.com/shop?connect_timeout=1.5
    /// ```
    ///
    /// ```env,silent
    /// DATABASE_URL=postgres://app:correct-horse@db.example.com/shop?connect_timeout=10
    /// ```
    "connect-timeout-unreadable", [Error] given, check,
    errors [
        "bad value for connect_timeout: '{}'",
        "invalid integer value \"{}\" for connection option \"connect_timeout\""
    ]
}

const VARIABLE: &str = "PGCONNECT_TIMEOUT";

fn check<'a>(case: &Case<'_, 'a>, findings: &mut Findings<'a>) {
    // Where it can be read, nothing refuses, or for another reason.
    let (reader, reads): (_, fn(&str) -> bool) = match () {
        () if case.is_refused_by(&stages::PSYCOPG) => ("psycopg", is_finite_float),
        () if case.is_refused_by(&stages::LIBPQ) => ("libpq", libpq::is_integer),
        () => return,
    };
    if case.is_misread() {
        return;
    }
    let by_variable = case.inputs.get(VARIABLE);
    let help = "write a whole number of seconds, such as `connect_timeout=10`";
    let message = |value: &str| alloc::format!("`{value}` is not a number of seconds to {reader}");
    match case.option("connect_timeout").map(|(_, line)| line) {
        // A list comes from an option that is repeated, which another rule tells.
        Some(line) if matches!(line.value, Value::List(_) | Value::Tuple(_)) => {}
        Some(line) => {
            let text = line.value.as_str().unwrap_or("True");
            let is_number = matches!(line.value, Value::Int(_) | Value::BigInt(_));
            if is_number || reads(text) {
                return;
            }
            let place = line.origin.input_span();
            let seconds = seconds(text, case.recipe.connect_timeout);
            let finding =
                findings.report(Severity::Error, message(&shown(&line.value)), help).at(place);
            if let Origin::Variable { span, .. } = line.origin {
                finding.fix(
                    alloc::format!("write connect_timeout={seconds}"),
                    [Edit::write(DATABASE_URL, span, seconds)],
                );
            }
        }
        None => {
            let Some(text) = by_variable.filter(|it| !reads(it)) else { return };
            let seconds = seconds(text, case.recipe.connect_timeout);
            let option = alloc::format!("connect_timeout={seconds}");
            findings
                .report(Severity::Error, message(&brief(text)), help)
                .at(case.whole(VARIABLE))
                .fix(alloc::format!("add {option} to the URL"), case.add_option(&option));
        }
    }
}

/// The number that was meant: the digits in front of a unit, or what the recipe has.
fn seconds(text: &str, default: u32) -> alloc::string::String {
    let text = text.trim();
    let digits = text.len() - text.trim_start_matches(|c: char| c.is_ascii_digit()).len();
    let (number, unit) = text.split_at_checked(digits).unwrap_or_default();
    let number: Option<u32> = number.parse().ok();
    let seconds = match (number, unit.trim()) {
        (Some(number), "ms") => number.div_ceil(1000),
        (Some(number), "m" | "min") => number.saturating_mul(60),
        (Some(number), _) if number > 0 => number,
        _ => default,
    };
    alloc::format!("{seconds}")
}

#[cfg(all(test, feature = "whatwg"))]
mod tests {
    use super::RULE;
    use crate::advice::testing::{fixed, fixed_url, said_of};
    use alloc::format;

    #[test]
    fn the_number_that_was_meant_is_written() {
        let url = "postgres://u:correct-horse@h/db?connect_timeout=";
        for (typed, seconds) in [("10s", "10"), ("5000ms", "5"), ("1%20min", "60"), ("abc", "10")] {
            let fixes = fixed_url(&RULE, &format!("{url}{typed}"));
            assert_eq!(fixes, [format!("{url}{seconds}")], "{typed}");
        }
        for typed in ["10", "1e1", "%2010", "-1"] {
            assert!(said_of(&RULE, &format!("{url}{typed}")).is_empty(), "{typed}");
        }
        assert!(said_of(&RULE, "postgres://h/db?conninfo=x&connect_timeout=5").is_empty());
    }

    #[test]
    fn the_environment_counts_where_the_url_is_silent() {
        let url = "postgres://u:correct-horse@h/db";
        let fixes = fixed(&RULE, &[("DATABASE_URL", url), ("PGCONNECT_TIMEOUT", "30 s")]);
        assert_eq!(fixes, [format!("DATABASE_URL={url}?connect_timeout=30")]);
    }
}
