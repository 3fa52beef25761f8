//! The evaluator: statements and expressions, branches, calls.

use alloc::collections::{BTreeMap, BTreeSet};
use alloc::format;
use alloc::rc::Rc;
use alloc::string::{String, ToString};
use alloc::vec::Vec;

use dsnlens_core::{Span, expression_read};

use crate::answer::{
    Act, Assumption, Data, Exception, From, Module, Place, Reading, Unknown, Value,
};
use crate::ast::{
    Arg, Block, Clause, CompKind, Expr, Handler, Name, Node, Params, Piece, Statement, Tree,
};
use crate::calls::DjCall;
use crate::heap::{Fork, Undo};
use crate::libs;
use crate::operators::{Series, int_text, may_be_absent};
use crate::parser;
use crate::question::Question;
use crate::value::{
    Args, Body, Exc, Function, Item, Items, Key, Kind, Library, Map, Mark, Obj, Object, Own, Raise,
    Raises, Res, Site, Val, Why, type_name,
};

/// How deep expressions and calls may be nested while they are evaluated.
pub(crate) const MAX_DEPTH: usize = 120;

/// Own functions within each other.
const MAX_CALLS: usize = 16;

/// As many paths of modules that are not given are told.
const MOST_WANTED: usize = 500;

/// What a value came from that is made of the path of a folder which is not known; no variable can
/// be called so.
const FOLDER: &str = "=";

/// What a text came from that quotes values, be they written in the module: a sentence, of which
/// only words are shown. No variable can be called so.
pub(crate) const QUOTED: &str = "=quoted";

/// What a piece of a text came from that repeats a value as it is.
pub(crate) const REPEATED: &str = "=repeated";

/// Steps that every module has, and those for each byte of the question.
const FUEL: usize = 100_000;
const FUEL_PER_BYTE: usize = 20;

/// Why a name is not known that a part of a module does not define.
const UNDEFINED: &str = " is not defined in this text";

/// How a statement ends.
pub(crate) enum Flow {
    Normal,
    Return(Val),
    Raise(Raise),
    Break,
    Continue,
}

/// What follows a block, up to the end of the function.
#[derive(Clone, Copy)]
struct Rest<'r> {
    block: &'r [u32],
    next: Option<&'r Rest<'r>>,
}

pub(crate) struct File {
    pub(crate) path: String,
    pub(crate) text: String,
    tree: Tree,
    /// Where lines begin.
    lines: Vec<usize>,
}

#[derive(Clone)]
struct Frame {
    file: Rc<File>,
    number: usize,
    globals: Obj,
    locals: Obj,
    around: Rc<[Obj]>,
    /// Names declared `global`.
    global: Vec<Name>,
    /// In a comprehension, the scope in which it is written.
    written_in: Option<Obj>,
    /// The names that a function binds, which are its own from its first line on.
    bound: Rc<BTreeSet<Name>>,
}

pub(crate) struct Eval<'q> {
    pub(crate) question: &'q Question<'q>,
    pub(crate) heap: Vec<Object>,
    pub(crate) journal: Vec<Undo>,
    pub(crate) forks: Vec<Fork>,
    pub(crate) depth: usize,
    pub(crate) is_loop_lost: bool,
    /// Whether a loop was left by a `break`.
    has_broken: bool,
    pub(crate) lost_return: Option<Rc<Why>>,
    pub(crate) environ: Obj,
    argv: Option<Obj>,
    files: Vec<Rc<File>>,
    /// Paths at which imported modules would be, that are not given.
    wanted: BTreeSet<String>,
    /// The modules that were imported, and whether they are still run.
    modules: Vec<(usize, Obj, bool)>,
    frame: Frame,
    calls: usize,
    fuel: usize,
    /// Why everything is unknown.
    lost: Option<Rc<Why>>,
    /// For each `try` around: whether something in it may raise.
    doubts: Vec<bool>,
    /// For each `try` around: the exceptions that a condition in it may raise.
    pending: Vec<Vec<(Raise, Assumption)>>,
    /// Whether a condition was not known, so that keys may be in another order.
    pub(crate) has_forked: bool,
    variables: Vec<String>,
    reads: Vec<Reading>,
    assumed: Vec<Assumption>,
    skipped: Vec<Place>,
    /// Exceptions that are being handled.
    handled: Vec<Raise>,
    /// The calls of dj-database-url and django-environ that ended in an exception.
    refused: Vec<Site>,
    /// Functions that something may call which is not understood.
    callables: Vec<Rc<Function>>,
    /// Those of them that are run to see what they may do.
    guessed: Vec<usize>,
    /// The calls of dj-database-url, as far as an answer may rest on them.
    pub(crate) dj_calls: Vec<DjCall>,
    /// The call that a library's function works for.
    pub(crate) site: Site,
    /// What the module does that a rule may be about.
    pub(crate) acts: Vec<Act>,
    /// The expressions of values, by the literals that are their keys.
    pub(crate) pairs: BTreeMap<(usize, usize), Span>,
}

/// Evaluates a settings module.
///
/// It always answers: an exception that Python would raise is [`Module::exception`], and what is not
/// understood is a value of [`Data::Unknown`].
pub fn read(question: &Question<'_>) -> Module {
    let size = question.text.len()
        + question.files.iter().filter_map(|it| it.1).map(str::len).sum::<usize>()
        + question.env.iter().map(|it| it.0.len() + it.1.len()).sum::<usize>()
        + question.dotenv.map_or(0, str::len);
    let file = Rc::new(File::new(question.path, question.text));
    let frame = Frame {
        file: Rc::clone(&file),
        number: 0,
        globals: 0,
        locals: 0,
        around: Rc::from([]),
        global: Vec::new(),
        written_in: None,
        bound: Rc::default(),
    };
    let mut eval = Eval {
        question,
        heap: Vec::new(),
        journal: Vec::new(),
        forks: Vec::new(),
        depth: 0,
        is_loop_lost: false,
        has_broken: false,
        lost_return: None,
        environ: 0,
        argv: None,
        files: alloc::vec![file],
        wanted: BTreeSet::new(),
        modules: Vec::new(),
        frame,
        calls: 0,
        fuel: FUEL.saturating_add(size.saturating_mul(FUEL_PER_BYTE)),
        lost: None,
        doubts: Vec::new(),
        pending: Vec::new(),
        has_forked: false,
        variables: Vec::new(),
        reads: Vec::new(),
        assumed: Vec::new(),
        skipped: Vec::new(),
        handled: Vec::new(),
        refused: Vec::new(),
        callables: Vec::new(),
        guessed: Vec::new(),
        dj_calls: Vec::new(),
        site: Site::default(),
        acts: Vec::new(),
        pairs: BTreeMap::new(),
    };
    let globals = eval.new_map(Map::default());
    eval.environ = eval.new_map(Map { is_environ: true, ..Map::default() });
    for (name, value) in question.env {
        let value = eval.variable(name, value);
        let key = Val::str(*name, Site::default());
        eval.put(eval.environ, Key::Str((*name).into()), key, value);
    }
    for it in question.unknown {
        let at = Span::new(0, it.len);
        let mark = Mark { at, variable: eval.variable_number(it.name), span: at };
        let value = eval.unknown(Site::default(), it.why).with_marks(alloc::vec![mark]);
        let key = Val::str(it.name, Site::default());
        eval.put(eval.environ, Key::Str(it.name.into()), key, value);
    }
    if question.is_open {
        let why = eval.why(Site::default(), "the variables are not given");
        eval.set_open(eval.environ, Some(why));
    }
    eval.modules.push((0, globals, true));
    eval.frame.globals = globals;
    eval.frame.locals = globals;
    let flow = eval.run_module(0, globals);
    eval.answer(globals, flow)
}

impl File {
    fn new(path: &str, text: &str) -> File {
        let mut lines = alloc::vec![0];
        let bytes = text.as_bytes();
        for (at, byte) in bytes.iter().enumerate() {
            if *byte == b'\n' || (*byte == b'\r' && bytes.get(at + 1) != Some(&b'\n')) {
                lines.push(at + 1);
            }
        }
        File { path: path.into(), text: text.into(), tree: parser::parse(text), lines }
    }

    fn line(&self, at: usize) -> usize {
        self.lines.partition_point(|it| *it <= at)
    }
}

impl<'q> Eval<'q> {
    // Bounds.

    /// Takes steps; `false` where there are none left.
    pub(crate) fn spend(&mut self, steps: usize) -> bool {
        match self.fuel.checked_sub(steps) {
            Some(left) => self.fuel = left,
            None => {
                self.fuel = 0;
                let why = self.why(self.site, "the module takes too long to follow");
                self.lose(&why);
            }
        }
        self.lost.is_none()
    }

    /// Everything is unknown from here on.
    pub(crate) fn lose(&mut self, why: &Rc<Why>) {
        if self.lost.is_none() {
            self.lost = Some(Rc::clone(why));
        }
    }

    // What is told.

    pub(crate) fn why(&self, site: Site, text: impl Into<Rc<str>>) -> Rc<Why> {
        Rc::new(Why {
            site,
            text: text.into(),
            may_be_absent: false,
            touches: Vec::new(),
            runs: Vec::new(),
        })
    }

    pub(crate) fn unknown(&self, site: Site, text: impl Into<Rc<str>>) -> Val {
        Val::unknown(&self.why(site, text))
    }

    /// Unknown for the reason that a part is, or for this one.
    pub(crate) fn unknown_of(&self, parts: &[&Val], site: Site, text: &str) -> Val {
        let why = match parts.iter().find_map(|it| it.why()) {
            Some(why) => Why { may_be_absent: false, ..(**why).clone() },
            None => (*self.why(site, text)).clone(),
        };
        let touches = self.touches(parts);
        Val { site, ..Val::unknown(&Rc::new(Why { touches, ..why })) }
    }

    /// The first of some values that is unknown, as the result of what needs them all.
    pub(crate) fn unknown_among(&mut self, parts: &[&Val]) -> Option<Val> {
        if parts.iter().all(|it| it.why().is_none()) {
            return None;
        }
        self.doubt();
        Some(self.unknown_of(parts, self.site, "not known"))
    }

    /// Something here may raise, which nobody knows.
    pub(crate) fn doubt(&mut self) {
        let why = self.why(self.site, "whether this raises is not known");
        let exception = self.some_exception(&why);
        self.doubt_of(exception);
    }

    /// This one may be raised here, which nobody knows.
    fn doubt_of(&mut self, exception: Raise) {
        self.doubts.iter_mut().for_each(|it| *it = true);
        let (place, what) = (self.place(self.site), "an exception may be raised here".into());
        let assumption = Assumption { place, what, unless: None, class: String::new() };
        match self.pending.last_mut() {
            Some(pending) if pending.len() < 100 => {
                if pending.last().is_none_or(|it| it.1 != assumption) {
                    pending.push((exception, assumption));
                }
            }
            Some(_) => {}
            None => self.assume_one(assumption),
        }
    }

    fn assume_one(&mut self, assumption: Assumption) {
        if self.assumed.len() < 100 && !self.assumed.contains(&assumption) {
            self.assumed.push(assumption);
        }
    }

    pub(crate) fn may_raise(&mut self, exception: &Raise, why: &Rc<Why>) {
        self.may_raise_if(exception, why, None);
    }

    /// The same where a condition that is not known decides.
    pub(crate) fn may_raise_if(
        &mut self,
        exception: &Raise,
        why: &Rc<Why>,
        unless: Option<&Rc<Why>>,
    ) {
        self.doubts.iter_mut().for_each(|it| *it = true);
        let class = exception.class.line.first().map_or("", |it| it);
        let what = format!("{class} may be raised here, which depends on what is not known");
        let unless =
            unless.map(|why| Unknown { place: self.place(why.site), why: why.text.to_string() });
        let place = self.place(exception.site.unwrap_or(why.site));
        let assumption = Assumption { place, what, unless, class: class.into() };
        match self.pending.last_mut() {
            Some(pending) if pending.len() < 100 => {
                pending.push((Rc::clone(exception), assumption));
            }
            Some(_) => {}
            None => self.assume_one(assumption),
        }
    }

    /// What a `try` does not catch may end what is around it.
    fn pass_on(&mut self, handlers: &[Handler]) {
        let pending = self.pending.pop().unwrap_or_default();
        for (exception, assumption) in pending {
            let mut is_caught = false;
            for handler in handlers {
                is_caught |= match handler.class {
                    None => true,
                    Some(class) => match self.eval(class) {
                        Ok(class) => self.is_caught(&exception, &class) == Some(true),
                        Err(_) => false,
                    },
                };
            }
            match self.pending.last_mut() {
                _ if is_caught => {}
                Some(around) => around.push((exception, assumption)),
                None => self.assume_one(assumption),
            }
        }
    }

    pub(crate) fn some_exception(&self, why: &Rc<Why>) -> Raise {
        Rc::new(Exc {
            class: libs::exceptions::class("Exception"),
            args: Vec::new(),
            text: None,
            site: Some(why.site),
            unknown: Some(Rc::clone(why)),
        })
    }

    /// An exception whose text holds no value: names of types, functions and variables at most.
    pub(crate) fn error(&mut self, class: &str, text: impl Into<Rc<str>>) -> Raise {
        let text = Val::str(text, self.site);
        self.exception(class, text)
    }

    /// An exception whose text may hold values.
    pub(crate) fn error_of(&mut self, class: &str, text: Val) -> Raise {
        let text = self.quoting(text);
        self.exception(class, text)
    }

    /// A text that may hold values, be they written in the module.
    pub(crate) fn quoting(&mut self, text: Val) -> Val {
        self.marked(text, 0, QUOTED)
    }

    /// A text that is a value from a byte on.
    pub(crate) fn repeating(&mut self, text: Val, at: usize) -> Val {
        self.marked(text, at, REPEATED)
    }

    fn marked(&mut self, text: Val, at: usize, name: &str) -> Val {
        let Some(end) = text.as_str().map(|it| it.len()) else { return text };
        let mark = Mark {
            at: Span::new(at, end),
            variable: self.variable_number(name),
            span: Span::default(),
        };
        let mut marks = text.marks.as_deref().unwrap_or(&[]).to_vec();
        if !marks.contains(&mark) {
            marks.push(mark);
        }
        text.with_marks(marks)
    }

    fn exception(&mut self, class: &str, text: Val) -> Raise {
        Rc::new(Exc {
            class: libs::exceptions::class(class),
            args: alloc::vec![text.clone()],
            text: Some(text),
            site: None,
            unknown: None,
        })
    }

    pub(crate) fn variable(&mut self, name: &str, value: &str) -> Val {
        let number = self.variable_number(name);
        let whole = Span::new(0, value.len());
        let mark = Mark { at: whole, variable: number, span: whole };
        Val::str(value, Site::default()).with_marks(alloc::vec![mark])
    }

    pub(crate) fn variable_name(&self, number: usize) -> &str {
        self.variables.get(number).map_or("", |it| it)
    }

    /// Whether what follows is still followed.
    pub(crate) fn is_followed(&self) -> bool {
        self.lost.is_none()
    }

    fn variable_number(&mut self, name: &str) -> usize {
        self.variables.iter().position(|it| it == name).unwrap_or_else(|| {
            self.variables.push(name.into());
            self.variables.len() - 1
        })
    }

    pub(crate) fn note_reading(&mut self, name: &str, site: Site, is_set: bool) {
        let reading = Reading { name: name.into(), place: self.place(site), is_set };
        if self.reads.len() < 1000 && self.reads.last() != Some(&reading) {
            self.reads.push(reading);
        }
    }

    /// Notes that what is behind `or` is used for a variable that is not set, or empty.
    fn note_fallback(&mut self, asked: &Val, chosen: &Val) {
        let place = self.place(asked.site);
        let reading = self.reads.iter().rfind(|it| it.place == place);
        if let Some(name) = reading.map(|it| it.name.clone()) {
            self.note_default(&name, chosen, asked.site);
        }
    }

    pub(crate) fn place(&self, site: Site) -> Place {
        let line = self.files.get(site.file).map_or(0, |it| it.line(site.span.start));
        Place { file: site.file, line, span: site.span }
    }

    pub(crate) fn environ_value(&self, site: Site) -> Val {
        Val::new(Kind::Dict(self.environ), site)
    }

    /// Whether it is a text or a path that is made of a folder which is not known.
    pub(crate) fn is_in_a_folder(&self, value: &Val) -> bool {
        matches!(&value.kind, Kind::Path(path) if !self.is_rooted(path))
    }

    /// Whether a path's text is all there is to it.
    pub(crate) fn is_rooted(&self, path: &str) -> bool {
        path.starts_with('/')
    }

    pub(crate) fn text_of_site(&self, site: Site) -> &str {
        self.files.get(site.file).map_or("", |it| site.span.of(&it.text))
    }

    // Modules.

    fn run_module(&mut self, number: usize, scope: Obj) -> Flow {
        let Some(file) = self.files.get(number).cloned() else { return Flow::Normal };
        if let Some(error) = &file.tree.error {
            let at = Span::new(error.at, error.at);
            let site = Site { file: number, span: at };
            let text = error.message.as_ref().map(|it| Val::str(it.as_str(), site));
            let class = libs::exceptions::class(error.class);
            return Flow::Raise(Rc::new(Exc {
                class,
                args: Vec::new(),
                text,
                site: Some(site),
                unknown: None,
            }));
        }
        let site = Site { file: number, span: Span::default() };
        let path = match file.path.is_empty() {
            true => self.unknown(site, "the module's path is not given"),
            false if self.question.root.is_empty() => Val::str(file.path.as_str(), site),
            false => Val::str(format!("{}/{}", self.question.root, file.path), site),
        };
        let path = match path.as_str() {
            Some(it) if !self.is_rooted(it) => {
                let number = self.variable_number(FOLDER);
                let mark =
                    Mark { at: Span::new(0, it.len()), variable: number, span: Span::default() };
                Val::new(Kind::Path(Rc::clone(it)), site).with_marks(alloc::vec![mark])
            }
            _ => path,
        };
        for (name, value) in [
            ("__file__", path),
            ("__name__", self.unknown(site, "the module's name is not known")),
            ("__builtins__", self.unknown(site, "not evaluated")),
            ("__doc__", self.unknown(site, "not evaluated")),
            ("__spec__", self.unknown(site, "not evaluated")),
            ("__package__", self.unknown(site, "not evaluated")),
        ] {
            self.put(scope, Key::Str(name.into()), Val::str(name, site), value);
        }
        let frame = Frame {
            file: Rc::clone(&file),
            number,
            globals: scope,
            locals: scope,
            around: Rc::from([]),
            global: Vec::new(),
            written_in: None,
            bound: Rc::default(),
        };
        let outer = core::mem::replace(&mut self.frame, frame);
        let flow = self.block(&file.tree.body, None);
        self.frame = outer;
        flow
    }

    /// The file that a dotted name stands for: its number in the question's files.
    fn find(&mut self, dots: usize, name: &str) -> Option<usize> {
        let relative = name.replace('.', "/");
        let folder = |path: &str| path.rsplit_once('/').map_or("", |it| it.0).to_string();
        let mut bases = Vec::new();
        let mut base = folder(&self.frame.file.path);
        if dots > 0 {
            for _ in 1..dots {
                base = folder(&base);
            }
            bases.push(base);
        } else {
            loop {
                bases.push(base.clone());
                if base.is_empty() || base == "/" {
                    break;
                }
                base = folder(&base);
            }
        }
        for base in bases {
            for end in [".py", "/__init__.py"] {
                let path = match (base.as_str(), relative.as_str()) {
                    ("", "") => "__init__.py".into(),
                    ("", _) => format!("{relative}{end}"),
                    (_, "") => format!("{base}{end}"),
                    _ => format!("{base}/{relative}{end}"),
                };
                if let Some(at) = self.question.files.iter().position(|it| it.0 == path) {
                    return Some(at);
                }
                if self.wanted.len() < MOST_WANTED {
                    self.wanted.insert(path);
                }
            }
        }
        None
    }

    /// Imports a module of the question: its scope; `None` where it is not given.
    fn import_file(&mut self, dots: usize, name: &str, site: Site) -> Result<Option<Obj>, Raise> {
        let Some(at) = self.find(dots, name) else { return Ok(None) };
        let Some(&(path, text)) = self.question.files.get(at) else { return Ok(None) };
        let Some(text) = text else {
            let text = format!("No module named '{name}'");
            return Err(self.error("ModuleNotFoundError", text));
        };
        if let Some((_, scope, _)) =
            self.modules.iter().find(|it| self.files.get(it.0).is_some_and(|it| it.path == path))
        {
            return Ok(Some(*scope));
        }
        if self.calls >= MAX_CALLS {
            let why = self.why(site, "modules import each other too deeply");
            self.lose(&why);
            return Ok(None);
        }
        self.files.push(Rc::new(File::new(path, text)));
        let number = self.files.len() - 1;
        let scope = self.new_map(Map::default());
        self.modules.push((number, scope, true));
        self.calls += 1;
        let depth = core::mem::replace(&mut self.depth, 0);
        let flow = self.run_module(number, scope);
        self.depth = depth;
        self.calls -= 1;
        match flow {
            Flow::Raise(exception) => Err(exception),
            _ => Ok(Some(scope)),
        }
    }

    /// What `import name` binds.
    fn import(&mut self, dots: usize, name: &str, site: Site) -> Res {
        if let Some(scope) = self.import_file(dots, name, site)? {
            return Ok(Val::new(Kind::File(scope), site));
        }
        if dots == 0
            && let Some(library) = libs::library(name)
        {
            // A `try` around it says that it may be missing; without one it is installed.
            if !library.is_standard {
                self.doubts.iter_mut().for_each(|it| *it = true);
            }
            return Ok(Val::new(Kind::Module(library), site));
        }
        let dots = ".".repeat(dots);
        let text = match libs::is_standard(name) {
            true => format!("`{name}` is not evaluated"),
            false => {
                self.site = site;
                let missing = self.error("ModuleNotFoundError", "");
                self.doubt_of(missing);
                format!("the module `{dots}{name}` is not given")
            }
        };
        Ok(self.unknown(site, text))
    }

    // Names.

    fn lookup(&mut self, name: &Name, site: Site) -> Res {
        let id = Key::Str(Rc::clone(name));
        let is_unbound = |it: &Map| it.get(&id).is_none() && it.open.is_none();
        if self.frame.bound.contains(name) && self.map(self.frame.locals).is_some_and(is_unbound) {
            let text = format!(
                "cannot access local variable '{name}' where it is not associated with a value"
            );
            return Err(self.error("UnboundLocalError", text));
        }
        let scopes = [self.frame.locals].into_iter().chain(self.frame.around.iter().copied());
        let mut open = None;
        for scope in scopes.chain([self.frame.globals]) {
            let Some(map) = self.map(scope) else { continue };
            if let Some(value) = map.get(&id) {
                let value = value.clone();
                if may_be_absent(&value) {
                    self.doubt();
                }
                return Ok(value);
            }
            open = open.or_else(|| map.open.clone());
        }
        if let Some(value) = libs::builtin(name, site) {
            return Ok(value);
        }
        if let Some(why) = open {
            self.doubt();
            return Ok(Val::unknown(&why));
        }
        if libs::is_builtin(name) {
            let why = self.why(site, format!("`{name}` is not evaluated"));
            // What is run or looked at there may set any name.
            let touches = match &**name {
                "exec" | "eval" | "vars" => alloc::vec![self.frame.locals, self.frame.globals],
                _ => Vec::new(),
            };
            return Ok(Val::unknown(&Rc::new(Why { touches, ..(*why).clone() })));
        }
        if self.question.is_open {
            self.doubt();
            return Ok(self.unknown(site, format!("`{name}`{UNDEFINED}")));
        }
        let text = format!("name '{name}' is not defined");
        Err(self.error("NameError", text))
    }

    fn bind(&mut self, name: &Name, value: Val) {
        let scope = match self.frame.global.contains(name) {
            true => self.frame.globals,
            false => self.frame.locals,
        };
        let value = match self.question.debug {
            Some(debug) if &**name == "DEBUG" && self.is_global(scope) => {
                Val::bool(debug, value.site)
            }
            _ => value,
        };
        let key = Val::str(Rc::clone(name), value.site);
        self.put(scope, Key::Str(Rc::clone(name)), key, value);
    }

    /// Whether a scope is that of a module, and not of a function.
    fn is_global(&self, scope: Obj) -> bool {
        self.modules.iter().any(|it| it.1 == scope)
    }

    fn site_at(&self, span: Span) -> Site {
        Site { file: self.frame.number, span }
    }

    // Statements.

    fn block(&mut self, block: &[u32], rest: Option<&Rest<'_>>) -> Flow {
        for (at, &statement) in block.iter().enumerate() {
            if !self.spend(1) {
                return Flow::Normal;
            }
            let behind = block.get(at + 1..).unwrap_or(&[]);
            let next = rest.map(|it| Rest { block: behind, next: Some(it) });
            let flow = self.statement(statement, next.as_ref());
            if !matches!(flow, Flow::Normal) {
                return flow;
            }
        }
        Flow::Normal
    }

    /// Runs what follows, to the end of the function.
    fn finish(&mut self, rest: &Rest<'_>) -> Flow {
        let mut rest = Some(rest);
        while let Some(it) = rest {
            let flow = self.block(it.block, it.next);
            if !matches!(flow, Flow::Normal) {
                return flow;
            }
            rest = it.next;
        }
        Flow::Return(Val::none(self.site))
    }

    fn statement(&mut self, number: u32, rest: Option<&Rest<'_>>) -> Flow {
        if self.depth >= MAX_DEPTH {
            let why = self.why(self.site, "this is nested too deeply");
            self.lose(&why);
            return Flow::Normal;
        }
        let file = Rc::clone(&self.frame.file);
        let Some((statement, span)) = file.tree.statements.get(number as usize) else {
            return Flow::Normal;
        };
        let site = self.site_at(*span);
        self.depth += 1;
        // What leaves a loop within another leaves that one alone.
        let is_loop = matches!(statement, Statement::For { .. } | Statement::While(..));
        let has_broken = self.has_broken;
        let result = match statement {
            Statement::If(arms, orelse) => Ok(self.arms(arms, orelse, rest)),
            Statement::For { target, iter, body, orelse } => {
                self.for_loop(*target, *iter, body, orelse, site)
            }
            Statement::While(test, body, orelse) => self.while_loop(*test, body, orelse, site),
            Statement::Try { body, handlers, orelse, finally } => {
                Ok(self.try_statement(body, handlers, orelse, finally, site))
            }
            Statement::With(items, body) => self.with(items, body, site),
            other => self.simple(other, site),
        };
        self.depth -= 1;
        if is_loop {
            self.has_broken = has_broken;
        }
        match result {
            Ok(flow) => flow,
            Err(exception) => Flow::Raise(self.located(exception, site)),
        }
    }

    /// An exception that has no place yet is of this one.
    fn located(&self, exception: Raise, site: Site) -> Raise {
        match exception.site {
            Some(_) => exception,
            None => Rc::new(Exc {
                class: Rc::clone(&exception.class),
                args: exception.args.clone(),
                text: exception.text.clone(),
                site: Some(site),
                unknown: exception.unknown.clone(),
            }),
        }
    }

    fn simple(&mut self, statement: &Statement, site: Site) -> Result<Flow, Raise> {
        match statement {
            Statement::Expression(value) => {
                self.eval(*value)?;
            }
            Statement::Assign(targets, value) => {
                for &target in targets {
                    if let Some((Node::Subscript(_, index), _)) =
                        self.frame.file.tree.expressions.get(target as usize)
                    {
                        self.note_pair(*index, *value);
                    }
                }
                let value = self.eval(*value)?;
                for &target in targets {
                    self.assign(target, value.clone())?;
                }
            }
            Statement::Augmented(target, operator, value) => {
                let old = self.eval(*target)?;
                let value = self.eval(*value)?;
                let site = self.site_of(*target);
                let new = self.augment(*operator, &old, &value, site)?;
                self.assign(*target, new)?;
            }
            Statement::Annotated(target, Some(value)) => {
                let value = self.eval(*value)?;
                self.assign(*target, value)?;
            }
            Statement::Def { name, params, body, decorators, is_plain } => {
                self.define(name, params, body, decorators, *is_plain, site)?;
            }
            Statement::Class { name, bases, body, decorators } => {
                self.class(name, bases, body, decorators, site)?;
            }
            Statement::Return(value) => {
                let value = match value {
                    Some(value) => self.eval(*value)?,
                    None => Val::none(site),
                };
                return Ok(Flow::Return(value));
            }
            Statement::Raise(value) => return self.raise(*value, site).map(Flow::Raise),
            Statement::Delete(targets) => {
                for &target in targets {
                    self.remove(target)?;
                }
            }
            Statement::Break => {
                self.has_broken = true;
                return Ok(Flow::Break);
            }
            Statement::Continue => return Ok(Flow::Continue),
            Statement::Global(names) => self.frame.global.extend(names.iter().cloned()),
            Statement::Import(modules) => {
                for (module, name) in modules {
                    self.import_statement(module, name.as_ref(), site)?;
                }
            }
            Statement::From(dots, module, names) => {
                self.import_from(*dots, module, names.as_deref(), site)?;
            }
            Statement::Assert(test, message) => {
                let value = self.eval(*test)?;
                match self.truth(&value) {
                    Ok(true) => {}
                    Ok(false) => {
                        let text = match message {
                            Some(message) => self.eval(*message)?,
                            None => Val::str("", site),
                        };
                        let text = self.str_of(&text, site);
                        return Err(self.error_of("AssertionError", text));
                    }
                    Err(why) => {
                        let exception = self.error("AssertionError", "");
                        self.may_raise(&self.located(exception, site), &why);
                    }
                }
            }
            Statement::Unknown(names) => {
                self.doubt();
                let why = self.why(site, "this statement is not evaluated");
                let mut touched = Vec::new();
                for name in names {
                    let id = Key::Str(Rc::clone(name));
                    touched.extend(self.entry(self.frame.locals, &id));
                    touched.extend(self.entry(self.frame.globals, &id));
                }
                for value in &touched {
                    self.havoc(value, &why);
                }
                let touches = self.touches(&touched.iter().collect::<Vec<_>>());
                let absent = Rc::new(Why { may_be_absent: true, touches, ..(*why).clone() });
                for name in names {
                    // What a module or a library's function is called is not assigned anew.
                    let id = Key::Str(Rc::clone(name));
                    let old = self.entry(self.frame.locals, &id);
                    let is_fixed =
                        old.is_some_and(|it| matches!(it.kind, Kind::Module(_) | Kind::Native(_)));
                    if !is_fixed && libs::builtin(name, site).is_none() {
                        self.bind(name, Val::unknown(&absent));
                    }
                    // A name of a function around this one.
                    for scope in Rc::clone(&self.frame.around).iter() {
                        if self.entry(*scope, &id).is_some() {
                            let key = Val::str(Rc::clone(name), site);
                            self.put(*scope, id.clone(), key, Val::unknown(&absent));
                        }
                    }
                }
            }
            _ => {}
        }
        Ok(Flow::Normal)
    }

    fn augment(&mut self, operator: crate::ast::Binary, old: &Val, value: &Val, site: Site) -> Res {
        use crate::ast::Binary;
        match (&old.kind, operator) {
            (Kind::List(obj), Binary::Add) => {
                match self.series(value)? {
                    Series::Known(more) => {
                        let items = self.items(*obj);
                        let mut values = items.values.to_vec();
                        values.extend(more);
                        let items = Items { values: Rc::new(values), open: items.open };
                        self.set_list(*obj, items);
                    }
                    Series::Unknown(why) => self.havoc_top(old, &why),
                }
                Ok(old.clone())
            }
            (Kind::Dict(_), Binary::BitOr) => {
                self.update(old, value)?;
                Ok(old.clone())
            }
            _ => self.binary(operator, old, value, site),
        }
    }

    fn arms(&mut self, arms: &[(Expr, Block)], orelse: &Block, rest: Option<&Rest<'_>>) -> Flow {
        let mut arms = arms;
        loop {
            let Some(((test, body), others)) = arms.split_first() else {
                return self.block(orelse, rest);
            };
            let value = match self.eval(*test) {
                Ok(value) => value,
                Err(exception) => {
                    let site = self.site_of(*test);
                    return Flow::Raise(self.located(exception, site));
                }
            };
            match self.truth(&value) {
                Ok(true) => {
                    if self.says_no(&value) {
                        let mut blocks =
                            [body, orelse].into_iter().chain(others.iter().map(|it| &it.1));
                        let matters = blocks.any(|it| self.is_about_databases(it));
                        self.note_truth(&value, None, matters);
                    }
                    for (_, block) in others {
                        self.skip(block);
                    }
                    self.skip(orelse);
                    return self.block(body, rest);
                }
                Ok(false) => {
                    self.skip(body);
                    arms = others;
                }
                Err(why) => {
                    if self.depth >= MAX_DEPTH {
                        self.lose(&why);
                        return Flow::Normal;
                    }
                    self.depth += 1;
                    let fork = self.begin();
                    let first = self.block(body, rest);
                    let theirs = self.rollback(fork);
                    let second = self.arms(others, orelse, rest);
                    self.depth -= 1;
                    return match (first, second, rest) {
                        (first @ Flow::Return(_), Flow::Normal, Some(rest)) => {
                            let second = self.finish(rest);
                            self.join_flows(fork, &why, first, theirs, second)
                        }
                        (Flow::Normal, second @ Flow::Return(_), Some(rest)) => {
                            let changes = self.swap(fork, &theirs);
                            let first = self.finish(rest);
                            self.join_flows(fork, &why, second, changes, first)
                        }
                        (first, second, _) => self.join_flows(fork, &why, first, theirs, second),
                    };
                }
            }
        }
    }

    /// Whether `DATABASES` or `DEBUG` is written in a block.
    fn is_about_databases(&self, block: &Block) -> bool {
        let span =
            |number: &u32| self.frame.file.tree.statements.get(*number as usize).map(|it| it.1);
        let ends = (block.first().and_then(span), block.last().and_then(span));
        let (Some(first), Some(last)) = ends else { return false };
        let written = Span::new(first.start, last.end).of(&self.frame.file.text);
        written.contains("DATABASES") || written.contains("DEBUG")
    }

    fn skip(&mut self, block: &Block) {
        if !self.forks.is_empty() || self.calls > 0 {
            return;
        }
        let span =
            |number: &u32| self.frame.file.tree.statements.get(*number as usize).map(|it| it.1);
        let ends = (block.first().and_then(span), block.last().and_then(span));
        if let (Some(first), Some(last)) = ends {
            let site = self.site_at(Span::new(first.start, last.end));
            let place = self.place(site);
            self.skipped.push(place);
        }
    }

    fn for_loop(
        &mut self,
        target: Expr,
        iter: Expr,
        body: &Block,
        orelse: &Block,
        site: Site,
    ) -> Result<Flow, Raise> {
        let iter = self.eval(iter)?;
        let items = match self.series(&iter)? {
            Series::Known(items) => items,
            Series::Unknown(why) => return self.lost_loop(&why, Some(target), body, orelse),
        };
        let outer = core::mem::replace(&mut self.is_loop_lost, false);
        let fork = self.begin();
        let mut flow = Flow::Normal;
        let mut is_broken = false;
        for item in items {
            if let Err(exception) = self.assign(target, item) {
                flow = Flow::Raise(self.located(exception, site));
                break;
            }
            match self.block(body, None) {
                Flow::Normal | Flow::Continue => {}
                Flow::Break => {
                    is_broken = true;
                    break;
                }
                other => {
                    flow = other;
                    break;
                }
            }
            if self.is_loop_lost || self.lost.is_some() {
                break;
            }
        }
        let is_lost = core::mem::replace(&mut self.is_loop_lost, outer);
        if is_lost {
            self.rollback(fork);
            self.end();
            let why = self.why(site, "how often this loop runs is not known");
            return self.lost_loop(&why, Some(target), body, orelse);
        }
        self.end();
        if matches!(flow, Flow::Normal) && !is_broken {
            return Ok(self.block(orelse, None));
        }
        Ok(flow)
    }

    fn lost_loop(
        &mut self,
        why: &Rc<Why>,
        target: Option<Expr>,
        body: &Block,
        orelse: &Block,
    ) -> Result<Flow, Raise> {
        let outer = self.is_loop_lost;
        self.doubt();
        let unknown = Val::unknown(why);
        let flow = self.havoc_code(why, |eval| {
            if let Some(target) = target
                && let Err(exception) = eval.assign(target, unknown.clone())
            {
                return Flow::Raise(exception);
            }
            match eval.block(body, None) {
                Flow::Normal => eval.block(orelse, None),
                other => other,
            }
        });
        self.is_loop_lost = outer;
        Ok(flow)
    }

    fn while_loop(
        &mut self,
        test: Expr,
        body: &Block,
        orelse: &Block,
        site: Site,
    ) -> Result<Flow, Raise> {
        let value = self.eval(test)?;
        if self.truth(&value) == Ok(false) {
            self.skip(body);
            return Ok(self.block(orelse, None));
        }
        let outer = core::mem::replace(&mut self.is_loop_lost, false);
        let fork = self.begin();
        let flow = self.run_while(test, body);
        let is_lost = core::mem::replace(&mut self.is_loop_lost, outer);
        match flow {
            Some(flow) if !is_lost => {
                self.end();
                Ok(match flow {
                    Flow::Normal => self.block(orelse, None),
                    Flow::Break => Flow::Normal,
                    other => other,
                })
            }
            _ => {
                self.rollback(fork);
                self.end();
                self.has_broken = false;
                let lost_return = self.lost_return.take();
                let why = self.why(site, "how often this loop runs is not known");
                let result = self.lost_loop(&why, None, body, orelse);
                let value = self.eval(test)?;
                // It ends where its condition may be false, or something in it ends it.
                let is_endless = self.truth(&value) == Ok(true)
                    && !self.has_broken
                    && self.lost_return.is_none();
                self.lost_return = self.lost_return.take().or(lost_return);
                if is_endless {
                    let why = self.why(site, "this loop does not end");
                    self.lose(&why);
                }
                result
            }
        }
    }

    /// Runs a loop; `None` where how often it runs is not known.
    fn run_while(&mut self, test: Expr, body: &Block) -> Option<Flow> {
        loop {
            match self.block(body, None) {
                Flow::Normal | Flow::Continue => {}
                other => return Some(other),
            }
            if self.lost.is_some() {
                return Some(Flow::Normal);
            }
            if self.is_loop_lost || !self.spend(1) {
                return None;
            }
            let value = match self.eval(test) {
                Ok(value) => value,
                Err(exception) => {
                    let site = self.site_of(test);
                    return Some(Flow::Raise(self.located(exception, site)));
                }
            };
            match self.truth(&value) {
                Ok(true) => {}
                Ok(false) => return Some(Flow::Normal),
                Err(_) => return None,
            }
        }
    }

    fn with(
        &mut self,
        items: &[(Expr, Option<Expr>)],
        body: &Block,
        site: Site,
    ) -> Result<Flow, Raise> {
        for (value, target) in items {
            let value = self.eval(*value)?;
            if let Kind::Unknown(why) = &value.kind {
                self.guess(&why.runs, why, site);
            }
            let inside = self.unknown_of(&[&value], site, "what this opens is not known");
            if let Some(target) = target {
                self.assign(*target, inside)?;
            }
        }
        self.doubt();
        let flow = self.block(body, None);
        Ok(match flow {
            // Whether the exception is swallowed is not known.
            Flow::Raise(_) => {
                let why = self.why(site, "whether this raises is not known");
                self.lose(&why);
                Flow::Normal
            }
            other => other,
        })
    }

    fn try_statement(
        &mut self,
        body: &Block,
        handlers: &[Handler],
        orelse: &Block,
        finally: &Block,
        site: Site,
    ) -> Flow {
        self.doubts.push(false);
        self.pending.push(Vec::new());
        let fork = self.begin();
        let flow = self.block(body, None);
        let is_doubtful = self.doubts.pop().unwrap_or(false) && !handlers.is_empty();
        self.pass_on(handlers);
        let flow = match flow {
            Flow::Raise(exception) => {
                self.end();
                self.handle(&exception, handlers, site)
            }
            flow if is_doubtful => {
                let why = self.why(site, "whether this raises an exception is not known");
                let changes = self.rollback(fork);
                self.end();
                let fork = self.begin();
                self.apply_all(&changes);
                let first = match flow {
                    Flow::Normal => self.block(orelse, None),
                    other => other,
                };
                let theirs = self.rollback(fork);
                for (loc, content) in changes {
                    self.havoc_place(&loc, content, None, &why);
                }
                let exception = self.some_exception(&why);
                let second = self.handle(&exception, handlers, site);
                // That no handler fits is no news: it may raise anyway.
                match second {
                    Flow::Raise(it) if it.unknown.is_some() => {
                        self.swap(fork, &theirs);
                        self.end();
                        first
                    }
                    second => self.join_flows(fork, &why, first, theirs, second),
                }
            }
            flow => {
                self.end();
                match flow {
                    Flow::Normal => self.block(orelse, None),
                    other => other,
                }
            }
        };
        match self.block(finally, None) {
            Flow::Normal => flow,
            other => other,
        }
    }

    fn handle(&mut self, exception: &Raise, handlers: &[Handler], site: Site) -> Flow {
        let Some((handler, others)) = handlers.split_first() else {
            return Flow::Raise(Rc::clone(exception));
        };
        let is_match = match handler.class {
            None => Some(true),
            Some(class) => match self.eval(class) {
                Ok(class) => self.is_caught(exception, &class),
                Err(other) => return Flow::Raise(self.located(other, site)),
            },
        };
        match is_match {
            Some(true) => self.run_handler(exception, handler),
            Some(false) => self.handle(exception, others, site),
            None if self.depth >= MAX_DEPTH => Flow::Normal,
            None => {
                let why = match &exception.unknown {
                    Some(why) => Rc::clone(why),
                    None => self.why(site, "which exception this is is not known"),
                };
                self.depth += 1;
                let flow = self.fork(
                    &why,
                    |eval| {
                        let flow = eval.run_handler(exception, handler);
                        // It is known, unlike that no handler fits.
                        if let Flow::Raise(raised) = &flow
                            && raised.unknown.is_none()
                        {
                            eval.may_raise_if(raised, &why, Some(&why));
                        }
                        flow
                    },
                    |eval| eval.handle(exception, others, site),
                );
                self.depth -= 1;
                flow
            }
        }
    }

    fn run_handler(&mut self, exception: &Raise, handler: &Handler) -> Flow {
        if let Some(name) = &handler.name {
            let site = exception.site.unwrap_or(self.site);
            let value = match &exception.unknown {
                Some(why) => Val::unknown(why),
                None => Val::new(Kind::Exception(Rc::clone(exception)), site),
            };
            self.bind(name, value);
        }
        self.handled.push(Rc::clone(exception));
        let flow = self.block(&handler.body, None);
        self.handled.pop();
        if let Some(name) = &handler.name {
            self.delete(self.frame.locals, &Key::Str(Rc::clone(name)));
        }
        flow
    }

    /// Whether `except class` catches it.
    fn is_caught(&mut self, exception: &Raise, class: &Val) -> Option<bool> {
        match &class.kind {
            Kind::Tuple(classes) => {
                let mut any = Some(false);
                for class in classes.iter() {
                    match self.is_caught(exception, class) {
                        Some(true) => return Some(true),
                        None => any = None,
                        Some(false) => {}
                    }
                }
                any
            }
            Kind::Raises(class) => {
                let name = class.line.first()?;
                if exception.unknown.is_some() {
                    return matches!(&**name, "Exception" | "BaseException").then_some(true);
                }
                Some(exception.class.line.contains(name))
            }
            Kind::Own(own) => {
                let name = own.raises.as_ref()?.line.first()?;
                match exception.unknown {
                    Some(_) => None,
                    None => Some(exception.class.line.contains(name)),
                }
            }
            _ => None,
        }
    }

    fn raise(&mut self, value: Option<Expr>, site: Site) -> Result<Raise, Raise> {
        let Some(value) = value else {
            return Ok(match self.handled.last() {
                Some(exception) => Rc::clone(exception),
                None => {
                    let text = "No active exception to reraise";
                    let exception = self.error("RuntimeError", text);
                    self.located(exception, site)
                }
            });
        };
        let value = self.eval(value)?;
        let value = match &value.kind {
            Kind::Raises(_) | Kind::Own(_) => {
                let args = Args { list: Vec::new(), named: Vec::new(), site, unknown: None };
                self.call(&value, args, site)?
            }
            _ => value,
        };
        Ok(match &value.kind {
            Kind::Exception(exception) => {
                let exception = Rc::new(Exc {
                    class: Rc::clone(&exception.class),
                    args: exception.args.clone(),
                    text: exception.text.clone(),
                    site: None,
                    unknown: exception.unknown.clone(),
                });
                self.located(exception, site)
            }
            Kind::Unknown(why) => {
                let why = Rc::new(Why { site, ..(**why).clone() });
                self.some_exception(&why)
            }
            _ => {
                let exception =
                    self.error("TypeError", "exceptions must derive from BaseException");
                self.located(exception, site)
            }
        })
    }

    fn define(
        &mut self,
        name: &Name,
        params: &Rc<Params>,
        body: &Block,
        decorators: &[Expr],
        is_plain: bool,
        site: Site,
    ) -> Result<(), Raise> {
        let mut wraps = Vec::new();
        for &decorator in decorators {
            wraps.push(self.eval(decorator)?);
        }
        let function = self.function(name, params, Body::Block(Rc::clone(body)), site)?;
        let is_bare =
            wraps.iter().all(|it| matches!(&it.kind, Kind::Native(it) if it.name == "cache"));
        let value = match is_plain && is_bare {
            true => function,
            false => {
                let runs = self.runs(&[&function]);
                let why = self.why(site, "this function is not evaluated");
                // What decorates it may call it.
                if !is_bare {
                    self.guess(&runs, &why, site);
                }
                Val::unknown(&Rc::new(Why { runs, ..(*why).clone() }))
            }
        };
        self.bind(name, value);
        Ok(())
    }

    fn function(&mut self, name: &Name, params: &Rc<Params>, body: Body, site: Site) -> Res {
        let mut defaults = Vec::new();
        for param in &params.list {
            defaults.push(match param.default {
                Some(default) => Some(self.eval(default)?),
                None => None,
            });
        }
        let is_module = self.frame.locals == self.frame.globals;
        let around: Vec<Obj> = match is_module {
            true => Vec::new(),
            false => {
                [self.frame.locals].into_iter().chain(self.frame.around.iter().copied()).collect()
            }
        };
        let bound = self.bound(&body);
        self.spend(1 + bound.len());
        let function = Function {
            name: Rc::clone(name),
            file: self.frame.number,
            params: Rc::clone(params),
            defaults,
            body,
            around: around.into(),
            globals: self.frame.globals,
            bound: Rc::new(bound),
        };
        Ok(Val::new(Kind::Function(Rc::new(function)), site))
    }

    fn class(
        &mut self,
        name: &Name,
        bases: &[Arg],
        body: &Block,
        decorators: &[Expr],
        site: Site,
    ) -> Result<(), Raise> {
        for &decorator in decorators {
            self.eval(decorator)?;
        }
        let mut raises = None;
        let mut runs = Vec::new();
        let mut unknown =
            (!decorators.is_empty()).then(|| self.why(site, "this class is not evaluated"));
        for base in bases {
            match base {
                Arg::Positional(base) => {
                    let base = self.eval(*base)?;
                    let line = match &base.kind {
                        Kind::Raises(class) => Some(&class.line),
                        Kind::Own(own) => {
                            runs.extend(&own.runs);
                            unknown = unknown.or_else(|| own.unknown.clone());
                            own.raises.as_ref().map(|it| &it.line)
                        }
                        _ => {
                            unknown = unknown
                                .or_else(|| base.why().cloned())
                                .or_else(|| Some(self.why(site, "this class is not evaluated")));
                            None
                        }
                    };
                    if let (Some(line), None) = (line, &raises) {
                        let own = [Rc::clone(name)].into_iter();
                        let line = own.chain(line.iter().cloned()).collect();
                        raises = Some(Rc::new(Raises { line }));
                    }
                }
                _ => unknown = Some(self.why(site, "this class is not evaluated")),
            }
        }
        let scope = self.new_map(Map::default());
        let mut frame = self.frame.clone();
        if self.frame.locals != self.frame.globals {
            let around = [self.frame.locals].into_iter();
            frame.around = around.chain(self.frame.around.iter().copied()).collect();
        }
        frame.locals = scope;
        let outer = core::mem::replace(&mut self.frame, frame);
        let flow = self.block(body, None);
        self.frame = outer;
        if let Flow::Raise(exception) = flow {
            return Err(exception);
        }
        let methods: Vec<Val> = self
            .map(scope)
            .into_iter()
            .flat_map(Map::entries)
            .map(|it| it.1.clone())
            .filter(|it| matches!(it.kind, Kind::Function(_) | Kind::Unknown(_)))
            .collect();
        runs.extend(self.runs(&methods.iter().collect::<Vec<_>>()));
        let unknown = unknown.map(|it| Rc::new(Why { runs: runs.clone(), ..(*it).clone() }));
        let own = Own { name: Rc::clone(name), scope, raises, runs, unknown };
        self.bind(name, Val::new(Kind::Own(Rc::new(own)), site));
        Ok(())
    }

    fn import_statement(
        &mut self,
        module: &Name,
        name: Option<&Name>,
        site: Site,
    ) -> Result<(), Raise> {
        match name {
            Some(name) => {
                let value = self.import(0, module, site)?;
                self.bind(name, value);
            }
            None => {
                let first = module.split('.').next().unwrap_or(module);
                let whole = self.import(0, module, site)?;
                let value = match first.len() == module.len() {
                    true => whole,
                    false => match libs::library(first) {
                        Some(library) => Val::new(Kind::Module(library), site),
                        None => self.unknown_of(&[&whole], site, "this module is not evaluated"),
                    },
                };
                self.bind(&first.into(), value);
            }
        }
        Ok(())
    }

    fn import_from(
        &mut self,
        dots: usize,
        module: &Name,
        names: Option<&[(Name, Name)]>,
        site: Site,
    ) -> Result<(), Raise> {
        if &**module == "__future__" {
            return Ok(());
        }
        // `from . import base` names modules.
        if module.is_empty()
            && let Some(names) = names
        {
            for (name, own) in names {
                let value = self.import(dots, name, site)?;
                self.bind(own, value);
            }
            return Ok(());
        }
        let value = self.import(dots, module, site)?;
        let Some(names) = names else {
            return self.import_all(&value, site);
        };
        for (name, own) in names {
            let found = match &value.kind {
                Kind::File(scope) => {
                    let id = Key::Str(Rc::clone(name));
                    let map = self.map(*scope);
                    match map.and_then(|it| it.get(&id)).cloned() {
                        Some(found) => found,
                        None => match map.and_then(|it| it.open.clone()) {
                            Some(why) => Val::unknown(&why),
                            None => self.submodule(dots, module, name, site)?,
                        },
                    }
                }
                Kind::Module(library) => match libs::item(self, library, name, site) {
                    Some(found) => found,
                    None => self.unknown(site, format!("`{module}.{name}` is not evaluated")),
                },
                _ => match self.import_file(dots, &format!("{module}.{name}"), site)? {
                    Some(scope) => Val::new(Kind::File(scope), site),
                    None => self.unknown_of(&[&value], site, "this module is not given"),
                },
            };
            self.bind(own, found);
        }
        Ok(())
    }

    fn submodule(&mut self, dots: usize, module: &str, name: &str, site: Site) -> Res {
        match self.import_file(dots, &format!("{module}.{name}"), site)? {
            Some(scope) => Ok(Val::new(Kind::File(scope), site)),
            None => {
                // Whether there is a file of that name beside it is not known.
                self.doubt();
                Ok(self.unknown(site, format!("`{name}` is not in the module `{module}`")))
            }
        }
    }

    fn import_all(&mut self, value: &Val, site: Site) -> Result<(), Raise> {
        match &value.kind {
            Kind::File(scope) => {
                let map = self.map(*scope).cloned().unwrap_or_default();
                let listed = map.get(&Key::Str("__all__".into())).cloned();
                let listed = match &listed {
                    Some(listed) => Some(self.series(listed)?),
                    None => None,
                };
                let is_listed = |key: &str| match &listed {
                    Some(Series::Known(names)) => {
                        names.iter().any(|it| it.as_str().is_some_and(|it| &**it == key))
                    }
                    Some(Series::Unknown(_)) => true,
                    None => !key.starts_with('_'),
                };
                for (key, value) in map.entries() {
                    if let Some(name) = key.as_str()
                        && is_listed(name)
                    {
                        self.bind(name, value.clone());
                    }
                }
                if let Some(why) = &map.open {
                    self.set_open(self.frame.locals, Some(Rc::clone(why)));
                }
            }
            Kind::Module(library) => {
                for (name, _) in library.items {
                    if let Some(value) = libs::item(self, library, name, site) {
                        self.bind(&(*name).into(), value);
                    }
                }
                let why = self.why(site, format!("`{}` is not evaluated", library.name));
                self.set_open(self.frame.locals, Some(why));
            }
            Kind::Unknown(why) => {
                let why = Rc::clone(why);
                let scope = self.frame.locals;
                let entries: Vec<_> =
                    self.map(scope).map(|it| it.entries().cloned().collect()).unwrap_or_default();
                for (key, value) in entries {
                    let Some(name) = key.as_str() else { continue };
                    let is_fixed =
                        matches!(value.kind, Kind::Module(_) | Kind::Native(_) | Kind::Type(_));
                    if name.starts_with('_') || is_fixed {
                        continue;
                    }
                    let touches = self.touches(&[&value]);
                    let may_be_absent = may_be_absent(&value);
                    let why = Why { touches, may_be_absent, ..(*why).clone() };
                    let id = Key::Str(Rc::clone(name));
                    self.put(scope, id, key.clone(), Val::unknown(&Rc::new(why)));
                }
                self.set_open(scope, Some(why));
            }
            _ => {}
        }
        Ok(())
    }

    // Targets.

    pub(crate) fn assign(&mut self, target: Expr, value: Val) -> Result<(), Raise> {
        let file = Rc::clone(&self.frame.file);
        let Some((node, span)) = file.tree.expressions.get(target as usize) else {
            return Ok(());
        };
        let site = self.site_at(*span);
        match node {
            Node::Name(name) => self.bind(name, value),
            Node::Attribute(whole, name) => {
                let whole = self.eval(*whole)?;
                let result = self.set_attribute(&whole, name, value, site);
                return result.map_err(|it| self.located(it, site));
            }
            Node::Subscript(whole, index) => {
                let whole = self.eval(*whole)?;
                if let Some((Node::Slice(..), _)) = file.tree.expressions.get(*index as usize) {
                    let why = self.why(site, "this assignment is not evaluated");
                    self.havoc_top(&whole, &why);
                    return Ok(());
                }
                let index = self.eval(*index)?;
                let result = self.set_item(&whole, &index, &value, site);
                return result.map_err(|it| self.located(it, site));
            }
            Node::Tuple(targets) | Node::List(targets) => {
                return self.unpack(targets, &value, site);
            }
            _ => {}
        }
        Ok(())
    }

    fn unpack(&mut self, targets: &[Expr], value: &Val, site: Site) -> Result<(), Raise> {
        let file = Rc::clone(&self.frame.file);
        let star_of = |target: &Expr| match file.tree.expressions.get(*target as usize) {
            Some((Node::Star(inner), _)) => Some(*inner),
            _ => None,
        };
        let series = match &value.kind {
            Kind::Unknown(_)
            | Kind::Tuple(_)
            | Kind::List(_)
            | Kind::Str(_)
            | Kind::Dict(_)
            | Kind::Set(_)
            | Kind::Object(..)
            | Kind::Bytes(_) => self.series(value)?,
            _ => {
                let text = format!("cannot unpack non-iterable {} object", type_name(value));
                let exception = self.error("TypeError", text);
                return Err(self.located(exception, value.site));
            }
        };
        let items = match series {
            Series::Known(items) => items,
            Series::Unknown(why) => {
                self.doubt();
                let unknown = self.unknown_of(&[value, &Val::unknown(&why)], site, "not known");
                for target in targets {
                    self.assign(star_of(target).unwrap_or(*target), unknown.clone())?;
                }
                return Ok(());
            }
        };
        let star = targets.iter().position(|it| star_of(it).is_some());
        let fixed = targets.len() - usize::from(star.is_some());
        let text = match star {
            None if items.len() > fixed => {
                Some(format!("too many values to unpack (expected {fixed})"))
            }
            None if items.len() < fixed => {
                Some(format!("not enough values to unpack (expected {fixed}, got {})", items.len()))
            }
            Some(_) if items.len() < fixed => Some(format!(
                "not enough values to unpack (expected at least {fixed}, got {})",
                items.len()
            )),
            _ => None,
        };
        if let Some(text) = text {
            let exception = self.error("ValueError", text);
            return Err(self.located(exception, site));
        }
        let extra = items.len() - fixed.min(items.len());
        let mut items = items.into_iter();
        for target in targets {
            match star_of(target) {
                Some(inner) => {
                    let many: Vec<_> = items.by_ref().take(extra).collect();
                    let list = self.new_list(many, site);
                    self.assign(inner, list)?;
                }
                None => {
                    let Some(item) = items.next() else { break };
                    self.assign(*target, item)?;
                }
            }
        }
        Ok(())
    }

    fn set_attribute(
        &mut self,
        whole: &Val,
        name: &Name,
        value: Val,
        site: Site,
    ) -> Result<(), Raise> {
        match &whole.kind {
            Kind::Object(_, obj) | Kind::File(obj) => {
                let key = Val::str(Rc::clone(name), site);
                self.put(*obj, Key::Str(Rc::clone(name)), key, value);
            }
            Kind::Own(own) => {
                let key = Val::str(Rc::clone(name), site);
                self.put(own.scope, Key::Str(Rc::clone(name)), key, value);
            }
            Kind::Unknown(why) => {
                let why = Rc::clone(why);
                self.doubt();
                self.havoc(whole, &why);
            }
            Kind::Module(library) => {
                let why = self.why(site, format!("`{}` is changed here", library.name));
                self.lose(&why);
            }
            Kind::Function(_) | Kind::Type(_) => self.doubt(),
            _ => {
                let text = format!("'{}' object has no attribute '{name}'", type_name(whole));
                return Err(self.error("AttributeError", text));
            }
        }
        Ok(())
    }

    fn remove(&mut self, target: Expr) -> Result<(), Raise> {
        let file = Rc::clone(&self.frame.file);
        let Some((node, span)) = file.tree.expressions.get(target as usize) else {
            return Ok(());
        };
        let site = self.site_at(*span);
        match node {
            Node::Name(name) => {
                let scope = match self.frame.global.contains(name) {
                    true => self.frame.globals,
                    false => self.frame.locals,
                };
                let is_open = self.map(scope).is_some_and(|it| it.open.is_some());
                if self.delete(scope, &Key::Str(Rc::clone(name))).is_none() && !is_open {
                    let text = format!("name '{name}' is not defined");
                    let exception = self.error("NameError", text);
                    return Err(self.located(exception, site));
                }
            }
            Node::Subscript(whole, index) => {
                let whole = self.eval(*whole)?;
                let index = self.eval(*index)?;
                let result = self.delete_item(&whole, &index, site);
                return result.map_err(|it| self.located(it, site));
            }
            Node::Tuple(targets) | Node::List(targets) => {
                for &target in targets {
                    self.remove(target)?;
                }
            }
            _ => {
                let why = self.why(site, "this deletion is not evaluated");
                self.lose(&why);
            }
        }
        Ok(())
    }

    // Expressions.

    fn site_of(&self, expression: Expr) -> Site {
        let span = self.frame.file.tree.expressions.get(expression as usize).map(|it| it.1);
        self.site_at(span.unwrap_or_default())
    }

    pub(crate) fn eval(&mut self, expression: Expr) -> Res {
        let file = Rc::clone(&self.frame.file);
        let Some((node, span)) = file.tree.expressions.get(expression as usize) else {
            return Ok(Val::none(self.site));
        };
        let site = self.site_at(*span);
        if !self.spend(1) {
            return Ok(self.unknown(site, "the module takes too long to follow"));
        }
        if self.depth >= MAX_DEPTH {
            self.doubt();
            return Ok(self.unknown(site, "this is nested too deeply"));
        }
        self.depth += 1;
        let mut result = self.node(node, site);
        self.depth -= 1;
        if let (Node::Call(..) | Node::Subscript(..), Ok(value)) = (node, &mut result)
            && let Kind::Unknown(why) = &value.kind
            && why.text.ends_with(UNDEFINED)
            && why.text.starts_with('`')
            && let Some(name) = expression_read(self.text_of_site(site))
        {
            let text = format!("the variable {name} is not given: {}", why.text);
            let why = Why { site, text: text.into(), ..(**why).clone() };
            value.kind = Kind::Unknown(Rc::new(why));
            value.site = site;
        }
        result.map_err(|it| self.located(it, site))
    }

    fn node(&mut self, node: &Node, site: Site) -> Res {
        Ok(match node {
            Node::None => Val::none(site),
            Node::Bool(it) => Val::bool(*it, site),
            Node::Ellipsis => Val::new(Kind::Ellipsis, site),
            Node::Int(number) => Val::new(Kind::Int(number.clone()), site),
            Node::Float(number) => Val::new(Kind::Float(*number), site),
            Node::Str(text) => Val::str(Rc::clone(text), site),
            Node::Bytes(bytes) => Val::new(Kind::Bytes(Rc::clone(bytes)), site),
            Node::Name(name) => return self.lookup(name, site),
            Node::Format(pieces) => return self.format(pieces, site),
            Node::Attribute(whole, name) => {
                let whole = self.eval(*whole)?;
                return self.attribute(&whole, name, site);
            }
            Node::Subscript(whole, index) => return self.subscript_node(*whole, *index, site),
            Node::Call(callee, arguments) => return self.call_node(*callee, arguments, site),
            Node::Unary(operator, value) => {
                let value = self.eval(*value)?;
                if *operator == crate::ast::Unary::Not {
                    self.note_truth(&value, None, false);
                }
                return self.unary(*operator, &value, site);
            }
            Node::Binary(operator, a, b) => {
                let a = self.eval(*a)?;
                let b = self.eval(*b)?;
                self.site = site;
                return self.binary(*operator, &a, &b, site);
            }
            Node::Logic(is_and, items) => return self.logic(*is_and, items, site),
            Node::Compare(first, rest) => return self.comparison(*first, rest, site),
            Node::Conditional { test, then, other } => {
                return self.conditional(*test, *then, *other);
            }
            Node::List(items) => match self.elements(items)? {
                Ok(items) => self.new_list(items, site),
                Err(why) => Val::unknown(&why),
            },
            Node::Tuple(items) => match self.elements(items)? {
                Ok(items) => Val::new(Kind::Tuple(items.into()), site),
                Err(why) => Val::unknown(&why),
            },
            Node::Set(items) => match self.elements(items)? {
                Ok(items) => return self.set_of(items, site),
                Err(why) => Val::unknown(&why),
            },
            Node::Dict(pairs) => return self.dict(pairs, site),
            Node::Comprehension { kind, element, value, clauses } => {
                return self.comprehension(*kind, *element, *value, clauses, site);
            }
            Node::Lambda(params, body) => {
                return self.function(&"<lambda>".into(), params, Body::Expression(*body), site);
            }
            Node::Walrus(name, value) => {
                let value = self.eval(*value)?;
                match self.frame.written_in {
                    Some(scope) => {
                        let locals = core::mem::replace(&mut self.frame.locals, scope);
                        self.bind(name, value.clone());
                        self.frame.locals = locals;
                    }
                    None => self.bind(name, value.clone()),
                }
                value
            }
            Node::Slice(..) | Node::Star(_) | Node::Unknown => {
                self.doubt();
                self.unknown(site, "this expression is not evaluated")
            }
        })
    }

    pub(crate) fn set_of(&mut self, items: Vec<Val>, site: Site) -> Res {
        let map = self.new_map(Map::default());
        for item in items {
            match self.hashed(&item)? {
                Some(id) => self.put(map, id, item, Val::none(site)),
                None => {
                    let why = match item.why() {
                        Some(why) => Rc::clone(why),
                        None => self.why(site, "this is not evaluated"),
                    };
                    self.set_open(map, Some(why));
                }
            }
        }
        Ok(Val::new(Kind::Set(map), site))
    }

    fn elements(&mut self, items: &[Expr]) -> Result<Result<Vec<Val>, Rc<Why>>, Raise> {
        let file = Rc::clone(&self.frame.file);
        let mut values = Vec::with_capacity(items.len().min(64));
        let mut open = None;
        for &item in items {
            match file.tree.expressions.get(item as usize) {
                Some((Node::Star(inner), _)) => {
                    let inner = self.eval(*inner)?;
                    match self.series(&inner)? {
                        Series::Known(more) => values.extend(more),
                        Series::Unknown(why) => open = Some(why),
                    }
                }
                _ => values.push(self.eval(item)?),
            }
        }
        Ok(match open {
            Some(why) => {
                let touches = self.touches(&values.iter().collect::<Vec<_>>());
                Err(Rc::new(Why { touches, ..(*why).clone() }))
            }
            None => Ok(values),
        })
    }

    fn dict(&mut self, pairs: &[(Option<Expr>, Expr)], site: Site) -> Res {
        let map = self.new_map(Map::default());
        let whole = Val::new(Kind::Dict(map), site);
        for (key, value) in pairs {
            match key {
                Some(key) => {
                    self.note_pair(*key, *value);
                    let key = self.eval(*key)?;
                    let value = self.eval(*value)?;
                    self.set_item(&whole, &key, &value, site)?;
                }
                None => {
                    let other = self.eval(*value)?;
                    match &other.kind {
                        Kind::Dict(_) | Kind::Unknown(_) => self.update(&whole, &other)?,
                        Kind::Object(..) => {
                            let why = self.why(site, "this is not evaluated");
                            self.havoc_top(&whole, &why);
                        }
                        _ => {
                            let text = format!("'{}' object is not a mapping", type_name(&other));
                            return Err(self.error("TypeError", text));
                        }
                    }
                }
            }
        }
        Ok(whole)
    }

    /// The names that a function's statements bind, but for those that it declares `global`.
    fn bound(&mut self, body: &Body) -> BTreeSet<Name> {
        let file = Rc::clone(&self.frame.file);
        let tree = &file.tree;
        let (mut bound, mut global) = (BTreeSet::new(), BTreeSet::new());
        let Body::Block(body) = body else { return bound };
        let mut open: Vec<u32> = body.to_vec();
        let mut targets: Vec<Expr> = Vec::new();
        while let Some(number) = open.pop() {
            let Some((statement, _)) = tree.statements.get(number as usize) else { continue };
            match statement {
                Statement::Assign(all, _) | Statement::Delete(all) => targets.extend(all),
                Statement::Augmented(target, ..) | Statement::Annotated(target, _) => {
                    targets.push(*target);
                }
                Statement::If(arms, orelse) => {
                    open.extend(arms.iter().flat_map(|it| it.1.iter()).chain(orelse.iter()));
                }
                Statement::While(_, body, orelse) => open.extend(body.iter().chain(orelse.iter())),
                Statement::For { target, body, orelse, .. } => {
                    targets.push(*target);
                    open.extend(body.iter().chain(orelse.iter()));
                }
                Statement::Try { body, handlers, orelse, finally } => {
                    bound.extend(handlers.iter().filter_map(|it| it.name.clone()));
                    open.extend(handlers.iter().flat_map(|it| it.body.iter()));
                    open.extend(body.iter().chain(orelse.iter()).chain(finally.iter()));
                }
                Statement::With(items, body) => {
                    targets.extend(items.iter().filter_map(|it| it.1));
                    open.extend(body.iter());
                }
                Statement::Def { name, .. } | Statement::Class { name, .. } => {
                    bound.insert(Rc::clone(name));
                }
                Statement::Global(names) => global.extend(names.iter().cloned()),
                Statement::Import(modules) => {
                    let first = |it: &Name| Name::from(it.split('.').next().unwrap_or(it));
                    bound.extend(modules.iter().map(|it| it.1.clone().unwrap_or(first(&it.0))));
                }
                Statement::From(_, _, Some(names)) => {
                    bound.extend(names.iter().map(|it| Rc::clone(&it.1)));
                }
                // `nonlocal`, or whatever else is in it.
                Statement::Unknown(names) => global.extend(names.iter().cloned()),
                _ => {}
            }
        }
        let span =
            |number: &u32| tree.statements.get(*number as usize).map_or(Span::default(), |it| it.1);
        let whole = match (body.first().map(span), body.last().map(span)) {
            (Some(first), Some(last)) => Span::new(first.start, last.end),
            _ => Span::default(),
        };
        if whole.of(&file.text).contains(":=") {
            self.spend(tree.expressions.len());
            let inside = tree
                .expressions
                .iter()
                .filter(|it| whole.start <= it.1.start && it.1.end <= whole.end);
            bound.extend(inside.filter_map(|it| match &it.0 {
                Node::Walrus(name, _) => Some(Rc::clone(name)),
                _ => None,
            }));
        }
        while let Some(target) = targets.pop() {
            match tree.expressions.get(target as usize).map(|it| &it.0) {
                Some(Node::Name(name)) => {
                    bound.insert(Rc::clone(name));
                }
                Some(Node::Tuple(items) | Node::List(items)) => targets.extend(items),
                Some(Node::Star(item)) => targets.push(*item),
                _ => {}
            }
        }
        bound.retain(|it| !global.contains(it));
        bound
    }

    /// Keeps in mind where the value of a key is written.
    fn note_pair(&mut self, key: Expr, value: Expr) {
        let expressions = &self.frame.file.tree.expressions;
        if let (Some((Node::Str(_), key)), Some((_, value))) =
            (expressions.get(key as usize), expressions.get(value as usize))
        {
            self.pairs.insert((self.frame.number, key.start), *value);
        }
    }

    fn subscript_node(&mut self, whole: Expr, index: Expr, site: Site) -> Res {
        let whole = self.eval(whole)?;
        let file = Rc::clone(&self.frame.file);
        let slice = match file.tree.expressions.get(index as usize) {
            Some((Node::Slice(lower, upper, step), _)) => Some([*lower, *upper, *step]),
            _ => None,
        };
        self.site = site;
        if let Some(parts) = slice {
            let mut values = [None, None, None];
            for (value, part) in values.iter_mut().zip(parts) {
                if let Some(part) = part {
                    *value = Some(self.eval(part)?);
                }
            }
            return self.slice(&whole, values, site);
        }
        let index = self.eval(index)?;
        self.subscript(&whole, &index, site)
    }

    fn logic(&mut self, is_and: bool, items: &[Expr], site: Site) -> Res {
        let Some((first, rest)) = items.split_first() else { return Ok(Val::none(site)) };
        let value = self.eval(*first)?;
        if rest.is_empty() {
            return Ok(value);
        }
        match self.truth(&value) {
            Ok(it) if it != is_and => Ok(value),
            Ok(_) => {
                let chosen = self.logic(is_and, rest, site)?;
                if !is_and && rest.len() == 1 {
                    self.note_fallback(&value, &chosen);
                }
                Ok(chosen)
            }
            Err(why) => {
                if self.depth >= MAX_DEPTH {
                    return Ok(Val::unknown(&why));
                }
                self.depth += 1;
                let flow = self.fork(
                    &why,
                    |_| Flow::Return(value),
                    |eval| match eval.logic(is_and, rest, site) {
                        Ok(value) => Flow::Return(value),
                        Err(exception) => Flow::Raise(exception),
                    },
                );
                self.depth -= 1;
                Self::value_of(flow, site)
            }
        }
    }

    fn value_of(flow: Flow, site: Site) -> Res {
        match flow {
            Flow::Return(value) => Ok(value),
            Flow::Raise(exception) => Err(exception),
            _ => Ok(Val::none(site)),
        }
    }

    fn conditional(&mut self, test: Expr, then: Expr, other: Expr) -> Res {
        let site = self.site_of(test);
        let value = self.eval(test)?;
        self.note_truth(&value, None, false);
        match self.truth(&value) {
            Ok(true) => self.eval(then),
            Ok(false) => self.eval(other),
            Err(why) => {
                let flow = |result: Res| match result {
                    Ok(value) => Flow::Return(value),
                    Err(exception) => Flow::Raise(exception),
                };
                let flow =
                    self.fork(&why, |eval| flow(eval.eval(then)), |eval| flow(eval.eval(other)));
                Self::value_of(flow, site)
            }
        }
    }

    fn comparison(&mut self, first: Expr, rest: &[(crate::ast::Compare, Expr)], site: Site) -> Res {
        let mut left = self.eval(first)?;
        let mut last = Val::bool(true, site);
        for (operator, right) in rest {
            let right = self.eval(*right)?;
            self.site = site;
            let result = self.compare(*operator, &left, &right, site)?;
            match self.truth(&result) {
                Ok(true) => {}
                Ok(false) => return Ok(result),
                // What stands behind may still make it false.
                Err(_) => {
                    last = result;
                    break;
                }
            }
            last = result;
            left = right;
        }
        Ok(last)
    }

    fn format(&mut self, pieces: &[Piece], site: Site) -> Res {
        let mut parts = Vec::new();
        for piece in pieces {
            match piece {
                Piece::Text(text, span) => {
                    parts.push(Val::str(Rc::clone(text), self.site_at(*span)));
                }
                Piece::Value { value, conversion, spec } => {
                    let value = self.eval(*value)?;
                    let value = match conversion {
                        None => value,
                        Some('s') => self.str_of(&value, site),
                        Some('r') => match self.repr(&value, 0) {
                            Some(text) => Val::str(text, site).from(&[&value]),
                            None => self.unknown_of(&[&value], site, "this text is not known"),
                        },
                        Some(_) => self.unknown(site, "`!a` is not evaluated"),
                    };
                    let spec = self.format(spec, site)?;
                    self.site = site;
                    parts.push(libs::strings::format(self, &value, &spec, site)?);
                }
            }
        }
        let all: Vec<&Val> = parts.iter().collect();
        if all.iter().any(|it| it.why().is_some()) {
            return Ok(self.unknown_of(&all, site, "not known"));
        }
        Ok(self.concat(&all, site))
    }

    fn comprehension(
        &mut self,
        kind: CompKind,
        element: Expr,
        value: Option<Expr>,
        clauses: &[Clause],
        site: Site,
    ) -> Res {
        let scope = self.new_map(Map::default());
        let mut frame = self.frame.clone();
        // The names of the comprehension are its own; what is around it is seen through them.
        if self.frame.locals != self.frame.globals {
            let around = [self.frame.locals].into_iter();
            frame.around = around.chain(self.frame.around.iter().copied()).collect();
        }
        frame.written_in = frame.written_in.or(Some(frame.locals));
        frame.bound = Rc::default();
        frame.locals = scope;
        frame.global = Vec::new();
        let outer = core::mem::replace(&mut self.frame, frame);
        let mut out = Vec::new();
        let result = match kind {
            CompKind::Generator => self.generated(clauses, element, &mut out, site),
            _ => self.clause(clauses, element, value, &mut out),
        };
        self.frame = outer;
        match result {
            Err(exception) => Err(exception),
            Ok(Some(why)) => Ok(Val::unknown(&why)),
            Ok(None) => match kind {
                CompKind::Dict => {
                    let map = self.new_map(Map::default());
                    let whole = Val::new(Kind::Dict(map), site);
                    for (key, value) in out {
                        self.set_item(&whole, &key, &value, site)?;
                    }
                    Ok(whole)
                }
                CompKind::Set => {
                    let items = out.into_iter().map(|it| it.0).collect();
                    self.set_of(items, site)
                }
                // A generator is a list that is walked through once.
                CompKind::List | CompKind::Generator => {
                    let items = out.into_iter().map(|it| it.0).collect();
                    Ok(self.new_list(items, site))
                }
            },
        }
    }

    /// How far a generator is walked through is not known, nor is what it does beside.
    fn generated(
        &mut self,
        clauses: &[Clause],
        element: Expr,
        out: &mut Vec<(Val, Val)>,
        site: Site,
    ) -> Result<Option<Rc<Why>>, Raise> {
        let why = self.why(site, "how far this generator is followed is not known");
        let fork = self.begin();
        let result = self.clause(clauses, element, None, out);
        let changes = self.changes(fork);
        let kept = self.originals(fork, &changes);
        for (loc, content) in changes {
            let was = kept.get(&loc).cloned();
            self.havoc_place(&loc, content, was, &why);
        }
        self.end();
        result.or_else(|exception| {
            self.may_raise(&exception, &why);
            Ok(Some(why))
        })
    }

    /// Why the result is unknown, if it is.
    fn clause(
        &mut self,
        clauses: &[Clause],
        element: Expr,
        value: Option<Expr>,
        out: &mut Vec<(Val, Val)>,
    ) -> Result<Option<Rc<Why>>, Raise> {
        let Some((clause, rest)) = clauses.split_first() else {
            let first = self.eval(element)?;
            let second = match value {
                Some(value) => self.eval(value)?,
                None => Val::none(first.site),
            };
            out.push((first, second));
            return Ok(None);
        };
        if self.depth >= MAX_DEPTH {
            return Ok(Some(self.why(self.site, "this is nested too deeply")));
        }
        let iter = self.eval(clause.iter)?;
        let items = match self.series(&iter)? {
            Series::Known(items) => items,
            Series::Unknown(why) => {
                self.doubt();
                self.guess_clause(&why, clause, rest, element, value);
                let touches = self.touches(&[&iter]);
                return Ok(Some(Rc::new(Why { touches, ..(*why).clone() })));
            }
        };
        'items: for item in items {
            if !self.spend(1) {
                return Ok(self.lost.clone());
            }
            self.assign(clause.target, item)?;
            for &condition in &clause.conditions {
                let truth = self.eval(condition)?;
                match self.truth(&truth) {
                    Ok(true) => {}
                    Ok(false) => continue 'items,
                    Err(why) => {
                        self.doubt();
                        self.guess_clause(&why, clause, rest, element, value);
                        return Ok(Some(why));
                    }
                }
            }
            self.depth += 1;
            let unknown = self.clause(rest, element, value, out);
            self.depth -= 1;
            if let Some(why) = unknown? {
                return Ok(Some(why));
            }
        }
        Ok(None)
    }

    /// What a clause does, be it run or not.
    fn guess_clause(
        &mut self,
        why: &Rc<Why>,
        clause: &Clause,
        rest: &[Clause],
        element: Expr,
        value: Option<Expr>,
    ) {
        let unknown = Val::unknown(why);
        self.havoc_code(why, |eval| {
            let mut run = || {
                eval.assign(clause.target, unknown.clone())?;
                for &condition in &clause.conditions {
                    eval.eval(condition)?;
                }
                eval.clause(rest, element, value, &mut Vec::new())
            };
            match run() {
                Ok(_) => Flow::Normal,
                Err(exception) => Flow::Raise(exception),
            }
        });
    }

    // What may be run by what is not understood.

    /// The number of a function that something may call.
    fn number_of(&mut self, function: &Rc<Function>) -> usize {
        let known = self.callables.iter().position(|it| Rc::ptr_eq(it, function));
        known.unwrap_or_else(|| {
            self.callables.push(Rc::clone(function));
            self.callables.len() - 1
        })
    }

    /// The functions that whoever has these values may call.
    fn runs(&mut self, values: &[&Val]) -> Vec<usize> {
        let mut runs = Vec::new();
        for value in values {
            match &value.kind {
                Kind::Function(function) => runs.push(self.number_of(function)),
                Kind::Unknown(why) => runs.extend(&why.runs),
                Kind::Own(own) => runs.extend(&own.runs),
                Kind::Tuple(_) | Kind::List(_) | Kind::Dict(_) => {
                    let inside: Vec<Val> = match &value.kind {
                        Kind::Tuple(items) => items.iter().take(16).cloned().collect(),
                        Kind::List(obj) => {
                            self.items(*obj).values.iter().take(16).cloned().collect()
                        }
                        Kind::Dict(obj) => {
                            let map = self.map(*obj).into_iter();
                            map.flat_map(Map::entries).take(16).map(|it| it.1.clone()).collect()
                        }
                        _ => Vec::new(),
                    };
                    for it in inside {
                        match &it.kind {
                            Kind::Function(function) => runs.push(self.number_of(function)),
                            Kind::Unknown(why) => runs.extend(&why.runs),
                            _ => {}
                        }
                    }
                }
                _ => {}
            }
        }
        runs.sort_unstable();
        runs.dedup();
        runs
    }

    /// What these functions do, be they called or not, how often and with whatever.
    pub(crate) fn guess(&mut self, runs: &[usize], why: &Rc<Why>, site: Site) {
        for &number in runs {
            if self.guessed.contains(&number) || self.lost.is_some() {
                continue;
            }
            let Some(function) = self.callables.get(number).cloned() else { continue };
            self.guessed.push(number);
            let unknown = Val::unknown(&self.why(site, Rc::clone(&why.text)));
            let params = &function.params;
            self.havoc_code(why, |eval| {
                let list = params.list.iter().take(params.positional);
                let named = params.list.iter().skip(params.positional);
                let args = Args {
                    list: list.map(|_| unknown.clone()).collect(),
                    named: named.map(|it| (Rc::clone(&it.name), unknown.clone())).collect(),
                    site,
                    unknown: None,
                };
                match eval.call_own(&function, args, site) {
                    Ok(_) => Flow::Normal,
                    Err(exception) => Flow::Raise(exception),
                }
            });
            self.guessed.pop();
        }
    }

    // Attributes and calls.

    pub(crate) fn attribute(&mut self, whole: &Val, name: &str, site: Site) -> Res {
        self.site = site;
        match &whole.kind {
            Kind::Unknown(why) => {
                self.doubt();
                self.guess(&why.runs, why, site);
                return Ok(self.unknown_of(&[whole], site, "not known"));
            }
            Kind::Module(library) => {
                return Ok(match libs::item(self, library, name, site) {
                    Some(value) => value,
                    None => {
                        self.doubt();
                        self.unknown(site, format!("`{}.{name}` is not evaluated", library.name))
                    }
                });
            }
            Kind::File(scope) => {
                let id = Key::Str(name.into());
                return Ok(match self.entry(*scope, &id) {
                    Some(value) => value,
                    None => {
                        self.doubt();
                        self.unknown(site, format!("`{name}` is not in the module"))
                    }
                });
            }
            Kind::Own(own) => {
                let id = Key::Str(name.into());
                return Ok(match (self.entry(own.scope, &id), &own.unknown) {
                    (Some(value), None) => value,
                    (_, Some(why)) => Val::unknown(why),
                    (None, None) => {
                        self.doubt();
                        self.unknown(site, "this attribute is not evaluated")
                    }
                });
            }
            Kind::Object(_, obj) => {
                if let Some(value) = self.entry(*obj, &Key::Str(name.into())) {
                    return Ok(value);
                }
            }
            Kind::Exception(exception) if name == "args" => {
                return Ok(Val::new(Kind::Tuple(exception.args.clone().into()), site));
            }
            _ => {}
        }
        let Some(class) = libs::class_of(whole) else {
            self.doubt();
            return Ok(self.unknown(site, format!("`.{name}` is not evaluated")));
        };
        if let Some(attribute) = class.attribute
            && let Some(result) = attribute(self, whole, name)
        {
            return result;
        }
        if let Some((_, method)) = class.methods.iter().find(|it| it.0 == name) {
            return Ok(Val::new(Kind::Method(Rc::new(whole.clone()), *method), site));
        }
        if libs::has_attribute(whole, name) || self.is_in_a_folder(whole) {
            self.doubt();
            let why = self.why(site, format!("`.{name}` is not evaluated"));
            // It may change what it is a method of.
            let touches = self.touches(&[whole]);
            return Ok(Val::unknown(&Rc::new(Why { touches, ..(*why).clone() })));
        }
        let text = format!("'{}' object has no attribute '{name}'", type_name(whole));
        Err(self.error("AttributeError", text))
    }

    fn call_node(&mut self, callee: Expr, arguments: &[Arg], site: Site) -> Res {
        let callee = self.eval(callee)?;
        let mut args = Args { list: Vec::new(), named: Vec::new(), site, unknown: None };
        for argument in arguments {
            match argument {
                Arg::Positional(value) => args.list.push(self.eval(*value)?),
                Arg::Keyword(name, value) => {
                    let value = self.eval(*value)?;
                    args.named.push((Rc::clone(name), value));
                }
                Arg::Star(value) => {
                    let value = self.eval(*value)?;
                    match self.series(&value)? {
                        Series::Known(items) => args.list.extend(items),
                        Series::Unknown(why) => args.unknown = Some(why),
                    }
                }
                Arg::DoubleStar(value) => {
                    let value = self.eval(*value)?;
                    match &value.kind {
                        Kind::Dict(obj) => {
                            let map = self.map(*obj).cloned().unwrap_or_default();
                            args.unknown = args.unknown.or(map.open.clone());
                            for (key, value) in map.entries() {
                                if may_be_absent(value) {
                                    args.unknown = value.why().cloned();
                                }
                                if let Some(name) = key.as_str() {
                                    args.named.push((Rc::clone(name), value.clone()));
                                }
                            }
                        }
                        Kind::Unknown(why) => args.unknown = Some(Rc::clone(why)),
                        _ => args.unknown = Some(self.why(site, "this is not evaluated")),
                    }
                }
            }
        }
        self.call(&callee, args, site)
    }

    pub(crate) fn call(&mut self, callee: &Val, args: Args, site: Site) -> Res {
        self.site = site;
        if self.depth >= MAX_DEPTH {
            return Ok(self.unknown(site, "this is nested too deeply"));
        }
        let is_own = matches!(callee.kind, Kind::Function(_));
        if let Some(why) = &args.unknown
            && !is_own
        {
            let why = Rc::clone(why);
            return Ok(self.unknown_call(callee, &args, &why));
        }
        let given: Vec<Val> = match is_own {
            true => Vec::new(),
            false => args.all().chain([callee]).cloned().collect(),
        };
        let mut result = self.dispatch(callee, args, site);
        // What is not understood may call what it was given, now or later.
        if let Ok(value) = &mut result
            && let Kind::Unknown(why) = &value.kind
            && !is_own
        {
            let runs = self.runs(&given.iter().collect::<Vec<_>>());
            if !runs.is_empty() {
                let why = Rc::clone(why);
                self.guess(&runs, &why, site);
                let why = Rc::new(Why { runs, ..(*why).clone() });
                value.kind = Kind::Unknown(why);
            }
        }
        if result.is_err() && libs::is_urls(callee) && self.refused.len() < 100 {
            self.refused.push(site);
        }
        result
    }

    fn dispatch(&mut self, callee: &Val, args: Args, site: Site) -> Res {
        match &callee.kind {
            Kind::Native(native) => (native.call)(self, &args),
            Kind::Type(class) => (class.make)(self, &args),
            Kind::Method(value, method) => method(self, value, &args),
            Kind::Function(function) => {
                let function = Rc::clone(function);
                self.call_own(&function, args, site)
            }
            Kind::Raises(class) => Ok(self.make_exception(class, &args, site)),
            Kind::Own(own) => match (&own.raises, &own.unknown) {
                (Some(class), None) => {
                    let has_own = ["__init__", "__str__", "__new__"]
                        .iter()
                        .any(|it| self.entry(own.scope, &Key::Str((*it).into())).is_some());
                    let class = Rc::clone(class);
                    if has_own {
                        let why = self.why(site, "this class is not evaluated");
                        self.guess(&own.runs, &why, site);
                    }
                    let made = self.make_exception(&class, &args, site);
                    match (has_own, made.kind) {
                        (true, Kind::Exception(exception)) => {
                            let exception = Exc {
                                class: Rc::clone(&exception.class),
                                args: Vec::new(),
                                text: None,
                                site: None,
                                unknown: None,
                            };
                            Ok(Val::new(Kind::Exception(Rc::new(exception)), site))
                        }
                        (_, kind) => Ok(Val::new(kind, site)),
                    }
                }
                (_, why) => {
                    let why = match why {
                        Some(why) => Rc::clone(why),
                        None => self.why(site, "instances of this class are not evaluated"),
                    };
                    Ok(self.unknown_call(callee, &args, &why))
                }
            },
            Kind::Object(class, _) => match class.call {
                Some(call) => call(self, callee, &args),
                None => {
                    let why = self.why(site, "this call is not evaluated");
                    Ok(self.unknown_call(callee, &args, &why))
                }
            },
            Kind::Unknown(why) => {
                let why = Rc::new(Why { site, ..(**why).clone() });
                Ok(self.unknown_call(callee, &args, &why))
            }
            _ => {
                let text = format!("'{}' object is not callable", type_name(callee));
                Err(self.error("TypeError", text))
            }
        }
    }

    /// A call that is not understood: what it is given may be changed.
    pub(crate) fn unknown_call(&mut self, callee: &Val, args: &Args, why: &Rc<Why>) -> Val {
        self.doubt();
        for value in args.all() {
            self.havoc(value, why);
        }
        match &callee.kind {
            Kind::Method(value, ..) => self.havoc(value, why),
            // A method of what may be something that is known by another name.
            Kind::Unknown(_) => self.havoc(callee, why),
            _ => {}
        }
        // What loads a `.env` file or secrets most likely sets variables.
        let written = self.text_of_site(args.site);
        let name = written.split('(').next().unwrap_or("").to_ascii_lowercase();
        let is_loader = ["env", "load", "secret"].iter().any(|it| name.contains(it))
            && !libs::is_standard(&name);
        if is_loader && callee.why().is_some() {
            let environ = self.environ_value(args.site);
            self.havoc(&environ, why);
        }
        let parts: Vec<&Val> = args.all().chain([callee]).collect();
        let touches = self.touches(&parts);
        Val { site: args.site, ..Val::unknown(&Rc::new(Why { touches, ..(**why).clone() })) }
    }

    fn make_exception(&mut self, class: &Rc<Raises>, args: &Args, site: Site) -> Val {
        let is_key = class.line.iter().any(|it| &**it == "KeyError");
        let text = match args.list.as_slice() {
            [] => Some(Val::str("", site)),
            [one] if is_key => self.repr(one, 0).map(|it| Val::str(it, site).from(&[one])),
            [one] => {
                let text = self.str_of(one, site);
                text.as_str().is_some().then_some(text)
            }
            many => {
                let tuple = Val::new(Kind::Tuple(many.to_vec().into()), site);
                let mut inside = Vec::new();
                self.sources(&tuple, &mut inside, 0);
                let inside: Vec<_> = inside.iter().collect();
                self.repr(&tuple, 0).map(|it| Val::str(it, site).from(&inside))
            }
        };
        let text = text.map(|it| self.quoting(it));
        // `OSError(2, 'text')` and its like make texts of their own.
        let is_own = class
            .line
            .iter()
            .any(|it| matches!(&**it, "OSError" | "UnicodeError" | "SyntaxError" | "ImportError"));
        let text = if is_own && args.list.len() > 1 { None } else { text };
        let exception = Exc {
            class: Rc::clone(class),
            args: args.list.clone(),
            text,
            site: None,
            unknown: None,
        };
        Val::new(Kind::Exception(Rc::new(exception)), site)
    }

    fn call_own(&mut self, function: &Rc<Function>, args: Args, site: Site) -> Res {
        if self.calls >= MAX_CALLS || args.unknown.is_some() {
            let why = match &args.unknown {
                Some(why) => Rc::clone(why),
                None => self.why(site, "functions call each other too deeply"),
            };
            // What it would do is not known.
            self.lose(&why);
            return Ok(Val::unknown(&why));
        }
        let Some(file) = self.files.get(function.file).cloned() else {
            return Ok(Val::none(site));
        };
        let scope = self.new_map(Map::default());
        self.bind_params(function, args, scope)?;
        let frame = Frame {
            file,
            number: function.file,
            globals: function.globals,
            locals: scope,
            around: Rc::clone(&function.around),
            global: Vec::new(),
            written_in: None,
            bound: Rc::clone(&function.bound),
        };
        let outer = core::mem::replace(&mut self.frame, frame);
        let lost_return = self.lost_return.take();
        let is_loop_lost = core::mem::replace(&mut self.is_loop_lost, false);
        self.calls += 1;
        let flow = match &function.body {
            Body::Block(block) => {
                let end = Rest { block: &[], next: None };
                self.block(block, Some(&end))
            }
            Body::Expression(body) => match self.eval(*body) {
                Ok(value) => Flow::Return(value),
                Err(exception) => Flow::Raise(exception),
            },
        };
        self.calls -= 1;
        self.is_loop_lost = is_loop_lost;
        let lost = core::mem::replace(&mut self.lost_return, lost_return);
        self.frame = outer;
        let value = match flow {
            Flow::Raise(exception) => return Err(exception),
            Flow::Return(value) => value,
            _ => Val::none(site),
        };
        Ok(match lost {
            Some(why) => {
                let touches = self.touches(&[&value]);
                Val::unknown(&Rc::new(Why { touches, ..(*why).clone() }))
            }
            None => value,
        })
    }

    fn bind_params(&mut self, function: &Function, args: Args, scope: Obj) -> Result<(), Raise> {
        let params = &function.params;
        let name = &function.name;
        let site = args.site;
        let mut values: Vec<Option<Val>> = alloc::vec![None; params.list.len()];
        let given = args.list.len();
        let mut extra = Vec::new();
        for (place, value) in args.list.into_iter().enumerate() {
            match values.get_mut(place) {
                Some(slot) if place < params.positional => *slot = Some(value),
                _ => extra.push(value),
            }
        }
        if !extra.is_empty() && params.star.is_none() {
            let most = params.positional;
            let least = params.list.iter().take(most).filter(|it| it.default.is_none()).count();
            let takes = match least == most {
                true => format!("{most}"),
                false => format!("from {least} to {most}"),
            };
            let many = if most == 1 && least == most { "" } else { "s" };
            let was = if given == 1 { "was" } else { "were" };
            let text =
                format!("{name}() takes {takes} positional argument{many} but {given} {was} given");
            let text = match args.named.is_empty() {
                true => Some(text),
                false => None,
            };
            return Err(match text {
                Some(text) => self.error("TypeError", text),
                None => Rc::new(Exc {
                    class: libs::exceptions::class("TypeError"),
                    args: Vec::new(),
                    text: None,
                    site: None,
                    unknown: None,
                }),
            });
        }
        let mut more = Vec::new();
        for (key, value) in args.named {
            let place = params.list.iter().position(|it| it.name == key);
            let place = place.filter(|it| *it >= params.positional_only);
            match place.and_then(|it| values.get_mut(it)) {
                Some(Some(_)) => {
                    let text = format!("{name}() got multiple values for argument '{key}'");
                    return Err(self.error("TypeError", text));
                }
                Some(slot) => *slot = Some(value),
                None if params.double_star.is_some() => {
                    more.push((Val::str(key, site), value));
                }
                None => {
                    let text = format!("{name}() got an unexpected keyword argument '{key}'");
                    return Err(self.error("TypeError", text));
                }
            }
        }
        let mut missing = Vec::new();
        let mut missing_named = Vec::new();
        for (place, param) in params.list.iter().enumerate() {
            let value = values.get_mut(place).and_then(Option::take);
            let value = value.or_else(|| function.defaults.get(place).cloned().flatten());
            match value {
                Some(value) => {
                    let key = Val::str(Rc::clone(&param.name), site);
                    self.put(scope, Key::Str(Rc::clone(&param.name)), key, value);
                }
                None if place < params.positional => missing.push(format!("'{}'", param.name)),
                None => missing_named.push(format!("'{}'", param.name)),
            }
        }
        for (missing, kind) in [(missing, "positional"), (missing_named, "keyword-only")] {
            if missing.is_empty() {
                continue;
            }
            let count = missing.len();
            let many = if count == 1 { "" } else { "s" };
            let list = match missing.as_slice() {
                [one] => one.clone(),
                [one, two] => format!("{one} and {two}"),
                [first @ .., last] => format!("{}, and {last}", first.join(", ")),
                [] => String::new(),
            };
            let text = format!("{name}() missing {count} required {kind} argument{many}: {list}");
            return Err(self.error("TypeError", text));
        }
        if let Some(star) = &params.star {
            let tuple = Val::new(Kind::Tuple(extra.into()), site);
            self.put(scope, Key::Str(Rc::clone(star)), Val::str(Rc::clone(star), site), tuple);
        }
        if let Some(star) = &params.double_star {
            let dict = self.new_dict(more, site);
            self.put(scope, Key::Str(Rc::clone(star)), Val::str(Rc::clone(star), site), dict);
        }
        Ok(())
    }

    // The answer.

    fn answer(mut self, globals: Obj, flow: Flow) -> Module {
        let mut module = Module::default();
        let mut unknown = Vec::new();
        let lost = self.lost.clone();
        match flow {
            Flow::Raise(exception) if exception.unknown.is_none() && lost.is_none() => {
                let site = exception.site.unwrap_or_default();
                let mut room = MAX_ANSWER;
                let message = exception
                    .text
                    .as_ref()
                    .filter(|it| it.as_str().is_some())
                    .map(|it| self.freeze(it, &mut room, 0, &mut unknown));
                module.exception = Some(Exception {
                    class: exception.class.line.first().map_or("", |it| it).into(),
                    message,
                    place: self.place(site),
                    is_library: self.refused.contains(&site),
                });
                let class = exception.class.line.first().map_or("", |it| it);
                module.call = self.call_at(site, class);
                unknown.clear();
            }
            flow => {
                let why = match flow {
                    Flow::Raise(exception) => lost.or_else(|| exception.unknown.clone()),
                    _ => lost,
                };
                let mut room = MAX_ANSWER;
                for name in ["DATABASES", "DEBUG"] {
                    let id = Key::Str(name.into());
                    let open = self.map(globals).and_then(|it| it.open.clone());
                    let value = match (&why, self.entry(globals, &id)) {
                        (Some(why), _) => Some(Val::unknown(why)),
                        (None, Some(value)) => Some(value),
                        (None, None) => open.map(|why| {
                            let why = Why { may_be_absent: true, ..(*why).clone() };
                            Val::unknown(&Rc::new(why))
                        }),
                    };
                    if let ("DATABASES", Some(Val { kind: Kind::Dict(obj), .. })) = (name, &value)
                        && let Some(default) = self.entry(*obj, &Key::Str("default".into()))
                    {
                        module.call = self.call_of(&default);
                    }
                    let value = value.map(|it| self.freeze(&it, &mut room, 0, &mut unknown));
                    match name {
                        "DEBUG" => module.debug = value,
                        _ => module.databases = value,
                    }
                }
            }
        }
        unknown.sort_by_key(|it| (it.place.file, it.place.span.start));
        unknown.dedup();
        module.unknown = unknown;
        module.files = self.files.iter().map(|it| it.path.clone()).collect();
        module.assumed = core::mem::take(&mut self.assumed);
        module.reads = core::mem::take(&mut self.reads);
        module.wanted = core::mem::take(&mut self.wanted).into_iter().collect();
        module.variables = core::mem::take(&mut self.variables);
        module.skipped = core::mem::take(&mut self.skipped);
        module.has_forked = self.has_forked;
        self.settle_acts(&mut module);
        module
    }

    fn is_in_unknown_folder(&self, value: &Val) -> bool {
        let marks = value.marks.as_deref().unwrap_or(&[]);
        marks.iter().any(|it| self.variables.get(it.variable).is_some_and(|it| it == FOLDER))
    }

    /// A value as it is now.
    pub(crate) fn snapshot(&mut self, value: &Val) -> Value {
        self.freeze(value, &mut 1000, 0, &mut Vec::new())
    }

    fn freeze(
        &mut self,
        value: &Val,
        room: &mut usize,
        depth: usize,
        unknown: &mut Vec<Unknown>,
    ) -> Value {
        let marks = value.marks.as_deref().unwrap_or(&[]).iter();
        let from =
            marks.map(|it| From { variable: it.variable, span: it.span, at: it.at }).collect();
        let place = self.place(value.site);
        let size = match &value.kind {
            Kind::Str(text) | Kind::Path(text) => 1 + text.len() / 64,
            _ => 1,
        };
        let data = match room.checked_sub(size) {
            Some(_) if self.is_in_unknown_folder(value) => {
                let why = String::from("the folder of the project is not known");
                unknown.push(Unknown { place, why: why.clone() });
                Data::Unknown { why, may_be_absent: false }
            }
            Some(left) if depth < MAX_NESTED_ANSWER => {
                *room = left;
                self.data(value, room, depth, unknown)
            }
            _ => {
                let why = "this value is too large".to_string();
                unknown.push(Unknown { place, why: why.clone() });
                Data::Unknown { why, may_be_absent: false }
            }
        };
        Value { data, place, from, before: Vec::new() }
    }

    fn frozen(
        &mut self,
        items: &[Val],
        room: &mut usize,
        depth: usize,
        unknown: &mut Vec<Unknown>,
    ) -> Vec<Value> {
        let mut frozen = Vec::new();
        for item in items {
            if *room == 0 {
                break;
            }
            frozen.push(self.freeze(item, room, depth + 1, unknown));
        }
        frozen
    }

    fn data(
        &mut self,
        value: &Val,
        room: &mut usize,
        depth: usize,
        unknown: &mut Vec<Unknown>,
    ) -> Data {
        let mut reason = |eval: &Self, why: &Rc<Why>| {
            let it = Unknown { place: eval.place(why.site), why: why.text.to_string() };
            if unknown.len() < 200 {
                unknown.push(it);
            }
            why.text.to_string()
        };
        match &value.kind {
            Kind::None => Data::None,
            Kind::Bool(it) => Data::Bool(*it),
            Kind::Int(dsnlens_core::syntax::python::Int::Small(number)) => Data::Int(*number),
            Kind::Int(number) => Data::BigInt(int_text(number)),
            Kind::Float(number) => Data::Float(*number),
            Kind::Str(text) => Data::Str(text.to_string()),
            Kind::Bytes(bytes) => Data::Bytes(bytes.to_vec()),
            Kind::Path(text) => Data::Path(text.to_string()),
            Kind::Tuple(items) => Data::Tuple(self.frozen(items, room, depth, unknown)),
            Kind::List(obj) => {
                let items = self.items(*obj);
                match &items.open {
                    Some(why) => Data::Unknown { why: reason(self, why), may_be_absent: false },
                    None => Data::List(self.frozen(&items.values, room, depth, unknown)),
                }
            }
            Kind::Set(obj) => {
                let map = self.map(*obj).cloned().unwrap_or_default();
                match &map.open {
                    Some(why) => Data::Unknown { why: reason(self, why), may_be_absent: false },
                    None => {
                        let keys: Vec<_> = map.entries().map(|it| it.0.clone()).collect();
                        Data::Set(self.frozen(&keys, room, depth, unknown))
                    }
                }
            }
            Kind::Dict(obj) => {
                let map = self.map(*obj).cloned().unwrap_or_default();
                let more = map.open.as_ref().map(|why| reason(self, why));
                let mut entries = Vec::new();
                for (slot, entry) in map.slots.iter().enumerate() {
                    let Some((key, value)) = entry else { continue };
                    if *room == 0 {
                        break;
                    }
                    let key = self.freeze(key, room, depth + 1, unknown);
                    let mut value = self.freeze(value, room, depth + 1, unknown);
                    for (_, old) in map.before.iter().filter(|it| it.0 == slot) {
                        let old = self.freeze(old, room, depth + 1, &mut Vec::new());
                        value.before.push(old);
                    }
                    entries.push((key, value));
                }
                Data::Dict { entries, more }
            }
            Kind::Unknown(why) => {
                Data::Unknown { why: reason(self, why), may_be_absent: why.may_be_absent }
            }
            Kind::Own(own) => Data::Other(format!("class {}", own.name)),
            _ => Data::Other(type_name(value).into()),
        }
    }

    /// The object that holds the names of the function or the module.
    pub(crate) fn scope_object(&self, is_local: bool) -> Obj {
        if is_local { self.frame.locals } else { self.frame.globals }
    }

    /// Whether a call is written with a generator, or another iterator that is made for it.
    pub(crate) fn is_generator(&self, site: Site) -> bool {
        let written = self.text_of_site(site);
        [" for ", "iter(", "map(", "filter("].iter().any(|it| written.contains(it))
    }

    /// `sys.modules`, through which any name of a module may be set.
    pub(crate) fn loaded_modules(&self, site: Site) -> Val {
        let touches = self.modules.iter().map(|it| it.1).collect();
        let why = self.why(site, "`sys.modules` is not evaluated");
        Val::unknown(&Rc::new(Why { touches, ..(*why).clone() }))
    }

    /// `sys.argv`, which is one list.
    pub(crate) fn argv(&mut self, words: Vec<Val>, site: Site) -> Val {
        if let Some(argv) = self.argv {
            return Val::new(Kind::List(argv), site);
        }
        let list = self.new_list(words, site);
        if let Kind::List(obj) = list.kind {
            self.argv = Some(obj);
        }
        list
    }

    /// Both entries of a tuple or a list of two.
    pub(crate) fn series_of_pair(&mut self, value: &Val) -> Option<(Val, Val)> {
        if !matches!(value.kind, Kind::Tuple(_) | Kind::List(_)) {
            return None;
        }
        match self.series(value) {
            Ok(Series::Known(items)) => match items.as_slice() {
                [first, second] => Some((first.clone(), second.clone())),
                _ => None,
            },
            _ => None,
        }
    }

    /// Names that stand for one of a library's values, for what asks by text.
    pub(crate) fn library_item(
        &mut self,
        library: &'static Library,
        name: &str,
        site: Site,
    ) -> Option<Val> {
        let item = library.items.iter().find(|it| it.0 == name)?;
        Some(match &item.1 {
            Item::Function(native) => Val::new(Kind::Native(native), site),
            Item::Class(class) => Val::new(Kind::Type(class), site),
            Item::Module(library) => Val::new(Kind::Module(library), site),
            Item::Exception(name) => Val::new(Kind::Raises(libs::exceptions::class(name)), site),
            Item::Made(make) => make(self, site),
        })
    }
}

/// Nodes of the answer, and how deep they may be nested.
const MAX_ANSWER: usize = 50_000;
const MAX_NESTED_ANSWER: usize = 60;
