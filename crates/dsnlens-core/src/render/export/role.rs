//! SQL for a role that may do what Django and its migrations need, and nothing else.

use alloc::string::String;

use super::effective::Effective;
use super::sheet::Sheet;
use crate::provider::{self, UserShape};
use crate::secret::Text;
use crate::syntax::sql::{identifier, literal};

/// The role that PostgreSQL is set up with.
const SUPERUSER: &str = "postgres";

pub(super) fn write(effective: &Effective<'_, '_>) -> Text<'static> {
    let mut sheet = Sheet::new("--");
    let dbname = effective.get("dbname");
    let database = match dbname {
        Some(it) => it.written(identifier(it.reveal())),
        None => Text::plain("\"database\""),
    };
    let endpoint = effective.endpoint();
    // Some poolers find the database by what stands behind the role's name.
    let name = |user: &'_ str| match endpoint.map(|it| it.user) {
        Some(UserShape::WithProject) => String::from(provider::role(user)),
        _ => String::from(user),
    };
    let is_administrator =
        |role: &str| role == SUPERUSER || endpoint.is_some_and(|it| it.role == Some(role));
    let user = effective.get("user").filter(|it| !is_administrator(&name(it.reveal())));
    let role = match user {
        Some(it) => it.written(identifier(&name(it.reveal()))),
        None => Text::plain(identifier(&alloc::format!("{}_app", effective.label()))),
    };
    sheet.put_comment(
        Text::plain("Run this as an administrator, connected to ")
            .and_text(database.clone())
            .and("."),
    );
    let create = Text::plain("CREATE ROLE ").and_text(role.clone()).and(" LOGIN");
    match effective.get("password").filter(|_| user.is_some()) {
        Some(password) => {
            sheet
                .comment("A server that logs statements logs this one. psql can send the password");
            sheet.put_comment(
                Text::plain("hashed instead: leave PASSWORD out, then type  \\password ")
                    .and_text(role.clone()),
            );
            let literal = password.written(literal(password.reveal()));
            sheet.put_line(create.and(" PASSWORD ").and_text(literal).and(";"));
        }
        None => {
            sheet.comment(
                "An application needs none of an administrator's rights, nor its password.",
            );
            sheet.put_line(create.and(";"));
            sheet.comment("Give it a password of its own. psql asks for it, and sends it hashed:");
            sheet.put_line(Text::plain("\\password ").and_text(role.clone()));
        }
    }
    let grant = |what: Text<'static>| {
        Text::plain("GRANT ").and_text(what).and(" TO ").and_text(role.clone()).and(";")
    };
    sheet.put_line(grant(Text::plain("CONNECT ON DATABASE ").and_text(database)));
    sheet.comment("`migrate` makes its tables here and is their owner.");
    let schema = identifier(&schema(effective));
    sheet.put_line(grant(Text::plain("USAGE, CREATE ON SCHEMA ").and(schema)));
    sheet.comment(
        "A table that is there already belongs to whoever made it, and `migrate` can change",
    );
    sheet.put_comment(
        Text::plain("it only after  ALTER TABLE name OWNER TO ").and_text(role).and(";"),
    );
    sheet.into_text()
}

/// The first schema of a `search_path` among libpq's `options`; `public` without one.
fn schema(effective: &Effective<'_, '_>) -> String {
    let options = effective.text("options").unwrap_or("");
    let path = options.split("search_path=").nth(1).unwrap_or("");
    let end = |c: char| matches!(c, ',' | ' ' | '"' | '\\' | '$');
    match path.split(end).next() {
        Some(schema) if !schema.is_empty() => schema.into(),
        _ => "public".into(),
    }
}
