//! Where the variables come from: an argument, standard input, a `.env` file or one of another form,
//! the environment.
//!
//! One place at a time, so that an answer never depends on what happens to be set elsewhere.

use std::collections::BTreeMap;
use std::env;
use std::ffi::OsString;
use std::fmt;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use dsnlens_core::Masked;
use dsnlens_core::errors;
use dsnlens_core::module::Preset;
use dsnlens_core::paste::{self, Form, Pasted};
use dsnlens_core::syntax::dotenv::{self, Dotenv};
use dsnlens_core::{
    DATABASE_URL, FileFacts, Hole, InputSpan, Inputs, Question, Recipe, Span, is_known,
    is_relevant, read, stand_in,
};
use dsnlens_lint::project::Project;
use dsnlens_lint::{FileError, Lines, holds_only_a_name, is_env_file, read_beside};
#[cfg(feature = "native")]
use dsnlens_native::gather::Files;

use crate::args::{SettingsArg, Subject};
use crate::files;
use crate::output::{self, Exit};
use crate::report::limits;
use crate::visible::escape;

/// How many lines of a file are remarked on.
const LINES: usize = 20;

/// How messages call standard input.
const STDIN: &str = "standard input";

/// The variables, owned.
#[derive(Default)]
pub(crate) struct Variables {
    /// Their values, as readers are given them.
    values: BTreeMap<String, String>,
    /// Those that are not known, or not as a whole.
    unknown: BTreeMap<String, Incomplete>,
    /// The settings module that reads them, where it is not the guide's.
    project: Option<Project>,
    /// The releases that were asked for.
    stack: dsnlens_lint::Stack,
    /// The text of a settings module with `DATABASES` in it.
    settings: Option<String>,
    /// The arguments of a call of dj-database-url that was read.
    call: Option<paste::Call>,
    /// What the file tells beside them.
    facts: FileFacts,
    /// The `.env` file they are from.
    file: Option<EnvFile>,
    /// They are the environment that this program runs in.
    #[cfg_attr(not(feature = "native"), expect(dead_code, reason = "only files ask for it"))]
    are_of_this_process: bool,
}

/// A variable of which something is not known.
struct Incomplete {
    /// Its value as it was written.
    written: String,
    holes: Vec<Hole<'static>>,
}

/// What is known of a `.env` file beside its values.
struct EnvFile {
    /// As it was typed.
    path: PathBuf,
    /// It starts with a byte order mark, which python-dotenv leaves in the first name.
    has_mark: bool,
    /// The lines that python-dotenv skips.
    unreadable: Vec<usize>,
    /// Where each variable's value stands.
    places: BTreeMap<String, Place>,
    /// What it is, if no `.env` file, and what there is to say of its lines.
    other: Option<(String, Vec<(usize, String)>)>,
}

/// The line of a variable, and the column of its value where the file holds it as it is.
#[derive(Clone, Copy)]
struct Place {
    line: usize,
    column: Option<usize>,
}

/// Why there are no variables to look at.
#[derive(Debug)]
pub(crate) enum InputError {
    Env {
        name: String,
    },
    File {
        path: PathBuf,
        error: io::Error,
    },
    FileText {
        path: PathBuf,
        line: usize,
    },
    /// A text that is not understood, and what was found in it: lines to print.
    Unrecognized {
        path: PathBuf,
        found: Vec<String>,
    },
    Stdin(io::Error),
    StdinText,
}

impl Variables {
    /// The variables that are asked for.
    pub(crate) fn gather(subject: &Subject) -> Result<Variables, InputError> {
        let url = match subject.url.as_deref() {
            Some("-") => {
                let text = read_url(io::stdin().lock())?;
                // Several lines are a file; Python takes line ends out of a URL.
                if subject.env_file.is_none() && text.trim().contains('\n') && !starts_url(&text) {
                    return from_text(Path::new(STDIN), &text, is_known);
                }
                Some(text)
            }
            Some(url) => Some(url.to_owned()),
            None => None,
        };
        let preset = match &subject.settings {
            Some(SettingsArg::Preset(preset)) => Some(*preset),
            Some(SettingsArg::File(_)) => None,
            None => subject.client.preset,
        };
        let project = match &subject.settings {
            Some(SettingsArg::File(path)) => Some(Project::of_file(path)?),
            _ if let Some(preset) = preset => {
                let is_compiled = preset.is_compiled(&subject.recipe());
                (!is_compiled).then(|| Project::preset(preset))
            }
            None if url.is_none() && subject.env_file.is_none() && subject.client.has_settings => {
                Project::in_folder(Path::new("."))?
            }
            _ => None,
        };
        // The guide's module as a text, for the releases that only the evaluator knows.
        let is_compiled = Preset::GUIDE.is_compiled(&subject.recipe());
        let project = project.or_else(|| (!is_compiled).then(|| Project::preset(Preset::GUIDE)));
        // A settings module may read any variable.
        let reads: fn(&str) -> bool = if project.is_some() { |_| true } else { is_known };
        let mut variables = match (&url, subject.env_file.as_deref()) {
            (_, Some(path)) => from_file(path, reads)?,
            (Some(_), None) => Variables::default(),
            (None, None) => from_environment(env::vars_os(), reads)?,
        };
        if let Some(url) = url {
            variables.values.insert(DATABASE_URL.into(), url);
            variables.unknown.remove(DATABASE_URL);
            if let Some(file) = &mut variables.file {
                file.places.remove(DATABASE_URL);
            }
        }
        variables.stack = subject.stack.named();
        if let Some(mut project) = project {
            let recipe = project_recipe(&project, subject);
            let inputs = || variables.bare_inputs().with_debug(subject.debug);
            project.follow(|| Question::new(inputs()).with_recipe(recipe.clone()));
            variables.project = Some(project);
        }
        Ok(variables)
    }

    /// What is asked about them.
    pub(crate) fn question(&self, subject: &Subject) -> Question<'_> {
        let inputs = self.bare_inputs().with_debug(subject.debug);
        let inputs = inputs.with_workload(subject.load.workload());
        let module = self.project.as_ref().map(Project::module);
        Question { client: subject.client, inputs, recipe: self.recipe(subject), module }
    }

    /// The same for the core, and nothing else.
    pub(crate) fn bare_inputs(&self) -> Inputs<'_> {
        let values = self.values.iter().map(|(name, value)| (name.as_str(), value.as_str()));
        let mut inputs = Inputs::new(values).with_file(&self.facts);
        for (name, it) in &self.unknown {
            let value = self.get(name).unwrap_or_default();
            inputs = inputs.with_holes(name, value, &it.written, it.holes.iter().cloned());
        }
        if let Some(databases) =
            self.settings.as_deref().and_then(paste::read).and_then(|it| it.databases)
        {
            let path = self.file.as_ref().and_then(|it| it.path.to_str());
            let path = path.unwrap_or(databases.path);
            inputs = inputs.with_databases(databases.in_file(path));
        }
        inputs
    }

    /// The settings module that is asked for, or the one that makes the call that was read.
    fn recipe(&self, subject: &Subject) -> Recipe {
        let recipe = match &self.project {
            Some(project) => project_recipe(project, subject),
            None => subject.recipe(),
        };
        match self.call {
            Some(call) => call.recipe(recipe),
            None => recipe,
        }
    }

    /// The files of this machine, if the variables are its own: a URL or a `.env` file is about
    /// any machine.
    #[cfg(feature = "native")]
    pub(crate) fn files(&self, question: &Question<'_>) -> Files {
        match self.are_of_this_process {
            true => files_from_here(question),
            false => Files::default(),
        }
    }

    /// Says what was odd about reading the file, by line and without what the line holds.
    pub(crate) fn complain(&self) -> Exit {
        let Some(file) = &self.file else { return Exit::Clean };
        let path = file.path.display().to_string();
        let path = escape(&path);
        let say = |line: usize, what: &str| output::complain(format_args!("{path}:{line}: {what}"));
        let say_more = |all: usize| {
            if let Some(more @ 1..) = all.checked_sub(LINES) {
                output::complain(format_args!("{path}: {}", limits::more(more)));
            }
        };
        if let Some((what, notes)) = &file.other {
            output::complain(format_args!("{path}: {what}"));
            for (line, note) in notes.iter().take(LINES) {
                say(*line, note);
            }
            say_more(notes.len());
        }
        if file.has_mark {
            say(1, "python-dotenv takes the byte order mark for a part of the first name");
        }
        for &line in file.unreadable.iter().take(LINES) {
            say(line, "python-dotenv cannot read this line and skips it");
        }
        say_more(file.unreadable.len());
        match file.unreadable.is_empty() {
            true => Exit::Clean,
            false => Exit::Unusable,
        }
    }

    /// What was found of the project, and what is assumed of what is installed: a driver for
    /// PostgreSQL where the settings take one.
    pub(crate) fn notes(&self, recipe: &Recipe, has_driver: bool) -> Vec<String> {
        self.project
            .as_ref()
            .map(|it| it.notes(recipe, &self.stack, has_driver))
            .unwrap_or_default()
    }

    /// The value of a variable.
    fn get(&self, name: &str) -> Option<&str> {
        self.values.get(name).map(String::as_str)
    }

    /// Where a stretch of a variable stands: the file, the line, and the column at which the
    /// variable's value begins, counted in characters from 1; `None` where the file spells the value
    /// in another way, or is a settings module.
    pub(crate) fn place<'p>(
        &'p self,
        stretch: &InputSpan<'p>,
    ) -> Option<(&'p Path, usize, Option<usize>)> {
        let in_module = || {
            let text = self.project.as_ref()?.text_of(stretch.input)?;
            let line = Lines::new(text).number(stretch.span.start);
            Some((Path::new(stretch.input), line, None))
        };
        let Some(file) = &self.file else { return in_module() };
        match (file.places.get(stretch.input), &self.settings) {
            (Some(place), _) => Some((&file.path, place.line, place.column)),
            (None, Some(text)) if file.path.to_str() == Some(stretch.input) => {
                Some((&file.path, Lines::new(text).number(stretch.span.start), None))
            }
            (None, _) => in_module(),
        }
    }
}

/// The releases that are asked for, else those that the project pins.
fn project_recipe(project: &Project, subject: &Subject) -> Recipe {
    project.recipe(subject.recipe(), &subject.stack.named())
}

/// The variables that a URL on the command line is.
#[cfg(test)]
pub(crate) fn of_url(url: &str) -> Variables {
    let values = BTreeMap::from([(DATABASE_URL.into(), url.into())]);
    Variables { values, ..Variables::default() }
}

/// The files that a connection from this machine uses, wherever the variables come from.
#[cfg(feature = "native")]
pub(crate) fn files_from_here(question: &Question<'_>) -> Files {
    Files::gather(|name| env::var_os(name), |machine| question.clone().on(machine).unknown_files())
}

fn from_environment(
    variables: impl Iterator<Item = (OsString, OsString)>,
    reads: fn(&str) -> bool,
) -> Result<Variables, InputError> {
    let mut values = BTreeMap::new();
    for (name, value) in variables {
        let Some(name) = name.to_str().filter(|it| reads(it)) else { continue };
        let Ok(value) = value.into_string() else {
            if !is_known(name) {
                continue;
            }
            return Err(InputError::Env { name: name.into() });
        };
        values.insert(name.into(), value);
    }
    Ok(Variables { values, are_of_this_process: true, ..Variables::default() })
}

fn from_file(path: &Path, reads: fn(&str) -> bool) -> Result<Variables, InputError> {
    let is_stdin = path == Path::new("-");
    let bytes = match is_stdin {
        true => files::read_bounded(io::stdin().lock()).map_err(InputError::Stdin)?,
        false => {
            files::read(path).map_err(|error| InputError::File { path: path.to_owned(), error })?
        }
    };
    let path = if is_stdin { Path::new(STDIN) } else { path };
    let text = match str::from_utf8(&bytes) {
        Ok(text) => text,
        Err(error) => {
            let before = bytes.get(..error.valid_up_to()).unwrap_or_default();
            let line = 1 + before.iter().filter(|it| **it == b'\n').count();
            return Err(InputError::FileText { path: path.to_owned(), line });
        }
    };
    from_text(path, text, reads)
}

/// A `.env` file as python-dotenv reads it, or whatever else a text is recognized as.
pub(crate) fn from_text(
    path: &Path,
    text: &str,
    reads: fn(&str) -> bool,
) -> Result<Variables, InputError> {
    let dotenv = dotenv::parse(text);
    let is_read =
        |it: &dotenv::Binding<'_>| it.value.is_some() && (reads(it.name) && it.name != "DEBUG");
    let has_variables = dotenv.bindings.iter().any(is_read);
    let is_set = |it: &dotenv::Binding<'_>| it.value.is_some() && is_relevant(it.name);
    // A list of Python's, a setting of another tool: a `NAME = value` that holds a URL, and nothing
    // that is read.
    if !is_env_file(path)
        && !dotenv.bindings.iter().any(is_set)
        && !paste::unrecognized(text).urls.is_empty()
        && paste::read(text).is_none_or(|it| !it.relevant().any(|it| is_relevant(&it.name)))
    {
        return Err(unrecognized(path, text, None));
    }
    if !(has_variables && (is_env_file(path) || paste::is_dotenv(text))) {
        let pasted = paste::read_with(text, &|name| beside(path, name));
        match pasted.filter(|it| it.form != Form::Dotenv) {
            Some(pasted)
                if pasted.databases.is_some()
                    || pasted.relevant().any(|it| is_about_database(&it.name)) =>
            {
                return Ok(from_pasted(path, text, &pasted));
            }
            Some(pasted) => return Err(unrecognized(path, text, Some(&pasted))),
            None if has_variables || paste::is_dotenv(text) || is_blank(&dotenv) => {}
            None => return Err(unrecognized(path, text, None)),
        }
    }
    Ok(from_dotenv(path, text, dotenv, reads))
}

/// Whether a variable leads to a database: `DEBUG` alone does not.
fn is_about_database(name: &str) -> bool {
    is_known(name) && name != "DEBUG"
}

/// Whether nothing but comments is in a file.
fn is_blank(dotenv: &Dotenv<'_>) -> bool {
    dotenv.bindings.is_empty() && dotenv.unreadable.is_empty()
}

/// A file that the one at `path` names; standard input is in no folder.
fn beside(path: &Path, name: &str) -> Option<String> {
    read_beside(path, name).filter(|_| path != Path::new(STDIN))
}

/// What was found in a text that gives no variables: there is no answer then.
fn unrecognized(path: &Path, text: &str, pasted: Option<&Pasted<'_>>) -> InputError {
    let lines = Lines::new(text);
    let shown = path.display();
    let at = |span: Span| format!("{shown}:{}", lines.number(span.start));
    let mut found = vec![match pasted {
        Some(pasted) => {
            format!(
                "{shown}: recognized as {}, but it has no value for a database variable",
                pasted.form
            )
        }
        None => format!("{shown}: not recognized, so there is no answer"),
    }];
    for note in pasted.iter().flat_map(|it| &it.notes) {
        found.push(format!("{}: {}", at(note.span), note.text));
    }
    let inside = paste::unrecognized(text);
    for &url in &inside.urls {
        let value = url.of(text);
        let secrets = read(&Inputs::url(value).into()).secrets;
        let secrets: Vec<_> = secrets.iter().map(|it| it.span).collect();
        let masked = Masked::new(value, &secrets, &[]).text;
        found.push(format!("{}: a database URL: {masked}; `dsnlens resolve -` reads it", at(url)));
    }
    for &name in &inside.names {
        found.push(format!("{}: names {}, but its value was not found", at(name), name.of(text)));
    }
    if let Some(cause) = errors::explain(text).causes.first() {
        let rule = cause.rule.name;
        found.push(format!(
            "{}: an error message ({rule}); `dsnlens explain -` explains it",
            at(cause.span)
        ));
    }
    InputError::Unrecognized { path: path.to_owned(), found }
}

fn from_dotenv(path: &Path, text: &str, dotenv: Dotenv<'_>, reads: fn(&str) -> bool) -> Variables {
    let unreadable = dotenv.unreadable.iter().map(|it| it.line).collect();
    let mut variables = Variables::default();
    let mut places = BTreeMap::new();
    for binding in dotenv.bindings.into_iter().filter(|it| reads(it.name)) {
        // A name without `=` has no value, and takes an earlier one away.
        match binding.value {
            Some(value) => {
                let column = column(text, binding.span, &value);
                places.insert(binding.name.into(), Place { line: binding.line, column });
                variables.values.insert(binding.name.into(), value.into());
            }
            None => {
                variables.values.remove(binding.name);
                places.remove(binding.name);
            }
        }
    }
    let has_mark = text.starts_with('\u{feff}');
    let file = EnvFile { path: path.to_owned(), has_mark, unreadable, places, other: None };
    variables.file = Some(file);
    variables
}

fn from_pasted(path: &Path, text: &str, pasted: &Pasted<'_>) -> Variables {
    let mut variables = Variables::default();
    let mut places = BTreeMap::new();
    let lines = Lines::new(text);
    for it in pasted.relevant() {
        let place = Place {
            line: lines.number(it.span.start),
            column: if it.is_literal { column_of(&lines, it.span.start) } else { None },
        };
        places.insert(it.name.clone().into_owned(), place);
    }
    for it in pasted.relevant() {
        let written = it.value.as_ref().map_or("", |it| it.reveal());
        let value = stand_in(written, &it.holes);
        variables.values.insert(it.name.clone().into_owned(), value);
        if !it.holes.is_empty() {
            let incomplete = Incomplete { written: written.to_owned(), holes: it.holes.clone() };
            variables.unknown.insert(it.name.clone().into_owned(), incomplete);
        }
    }
    if pasted.databases.is_some() {
        let shown = path.to_string_lossy();
        let project = Project::of_text(&shown, text, false);
        match project.defines_databases() {
            true => variables.project = Some(project),
            // One of the databases, or the value alone.
            false => variables.settings = Some(text.to_owned()),
        }
    }
    variables.call = pasted.call;
    variables.facts = pasted.facts.clone();
    let what = match &pasted.part {
        Some(part) => format!("read as {}; `{}` is used", pasted.form, escape(part)),
        None => format!("read as {}", pasted.form),
    };
    let notes = pasted.notes.iter();
    let notes = notes.map(|it| (lines.number(it.span.start), it.text.clone().into_owned()));
    variables.file = Some(EnvFile {
        path: path.to_owned(),
        has_mark: false,
        unreadable: Vec::new(),
        places,
        other: Some((what, notes.collect())),
    });
    variables
}

/// How many characters stand before a value in its line, and one; `None` where another value
/// stands there, too: a column behind a secret would tell its length.
fn column_of(lines: &Lines<'_>, at: usize) -> Option<usize> {
    let before = lines.before(at)?;
    holds_only_a_name(before).then(|| 1 + before.chars().count())
}

/// The column of a value that stands in `text` as it is, with quotes around it or without.
fn column(text: &str, span: Span, value: &str) -> Option<usize> {
    let written = span.of(text);
    let quotes = usize::from(written.starts_with(['\'', '"']));
    let inside = written.get(quotes..written.len().checked_sub(quotes)?)?;
    let start = text.get(..span.start + quotes)?;
    let line_start = start.rfind(['\n', '\r']).map_or(0, |at| at + 1);
    let is_plain = inside == value && !value.contains(['\n', '\r']);
    is_plain.then(|| 1 + start.get(line_start..).unwrap_or("").chars().count())
}

/// Whether a text begins with the scheme of a URL.
fn starts_url(text: &str) -> bool {
    let scheme = text.trim_start().split_once("://").map_or("", |it| it.0);
    !scheme.is_empty()
        && scheme.bytes().all(|it| it.is_ascii_alphanumeric() || b"+-.".contains(&it))
}

/// Standard input, as a text.
pub(crate) fn read_text(reader: impl Read) -> Result<String, InputError> {
    let bytes = files::read_bounded(reader).map_err(InputError::Stdin)?;
    String::from_utf8(bytes).map_err(|_| InputError::StdinText)
}

/// A URL without the one line end that `echo` and an editor put behind it.
fn read_url(reader: impl Read) -> Result<String, InputError> {
    let mut url = read_text(reader)?;
    if url.ends_with('\n') {
        url.pop();
        if url.ends_with('\r') {
            url.pop();
        }
    }
    Ok(url)
}

impl From<FileError> for InputError {
    fn from(FileError { path, error }: FileError) -> InputError {
        InputError::File { path, error }
    }
}

impl InputError {
    /// Says so.
    pub(crate) fn complain(&self) -> Exit {
        match self {
            InputError::Unrecognized { found, .. } => {
                found.iter().for_each(|it| output::complain(escape(it)));
            }
            _ => output::complain(escape(&self.to_string())),
        }
        Exit::Unusable
    }
}

impl fmt::Display for InputError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            InputError::Env { name } => write!(f, "the environment variable {name} is not UTF-8"),
            // A URL that was taken for a file name holds a password like any other.
            InputError::File { path, .. } if path.to_string_lossy().contains("://") => {
                f.write_str("--env-file takes the name of a file, and this is a URL")
            }
            InputError::File { path, error } => write!(f, "{}: {error}", path.display()),
            InputError::FileText { path, line } => {
                write!(f, "{}:{line}: this line is not UTF-8", path.display())
            }
            InputError::Unrecognized { path, .. } => {
                write!(f, "{}: not recognized", path.display())
            }
            InputError::Stdin(error) => write!(f, "standard input: {error}"),
            InputError::StdinText => f.write_str("standard input is not UTF-8"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_line_end_is_taken_off_a_url() {
        let read = |text: &str| read_url(text.as_bytes()).unwrap();
        assert_eq!(read("postgres://h/db\n"), "postgres://h/db");
        assert_eq!(read("postgres://h/db\r\n"), "postgres://h/db");
        assert_eq!(read(" postgres://h/db \n\n"), " postgres://h/db \n");
        assert_eq!(read(""), "");
        assert!(matches!(read_url(&b"\xff"[..]), Err(InputError::StdinText)));
    }

    #[test]
    fn only_what_the_stack_reads_is_taken_from_the_environment() {
        let all = ["DATABASE_URL", "DB_HOST", "DEBUG", "PGSSLMODE", "SECRET_KEY", "HOME"];
        let all = all.map(|name| (OsString::from(name), OsString::from("1")));
        let variables = from_environment(all.into_iter(), is_known).unwrap();
        let names: Vec<_> = variables.values.keys().collect();
        assert_eq!(names, ["DATABASE_URL", "DB_HOST", "DEBUG", "PGSSLMODE"]);
    }

    #[cfg(unix)]
    #[test]
    fn a_value_that_is_not_utf_8_is_named_if_it_matters() {
        use std::os::unix::ffi::OsStringExt;
        let bad = || OsString::from_vec(vec![0xff]);
        let read =
            |name: &str| from_environment([(OsString::from(name), bad())].into_iter(), is_known);
        assert!(read("PATH").is_ok());
        let error = read("DB_PASSWORD").err().unwrap().to_string();
        assert_eq!(error, "the environment variable DB_PASSWORD is not UTF-8");
    }
}
