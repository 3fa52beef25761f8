//! Whether a certificate is for a host, as libpq decides it.
//!
//! Reproduces `pgtls_verify_peer_name_matches_certificate_guts()` and the functions it calls, of
//! `fe-secure-openssl.c` and `fe-secure-common.c` in PostgreSQL 15 to 18.

use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;
use core::net::{IpAddr, Ipv4Addr};

use super::observation::Certificate;

/// Whether libpq's `verify-full` takes the certificate for one of `host`.
///
/// Alternative names count, whatever their kind; the common name only where none of them is of
/// the host's kind.
pub fn is_for_host(certificate: &Certificate, host: &str) -> bool {
    let address = to_address(host);
    let has_names_of_its_kind = match address {
        Some(_) => !certificate.addresses.is_empty(),
        None => !certificate.dns_names.is_empty(),
    };
    certificate.dns_names.iter().any(|it| matches(it, host))
        || address.is_some_and(|address| certificate.addresses.contains(&address))
        || !has_names_of_its_kind
            && certificate.common_name.as_deref().is_some_and(|it| matches(it, host))
}

/// The names that the certificate is for, in the order in which libpq looks at them.
pub fn names(certificate: &Certificate) -> Vec<String> {
    let dns = certificate.dns_names.iter().cloned();
    let names: Vec<_> = dns.chain(certificate.addresses.iter().map(|it| format!("{it}"))).collect();
    match names.is_empty() {
        true => certificate.common_name.iter().cloned().collect(),
        false => names,
    }
}

/// Whether a name of the certificate, be it one with a `*`, is the host's.
fn matches(pattern: &str, host: &str) -> bool {
    if pattern.eq_ignore_ascii_case(host) {
        return true;
    }
    // `*.example.com` stands for one label in front, and for no more than that.
    let (Some(suffix), Some((label, _))) = (pattern.strip_prefix('*'), host.split_once('.')) else {
        return false;
    };
    suffix.starts_with('.')
        && suffix.len() > 1
        && !label.is_empty()
        && host.strip_prefix(label).is_some_and(|it| it.eq_ignore_ascii_case(suffix))
}

/// `inet_aton()` or `inet_pton(AF_INET6)`. Of the many spellings of the former only the usual one
/// is known here.
fn to_address(host: &str) -> Option<IpAddr> {
    host.parse::<Ipv4Addr>().map(IpAddr::V4).or_else(|_| host.parse()).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::string::ToString;

    fn certificate(common_name: &str, dns_names: &[&str], addresses: &[&str]) -> Certificate {
        Certificate {
            common_name: Some(common_name.to_string()),
            dns_names: dns_names.iter().map(|it| it.to_string()).collect(),
            addresses: addresses.iter().map(|it| it.parse().unwrap()).collect(),
            ..Certificate::default()
        }
    }

    #[track_caller]
    fn check(certificate: &Certificate, takes: &[&str], refuses: &[&str]) {
        for host in takes {
            assert!(is_for_host(certificate, host), "{host} is refused");
        }
        for host in refuses {
            assert!(!is_for_host(certificate, host), "{host} is taken");
        }
    }

    #[test]
    fn a_common_name_counts_where_there_is_no_other_of_its_kind() {
        check(&certificate("db.example.com", &[], &[]), &["db.example.com", "DB.Example.com"], &[]);
        let with_dns = certificate("db.example.com", &["other.example.com"], &[]);
        check(&with_dns, &["other.example.com"], &["db.example.com"]);
        let with_address = certificate("db.example.com", &[], &["192.0.2.1"]);
        check(&with_address, &["db.example.com", "192.0.2.1"], &["192.0.2.2"]);
    }

    #[test]
    fn a_star_stands_for_one_label_in_front() {
        let star = certificate("x", &["*.example.com"], &[]);
        check(
            &star,
            &["db.example.com", "DB.EXAMPLE.COM"],
            &["example.com", ".example.com", "a.db.example.com", "dbexample.com"],
        );
        check(&certificate("x", &["*", "*.", "d*.example.com"], &[]), &[], &["db.example.com"]);
    }

    #[test]
    fn an_address_is_compared_by_value_and_as_a_name() {
        let by_value = certificate("x", &[], &["::1", "127.0.0.1"]);
        check(&by_value, &["::1", "0:0:0:0:0:0:0:1", "127.0.0.1"], &["127.0.0.2", "localhost"]);
        check(&certificate("127.0.0.1", &["127.0.0.1"], &[]), &["127.0.0.1"], &[]);
        check(&certificate("127.0.0.1", &["localhost"], &[]), &["127.0.0.1"], &[]);
        check(&certificate("127.0.0.1", &[], &["192.0.2.1"]), &[], &["127.0.0.1"]);
    }
}
