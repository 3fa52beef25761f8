//! The roots that a certificate is held against: libpq's own, and those that would be an
//! alternative to it.

use std::fs;
use std::path::{Path, PathBuf};
use std::thread::{self, JoinHandle};
use std::time::{SystemTime, UNIX_EPOCH};

use dsnlens_core::live::{Chain, Cipher, Handshake, Plan, Root, Tls, Trust};
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;

use super::tls::Recorded;
use super::{certificate, chain};

/// The places where roots may be, the effective one first.
pub(super) struct Roots {
    places: Vec<(Root, bool, Loading)>,
}

type Loaded = Result<Vec<CertificateDer<'static>>, Chain>;

/// Roots that are being read while the network is waited for.
enum Loading {
    Done(Loaded),
    Under(Option<JoinHandle<Loaded>>),
}

impl Roots {
    /// Starts reading them.
    pub(super) fn load(plan: &Plan, home: Option<&Path>) -> Roots {
        let default = home.map(|it| it.join(".postgresql/root.crt"));
        let mut places = vec![plan.root.clone()];
        for other in [Root::Default, Root::System] {
            if !places.contains(&other) {
                places.push(other);
            }
        }
        let load = |root: Root| {
            let is_effective = root == plan.root;
            let loading = match &root {
                Root::Default => Loading::Done(from_file(default.clone())),
                Root::File(path) => Loading::Done(from_file(Some(path.into()))),
                Root::System => Loading::Under(Some(thread::spawn(from_system))),
            };
            (root, is_effective, loading)
        };
        Roots { places: places.into_iter().map(load).collect() }
    }

    /// What a handshake showed, and what it is worth.
    pub(super) async fn judge(
        &mut self,
        encrypted: Result<&Cipher, &Handshake>,
        recorded: Recorded,
    ) -> Tls {
        let now = SystemTime::now().duration_since(UNIX_EPOCH);
        let now = now.map_or(0, |it| it.as_secs() as i64);
        let mut trust = Vec::new();
        for (root, is_effective, loading) in &mut self.places {
            let chain = match loading.loaded() {
                _ if recorded.chain.is_empty() => continue,
                // Nobody needs to know that other roots are not there.
                Err(Chain::NoRoots) if !*is_effective => continue,
                Err(chain) => chain.clone(),
                Ok(roots) => chain::judge(&recorded.chain, roots, now),
            };
            trust.push(Trust { root: root.clone(), is_effective: *is_effective, chain });
        }
        Tls {
            handshake: encrypted.cloned().map_err(Handshake::clone),
            chain: recorded.chain.iter().map(certificate::read).collect(),
            trust,
            now,
        }
    }
}

impl Loading {
    fn loaded(&mut self) -> &Loaded {
        if let Loading::Under(thread) = self {
            let loaded = thread.take().and_then(|it| it.join().ok());
            *self = Loading::Done(loaded.unwrap_or(Err(Chain::NoRoots)));
        }
        match self {
            Loading::Done(loaded) => loaded,
            Loading::Under(_) => &Err(Chain::NoRoots),
        }
    }
}

/// `initialize_SSL()`: a file that is there has to be readable.
fn from_file(path: Option<PathBuf>) -> Loaded {
    let path = path.filter(|it| it.exists()).ok_or(Chain::NoRoots)?;
    let text = fs::read(&path).map_err(|error| Chain::UnreadableRoots(error.to_string()))?;
    let roots: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(&text).collect();
    match roots {
        Ok(roots) if !roots.is_empty() => Ok(roots),
        _ => Err(Chain::UnreadableRoots("no certificate found in it".into())),
    }
}

fn from_system() -> Loaded {
    let found = rustls_native_certs::load_native_certs();
    for error in &found.errors {
        tracing::warn!(%error, "a root certificate of this machine cannot be read");
    }
    Ok(found.certs)
}
