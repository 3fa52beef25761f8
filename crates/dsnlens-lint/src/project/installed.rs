//! What a project's lock files, requirements and `pyproject.toml` name of the stack, and which stack
//! follows from that.

use std::collections::BTreeMap;
use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};

use dsnlens_core::clients::libpq;
use dsnlens_core::{DjDatabaseUrl, Django, Driver, PackageVersion, Recipe};

use super::{read, shown_in};
use crate::stack::Stack;

const DJ_DATABASE_URL: &str = "dj-database-url";
const DJANGO: &str = "django";
const DJANGO_ENVIRON: &str = "django-environ";

/// The packages that bring each driver; of those that bring libpq the name is [`Driver::wheel`].
const DRIVERS: [(Driver, &[&str]); 2] = [
    (Driver::Psycopg, &["psycopg", "psycopg-binary", "psycopg-c"]),
    (Driver::Psycopg2, &["psycopg2", "psycopg2-binary"]),
];

/// The packages of the stack that a project's files name.
#[derive(Clone, Default)]
pub(super) struct Installed(BTreeMap<&'static str, Package>);

/// A package, by the first file that pins it, or else the first that names it.
#[derive(Clone)]
struct Package {
    version: Option<String>,
    file: String,
}

/// What is assumed where no file says it.
pub(super) struct Assumed {
    /// The module by which a settings module shows that it takes the package.
    pub(super) module: Option<&'static str>,
    /// The package with its release.
    pub(super) what: String,
}

impl Installed {
    /// What the files in a project's folder name.
    pub(super) fn of(root: &Path) -> Installed {
        let mut installed = Installed::default();
        installed.read_locks(root);
        for path in requirements(root) {
            let Ok(text) = read(&path) else { continue };
            let name = shown_in(root, &path);
            text.lines().for_each(|line| installed.add_requirement(line, &name));
        }
        installed.read_declarations(root);
        installed
    }

    fn read_locks(&mut self, root: &Path) {
        for name in ["uv.lock", "poetry.lock", "pdm.lock"] {
            let Some(lock) = table(&root.join(name)) else { continue };
            let packages = lock.get("package").and_then(toml::Value::as_array);
            for package in packages.into_iter().flatten() {
                let text = |key| package.get(key).and_then(toml::Value::as_str);
                if let Some(package) = text("name") {
                    self.add(package, text("version"), name);
                }
            }
        }
        let pipfile = read(&root.join("Pipfile.lock")).ok();
        let pipfile = pipfile.and_then(|it| serde_json::from_str::<serde_json::Value>(&it).ok());
        for (package, it) in pipfile.iter().filter_map(|it| it["default"].as_object()).flatten() {
            let version = it["version"].as_str().and_then(|it| it.strip_prefix("=="));
            self.add(package, version, "Pipfile.lock");
        }
    }

    fn read_declarations(&mut self, root: &Path) {
        let name = "pyproject.toml";
        let pyproject = table(&root.join(name)).unwrap_or_default();
        let project = pyproject.get("project").and_then(|it| it.get("dependencies"));
        let lines = project.and_then(toml::Value::as_array).into_iter().flatten();
        for line in lines.filter_map(toml::Value::as_str) {
            self.add_requirement(line, name);
        }
        let poetry = pyproject.get("tool").and_then(|it| it.get("poetry")?.get("dependencies"));
        let pipfile = table(&root.join("Pipfile")).unwrap_or_default();
        let pipfile = pipfile.get("packages").map(|it| (it, "Pipfile"));
        for (packages, name) in poetry.map(|it| (it, name)).into_iter().chain(pipfile) {
            for (package, it) in packages.as_table().into_iter().flatten() {
                let version = it.as_str().or_else(|| it.get("version")?.as_str());
                let extras = it.get("extras").map(ToString::to_string).unwrap_or_default();
                self.add_pinned(package, &extras, version.unwrap_or(""), name);
            }
        }
    }

    /// Adds what a line such as `psycopg[binary]==3.2.9 ; python_version > "3.9"` names.
    fn add_requirement(&mut self, line: &str, file: &str) {
        let line = line.split(['#', ';']).next().unwrap_or("").trim();
        let is_in_name = |it: char| it.is_ascii_alphanumeric() || matches!(it, '-' | '_' | '.');
        let (package, rest) = line.split_at(line.find(|it| !is_in_name(it)).unwrap_or(line.len()));
        if package.is_empty() || package.starts_with('-') {
            return;
        }
        let extras = rest.trim_start().strip_prefix('[').and_then(|it| it.split_once(']'));
        let (extras, version) = extras.unwrap_or(("", rest));
        self.add_pinned(package, extras, version.trim(), file);
    }

    /// Adds a package with a specifier, of which `==` is a release and `~=5.1.2` names Django's.
    fn add_pinned(&mut self, package: &str, extras: &str, specifier: &str, file: &str) {
        let specifier = specifier.split(',').next().unwrap_or("").trim();
        let is_compatible = specifier.strip_prefix("~=").filter(|it| it.matches('.').count() == 2);
        let version = specifier.strip_prefix("===").or(specifier.strip_prefix("=="));
        let version = version.or(is_compatible.filter(|_| is_named(package, DJANGO)));
        let version = version.and_then(|it| it.split_whitespace().next());
        self.add(package, version.map(|it| it.strip_suffix(".*").unwrap_or(it)), file);
        // The wheel with libpq is of the same release as what asks for it.
        if is_named(package, "psycopg") && extras.contains("binary") {
            self.add(Driver::Psycopg.wheel(), version, file);
        }
    }

    fn add(&mut self, package: &str, version: Option<&str>, file: &str) {
        let drivers = DRIVERS.iter().flat_map(|it| it.1);
        let mut packages = drivers.copied().chain([DJ_DATABASE_URL, DJANGO, DJANGO_ENVIRON]);
        let Some(package) = packages.find(|it| is_named(package, it)) else { return };
        let is_version = |it: &&str| {
            it.starts_with(|it: char| it.is_ascii_digit())
                && it.chars().all(|it| it.is_ascii_alphanumeric() || it == '.')
        };
        let version = version.filter(is_version).map(str::to_owned);
        let found = self.0.get(package);
        if found.is_none_or(|it| it.version.is_none() && version.is_some()) {
            self.0.insert(package, Package { version, file: file.to_owned() });
        }
    }

    fn version(&self, package: &str) -> Option<&str> {
        self.0.get(package)?.version.as_deref()
    }

    /// The driver that Django takes of those that are named.
    fn driver(&self) -> Option<Driver> {
        let is_named = |packages: &[&str]| packages.iter().any(|it| self.0.contains_key(it));
        DRIVERS.iter().find(|it| is_named(it.1)).map(|it| it.0)
    }

    /// The libpq that the driver brings, where a release that brings one is pinned.
    fn bundled_libpq(&self, driver: Driver) -> Option<u8> {
        let version = self.version(driver.wheel())?;
        driver.bundled_libpq(number(version)?)
    }

    /// The releases: those that were asked for, else those that the files name.
    pub(super) fn recipe(&self, mut recipe: Recipe, asked: &Stack) -> Recipe {
        let version = |package, asked: bool| self.version(package).filter(|_| !asked);
        if let Some(version) = version(DJ_DATABASE_URL, asked.dj_database_url.is_some()) {
            recipe.dj_database_url = nearest(version, DjDatabaseUrl::ALL, DjDatabaseUrl::version);
        }
        if let Some(version) = version(DJANGO_ENVIRON, asked.django_environ.is_some()) {
            let [first, last] = PackageVersion::DJANGO_ENVIRON;
            let version = number(version).unwrap_or(last);
            recipe.django_environ = version.clamp(first, last);
        }
        if let Some(version) = version(DJANGO, asked.django.is_some()) {
            recipe.django = nearest(version, Django::ALL, Django::version);
        }
        if let Some(driver) = self.driver().filter(|_| asked.driver.is_none()) {
            recipe.driver = driver;
        }
        if let Some(bundled) = self.bundled_libpq(recipe.driver).filter(|_| asked.libpq.is_none()) {
            let mut modelled = libpq::Version::ALL.into_iter().rev();
            // An older one is read as the oldest.
            recipe.libpq =
                modelled.find(|it| it.number() <= bundled).unwrap_or(libpq::Version::V15);
        }
        recipe
    }

    /// What was found, a package each.
    pub(super) fn found(&self) -> impl Iterator<Item = String> {
        let libpq = |package: &str, version: &str| {
            let wheel = DRIVERS.iter().find(|it| it.0.wheel() == package)?;
            let libpq = wheel.0.bundled_libpq(number(version)?)?;
            Some(format!(" (libpq {libpq})"))
        };
        self.0.iter().map(move |(package, it)| match &it.version {
            Some(version) => {
                let libpq = libpq(package, version).unwrap_or_default();
                format!("{package} {version}{libpq} in {}", it.file)
            }
            None => format!("{package} in {}", it.file),
        })
    }

    /// What is neither found nor asked for; the driver only where there is one.
    pub(super) fn assumed(&self, recipe: &Recipe, asked: &Stack, has_driver: bool) -> Vec<Assumed> {
        let mut assumed = Vec::new();
        let mut assume = |is_known: bool, module, what: String| {
            if !is_known {
                assumed.push(Assumed { module, what });
            }
        };
        let is_known = |package, is_asked: bool| is_asked || self.version(package).is_some();
        let Recipe { dj_database_url, django_environ, django, driver, libpq, .. } = recipe;
        assume(
            is_known(DJ_DATABASE_URL, asked.dj_database_url.is_some()),
            Some("dj_database_url"),
            format!("{DJ_DATABASE_URL} {dj_database_url}"),
        );
        assume(
            is_known(DJANGO_ENVIRON, asked.django_environ.is_some()),
            Some("environ"),
            format!("{DJANGO_ENVIRON} {django_environ}"),
        );
        assume(is_known(DJANGO, asked.django.is_some()), None, format!("Django {django}"));
        let is_driver_known = !has_driver || asked.driver.is_some() || self.driver().is_some();
        assume(is_driver_known, None, driver.title().into());
        let is_libpq_known =
            !has_driver || asked.libpq.is_some() || self.bundled_libpq(*driver).is_some();
        assume(is_libpq_known, None, format!("libpq {}", libpq.number()));
        assumed
    }
}

/// Whether two spellings of a package's name are one.
fn is_named(package: &str, name: &str) -> bool {
    package.to_ascii_lowercase().replace(['_', '.'], "-") == name
}

/// The release that is installed, or the last one that is not newer.
fn nearest<T: Copy, const N: usize>(
    version: &str,
    all: [T; N],
    name: impl Fn(T) -> &'static str,
) -> T {
    let wanted = number(version);
    let older = all.iter().rev().find(|it| number(name(**it)) <= wanted);
    *older.unwrap_or(&all[0])
}

/// The first three numbers of a version: of `6.0rc1` two.
fn number(version: &str) -> Option<PackageVersion> {
    let end = version.find(|it: char| !(it.is_ascii_digit() || it == '.'));
    let release = version[..end.unwrap_or(version.len())].trim_end_matches('.');
    let numbers: Vec<_> = release.split('.').take(3).collect();
    numbers.join(".").parse().ok()
}

fn table(path: &Path) -> Option<toml::Table> {
    read(path).ok()?.parse().ok()
}

/// `requirements*.txt` in the root, and `requirements/*.txt`, by their names.
fn requirements(root: &Path) -> Vec<PathBuf> {
    let texts = |folder: &Path, start: &str| {
        let entries = fs::read_dir(folder).into_iter().flatten().flatten().map(|it| it.path());
        let is_text = |it: &PathBuf| it.extension() == Some(OsStr::new("txt"));
        let starts =
            |it: &PathBuf| it.file_name().is_some_and(|it| it.to_string_lossy().starts_with(start));
        let mut found: Vec<_> = entries.filter(|it| is_text(it) && starts(it)).collect();
        found.sort();
        found
    };
    let mut found = texts(root, "requirements");
    found.extend(texts(&root.join("requirements"), ""));
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOTHING: Stack = Stack {
        dj_database_url: None,
        django_environ: None,
        django: None,
        driver: None,
        libpq: None,
    };

    #[test]
    fn a_release_that_is_not_known_is_read_as_the_one_before() {
        let read = |it| nearest(it, DjDatabaseUrl::ALL, DjDatabaseUrl::version).version();
        assert_eq!(
            ["2.1.0", "2.1", "1.2.5", "9.0.0", "0.4.2"].map(read),
            ["2.1.0", "2.1.0", "1.2.0", "3.1.2", "0.5.0"]
        );
        let read = |it| nearest(it, Django::ALL, Django::version).version();
        assert_eq!(
            ["4.2.30", "5.1", "5.1.15", "3.2", "7.0", "6.0rc1"].map(read),
            ["4.2", "5.1", "5.1", "4.2", "6.1", "6.0"]
        );
    }

    #[test]
    fn a_requirement_names_a_driver_and_its_libpq() {
        for (lines, django, driver, libpq) in [
            ("Django==5.1.4\npsycopg2-binary==2.9.10", Django::V5_1, Driver::Psycopg2, 16),
            ("django ~= 4.2.1\npsycopg2_binary>=2.9", Django::V4_2, Driver::Psycopg2, 18),
            ("psycopg2==2.9.13", Django::V5_2, Driver::Psycopg2, 18),
            (
                "psycopg[binary,pool]==3.2.9 ; python_version > '3.9'",
                Django::V5_2,
                Driver::Psycopg,
                17,
            ),
            // Django takes psycopg 3 where it has both.
            ("psycopg2-binary==2.9.6\npsycopg[c]==3.2.9", Django::V5_2, Driver::Psycopg, 18),
            ("psycopg2-binary==2.9.2", Django::V5_2, Driver::Psycopg2, 15),
            ("Django==6.0.* # newest\npsycopg-binary===3.1.13", Django::V6_0, Driver::Psycopg, 16),
            ("-r base.txt\n-e .\n\n--hash=x\npsycopg-pool==3.2", Django::V5_2, Driver::Psycopg, 18),
        ] {
            let mut installed = Installed::default();
            lines.lines().for_each(|it| installed.add_requirement(it, "requirements.txt"));
            let recipe = installed.recipe(Recipe::default(), &NOTHING);
            let found = (recipe.django, recipe.driver, recipe.libpq.number());
            assert_eq!(found, (django, driver, libpq), "{lines}");
        }
    }

    #[test]
    fn what_is_asked_for_comes_first() {
        let mut installed = Installed::default();
        installed.add_requirement("psycopg2-binary==2.9.10", "requirements.txt");
        let asked = Stack { driver: Some(Driver::Psycopg), ..NOTHING };
        let recipe = installed.recipe(Recipe::default(), &asked);
        assert_eq!((recipe.driver, recipe.libpq.number()), (Driver::Psycopg, 18));
        let assumed = installed.assumed(&recipe, &asked, true);
        let assumed: Vec<_> = assumed.iter().map(|it| &*it.what).collect();
        assert_eq!(
            assumed,
            ["dj-database-url 2.1.0", "django-environ 0.14.0", "Django 5.2", "libpq 18"]
        );
    }
}
