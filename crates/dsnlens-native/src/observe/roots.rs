//! The roots that a certificate is held against: libpq's own, and those that would be an
//! alternative to it.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{SystemTime, UNIX_EPOCH};
use std::{env, fs};

use dsnlens_core::live::{Chain, Cipher, Handshake, Plan, Root, Tls, Trust};
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;

use super::loading::Loading;
use super::tls::Recorded;
use super::{Deadline, certificate, chain};
use crate::file;

/// The most files that are read of directories of roots; Mozilla's list has some 150.
const MOST_FILES: usize = 1000;

/// The places where roots may be, the effective one first.
pub(super) struct Roots {
    places: Vec<(Root, bool, Loading<Loaded>)>,
}

type Loaded = Result<Arc<[CertificateDer<'static>]>, Chain>;

impl Roots {
    /// Starts reading them, if anything is held against them.
    pub(super) fn load(plan: &Plan, home: Option<&Path>) -> Roots {
        if !plan.tries_tls() {
            return Roots { places: Vec::new() };
        }
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
                Root::Default => {
                    let default = default.clone();
                    Loading::start(move || from_file(default.as_deref()))
                }
                Root::File(path) => {
                    let path = PathBuf::from(path);
                    Loading::start(move || from_file(Some(&path)))
                }
                Root::System => Loading::start(from_system),
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
        deadline: Deadline,
    ) -> Tls {
        let now = SystemTime::now().duration_since(UNIX_EPOCH);
        let now = now.map_or(0, |it| it.as_secs() as i64);
        let mut trust = Vec::new();
        for (root, is_effective, loading) in &mut self.places {
            if recorded.chain.is_empty() {
                continue;
            }
            let chain = match loading.wait(deadline).await.cloned() {
                None if *is_effective => Chain::UnreadableRoots("reading takes too long".into()),
                // Nobody needs to know that other roots are not there.
                None | Some(Err(Chain::NoRoots)) if !*is_effective => continue,
                None => continue,
                Some(Err(chain)) => chain,
                Some(Ok(roots)) => {
                    let sent = recorded.chain.clone();
                    // A server chooses how much there is to verify.
                    let judging = Loading::start(move || chain::judge(&sent, &roots, now));
                    let late = || Chain::Unsuitable("verifying the chain takes too long".into());
                    { judging }.wait(deadline).await.cloned().unwrap_or_else(late)
                }
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

/// `initialize_SSL()`: a file that is there has to be readable.
fn from_file(path: Option<&Path>) -> Loaded {
    let text = match file::read(path.ok_or(Chain::NoRoots)?) {
        Err(why) if why.is_absent() => return Err(Chain::NoRoots),
        Err(why) => return Err(Chain::UnreadableRoots(why.to_string())),
        Ok(opened) => opened.bytes,
    };
    let roots: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(&text).collect();
    match roots {
        Ok(roots) if !roots.is_empty() => Ok(roots.into()),
        _ => Err(Chain::UnreadableRoots("no certificate found in it".into())),
    }
}

/// This machine's roots: those that OpenSSL's variables name, or its usual ones.
fn from_system() -> Loaded {
    let (file, directories) = (env::var_os("SSL_CERT_FILE"), env::var_os("SSL_CERT_DIR"));
    if file.is_none() && directories.is_none() {
        let found = rustls_native_certs::load_native_certs();
        for error in &found.errors {
            tracing::warn!(%error, "a root certificate of this machine cannot be read");
        }
        return Ok(found.certs.into());
    }
    let directories = directories.iter().flat_map(env::split_paths);
    let within = directories.filter_map(|it| fs::read_dir(it).ok()).flatten().flatten();
    let within = within.map(|it| it.path()).take(MOST_FILES);
    let mut roots = Vec::new();
    for path in file.into_iter().map(PathBuf::from).chain(within) {
        match from_file(Some(&path)) {
            Ok(found) => roots.extend(found.iter().cloned()),
            Err(error) => {
                tracing::warn!(path = %path.display(), %error, "a root certificate is not read");
            }
        }
    }
    roots.sort_by(|a, b| a.as_ref().cmp(b.as_ref()));
    roots.dedup();
    Ok(roots.into())
}
