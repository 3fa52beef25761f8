//! What the server says of itself and of the session, in one read-only question.

use std::str::FromStr;

use dsnlens_core::live::{ServerError, Session};

use super::Deadline;
use super::login::{Connection, Row, own};

/// One row. Simple queries alone: a pooler may not keep prepared statements apart. Every column is
/// one that any role may read.
const QUESTION: &str = "\
BEGIN READ ONLY;
SELECT current_setting('server_version') AS version,
  current_setting('server_version_num') AS version_number,
  pg_is_in_recovery() AS is_in_recovery,
  current_user AS \"user\",
  current_database() AS database,
  r.rolsuper AS is_superuser,
  current_schema() AS schema,
  COALESCE((SELECT has_schema_privilege(n.oid, 'CREATE') FROM pg_namespace n
    WHERE n.nspname = current_schema()), false) AS can_create,
  current_setting('max_connections') AS max_connections,
  current_setting('superuser_reserved_connections')::int
    + COALESCE(current_setting('reserved_connections', true), '0')::int AS reserved_connections,
  a.used AS used_connections,
  r.rolconnlimit AS role_limit,
  a.by_role AS role_connections,
  d.datconnlimit AS database_limit,
  a.by_database AS database_connections,
  (SELECT s.version FROM pg_stat_ssl s WHERE s.pid = pg_backend_pid() AND s.ssl) AS backend_tls,
  pg_backend_pid() AS backend_pid
FROM pg_roles r, pg_database d, (
  SELECT count(*) AS used, count(*) FILTER (WHERE usename = current_user) AS by_role,
    count(*) FILTER (WHERE datname = current_database()) AS by_database
  FROM pg_stat_activity WHERE datid IS NOT NULL) a
WHERE r.rolname = current_user AND d.datname = current_database();
COMMIT;";

/// Asks the session about itself.
pub(super) async fn ask(
    connection: &mut Connection,
    deadline: Deadline,
) -> Result<Session, ServerError> {
    let row = connection.ask(QUESTION, deadline).await?;
    let row = row.ok_or_else(|| own("the server does not know its own role"))?;
    read(&row, connection.key_pid).map_err(|name| {
        own(&format!("the server's answer does not hold `{name}` as PostgreSQL's does"))
    })
}

/// The session; the column that is missing, or cannot be read.
fn read(row: &Row, key_pid: i32) -> Result<Session, &'static str> {
    let text = |name| row.get(name).map(str::to_owned).ok_or(name);
    let is = |name| match row.get(name) {
        Some("t") => Ok(true),
        Some("f") => Ok(false),
        _ => Err(name),
    };
    // No limit is written as -1.
    let limit = |name| row.get(name).and_then(|it| it.parse().ok());
    Ok(Session {
        version: text("version")?,
        version_number: number(row, "version_number")?,
        is_in_recovery: is("is_in_recovery")?,
        user: text("user")?,
        database: text("database")?,
        is_superuser: is("is_superuser")?,
        schema: row.get("schema").map(str::to_owned),
        can_create: is("can_create")?,
        max_connections: number(row, "max_connections")?,
        reserved_connections: number(row, "reserved_connections")?,
        used_connections: number(row, "used_connections")?,
        role_limit: limit("role_limit"),
        role_connections: number(row, "role_connections")?,
        database_limit: limit("database_limit"),
        database_connections: number(row, "database_connections")?,
        backend_tls: row.get("backend_tls").map(str::to_owned),
        key_pid,
        backend_pid: number(row, "backend_pid")?,
    })
}

fn number<T: FromStr>(row: &Row, name: &'static str) -> Result<T, &'static str> {
    row.get(name).and_then(|it| it.parse().ok()).ok_or(name)
}
