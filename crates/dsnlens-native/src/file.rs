//! The one way to read a file that an input names: regular, small, and without waiting for it to
//! be opened.
//!
//! A URL may name anything: a pipe that nobody writes to, a device without an end. What is not a
//! regular file of at most [`LIMIT`] bytes is an error that says what it is.

use std::fmt;
use std::fs::{self, File, FileType, Metadata, OpenOptions};
use std::io::{self, ErrorKind, Read};
use std::path::Path;

/// The longest file that is read.
pub(crate) const LIMIT: u64 = 1 << 20;

/// A file as it was when it was open.
#[derive(Debug)]
pub(crate) struct Opened {
    pub(crate) bytes: Vec<u8>,
    pub(crate) metadata: Metadata,
}

/// Why a file was not read.
#[derive(Debug)]
pub(crate) enum Unread {
    /// The operating system's reason.
    Failed(io::Error),
    /// It is not a regular file, but this.
    Irregular(&'static str),
    /// It holds more than [`LIMIT`] bytes.
    TooLarge,
}

impl Unread {
    /// Whether nothing is at the path.
    pub(crate) fn is_absent(&self) -> bool {
        let Unread::Failed(error) = self else { return false };
        matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory)
    }
}

impl fmt::Display for Unread {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Unread::Failed(error) => {
                let text = error.to_string();
                f.write_str(text.split(" (os error").next().unwrap_or(&text))
            }
            Unread::Irregular(kind) => write!(f, "it is {kind}, not a regular file"),
            Unread::TooLarge => f.write_str("it is larger than 1 MB, this program's limit"),
        }
    }
}

/// Reads the file at `path`. Blocks where the file system does, so it is called where that holds
/// up nothing else.
pub(crate) fn read(path: &Path) -> Result<Opened, Unread> {
    // Opening can do something by itself, to a terminal or a tape, so it is looked at first, and
    // once more when it is open: the path may lead elsewhere by then.
    check(&fs::metadata(path).map_err(Unread::Failed)?)?;
    let mut file = open(path).map_err(Unread::Failed)?;
    let metadata = file.metadata().map_err(Unread::Failed)?;
    check(&metadata)?;
    let mut bytes = Vec::new();
    // What a file of /proc holds, its size does not say.
    file.by_ref().take(LIMIT + 1).read_to_end(&mut bytes).map_err(Unread::Failed)?;
    match bytes.len() as u64 > LIMIT {
        true => Err(Unread::TooLarge),
        false => Ok(Opened { bytes, metadata }),
    }
}

/// Opens it for reading; a pipe that nobody writes to is not waited for.
fn open(path: &Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.read(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt;
        options.custom_flags(libc::O_NONBLOCK | libc::O_NOCTTY);
    }
    options.open(path)
}

fn check(metadata: &Metadata) -> Result<(), Unread> {
    if !metadata.is_file() {
        return Err(Unread::Irregular(kind(metadata.file_type())));
    }
    if metadata.len() > LIMIT {
        return Err(Unread::TooLarge);
    }
    Ok(())
}

fn kind(file: FileType) -> &'static str {
    #[cfg(unix)]
    {
        use std::os::unix::fs::FileTypeExt;
        if file.is_fifo() {
            return "a FIFO";
        }
        if file.is_char_device() || file.is_block_device() {
            return "a device";
        }
        if file.is_socket() {
            return "a socket";
        }
    }
    if file.is_dir() { "a directory" } else { "something else" }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(path: &str) -> String {
        read(Path::new(path)).unwrap_err().to_string()
    }

    #[test]
    #[cfg(target_os = "linux")]
    fn what_is_not_a_regular_file_is_named() {
        assert_eq!(said("/dev/zero"), "it is a device, not a regular file");
        assert_eq!(said("/dev/urandom"), "it is a device, not a regular file");
        assert_eq!(said("/proc"), "it is a directory, not a regular file");
        assert_eq!(said("/nonexistent/x"), "No such file or directory");
        assert!(read(Path::new("/nonexistent/x")).unwrap_err().is_absent());
        assert!(read(Path::new("/dev/null/x")).unwrap_err().is_absent());
        assert!(!read(Path::new("/dev/null")).unwrap_err().is_absent());
        // Without a size, and with an end.
        assert!(!read(Path::new("/proc/self/status")).unwrap().bytes.is_empty());
    }

    #[test]
    #[cfg(unix)]
    fn a_fifo_and_a_socket_are_not_waited_for() {
        let folder = std::env::temp_dir().join(format!("dsnlens-file-{}", std::process::id()));
        fs::create_dir_all(&folder).unwrap();
        let fifo = folder.join("fifo");
        assert!(std::process::Command::new("mkfifo").arg(&fifo).status().unwrap().success());
        assert_eq!(said(fifo.to_str().unwrap()), "it is a FIFO, not a regular file");
        // Nor where it took the place of a file in between.
        assert!(matches!(open(&fifo).unwrap().metadata(), Ok(it) if !it.is_file()));
        let socket = folder.join("socket");
        let _listener = std::os::unix::net::UnixListener::bind(&socket).unwrap();
        assert_eq!(said(socket.to_str().unwrap()), "it is a socket, not a regular file");
        let link = folder.join("link");
        std::os::unix::fs::symlink(&fifo, &link).unwrap();
        assert_eq!(said(link.to_str().unwrap()), "it is a FIFO, not a regular file");
        fs::remove_dir_all(&folder).unwrap();
    }

    #[test]
    fn the_size_is_bounded() {
        let path = std::env::temp_dir().join(format!("dsnlens-size-{}", std::process::id()));
        fs::write(&path, vec![b'x'; LIMIT as usize]).unwrap();
        assert_eq!(read(&path).unwrap().bytes.len() as u64, LIMIT);
        fs::write(&path, vec![b'x'; LIMIT as usize + 1]).unwrap();
        assert_eq!(said(path.to_str().unwrap()), "it is larger than 1 MB, this program's limit");
        fs::remove_file(&path).unwrap();
    }
}
