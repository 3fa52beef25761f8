//! What a person hands to the program to read: bounded in size, and in the time that it may take.
//!
//! A path may name anything: a pipe that nobody writes to, a device without an end, a file of the
//! kernel that waits. A pipe that is written to is as good as a file: `<(heroku config --shell)` is
//! one.

use std::fs::{self, File};
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::sync::mpsc::{self, RecvTimeoutError};
use std::thread;
use std::time::{Duration, Instant};

/// The longest text that is read. Whatever a text holds, an answer takes some 60 times its memory.
pub(crate) const LARGEST: u64 = 5 << 20;

/// Something writes to a pipe by then, or nothing does.
const TO_OPEN: Duration = Duration::from_secs(2);

/// How long a command that writes to a pipe may take.
const TO_READ: Duration = Duration::from_secs(30);

/// What was read so far.
enum Step {
    Opened,
    Read(Vec<u8>),
    End(io::Result<()>),
}

/// The bytes of whatever is at `path`.
pub(crate) fn read(path: &Path) -> io::Result<Vec<u8>> {
    let metadata = fs::metadata(path)?;
    if metadata.is_dir() {
        return Err(io::Error::other("it is a directory, not a file"));
    }
    // What is neither a file nor a pipe, and ends at once, is an empty file: /dev/null.
    let kind = if metadata.is_file() { "file" } else { special(&metadata) };
    if metadata.len() > LARGEST {
        return Err(too_large());
    }
    let to_read = if kind == PIPE { TO_READ } else { TO_OPEN };
    let steps = begin(path.to_owned());
    let mut bytes = Vec::new();
    let mut until = Instant::now() + TO_OPEN;
    let mut is_open = false;
    loop {
        match steps.recv_timeout(until.saturating_duration_since(Instant::now())) {
            Ok(Step::Opened) => {
                is_open = true;
                until = Instant::now() + to_read;
            }
            Ok(Step::Read(chunk)) => bytes.extend(chunk),
            Ok(Step::End(end)) => return end.map(|()| bytes),
            Err(RecvTimeoutError::Timeout) if !is_open && kind == PIPE => {
                return Err(io::Error::other("it is a pipe that no process writes to"));
            }
            Err(_) => {
                let waited = to_read.as_secs();
                let text = format!("this {kind} does not end within {waited} seconds");
                return Err(io::Error::new(io::ErrorKind::TimedOut, text));
            }
        }
    }
}

/// All that a reader holds, if that is not too much.
pub(crate) fn read_bounded(reader: impl Read) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    reader.take(LARGEST + 1).read_to_end(&mut bytes)?;
    match bytes.len() as u64 > LARGEST {
        true => Err(too_large()),
        false => Ok(bytes),
    }
}

fn too_large() -> io::Error {
    let text = format!("larger than {} MB, this program's limit", LARGEST >> 20);
    io::Error::new(io::ErrorKind::FileTooLarge, text)
}

/// Reads on a thread that nothing waits for: neither opening a pipe nor reading one can be given
/// up.
fn begin(path: PathBuf) -> mpsc::Receiver<Step> {
    let (tell, steps) = mpsc::sync_channel(1);
    thread::spawn(move || {
        let read = || -> io::Result<()> {
            let mut file = File::open(&path)?.take(LARGEST + 1);
            // Whoever does not listen any more needs nothing.
            let gone = |_| io::Error::from(io::ErrorKind::BrokenPipe);
            tell.send(Step::Opened).map_err(gone)?;
            let mut all = 0;
            let mut chunk = vec![0; 1 << 16];
            loop {
                let length = match file.read(&mut chunk) {
                    Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                    read => read?,
                };
                all += length as u64;
                match length {
                    _ if all > LARGEST => return Err(too_large()),
                    0 => return Ok(()),
                    _ => tell.send(Step::Read(chunk[..length].to_vec())).map_err(gone)?,
                }
            }
        };
        let end = read();
        let _ = tell.send(Step::End(end));
    });
    steps
}

const PIPE: &str = "pipe";

#[cfg(unix)]
fn special(metadata: &fs::Metadata) -> &'static str {
    use std::os::unix::fs::FileTypeExt;
    let file = metadata.file_type();
    match file.is_fifo() {
        true => PIPE,
        false if file.is_socket() => "socket",
        false => "device",
    }
}

#[cfg(not(unix))]
fn special(_: &fs::Metadata) -> &'static str {
    "device"
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_endless_reader_is_read_no_further_than_the_limit() {
        let error = read_bounded(io::repeat(b'x')).unwrap_err();
        assert_eq!(error.to_string(), "larger than 5 MB, this program's limit");
        assert_eq!(read_bounded(&b"x"[..]).unwrap(), b"x");
    }

    #[cfg(unix)]
    #[test]
    fn whatever_a_path_names_ends() {
        let folder = std::env::temp_dir().join(format!("dsnlens-files-{}", std::process::id()));
        fs::create_dir_all(&folder).unwrap();
        let fifo = folder.join("fifo");
        assert!(std::process::Command::new("mkfifo").arg(&fifo).status().unwrap().success());
        let said = |path: &Path| read(path).map(|it| it.len()).map_err(|it| it.to_string());
        let said = |path: &str| said(Path::new(path));
        assert_eq!(said("/dev/zero"), Err("larger than 5 MB, this program's limit".into()));
        assert_eq!(said("/dev/null"), Ok(0));
        assert_eq!(said(folder.to_str().unwrap()), Err("it is a directory, not a file".into()));
        let path = fifo.to_str().unwrap();
        assert_eq!(said(path), Err("it is a pipe that no process writes to".into()));
        // One that is written to is read; what the attempt before left behind reads the first.
        let pipe = folder.join("pipe");
        assert!(std::process::Command::new("mkfifo").arg(&pipe).status().unwrap().success());
        let written = pipe.clone();
        let writer = thread::spawn(move || fs::write(written, "DEBUG=1\n").unwrap());
        assert_eq!(read(&pipe).unwrap(), b"DEBUG=1\n");
        writer.join().unwrap();
        fs::remove_dir_all(&folder).unwrap();
    }
}
