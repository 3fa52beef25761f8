//! What a certificate says, read with a parser that is as lenient as OpenSSL's.

use std::net::IpAddr;

use dsnlens_core::live::Certificate;
use ring::digest;
use rustls::pki_types::CertificateDer;
use x509_parser::extensions::GeneralName;
use x509_parser::oid_registry as oid;
use x509_parser::prelude::{FromDer, X509Certificate};

/// What there is to tell of it; nothing where it cannot be read.
pub(super) fn read(der: &CertificateDer<'_>) -> Certificate {
    let Ok((_, certificate)) = X509Certificate::from_der(der) else {
        return Certificate { subject: "(unreadable)".into(), ..Certificate::default() };
    };
    let common_name = certificate.subject().iter_common_name().next();
    let mut read = Certificate {
        subject: certificate.subject().to_string(),
        issuer: certificate.issuer().to_string(),
        common_name: common_name.and_then(|it| Some(it.as_str().ok()?.to_owned())),
        dns_names: Vec::new(),
        addresses: Vec::new(),
        not_before: certificate.validity().not_before.timestamp(),
        not_after: certificate.validity().not_after.timestamp(),
        is_self_issued: is_self_issued(&certificate),
    };
    let names = certificate.subject_alternative_name().ok().flatten();
    for name in names.iter().flat_map(|it| &it.value.general_names) {
        match name {
            GeneralName::DNSName(name) => read.dns_names.push((*name).to_owned()),
            GeneralName::IPAddress(bytes) => read.addresses.extend(address(bytes)),
            _ => {}
        }
    }
    read
}

pub(super) fn is_self_issued(certificate: &X509Certificate<'_>) -> bool {
    certificate.subject().as_raw() == certificate.issuer().as_raw()
}

fn address(bytes: &[u8]) -> Option<IpAddr> {
    let v4 = <[u8; 4]>::try_from(bytes).map(IpAddr::from);
    v4.or_else(|_| <[u8; 16]>::try_from(bytes).map(IpAddr::from)).ok()
}

/// `tls-server-end-point` of RFC 5929: the certificate under the hash of its own signature, MD5
/// and SHA-1 replaced by SHA-256.
pub(super) fn endpoint(der: &CertificateDer<'_>) -> Option<Vec<u8>> {
    let (_, certificate) = X509Certificate::from_der(der).ok()?;
    let signature = &certificate.signature_algorithm.algorithm;
    let is_one_of = |oids: &[oid::Oid<'static>]| oids.contains(signature);
    let algorithm = if is_one_of(&[oid::OID_PKCS1_SHA384WITHRSA, oid::OID_SIG_ECDSA_WITH_SHA384]) {
        &digest::SHA384
    } else if is_one_of(&[oid::OID_PKCS1_SHA512WITHRSA, oid::OID_SIG_ECDSA_WITH_SHA512]) {
        &digest::SHA512
    } else if is_one_of(&[
        oid::OID_PKCS1_MD5WITHRSAENC,
        oid::OID_PKCS1_SHA1WITHRSA,
        oid::OID_PKCS1_SHA256WITHRSA,
        oid::OID_SIG_ECDSA_WITH_SHA256,
    ]) {
        &digest::SHA256
    } else {
        // Ed25519 has no hash of its own, and RSA-PSS hides it: libpq cannot bind to those either.
        return None;
    };
    Some(digest::digest(algorithm, der).as_ref().to_vec())
}
