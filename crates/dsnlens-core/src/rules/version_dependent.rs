//! `version-dependent`.

use alloc::borrow::Cow;
use alloc::string::ToString;

use crate::advice::{Case, Finding, Findings, MANY, in_url, rule, shown, shown_key};
use crate::clients::cpython::{parse_int, value_str};
use crate::clients::django::consumes;
use crate::clients::psycopg;
use crate::clients::stages;
use crate::diagnostic::Edit;
use crate::diagnostic::Severity;
use crate::inputs::DATABASE_URL;
use crate::ledger::{Fate, Line, Origin, Setting, Value};
use crate::recipe::{DjDatabaseUrl, Django, Recipe};
use crate::resolution::{Resolution, read};

rule! {
    /// dj-database-url 2.1.0 and 3.1.2 read this URL differently
    ///
    /// # What happens
    ///
    /// Two releases changed results, 2.2.0 and 3.0.0:
    ///
    /// - an option `true` or `false` was text and is now a bool, which libpq gets as `True`;
    /// - `%2B5`, `-5` or `1_000` was a number and is now text; `²` is refused;
    /// - a host with a `%` kept its port and its capitals: `%2Fcloudsql%2FShop:5432` was
    ///   `/cloudsql/Shop:5432` and is `/cloudsql/Shop`, and `[fe80::1%25eth0]` lost its brackets;
    /// - `currentSchema=0` was a schema and is dropped; `ssl-ca` works with `mysql2://` too.
    ///
    /// # Why it matters
    ///
    /// `dj-database-url>=2.1.0` in the requirements means that the day of the installation decides.
    ///
    /// # What to do
    ///
    /// Pin the version, `dj-database-url==3.1.2`. Some values have a spelling that all releases read
    /// the same: `5` for `%2B5`.
    ///
    /// # References
    ///
    /// - [dj-database-url 2.1.0, `__init__.py`](https://github.com/jazzband/dj-database-url/blob/v2.1.0/dj_database_url/__init__.py): how 2.1.0 reads a URL
    /// - [dj-database-url 2.2.0, `__init__.py`](https://github.com/jazzband/dj-database-url/blob/v2.2.0/dj_database_url/__init__.py): numbers and truth values
    /// - [dj-database-url 3.1.2, `__init__.py`](https://github.com/jazzband/dj-database-url/blob/v3.1.2/dj_database_url/__init__.py): how 3.1.2 reads a URL
    /// - [dj-database-url 3.1.2, `CHANGELOG.md`](https://github.com/jazzband/dj-database-url/blob/v3.1.2/CHANGELOG.md): the releases
    ///
    /// # Examples
    ///
    /// ```env,reports
    /// DATABASE_URL=postgres://app:correct-horse@db.example.com/shop?application_name=true
    /// ```
    ///
    /// ```env,reports,3.1.2
    /// DATABASE_URL=postgres://app:correct-horse@%2Fcloudsql%2Fshop:5432/shop
    /// ```
    ///
    /// ```env,silent
    /// DATABASE_URL=postgres://app:correct-horse@db.example.com/shop?application_name=shop
    /// ```
    "version-dependent", [Warning], check
}

fn check<'a>(case: &Case<'_, 'a>, findings: &mut Findings<'a>) {
    if !may_differ(case) || case.is_misread() {
        return;
    }
    let this = case.recipe.dj_database_url;
    let other = match this < DjDatabaseUrl::V3_0_0 {
        true => DjDatabaseUrl::V3_1_2,
        false => DjDatabaseUrl::V2_1_0,
    };
    let elsewhere = read(
        &case
            .question
            .clone()
            .with_recipe(Recipe { dj_database_url: other, ..case.recipe.clone().into_owned() }),
    );
    let (refusing, taking, refusal) = match (&case.resolution.settings, &elsewhere.settings) {
        (Some(_), Some(_)) => {
            return Comparison { case, elsewhere: &elsewhere, this, other }.report(findings);
        }
        (Some(_), None) => (other, this, &elsewhere.refusal),
        (None, Some(_)) => (this, other, &case.resolution.refusal),
        (None, None) => return,
    };
    let message = alloc::format!("dj-database-url {refusing} refuses the URL that {taking} takes");
    let spans = refusal.iter().flat_map(|it| &it.spans).copied();
    findings.report(Severity::Warning, message, HELP).at(spans);
}

const HELP: &str = "pin dj-database-url in the requirements";

/// Whether the other release might read something differently, going by what this one has read.
fn may_differ(case: &Case<'_, '_>) -> bool {
    let (Some(url), Some(parts)) = (case.url(), case.resolution.url) else { return false };
    if case.resolution.settings.is_none() {
        // Only 3.x looks at the options before it looks at the port, and refuses some.
        let spans = case.resolution.refusal.iter().flat_map(|it| &it.spans);
        return spans.into_iter().any(|it| it.span.overlaps(parts.query));
    }
    let lost = case.lost_options().filter(|(_, it)| it.value.as_str() != Some(""));
    parts.hostname.of(url).contains('%')
        || case.options().chain(lost).any(|(_, it)| may_be_retyped(url, it))
}

/// Whether one of the two makes another type of what stands in the URL.
fn may_be_retyped(url: &str, line: &Line<'_>) -> bool {
    let is_numeral = |c: char| !c.is_ascii() || "+-_".contains(c) || c.is_ascii_digit();
    match &line.value {
        Value::Bool(_) | Value::Dict(..) => true,
        Value::Secret(secret) => {
            secret.reveal().as_str().is_some_and(|it| it.chars().all(is_numeral))
        }
        Value::Int(0) => true,
        Value::BigInt(_) | Value::Int(_) => {
            let typed = line.origin.input_span().map_or("", |it| it.span.of(url));
            !typed.bytes().all(|it| it.is_ascii_digit())
        }
        Value::Str(text) => {
            let is_word = |it: &str| it.eq_ignore_ascii_case(text);
            is_word("true")
                || is_word("false")
                || line.key.reveal() == "ssl-ca"
                || text.trim().chars().all(is_numeral)
        }
        _ => false,
    }
}

struct Comparison<'c, 'r, 'a> {
    case: &'c Case<'r, 'a>,
    elsewhere: &'c Resolution<'a>,
    this: DjDatabaseUrl,
    other: DjDatabaseUrl,
}

impl<'a> Comparison<'_, '_, 'a> {
    fn report(&self, findings: &mut Findings<'a>) {
        let case = self.case;
        self.compare_hosts(findings);
        let mut is_found = false;
        // Where nothing may differ nothing is looked for; `options` may be made of another one.
        let url = case.url().unwrap_or("");
        let is_made = |line: &Line<'_>| matches!(line.origin, Origin::Derived);
        let its = case.options().filter(|(_, it)| is_made(it) || may_be_retyped(url, it));
        for (id, line) in its.take(MANY) {
            let name = line.key.reveal();
            let theirs = self.option_elsewhere(name);
            if self.is_explained(line, theirs)
                || is_same(name, &line.value, theirs, case.recipe.django)
            {
                continue;
            }
            is_found = true;
            let spans = case.written_spans(id);
            let what = alloc::format!("`{}`", shown_key(&line.key));
            // A number that only one of them takes for one has a spelling that both do.
            if let (Value::Str(text), [span]) = (&line.value, spans.as_slice())
                && let Some(number) = parse_int(text)
            {
                let edit = Edit::write(DATABASE_URL, *span, number.to_string());
                let help = alloc::format!("{HELP}, or write `{number}`, which both read the same");
                self.say(&what, &line.value, theirs, help, findings)
                    .at(spans.iter().copied().map(in_url))
                    .fix(alloc::format!("write {number}"), [edit]);
                continue;
            }
            self.say(&what, &line.value, theirs, HELP, findings)
                .at(spans.iter().copied().map(in_url));
        }
        // What only the other makes an option of: 3.x drops a `currentSchema` of 0.
        let mut dropped = case.lost_options().filter(|(_, it)| it.value.as_str() != Some(""));
        if let Some((_, line)) = dropped.find(|(_, it)| matches!(it.fate, Fate::Ignored { .. }))
            && !is_found
            && line.stage == &stages::RECIPE
            && self.option_elsewhere("options").is_some()
        {
            let message = alloc::format!(
                "dj-database-url {} drops `{}={}`, and {} does not",
                self.this,
                shown_key(&line.key),
                shown(&line.value),
                self.other
            );
            findings.report(Severity::Warning, message, HELP).at(line.origin.input_span());
        }
    }

    fn compare_hosts(&self, findings: &mut Findings<'a>) {
        let Some((_, line)) = self.case.setting(Setting::Host) else { return };
        let Some(settings) = &self.elsewhere.settings else { return };
        let theirs = settings.setting(&self.elsewhere.ledger, Setting::Host);
        let theirs = theirs.and_then(|it| self.elsewhere.ledger.line(it)).map(|it| &it.value);
        // A port that became a part of the host is the business of `socket-with-port`.
        let has_port = self.case.resolution.url.is_some_and(|it| !it.port.is_empty());
        let is_explained = self.this < DjDatabaseUrl::V3_0_0 && has_port;
        if theirs != Some(&line.value) && !is_explained {
            self.say("the host", &line.value, theirs, HELP, findings).at(line.origin.input_span());
        }
    }

    fn say<'f>(
        &self,
        what: &str,
        mine: &Value<'_>,
        theirs: Option<&Value<'_>>,
        help: impl Into<Cow<'static, str>>,
        findings: &'f mut Findings<'a>,
    ) -> Finding<'f, 'a> {
        let (this, other) = (self.this, self.other);
        let message = match theirs {
            None => alloc::format!("dj-database-url {this} sets {what}, and {other} does not"),
            Some(theirs) if mine.is_secret() || theirs.is_secret() => {
                alloc::format!("dj-database-url {this} and {other} read {what} differently")
            }
            Some(theirs) => alloc::format!(
                "dj-database-url {this} reads {what} as `{}`, {other} as `{}`",
                shown(mine),
                shown(theirs)
            ),
        };
        findings.report(Severity::Warning, message, help)
    }

    fn option_elsewhere(&self, name: &str) -> Option<&Value<'a>> {
        let ledger = &self.elsewhere.ledger;
        let lines = self.elsewhere.settings.iter().flat_map(|it| it.options());
        let mut lines = lines.filter_map(|&it| ledger.line(it));
        lines.find(|it| it.key.reveal() == name).map(|it| &it.value)
    }

    /// Whether another rule speaks of the option already.
    fn is_explained(&self, mine: &Line<'_>, theirs: Option<&Value<'_>>) -> bool {
        let name = mine.key.reveal();
        is_list(&mine.value)
            || theirs.is_some_and(is_list)
            || name == "server_side_binding"
            || (name == "pool" && mine.value.is_truthy())
            || (self.case.ends_in_libpq() && !psycopg::knows(name, &self.case.recipe))
            || super::option_retyped::is_retyped(self.case, mine)
    }
}

fn is_list(value: &Value<'_>) -> bool {
    match value {
        Value::List(_) | Value::Tuple(_) => true,
        Value::Dict(entries) => entries.iter().any(|(_, value)| is_list(value)),
        _ => false,
    }
}

/// Whether both come to the same: to libpq a text is all there is.
fn is_same(name: &str, mine: &Value<'_>, theirs: Option<&Value<'_>>, django: Django) -> bool {
    match (mine, theirs) {
        (_, None) => false,
        (Value::Dict(mine), Some(Value::Dict(theirs))) => {
            let texts = mine.iter().zip(theirs);
            mine.len() == theirs.len()
                && texts
                    .into_iter()
                    .all(|(mine, theirs)| value_str(&mine.1) == value_str(&theirs.1))
        }
        (mine, Some(theirs)) if consumes(name, django) => mine == theirs,
        (mine, Some(theirs)) => value_str(mine) == value_str(theirs),
    }
}

#[cfg(test)]
mod tests {
    use super::RULE;
    use crate::advice::testing::said_of;

    #[track_caller]
    fn check(url: &str, expected: &[&str]) {
        assert_eq!(said_of(&RULE, url), expected, "{url}");
    }

    #[test]
    fn what_differs_is_named() {
        check(
            "postgres://h/db?currentSchema=0",
            &["warning: dj-database-url 2.1.0 sets `options`, and 3.1.2 does not <0>"],
        );
        check(
            "postgres://h/db?application_name=%C2%B2",
            &["warning: dj-database-url 3.1.2 refuses the URL that 2.1.0 takes <%C2%B2>"],
        );
        check(
            "postgres://[fe80::1%25eth0]/db",
            &["warning: dj-database-url 2.1.0 reads the host as `[fe80::1%eth0]`, 3.1.2 as \
               `fe80::1%eth0` <[fe80::1%25eth0]>"],
        );
        check(
            "mysql2://h/db?ssl-ca=/ca.pem",
            &["warning: dj-database-url 2.1.0 sets `ssl-ca`, and 3.1.2 does not </ca.pem>"],
        );
    }

    #[test]
    fn what_another_rule_tells_is_not_said_twice() {
        for query in [
            "pgbouncer=true",
            "pool=false",
            "server_side_binding=true",
            "sslmode=require&sslmode=allow",
            "application_name=1_000",
            "connect_timeout=10",
            "application_name=0123",
            "host=127.0.0.1",
            "a=",
        ] {
            check(&alloc::format!("postgres://h/db?{query}"), &[]);
        }
        check("postgres://%2Fcloudsql%2Fx:5432/db", &[]);
        check("postgres://%2Fcloudsql%2Fx/db", &[]);
    }
}
