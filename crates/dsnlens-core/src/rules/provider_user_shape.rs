//! `provider-user-shape`.

use alloc::string::String;

use crate::advice::{Case, Findings, rule, shown};
use crate::diagnostic::Edit;
use crate::diagnostic::Severity;
use crate::inputs::DATABASE_URL;
use crate::ledger::{Key, Origin, Setting};
use crate::provider::{UserShape, supabase_project};
use crate::span::Span;
use crate::syntax::python::quote;

rule! {
    /// The user's name has not the shape that the provider expects
    ///
    /// # What happens
    ///
    /// - Supabase's shared pooler finds the project by the user: `postgres.<project>`. Without it:
    ///   `FATAL:  Tenant or user not found`, or `(ENOIDENTIFIER) no tenant identifier provided
    ///   (external_id or sni_hostname required)`.
    /// - Supabase's direct connection has the project in its host, and no role is called
    ///   `postgres.<project>`: `password authentication failed for user "postgres.…"`.
    /// - Azure's Single Server wanted `user@server`. It is gone; Flexible Server wants the role
    ///   alone and says `password authentication failed for user "user@server"`.
    ///
    /// # Why it matters
    ///
    /// The errors speak of a tenant or of the password, and the password is right.
    ///
    /// # What to do
    ///
    /// Copy user and host from one and the same string of the provider's. The project is the
    /// first part of `https://<project>.supabase.co`.
    ///
    /// # References
    ///
    /// - [Supavisor 2.9.10, `no_tenant_identifier_error.ex`](https://github.com/supabase/supavisor/blob/v2.9.10/lib/supavisor/errors/no_tenant_identifier_error.ex): `ENOIDENTIFIER`
    /// - [Supabase's documentation, connecting to Postgres](https://supabase.com/docs/guides/database/connecting-to-postgres): user and host of each connection string
    /// - [PostgreSQL 18, `auth.c`](https://github.com/postgres/postgres/blob/REL_18_0/src/backend/libpq/auth.c): `auth_failed()`
    ///
    /// # Examples
    ///
    /// ```env,reports
    /// DATABASE_URL=postgres://postgres:correct-horse@aws-0-eu-central-1.pooler.supabase.com:5432/postgres
    /// ```
    ///
    /// ```env,reports
    /// DATABASE_URL=postgres://app%40shop:correct-horse@shop.postgres.database.azure.com/shop
    /// ```
    ///
    /// ```env,silent
    /// DATABASE_URL=postgres://postgres.abcdefghijklmnopqrst:correct-horse@aws-0-eu-central-1.pooler.supabase.com:5432/postgres
    /// ```
    "provider-user-shape", [Error], check,
    errors [
        "Tenant or user not found",
        "tenant/user {user} not found",
        "no tenant identifier provided",
        "ENOIDENTIFIER",
        "EINVALIDUSERINFO",
        "Invalid format for user or db_name",
        "pooler.supabase.com{}password authentication failed for user \"{user:bare}\""
    ],
    perhaps ["password authentication failed for user \"{user}\""]
}

fn check<'a>(case: &Case<'_, 'a>, findings: &mut Findings<'a>) {
    let Some(endpoint) = case.endpoint() else { return };
    if endpoint.user == UserShape::Role || !case.connects() {
        return;
    }
    let Some((_, line)) = case.winner("user") else { return };
    let Some(user) = line.value.as_str().filter(|_| !line.value.is_secret()) else { return };
    let host = case.host();
    let name = endpoint.name;
    let quoted = shown(&line.value);
    let (message, help, fixed): (_, String, Option<String>) = match endpoint.user {
        // A startup option may name the project as well: `options=reference%3D…`.
        UserShape::WithProject if !user.contains('.') && case.given("options").is_none() => {
            let mut values = case.inputs.variables().iter().map(|it| it.value);
            let project = values.find_map(supabase_project);
            (
                alloc::format!("the user `{quoted}` names no project, by which {name} finds it"),
                alloc::format!("write the user as `{quoted}.<project>`"),
                project.map(|it| alloc::format!("{user}.{it}")),
            )
        }
        UserShape::ProjectInHost => {
            let project = supabase_project(host);
            let Some((role, _)) = user.rsplit_once('.').filter(|(_, it)| Some(*it) == project)
            else {
                return;
            };
            (
                alloc::format!("`{quoted}` is a user of Supabase's pooler, and this is {name}"),
                alloc::format!("write the role alone: `{role}`"),
                Some(role.into()),
            )
        }
        UserShape::ServerInHost => {
            let server = host.split('.').next().unwrap_or("");
            let is_server = |it: &str| it.eq_ignore_ascii_case(server);
            let Some((role, _)) = user.rsplit_once('@').filter(|(_, it)| is_server(it)) else {
                return;
            };
            (
                alloc::format!(
                    "`{quoted}` is a user of Azure's Single Server, which is gone: there is no \
                     such role"
                ),
                alloc::format!("write the role alone: `{role}`"),
                Some(role.into()),
            )
        }
        UserShape::Role | UserShape::WithProject => return,
    };
    let title = fixed.as_deref().map(|it| alloc::format!("write the user {it}"));
    let edit = fixed.and_then(|fixed| match (case.written(line), &line.origin, &line.key) {
        (Some((DATABASE_URL, span)), ..) => Some(Edit::write(DATABASE_URL, span, quote(&fixed))),
        (Some((variable, span)), ..) => Some(Edit::write(variable, span, fixed)),
        (None, Origin::Recipe(_), Key::Setting(Setting::User)) => {
            Some(Edit::write("DB_USER", Span::default(), fixed))
        }
        _ => None,
    });
    let finding = findings.report(Severity::Error, message, help).at(line.origin.input_span());
    if let (Some(title), Some(edit)) = (title, edit) {
        finding.fix(title, [edit]);
    }
}

#[cfg(all(test, feature = "whatwg"))]
mod tests {
    use alloc::format;

    use super::RULE;
    use crate::advice::testing::{fixed, fixed_url, said_of};

    const POOLER: &str = "aws-0-eu-central-1.pooler.supabase.com";

    #[test]
    fn the_project_is_taken_from_any_variable_that_has_it() {
        let url = format!("postgres://postgres:p@{POOLER}:6543/postgres");
        let message = "error: the user `postgres` names no project, by which Supabase's \
                       transaction pooler finds it <postgres>";
        assert_eq!(said_of(&RULE, &url), [message]);
        assert_eq!(fixed_url(&RULE, &url), [""; 0]);
        let project = ("SUPABASE_URL", "https://abc123.supabase.co");
        assert_eq!(
            fixed(&RULE, &[("DATABASE_URL", &url), project]),
            [format!("DATABASE_URL=postgres://postgres.abc123:p@{POOLER}:6543/postgres")]
        );
        let fields = [("DB_HOST", POOLER), ("DB_USER", "app"), project];
        assert_eq!(fixed(&RULE, &fields), ["DB_USER=app.abc123"]);
        // Its default is a user without a project, too.
        assert_eq!(fixed(&RULE, &[("DB_HOST", POOLER), project]), ["DB_USER=postgres.abc123"]);
    }

    #[test]
    fn an_option_may_name_the_project() {
        let url = format!("postgres://postgres:p@{POOLER}/postgres?options=reference%3Dabc123");
        assert_eq!(said_of(&RULE, &url), [""; 0]);
    }

    #[test]
    fn the_role_alone_where_the_host_says_the_rest() {
        let url = |user| format!("postgres://{user}:p@db.abc123.supabase.co/postgres");
        assert_eq!(fixed_url(&RULE, &url("postgres.abc123")), [url("postgres")]);
        assert_eq!(said_of(&RULE, &url("postgres.other")), [""; 0]);
        let url = |user| format!("postgres://{user}:p@shop.postgres.database.azure.com/db");
        for user in ["app%40shop", "app@SHOP"] {
            assert_eq!(fixed_url(&RULE, &url(user)), [url("app")]);
        }
        // Entra's users are called so.
        assert_eq!(said_of(&RULE, &url("me%40tenant.onmicrosoft.com")), [""; 0]);
    }
}
