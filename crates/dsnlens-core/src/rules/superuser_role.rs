//! `superuser-role`.

use alloc::borrow::Cow;

use crate::advice::{Case, Findings, rule};
use crate::diagnostic::Severity;
use crate::ledger::Origin;
use crate::provider;

rule! {
    /// The application connects as the administrator
    ///
    /// # What happens
    ///
    /// `postgres` may read and drop every database, create roles, and on a server of one's own
    /// read files and run programs. Providers hand out a role of that kind (`doadmin`, `avnadmin`,
    /// `tsdbadmin`, `postgres`), which makes a note; choosing it oneself makes a warning.
    ///
    /// # Why it matters
    ///
    /// One SQL injection, or one leaked `.env`, costs the whole server and not one database. A
    /// superuser also takes the connections that are kept for emergencies.
    ///
    /// # What to do
    ///
    /// As the administrator, once:
    ///
    /// ```sql
    /// CREATE ROLE shop_app LOGIN PASSWORD '…' CONNECTION LIMIT 20;
    /// GRANT CONNECT ON DATABASE shop TO shop_app;
    /// -- in the database shop: enough for `migrate` and for everything after it
    /// GRANT USAGE, CREATE ON SCHEMA public TO shop_app;
    /// ```
    ///
    /// Tables that exist already belong to whoever made them:
    /// `REASSIGN OWNED BY old_role TO shop_app`, or `GRANT SELECT, INSERT, UPDATE, DELETE ON ALL
    /// TABLES IN SCHEMA public TO shop_app` and `USAGE` on the sequences.
    ///
    /// # References
    ///
    /// - [PostgreSQL's documentation, role attributes](https://www.postgresql.org/docs/18/role-attributes.html): superusers
    /// - [PostgreSQL's documentation, `COPY`](https://www.postgresql.org/docs/18/sql-copy.html): `PROGRAM`
    /// - [PostgreSQL's documentation, connections](https://www.postgresql.org/docs/18/runtime-config-connection.html#GUC-SUPERUSER-RESERVED-CONNECTIONS): `superuser_reserved_connections`
    /// - [PostgreSQL's documentation, `REASSIGN OWNED`](https://www.postgresql.org/docs/18/sql-reassign-owned.html)
    ///
    /// # Examples
    ///
    /// ```env,reports
    /// DATABASE_URL=postgres://postgres:correct-horse@db.example.com/shop
    /// ```
    ///
    /// ```env,reports
    /// DATABASE_URL=postgres://doadmin:correct-horse@shop-do-user-1234567-0.b.db.ondigitalocean.com:25060/shop
    /// ```
    ///
    /// ```env,silent
    /// DATABASE_URL=postgres://shop_app:correct-horse@db.example.com/shop
    /// ```
    "superuser-role", [Warning, Info], check
}

/// The role that PostgreSQL is set up with.
const SUPERUSER: &str = "postgres";

fn check<'a>(case: &Case<'_, 'a>, findings: &mut Findings<'a>) {
    if !case.is_production() {
        return;
    }
    let Some((_, line)) = case.winner("user") else { return };
    let Some(user) = line.value.as_str() else { return };
    let endpoint = case.endpoint();
    let role = if endpoint.is_some() { provider::role(user) } else { user };
    let handed_out = endpoint.filter(|it| it.role == Some(role));
    if (role != SUPERUSER && handed_out.is_none()) || !case.connects() {
        return;
    }
    let is_default = matches!(line.origin, Origin::Recipe(_));
    let (severity, message): (_, Cow<'static, str>) = match handed_out {
        Some(endpoint) => (
            Severity::Info,
            alloc::format!(
                "`{role}` is the administrator that {} hands out; an application needs less",
                endpoint.provider
            )
            .into(),
        ),
        // `nothing-set` says more.
        None if is_default && super::fields_ignored::set_fields(case).is_empty() => return,
        None if is_default => (
            Severity::Warning,
            "DB_USER is not set, and its default is `postgres`, usually the superuser".into(),
        ),
        None => (
            Severity::Warning,
            "the application connects as `postgres`, usually the superuser".into(),
        ),
    };
    let help = "create a role that may use its own database only; this rule's page has the SQL";
    findings.report(severity, message, help).at(line.origin.input_span());
}

#[cfg(test)]
mod tests {
    use super::RULE;
    use crate::advice::testing::{said, said_of};
    use std::prelude::rust_2024::*;

    #[test]
    fn a_project_or_branch_is_no_part_of_the_role() {
        let url = "postgres://postgres.abc:p@aws-0-x.pooler.supabase.com/postgres";
        let message = "info: `postgres` is the administrator that Supabase hands out; an \
                       application needs less <postgres.abc>";
        assert_eq!(said_of(&RULE, url), [message]);
        assert_eq!(said_of(&RULE, "postgres://postgres.abc:p@db.example.com/db"), [""; 0]);
        assert_eq!(said_of(&RULE, "postgres://app.abc:p@x.pooler.supabase.com/db"), [""; 0]);
    }

    #[test]
    fn the_default_user_is_named_as_such() {
        let message =
            "warning: DB_USER is not set, and its default is `postgres`, usually the superuser";
        assert_eq!(said(&RULE, &[("DB_HOST", "db.example.com")]), [message]);
        assert_eq!(said(&RULE, &[("DB_HOST", "db.example.com"), ("DEBUG", "1")]), [""; 0]);
        assert_eq!(said(&RULE, &[]), [""; 0]);
    }
}
