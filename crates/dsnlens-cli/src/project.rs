//! A Django project on this machine: its settings module, what that reads beside the variables, and
//! which releases its lock files name.

mod installed;

use std::env;
use std::io;
use std::path::{Path, PathBuf};

use dsnlens_core::module::{Files, Preset, SettingsModule};
use dsnlens_core::{Inputs, Question, Recipe};

use self::installed::Installed;
use crate::args::Stack;
use crate::files::read_regular as read;
use crate::inputs::InputError;

/// As many modules as import each other.
const MOST_FILES: usize = 200;

/// The file that a project's folder is known by.
const MANAGE: &str = "manage.py";

/// The variable that names the settings module.
const NAME: &str = "DJANGO_SETTINGS_MODULE";

/// A settings module, owned.
pub(crate) struct Project {
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
pub(crate) fn is_here() -> bool {
    Path::new(MANAGE).is_file()
}

impl Project {
    /// A module that is known by its name.
    pub(crate) fn preset(preset: &Preset) -> Project {
        Project::of_text(Preset::PATH, preset.text, true)
    }

    /// A text that stands alone.
    pub(crate) fn of_text(path: &str, text: &str, has_all_variables: bool) -> Project {
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
    pub(crate) fn of_file(path: &Path) -> Result<Project, InputError> {
        let full = std::path::absolute(path)
            .map_err(|error| InputError::File { path: path.into(), error })?;
        let folder = full.parent().unwrap_or(Path::new("/"));
        let root = folder.ancestors().find(|it| it.join(MANAGE).is_file()).unwrap_or(folder);
        Project::in_root(root, &full)
    }

    /// The project in a folder with a `manage.py`, if it is one.
    pub(crate) fn in_folder(folder: &Path) -> Result<Option<Project>, InputError> {
        let manage = folder.join(MANAGE);
        if !manage.is_file() {
            return Ok(None);
        }
        let failed = |error| InputError::File { path: manage.clone(), error };
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
        let base = root.join(module.replace('.', "/"));
        let candidates = [base.with_extension("py"), base.join("__init__.py")];
        let Some(path) = candidates.iter().find(|it| it.is_file()) else {
            let error = io::Error::other(format!(
                "{source} names the settings module {module}, and there is no such file"
            ));
            return Err(failed(error));
        };
        let mut project = Project::in_root(&root, path)?;
        project.found.insert(0, format!("{source} names {module}"));
        Ok(Some(project))
    }

    fn in_root(root: &Path, path: &Path) -> Result<Project, InputError> {
        let text = read(path).map_err(|error| InputError::File { path: path.into(), error })?;
        let shown = path.strip_prefix(root).unwrap_or(path);
        let mut found = Vec::new();
        let folders = path.parent().into_iter().flat_map(Path::ancestors);
        let folders = folders.take_while(|it| it.starts_with(root));
        let dotenv = folders.map(|it| it.join(".env")).find(|it| it.is_file());
        let dotenv = match dotenv {
            None => String::new(),
            Some(path) => {
                found.push(shown_in(root, &path));
                read(&path).map_err(|error| InputError::File { path, error })?
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
    pub(crate) fn follow<'q>(&mut self, question: impl Fn() -> Question<'q>) {
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
    pub(crate) fn module(&self) -> SettingsModule<'_> {
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
    pub(crate) fn recipe(&self, recipe: Recipe, asked: &Stack) -> Recipe {
        self.installed.recipe(recipe, asked)
    }

    /// What was found of the project, and what is assumed of what is installed.
    pub(crate) fn notes(&self, recipe: &Recipe, asked: &Stack, has_driver: bool) -> Vec<String> {
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
    pub(crate) fn text_of(&self, path: &str) -> Option<&str> {
        match path == self.path {
            true => Some(&self.text),
            false => self.files.0.get(path)?.as_deref(),
        }
    }

    /// Whether it assigns `DATABASES`, or ends before it may do so.
    pub(crate) fn defines_databases(&self) -> bool {
        let module = self.module();
        let evaluated = (module.evaluate)(&module, &Question::new(Inputs::default()));
        let aliases = &evaluated.databases.aliases;
        evaluated.refusal.is_some() || aliases.more.is_some() || !aliases.entries.is_empty()
    }
}

/// The settings module that a `manage.py` sets.
fn named(text: &str) -> Option<&str> {
    let behind = text.split_once(NAME)?.1;
    let behind = behind.trim_start_matches(['\'', '"']);
    let start = behind.find(['\'', '"'])?;
    let quote = behind[start..].chars().next()?;
    let inside = &behind[start + 1..];
    let module = &inside[..inside.find(quote)?];
    let is_name = |it: char| it.is_alphanumeric() || it == '_' || it == '.';
    (!module.is_empty() && module.chars().all(is_name)).then_some(module)
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
