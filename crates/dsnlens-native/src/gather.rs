//! The files that libpq looks at beside its parameters and variables.
//!
//! Where they lie is `fe-connect.c` and `fe-secure-openssl.c` of PostgreSQL 18. They are read here
//! and understood elsewhere.

use std::ffi::OsString;
use std::fs;
use std::fs::Metadata;
use std::path::Path;

use dsnlens_core::Machine;
use dsnlens_core::machine::{self, Content};

use crate::file::{self, Unread};

/// Where services are defined for everybody, in Debian and in psycopg's wheels.
const SYSTEM_SERVICE_FILE: &str = "/etc/postgresql-common/pg_service.conf";

/// Files of this machine, owned.
#[derive(Default)]
pub struct Files {
    account: Option<String>,
    service_file: Option<String>,
    system_service_file: Option<String>,
    passfile: Option<String>,
    root_certificate: Option<String>,
    seen: Vec<Seen>,
}

/// A file, looked at.
struct Seen {
    path: String,
    text: Result<String, Unread>,
    is_exposed: bool,
}

impl Files {
    /// Reads every file that `unknown` names, until it names none: what a file says may lead to
    /// the next. `env` knows `HOME`, on Windows `APPDATA`.
    pub fn gather(
        env: impl Fn(&str) -> Option<OsString>,
        unknown: impl Fn(Machine<'_>) -> Vec<String>,
    ) -> Files {
        let path = |name: &str| env(name)?.into_string().ok().filter(|it| !it.is_empty());
        let mut files = match cfg!(windows) {
            true => Files::in_app_data(path("APPDATA")),
            false => Files::in_home(path("HOME")),
        };
        loop {
            let paths = unknown(files.machine());
            if paths.is_empty() {
                return files;
            }
            files.seen.extend(paths.into_iter().map(Seen::look));
        }
    }

    fn in_home(home: Option<String>) -> Files {
        let below = |name: &str| home.as_ref().map(|home| format!("{home}/{name}"));
        Files {
            account: account(),
            service_file: below(".pg_service.conf"),
            system_service_file: Some(SYSTEM_SERVICE_FILE.into()),
            passfile: below(".pgpass"),
            root_certificate: below(".postgresql/root.crt"),
            seen: Vec::new(),
        }
    }

    fn in_app_data(app_data: Option<String>) -> Files {
        let below = |name: &str| app_data.as_ref().map(|it| format!("{it}\\postgresql/{name}"));
        Files {
            account: None,
            service_file: below(".pg_service.conf"),
            system_service_file: None,
            passfile: below("pgpass.conf"),
            root_certificate: below("root.crt"),
            seen: Vec::new(),
        }
    }

    /// The same for core.
    pub fn machine(&self) -> Machine<'_> {
        Machine {
            account: self.account.as_deref(),
            service_file: self.service_file.as_deref(),
            system_service_file: self.system_service_file.as_deref(),
            passfile: self.passfile.as_deref(),
            root_certificate: self.root_certificate.as_deref(),
            files: self.seen.iter().map(Seen::file).collect(),
        }
    }
}

impl Seen {
    fn look(path: String) -> Seen {
        let opened = file::read(Path::new(&path));
        let is_exposed = opened.as_ref().is_ok_and(|it| is_exposed(&it.metadata));
        let text = opened.map(|it| String::from_utf8_lossy(&it.bytes).into_owned());
        Seen { path, text, is_exposed }
    }

    fn file(&self) -> machine::File<'_> {
        let content = match &self.text {
            Ok(text) if self.is_exposed => Content::Exposed(text),
            Ok(text) => Content::Text(text),
            Err(why) if why.is_absent() => Content::Absent,
            Err(Unread::Failed(_)) => Content::Unreadable,
            Err(Unread::Irregular(kind)) => Content::Irregular(kind),
            Err(Unread::TooLarge) => Content::TooLarge,
        };
        machine::File { path: &self.path, content }
    }
}

/// The name of the account that this process runs under, as far as plain files tell.
#[cfg(unix)]
fn account() -> Option<String> {
    use std::os::unix::fs::MetadataExt;
    let id = fs::metadata("/proc/self").ok()?.uid().to_string();
    let accounts = fs::read_to_string("/etc/passwd").ok()?;
    let mut accounts = accounts.lines().map(|line| line.split(':'));
    let mut account = accounts.find(|it| it.clone().nth(2) == Some(&id))?;
    account.next().map(String::from)
}

#[cfg(not(unix))]
fn account() -> Option<String> {
    None
}

#[cfg(unix)]
fn is_exposed(metadata: &Metadata) -> bool {
    use std::os::unix::fs::PermissionsExt;
    metadata.permissions().mode() & 0o077 != 0
}

#[cfg(not(unix))]
fn is_exposed(_: &Metadata) -> bool {
    false
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;
    use dsnlens_core::{DATABASE_URL, Inputs, Question, read};
    use std::os::unix::fs::PermissionsExt;
    use std::path::PathBuf;

    /// A directory of its own for a test, removed in the end.
    struct Home(PathBuf);

    impl Home {
        fn new(name: &str) -> Home {
            let path = std::env::temp_dir().join(format!("dsnlens-{}-{name}", std::process::id()));
            fs::create_dir_all(path.join(".postgresql")).unwrap();
            Home(path)
        }

        fn path(&self, name: &str) -> String {
            self.0.join(name).to_str().unwrap().into()
        }

        fn write(&self, name: &str, mode: u32, text: impl AsRef<[u8]>) -> String {
            let path = self.path(name);
            fs::write(&path, text).unwrap();
            fs::set_permissions(&path, fs::Permissions::from_mode(mode)).unwrap();
            path
        }

        /// What the winning line for `keyword` says, and where it stands.
        fn winner(&self, variables: &[(&str, &str)], keyword: &str) -> Option<(String, String)> {
            let url = (DATABASE_URL, "postgres://u@h/db");
            let inputs = Inputs::new([url].into_iter().chain(variables.iter().copied()));
            let question = Question::new(inputs);
            let files = Files::gather(
                |name| (name == "HOME").then(|| self.0.clone().into()),
                |machine| question.clone().on(machine).unknown_files(),
            );
            let resolution = read(&question.clone().on(files.machine()));
            let (_, line) = resolution.ledger.winner(keyword)?;
            let origin = line.origin.to_string().replace(&self.path(""), "~/");
            Some((line.value.to_text().reveal().replace(&self.path(""), "~/"), origin))
        }
    }

    impl Drop for Home {
        fn drop(&mut self) {
            fs::remove_dir_all(&self.0).ok();
        }
    }

    #[track_caller]
    fn check(found: Option<(String, String)>, expected: Option<(&str, &str)>) {
        let found = found.as_ref().map(|(value, origin)| (&**value, &**origin));
        assert_eq!(found, expected);
    }

    #[test]
    fn without_a_home_there_is_no_place_to_look() {
        let machine = |files: &Files| format!("{:?}", files.machine());
        let nowhere = Files::gather(|_| None, |_| Vec::new());
        assert_eq!(machine(&nowhere), machine(&Files::in_home(None)));
        assert_eq!(nowhere.passfile, None);
        let empty = Files::gather(|_| Some(OsString::new()), |_| Vec::new());
        assert_eq!(machine(&empty), machine(&nowhere));
    }

    #[test]
    fn one_file_leads_to_the_next() {
        let home = Home::new("service");
        let passfile = home.write("pass", 0o600, "*:*:*:u:hunter2\n");
        let service = format!("[s]\npassfile={passfile}\nsslrootcert={}\n", home.path("ca"));
        home.write(".pg_service.conf", 0o644, service);
        check(home.winner(&[("PGSERVICE", "s")], "password"), Some(("hunter2", "~/pass:1")));
        let root = home.winner(&[("PGSERVICE", "s")], "sslrootcert");
        check(root, Some(("~/ca", "~/.pg_service.conf:3")));
        check(home.winner(&[], "password"), None);
    }

    #[test]
    fn variables_name_other_places() {
        let home = Home::new("elsewhere");
        let directory = home.path("");
        let directory = directory.trim_end_matches('/');
        home.write("pg_service.conf", 0o644, "[s]\noptions=x\n");
        let own = home.write("mine", 0o644, "[s]\noptions=y\n");
        let service = ("PGSERVICE", "s");
        let system = ("PGSYSCONFDIR", directory);
        let found = home.winner(&[service, system], "options");
        check(found, Some(("x", "~/pg_service.conf:2")));
        let found = home.winner(&[service, system, ("PGSERVICEFILE", &own)], "options");
        check(found, Some(("y", "~/mine:2")));
        let found = home.winner(&[service, ("PGSERVICEFILE", "/nowhere/s")], "options");
        check(found, None);
    }

    #[test]
    fn libpq_refuses_a_password_file_that_others_may_read() {
        let home = Home::new("passfile");
        home.write(".pgpass", 0o640, "*:*:*:*:hunter2\n");
        check(home.winner(&[], "password"), None);
        home.write(".pgpass", 0o600, b"\xff\n*:*:*:*:hunter2\n");
        check(home.winner(&[], "password"), Some(("hunter2", "~/.pgpass:2")));
        // A directory is no file to read.
        check(home.winner(&[("PGPASSFILE", &home.path(""))], "password"), None);
    }

    #[test]
    fn a_root_certificate_is_there_or_not() {
        let home = Home::new("root");
        check(home.winner(&[], "sslrootcert"), None);
        home.write(".postgresql/root.crt", 0o644, "");
        let root = home.winner(&[], "sslrootcert");
        check(root, Some(("~/.postgresql/root.crt", "libpq's default")));
    }

    #[test]
    fn a_file_that_is_too_large_or_not_regular_is_named() {
        let home = Home::new("large");
        let path = home.write("large", 0o644, vec![b'x'; file::LIMIT as usize + 1]);
        assert_eq!(Seen::look(path).file().content, Content::TooLarge);
        assert_eq!(Seen::look("/".into()).file().content, Content::Irregular("a directory"));
    }
}
