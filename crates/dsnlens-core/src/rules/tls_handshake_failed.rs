//! `tls-handshake-failed`.

use crate::advice::Live;
use crate::advice::{Case, Findings, rule};
use crate::diagnostic::Severity;
use crate::live::Why;

rule! {
    /// Both sides speak TLS and do not come together
    ///
    /// # What happens
    ///
    /// The server says that it speaks TLS, and the handshake ends in an error: no version or cipher
    /// in common, a certificate of the client's that is missing, or bytes that are no TLS.
    ///
    /// libpq quotes
    /// OpenSSL: `SSL error: unsupported protocol`, `SSL error: wrong version number`, `SSL error: sslv3
    /// alert handshake failure`, `SSL error: tlsv1 alert`, `SSL error: no protocols available`.
    ///
    /// # Why it matters
    ///
    /// Versions before 1.2 are refused here, as libpq refuses them unless
    /// `ssl_min_protocol_version` says otherwise.
    ///
    /// # What to do
    ///
    /// Let the server speak TLS 1.2 or 1.3; ask its log for the other half of the error.
    ///
    /// # References
    ///
    /// - [PostgreSQL 18, `fe-secure-openssl.c`](https://github.com/postgres/postgres/blob/REL_18_0/src/interfaces/libpq/fe-secure-openssl.c): `open_client_SSL()`
    /// - [PostgreSQL's documentation, connection parameters](https://www.postgresql.org/docs/18/libpq-connect.html#LIBPQ-CONNECT-SSL-MIN-PROTOCOL-VERSION): `ssl_min_protocol_version`
    ///
    /// # Examples
    ///
    /// ```observed,reports
    /// DATABASE_URL=postgres://app:correct-horse@db.example.com/shop
    ///
    /// dns: ok 192.0.2.7
    /// tcp: ok
    /// sslrequest: S
    /// tls: alert received fatal alert: ProtocolVersion
    /// ```
    ///
    /// ```observed,silent
    /// DATABASE_URL=postgres://app:correct-horse@db.example.com/shop
    ///
    /// dns: ok 192.0.2.7
    /// tcp: ok
    /// sslrequest: S
    /// tls: closed
    /// ```
    "tls-handshake-failed", [Error], live check,
    errors [
        "tls: handshake failure",
        "tls: protocol version not supported",
        "error performing TLS handshake",
        "SSL error: unsupported protocol",
        "SSL error: wrong version number",
        "SSL error: sslv3 alert",
        "SSL error: tlsv1 alert",
        "SSL error: no protocols available",
        "alert handshake failure",
        "alert protocol version",
        "no shared cipher",
        "wrong version number",
        "ERR_SSL_WRONG_VERSION_NUMBER",
        "dh key too small",
        "ee key too small",
        "ca md too weak",
        "unsafe legacy renegotiation disabled",
        "unexpected ALPN protocol",
        "without ALPN protocol negotiation extension",
        "invalid SSL protocol version range",
        "could not establish SSL connection",
        "could not create SSL context",
        "received unencrypted data after",
        "server sent an error response during SSL exchange",
        "ESSLHANDSHAKE",
        "no protocols available"
    ]
}

fn check<'a>(case: &Case<'_, 'a>, live: &Live<'_>, findings: &mut Findings<'a>) {
    let Some(Why::Handshake(words)) = live.why() else { return };
    let place = live.place();
    findings
        .report(
            Severity::Error,
            alloc::format!("the TLS handshake with {place} fails: {words}"),
            "let the server speak TLS 1.2 or 1.3, and look into its log for the other half of the \
             error",
        )
        .at(case.host_span());
}
