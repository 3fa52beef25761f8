//! `role-not-found`.

use crate::advice::rule;

rule! {
    /// The server has no such role
    ///
    /// # What happens
    ///
    /// `FATAL: role "app" does not exist`. Where no user is set, libpq takes the name of the
    /// account that runs the program, such as `root`.
    ///
    /// # Why it matters
    ///
    /// A server that asks for a password hides this behind `password authentication failed`. In a
    /// container's log the role is often the one of a health check: `pg_isready` without `-U`.
    ///
    /// # What to do
    ///
    /// Correct the user, or create the role with `CREATE ROLE app LOGIN PASSWORD '…'`.
    ///
    /// # References
    ///
    /// - [PostgreSQL 18, `miscinit.c`](https://github.com/postgres/postgres/blob/REL_18_0/src/backend/utils/init/miscinit.c): the error
    /// - [PostgreSQL's documentation, connection parameters](https://www.postgresql.org/docs/18/libpq-connect.html#LIBPQ-CONNECT-USER): `user` and its default
    /// - [PostgreSQL's documentation, `pg_isready`](https://www.postgresql.org/docs/18/app-pg-isready.html)
    ///
    /// # Examples
    ///
    /// ```message,reports
    /// FATAL:  role "root" does not exist
    /// ```
    ///
    /// ```message,silent
    /// FATAL:  database "root" does not exist
    /// ```
    "role-not-found", [Error], message,
    errors [
        "role \"{user}\" does not exist",
        "role \"root\" does not exist" =>
            "Set the user: none was set, so libpq took the account's name",
        "role \"www-data\" does not exist" =>
            "Set the user: none was set, so libpq took the account's name",
        "role \"ubuntu\" does not exist" =>
            "Set the user: none was set, so libpq took the account's name",
        "role \"runner\" does not exist" =>
            "Set the user: none was set, so libpq took the account's name",
        "role \"jenkins\" does not exist" =>
            "Set the user: none was set, so libpq took the account's name",
        "role \"postgres\" does not exist" =>
            "Use the user that the server was set up with: the image's `POSTGRES_USER` replaces \
             `postgres`, and Homebrew takes the account's name",
        "password authentication failed for user \"{user}\"{*}Role \"{}\" does not exist" =>
            "Correct the user: this server has no such role",
        "no PostgreSQL user name specified in startup packet" => "Set the user",
        "local user with ID {} does not exist" =>
            "Set the user: the account has no name that libpq could take",
        "could not look up local user ID" =>
            "Set the user: the account has no name that libpq could take"
    ]
}
