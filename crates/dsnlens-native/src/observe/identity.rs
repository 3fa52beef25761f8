//! Who this side is: the certificate that is shown to a server that asks for one.
//!
//! The files, and what is wrong with them, are those of `initialize_SSL()` of PostgreSQL 18
//! (`fe-secure-openssl.c`).

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

use super::Deadline;
use super::loading::Loading;
use crate::file::{self, Opened, Unread};

/// What is shown; the error, where TLS cannot even begin.
pub(super) struct Shown(Loading<Loaded>);

type Loaded = Result<Option<Arc<CertifiedKey>>, String>;

impl Shown {
    /// Starts reading what the plan names, or what lies in `home`.
    pub(super) fn load(plan: &Plan, home: Option<&Path>) -> Shown {
        let Some(identity) = plan.identity.clone().filter(|_| plan.tries_tls()) else {
            return Shown(Loading::Done(Ok(None)));
        };
        let home = home.map(Path::to_owned);
        Shown(Loading::start(move || load(&identity, home.as_deref()).map(|it| it.map(Arc::new))))
    }

    pub(super) async fn identity(&mut self, deadline: Deadline) -> Loaded {
        let late = || Err("reading the client certificate took longer than the check may".into());
        self.0.wait(deadline).await.map_or_else(late, Clone::clone)
    }
}

fn load(identity: &Identity, home: Option<&Path>) -> Result<Option<CertifiedKey>, String> {
    let path = |named: &Option<String>, usual: &str| -> Option<PathBuf> {
        let named = named.as_ref().map(PathBuf::from);
        named.or_else(|| home.map(|it| it.join(".postgresql").join(usual)))
    };
    let Some(certificate) = path(&identity.certificate, "postgresql.crt") else { return Ok(None) };
    let shown = certificate.display();
    let opened = match file::read(&certificate) {
        // Without one the server may be content, too.
        Err(why) if why.is_absent() => return Ok(None),
        Err(why) => return Err(format!("could not open certificate file \"{shown}\": {why}")),
        Ok(opened) => opened,
    };
    let unreadable = |why: String| format!("could not read certificate file \"{shown}\": {why}");
    let chain: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(&opened.bytes).collect();
    let chain = chain.map_err(|error| unreadable(error.to_string()))?;
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
        let opened = file::read(self.path).map_err(|why| match why {
            why if why.is_absent() => {
                format!("certificate present, but not private key file \"{shown}\"")
            }
            Unread::Irregular(kind) => {
                format!("private key file \"{shown}\" is not a regular file: it is {kind}")
            }
            why => self.unloadable(&why.to_string()),
        })?;
        let Opened { bytes, metadata } = opened;
        #[cfg(not(unix))]
        let _ = metadata;
        #[cfg(unix)]
        if metadata.mode() & if metadata.uid() == 0 { 0o037 } else { 0o077 } != 0 {
            return Err(format!(
                "private key file \"{shown}\" has group or world access; file must have \
                 permissions u=rw (0600) or less if owned by the current user, or permissions \
                 u=rw,g=r (0640) or less if owned by root"
            ));
        }
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
