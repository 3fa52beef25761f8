//! `forked-connection`.

use crate::advice::rule;

rule! {
    /// Two processes or threads use one connection
    ///
    /// # What happens
    ///
    /// A connection was opened before a fork, by gunicorn with `--preload`, Celery, uWSGI or
    /// `multiprocessing`, and both sides use it. TLS notices first: `SSL error: decryption failed
    /// or bad record mac`. Without TLS it is `lost synchronization with server`, or `another
    /// operation is in progress`.
    ///
    /// # Why it matters
    ///
    /// One process may read the rows of another.
    ///
    /// # What to do
    ///
    /// Close connections before the fork, so that each process opens its own:
    /// `django.db.connections.close_all()` in the master, `lazy-apps = true` in uWSGI. A pool is
    /// opened after the fork.
    ///
    /// # References
    ///
    /// - [PostgreSQL's documentation, connection control functions](https://www.postgresql.org/docs/18/libpq-connect.html): forking with open connections
    /// - [PostgreSQL 18, `fe-protocol3.c`](https://github.com/postgres/postgres/blob/REL_18_0/src/interfaces/libpq/fe-protocol3.c): `lost synchronization with server`
    /// - [Django 5.2, `utils/connection.py`](https://github.com/django/django/blob/5.2/django/utils/connection.py): `close_all()`
    /// - [uWSGI's documentation, `ThingsToKnow.rst`](https://github.com/unbit/uwsgi-docs/blob/ecb5670e186412012fecc679698f2f1e1e5e4299/ThingsToKnow.rst): `lazy-apps`
    ///
    /// # Examples
    ///
    /// ```message,reports
    /// django.db.utils.OperationalError: SSL error: decryption failed or bad record mac
    /// ```
    ///
    /// ```message,silent
    /// SSL connection has been closed unexpectedly
    /// ```
    "forked-connection", [Error], message,
    errors [
        "SSL error: decryption failed or bad record mac",
        "decryption failed or bad record mac",
        "lost synchronization with server",
        "error with status PGRES_TUPLES_OK and no message from the libpq",
        "error with status PGRES_COMMAND_OK and no message from the libpq",
        "message contents do not agree with length in message type",
        "insufficient data in \"D\" message",
        "unexpected field count in \"D\" message",
        "another operation is in progress" => "Give each task a connection of its own, from a pool",
        "another command is already in progress" =>
            "Give each thread or task a connection of its own",
        "SSL SYSCALL error: Bad file descriptor" => "Open the connection after the fork"
    ]
}
