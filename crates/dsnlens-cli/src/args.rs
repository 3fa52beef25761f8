//! What can be typed: the commands and their options.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};
use dsnlens_core::clients::libpq;
use dsnlens_core::module::Preset;
use dsnlens_core::render::Export;
use dsnlens_core::rules::Rule;
use dsnlens_core::{
    CLIENTS, Client, DjDatabaseUrl, Django, Driver, PackageVersion, Recipe, Severity, Workload,
};

#[cfg(feature = "native")]
use {
    dsnlens_core::live::Step,
    dsnlens_native::observe::Settings,
    std::{env, net::SocketAddr, time::Duration},
};

use crate::commands::explain;

/// Shows what an application will really do with its DATABASE_URL or DB_* variables.
#[derive(Parser)]
#[command(name = "dsnlens", version, max_term_width = 100)]
#[command(subcommand_required = true, arg_required_else_help = true)]
#[command(after_help = "\
Examples:
  dsnlens                                  in the folder of a manage.py: the project
  dsnlens resolve                          what this shell's variables mean
  dsnlens resolve --env-file .env          what a .env file means
  dsnlens resolve - < url.txt              a URL that stays out of the process list
  dsnlens compare - < url.txt              what twenty clients read of a URL
  dsnlens export settings                  a settings.py block for these variables
  dsnlens explain sslmode-downgraded       what a finding means
  dsnlens explain - < traceback.txt        what an error message means")]
pub(crate) struct Cli {
    #[command(subcommand)]
    pub(crate) command: Command,
}

#[derive(Subcommand)]
pub(crate) enum Command {
    #[command(
        about = "Show the effective settings, where each comes from, and what is wrong",
        long_about = "\
Show the effective settings, where each comes from, and what is wrong.

The variables come from one place:
  URL or -          that is DATABASE_URL, and no other variable is set; several
                    lines at `-` are read like a file
  --env-file FILE   the file (`-`: standard input), read as python-dotenv reads it; a
                    URL beside it replaces the file's DATABASE_URL. A compose file, a
                    Kubernetes manifest, a GitHub workflow, `heroku config`, JSON,
                    a docker command … is recognized and read as what it is
  neither           the environment: DATABASE_URL, DB_*, DEBUG, PG*, with the
                    files of this machine that libpq reads beside them; in a
                    folder with a manage.py also the project's settings module,
                    the .env file that it reads, and the releases in lock files

Nothing is connected to. Passwords are shown as ******** unless asked for.
A URL on the command line is visible to everyone who can list this machine's
processes; `-` reads it from standard input instead.",
        after_help = "\
Examples:
  dsnlens resolve 'postgres://app:secret@db.example.com/shop?sslmode=require'
  heroku config:get DATABASE_URL | dsnlens resolve -
  dsnlens resolve --env-file .env --debug false --fail-on warning
  dsnlens resolve --format json | jq '.diagnostics[].rule'
  dsnlens resolve --env-file .env.example --format github --ignore password-default
  dsnlens resolve --settings config/settings.py --env-file .env
  dsnlens resolve --jsonl < cases.jsonl

Exit codes:
  0  nothing at or above --fail-on
  1  findings
  2  wrong usage, or an input that cannot be read"
    )]
    Resolve(Resolve),
    #[command(
        about = "Show what each client reads of the same variables, and which of them agree",
        mut_arg("client", |it| it.hide(true)),
        long_about = "\
Show what each client reads of the same variables, and which of them agree: host,
user, password and database, what they refuse, and how they connect to five kinds
of servers. The variables come from the same places as those of `dsnlens resolve`.

Nothing is connected to. Passwords are shown as ******** unless asked for.",
        after_help = "\
Examples:
  dsnlens compare 'postgres://app:p@ss@db.example.com/shop?sslmode=verify-full'
  dsnlens compare --clients django,node-postgres,pgx --env-file .env
  dsnlens compare --format json | jq '.groups'
  dsnlens compare --jsonl < cases.jsonl

Exit codes:
  0  the clients read the same, and none refuses it
  1  they differ
  2  wrong usage, or an input that cannot be read"
    )]
    Compare(Compare),
    #[command(
        about = "Find what is wrong in every file of a repository that configures a database",
        long_about = "\
Find what is wrong in every file of a repository that configures a database: .env
files, compose files, Kubernetes manifests, workflows, Procfiles, settings modules
and their like. Files that .gitignore names, vendored folders and files above 1 MB
are left out.

A settings module is read with each environment that feeds it. Without one, a URL
is judged by what it is itself. In a template (.env.example) a value that is left
to be filled in is no error.

`[tool.dsnlens]` of pyproject.toml, or dsnlens.toml, names the settings module, the
releases, rules to ignore and severities; so does `# dsnlens: ignore[rule]` in a
line of a file, or above it.

Nothing is connected to, and passwords are never shown.",
        after_help = "\
Examples:
  dsnlens lint
  dsnlens lint --diff
  dsnlens lint --fix
  dsnlens lint backend deploy/.env.production
  dsnlens lint --format sarif > dsnlens.sarif
  dsnlens lint --fail-on warning --ignore password-weak

Exit codes:
  0  nothing at or above --fail-on
  1  findings
  2  wrong usage, or a file that cannot be read; the others are still looked at"
    )]
    Lint(Lint),
    #[cfg(feature = "native")]
    #[command(
        about = "Connect as the application would, and say which step fails and why",
        long_about = "\
Connect as the application would, and say which step fails and why.

The steps: dns, tcp, sslrequest, tls, auth, session, pooling. The first that
fails ends the check. Nothing is written, one connection is open at a time, and
it calls itself dsnlens. The variables come from the same places as those of
`dsnlens resolve`. The last step ends a process of its own to show what a lost
connection means; `--until session` leaves that out.

A password is sent over an unencrypted connection only as a hash or a proof,
unless --allow-cleartext says otherwise.",
        after_help = "\
Examples:
  dsnlens check
  dsnlens check --env-file .env --until session
  dsnlens check --format json | jq '.steps[] | select(.status == \"fail\")'
  dsnlens check --client psql 'postgres://app:secret@db.example.com/shop'

Exit codes:
  0  nothing at or above --fail-on
  1  findings; no connection is one
  2  wrong usage, or an input that cannot be read
  3  the check could not be carried out"
    )]
    Check(Check),
    #[cfg(feature = "native")]
    #[command(
        about = "Serve the page on this machine, with a button that connects",
        long_about = "\
Serve the page on this machine, with a button that connects.

The page explains what is typed as it always does, without a request. Its region
`Live check` sends what is typed to this program when the button is pressed, and
shows each step of `dsnlens check` as it happens. The files of this machine are
used as `dsnlens check` uses them.

Only pages that this program has served may ask it: it answers to its own address
and to nobody else's pages. Whoever can load the page, be it over the network or
with an account on this machine, can have it connect to any database, with the
passwords in its files.",
        after_help = "\
Examples:
  dsnlens serve
  dsnlens serve --addr 127.0.0.1:9000 --timeout 10
  dsnlens serve --log=dsnlens_native=debug

Exit codes:
  0  ended by Ctrl-C or SIGTERM
  2  wrong usage, an address that cannot be listened at, or no page in this program"
    )]
    Serve(Serve),
    #[command(
        about = "Write the effective configuration in another form",
        long_about = "\
Write the effective configuration in another form: what counts in the end, from
whatever variable, option or default it comes.

The variables come from one place, as for `dsnlens resolve`. The text goes to
standard output and can be pasted or redirected. Passwords are shown as ********
unless --show-secrets asks for them. A comment says what a form cannot say.",
        after_help = "\
Examples:
  dsnlens export settings                   a settings.py block without the pitfalls
  dsnlens export fields --env-file .env     DB_* variables instead of a URL
  dsnlens export pgpass --show-secrets - < url.txt >> ~/.pgpass

Exit codes:
  0  written
  1  the stack refuses the variables, so nothing is effective
  2  wrong usage, or an input that cannot be read"
    )]
    Export(ExportArgs),
    #[command(
        about = "Show what a rule or an error message means, and what to do",
        long_about = "\
Show what a rule means, why it matters, and what to do; or which rules know an
error message or a traceback, the likeliest first.

Of the attempts that libpq reports in one error, the first at the place that was
reached counts. If the text holds the URL, too, it says which of several causes it
is. Passwords are shown as ********.",
        after_help = "\
Examples:
  dsnlens explain sslmode-downgraded
  dsnlens explain 'FATAL:  password authentication failed for user \"app\"'
  python manage.py check --database default 2>&1 | dsnlens explain -

Exit codes:
  0  explained
  2  no rule is called so, or none knows the message"
    )]
    Explain {
        /// A rule's name, or an error message; `-` reads one from standard input
        #[arg(value_name = "RULE|MESSAGE")]
        what: String,
    },
    /// List the clients that can read the variables
    Clients {
        /// A table, or JSON for a program
        #[arg(long, value_enum, default_value_t)]
        format: Format,
    },
    /// List the rules
    Rules {
        /// A table, or JSON for a program
        #[arg(long, value_enum, default_value_t)]
        format: Format,
    },
    /// Write the case that reproduces an answer, without its secrets, to report a wrong one
    #[command(after_help = "\
Examples:
  dsnlens report 'postgres://app:secret@db.example.com/shop'
  dsnlens report --env-file .env > case.json")]
    Report(ReportArgs),
    /// Write the completions of a shell
    #[command(after_help = "\
Examples:
  dsnlens completions bash > ~/.local/share/bash-completion/completions/dsnlens
  dsnlens completions zsh > ~/.zfunc/_dsnlens
  dsnlens completions fish > ~/.config/fish/completions/dsnlens.fish")]
    Completions {
        /// The shell
        #[arg(value_enum)]
        shell: clap_complete::Shell,
    },
    /// Write the manual's page of the program, or of a command
    #[command(after_help = "\
Examples:
  dsnlens manual > ~/.local/share/man/man1/dsnlens.1
  dsnlens manual check | man -l -")]
    Manual {
        /// A command's name
        #[arg(value_name = "COMMAND")]
        command: Option<String>,
    },
}

/// What is looked at: the variables, who reads them, and how the application is run.
#[derive(Args)]
pub(crate) struct Subject {
    /// The value of DATABASE_URL; `-` reads it from standard input
    pub(crate) url: Option<String>,
    /// Read the variables from a .env file, or from a compose file, a manifest and the like
    #[arg(long, value_name = "FILE")]
    pub(crate) env_file: Option<PathBuf>,
    /// The settings module that reads them: its file, or a module that is known by its name
    #[arg(long, value_name = "FILE|guide|config|environ")]
    pub(crate) settings: Option<SettingsArg>,
    /// Django's DEBUG, whatever the settings module makes of it
    #[arg(long, value_name = "true|false", hide_possible_values = true)]
    pub(crate) debug: Option<bool>,
    #[command(flatten)]
    pub(crate) stack: Stack,
    /// Who reads the URL
    #[arg(long, value_name = "NAME", default_value = dsnlens_core::client::DEFAULT.name,
        value_parser = client_parser())]
    pub(crate) client: &'static Client,
    #[command(flatten)]
    pub(crate) load: Load,
}

impl Subject {
    /// The settings module that reads the variables.
    pub(crate) fn recipe(&self) -> Recipe {
        self.stack.named().recipe()
    }
}

impl Stack {
    /// The releases that are named.
    pub(crate) fn named(self) -> dsnlens_lint::Stack {
        let Stack { dj_database_url, django_environ, django, driver, libpq } = self;
        dsnlens_lint::Stack { dj_database_url, django_environ, django, driver, libpq }
    }
}

/// A settings module that is asked for.
#[derive(Clone, Debug)]
pub(crate) enum SettingsArg {
    /// One that is known by its name.
    Preset(&'static Preset),
    /// A file.
    File(PathBuf),
}

impl From<&str> for SettingsArg {
    fn from(word: &str) -> SettingsArg {
        match Preset::find(word) {
            Some(preset) => SettingsArg::Preset(preset),
            None => SettingsArg::File(word.into()),
        }
    }
}

/// The heading of [`Stack`] in the help.
const ON_STACK: &str = "What is installed";

/// The releases that are installed.
#[derive(Args, Clone, Copy, Default)]
pub(crate) struct Stack {
    /// dj-database-url, 0.5.0 to 3.1.2 [default: 2.1.0]
    #[arg(long, value_name = "VERSION", value_parser = version_parser(), help_heading = ON_STACK,
        hide_possible_values = true)]
    pub(crate) dj_database_url: Option<DjDatabaseUrl>,
    /// django-environ, 0.10.0 to 0.14.0 [default: 0.14.0]
    #[arg(long, value_name = "VERSION", value_parser = environ_version, help_heading = ON_STACK)]
    pub(crate) django_environ: Option<PackageVersion>,
    /// Django, 4.2 to 6.1 [default: 5.2]
    #[arg(long, value_name = "VERSION", value_parser = django_parser(), help_heading = ON_STACK,
        hide_possible_values = true)]
    pub(crate) django: Option<Django>,
    /// The driver that Django takes: psycopg (psycopg 3) or psycopg2 [default: psycopg]
    #[arg(long, value_name = "NAME", value_parser = driver_parser(), help_heading = ON_STACK,
        hide_possible_values = true)]
    pub(crate) driver: Option<Driver>,
    /// libpq, 15 to 18 [default: 18]
    #[arg(long, value_name = "VERSION", value_parser = libpq_parser(), help_heading = ON_STACK,
        hide_possible_values = true)]
    pub(crate) libpq: Option<libpq::Version>,
}

fn environ_version(word: &str) -> Result<PackageVersion, String> {
    let [first, last] = PackageVersion::DJANGO_ENVIRON;
    let version = word.parse().ok().filter(|it| (first..=last).contains(it));
    version.ok_or_else(|| format!("a release from {first} to {last} is expected"))
}

fn django_parser() -> impl clap::builder::TypedValueParser<Value = Django> {
    use clap::builder::{PossibleValuesParser, TypedValueParser};
    PossibleValuesParser::new(Django::ALL.map(Django::version))
        .try_map(|version| version.parse::<Django>())
}

fn driver_parser() -> impl clap::builder::TypedValueParser<Value = Driver> {
    use clap::builder::{PossibleValuesParser, TypedValueParser};
    PossibleValuesParser::new(Driver::ALL.map(Driver::name)).try_map(|name| name.parse::<Driver>())
}

fn libpq_parser() -> impl clap::builder::TypedValueParser<Value = libpq::Version> {
    use clap::builder::{PossibleValuesParser, TypedValueParser};
    PossibleValuesParser::new(["15", "16", "17", "18"]).map(|word| {
        let version = libpq::Version::ALL.into_iter();
        version.rev().find(|it| it.number().to_string() == word).unwrap_or_default()
    })
}

/// The heading of [`Load`] in the help; a heading for the whole would go on behind it.
const ON_POOLING: &str = "Advice on pooling";

/// How the application is run.
#[derive(Args)]
pub(crate) struct Load {
    /// People who use the application at the same time
    #[arg(long, value_name = "N", help_heading = ON_POOLING)]
    pub(crate) users: Option<u32>,
    /// Worker processes of an instance
    #[arg(long, value_name = "N", help_heading = ON_POOLING)]
    pub(crate) processes: Option<u32>,
    /// Threads of a process
    #[arg(long, value_name = "N", help_heading = ON_POOLING)]
    pub(crate) threads: Option<u32>,
    /// Instances: containers, dynos, machines
    #[arg(long, value_name = "N", help_heading = ON_POOLING)]
    pub(crate) instances: Option<u32>,
    /// The server's max_connections
    #[arg(long, value_name = "N", help_heading = ON_POOLING)]
    pub(crate) max_connections: Option<u32>,
}

impl Load {
    /// The same for the core.
    pub(crate) const fn workload(&self) -> Workload {
        let Load { users, processes, threads, instances, max_connections } = *self;
        Workload { users, processes, threads, instances, max_connections }
    }
}

/// What of the findings is told, and which of them make the program fail.
#[derive(Args)]
pub(crate) struct Telling {
    /// Leave a rule's findings out; may be given more than once
    #[arg(long, value_name = "RULE", value_parser = explain::find)]
    pub(crate) ignore: Vec<&'static Rule>,
    /// Show passwords as they are
    #[arg(long)]
    pub(crate) show_secrets: bool,
    /// The least severity that makes the exit code 1
    #[arg(long, value_enum, value_name = "SEVERITY", default_value_t)]
    pub(crate) fail_on: FailOn,
}

#[derive(Args)]
pub(crate) struct Resolve {
    #[command(flatten)]
    pub(crate) subject: Subject,
    /// Text for a person, JSON for a program, SARIF for code scanning, or GitHub's annotations
    #[arg(long, value_enum, default_value_t)]
    pub(crate) format: ReportFormat,
    #[command(flatten)]
    pub(crate) telling: Telling,
    /// Answer cases on standard input, a JSON object a line, with a line each
    #[arg(
        long,
        conflicts_with_all = [
            "url", "env_file", "settings", "debug", "dj_database_url", "django_environ", "django",
            "driver", "libpq",
            "client", "users", "processes", "threads", "instances", "max_connections", "format", "ignore", "fail_on",
        ]
    )]
    pub(crate) jsonl: bool,
}

#[derive(Args)]
pub(crate) struct Lint {
    /// Files, and folders with everything below them
    #[arg(value_name = "PATH", default_value = ".")]
    pub(crate) paths: Vec<PathBuf>,
    /// Write the fixes that there is one of into the files, and report what is left
    #[arg(long)]
    pub(crate) fix: bool,
    /// Show the fixes as a diff without passwords; without --fix nothing is written
    #[arg(long)]
    pub(crate) diff: bool,
    /// Text for a person, JSON for a program, SARIF for code scanning, or GitHub's annotations
    #[arg(long, value_enum, default_value_t)]
    pub(crate) format: ReportFormat,
    /// Leave a rule's findings out; may be given more than once
    #[arg(long, value_name = "RULE", value_parser = explain::find)]
    pub(crate) ignore: Vec<&'static Rule>,
    /// The least severity that makes the exit code 1
    #[arg(long, value_enum, value_name = "SEVERITY", default_value_t)]
    pub(crate) fail_on: FailOn,
}

#[derive(Args)]
pub(crate) struct Compare {
    #[command(flatten)]
    pub(crate) subject: Subject,
    /// The clients, by the names that `dsnlens clients` lists [default: all that take URLs]
    #[arg(long, value_name = "NAME,NAME,…", value_delimiter = ',', value_parser = client_parser(),
        hide_possible_values = true)]
    pub(crate) clients: Vec<&'static Client>,
    /// Text for a person, or JSON for a program
    #[arg(long, value_enum, default_value_t)]
    pub(crate) format: Format,
    /// Show passwords as they are
    #[arg(long)]
    pub(crate) show_secrets: bool,
    /// Compare cases on standard input, a JSON object a line, with a line each
    #[arg(
        long,
        conflicts_with_all = [
            "url", "env_file", "settings", "debug", "dj_database_url", "django_environ", "django",
            "driver", "libpq",
            "users", "processes", "threads", "instances", "max_connections", "format",
        ]
    )]
    pub(crate) jsonl: bool,
}

impl Compare {
    /// The clients that are compared.
    pub(crate) fn clients(&self) -> Vec<&'static Client> {
        match self.clients.is_empty() {
            true => CLIENTS.iter().copied().filter(|it| it.takes_urls()).collect(),
            false => self.clients.clone(),
        }
    }
}

#[derive(Args)]
pub(crate) struct ReportArgs {
    #[command(flatten)]
    pub(crate) subject: Subject,
}

#[derive(Args)]
pub(crate) struct ExportArgs {
    /// The form to write
    #[arg(value_name = "FORM", value_parser = export_parser())]
    pub(crate) export: Export,
    #[command(flatten)]
    pub(crate) subject: Subject,
    /// Write passwords as they are
    #[arg(long)]
    pub(crate) show_secrets: bool,
}

fn export_parser() -> impl clap::builder::TypedValueParser<Value = Export> {
    use clap::builder::{PossibleValue, PossibleValuesParser, TypedValueParser};
    let values = Export::ALL.map(|it| PossibleValue::new(it.name()).help(it.title()));
    PossibleValuesParser::new(values).try_map(|name| name.parse::<Export>())
}

#[cfg(feature = "native")]
#[derive(Args)]
pub(crate) struct Check {
    #[command(flatten)]
    pub(crate) subject: Subject,
    /// Text for a person, or JSON for a program
    #[arg(long, value_enum, default_value_t)]
    pub(crate) format: Format,
    #[command(flatten)]
    pub(crate) telling: Telling,
    /// The last step to take
    #[arg(long, value_enum, value_name = "STEP", default_value_t)]
    pub(crate) until: Until,
    #[command(flatten)]
    pub(crate) connecting: Connecting,
}

#[cfg(feature = "native")]
#[derive(Args)]
pub(crate) struct Serve {
    /// The address and port to listen at; port 0 takes a free one
    #[arg(long, value_name = "ADDRESS:PORT", default_value = "127.0.0.1:8787")]
    pub(crate) addr: SocketAddr,
    #[command(flatten)]
    pub(crate) connecting: Connecting,
}

/// Seconds that a check may take, unless something else is said.
#[cfg(feature = "native")]
const USUAL_TIMEOUT: u64 = 30;

/// How connections are made, and what is told meanwhile.
#[cfg(feature = "native")]
#[derive(Args)]
pub(crate) struct Connecting {
    /// How many seconds a check may take
    #[arg(
        long,
        value_name = "SECONDS",
        default_value_t = USUAL_TIMEOUT,
        value_parser = clap::value_parser!(u64).range(1..=3600)
    )]
    pub(crate) timeout: u64,
    /// Send the password as it is even without TLS, if the server wants it so
    #[arg(long)]
    pub(crate) allow_cleartext: bool,
    /// Log each step to standard error: a level, or a filter like RUST_LOG's
    #[arg(long, value_name = "FILTER", num_args = 0..=1, require_equals = true)]
    #[arg(default_missing_value = "info")]
    pub(crate) log: Option<String>,
}

#[cfg(feature = "native")]
impl Default for Connecting {
    fn default() -> Connecting {
        Connecting { timeout: USUAL_TIMEOUT, allow_cleartext: false, log: None }
    }
}

#[cfg(feature = "native")]
impl Connecting {
    /// The same for whoever connects.
    pub(crate) fn settings(&self, until: Step) -> Settings {
        /// The longest that one address may take, however patient the application is.
        const LONGEST_ATTEMPT: Duration = Duration::from_secs(10);

        Settings {
            home: env::home_dir().filter(|it| !it.as_os_str().is_empty()),
            total: Duration::from_secs(self.timeout),
            attempt: LONGEST_ATTEMPT,
            allows_cleartext: self.allow_cleartext,
            until,
        }
    }
}

/// The steps of a check, in their order.
#[cfg(feature = "native")]
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum Until {
    Dns,
    Tcp,
    Sslrequest,
    Tls,
    Auth,
    Session,
    #[default]
    Pooling,
}

#[cfg(feature = "native")]
impl Until {
    pub(crate) const fn step(self) -> Step {
        match self {
            Until::Dns => Step::Dns,
            Until::Tcp => Step::Tcp,
            Until::Sslrequest => Step::SslRequest,
            Until::Tls => Step::Tls,
            Until::Auth => Step::Auth,
            Until::Session => Step::Session,
            Until::Pooling => Step::Pooling,
        }
    }
}

fn version_parser() -> impl clap::builder::TypedValueParser<Value = DjDatabaseUrl> {
    use clap::builder::{PossibleValuesParser, TypedValueParser};
    PossibleValuesParser::new(DjDatabaseUrl::ALL.map(DjDatabaseUrl::version))
        .try_map(|version| version.parse::<DjDatabaseUrl>())
}

fn client_parser() -> impl clap::builder::TypedValueParser<Value = &'static Client> {
    use clap::builder::{PossibleValue, PossibleValuesParser, TypedValueParser};
    let names = CLIENTS.iter().map(|it| PossibleValue::new(it.name).help(it.title));
    PossibleValuesParser::new(names)
        .map(|name| dsnlens_core::client::find(&name).unwrap_or(dsnlens_core::client::DEFAULT))
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    #[default]
    Text,
    Json,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum ReportFormat {
    #[default]
    Text,
    Json,
    Sarif,
    Github,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum FailOn {
    #[default]
    Error,
    Warning,
    Info,
    Never,
}

impl FailOn {
    /// Whether a finding of this severity makes the program fail.
    pub(crate) fn includes(self, severity: Severity) -> bool {
        let least = match self {
            FailOn::Error => Severity::Error,
            FailOn::Warning => Severity::Warning,
            FailOn::Info => Severity::Info,
            FailOn::Never => return false,
        };
        severity <= least
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory;

    #[test]
    fn the_declaration_is_sound() {
        Cli::command().debug_assert();
    }

    #[test]
    fn fail_on_takes_what_is_as_bad_or_worse() {
        let failing = |it: FailOn| {
            [Severity::Error, Severity::Warning, Severity::Info]
                .map(|severity| it.includes(severity))
        };
        assert_eq!(failing(FailOn::Error), [true, false, false]);
        assert_eq!(failing(FailOn::Warning), [true, true, false]);
        assert_eq!(failing(FailOn::Info), [true, true, true]);
        assert_eq!(failing(FailOn::Never), [false, false, false]);
    }
}
