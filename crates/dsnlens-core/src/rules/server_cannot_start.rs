//! `server-cannot-start`.

use crate::advice::rule;

rule! {
    /// The server does not start: its files are not usable
    ///
    /// # What happens
    ///
    /// In the server's own log, mostly a container's: `database files are incompatible with server`
    /// after a new major version, or `Database is uninitialized and superuser password is not
    /// specified`.
    ///
    /// # Why it matters
    ///
    /// The application sees only that the host is unknown or refuses the connection.
    ///
    /// # What to do
    ///
    /// Read the log from its top: the first `FATAL` is the reason. After a new major version, dump
    /// with the old image and restore with the new one; an empty volume takes `POSTGRES_PASSWORD`.
    ///
    /// # References
    ///
    /// - [PostgreSQL 18, `xlog.c`](https://github.com/postgres/postgres/blob/REL_18_0/src/backend/access/transam/xlog.c): `database files are incompatible with server`
    /// - [The PostgreSQL image, `docker-entrypoint.sh`](https://github.com/docker-library/postgres/blob/6edb0a8c4def40c371514b34aef9037ec82d9110/17/bookworm/docker-entrypoint.sh): `Database is uninitialized`
    /// - [PostgreSQL's documentation, upgrading a cluster](https://www.postgresql.org/docs/18/upgrading.html)
    ///
    /// # Examples
    ///
    /// ```message,reports
    /// db-1  | FATAL:  database files are incompatible with server
    /// ```
    ///
    /// ```message,silent
    /// FATAL:  the database system is starting up
    /// ```
    "server-cannot-start", [Error], message,
    errors [
        "database files are incompatible with server" =>
            "Go back to the image of the old major version, dump the data, and restore it into \
             the new one",
        "The data directory was initialized by PostgreSQL version" =>
            "Go back to the image of the old major version, dump the data, and restore it into \
             the new one",
        "Database is uninitialized and superuser password is not specified" =>
            "Set `POSTGRES_PASSWORD` for the container",
        "data directory \"{}\" has wrong ownership" =>
            "Give the directory to the account that runs the server",
        "data directory \"{}\" has invalid permissions" => "Set the directory's mode to 0700",
        "lock file \"{}\" already exists" =>
            "Stop the other server that uses this directory or port",
        "exists but is not empty" =>
            "Use an empty directory, or a folder inside the mounted volume",
        "these Docker images are configured to store database data in" =>
            "Mount the volume at `/var/lib/postgresql`: since 18 the image keeps its data there",
        "could not bind IPv4 address" => "Use another port: a server listens there already",
        "could not locate a valid checkpoint record"
    ]
}
