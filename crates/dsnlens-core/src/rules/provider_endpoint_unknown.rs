//! `provider-endpoint-unknown`.

use crate::advice::rule;

rule! {
    /// The provider cannot tell which database is meant
    ///
    /// # What happens
    ///
    /// Many databases share an address, and the provider finds yours by the host's name in the TLS
    /// handshake, or by an option: `Endpoint ID is not specified` (Neon, with a libpq before 14),
    /// `codeParamsRoutingFailed: missing cluster identifier` (CockroachDB).
    ///
    /// # Why it matters
    ///
    /// Neither user nor password were looked at.
    ///
    /// # What to do
    ///
    /// Copy host and options from the provider's connection string again: an address in place of
    /// the name, or a missing option, loses the database.
    ///
    /// # References
    ///
    /// - [Neon's proxy, `src/auth/mod.rs`](https://github.com/neondatabase/neon/blob/6a35a3e9f149798df1b1761ee64099d8d75fbe90/proxy/src/auth/mod.rs): `Endpoint ID is not specified`
    /// - [Neon's documentation, connection errors](https://neon.com/docs/connect/connection-errors): how Neon finds the endpoint
    /// - [CockroachDB, `proxy_handler.go`](https://github.com/cockroachdb/cockroach/blob/009f2d62292436724ab005606f3a6efb5d5fd4db/pkg/ccl/sqlproxyccl/proxy_handler.go): `missing cluster identifier`
    ///
    /// # Examples
    ///
    /// ```message,reports
    /// FATAL:  codeParamsRoutingFailed: missing cluster identifier
    /// ```
    ///
    /// ```message,silent
    /// FATAL:  Tenant or user not found
    /// ```
    "provider-endpoint-unknown", [Error], message,
    errors [
        "codeParamsRoutingFailed" =>
            "Write the cluster's name into the URL: `?options=--cluster%3D<name>`, or connect by \
             the full host name",
        "missing cluster identifier" =>
            "Write the cluster's name into the URL: `?options=--cluster%3D<name>`",
        "Endpoint ID is not specified" =>
            "Use libpq 14 or later and the full host name, or add \
             `?options=endpoint%3D<endpoint-id>`",
        "The requested endpoint could not be found",
        "Inconsistent project name inferred from SNI",
        "Project ID is not specified"
    ]
}
