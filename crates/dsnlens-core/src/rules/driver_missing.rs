//! `driver-missing`.

use crate::advice::rule;

rule! {
    /// The program has no driver for PostgreSQL
    ///
    /// # What happens
    ///
    /// Django finds neither psycopg 3 nor psycopg2: `Error loading psycopg2 or psycopg module`. Or
    /// psycopg finds no libpq: `no pq wrapper available`.
    ///
    /// # Why it matters
    ///
    /// The URL was not used yet.
    ///
    /// # What to do
    ///
    /// Install the driver where the program runs: `pip install "psycopg[binary]"`. On Alpine and
    /// slim images the package without `[binary]` also needs `libpq`.
    ///
    /// # References
    ///
    /// - [Django 5.2, `db/backends/postgresql/base.py`](https://github.com/django/django/blob/5.2/django/db/backends/postgresql/base.py): the error
    /// - [psycopg 3.3.4, `pq/__init__.py`](https://github.com/psycopg/psycopg/blob/3.3.4/psycopg/psycopg/pq/__init__.py): `no pq wrapper available`
    /// - [psycopg 3.3.4, `install.rst`](https://github.com/psycopg/psycopg/blob/3.3.4/docs/basic/install.rst): the kinds of installation
    ///
    /// # Examples
    ///
    /// ```message,reports
    /// django.core.exceptions.ImproperlyConfigured: Error loading psycopg2 or psycopg module
    /// ```
    ///
    /// ```message,silent
    /// psycopg.OperationalError: the connection is closed
    /// ```
    "driver-missing", [Error], message,
    errors [
        "Error loading psycopg2 or psycopg module",
        "Error loading psycopg2 module",
        "No module named 'psycopg",
        "no pq wrapper available",
        "libpq.so.5: cannot open shared object file",
        "Symbol not found: _PQ",
        "DLL load failed while importing _psycopg",
        "pg_config executable not found",
        "Error loading psycopg_pool module" => "Install the pool: `pip install \"psycopg[pool]\"`",
        "No module named 'asyncpg'" => "Install the driver: `pip install asyncpg`",
        "could not find driver" => "Install PHP's `pdo_pgsql`",
        "psycopg2 version 2.8.4 or newer is required" => "Update psycopg2",
        "psycopg2 version 2.9.9 or newer is required" => "Update psycopg2",
        "psycopg version 3.1.8 or newer is required" => "Update psycopg",
        "psycopg version 3.1.12 or newer is required" => "Update psycopg",
        "Specified 'postgresql' for database adapter" => "Add the gem `pg`",
        "Cannot find module 'pg'" => "Install the driver: `npm install pg`"
    ]
}
