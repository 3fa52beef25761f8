//! The files that libpq looks at beside its parameters and variables.
//!
//! Where they lie is `fe-connect.c` and `fe-secure-openssl.c` of PostgreSQL 18. No file is opened:
//! whether it is there is all that is asked.

use std::ffi::OsString;
use std::fs::Metadata;
use std::path::{Path, PathBuf};

/// The files of this machine; `None` where libpq has no place to look.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Facts {
    /// What server certificates are checked against where `sslrootcert` names nothing.
    pub root_certificate: Option<File>,
    /// Where a missing password is looked up.
    pub passfile: Option<File>,
    /// Where a service is looked up first.
    pub service_file: Option<File>,
    /// Where a service is looked up next. The place compiled into libpq is not known here.
    pub system_service_file: Option<File>,
}

/// A file that libpq would look at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct File {
    /// Where it would be.
    pub path: PathBuf,
    /// Whether it is.
    pub presence: Presence,
}

/// Whether a file is there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Presence {
    /// It is not there.
    Absent,
    /// Others may read it; libpq refuses such a password file.
    Exposed,
    /// It is there.
    Present,
}

/// Looks for libpq's files with the variables that `env` knows: `HOME` (on Windows `APPDATA`),
/// `PGPASSFILE`, `PGSERVICEFILE`, `PGSYSCONFDIR`. An empty one counts as unset.
pub fn facts(env: impl Fn(&str) -> Option<OsString>) -> Facts {
    let path = |name: &str| env(name).filter(|it| !it.is_empty()).map(PathBuf::from);
    let places = match cfg!(windows) {
        true => Places::in_app_data(path("APPDATA")),
        false => Places::in_home(path("HOME")),
    };
    Facts {
        root_certificate: places.root_certificate.map(File::seen),
        passfile: path("PGPASSFILE").or(places.passfile).map(File::seen_by_others),
        service_file: path("PGSERVICEFILE").or(places.service_file).map(File::seen),
        system_service_file: path("PGSYSCONFDIR")
            .map(|directory| File::seen(directory.join("pg_service.conf"))),
    }
}

/// Where a user's own files lie.
struct Places {
    root_certificate: Option<PathBuf>,
    passfile: Option<PathBuf>,
    service_file: Option<PathBuf>,
}

impl Places {
    fn in_home(home: Option<PathBuf>) -> Places {
        let below = |name: &str| home.as_ref().map(|home| home.join(name));
        Places {
            root_certificate: below(".postgresql/root.crt"),
            passfile: below(".pgpass"),
            service_file: below(".pg_service.conf"),
        }
    }

    fn in_app_data(app_data: Option<PathBuf>) -> Places {
        let below = |name: &str| app_data.as_ref().map(|it| it.join("postgresql").join(name));
        Places {
            root_certificate: below("root.crt"),
            passfile: below("pgpass.conf"),
            service_file: below(".pg_service.conf"),
        }
    }
}

impl File {
    fn seen(path: PathBuf) -> File {
        let presence = match path.exists() {
            true => Presence::Present,
            false => Presence::Absent,
        };
        File { path, presence }
    }

    /// The same for a file that must be a plain one and nobody else's to read.
    fn seen_by_others(path: PathBuf) -> File {
        let presence = match plain_file(&path) {
            None => Presence::Absent,
            Some(metadata) if is_exposed(&metadata) => Presence::Exposed,
            Some(_) => Presence::Present,
        };
        File { path, presence }
    }

    /// Whether libpq can use it.
    pub fn is_present(&self) -> bool {
        self.presence == Presence::Present
    }
}

fn plain_file(path: &Path) -> Option<Metadata> {
    path.metadata().ok().filter(Metadata::is_file)
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
    use std::fs;
    use std::os::unix::fs::PermissionsExt;

    /// A directory of its own for a test, removed in the end.
    struct Home(PathBuf);

    impl Home {
        fn new(name: &str) -> Home {
            let path = std::env::temp_dir().join(format!("dsnlens-{}-{name}", std::process::id()));
            fs::create_dir_all(path.join(".postgresql")).unwrap();
            Home(path)
        }

        fn write(&self, name: &str, mode: u32) -> PathBuf {
            let path = self.0.join(name);
            fs::write(&path, "").unwrap();
            fs::set_permissions(&path, fs::Permissions::from_mode(mode)).unwrap();
            path
        }

        fn facts(&self, more: &[(&str, &str)]) -> Facts {
            facts(|name| match name {
                "HOME" => Some(self.0.clone().into()),
                _ => more.iter().find(|it| it.0 == name).map(|it| it.1.into()),
            })
        }
    }

    impl Drop for Home {
        fn drop(&mut self) {
            fs::remove_dir_all(&self.0).ok();
        }
    }

    fn presence(file: Option<File>) -> Presence {
        file.unwrap().presence
    }

    #[test]
    fn without_a_home_there_is_no_place_to_look() {
        assert_eq!(facts(|_| None), Facts::default());
        assert_eq!(facts(|_| Some(OsString::new())), Facts::default());
    }

    #[test]
    fn the_users_own_files_lie_in_the_home() {
        let home = Home::new("home");
        assert_eq!(presence(home.facts(&[]).root_certificate), Presence::Absent);
        let root = home.write(".postgresql/root.crt", 0o644);
        home.write(".pg_service.conf", 0o644);
        let facts = home.facts(&[]);
        assert_eq!(
            facts.root_certificate.unwrap(),
            File { path: root, presence: Presence::Present }
        );
        assert_eq!(presence(facts.service_file), Presence::Present);
        assert_eq!(facts.system_service_file, None);
    }

    #[test]
    fn a_variable_names_another_place() {
        let home = Home::new("elsewhere");
        home.write(".pg_service.conf", 0o644);
        let directory = home.0.to_str().unwrap();
        let facts = home.facts(&[("PGSERVICEFILE", "/nowhere/s"), ("PGSYSCONFDIR", directory)]);
        assert_eq!(facts.service_file.unwrap().path, Path::new("/nowhere/s"));
        assert_eq!(facts.system_service_file.unwrap().path, home.0.join("pg_service.conf"),);
    }

    #[test]
    fn libpq_refuses_a_password_file_that_others_may_read() {
        let home = Home::new("passfile");
        assert_eq!(presence(home.facts(&[]).passfile), Presence::Absent);
        home.write(".pgpass", 0o640);
        assert_eq!(presence(home.facts(&[]).passfile), Presence::Exposed);
        home.write(".pgpass", 0o600);
        assert_eq!(presence(home.facts(&[]).passfile), Presence::Present);
        let directory = home.0.to_str().unwrap();
        assert_eq!(presence(home.facts(&[("PGPASSFILE", directory)]).passfile), Presence::Absent);
    }
}
