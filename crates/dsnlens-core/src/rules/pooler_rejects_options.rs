//! `pooler-rejects-options`.

use crate::advice::{Case, Findings, rule, shown, shown_key};
use crate::diagnostic::Severity;
use crate::inputs::DATABASE_URL;

rule! {
    /// A pooler refuses startup options such as `-c search_path=app`
    ///
    /// # What happens
    ///
    /// `options` travels in the first packet of a connection, and so does `currentSchema`, which
    /// dj-database-url turns into `options=-c search_path=…`. A pooler shares connections that were
    /// opened before, so it takes few or none:
    ///
    /// - PgBouncer: `unsupported startup parameter in options: search_path`; before 1.20
    ///   `unsupported startup parameter: options`;
    /// - Amazon RDS Proxy: `Feature not supported: RDS Proxy currently doesn't support command-line
    ///   options`.
    ///
    /// # Why it matters
    ///
    /// The same URL works without the pooler, so it fails on the day that the pooler comes.
    ///
    /// # What to do
    ///
    /// Leave the option out and set it for the role, in SQL: `ALTER ROLE app SET search_path =
    /// app;`, or `SET statement_timeout = '30s'`. Or use the provider's direct address.
    ///
    /// # References
    ///
    /// - [PgBouncer 1.24.1, `client.c`](https://github.com/pgbouncer/pgbouncer/blob/pgbouncer_1_24_1/src/client.c): both errors
    /// - [PgBouncer 1.20.0, `NEWS.md`](https://github.com/pgbouncer/pgbouncer/blob/pgbouncer_1_20_0/NEWS.md): the release that reads `options`
    /// - [Amazon RDS's documentation, connecting through RDS Proxy](https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/rds-proxy-connecting.html#rds-proxy-connecting-postgresql): the startup parameters that it accepts
    /// - [dj-database-url 3.1.2, `__init__.py`](https://github.com/jazzband/dj-database-url/blob/v3.1.2/dj_database_url/__init__.py): `apply_current_schema()`
    ///
    /// # Examples
    ///
    /// ```env,reports
    /// DATABASE_URL=postgres://app:correct-horse@shop.proxy-abc123def456.us-east-1.rds.amazonaws.com/shop?options=-c%20statement_timeout%3D30000
    /// ```
    ///
    /// ```env,reports
    /// DATABASE_URL=postgres://app:correct-horse@ep-cool-darkness-123456-pooler.us-east-2.aws.neon.tech/shop?currentSchema=app
    /// ```
    ///
    /// ```env,silent
    /// DATABASE_URL=postgres://app:correct-horse@ep-cool-darkness-123456.us-east-2.aws.neon.tech/shop?currentSchema=app
    /// ```
    "pooler-rejects-options", [Error, Warning], check,
    errors ["unsupported startup parameter", "unsupported options startup parameter", "support command-line options"]
}

fn check<'a>(case: &Case<'_, 'a>, findings: &mut Findings<'a>) {
    let Some(endpoint) = case.endpoint() else { return };
    let Some(refusal) = endpoint.refuses_options.value() else { return };
    let Some((winner, line)) = case.winner("options").filter(|_| case.connects()) else { return };
    // Neon's own `endpoint=…` is no parameter of the server's.
    if !line.value.as_str().is_some_and(|it| it.contains('-')) {
        return;
    }
    let mut parts = case.resolution.ledger.losers(winner).map(|(_, it)| it);
    let written = match line.origin.input_span() {
        Some(_) => line,
        None => parts.find(|it| it.origin.input_span().is_some()).unwrap_or(line),
    };
    let (severity, adverb) = match endpoint.refuses_options.sure() {
        Some(_) => (Severity::Error, ""),
        None => (Severity::Warning, endpoint.refuses_options.adverb()),
    };
    let message = alloc::format!(
        "`{}={}` is a startup option, which {} {adverb}refuses: `{refusal}`",
        shown_key(&written.key),
        shown(&written.value),
        endpoint.name,
    );
    let help = "leave it out, and set it for the role: `ALTER ROLE … SET …`";
    let edit = case
        .written(written)
        .filter(|(variable, _)| *variable == DATABASE_URL)
        .and_then(|(_, span)| case.remove_option(span));
    let finding = findings.report(severity, message, help).at(written.origin.input_span());
    if let Some(edit) = edit {
        finding.fix("leave the option out", [edit]);
    }
}

#[cfg(all(test, feature = "whatwg"))]
mod tests {
    use alloc::format;

    use super::RULE;
    use crate::advice::testing::{fixed_url, said, said_of};

    const NEON: &str = "postgres://u:p@ep-x-1-pooler.us-east-2.aws.neon.tech/db";

    #[test]
    fn a_schema_is_a_startup_option_too() {
        let url = format!("{NEON}?currentSchema=app&connect_timeout=5");
        let message = "warning: `currentSchema=app` is a startup option, which Neon's pooler \
                       usually refuses: `unsupported startup parameter in options` <app>";
        assert_eq!(said_of(&RULE, &url), [message]);
        assert_eq!(fixed_url(&RULE, &url), [format!("{NEON}?connect_timeout=5")]);
    }

    #[test]
    fn the_environment_sends_them_as_well() {
        let variables = [("DATABASE_URL", NEON), ("PGOPTIONS", "-c lock_timeout=5s")];
        let found = said(&RULE, &variables);
        assert!(found[0].contains("`options=-c lock_timeout=5s`"), "{found:?}");
        assert!(found[0].ends_with("<-c lock_timeout=5s>"), "{found:?}");
    }

    #[test]
    fn an_endpoint_is_no_option_of_the_server() {
        assert_eq!(said_of(&RULE, &format!("{NEON}?options=endpoint%3Dep")), [""; 0]);
        assert_eq!(said_of(&RULE, NEON), [""; 0]);
    }
}
