//! A server that ends with the tests, be it by a panic, by Ctrl-C or by a kill.
//!
//! A shell stands between: it runs the server as a user who is not root, and waits for the end of
//! its standard input, which comes whenever this process is gone.

use std::fs;
use std::io::Write;
use std::net::TcpListener;
use std::ops::Range;
use std::os::unix::fs::{MetadataExt, PermissionsExt, chown};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::atomic::{AtomicU16, AtomicU32, Ordering};
use std::sync::{LazyLock, OnceLock};
use std::thread::sleep;
use std::time::{Duration, Instant};

/// How long something that is sure to happen may take, on a machine that does other work as well.
pub(crate) const PATIENCE: Duration = Duration::from_secs(300);

/// The user that servers run as, where the tests run as root: Debian's package makes it.
const ACCOUNT: &str = "postgres";

/// A server and the folder that it lives in.
pub(crate) struct Supervised {
    pub(crate) folder: PathBuf,
    shell: Child,
    /// The server lives as long as this is open.
    _stdin: ChildStdin,
}

/// Runs the rest of the line, and whatever follows when it is to end. `trap` keeps the shell alive
/// when Ctrl-C reaches everybody.
const SCRIPT: &str = r#"
trap '' INT HUP TERM
folder=$1; shift
"$@" >>"$folder/log" 2>&1 &
server=$!
read -r _
# PostgreSQL ends at once on the one, PgBouncer on the other.
kill -QUIT $server
kill -TERM $server
wait $server
"#;

/// Removes the folder of everything, once nobody writes to it any more.
const KEEPER: &str = r#"
trap '' INT HUP TERM
read -r _
for _ in 1 2 3 4 5 6 7 8 9 10; do
  sleep 0.2
  rm -rf "$1" 2>/dev/null && exit
done
"#;

impl Supervised {
    /// Starts `command`, of which `{}` stands for the folder, in a folder of its own.
    pub(crate) fn start(folder: PathBuf, command: &[&str]) -> Supervised {
        let shown = folder.to_str().expect("a path is text");
        let command = command.iter().map(|it| it.replace("{}", shown));
        let mut shell = unprivileged("sh");
        shell.args(["-c", SCRIPT, "sh", shown]).args(command);
        let (shell, stdin) = spawn(&mut shell);
        Supervised { folder, shell, _stdin: stdin }
    }

    /// Waits until `is_there` says so.
    pub(crate) fn wait(&mut self, what: &str, is_there: impl Fn() -> bool) {
        let begun = Instant::now();
        while !is_there() {
            let log = || fs::read_to_string(self.folder.join("log")).unwrap_or_default();
            assert!(begun.elapsed() < PATIENCE, "{what} is not there in time:\n{}", log());
            if let Some(status) = self.shell.try_wait().expect("a child") {
                panic!("{what} has ended ({status}):\n{}", log());
            }
            sleep(Duration::from_millis(20));
        }
    }
}

/// A shell that notices the end of this process.
fn spawn(shell: &mut Command) -> (Child, ChildStdin) {
    // Ctrl-C is for the tests; the shell sees its input end.
    // Whoever reads our output must not wait for it.
    shell.stdout(Stdio::null()).stderr(Stdio::null());
    let mut shell = shell.stdin(Stdio::piped()).process_group(0).spawn().expect("sh starts");
    let stdin = shell.stdin.take().expect("a pipe");
    (shell, stdin)
}

/// `program` as a user who is not root.
pub(crate) fn unprivileged(program: &str) -> Command {
    match account() {
        None => Command::new(program),
        Some(_) => {
            let mut command = Command::new("setpriv");
            let user = format!("--reuid={ACCOUNT}");
            let group = format!("--regid={ACCOUNT}");
            command.args([&user, &group, "--clear-groups", program]);
            command
        }
    }
}

/// User and group to become; `None` where nobody has to be root's stand-in.
fn account() -> Option<(u32, u32)> {
    static ACCOUNTS: LazyLock<Option<(u32, u32)>> = LazyLock::new(|| {
        let is_root = fs::metadata("/proc/self").expect("Linux").uid() == 0;
        if !is_root {
            return None;
        }
        let accounts = fs::read_to_string("/etc/passwd").expect("accounts");
        let its = accounts.lines().find_map(|line| {
            let mut fields = line.split(':');
            let (name, _, uid, gid) =
                (fields.next()?, fields.next()?, fields.next()?, fields.next()?);
            (name == ACCOUNT).then(|| (uid.parse().ok(), gid.parse().ok()))
        });
        match its {
            Some((Some(uid), Some(gid))) => Some((uid, gid)),
            _ => panic!("no account {ACCOUNT}: apt-get install postgresql-15"),
        }
    });
    *ACCOUNTS
}

/// A new folder that the servers' user may write to, gone when the tests end.
pub(crate) fn folder(name: &str) -> PathBuf {
    static COUNT: AtomicU32 = AtomicU32::new(0);
    static ALL: LazyLock<(PathBuf, Child, ChildStdin)> = LazyLock::new(|| {
        let all = std::env::temp_dir().join(format!("dsnlens-{}", std::process::id()));
        fs::create_dir_all(&all).expect("a temporary folder");
        let (keeper, stdin) = spawn(Command::new("sh").args(["-c", KEEPER, "sh"]).arg(&all));
        (all, keeper, stdin)
    });
    let count = COUNT.fetch_add(1, Ordering::Relaxed);
    let folder = ALL.0.join(format!("{count}-{name}"));
    fs::create_dir(&folder).expect("a temporary folder");
    hand_over(&folder);
    folder
}

/// Writes a file that the servers' user owns; a key must be nobody else's to read.
pub(crate) fn write(path: &Path, text: &str, mode: u32) {
    fs::write(path, text).expect("a file in a temporary folder");
    fs::set_permissions(path, fs::Permissions::from_mode(mode)).expect("its permissions");
    hand_over(path);
}

fn hand_over(path: &Path) {
    if let Some((uid, gid)) = account() {
        chown(path, Some(uid), Some(gid)).expect("a file of ours to give away");
    }
}

/// A free port that no other call returns. It lies below the ports that Linux gives to connections,
/// so none of a test's own takes it before its server starts.
pub(crate) fn free_port() -> u16 {
    const PORTS: Range<u16> = 10_000..30_000;
    static NEXT: OnceLock<AtomicU16> = OnceLock::new();
    let offset = u16::try_from(std::process::id() % u32::from(PORTS.end - PORTS.start));
    let next = NEXT.get_or_init(|| AtomicU16::new(offset.expect("below the number of ports")));
    loop {
        let offset = next.fetch_add(1, Ordering::Relaxed) % (PORTS.end - PORTS.start);
        let port = PORTS.start + offset;
        if TcpListener::bind(("127.0.0.1", port)).is_ok() {
            return port;
        }
    }
}

/// Runs a command to its end; what it printed.
#[track_caller]
pub(crate) fn output(command: &mut Command, stdin: &str) -> String {
    let pipes = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = pipes.spawn().unwrap_or_else(|error| panic!("{command:?}: {error}"));
    let mut pipe = child.stdin.take().expect("a pipe");
    pipe.write_all(stdin.as_bytes()).expect("somebody reads");
    drop(pipe);
    let output = child.wait_with_output().expect("it ends");
    let (stdout, stderr) =
        (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success(), "{command:?}: {}\n{stdout}{stderr}", output.status);
    stdout.into_owned()
}
