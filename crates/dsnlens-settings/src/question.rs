//! What is asked: a settings module, the world around it, and the releases that are installed.

use core::fmt;
use core::str::FromStr;

/// A settings module and its world. `Debug` shows no value: any may be a password.
#[derive(Clone, Copy, Default)]
pub struct Question<'q> {
    /// The module's text.
    pub text: &'q str,
    /// Its path: `/srv/app/config/settings.py`, or from the folder where `manage.py` is. Where it is
    /// not absolute, a text made of it is unknown.
    pub path: &'q str,
    /// Other modules by their paths, and their texts; `None` for a file that is known to be missing.
    pub files: &'q [(&'q str, Option<&'q str>)],
    /// The environment. Of two variables with one name the last counts.
    pub env: &'q [(&'q str, &'q str)],
    /// The `.env` file that is read where the module reads one; empty where there is none. `None`:
    /// what is in it is not known, so a variable that is not set is unknown from there on.
    pub dotenv: Option<&'q str>,
    /// `sys.argv`; empty stands for `manage.py runserver`.
    pub argv: &'q [&'q str],
    /// The releases.
    pub stack: Stack,
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
    /// dj-database-url, 0.5.0 to 3.1.2.
    pub dj_database_url: Version,
    /// django-environ, 0.10.0 to 0.14.0.
    pub django_environ: Version,
}

impl Default for Stack {
    fn default() -> Stack {
        Stack { dj_database_url: Version(2, 1, 0), django_environ: Version(0, 14, 0) }
    }
}

/// A release, as the package index writes it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Version(pub u16, pub u16, pub u16);

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}.{}", self.0, self.1, self.2)
    }
}

impl FromStr for Version {
    type Err = core::num::ParseIntError;

    /// One to three numbers; those that are missing are 0.
    fn from_str(text: &str) -> Result<Version, Self::Err> {
        let mut parts = text.splitn(3, '.').map(str::parse);
        let mut next = || parts.next().unwrap_or(Ok(0));
        Ok(Version(next()?, next()?, next()?))
    }
}
