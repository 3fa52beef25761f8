//! What may stand between brackets: `_check_bracketed_host` and `ipaddress.ip_address`.

use core::net::{Ipv4Addr, Ipv6Addr};

/// Whether `host` may stand between brackets. The error is Python's text; `None` where that text
/// quotes the host.
pub(super) fn is_ip_literal(host: &str) -> Result<(), Option<&'static str>> {
    if let Some(future) = host.strip_prefix('v') {
        return match is_ip_future(future) {
            true => Ok(()),
            false => Err(Some("IPvFuture address is invalid")),
        };
    }
    // Both readers take exactly four ASCII octets without leading zeros.
    if host.parse::<Ipv4Addr>().is_ok() {
        return Err(Some("An IPv4 address cannot be in brackets"));
    }
    match is_ipv6_with_zone(host) {
        true => Ok(()),
        false => Err(None),
    }
}

/// Whether `ipaddress.ip_address(text)` works.
pub fn is_ip_address(text: &str) -> bool {
    // Most hosts are names, which the first characters of most tell.
    let may_be = |byte: u8| byte.is_ascii_hexdigit() || matches!(byte, b':' | b'.' | b'%');
    if !text.bytes().take(4).all(may_be) {
        return false;
    }
    text.parse::<Ipv4Addr>().is_ok() || is_ipv6_with_zone(text)
}

/// `\Av[a-fA-F0-9]+\..+\Z`, behind the `v`.
fn is_ip_future(text: &str) -> bool {
    text.split_once('.').is_some_and(|(version, address)| {
        !version.is_empty()
            && version.bytes().all(|it| it.is_ascii_hexdigit())
            && !address.is_empty()
    })
}

fn is_ipv6_with_zone(host: &str) -> bool {
    let (address, zone) = host.split_once('%').unwrap_or((host, "-"));
    !zone.is_empty() && !zone.contains(['%', '/']) && address.parse::<Ipv6Addr>().is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_ipaddress_takes() {
        for host in ["::1", "fe80::1%eth0", "::ffff:1.2.3.4", "1:2:3:4:5:6:7::", "v1.example.com"] {
            assert_eq!(is_ip_literal(host), Ok(()), "{host}");
        }
        for host in [
            "",
            "localhost",
            "::1%",
            "fe80::1%a%b",
            "fe80::1%a/b",
            "1.2.3",
            "01.2.3.4",
            "::g",
            ":::",
        ] {
            assert_eq!(is_ip_literal(host), Err(None), "{host}");
        }
        assert_eq!(is_ip_literal("127.0.0.1"), Err(Some("An IPv4 address cannot be in brackets")));
        assert_eq!(is_ip_literal("vx.y"), Err(Some("IPvFuture address is invalid")));
    }
}
