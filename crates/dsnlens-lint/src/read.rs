//! The one way to the text of a file.

use std::error::Error;
use std::fmt;
use std::fs;
use std::io::{self, Read};
use std::path::{Component, Path, PathBuf};

/// No file of a repository that configures a database is larger.
pub(crate) const LARGEST: u64 = 1 << 20;

/// A file that cannot be read, and why.
#[derive(Debug)]
pub struct FileError {
    /// The file.
    pub path: PathBuf,
    /// Why.
    pub error: io::Error,
}

impl fmt::Display for FileError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.path.display(), self.error)
    }
}

impl Error for FileError {}

/// The text of a regular file that is not larger than that.
pub(crate) fn read(path: &Path, largest: u64) -> io::Result<String> {
    let file = fs::File::open(path)?;
    let metadata = file.metadata()?;
    if !metadata.is_file() {
        return Err(io::Error::other("not a regular file"));
    }
    if metadata.len() > largest {
        return Err(io::Error::other(format!("larger than {} MB", largest >> 20)));
    }
    let mut bytes = Vec::with_capacity(metadata.len() as usize + 1);
    file.take(largest).read_to_end(&mut bytes)?;
    String::from_utf8(bytes).map_err(|_| io::Error::other("not UTF-8"))
}

/// A file that another one names: a regular one in its folder or below, of at most a megabyte.
pub fn read_beside(path: &Path, name: &str) -> Option<String> {
    let name = Path::new(name);
    let is_inside =
        name.components().all(|it| matches!(it, Component::Normal(_) | Component::CurDir));
    let path = path.parent()?.join(Some(name).filter(|_| is_inside)?);
    // Opening a pipe would wait for its other end.
    fs::metadata(&path).ok().filter(fs::Metadata::is_file)?;
    read(&path, LARGEST).ok()
}

/// Whether a file is called like a `.env` file.
pub fn is_env_file(path: &Path) -> bool {
    let name = path.file_name().map(|it| it.to_string_lossy()).unwrap_or_default();
    name.starts_with(".env") || name.ends_with(".env") || name == "env"
}
