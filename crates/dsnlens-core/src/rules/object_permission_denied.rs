//! `object-permission-denied`.

use crate::advice::rule;

rule! {
    /// The role may connect, and not use this object
    ///
    /// # What happens
    ///
    /// `permission denied for table orders`, `must be owner of table orders`: the tables belong to
    /// another role, mostly the one that ran the migrations or restored the dump.
    ///
    /// # Why it matters
    ///
    /// The URL is right as far as the server is concerned. It may be the wrong role.
    ///
    /// # What to do
    ///
    /// Grant the rights as the owner, `GRANT ALL ON ALL TABLES IN SCHEMA public TO app`, and for
    /// later tables with `ALTER DEFAULT PRIVILEGES`. For `must be owner of`: `REASSIGN OWNED BY old
    /// TO app`.
    ///
    /// # References
    ///
    /// - [PostgreSQL 18, `aclchk.c`](https://github.com/postgres/postgres/blob/REL_18_0/src/backend/catalog/aclchk.c): both errors
    /// - [PostgreSQL's documentation, privileges](https://www.postgresql.org/docs/18/ddl-priv.html)
    /// - [PostgreSQL's documentation, `REASSIGN OWNED`](https://www.postgresql.org/docs/18/sql-reassign-owned.html)
    ///
    /// # Examples
    ///
    /// ```message,reports
    /// django.db.utils.ProgrammingError: permission denied for table django_migrations
    /// ```
    ///
    /// ```message,silent
    /// FATAL:  permission denied for database "shop"
    /// ```
    "object-permission-denied", [Error], message,
    errors [
        "permission denied for table",
        "permission denied for relation",
        "permission denied for sequence",
        "permission denied for view",
        "permission denied for function",
        "must be owner of" => "Make the role the owner: `REASSIGN OWNED BY old TO app`",
        "permission denied to create extension" =>
            "Create the extension once as the administrator, or as a role with `CREATE` on the \
             database",
        "permission denied to set parameter" =>
            "Take the setting out of the options: only an administrator may change it",
        "permission denied to set role" => "Grant the role: `GRANT other TO app`",
        "must be able to SET ROLE" => "Grant the role: `GRANT other TO app`",
        "must be member of role" => "Grant the role: `GRANT other TO app`",
        "must have admin option on role" =>
            "Grant it as a role that may: `GRANT other TO app WITH ADMIN OPTION`",
        "permission denied to create role" => "Run this as a role with `CREATEROLE`",
        "must be superuser" => "Run this as the administrator"
    ]
}
