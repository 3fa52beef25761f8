//! Certificates, made anew for each run.

use std::sync::LazyLock;
use std::time::{Duration, SystemTime};

use rcgen::{
    BasicConstraints, Certificate, CertificateParams, CertificateRevocationListParams, DnType,
    IsCa, Issuer, KeyIdMethod, KeyPair, KeyUsagePurpose, RevokedCertParams, SerialNumber,
};

/// A certificate, or several, with the key of the first.
#[derive(Clone)]
pub(crate) struct Identity {
    pub(crate) certificates: String,
    pub(crate) key: String,
}

/// An authority of the tests' own.
pub(crate) struct Authority {
    pub(crate) certificate: Certificate,
    issuer: Issuer<'static, KeyPair>,
}

/// The authority that signs what is right.
pub(crate) static AUTHORITY: LazyLock<Authority> =
    LazyLock::new(|| Authority::new("DSN Lens tests"));

/// An authority that has signed none of it.
pub(crate) static STRANGER: LazyLock<Authority> = LazyLock::new(|| Authority::new("Somebody else"));

const DAY: Duration = Duration::from_secs(86_400);

/// What a certificate says if nobody changes it: for these names, from yesterday for a year.
pub(crate) fn params(common_name: &str, names: &[&str]) -> CertificateParams {
    let names: Vec<String> = names.iter().map(|it| it.to_string()).collect();
    let mut params = CertificateParams::new(names).expect("names and addresses");
    params.distinguished_name.push(DnType::CommonName, common_name);
    params.not_before = (SystemTime::now() - DAY).into();
    params.not_after = (SystemTime::now() + 365 * DAY).into();
    params
}

/// The same, of an authority.
pub(crate) fn authority_params(common_name: &str) -> CertificateParams {
    let mut params = params(common_name, &[]);
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
    params
}

impl Authority {
    pub(crate) fn new(name: &str) -> Authority {
        Authority::with(authority_params(name))
    }

    /// A root that is what it says.
    pub(crate) fn with(params: CertificateParams) -> Authority {
        let key = KeyPair::generate().expect("a key");
        let certificate = params.self_signed(&key).expect("a certificate");
        Authority { certificate, issuer: Issuer::new(params, key) }
    }

    /// An authority below this one.
    pub(crate) fn below(&self, params: CertificateParams) -> Authority {
        let key = KeyPair::generate().expect("a key");
        let certificate = params.signed_by(&key, &self.issuer).expect("a certificate");
        Authority { certificate, issuer: Issuer::new(params, key) }
    }

    pub(crate) fn sign(&self, params: &CertificateParams) -> Identity {
        let key = KeyPair::generate().expect("a key");
        let certificate = params.signed_by(&key, &self.issuer).expect("a certificate");
        Identity { certificates: certificate.pem(), key: key.serialize_pem() }
    }

    pub(crate) fn pem(&self) -> String {
        self.certificate.pem()
    }

    /// A list with these serial numbers, made yesterday, that ends in so many days.
    pub(crate) fn revocations(&self, serial_numbers: &[u64], days: i64) -> String {
        let yesterday = SystemTime::now() - DAY;
        let span = Duration::from_secs(days.unsigned_abs() * 86_400);
        let next = if days < 0 { SystemTime::now() - span } else { yesterday + span };
        let revoked = |number: &u64| RevokedCertParams {
            serial_number: SerialNumber::from(*number),
            revocation_time: (yesterday - 30 * DAY).into(),
            reason_code: None,
            invalidity_date: None,
        };
        let list = CertificateRevocationListParams {
            this_update: (yesterday - 30 * DAY).into(),
            next_update: next.into(),
            crl_number: SerialNumber::from(1_u64),
            issuing_distribution_point: None,
            revoked_certs: serial_numbers.iter().map(revoked).collect(),
            key_identifier_method: KeyIdMethod::Sha256,
        };
        list.signed_by(&self.issuer).expect("a list").pem().expect("PEM")
    }
}

impl Identity {
    /// A certificate that signed itself.
    pub(crate) fn self_signed(params: &CertificateParams) -> Identity {
        let key = KeyPair::generate().expect("a key");
        let certificate = params.self_signed(&key).expect("a certificate");
        Identity { certificates: certificate.pem(), key: key.serialize_pem() }
    }

    /// The same, and the authorities that lead to it.
    pub(crate) fn followed_by(self, authority: &Authority) -> Identity {
        Identity { certificates: self.certificates + &authority.pem(), ..self }
    }
}

/// Days from now, as the end of a certificate.
pub(crate) fn in_days(params: &mut CertificateParams, days: i64) {
    let now = SystemTime::now();
    let span = Duration::from_secs(days.unsigned_abs() * 86_400 + 3600);
    params.not_after = if days < 0 { (now - span).into() } else { (now + span).into() };
    if days < 0 {
        params.not_before = (now - span - 30 * DAY).into();
    }
}
