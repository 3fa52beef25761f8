//! What is asked: a settings module, the world around it, and the releases that are installed.

use core::fmt;

use dsnlens_core::{DjDatabaseUrl, PackageVersion};

/// A settings module and its world. `Debug` shows no value: any may be a password.
#[derive(Clone, Copy, Default)]
pub struct Question<'q> {
    /// The module's text.
    pub text: &'q str,
    /// Its path: `/srv/app/config/settings.py`, or from the folder where `manage.py` is.
    pub path: &'q str,
    /// That folder, without a slash at its end. Where it is not known and the path is not absolute,
    /// a text made of the path is unknown.
    pub root: &'q str,
    /// Other modules by their paths, and their texts; `None` for a file that is known to be missing.
    pub files: &'q [(&'q str, Option<&'q str>)],
    /// The environment. Of two variables with one name the last counts.
    pub env: &'q [(&'q str, &'q str)],
    /// Variables that are set to what is not known.
    pub unknown: &'q [UnknownVariable<'q>],
    /// Whether variables may be set that are not given: one that is not given is unknown then.
    pub is_open: bool,
    /// What `DEBUG` is, whatever the module assigns to it.
    pub debug: Option<bool>,
    /// The `.env` file that is read where the module reads one; empty where there is none. `None`:
    /// what is in it is not known, so a variable that is not set is unknown from there on.
    pub dotenv: Option<&'q str>,
    /// `sys.argv`; empty stands for `manage.py runserver`.
    pub argv: &'q [&'q str],
    /// The releases.
    pub stack: Stack,
}

/// A variable that is set to what is not known.
#[derive(Clone, Copy, Debug)]
pub struct UnknownVariable<'q> {
    /// Its name.
    pub name: &'q str,
    /// Why it is not known.
    pub why: &'q str,
    /// The length of what stands in its place where a part of it is known, so that it is not empty;
    /// 0 where nothing is.
    pub len: usize,
}

impl fmt::Debug for Question<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names = self.env.iter().map(|it| it.0);
        write!(f, "{} with ", self.path)?;
        f.debug_list().entries(names).finish()
    }
}

/// The installed releases of what a settings module calls.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stack {
    /// dj-database-url.
    pub dj_database_url: DjDatabaseUrl,
    /// django-environ, 0.10.0 to 0.14.0.
    pub django_environ: PackageVersion,
}

impl Default for Stack {
    fn default() -> Stack {
        let [_, last] = PackageVersion::DJANGO_ENVIRON;
        Stack { dj_database_url: DjDatabaseUrl::default(), django_environ: last }
    }
}
