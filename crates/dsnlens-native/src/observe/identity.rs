//! Who this side is: the certificate that is shown to a server that asks for one.
//!
//! The files, and what is wrong with them, are those of `initialize_SSL()` of PostgreSQL 18
//! (`fe-secure-openssl.c`).

use std::fs;
use std::io::ErrorKind;
#[cfg(unix)]
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use dsnlens_core::live::{Identity, Plan};
use rustls::crypto::ring as provider;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::sign::CertifiedKey;
use rustls::{Error, InconsistentKeys};

/// What is shown; the error, where TLS cannot even begin.
pub(super) struct Shown(Result<Option<Arc<CertifiedKey>>, String>);

impl Shown {
    /// Reads what the plan names, or what lies in `home`.
    pub(super) fn load(plan: &Plan, home: Option<&Path>) -> Shown {
        let Some(identity) = &plan.identity else { return Shown(Ok(None)) };
        Shown(load(identity, home).map(|it| it.map(Arc::new)))
    }

    pub(super) fn identity(&self) -> Result<Option<Arc<CertifiedKey>>, String> {
        self.0.clone()
    }
}

fn load(identity: &Identity, home: Option<&Path>) -> Result<Option<CertifiedKey>, String> {
    let path = |named: &Option<String>, usual: &str| -> Option<PathBuf> {
        let named = named.as_ref().map(PathBuf::from);
        named.or_else(|| home.map(|it| it.join(".postgresql").join(usual)))
    };
    let Some(certificate) = path(&identity.certificate, "postgresql.crt") else { return Ok(None) };
    let shown = certificate.display();
    if let Err(error) = fs::metadata(&certificate) {
        // Without one the server may be content, too.
        return match error.kind() {
            ErrorKind::NotFound | ErrorKind::NotADirectory => Ok(None),
            _ => Err(format!("could not open certificate file \"{shown}\": {error}")),
        };
    }
    let unreadable = |why: String| format!("could not read certificate file \"{shown}\": {why}");
    let chain = CertificateDer::pem_file_iter(&certificate).and_then(Iterator::collect);
    let chain: Vec<_> = chain.map_err(|error| unreadable(error.to_string()))?;
    if chain.is_empty() {
        return Err(unreadable("no certificate in it".into()));
    }
    let Some(key) = path(&identity.key, "postgresql.key") else { return Ok(None) };
    let key = Key { path: &key };
    let signing = provider::sign::any_supported_type(&key.load()?);
    let signing = signing.map_err(|error| key.unloadable(&error.to_string()))?;
    let certified = CertifiedKey::new(chain, signing);
    match certified.keys_match() {
        // OpenSSL's words.
        Err(Error::InconsistentKeys(InconsistentKeys::KeyMismatch)) => {
            Err(key.unloadable("key values mismatch"))
        }
        _ => Ok(Some(certified)),
    }
}

struct Key<'p> {
    path: &'p Path,
}

impl Key<'_> {
    fn load(&self) -> Result<PrivateKeyDer<'static>, String> {
        let shown = self.path.display();
        let metadata = fs::metadata(self.path).map_err(|error| match error.kind() {
            ErrorKind::NotFound => {
                format!("certificate present, but not private key file \"{shown}\"")
            }
            _ => format!("could not stat private key file \"{shown}\": {error}"),
        })?;
        if !metadata.is_file() {
            return Err(format!("private key file \"{shown}\" is not a regular file"));
        }
        #[cfg(unix)]
        if metadata.mode() & if metadata.uid() == 0 { 0o037 } else { 0o077 } != 0 {
            return Err(format!(
                "private key file \"{shown}\" has group or world access; file must have \
                 permissions u=rw (0600) or less if owned by the current user, or permissions \
                 u=rw,g=r (0640) or less if owned by root"
            ));
        }
        let bytes = fs::read(self.path).map_err(|error| self.unloadable(&error.to_string()))?;
        if bytes.windows(9).any(|it| it == b"ENCRYPTED") {
            return Err(self.unloadable("a key with a password is not read here"));
        }
        // OpenSSL takes PEM, or else DER.
        PrivateKeyDer::from_pem_slice(&bytes)
            .or_else(|_| PrivateKeyDer::try_from(bytes))
            .map_err(|_| self.unloadable("no private key in it"))
    }

    fn unloadable(&self, why: &str) -> String {
        format!("could not load private key file \"{}\": {why}", self.path.display())
    }
}
