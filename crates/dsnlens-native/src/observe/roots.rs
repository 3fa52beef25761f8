//! The roots that a certificate is held against: libpq's own, and those that would be an
//! alternative to it.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{SystemTime, UNIX_EPOCH};
use std::{env, fs};

use dsnlens_core::live::{Chain, Cipher, Handshake, Plan, Root, Tls, Trust};
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, CertificateRevocationListDer};

use super::chain::Authorities;
use super::loading::Loading;
use super::tls::Recorded;
use super::{Deadline, certificate, chain};
use crate::file::{self, Unread};

/// The most files that are read of directories of roots; Mozilla's list has some 150.
const MOST_FILES: usize = 1000;

/// The places where roots may be, the effective one first.
pub(super) struct Roots {
    places: Vec<(Root, bool, Loading<Loaded>)>,
}

type Loaded = Result<Arc<Authorities>, Chain>;

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
        let lists = Lists::of(plan, home);
        let load = |root: Root| {
            let is_effective = root == plan.root;
            let path = match &root {
                Root::Default => Some(default.clone()),
                Root::File(path) => Some(Some(PathBuf::from(path))),
                Root::System => None,
            };
            let lists = lists.clone();
            let loading = match path {
                Some(path) => Loading::start(move || from_file(path.as_deref(), &lists)),
                None => Loading::start(from_system),
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
                // Missing alternatives are not reported.
                None | Some(Err(Chain::NoRoots)) if !*is_effective => continue,
                None => continue,
                Some(Err(chain)) => chain,
                Some(Ok(authorities)) => {
                    let sent = recorded.chain.clone();
                    // A server chooses how much there is to verify.
                    let judging = Loading::start(move || chain::judge(&sent, &authorities, now));
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

/// Where revocation lists are.
#[derive(Clone, Debug)]
struct Lists {
    file: Option<PathBuf>,
    directory: Option<PathBuf>,
}

impl Lists {
    /// What the plan names, or libpq's default.
    fn of(plan: &Plan, home: Option<&Path>) -> Lists {
        let [file, directory] =
            [&plan.lists.file, &plan.lists.directory].map(|it| it.as_ref().map(PathBuf::from));
        let default = home.map(|it| it.join(".postgresql/root.crl"));
        let is_named = file.is_some() || directory.is_some();
        Lists { file: file.or(default.filter(|_| !is_named)), directory }
    }

    /// `initialize_SSL()`: a file that cannot be read, or holds neither a list nor a certificate,
    /// turns them off; a directory does not, whatever it holds.
    fn load(&self) -> Result<Option<Vec<CertificateRevocationListDer<'static>>>, Chain> {
        let mut lists = Vec::new();
        if let Some(path) = &self.file {
            let text = match file::read(path) {
                Ok(opened) => opened.bytes,
                Err(Unread::Failed(_)) => return Ok(None),
                Err(why) => {
                    return Err(Chain::UnreadableRoots(format!("revocation list: {why}")));
                }
            };
            lists = lists_in(&text);
            if lists.is_empty() && CertificateDer::pem_slice_iter(&text).next().is_none() {
                return Ok(None);
            }
        }
        let Some(directory) = &self.directory else {
            return Ok(self.file.as_ref().map(|_| lists));
        };
        let entries = fs::read_dir(directory).into_iter().flatten().flatten();
        for entry in entries.take(MOST_FILES).filter(|it| is_hashed(&it.path())) {
            match file::read(&entry.path()) {
                Ok(opened) => lists.extend(lists_in(&opened.bytes)),
                Err(error) => {
                    let path = entry.path();
                    tracing::warn!(path = %path.display(), %error, "a revocation list is not read");
                }
            }
        }
        Ok(Some(lists))
    }
}

/// Whether a file of a directory has the name by which OpenSSL finds a list: a hash and `.r0`.
fn is_hashed(path: &Path) -> bool {
    let number = path.extension().and_then(|it| it.to_str()?.strip_prefix('r'));
    number.is_some_and(|it| !it.is_empty() && it.bytes().all(|it| it.is_ascii_digit()))
}

fn lists_in(text: &[u8]) -> Vec<CertificateRevocationListDer<'static>> {
    CertificateRevocationListDer::pem_slice_iter(text).filter_map(Result::ok).collect()
}

/// `initialize_SSL()`: a file that is there has to be readable.
fn from_file(path: Option<&Path>, lists: &Lists) -> Loaded {
    let roots = certificates(path)?;
    Ok(Arc::new(Authorities { roots, lists: lists.load()? }))
}

fn certificates(path: Option<&Path>) -> Result<Vec<CertificateDer<'static>>, Chain> {
    let text = match file::read(path.ok_or(Chain::NoRoots)?) {
        Err(why) if why.is_absent() => return Err(Chain::NoRoots),
        Err(why) => return Err(Chain::UnreadableRoots(why.to_string())),
        Ok(opened) => opened.bytes,
    };
    let roots: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(&text).collect();
    match roots {
        Ok(roots) if !roots.is_empty() => Ok(roots),
        _ => Err(Chain::UnreadableRoots("no certificate found in it".into())),
    }
}

/// This machine's roots, for which libpq reads no revocation list: those that OpenSSL's variables name, or its usual ones.
fn from_system() -> Loaded {
    let (file, directories) = (env::var_os("SSL_CERT_FILE"), env::var_os("SSL_CERT_DIR"));
    if file.is_none() && directories.is_none() {
        let found = rustls_native_certs::load_native_certs();
        for error in &found.errors {
            tracing::warn!(%error, "a root certificate of this machine cannot be read");
        }
        return Ok(Arc::new(Authorities { roots: found.certs, lists: None }));
    }
    let directories = directories.iter().flat_map(env::split_paths);
    let within = directories.filter_map(|it| fs::read_dir(it).ok()).flatten().flatten();
    let within = within.map(|it| it.path()).take(MOST_FILES);
    let mut roots = Vec::new();
    for path in file.into_iter().map(PathBuf::from).chain(within) {
        match certificates(Some(&path)) {
            Ok(found) => roots.extend(found),
            Err(error) => {
                tracing::warn!(path = %path.display(), %error, "a root certificate is not read");
            }
        }
    }
    roots.sort_by(|a, b| a.as_ref().cmp(b.as_ref()));
    roots.dedup();
    Ok(Arc::new(Authorities { roots, lists: None }))
}
