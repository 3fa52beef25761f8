//! `create-database-denied`.

use crate::advice::rule;

rule! {
    /// The test database cannot be created
    ///
    /// # What happens
    ///
    /// Django's test runner creates the database `test_shop`: `Got an error creating the test
    /// database: permission denied to create database`. Or one of an earlier run is still there:
    /// `database "test_shop" already exists`.
    ///
    /// # Why it matters
    ///
    /// The application itself does not need the right.
    ///
    /// # What to do
    ///
    /// Allow it for the role that runs the tests: `ALTER ROLE app CREATEDB`. Or create the database
    /// once, and run the tests with `--keepdb`.
    ///
    /// # References
    ///
    /// - [Django 5.2, `db/backends/base/creation.py`](https://github.com/django/django/blob/5.2/django/db/backends/base/creation.py): `_create_test_db()`
    /// - [PostgreSQL 18, `dbcommands.c`](https://github.com/postgres/postgres/blob/REL_18_0/src/backend/commands/dbcommands.c): both errors of the server
    ///
    /// # Examples
    ///
    /// ```message,reports
    /// Got an error creating the test database: permission denied to create database
    /// ```
    ///
    /// ```message,silent
    /// permission denied for table orders
    /// ```
    "create-database-denied", [Error], message,
    errors [
        "permission denied to create database",
        "database \"test_{}\" already exists" =>
            "Answer `yes`, run with `--keepdb`, or drop it: the database exists already",
        "creating the test database: {*}\" already exists" =>
            "Answer `yes`, run with `--keepdb`, or drop it: the database exists already",
        "is being accessed by other users" =>
            "Close the other sessions, or drop the database `WITH (FORCE)`",
        "Got an error recreating the test database" =>
            "Close the sessions that use the test database"
    ],
    perhaps ["Got an error creating the test database"]
}
