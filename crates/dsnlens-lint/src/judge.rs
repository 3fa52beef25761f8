//! Puts what was found together: a settings module with each environment that feeds it, and an
//! environment without one with what it is about itself.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use dsnlens_core::clients::stages;
use dsnlens_core::ledger::Origin;
use dsnlens_core::module::Preset;
use dsnlens_core::paste::broken_yaml;
use dsnlens_core::{
    Answer, DATABASE_URL, Diagnostic, Fix, InputSpan, Inputs, Question, Severity, Span, client,
    is_known, resolve,
};

use crate::config::Config;
use crate::environment::{Environment, Spot};
use crate::evidence::Evidence;
use crate::finding::{Finding, FixText, Place, Report, Unread};
use crate::fix::Edit;
use crate::kind::Role;
use crate::lines::{Lines, holds_only_a_name};
use crate::project::{MANAGE, NAME, Project, module_file, named};
use crate::read::read_beside;
use crate::walk::{Source, Walked, shown};

/// What everything found means.
pub(crate) fn judge(start: &Path, walked: &Walked, config: &Config) -> Report {
    let sources = &walked.sources;
    let mut evidence = Evidence::default();
    sources.iter().for_each(|it| evidence.gather(&it.path));
    let projects = projects(sources, config);
    let judge = Judge { start, sources, projects, evidence, config };
    let modules = judge.projects.iter().map(Unit::Module);
    let files = sources.iter().filter(|it| it.role != Role::Manage);
    let units: Vec<_> = modules.chain(files.map(Unit::File)).collect();
    let mut report = Report::default();
    for part in in_parallel(&units, |it| judge.unit(it)) {
        report.findings.extend(part.findings);
        report.unread.extend(part.unread);
        report.notes.extend(part.notes);
        report.files += part.files;
    }
    report
}

/// What is judged on its own.
enum Unit<'j> {
    /// A settings module, with whatever its variables are.
    Module(&'j Located),
    /// A file with variables.
    File(&'j Source),
}

/// A settings module, and the folder whose files feed it.
struct Located {
    folder: PathBuf,
    project: Project,
    /// Whether the environments of the folder are for this one of its modules.
    is_main: bool,
}

struct Judge<'j> {
    start: &'j Path,
    sources: &'j [Source],
    projects: Vec<Located>,
    evidence: Evidence,
    config: &'j Config,
}

/// Works on every core; the results are in the order of the units.
fn in_parallel<T: Sync, R: Send>(units: &[T], work: impl Fn(&T) -> R + Sync) -> Vec<R> {
    let next = AtomicUsize::new(0);
    let count = thread::available_parallelism().map_or(1, usize::from).min(units.len().max(1));
    let mut done = thread::scope(|scope| {
        let worker = || {
            let mut done = Vec::new();
            loop {
                let nth = next.fetch_add(1, Ordering::Relaxed);
                let Some(unit) = units.get(nth) else { return done };
                done.push((nth, work(unit)));
            }
        };
        let workers: Vec<_> = (0..count).map(|_| scope.spawn(worker)).collect();
        let joined = workers.into_iter().map(|it| it.join());
        joined.flat_map(|it| it.unwrap_or_else(|panic| std::panic::resume_unwind(panic))).collect()
    });
    let done: &mut Vec<(usize, R)> = &mut done;
    done.sort_by_key(|it| it.0);
    std::mem::take(done).into_iter().map(|it| it.1).collect()
}

/// The settings modules: those that a `manage.py` at or above a file names, and those that are
/// called like one.
fn projects(sources: &[Source], config: &Config) -> Vec<Located> {
    let mut roots = BTreeSet::new();
    let mut seen = BTreeSet::new();
    for source in sources {
        for folder in source.path.ancestors().skip(1) {
            if !seen.insert(folder.to_owned()) {
                break;
            }
            if folder.join(MANAGE).is_file() {
                roots.insert(folder.to_owned());
            }
            if folder.join(".git").exists() {
                break;
            }
        }
    }
    let mut found = Vec::new();
    let mut files = BTreeSet::new();
    let mut add = |folder: &Path, path: PathBuf, is_main: bool| {
        if files.insert(path.clone())
            && let Ok(project) = Project::in_root(folder, &path)
            && project.defines_databases()
        {
            found.push(Located { folder: folder.to_owned(), project, is_main });
        }
    };
    if let Some((path, root)) = &config.settings {
        add(root, path.clone(), true);
    }
    for root in &roots {
        let manage = crate::read::read(&root.join(MANAGE), crate::read::LARGEST).ok();
        let module = manage.as_deref().and_then(named);
        if let Some(path) = module.and_then(|it| module_file(root, it)) {
            add(root, path, config.settings.is_none());
        }
    }
    for source in sources.iter().filter(|it| it.role == Role::Settings) {
        if !source.text.contains("DATABASES") {
            continue;
        }
        let root = source.path.ancestors().skip(1).find(|it| roots.contains(*it));
        let folder = source.path.parent().unwrap_or(Path::new(""));
        add(
            root.unwrap_or(folder),
            source.path.clone(),
            root.is_none() && config.settings.is_none(),
        );
    }
    found
}

impl Judge<'_> {
    fn unit(&self, unit: &Unit<'_>) -> Report {
        match unit {
            Unit::Module(it) => self.module(it),
            Unit::File(it) => self.file(it),
        }
    }

    /// A settings module alone: what is not written in it is unknown.
    fn module(&self, located: &Located) -> Report {
        let project = located.project.clone().with_all_variables(false);
        let mut report = Report { files: 1, ..Report::default() };
        self.ask(project, None, |answer, project| {
            let told = Told {
                judge: self,
                answer,
                project: Some(project),
                source: None,
                is_assumed: false,
            };
            report.findings = told.findings();
        });
        report
    }

    fn file(&self, source: &Source) -> Report {
        let mut report = Report::default();
        let beside = |name: &str| beside(self.sources, &source.path, name);
        let broken = match source.is_yaml() {
            true => broken_yaml(&source.text),
            false => Vec::new(),
        };
        let lines = Lines::new(&source.text);
        let mut miss = |line: usize, why: &str| {
            let (path, why) = (source.shown.clone(), why.to_owned());
            report.unread.push(Unread { path, line: Some(line), why });
        };
        if let Some(first) = broken.first() {
            miss(lines.number(first.start), "not YAML from this line on");
        }
        let environments = Environment::all(source, &beside);
        for line in environments.iter().flat_map(|it| &it.unreadable) {
            miss(*line, "python-dotenv cannot read this line and skips it");
        }
        report.files = usize::from(!environments.is_empty());
        for environment in environments {
            let found = self.open(source, environment, &mut report.notes);
            report.findings.extend(found);
        }
        report
    }

    /// What an environment means; in a template a value that is left open is unknown.
    fn open(
        &self,
        source: &Source,
        mut environment: Environment,
        notes: &mut Vec<String>,
    ) -> Vec<Finding> {
        const WHY: &str = "is left to be filled in";
        if !source.is_template() {
            return self.environment(source, &environment, notes);
        }
        for name in environment.blanks() {
            environment.forget(&name, WHY);
        }
        loop {
            let findings = self.environment(source, &environment, notes);
            let is_left = |it: &&Finding| it.rule.is_some_and(|it| it.name == "url-placeholder");
            let left = findings.iter().find(is_left).map(|it| it.place.line);
            match left.and_then(|it| environment.at(&source.text, it)) {
                Some(name) => environment.forget(&name, WHY),
                None => return findings,
            }
        }
    }

    /// What a file's variables mean to whatever reads them.
    fn environment(
        &self,
        source: &Source,
        environment: &Environment,
        notes: &mut Vec<String>,
    ) -> Vec<Finding> {
        let told = |answer: &Answer<'_>, project: Option<&Project>, is_assumed: bool| {
            let source = Some((source, environment));
            Told { judge: self, answer, project, source, is_assumed }.findings()
        };
        let own = environment.form.client().and_then(client::find);
        if own.is_none()
            && let Some(project) = self.project_for(source, environment)
        {
            let project = project.without_dotenv().with_all_variables(!environment.has_more());
            let mut findings = Vec::new();
            self.ask(project, Some(environment), |answer, project| {
                findings = told(answer, Some(project), false);
            });
            return findings;
        }
        if environment.spot(DATABASE_URL).is_none() && own.is_none() {
            return Vec::new();
        }
        let question = Question::new(environment.inputs()).with_recipe(self.config.stack.recipe());
        let clients = match &own {
            Some(client) => std::slice::from_ref(client),
            None => self.evidence.near(&source.path),
        };
        let found = clients.iter().map(|client| {
            told(&resolve(question.put_to(client, dsnlens_settings::evaluate)), None, false)
        });
        // Of several clients nobody knows which one reads it: what all of them say is true. That all
        // of them fail at a line is, too, each for a reason of its own: the first one's is told.
        let in_all = found.reduce(|all, one| {
            let agreed = all.into_iter().filter_map(|it| {
                let mut here = one.iter().filter(|other| other.place.line == it.place.line);
                if here.clone().any(|other| other.rule == it.rule) {
                    return Some(it);
                }
                let is_error = |it: &Finding| it.severity == Severity::Error;
                let fails = is_error(&it) && here.any(is_error);
                // What mends it for one client may not mend it for another.
                fails.then_some(Finding { fixes: Vec::new(), edit: None, ..it })
            });
            agreed.collect()
        });
        if let Some(findings) = in_all {
            return findings;
        }
        let Some(preset) = Preset::find("config") else { return Vec::new() };
        let module = preset.module(dsnlens_settings::evaluate);
        notes.push(format!(
            "Without a settings module or another client beside a file, its DATABASE_URL is judged as \
             {} reads it",
            preset.title
        ));
        told(&resolve(question.with_module(module)), None, true)
    }

    /// The settings module that a file's variables are for.
    fn project_for(&self, source: &Source, environment: &Environment) -> Option<Project> {
        if self.config.settings.is_some() && environment.get(NAME).is_none() {
            let main = self.projects.iter().find(|it| it.is_main);
            return main.map(|it| it.project.clone());
        }
        let nearest = self.projects.iter().filter(|it| source.path.starts_with(&it.folder));
        let deepest = nearest.clone().map(|it| it.folder.components().count()).max();
        let candidates: Vec<_> = match deepest {
            Some(depth) => nearest.filter(|it| it.folder.components().count() == depth).collect(),
            // What stands beside the only project of a repository is about that one.
            None => self.projects.iter().collect(),
        };
        if let Some(module) = environment.get(NAME) {
            let folder = candidates.first().map(|it| &it.folder)?;
            let path = module_file(folder, module)?;
            return Project::in_root(folder, &path).ok();
        }
        let mut main = candidates.iter().filter(|it| it.is_main);
        match (main.next(), main.next()) {
            (Some(it), None) => Some(it.project.clone()),
            _ => None,
        }
    }

    /// Reads a settings module with an environment. A variable that the environment lacks and the
    /// module cannot do without is set elsewhere.
    fn ask(
        &self,
        mut project: Project,
        environment: Option<&Environment>,
        tell: impl FnOnce(&Answer<'_>, &Project),
    ) {
        let stack = &self.config.stack;
        let recipe = project.recipe(stack.recipe(), stack);
        let inputs = || environment.map_or_else(Inputs::default, Environment::inputs);
        project.follow(|| Question::new(inputs()).with_recipe(recipe.clone()));
        let mut elsewhere = Elsewhere::default();
        for _ in 0..MOST_ELSEWHERE {
            let next = {
                let question =
                    Question::new(elsewhere.add_to(inputs())).with_recipe(recipe.clone());
                let module = project.module();
                let answer = resolve(question.clone().with_module(module));
                let ledger = &answer.resolution.ledger;
                let mut origins = ledger.lines().filter_map(|(_, it)| it.origin.input_span());
                // Nothing is said of a value that was made up.
                let used = origins.find(|it| elsewhere.made_up.contains(it.input));
                let refusal = answer.resolution.refusal.as_ref();
                let lacks = |_: &_| (module.evaluate)(&module, &question).unset.pop();
                let lacking = refusal.filter(|it| it.stage == &stages::SETTINGS).and_then(lacks);
                let used = used.map(|it| it.input.to_owned());
                match (used, lacking) {
                    (Some(used), _) => elsewhere.clone().with_open(used),
                    (None, Some(name)) => elsewhere.clone().with(name),
                    (None, None) => return tell(&answer, &project),
                }
            };
            elsewhere = next;
        }
    }
}

/// A file that another one names, as far as it was changed here.
pub(crate) fn beside(sources: &[Source], path: &Path, name: &str) -> Option<String> {
    let full = path.parent()?.join(name);
    let known = sources.binary_search_by(|it| it.path.cmp(&full)).ok();
    let known = known.and_then(|it| sources.get(it)).map(|it| it.text.clone());
    known.or_else(|| read_beside(path, name))
}

/// As many variables are taken to be set elsewhere.
const MOST_ELSEWHERE: usize = 60;

/// Variables that are set where the application runs, and not in the file that is looked at.
#[derive(Clone, Default)]
struct Elsewhere {
    /// Those that have nothing to do with the database: a module that asks whether they are set
    /// goes on, and nothing that it goes on with is about them.
    made_up: BTreeSet<String>,
    open: BTreeMap<String, String>,
}

impl Elsewhere {
    fn with(mut self, name: String) -> Elsewhere {
        if is_known(&name) {
            return self.with_open(name);
        }
        self.made_up.insert(name);
        self
    }

    fn with_open(mut self, name: String) -> Elsewhere {
        self.made_up.remove(&name);
        let why = format!("{name} is not in this file, and may be set elsewhere");
        self.open.insert(name, why);
        self
    }

    fn add_to<'e>(&'e self, inputs: Inputs<'e>) -> Inputs<'e> {
        let inputs = self.made_up.iter().fold(inputs, |inputs, name| inputs.with(name, "1"));
        self.open.iter().fold(inputs, |inputs, (name, why)| inputs.with_unknown(name, &**why))
    }
}

/// An answer, and what its positions are positions in.
struct Told<'t, 'a> {
    judge: &'t Judge<'t>,
    answer: &'t Answer<'a>,
    project: Option<&'t Project>,
    source: Option<(&'t Source, &'t Environment)>,
    /// Nothing shows what reads the variables.
    is_assumed: bool,
}

impl Told<'_, '_> {
    fn findings(&self) -> Vec<Finding> {
        let is_explained = self.answer.diagnostics.iter().any(|it| it.severity == Severity::Error);
        let found = self.answer.diagnostics.iter().filter_map(|it| self.finding(it));
        let refusal = self.answer.resolution.certain_refusal().filter(|_| !is_explained);
        let refusal = refusal.and_then(|it| {
            let text = it.message.to_string();
            Some(Finding {
                place: self.place(&it.spans).or_else(|| self.fallback())?,
                rule: None,
                severity: Severity::Error,
                message: match self.project {
                    Some(_) => format!("{}: {}", it.kind, text.trim_end()),
                    None => {
                        let client = self.answer.question.client.name;
                        format!("{client} refuses it: {}: {}", it.kind, text.trim_end())
                    }
                },
                help: None,
                fixes: Vec::new(),
                edit: None,
            })
        });
        found.chain(refusal).collect()
    }

    fn finding(&self, it: &Diagnostic<'_>) -> Option<Finding> {
        if self.is_left_to_others(it) {
            return None;
        }
        let place = self.place(&it.spans).or_else(|| self.fallback())?;
        let fixes = self.answer.fixes(it);
        Some(Finding {
            place,
            rule: Some(it.rule),
            severity: it.severity,
            message: it.message.clone().into_owned(),
            help: Some(it.help.clone().into_owned()),
            edit: self.edit(&fixes),
            fixes: fixes.iter().map(fix_text).collect(),
        })
    }

    /// The fix that may be written without asking: the only one, of variables that are in the file.
    fn edit(&self, fixes: &[Fix]) -> Option<Edit> {
        let [fix] = fixes else { return None };
        let (_, environment) = self.source?;
        let is_there = fix.variables.iter().all(|(name, _)| environment.spot(name).is_some());
        let (part, variables) = (environment.part.clone(), fix.variables.clone());
        let masked = |name: &str| self.answer.masked(name, false).text;
        let before = variables.iter().map(|(name, _)| masked(name)).collect();
        is_there.then_some(Edit { part, variables, before })
    }

    /// Whether a finding is about what nobody knows of this file: a default of a settings module
    /// that is not there, a password in a template.
    fn is_left_to_others(&self, it: &Diagnostic<'_>) -> bool {
        let is_about_secret = |span: &InputSpan<'_>| {
            let mut secrets = self.answer.resolution.secrets.iter();
            secrets.any(|it| it.input == span.input && it.span.overlaps(span.span))
        };
        let is_template = self.source.is_some_and(|it| it.0.is_template());
        (self.is_assumed && it.spans.is_empty())
            || (is_template
                && it.severity != Severity::Error
                && it.spans.iter().any(is_about_secret))
    }

    /// The place of the first stretch that is in a file.
    fn place(&self, spans: &[InputSpan<'_>]) -> Option<Place> {
        spans.iter().find_map(|it| self.in_source(it).or_else(|| self.in_module(it)))
    }

    fn in_source(&self, it: &InputSpan<'_>) -> Option<Place> {
        let (source, environment) = self.source?;
        let (source, spot) = self.written_at(source, environment.spot(it.input)?, it.input);
        let value = spot.span;
        let lines = Lines::new(&source.text);
        if !spot.is_literal || !lines.before(value.start).is_some_and(holds_only_a_name) {
            return Some(start_of_line(&source.shown, &lines, value.start));
        }
        let secrets = self.answer.resolution.secrets.iter().filter(|one| one.input == it.input);
        let secrets = secrets.map(|it| moved(it.span, value.start));
        Some(place(&source.shown, &lines, moved(it.span, value.start), value.start, secrets))
    }

    /// Where a variable is written: in the file that an `env_file` names, if that is looked at.
    fn written_at<'f>(&'f self, source: &'f Source, spot: Spot, name: &str) -> (&'f Source, Spot) {
        let found = || {
            let full = source.path.parent()?.join(spot.span.of(&source.text));
            let sources = self.judge.sources;
            let nth = sources.binary_search_by(|it| it.path.cmp(&full)).ok()?;
            let other = sources.get(nth)?;
            let all = Environment::all(other, &|_| None);
            Some((other, all.first()?.spot(name)?))
        };
        match spot.is_literal {
            true => (source, spot),
            false => found().unwrap_or((source, spot)),
        }
    }

    fn in_module(&self, it: &InputSpan<'_>) -> Option<Place> {
        let project = self.project?;
        let text = project.text_of(it.input)?;
        let shown = shown(self.judge.start, &project.file(it.input));
        let lines = Lines::new(text);
        // A literal in front of it may be a password.
        let before = lines.before(it.span.start).unwrap_or("");
        let first = it.span.start - before.len() + indent(before);
        if may_hold_a_secret(before) {
            return Some(start_of_line(&shown, &lines, it.span.start));
        }
        let secrets = self.answer.resolution.secrets.iter().filter(|one| one.input == it.input);
        let secrets = secrets.map(|it| it.span);
        Some(place(&shown, &lines, it.span, first, secrets))
    }

    /// The place of a finding that is about something that is missing: where the database is
    /// chosen.
    fn fallback(&self) -> Option<Place> {
        let ledger = &self.answer.resolution.ledger;
        if let Some((source, environment)) = self.source {
            let is_used = self.project.is_none()
                || ledger.lines().any(|(_, it)| {
                    let span = it.origin.input_span();
                    span.is_some_and(|it| environment.spot(it.input).is_some())
                });
            if let Some((name, spot)) = environment.main_spot().filter(|_| is_used) {
                let (source, spot) = self.written_at(source, spot, name);
                let lines = Lines::new(&source.text);
                let at = spot.span.start;
                return Some(match lines.before(at).is_some_and(holds_only_a_name) {
                    true => place(&source.shown, &lines, Span::new(at, at), at, [].into_iter()),
                    false => start_of_line(&source.shown, &lines, at),
                });
            }
        }
        let project = self.project?;
        let module = self.answer.resolution.module.as_ref()?;
        let default = module.databases.aliases.get("default");
        let chosen = match (&module.call, default.map(|it| &it.origin)) {
            (Some(call), _) => Some((call.path, call.place.span)),
            (None, Some(Origin::Settings { path, place })) => Some((*path, place.span)),
            (None, _) => None,
        };
        let refused = self.answer.resolution.refusal.as_ref().and_then(|it| it.raised_at);
        match (refused, chosen) {
            (Some((path, line)), _) => {
                let path = shown(self.judge.start, &project.file(path));
                Some(Place { path, line, column: 1, end: None })
            }
            (None, Some((input, span))) => {
                self.in_module(&InputSpan { input, span: Span::new(span.start, span.start) })
            }
            (None, None) => {
                let path = shown(self.judge.start, &project.file(module.path));
                Some(Place { path, line: 1, column: 1, end: None })
            }
        }
    }
}

/// Whether a secret may stand in a piece of Python: a literal behind the name of one, or a URL.
fn may_hold_a_secret(text: &str) -> bool {
    let small = text.to_ascii_lowercase();
    let names = ["pass", "pwd", "secret", "token", "key", "credential", "://"];
    text.contains(['\'', '"']) && names.iter().any(|it| small.contains(it))
}

fn moved(span: Span, by: usize) -> Span {
    Span::new(span.start + by, span.end + by)
}

fn indent(text: &str) -> usize {
    text.len() - text.trim_start().len()
}

fn start_of_line(path: &str, lines: &Lines<'_>, at: usize) -> Place {
    let before = lines.before(at).unwrap_or("");
    let column = lines.column(at - before.len() + indent(before));
    Place { path: path.to_owned(), line: lines.number(at), column, end: None }
}

/// The place of a stretch. A column behind a secret would tell its length: then it is that of the
/// secret's first byte, or `first` where the stretch is behind all of it.
fn place(
    path: &str,
    lines: &Lines<'_>,
    span: Span,
    first: usize,
    secrets: impl Iterator<Item = Span>,
) -> Place {
    let line = lines.number(span.start);
    let is_in_line = |it: &Span| {
        it.start < span.end.max(span.start + 1)
            && it.end > it.start
            && lines.number(it.end - 1) >= line
    };
    let secret = secrets.filter(is_in_line).min();
    let (at, has_end) = match secret {
        None => (span.start, lines.number(span.end) == line),
        Some(it) if it.start >= span.start => (span.start, false),
        Some(it) if it.overlaps(span) => (it.start, false),
        Some(_) => (first, false),
    };
    Place {
        path: path.to_owned(),
        line: lines.number(at),
        column: lines.column(at),
        end: has_end.then(|| lines.column(span.end)),
    }
}

fn fix_text(fix: &Fix) -> FixText {
    let lines = fix.variables.iter().map(|(name, text)| format!("{name}={text}"));
    FixText { title: fix.title.clone().into_owned(), text: lines.collect::<Vec<_>>().join("\n") }
}
