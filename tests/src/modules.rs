//! Random settings modules, and the environments that they read: what projects write, in any order,
//! and mostly right.

use std::collections::BTreeMap;
use std::fmt::Write;

/// A module, its environment and the `.env` file beside it.
#[derive(Clone, Debug)]
pub struct Module {
    /// Its text.
    pub text: String,
    /// The environment.
    pub env: BTreeMap<String, String>,
    /// The `.env` file.
    pub dotenv: String,
}

/// Endless modules, the same for the same seed.
pub fn modules(seed: u64) -> impl Iterator<Item = Module> {
    (0_u64..).map(move |nth| {
        let state = seed.wrapping_mul(0x9e37_79b9_7f4a_7c15).wrapping_add(nth);
        Writer::new(Rng(state)).module()
    })
}

/// SplitMix64.
struct Rng(u64);

impl Rng {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    fn below(&mut self, end: usize) -> usize {
        usize::try_from(self.next() % end as u64).expect("a small number")
    }

    fn one_in(&mut self, many: usize) -> bool {
        self.below(many) == 0
    }

    fn pick<'p>(&mut self, of: &[&'p str]) -> &'p str {
        of[self.below(of.len())]
    }
}

/// What a name stands for.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Type {
    Str,
    Int,
    Bool,
    List,
}

const VARIABLES: [&str; 12] = [
    "DATABASE_URL",
    "DB_NAME",
    "DB_USER",
    "DB_PASSWORD",
    "DB_HOST",
    "DB_PORT",
    "DEBUG",
    "ENV",
    "SSL",
    "CONN_MAX_AGE",
    "HOSTS",
    "REF",
];

/// Those of them that are numbers, mostly.
const NUMBERS: [&str; 2] = ["DB_PORT", "CONN_MAX_AGE"];

const TEXTS: [&str; 18] = [
    "''",
    "'shop'",
    "'app'",
    "'localhost'",
    "'db.example.com'",
    "'5432'",
    "'True'",
    "'False'",
    "'production'",
    "'a,b'",
    "' x '",
    "'é'",
    "'p@ss/w#rd'",
    "'%s'",
    "\"it's\"",
    "'0'",
    "'sslmode'",
    "'/run/postgresql'",
];

const URLS: [&str; 10] = [
    "'postgres://u:p@h/db'",
    "'postgres://u:p%40w@db.example.com:6432/shop?sslmode=require'",
    "'postgresql://h/db?connect_timeout=5&sslmode=verify-full'",
    "'sqlite:///db.sqlite3'",
    "'sqlite://:memory:'",
    "'postgis://u@h1:1/db'",
    "'postgres://u:p@h:99999/db'",
    "'nothing://x'",
    "'postgres://u:p@h'",
    "''",
];

const VALUES: [&str; 26] = [
    "",
    "shop",
    "app",
    "localhost",
    "db.example.com",
    "5432",
    "6432",
    "True",
    "False",
    "true",
    "0",
    "1",
    "no",
    "on",
    "production",
    "test",
    "60",
    "600",
    "abc",
    "a,b,c",
    " x ",
    "p@ss w#rd",
    "é",
    "$REF",
    "None",
    "h'q\"",
];

const ENV_URLS: [&str; 13] = [
    "postgres://app:pw@db.example.com:5433/shop",
    "postgis://u:p@h/db?application_name=x",
    "postgres://u:p@h1/db?target_session_attrs=any",
    "postgresql://%2Fvar%2Frun/db",
    "postgres://u:p@h/db",
    "postgres://u:p%40w@db.example.com:6432/shop?sslmode=require",
    "postgresql://u:p@h/db?connect_timeout=5&options=-c%20x",
    "sqlite:///db.sqlite3",
    "postgres://u:p@h:abc/db",
    "mysql://u:p@h/db",
    "",
    "x",
    "postgres://u:p#w@h",
];

/// Calls of what no evaluator knows; each has one value in CPython.
const OPAQUE: [&str; 6] = [
    "platform.python_implementation() == 'CPython'",
    "random.random() > 2",
    "os.path.exists('/nowhere/at/all')",
    "len(time.ctime()) > 3",
    "bool(re.match('a+', 'aab'))",
    "math.floor(2.5) == 3",
];

struct Writer {
    rng: Rng,
    text: String,
    indent: usize,
    names: Vec<(String, Type)>,
    functions: Vec<(String, usize, Type)>,
    count: usize,
    lines: usize,
    in_loop: bool,
    in_function: bool,
}

impl Writer {
    fn new(rng: Rng) -> Writer {
        Writer {
            rng,
            text: String::new(),
            indent: 0,
            names: Vec::new(),
            functions: Vec::new(),
            count: 0,
            lines: 0,
            in_loop: false,
            in_function: false,
        }
    }

    fn module(mut self) -> Module {
        self.line("import math, os, platform, random, re, sys, time");
        self.line("from pathlib import Path");
        self.line("from urllib.parse import quote_plus, unquote, urlparse");
        self.line("import dj_database_url, environ");
        self.line("from decouple import config");
        if self.rng.one_in(3) {
            self.line("from dotenv import load_dotenv");
            self.line("load_dotenv()");
        }
        let scheme =
            self.rng.pick(&["", "", "DEBUG=(bool, False)", "DB_PORT=(int, 5432)", "ENV=str"]);
        self.line(&format!("env = environ.Env({scheme})"));
        if self.rng.one_in(4) {
            self.line("environ.Env.read_env(Path(__file__).resolve().parent / '.env')");
        }
        let debug = self.boolean(2);
        self.line(&format!("DEBUG = {debug}"));
        if self.rng.one_in(2) {
            self.function();
        }
        for _ in 0..1 + self.rng.below(3) {
            self.statement(2);
        }
        let db = self.database(3);
        self.line(&format!("DATABASES = {{'default': {db}}}"));
        for _ in 0..self.rng.below(5) {
            if self.rng.one_in(2) {
                self.change(2);
            } else {
                self.statement(3);
            }
        }
        let names: Vec<_> = self.names.iter().map(|it| it.0.clone()).collect();
        self.line(&format!("DATABASES['names'] = [{}]", names.join(", ")));
        let mut env = BTreeMap::new();
        let mut dotenv = String::new();
        for name in VARIABLES {
            let value = match name {
                "DATABASE_URL" => self.rng.pick(&ENV_URLS),
                _ if NUMBERS.contains(&name) && !self.rng.one_in(8) => {
                    self.rng.pick(&["5432", "60", "600", "0"])
                }
                _ => self.rng.pick(&VALUES),
            };
            match self.rng.below(4) {
                0 => {}
                1 if self.rng.one_in(2) => {
                    writeln!(dotenv, "{name}={value}").expect("a text takes anything");
                }
                _ => {
                    env.insert(name.to_owned(), value.to_owned());
                }
            }
        }
        Module { text: self.text, env, dotenv }
    }

    fn line(&mut self, line: &str) {
        self.lines += 1;
        for _ in 0..self.indent {
            self.text.push_str("    ");
        }
        self.text.push_str(line);
        self.text.push('\n');
    }

    fn known(&mut self, of: Type) -> Option<String> {
        let all: Vec<_> =
            self.names.iter().filter(|it| it.1 == of).map(|it| it.0.clone()).collect();
        match all.is_empty() {
            true => None,
            false => Some(all[self.rng.below(all.len())].clone()),
        }
    }

    fn bind(&mut self, of: Type) -> String {
        // An old name now and then, of whatever type.
        if self.rng.one_in(4) && !self.names.is_empty() && self.indent == 0 {
            let at = self.rng.below(self.names.len());
            self.names[at].1 = of;
            return self.names[at].0.clone();
        }
        self.count += 1;
        let name = format!("V{}", self.count);
        self.names.push((name.clone(), of));
        name
    }

    // Statements.

    fn block(&mut self, depth: usize) {
        self.indent += 1;
        let kept = self.names.len();
        for _ in 0..1 + self.rng.below(2) {
            match self.rng.below(4) {
                0 if !self.in_function => self.change(depth.saturating_sub(1)),
                _ => self.statement(depth.saturating_sub(1)),
            }
        }
        // What may not be bound is used seldom.
        if !self.rng.one_in(6) {
            self.names.truncate(kept);
        }
        self.indent -= 1;
    }

    fn statement(&mut self, depth: usize) {
        if self.lines > 60 {
            return self.line("pass");
        }
        let most = if depth == 0 { 8 } else { 22 };
        match self.rng.below(most) {
            0..=4 => {
                let of =
                    [Type::Str, Type::Int, Type::Bool, Type::List, Type::Str][self.rng.below(5)];
                let value = self.value(of, 2);
                let name = self.bind(of);
                self.line(&format!("{name} = {value}"));
            }
            5 => {
                let (first, second) = (self.text_of(1), self.number(1));
                let a = self.bind(Type::Str);
                let b = self.bind(Type::Int);
                self.line(&format!("{a}, {b} = {first}, {second}"));
            }
            6 => match self.known(Type::Int) {
                Some(name) => {
                    let value = self.number(1);
                    let sign = self.rng.pick(&["+=", "-=", "*="]);
                    self.line(&format!("{name} {sign} {value}"));
                }
                None => self.line("pass"),
            },
            7 => match self.known(Type::List) {
                Some(name) => {
                    let value = self.text_of(1);
                    let what = match self.rng.below(3) {
                        0 => format!("{name}.append({value})"),
                        1 => format!("{name} += [{value}]"),
                        _ => format!("{name}.extend([{value}])"),
                    };
                    self.line(&what);
                }
                None => self.line("pass"),
            },
            8..=11 => {
                let test = self.condition(2);
                self.line(&format!("if {test}:"));
                self.block(depth);
                if self.rng.one_in(4) {
                    let test = self.condition(1);
                    self.line(&format!("elif {test}:"));
                    self.block(depth);
                }
                if self.rng.one_in(2) {
                    self.line("else:");
                    self.block(depth);
                }
            }
            12 | 13 => {
                self.line("try:");
                self.block(depth);
                let class = self.rng.pick(&[
                    "KeyError",
                    "ValueError",
                    "Exception",
                    "(TypeError, KeyError)",
                    "IndexError",
                ]);
                self.line(&format!("except {class}:"));
                self.block(depth);
                if self.rng.one_in(4) {
                    self.line("else:");
                    self.block(depth);
                }
                if self.rng.one_in(5) {
                    self.line("finally:");
                    self.block(depth);
                }
            }
            14 | 15 => {
                let items = self.list(1);
                let name = self.bind(Type::Str);
                self.line(&format!("for {name} in {items}:"));
                let outer = std::mem::replace(&mut self.in_loop, true);
                self.block(depth);
                self.in_loop = outer;
            }
            16 if self.in_loop => {
                let word = self.rng.pick(&["break", "continue"]);
                let test = self.condition(1);
                self.line(&format!("if {test}:"));
                self.line(&format!("    {word}"));
            }
            17 => {
                // An end of the module that may come.
                let test = self.condition(1);
                self.line(&format!("if {test}:"));
                let end = match self.rng.below(4) {
                    0 => "sys.exit(1)".to_owned(),
                    1 => "raise ValueError('wrong')".to_owned(),
                    2 => format!("raise RuntimeError({})", self.text_of(1)),
                    _ => "raise KeyError('x')".to_owned(),
                };
                self.line(&format!("    {end}"));
            }
            18 => {
                let name = self.bind(Type::Str);
                let value = self.text_of(1);
                self.line(&format!("if ({name} := {value}):"));
                self.block(depth);
            }
            19 => {
                let test = self.condition(1);
                self.line(&format!("assert {test} or True"));
            }
            20 if self.indent == 0 => self.function(),
            _ => {
                let value = self.value(Type::Str, 2);
                let name = self.bind(Type::Str);
                self.line(&format!("{name}: str = {value}"));
            }
        }
    }

    fn function(&mut self) {
        let name = format!("f{}", self.functions.len());
        let of = [Type::Str, Type::Int, Type::Bool][self.rng.below(3)];
        let default = self.rng.pick(&["None", "'d'", "''"]);
        self.line(&format!("def {name}(a, b={default}):"));
        let outer = (self.names.clone(), std::mem::replace(&mut self.in_function, true));
        self.names = vec![("a".into(), Type::Str)];
        self.indent += 1;
        if self.rng.one_in(2) {
            let test = self.condition(1);
            self.line(&format!("if {test}:"));
            let value = self.value(of, 1);
            let end = match self.rng.below(3) {
                0 => "raise ValueError(a)".to_owned(),
                _ => format!("return {value}"),
            };
            self.line(&format!("    {end}"));
        }
        for _ in 0..self.rng.below(2) {
            self.statement(1);
        }
        let value = self.value(of, 2);
        self.line(&format!("return {value}"));
        self.indent -= 1;
        (self.names, self.in_function) = outer;
        self.functions.push((name, 1, of));
    }

    /// A change of `DATABASES`.
    fn change(&mut self, depth: usize) {
        if self.text.matches("DATABASES = ").count() == 0 {
            return self.statement(depth);
        }
        let key = self.rng.pick(&["NAME", "HOST", "PORT", "PASSWORD", "CONN_MAX_AGE", "OPTIONS"]);
        let value = match key {
            "CONN_MAX_AGE" => self.number(1),
            "OPTIONS" => {
                let mode = self.text_of(1);
                format!("{{'sslmode': {mode}}}")
            }
            _ => self.text_of(2),
        };
        let db = "DATABASES['default']";
        let line = match self.rng.below(11) {
            0..=3 => format!("{db}['{key}'] = {value}"),
            4 => format!("{db}.update({})", self.database(1)),
            5 => {
                format!("{db}.setdefault('OPTIONS', {{}})['connect_timeout'] = {}", self.number(0))
            }
            6 => format!("{db}.pop('{key}', None)"),
            7 => format!("{db} = {{**{db}, '{key}': {value}}}"),
            8 => format!("DATABASES['other'] = {}", self.database(2)),
            9 => format!("{db} |= {{'{key}': {value}}}"),
            _ => format!("del {db}['{key}']"),
        };
        self.line(&line);
    }

    // Expressions.

    fn value(&mut self, of: Type, depth: usize) -> String {
        let callable: Vec<_> =
            self.functions.iter().filter(|it| it.2 == of).map(|it| it.0.clone()).collect();
        if !callable.is_empty() && self.rng.one_in(4) {
            let name = callable[self.rng.below(callable.len())].clone();
            let argument = self.text_of(depth.saturating_sub(1));
            return match self.rng.one_in(3) {
                true => format!("{name}({argument}, b={})", self.text_of(0)),
                false => format!("{name}({argument})"),
            };
        }
        match of {
            Type::Str => self.text_of(depth),
            Type::Int => self.number(depth),
            Type::Bool => self.boolean(depth),
            Type::List => self.list(depth),
        }
    }

    fn read(&mut self) -> String {
        let name = self.rng.pick(&VARIABLES);
        let default = self.rng.pick(&TEXTS);
        let most = if self.rng.one_in(5) { 13 } else { 10 };
        match self.rng.below(most) {
            0 if self.rng.one_in(3) => format!("os.environ['{name}']"),
            0 | 1 => format!("os.environ.get('{name}')"),
            2 => format!("os.getenv('{name}')"),
            3 | 4 => format!("os.environ.get('{name}', {default})"),
            5 | 6 => format!("os.getenv('{name}', {default})"),
            7 => format!("env('{name}', default={default})"),
            8 => format!("env.str('{name}', default={default})"),
            9 => format!("config('{name}', default={default})"),
            10 => format!("env('{name}')"),
            11 => format!("config('{name}')"),
            _ => format!("(os.environ.get('{name}') or {default})"),
        }
    }

    fn text_of(&mut self, depth: usize) -> String {
        if depth == 0 {
            return match self.rng.below(3) {
                0 => self.rng.pick(&TEXTS).to_owned(),
                1 => self.known(Type::Str).unwrap_or_else(|| "'shop'".into()),
                _ => format!("os.getenv('{}', '')", self.rng.pick(&VARIABLES)),
            };
        }
        let less = depth - 1;
        match self.rng.below(24) {
            0..=6 => self.read(),
            7 | 8 => self.rng.pick(&TEXTS).to_owned(),
            9 => self.known(Type::Str).unwrap_or_else(|| "'x'".into()),
            10 => format!("f'{{{}}}-{{{}}}'", self.plain(), self.plain()),
            11 => format!("{} + {}", self.text_of(less), self.text_of(less)),
            12 => format!("'%s:%s' % ({}, {})", self.text_of(less), self.number(less)),
            13 => format!("'{{}}/{{}}'.format({}, {})", self.text_of(less), self.text_of(less)),
            14 | 15 => {
                let method = self.rng.pick(&[
                    "lower()",
                    "upper()",
                    "strip()",
                    "replace('a', 'b')",
                    "rstrip('/')",
                    "title()",
                    "lstrip()",
                    "split(',')[0]",
                    "split('=')[-1]",
                    "partition(':')[2]",
                    "zfill(6)",
                    "removeprefix('a')",
                    "capitalize()",
                    "swapcase()",
                    "casefold()",
                    "center(9)",
                ]);
                format!("({}).{method}", self.text_of(less))
            }
            16 => {
                let slice = self.rng.pick(&["[1:]", "[:3]", "[-2:]", "[::-1]", "[0:0]", "[0]"]);
                format!("({}){slice}", self.text_of(less))
            }
            17 => format!("quote_plus({})", self.text_of(less)),
            18 => format!("unquote({})", self.text_of(less)),
            19 => format!("str({})", self.number(less)),
            20 => format!("','.join({})", self.list(less)),
            21 => {
                let part =
                    self.rng.pick(&["scheme", "path", "netloc", "query", "hostname", "username"]);
                format!("urlparse({}).{part}", self.url())
            }
            22 => format!("({} or {})", self.text_of(less), self.text_of(less)),
            _ => format!(
                "({} if {} else {})",
                self.text_of(less),
                self.condition(less),
                self.text_of(less)
            ),
        }
    }

    /// What may stand in an f-string of Python 3.11: without quotes.
    fn plain(&mut self) -> String {
        let of = if self.rng.one_in(2) { Type::Str } else { Type::Int };
        self.known(of).unwrap_or_else(|| "1 + 1".into())
    }

    fn number(&mut self, depth: usize) -> String {
        if depth == 0 {
            let known = self.known(Type::Int);
            let number = self.rng.pick(&["0", "1", "5", "60", "600", "-1", "5432"]);
            return known.filter(|_| self.rng.one_in(2)).unwrap_or_else(|| number.into());
        }
        let less = depth - 1;
        match self.rng.below(13) {
            0..=2 => self.rng.pick(&["0", "1", "7", "60", "5432"]).to_owned(),
            3 | 4 => {
                format!("int(os.environ.get('{}', {}))", self.rng.pick(&NUMBERS), self.number(0))
            }
            5 => format!("env.int('{}', default={})", self.rng.pick(&NUMBERS), self.number(0)),
            6 => {
                let name = self.rng.pick(&NUMBERS);
                format!("config('{name}', default={}, cast=int)", self.number(0))
            }
            7 => {
                let sign = self.rng.pick(&["+", "-", "*", "//", "%"]);
                format!("({} {sign} {})", self.number(less), self.number(less))
            }
            8 => format!("len({})", self.text_of(less)),
            9 => format!("max({}, {})", self.number(less), self.number(less)),
            10 => format!("sum([{}, {}])", self.number(less), self.number(less)),
            11 => format!("int({})", self.boolean(less)),
            _ => self.known(Type::Int).unwrap_or_else(|| "3".into()),
        }
    }

    fn boolean(&mut self, depth: usize) -> String {
        if depth == 0 {
            return self.rng.pick(&["True", "False"]).to_owned();
        }
        let less = depth - 1;
        let name = self.rng.pick(&VARIABLES);
        match self.rng.below(15) {
            0 | 1 => format!("os.environ.get('{name}') == 'True'"),
            2 => format!("'{name}' in os.environ"),
            3 => format!("env.bool('{name}', default=False)"),
            4 => format!("config('{name}', default=False, cast=bool)"),
            5 => format!("bool({})", self.text_of(less)),
            6 => format!("(not {})", self.boolean(less)),
            7 => format!("({} and {})", self.boolean(less), self.boolean(less)),
            8 => format!("({} or {})", self.boolean(less), self.boolean(less)),
            9 => {
                let sign = self.rng.pick(&["==", "!=", "<", ">="]);
                format!("{} {sign} {}", self.number(less), self.number(less))
            }
            10 => format!("{} in ('a', 'production', 'True', '1')", self.text_of(less)),
            11 => format!("({}).startswith(('a', 'p'))", self.text_of(less)),
            12 => format!("any([{}, {}])", self.boolean(less), self.boolean(less)),
            13 => format!("{} is None", self.read()),
            _ => format!("{} == {}", self.text_of(less), self.text_of(less)),
        }
    }

    /// What stands behind `if`: one that is not known now and then.
    fn condition(&mut self, depth: usize) -> String {
        match self.rng.below(9) {
            0 => self.rng.pick(&OPAQUE).to_owned(),
            1 => self.read(),
            2 => "'test' in sys.argv".into(),
            _ => self.boolean(depth),
        }
    }

    fn list(&mut self, depth: usize) -> String {
        if depth == 0 {
            return self.known(Type::List).unwrap_or_else(|| "['a', 'b']".into());
        }
        let less = depth - 1;
        match self.rng.below(8) {
            0 => format!("[{}, {}]", self.text_of(less), self.text_of(less)),
            1 => format!("({}).split(',')", self.text_of(less)),
            2 => format!("[x.strip() for x in {} if x != 'a']", self.list(less)),
            3 => format!("env.list('{}', default=['d'])", self.rng.pick(&VARIABLES)),
            4 => format!("sorted({})", self.list(less)),
            5 => format!("{} + ['z']", self.list(less)),
            6 => format!("list({{'a': 1, 'b': {}}})", self.number(less)),
            _ => self.known(Type::List).unwrap_or_else(|| "['c']".into()),
        }
    }

    fn url(&mut self) -> String {
        match self.rng.below(4) {
            0 => self.rng.pick(&URLS).to_owned(),
            1 => "os.environ.get('DATABASE_URL', '')".into(),
            2 => format!("os.environ.get('DATABASE_URL') or {}", self.rng.pick(&URLS)),
            _ => format!("os.getenv('DATABASE_URL', {})", self.rng.pick(&URLS)),
        }
    }

    fn arguments(&mut self) -> String {
        let mut arguments = String::new();
        if self.rng.one_in(2) {
            let age = self.number(1);
            write!(arguments, ", conn_max_age={age}").expect("a text takes anything");
        }
        if self.rng.one_in(3) {
            let ssl = self.condition(1);
            write!(arguments, ", ssl_require={ssl}").expect("a text takes anything");
        }
        if self.rng.one_in(4) {
            arguments.push_str(", conn_health_checks=True");
        }
        if self.rng.one_in(20) {
            arguments.push_str(", require_ssl=True");
        }
        arguments
    }

    fn database(&mut self, depth: usize) -> String {
        let less = depth.saturating_sub(1);
        let most = if depth == 0 { 6 } else { 10 };
        match self.rng.below(most) {
            0 | 1 => {
                let (name, host, port) = (self.text_of(1), self.text_of(1), self.text_of(1));
                let mut dict = format!(
                    "{{'ENGINE': 'django.db.backends.postgresql', 'NAME': {name}, 'HOST': {host}, \
                     'PORT': {port}"
                );
                if self.rng.one_in(2) {
                    let password = self.read();
                    write!(dict, ", 'PASSWORD': {password}").expect("a text takes anything");
                }
                if self.rng.one_in(2) {
                    let mode = self.text_of(1);
                    write!(dict, ", 'OPTIONS': {{'sslmode': {mode}}}")
                        .expect("a text takes anything");
                }
                dict.push('}');
                dict
            }
            2 => {
                let arguments = self.arguments();
                format!("dj_database_url.config(default={}{arguments})", self.rng.pick(&URLS))
            }
            3 => {
                let (url, arguments) = (self.url(), self.arguments());
                format!("dj_database_url.parse({url}{arguments})")
            }
            4 => format!("env.db('DATABASE_URL', default={})", self.rng.pick(&URLS)),
            5 => {
                let arguments = self.arguments();
                format!("dj_database_url.config('DATABASE_URL'{arguments})")
            }
            6 => {
                let value = self.text_of(1);
                format!("{{**{}, 'NAME': {value}}}", self.database(less))
            }
            7 => {
                let value = self.text_of(1);
                format!("dict({}, HOST={value})", self.database(less))
            }
            8 => {
                let value = self.number(1);
                format!("({} | {{'CONN_MAX_AGE': {value}}})", self.database(less))
            }
            _ => {
                let test = self.condition(1);
                format!("({} if {test} else {})", self.database(less), self.database(less))
            }
        }
    }
}
