//! `network-unreachable`.

use crate::advice::Live;
use crate::advice::{Case, Findings, rule};
use crate::diagnostic::Severity;
use crate::live::{Broken, Why};

rule! {
    /// No way leads from here to the address
    ///
    /// # What happens
    ///
    /// The operating system knows no route: `Network is unreachable`, `No route to host`,
    /// `Cannot assign requested address`.
    ///
    /// Node says `connect ENETUNREACH` or
    /// `EHOSTUNREACH`.
    ///
    /// # Why it matters
    ///
    /// Mostly the host has an IPv6 address alone and this machine has none: Supabase's direct host
    /// `db.<ref>.supabase.co`, Fly's `*.internal`. On a network with IPv6 the same URL works.
    ///
    /// # What to do
    ///
    /// Use the provider's pooler or its IPv4 add-on, or give this machine IPv6. For a private
    /// address, connect the VPN.
    ///
    /// # References
    ///
    /// - [PostgreSQL 18, `fe-connect.c`](https://github.com/postgres/postgres/blob/REL_18_0/src/interfaces/libpq/fe-connect.c): the text around the error
    /// - [Supabase's documentation, IPv4 addresses](https://supabase.com/docs/guides/platform/ipv4-address): the direct host has an IPv6 address
    /// - [Fly.io's documentation, `private-networking.html.md`](https://github.com/superfly/docs/blob/5c22c8cece71e1cf83fab3189c9f7301573f4d6e/networking/private-networking.html.md): `.internal` names are IPv6 addresses
    ///
    /// # Examples
    ///
    /// ```observed,reports
    /// DATABASE_URL=postgres://postgres:correct-horse@db.abcdefghijklmnop.supabase.co/postgres
    ///
    /// dns: ok 2001:db8::7
    /// tcp: unreachable Network is unreachable
    /// ```
    ///
    /// ```observed,silent
    /// DATABASE_URL=postgres://app:correct-horse@db.example.com/shop
    ///
    /// dns: ok 192.0.2.7
    /// tcp: timeout
    /// ```
    "network-unreachable", [Error], live check,
    errors [
        "Network is unreachable",
        "No route to host",
        "Cannot assign requested address" =>
            "Use an IPv4 address, such as `127.0.0.1` for `localhost`: this machine has no IPv6",
        "Can't assign requested address" =>
            "Use an IPv4 address, such as `127.0.0.1` for `localhost`: this machine has no IPv6",
        "Address not available" =>
            "Use an IPv4 address, such as `127.0.0.1` for `localhost`: this machine has no IPv6",
        "(::1), port {} failed: {}assign requested address" =>
            "Write `127.0.0.1`, or in a container the service's name: `localhost` is `::1` here, and \
             this machine has no IPv6",
        "\"::1\", port {} failed: {}assign requested address" =>
            "Write `127.0.0.1`, or in a container the service's name: `localhost` is `::1` here, and \
             this machine has no IPv6",
        "(::1), port {} failed: Address not available" =>
            "Write `127.0.0.1`, or in a container the service's name: `localhost` is `::1` here, and \
             this machine has no IPv6",
        "\"::1\", port {} failed: Address not available" =>
            "Write `127.0.0.1`, or in a container the service's name: `localhost` is `::1` here, and \
             this machine has no IPv6",
        "assign requested address{*}(::1) and accepting" =>
            "Write `127.0.0.1`, or in a container the service's name: `localhost` is `::1` here, and \
             this machine has no IPv6",
        "EADDRNOTAVAIL ::1" =>
            "Write `127.0.0.1`, or in a container the service's name: `localhost` is `::1` here, and \
             this machine has no IPv6",
        "ENETUNREACH",
        "EHOSTUNREACH",
        "EADDRNOTAVAIL" =>
            "Use an IPv4 address, such as `127.0.0.1` for `localhost`: this machine has no IPv6",
        "attempted to an unreachable"
    ]
}

fn check<'a>(case: &Case<'_, 'a>, live: &Live<'_>, findings: &mut Findings<'a>) {
    let Some(Why::Connect(Broken::Unreachable(words))) = live.why() else { return };
    let help = match live.has_only_ipv6() {
        true => {
            "the name has IPv6 addresses alone, and this machine reaches none: use the provider's \
             pooler or IPv4 add-on"
        }
        false => "connect the VPN or the private network that the address belongs to",
    };
    let place = live.place();
    findings
        .report(Severity::Error, alloc::format!("{place} cannot be reached: {words}"), help)
        .at(case.host_span());
}
