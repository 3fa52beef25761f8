//! The handshake, with a verifier that refuses nobody and writes down what it was shown.
//!
//! What the certificates are worth is judged right behind it, before anything is sent: libpq's
//! rules are OpenSSL's, and differ from those of any verifier that rustls has.

use std::sync::{Arc, Mutex, PoisonError};

use dsnlens_core::Release;
use dsnlens_core::live::{Broken, Cipher, Handshake, Plan, Target};
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::crypto::{CryptoProvider, WebPkiSupportedAlgorithms, ring as provider};
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::sign::{CertifiedKey, SingleCertAndKey};
use rustls::version::{TLS12, TLS13};
use rustls::{ClientConfig, DigitallySignedStruct, Error, SignatureScheme};
use tokio_rustls::TlsConnector;
use x509_parser::prelude::{FromDer, X509Certificate};

use super::dial::{Wire, broken};
use super::identity::Shown;
use super::{Deadline, certificate};

/// What the server showed in a handshake.
#[derive(Debug)]
pub(super) struct Recorded {
    pub(super) chain: Vec<CertificateDer<'static>>,
}

impl Recorded {
    /// The data of `tls-server-end-point` that a log-in can be bound to.
    pub(super) fn endpoint(&self) -> Option<Vec<u8>> {
        certificate::endpoint(self.chain.first()?)
    }
}

/// A handshake as libpq would do it for `target`.
pub(super) async fn handshake(
    wire: Wire,
    plan: &Plan,
    target: &Target,
    shown: &mut Shown,
    deadline: Deadline,
) -> (Result<(Wire, Cipher), Handshake>, Recorded) {
    let recorder = Arc::new(Recorder::default());
    let Wire::Tcp(stream) = wire else {
        let failed = Handshake::Failed("no TLS on a Unix socket".into());
        return (Err(failed), Recorded { chain: Vec::new() });
    };
    let (name, is_named) = server_name(&target.host);
    let config = shown.identity(deadline).await.and_then(|identity| {
        config(plan, recorder.clone(), is_named && plan.names_server, identity)
    });
    let connected = match config {
        Ok(config) => {
            let connector = TlsConnector::from(Arc::new(config));
            let connecting = connector.connect(name, stream);
            match deadline.within(connecting).await {
                Ok(connected) => connected.map_err(failure),
                Err(broken) => Err(Handshake::Broken(broken)),
            }
        }
        Err(why) => Err(Handshake::Failed(why)),
    };
    let encrypted = connected.map(|stream| {
        let connection = stream.get_ref().1;
        let version = match connection.protocol_version() {
            Some(rustls::ProtocolVersion::TLSv1_3) => "TLSv1.3",
            _ => "TLSv1.2",
        };
        let suite = connection.negotiated_cipher_suite();
        let suite = suite.map(|it| format!("{:?}", it.suite())).unwrap_or_default();
        let suite = suite.strip_prefix("TLS13_").map_or(suite.clone(), |it| format!("TLS_{it}"));
        (Wire::Tls(Box::new(stream)), Cipher { version: version.into(), suite })
    });
    (encrypted, Recorded { chain: recorder.take() })
}

/// The name to tell the server: libpq tells none where the host is an address, or missing.
fn server_name(host: &str) -> (ServerName<'static>, bool) {
    let nobody = || ServerName::from(std::net::IpAddr::from([0, 0, 0, 0]));
    match ServerName::try_from(host.to_owned()) {
        Ok(name @ ServerName::DnsName(_)) => (name, true),
        _ => (nobody(), false),
    }
}

fn config(
    plan: &Plan,
    recorder: Arc<Recorder>,
    names_server: bool,
    identity: Option<Arc<CertifiedKey>>,
) -> Result<ClientConfig, String> {
    let spoken = [(Release::Tls1_3, &TLS13), (Release::Tls1_2, &TLS12)];
    let wanted = spoken.into_iter().filter(|it| plan.releases.contains(&it.0));
    let wanted: Vec<_> = wanted.map(|it| it.1).collect();
    if wanted.is_empty() {
        return Err("nothing older than TLSv1.2 is spoken here".into());
    }
    let provider = Arc::new(provider::default_provider());
    let builder = ClientConfig::builder_with_provider(provider).with_protocol_versions(&wanted);
    let builder = builder.map_err(|error| error.to_string())?.dangerous();
    let builder = builder.with_custom_certificate_verifier(recorder);
    let mut config = match identity {
        None => builder.with_no_client_auth(),
        Some(key) => builder.with_client_cert_resolver(Arc::new(SingleCertAndKey::from(key))),
    };
    config.enable_sni = names_server;
    // libpq does so since 17.
    config.alpn_protocols = vec![b"postgresql".to_vec()];
    Ok(config)
}

fn failure(error: std::io::Error) -> Handshake {
    let inner = error.get_ref().and_then(|it| it.downcast_ref::<Error>());
    match inner {
        Some(error) => Handshake::Failed(error.to_string()),
        None => match broken(&error) {
            Broken::Failed(text) => Handshake::Failed(text),
            broken => Handshake::Broken(broken),
        },
    }
}

/// Keeps the certificates, and checks nothing but that the server holds the key of the first.
#[derive(Debug, Default)]
struct Recorder {
    chain: Mutex<Vec<CertificateDer<'static>>>,
}

impl Recorder {
    fn take(&self) -> Vec<CertificateDer<'static>> {
        std::mem::take(&mut *self.chain.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl ServerCertVerifier for Recorder {
    fn verify_server_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        _: &ServerName<'_>,
        _: &[u8],
        _: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        let chain = std::iter::once(end_entity).chain(intermediates);
        let chain = chain.map(|it| it.clone().into_owned()).collect();
        *self.chain.lock().unwrap_or_else(PoisonError::into_inner) = chain;
        Ok(ServerCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        verify(message, certificate, signed)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        verify(message, certificate, signed)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        algorithms().supported_schemes()
    }
}

fn algorithms() -> WebPkiSupportedAlgorithms {
    let CryptoProvider { signature_verification_algorithms, .. } = provider::default_provider();
    signature_verification_algorithms
}

/// rustls's own check takes no certificate of version 1, and libpq does.
fn verify(
    message: &[u8],
    certificate: &CertificateDer<'_>,
    signed: &DigitallySignedStruct,
) -> Result<HandshakeSignatureValid, Error> {
    let unreadable = |_| Error::InvalidCertificate(rustls::CertificateError::BadEncoding);
    let (_, parsed) = X509Certificate::from_der(certificate).map_err(unreadable)?;
    let key = &*parsed.public_key().subject_public_key.data;
    let algorithms = algorithms();
    let mut candidates = algorithms.mapping.iter().filter(|it| it.0 == signed.scheme);
    candidates
        .any(|it| {
            it.1.iter().any(|it| it.verify_signature(key, message, signed.signature()).is_ok())
        })
        .then(HandshakeSignatureValid::assertion)
        .ok_or(Error::InvalidCertificate(rustls::CertificateError::BadSignature))
}
