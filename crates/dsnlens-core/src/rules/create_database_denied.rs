//! `create-database-denied`.

use crate::advice::rule;

rule! {
    /// The role may not create databases
    ///
    /// # What happens
    ///
    /// Django's test runner creates the database `test_shop`: `Got an error creating the test
    /// database: permission denied to create database`.
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
        "is being accessed by other users" =>
            "Close the other sessions, or drop the database `WITH (FORCE)`",
        "Got an error recreating the test database" =>
            "Close the sessions that use the test database"
    ],
    perhaps ["Got an error creating the test database"]
}
