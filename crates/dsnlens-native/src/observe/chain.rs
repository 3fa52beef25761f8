//! Whether a chain ends in a known authority, by OpenSSL's rules, which libpq's are.
//!
//! Two judges: webpki, and a walker after `X509_verify_cert()` of OpenSSL 3.0 with its defaults
//! (roots come before what the server sent, a chain ends in a root that is its own issuer, the
//! purpose is a TLS server's, a root may expire). A chain is trusted where both trust it: webpki
//! knows name constraints and critical extensions, the walker explains a refusal in OpenSSL's
//! terms. The walker overrules webpki only where OpenSSL is known to be laxer: see [`is_laxer`].

use std::time::Duration;

use dsnlens_core::live::Chain;
use rustls::crypto::ring;
use rustls::pki_types::{CertificateDer, CertificateRevocationListDer, UnixTime};
use webpki::{
    BorrowedCertRevocationList, CertRevocationList, EndEntityCert, Error, ExpirationPolicy,
    KeyUsage, RevocationOptionsBuilder, anchor_from_trusted_cert,
};
use x509_parser::prelude::{FromDer, X509Certificate};
use x509_parser::revocation_list::CertificateRevocationList;
use x509_parser::x509::X509Version;

use super::certificate::is_self_issued;

/// The longest chain that is followed.
const LONGEST: usize = 20;

/// What a chain is held against.
#[derive(Debug, Default)]
pub(super) struct Authorities {
    pub(super) roots: Vec<CertificateDer<'static>>,
    /// Revocation lists; `None` where libpq looks at none. With any, every certificate needs the
    /// list of its issuer.
    pub(super) lists: Option<Vec<CertificateRevocationListDer<'static>>>,
}

/// What the chain that a server sent is worth by these authorities, at `now` (seconds since 1970).
pub(super) fn judge(sent: &[CertificateDer<'_>], by: &Authorities, now: i64) -> Chain {
    let verified = verify(sent, by, now);
    match (verified, walk(sent, by, now)) {
        (_, Err(refused)) => refused,
        (Ok(()), Ok(_)) => Chain::Trusted,
        (Err(error), Ok(path)) if is_laxer(&error, &path) => Chain::Trusted,
        (Err(error), Ok(_)) => Chain::Unsuitable(words(&error).into()),
    }
}

/// Where OpenSSL trusts a chain that webpki refuses: a self-signed certificate that is a root
/// itself, a certificate of version 1, and a server's own certificate that is an authority's.
fn is_laxer(error: &Error, path: &[X509Certificate<'_>]) -> bool {
    let is_v1 = path.iter().any(|it| it.version() == X509Version::V1);
    path.len() == 1
        || *error == Error::CaUsedAsEndEntity
        || (*error == Error::UnsupportedCertVersion && is_v1)
}

/// What webpki finds, where the walker finds nothing.
fn words(error: &Error) -> &'static str {
    match error {
        Error::NameConstraintViolation => "its authority may not sign for these names",
        Error::UnsupportedCriticalExtension => {
            "it has a critical extension that is unknown to this program"
        }
        Error::UnsupportedSignatureAlgorithmContext(_)
        | Error::UnsupportedSignatureAlgorithmForPublicKeyContext(_) => {
            "it is signed in a way that this program cannot verify"
        }
        _ => "it does not follow the rules of X.509 (RFC 5280)",
    }
}

/// webpki's verdict.
fn verify(sent: &[CertificateDer<'_>], by: &Authorities, now: i64) -> Result<(), Error> {
    let Some((own, others)) = sent.split_first() else { return Err(Error::BadDer) };
    let own = EndEntityCert::try_from(own)?;
    let anchors: Vec<_> =
        by.roots.iter().filter_map(|it| anchor_from_trusted_cert(it).ok()).collect();
    let lists = by.lists.iter().flatten();
    let lists: Vec<_> = lists
        .filter_map(|it| BorrowedCertRevocationList::from_der(it).ok())
        .map(CertRevocationList::from)
        .collect();
    let lists: Vec<_> = lists.iter().collect();
    // It refuses an empty list of lists; there, the walker has refused the chain.
    let revocation = RevocationOptionsBuilder::new(&lists).ok();
    let revocation = revocation.map(|it| it.with_expiration_policy(ExpirationPolicy::Enforce));
    let now = UnixTime::since_unix_epoch(Duration::from_secs(u64::try_from(now).unwrap_or(0)));
    let usage = KeyUsage::server_auth();
    let algorithms = ring::default_provider().signature_verification_algorithms.all;
    let revocation = revocation.map(|it| it.build());
    own.verify_for_usage(algorithms, &anchors, others, now, usage, revocation, None).map(drop)
}

/// The path to a root, or why there is none that OpenSSL would trust.
fn walk<'d>(
    sent: &'d [CertificateDer<'_>],
    by: &'d Authorities,
    now: i64,
) -> Result<Vec<X509Certificate<'d>>, Chain> {
    let Some(own) = sent.first().and_then(|it| parse(it)) else {
        return Err(Chain::Unsuitable("the certificate cannot be read".into()));
    };
    let sent: Vec<_> = sent.iter().filter_map(|it| parse(it)).collect();

    let mut path = vec![own];
    while let Some(last) = path.last() {
        if is_self_issued(last) && by.roots.iter().any(|it| **it == *last.as_raw()) {
            break;
        }
        let name = last.issuer().to_string();
        // Only a root that contains the issuer's name is worth reading.
        let candidates = by.roots.iter().filter(|it| contains(it, last.issuer().as_raw()));
        let mut candidates = candidates.filter_map(|it| parse(it));
        if let Some(root) = candidates.find(|it| is_issuer(it, last)) {
            path.push(root);
        } else if is_self_issued(last) {
            return Err(match path.len() {
                1 => Chain::SelfSigned,
                _ => Chain::IssuerUnknown(name),
            });
        } else if let Some(issuer) = sent.iter().find(|it| is_issuer(it, last)) {
            path.push(issuer.clone());
        } else {
            return Err(Chain::IssuerUnknown(name));
        }
        if path.len() > LONGEST {
            return Err(Chain::Unsuitable("the chain is too long".into()));
        }
    }
    check(&path, now)?;
    if let Some(lists) = &by.lists {
        check_lists(&path, lists, now)?;
    }
    Ok(path)
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
fn check(path: &[X509Certificate<'_>], now: i64) -> Result<(), Chain> {
    for (depth, certificate) in path.iter().enumerate() {
        let subject = certificate.subject().to_string();
        let checked = match depth {
            0 => check_purpose(certificate),
            _ => check_authority(certificate, depth - 1).and(check_purpose(certificate)),
        };
        if let Err(why) = checked {
            return Err(Chain::Unsuitable(format!("{subject} {why}")));
        }
    }
    for certificate in path.iter().rev() {
        let validity = certificate.validity();
        let subject = certificate.subject().to_string();
        if now < validity.not_before.timestamp() {
            return Err(Chain::NotYetValid(subject));
        }
        if now > validity.not_after.timestamp() {
            return Err(Chain::Expired(subject));
        }
    }
    Ok(())
}

/// `check_revocation()` with `X509_V_FLAG_CRL_CHECK_ALL`: every certificate of a path, the root
/// too, has a list of its issuer that is in time, and is not in it.
fn check_lists(
    path: &[X509Certificate<'_>],
    lists: &[CertificateRevocationListDer<'_>],
    now: i64,
) -> Result<(), Chain> {
    let lists = lists.iter().filter_map(|it| CertificateRevocationList::from_der(it).ok());
    let lists: Vec<_> = lists.map(|it| it.1).collect();
    for (nth, certificate) in path.iter().enumerate() {
        let issuer = path.get(nth + 1).unwrap_or(certificate);
        let refused =
            |why: &str| Err(Chain::Unsuitable(format!("{} {why}", certificate.subject())));
        let is_of_issuer = |it: &&CertificateRevocationList<'_>| {
            it.issuer().as_raw() == certificate.issuer().as_raw()
                && it.verify_signature(issuer.public_key()).is_ok()
        };
        let Some(list) = lists.iter().find(is_of_issuer) else {
            return refused("is covered by none of the revocation lists that `sslcrl` gives");
        };
        if list.next_update().is_some_and(|it| it.timestamp() < now) {
            return refused("has a revocation list that has expired");
        }
        if list.iter_revoked_certificates().any(|it| it.raw_serial() == certificate.raw_serial()) {
            return refused("is revoked");
        }
    }
    Ok(())
}

/// `check_ca()`, with the certificates between it and the server's own.
fn check_authority(certificate: &X509Certificate<'_>, between: usize) -> Result<(), &'static str> {
    let usage = certificate.key_usage().ok().flatten();
    if usage.is_some_and(|it| !it.value.key_cert_sign()) {
        return Err("must not sign certificates");
    }
    match certificate.basic_constraints().ok().flatten() {
        Some(it) if !it.value.ca => Err("is not a certificate authority"),
        Some(it) if it.value.path_len_constraint.is_some_and(|it| (it as usize) < between) => {
            Err("must not have so many authorities below it")
        }
        Some(_) => Ok(()),
        // Before there were extensions, being one's own issuer was enough.
        None if certificate.version() == X509Version::V1 && is_self_issued(certificate) => Ok(()),
        None => Err("is not a certificate authority"),
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
