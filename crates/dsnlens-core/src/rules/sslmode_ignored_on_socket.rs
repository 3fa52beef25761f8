//! `sslmode-ignored-on-socket`.

use crate::advice::{Case, Findings, rule, shown, written_in};
use crate::diagnostic::Severity;
use crate::tls::{SslMode, TlsPolicy};

rule! {
    /// `sslmode` does nothing on a Unix socket
    ///
    /// # What happens
    ///
    /// A host that is empty or starts with `/` is a Unix socket, and libpq never encrypts one
    /// (`fe-connect.c`): `require` and `verify-full` pass without TLS and without an error. The
    /// recipe compares `DB_HOST` with `localhost`, `127.0.0.1` and `::1`, takes a path for a remote
    /// host, and asks for `require` in production; in URL mode it always does.
    ///
    /// # Why it matters
    ///
    /// The connection stays on this machine, so nothing is wrong. But `'sslmode': 'require'` in the
    /// settings looks like TLS, and a server with only `hostssl` lines in `pg_hba.conf` rejects a
    /// socket.
    ///
    /// # What to do
    ///
    /// Nothing. The proxy behind a socket such as `/cloudsql/…` encrypts the connection to the
    /// server by itself. For TLS to a server on this machine, set the host to `localhost`.
    ///
    /// # References
    ///
    /// - [PostgreSQL's documentation, connection parameters](https://www.postgresql.org/docs/18/libpq-connect.html#LIBPQ-CONNECT-SSLMODE): `sslmode`
    /// - [PostgreSQL 18, `fe-connect.c`](https://github.com/postgres/postgres/blob/REL_18_0/src/interfaces/libpq/fe-connect.c): `init_allowed_encryption_methods()`
    ///
    /// # Examples
    ///
    /// ```env,reports
    /// DB_HOST=/cloudsql/project:region:instance
    /// DB_NAME=shop
    /// ```
    ///
    /// ```env,silent
    /// DB_HOST=/cloudsql/project:region:instance
    /// DB_NAME=shop
    /// DEBUG=True
    /// ```
    "sslmode-ignored-on-socket", [Info] libpq given, check
}

fn check<'a>(case: &Case<'_, 'a>, findings: &mut Findings<'a>) {
    let Some(tls) = case.resolution.tls.filter(TlsPolicy::is_socket) else { return };
    let is_elsewhere = super::database_suspicious::names_host(case);
    if tls.sslmode() < Some(SslMode::Require)
        || !case.connects()
        || case.is_misread()
        || is_elsewhere
    {
        return;
    }
    let Some((_, line)) = case.winner("sslmode") else { return };
    let host = case.winner("host").map(|(_, it)| it).filter(|it| it.value.is_truthy());
    let through = match host {
        Some(host) => alloc::format!("the Unix socket in `{}`", shown(&host.value)),
        None => "a Unix socket".into(),
    };
    let message = alloc::format!(
        "`sslmode={}` ({}) does nothing: the connection goes through {through}",
        tls.mode.name,
        written_in(&line.origin)
    );
    let span = line.origin.input_span().or(host.and_then(|it| it.origin.input_span()));
    let help = match case.resolution.proxy() {
        Some(proxy) => alloc::format!("nothing: the {proxy} encrypts the connection to the server"),
        None => "nothing: the connection stays on this machine; set a host if TLS is wanted".into(),
    };
    findings.report(Severity::Info, message, help).at(span);
}
