//! A Django project on this machine: its settings module, what that reads beside the variables, and
//! which releases its lock files name.

mod installed;

use std::env;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use dsnlens_core::module::{Files, Preset, SettingsModule};
use dsnlens_core::{Inputs, Question, Recipe};

use self::installed::Installed;
use crate::FileError;
use crate::stack::Stack;

/// No settings module and no lock file that is read is larger.
const LARGEST: u64 = 5 << 20;

/// As many modules as import each other.
const MOST_FILES: usize = 200;

/// The file that a project's folder is known by.
pub(crate) const MANAGE: &str = "manage.py";

/// The variable that names the settings module.
pub(crate) const NAME: &str = "DJANGO_SETTINGS_MODULE";

/// A settings module, owned.
#[derive(Clone)]
pub struct Project {
    path: String,
    root: PathBuf,
    root_text: String,
    text: String,
    files: Files,
    /// The `.env` file that it reads where it reads one.
    dotenv: Option<String>,
    /// Whether the variables of the question are all that it can read.
    has_all_variables: bool,
    /// What was found of the project, and where.
    found: Vec<String>,
    /// What lock files and requirements name of the stack.
    installed: Installed,
}

/// Whether the current folder is that of a project.
pub fn is_here() -> bool {
    Path::new(MANAGE).is_file()
}

impl Project {
    /// A module that is known by its name.
    pub fn preset(preset: &Preset) -> Project {
        Project::of_text(Preset::PATH, preset.text, true)
    }

    /// A text that stands alone.
    pub fn of_text(path: &str, text: &str, has_all_variables: bool) -> Project {
        Project {
            path: path.into(),
            root: PathBuf::new(),
            root_text: String::new(),
            text: text.into(),
            files: Files::default(),
            dotenv: has_all_variables.then(String::new),
            has_all_variables,
            found: Vec::new(),
            installed: Installed::default(),
        }
    }

    /// The module in a file.
    pub fn of_file(path: &Path) -> Result<Project, FileError> {
        let full =
            std::path::absolute(path).map_err(|error| FileError { path: path.into(), error })?;
        let folder = full.parent().unwrap_or(Path::new("/"));
        let root = folder.ancestors().find(|it| it.join(MANAGE).is_file()).unwrap_or(folder);
        Project::in_root(root, &full)
    }

    /// The project in a folder with a `manage.py`, if it is one.
    pub fn in_folder(folder: &Path) -> Result<Option<Project>, FileError> {
        let manage = folder.join(MANAGE);
        if !manage.is_file() {
            return Ok(None);
        }
        let failed = |error| FileError { path: manage.clone(), error };
        let (module, source) = match env::var(NAME).ok().filter(|it| !it.is_empty()) {
            Some(module) => (module, NAME.to_owned()),
            None => {
                let text = read(&manage).map_err(failed)?;
                match named(&text) {
                    Some(module) => (module.to_owned(), MANAGE.to_owned()),
                    None => {
                        let error = io::Error::other(format!("it names no {NAME}"));
                        return Err(failed(error));
                    }
                }
            }
        };
        let root = std::path::absolute(folder).map_err(failed)?;
        let Some(path) = module_file(&root, &module) else {
            let error = io::Error::other(format!(
                "{source} names the settings module {module}, and there is no such file"
            ));
            return Err(failed(error));
        };
        let mut project = Project::in_root(&root, &path)?;
        project.found.insert(0, format!("{source} names {module}"));
        Ok(Some(project))
    }

    /// The same project where variables may be set that the question does not have, or where not.
    pub(crate) fn with_all_variables(mut self, has_all_variables: bool) -> Project {
        self.has_all_variables = has_all_variables;
        self
    }

    /// The same project without the `.env` file, which is looked at as a file of its own.
    pub(crate) fn without_dotenv(mut self) -> Project {
        self.dotenv = Some(String::new());
        self
    }

    /// The file of a module of it, as the module's path names it.
    pub(crate) fn file(&self, path: &str) -> PathBuf {
        self.root.join(path)
    }

    /// The module in a file of the project in `root`.
    pub(crate) fn in_root(root: &Path, path: &Path) -> Result<Project, FileError> {
        let text = read(path).map_err(|error| FileError { path: path.into(), error })?;
        let shown = path.strip_prefix(root).unwrap_or(path);
        let mut found = Vec::new();
        let folders = path.parent().into_iter().flat_map(Path::ancestors);
        let folders = folders.take_while(|it| it.starts_with(root));
        let dotenv = folders.map(|it| it.join(".env")).find(|it| it.is_file());
        let dotenv = match dotenv {
            None => String::new(),
            Some(path) => {
                found.push(shown_in(root, &path));
                read(&path).map_err(|error| FileError { path, error })?
            }
        };
        let installed = Installed::of(root);
        found.extend(installed.found());
        Ok(Project {
            path: slashes(shown),
            root: root.to_owned(),
            root_text: root.to_string_lossy().trim_end_matches('/').to_owned(),
            text,
            files: Files::default(),
            dotenv: Some(dotenv),
            has_all_variables: true,
            found,
            installed,
        })
    }

    /// Reads the modules that it imports with these variables, as far as the project holds them.
    pub fn follow<'q>(&mut self, question: impl Fn() -> Question<'q>) {
        if self.root.as_os_str().is_empty() {
            return;
        }
        while self.files.0.len() < MOST_FILES {
            let module = self.module();
            let wanted = (module.evaluate)(&module, &question()).wanted;
            let mut is_more = false;
            for path in wanted {
                let full = self.root.join(&path);
                if self.files.0.contains_key(&path) || !full.is_file() {
                    continue;
                }
                // What cannot be read is as unknown as what is not there.
                if let Ok(text) = read(&full) {
                    self.files.0.insert(path, Some(text));
                    is_more = true;
                }
            }
            if !is_more {
                return;
            }
        }
    }

    /// The same for the core.
    pub fn module(&self) -> SettingsModule<'_> {
        SettingsModule {
            path: &self.path,
            root: &self.root_text,
            text: &self.text,
            files: &self.files,
            dotenv: self.dotenv.as_deref(),
            has_all_variables: self.has_all_variables,
            evaluate: dsnlens_settings::evaluate,
        }
    }

    /// The releases: those that were asked for, else those that the project pins.
    pub fn recipe(&self, recipe: Recipe, asked: &Stack) -> Recipe {
        self.installed.recipe(recipe, asked)
    }

    /// What was found of the project, and what is assumed of what is installed.
    pub fn notes(&self, recipe: &Recipe, asked: &Stack, has_driver: bool) -> Vec<String> {
        let mut notes = Vec::new();
        if !self.found.is_empty() {
            notes.push(format!("Found: {}", self.found.join("; ")));
        }
        let texts = self.files.0.values().flatten().chain([&self.text]);
        let imports = |module: &str| {
            let ways = [format!("import {module}"), format!("from {module} ")];
            texts.clone().any(|text| ways.iter().any(|it| text.contains(it)))
        };
        let assumed = self.installed.assumed(recipe, asked, has_driver).into_iter();
        let assumed: Vec<_> =
            assumed.filter(|it| it.module.is_none_or(imports)).map(|it| it.what).collect();
        if !assumed.is_empty() {
            notes.push(format!("Assumed: {}", assumed.join(", ")));
        }
        notes
    }

    /// The text of a file, to find lines in.
    pub fn text_of(&self, path: &str) -> Option<&str> {
        match path == self.path {
            true => Some(&self.text),
            false => self.files.0.get(path)?.as_deref(),
        }
    }

    /// Whether it assigns `DATABASES`, or ends before it may do so.
    pub fn defines_databases(&self) -> bool {
        let module = self.module();
        let evaluated = (module.evaluate)(&module, &Question::new(Inputs::default()));
        let aliases = &evaluated.databases.aliases;
        evaluated.refusal.is_some() || aliases.more.is_some() || !aliases.entries.is_empty()
    }
}

/// The file of a module of the project in `root`.
pub(crate) fn module_file(root: &Path, module: &str) -> Option<PathBuf> {
    let base = root.join(module.replace('.', "/"));
    [base.with_extension("py"), base.join("__init__.py")].into_iter().find(|it| it.is_file())
}

/// The settings module that a `manage.py` sets.
pub(crate) fn named(text: &str) -> Option<&str> {
    let behind = text.split_once(NAME)?.1;
    let behind = behind.trim_start_matches(['\'', '"']);
    let start = behind.find(['\'', '"'])?;
    let quote = behind[start..].chars().next()?;
    let inside = &behind[start + 1..];
    let module = &inside[..inside.find(quote)?];
    let is_name = |it: char| it.is_alphanumeric() || it == '_' || it == '.';
    (!module.is_empty() && module.chars().all(is_name)).then_some(module)
}

/// A text file: a regular one that is not too large.
fn read(path: &Path) -> io::Result<String> {
    // Opening a pipe would wait for its other end.
    match fs::metadata(path)?.is_file() {
        true => crate::read::read(path, LARGEST),
        false => Err(io::Error::other("not a regular file")),
    }
}

/// A path as messages show it: from the root of the project.
fn shown_in(root: &Path, path: &Path) -> String {
    slashes(path.strip_prefix(root).unwrap_or(path))
}

fn slashes(path: &Path) -> String {
    path.to_string_lossy().replace('\\', "/")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_settings_module_is_named_in_many_ways() {
        for (text, module) in [
            ("os.environ.setdefault('DJANGO_SETTINGS_MODULE', 'shop.settings')", "shop.settings"),
            ("os.environ[\"DJANGO_SETTINGS_MODULE\"] = \"shop.conf.dev\"", "shop.conf.dev"),
            (
                "setdefault(\n    \"DJANGO_SETTINGS_MODULE\",\n    \"a_b.settings\",\n)",
                "a_b.settings",
            ),
        ] {
            assert_eq!(named(text), Some(module), "{text}");
        }
        assert_eq!(named("os.environ['DJANGO_SETTINGS_MODULE']"), None);
        assert_eq!(named("print('hello')"), None);
    }
}
