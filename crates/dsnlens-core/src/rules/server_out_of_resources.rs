//! `server-out-of-resources`.

use crate::advice::rule;

rule! {
    /// The server's disk, memory or processes are used up
    ///
    /// # What happens
    ///
    /// `No space left on device`, `out of shared memory`, `could not fork new process for
    /// connection`.
    ///
    /// # Why it matters
    ///
    /// A server without disk stops taking writes, and may not start again. In containers shared
    /// memory is 64 MB unless told otherwise.
    ///
    /// # What to do
    ///
    /// Free or enlarge what the message names. For shared memory in Docker: `--shm-size=256m`.
    ///
    /// # References
    ///
    /// - [PostgreSQL 18, `postmaster.c`](https://github.com/postgres/postgres/blob/REL_18_0/src/backend/postmaster/postmaster.c): `could not fork new process for connection`
    /// - [PostgreSQL 18, `lock.c`](https://github.com/postgres/postgres/blob/REL_18_0/src/backend/storage/lmgr/lock.c): `out of shared memory`
    /// - [PostgreSQL's documentation, kernel resources](https://www.postgresql.org/docs/18/kernel-resources.html)
    ///
    /// # Examples
    ///
    /// ```message,reports
    /// ERROR:  could not extend file "base/16384/16385": No space left on device
    /// ```
    ///
    /// ```message,silent
    /// FATAL:  sorry, too many clients already
    /// ```
    "server-out-of-resources", [Error], message,
    errors [
        "No space left on device" => "Free disk space on the server, or enlarge its disk",
        "could not extend file" => "Free disk space on the server, or enlarge its disk",
        "Disk quota exceeded" => "Free disk space on the server, or enlarge its disk",
        "could not resize shared memory segment" =>
            "Give the container more shared memory: `--shm-size=256m`",
        "out of shared memory" => "Raise `max_locks_per_transaction`, or shorten the transaction",
        "could not fork new process for connection" =>
            "Lower the number of connections: the server may start no more processes",
        "Cannot allocate memory" =>
            "Give the server more memory, or lower the number of connections",
        "could not create socket: Too many open files" =>
            "Look for connections that stay open, or raise `ulimit -n`",
        "no memory for pool" => "Give the pooler more memory"
    ],
    perhaps [
        "out of memory" =>
            "Give the server more memory, or lower `work_mem` and the number of connections"
    ]
}
