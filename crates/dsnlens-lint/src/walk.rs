//! Goes through a repository as git sees it, on every core, and takes the files that may configure a
//! database.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use ignore::{DirEntry, WalkBuilder, WalkState};

use crate::finding::Unread;
use crate::kind::{self, Role};
use crate::read::{LARGEST, read};

/// A file that may configure a database.
pub(crate) struct Source {
    pub(crate) path: PathBuf,
    /// The path as it is shown.
    pub(crate) shown: String,
    pub(crate) role: Role,
    pub(crate) text: String,
}

impl Source {
    /// The same file with another text.
    pub(crate) fn with_text(&self, text: String) -> Source {
        let (path, shown) = (self.path.clone(), self.shown.clone());
        Source { path, shown, role: self.role, text }
    }

    /// Whether its name is one of YAML.
    pub(crate) fn is_yaml(&self) -> bool {
        let extension = self.path.extension().and_then(|it| it.to_str());
        extension.is_some_and(|it| it == "yml" || it == "yaml")
    }

    /// Whether it is there to be copied and filled in.
    pub(crate) fn is_template(&self) -> bool {
        let name = self.path.file_name().map(|it| it.to_string_lossy());
        name.is_some_and(|it| kind::is_template(&it))
    }
}

/// What was found.
#[derive(Default)]
pub(crate) struct Walked {
    /// By path.
    pub(crate) sources: Vec<Source>,
    pub(crate) unread: Vec<Unread>,
}

/// Everything below these paths, each of them relative to the folder it was started in.
pub(crate) fn walk(start: &Path, paths: &[PathBuf], met: &AtomicUsize) -> Walked {
    let roots = paths.iter().map(|it| start.join(it));
    let mut walked = Walked::default();
    let mut builder: Option<WalkBuilder> = None;
    for root in roots {
        match fs::metadata(&root) {
            Ok(it) if it.is_dir() => match &mut builder {
                Some(builder) => {
                    builder.add(root);
                }
                None => builder = Some(WalkBuilder::new(root)),
            },
            // A file that is named is looked at, whatever it is called.
            Ok(_) => {
                let role = kind::role(&root).filter(|it| *it != Role::Manifest);
                walked.take(start, root, role.unwrap_or(Role::Form));
            }
            Err(error) => walked.miss(start, &root, &error),
        }
    }
    if let Some(mut builder) = builder {
        let shared = Mutex::new(walked);
        builder.hidden(false).require_git(false).follow_links(false).max_filesize(Some(LARGEST));
        builder.filter_entry(|it| {
            let is_folder = it.file_type().is_some_and(|it| it.is_dir());
            !(is_folder && it.file_name().to_str().is_some_and(kind::is_vendored))
        });
        builder.build_parallel().run(|| {
            Box::new(|entry| {
                met.fetch_add(1, Ordering::Relaxed);
                visit(start, entry, &shared);
                WalkState::Continue
            })
        });
        walked = shared.into_inner().unwrap_or_else(std::sync::PoisonError::into_inner);
    }
    walked.sources.sort_by(|one, other| one.path.cmp(&other.path));
    walked.sources.dedup_by(|one, other| one.path == other.path);
    walked
}

fn visit(start: &Path, entry: Result<DirEntry, ignore::Error>, shared: &Mutex<Walked>) {
    let with = |act: &mut dyn FnMut(&mut Walked)| {
        act(&mut shared.lock().unwrap_or_else(std::sync::PoisonError::into_inner));
    };
    let entry = match entry {
        Ok(entry) => entry,
        Err(error) => {
            let path = path_of(&error).unwrap_or_default();
            let why = error.io_error().map_or_else(|| error.to_string(), why);
            let unread = Unread { path: shown(start, &path), line: None, why };
            return with(&mut |it| it.unread.push(unread.clone()));
        }
    };
    let Some(kind) = entry.file_type() else { return };
    let path = entry.path();
    let role = kind::role(path);
    if kind.is_symlink() {
        return match fs::metadata(path) {
            Ok(it) if it.is_dir() && leads_up(path) => {
                let error = io::Error::other("a link to a folder that it is in");
                with(&mut |it| it.miss(start, path, &error));
            }
            // What is in the repository is met at its own place.
            Ok(it) if it.is_dir() => {}
            Ok(_) => take(start, path, role, shared),
            Err(error) if role.is_some() || error.kind() != io::ErrorKind::NotFound => {
                with(&mut |it| it.miss(start, path, &error));
            }
            Err(_) => {}
        };
    }
    if kind.is_file() {
        take(start, path, role, shared);
    }
}

/// Reads a file outside of the lock.
fn take(start: &Path, path: &Path, role: Option<Role>, shared: &Mutex<Walked>) {
    let Some(role) = role else { return };
    let mut one = Walked::default();
    one.take(start, path.to_owned(), role);
    if one.sources.is_empty() && one.unread.is_empty() {
        return;
    }
    let mut all = shared.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
    all.sources.append(&mut one.sources);
    all.unread.append(&mut one.unread);
}

impl Walked {
    fn take(&mut self, start: &Path, path: PathBuf, role: Role) {
        match read(&path, LARGEST) {
            Ok(text) => {
                let source = Source { shown: shown(start, &path), path, role, text };
                if is_of_interest(&source) {
                    self.sources.push(source);
                }
            }
            Err(error) => self.miss(start, &path, &error),
        }
    }

    fn miss(&mut self, start: &Path, path: &Path, error: &io::Error) {
        self.unread.push(Unread { path: shown(start, path), line: None, why: why(error) });
    }
}

/// Whether a file can have anything to say of a database.
fn is_of_interest(source: &Source) -> bool {
    const WORDS: [&str; 7] = ["DATABASE", "DB_", "PG", "POSTGRES", "postgres", "database", "db_"];
    let has = |word: &str| source.text.contains(word);
    match source.role {
        Role::Manage => true,
        Role::Manifest if !(has("apiVersion") && has("kind")) => false,
        // One that is broken is named whatever is in it.
        Role::Form if source.is_yaml() => true,
        _ => WORDS.into_iter().any(has),
    }
}

/// Whether a link leads to a folder that it lies in.
fn leads_up(link: &Path) -> bool {
    let target = fs::canonicalize(link);
    let parent = link.parent().map(fs::canonicalize);
    matches!((target, parent), (Ok(target), Some(Ok(parent))) if parent.starts_with(&target))
}

/// Why, without the number that the system gives it.
fn why(error: &io::Error) -> String {
    let text = error.to_string();
    match text.split_once(" (os error ") {
        Some((text, _)) => text.to_owned(),
        None => text,
    }
}

fn path_of(error: &ignore::Error) -> Option<PathBuf> {
    match error {
        ignore::Error::WithPath { path, .. } => Some(path.clone()),
        ignore::Error::WithDepth { err, .. } | ignore::Error::WithLineNumber { err, .. } => {
            path_of(err)
        }
        ignore::Error::Loop { child, .. } => Some(child.clone()),
        ignore::Error::Partial(errors) => errors.iter().find_map(path_of),
        _ => None,
    }
}

/// A path as it is shown: from the folder where it was started.
pub(crate) fn shown(start: &Path, path: &Path) -> String {
    let path = path.strip_prefix(start).unwrap_or(path);
    let parts = path.components().filter(|it| *it != std::path::Component::CurDir);
    let path: PathBuf = parts.collect();
    path.to_string_lossy().replace('\\', "/")
}
