//! `server-message-undecodable`.

use crate::advice::rule;

rule! {
    /// The server's message is in an encoding that hides it
    ///
    /// # What happens
    ///
    /// `UnicodeDecodeError: 'utf-8' codec can't decode byte 0xe9 in position 55` while connecting:
    /// psycopg2 reads libpq's error as UTF-8, and a server or Windows with a language of its own
    /// writes another encoding.
    ///
    /// # Why it matters
    ///
    /// The error is about the message; the reason why the connection failed is inside it, mostly a
    /// wrong password, database or port.
    ///
    /// # What to do
    ///
    /// Make the messages English: set `lc_messages = 'C'` on the server, or `PGCLIENTENCODING`, and
    /// connect again with psql to read the reason. A password with `é` or `ñ` is the other usual
    /// cause.
    ///
    /// # References
    ///
    /// - [psycopg2 2.9.10, `connection_int.c`](https://github.com/psycopg/psycopg2/blob/2.9.10/psycopg/connection_int.c): `PyErr_SetString()` decodes libpq's error as UTF-8
    /// - [PostgreSQL's documentation, client connection defaults](https://www.postgresql.org/docs/18/runtime-config-client.html#GUC-LC-MESSAGES): `lc_messages`
    ///
    /// # Examples
    ///
    /// ```message,reports
    /// UnicodeDecodeError: 'utf-8' codec can't decode byte 0xe9 in position 55: invalid continuation byte
    /// ```
    ///
    /// ```message,silent
    /// UnicodeDecodeError: ascii
    /// ```
    "server-message-undecodable", [Error], message,
    errors ["UnicodeDecodeError: 'utf-8' codec can't decode byte"]
}
