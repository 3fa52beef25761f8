//! Whether a chain ends in a known authority, by OpenSSL's rules, which libpq's are.
//!
//! After `X509_verify_cert()` of OpenSSL 3.0 with its defaults: roots come before what the server
//! sent, a chain ends in a root that is its own issuer, and the purpose is a TLS server's. A chain
//! that webpki refuses may pass: a self-signed certificate that is a root itself, whether it calls
//! itself an authority or not; a certificate of version 1.

use dsnlens_core::live::Chain;
use rustls::pki_types::CertificateDer;
use x509_parser::prelude::{FromDer, X509Certificate};
use x509_parser::x509::X509Version;

use super::certificate::is_self_issued;

/// The longest chain that is followed.
const LONGEST: usize = 20;

/// What the chain that a server sent is worth by these roots, at `now` (seconds since 1970).
pub(super) fn judge(sent: &[CertificateDer<'_>], roots: &[CertificateDer<'_>], now: i64) -> Chain {
    let Some(own) = sent.first().and_then(|it| parse(it)) else {
        return Chain::Unsuitable("the certificate cannot be read".into());
    };
    let sent: Vec<_> = sent.iter().filter_map(|it| parse(it)).collect();

    let mut path = vec![own];
    while let Some(last) = path.last() {
        if is_self_issued(last) && roots.iter().any(|it| **it == *last.as_raw()) {
            break;
        }
        let name = last.issuer().to_string();
        // Most roots are nobody's issuer here, and are not worth reading.
        let candidates = roots.iter().filter(|it| contains(it, last.issuer().as_raw()));
        let mut candidates = candidates.filter_map(|it| parse(it));
        if let Some(root) = candidates.find(|it| is_issuer(it, last)) {
            path.push(root);
        } else if is_self_issued(last) {
            return if path.len() == 1 { Chain::SelfSigned } else { Chain::IssuerUnknown(name) };
        } else if let Some(issuer) = sent.iter().find(|it| is_issuer(it, last)) {
            path.push(issuer.clone());
        } else {
            return Chain::IssuerUnknown(name);
        }
        if path.len() > LONGEST {
            return Chain::Unsuitable("the chain is too long".into());
        }
    }
    check(&path, now)
}

fn parse<'d>(der: &'d CertificateDer<'_>) -> Option<X509Certificate<'d>> {
    X509Certificate::from_der(der).ok().map(|it| it.1)
}

/// Whether `needle` lies in `der`.
fn contains(der: &[u8], needle: &[u8]) -> bool {
    let Some(&first) = needle.first() else { return true };
    let mut rest = der;
    while let Some(at) = rest.iter().position(|it| *it == first) {
        let Some(candidate) = rest.get(at..) else { return false };
        if candidate.starts_with(needle) {
            return true;
        }
        rest = candidate.get(1..).unwrap_or_default();
    }
    false
}

fn is_issuer(issuer: &X509Certificate<'_>, of: &X509Certificate<'_>) -> bool {
    issuer.subject().as_raw() == of.issuer().as_raw()
        && of.verify_signature(Some(issuer.public_key())).is_ok()
}

/// A path that ends in a root: its authorities are ones, and nothing in it is out of time.
fn check(path: &[X509Certificate<'_>], now: i64) -> Chain {
    for (depth, certificate) in path.iter().enumerate() {
        let subject = certificate.subject().to_string();
        let checked = match depth {
            0 => check_purpose(certificate),
            _ => check_authority(certificate, depth - 1).and(check_purpose(certificate)),
        };
        if let Err(why) = checked {
            return Chain::Unsuitable(format!("{subject} {why}"));
        }
    }
    for certificate in path.iter().rev() {
        let validity = certificate.validity();
        let subject = certificate.subject().to_string();
        if now < validity.not_before.timestamp() {
            return Chain::NotYetValid(subject);
        }
        if now > validity.not_after.timestamp() {
            return Chain::Expired(subject);
        }
    }
    Chain::Trusted
}

/// `check_ca()`, with the certificates between it and the server's own.
fn check_authority(certificate: &X509Certificate<'_>, between: usize) -> Result<(), &'static str> {
    let usage = certificate.key_usage().ok().flatten();
    if usage.is_some_and(|it| !it.value.key_cert_sign()) {
        return Err("must not sign certificates");
    }
    match certificate.basic_constraints().ok().flatten() {
        Some(it) if !it.value.ca => Err("is no certificate authority"),
        Some(it) if it.value.path_len_constraint.is_some_and(|it| (it as usize) < between) => {
            Err("must not have so many authorities below it")
        }
        Some(_) => Ok(()),
        // Before there were extensions, being one's own issuer was enough.
        None if certificate.version() == X509Version::V1 && is_self_issued(certificate) => Ok(()),
        None => Err("is no certificate authority"),
    }
}

/// That the extended key usage, where there is one, covers TLS servers.
fn check_purpose(certificate: &X509Certificate<'_>) -> Result<(), &'static str> {
    match certificate.extended_key_usage().ok().flatten() {
        Some(usage) if !(usage.value.server_auth || usage.value.any) => {
            Err("is not for TLS servers")
        }
        _ => Ok(()),
    }
}
