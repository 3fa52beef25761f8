//! What people paste where variables are asked for: recognised, and read as variables.
//!
//! [`read`] tries the forms of [`Form::ALL`] in turn; one file a form. It knows shapes, and not
//! what a client makes of a value. A text that has no known form is not guessed at.
//!
//! ```
//! use dsnlens_core::paste::{self, Form};
//!
//! let text = "\
//! services:
//!   web:
//!     environment:
//!       DATABASE_URL: postgres://app:secret@db/shop
//! ";
//! let pasted = paste::read(text).unwrap();
//! assert_eq!(pasted.form, Form::Compose);
//! assert_eq!(pasted.part.as_deref(), Some("web"));
//! let url = pasted.get("DATABASE_URL").unwrap();
//! assert_eq!(url.span.of(text), "postgres://app:secret@db/shop");
//! // What the `.env` tab of a page takes, with everything that works there.
//! assert!(pasted.dotenv().reveal().contains("DATABASE_URL=postgres://app:secret@db/shop\n"));
//! ```

mod aws_secret;
mod azure;
mod base64;
mod blocks;
mod cmd;
mod code;
mod commands;
mod compose;
mod conninfo;
mod database_yml;
mod dialects;
mod digitalocean;
mod directives;
mod django;
mod docker;
mod dotenv;
mod draft;
mod fill;
mod fish;
mod gitlab;
mod heroku;
mod heroku_credentials;
mod jdbc;
mod json;
mod kubernetes;
mod literals;
mod parameters;
mod powershell;
mod prisma;
mod psql;
mod python;
mod railway;
mod render;
mod services;
mod supervisor;
mod systemd;
mod terraform;
mod toml;
mod tree;
mod unrecognized;
mod url;
mod variables;
mod workflow;
mod yaml;

use alloc::borrow::Cow;
use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;

use crate::databases::Databases;
use crate::file_facts::FileFacts;
use crate::inputs::{Hole, is_known};
use crate::secret::Secret;
use crate::span::Span;

pub use crate::recipe::Call;
use draft::Draft;
pub(crate) use unrecognized::urls;
pub use unrecognized::{Unrecognized, is_dotenv, unrecognized};

/// A form in which variables are pasted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Form {
    /// A URL of Java's.
    Jdbc,
    /// A URL, whatever is around it.
    Url,
    /// A call of dj-database-url, or Django's `DATABASES`, or one of its databases.
    Django,
    /// A JSON object of variables.
    Json,
    /// What `heroku config` prints.
    Heroku,
    /// What `railway variables` prints.
    Railway,
    /// Rails' `config/database.yml`.
    DatabaseYml,
    /// A compose file, or the variables of one.
    Compose,
    /// A Pod's `env`, a ConfigMap, a Secret.
    Kubernetes,
    /// The fields of a secret of AWS Secrets Manager.
    AwsSecret,
    /// What `heroku pg:credentials:url` prints.
    HerokuCredentials,
    /// A blueprint of Render.
    Render,
    /// An app specification of DigitalOcean.
    DigitalOcean,
    /// A pipeline of Azure DevOps.
    Azure,
    /// A workflow of GitHub Actions.
    Workflow,
    /// A pipeline of GitLab.
    Gitlab,
    /// `docker run` and its like.
    Docker,
    /// A Dockerfile.
    Dockerfile,
    /// A Procfile.
    Procfile,
    /// A unit of systemd.
    Systemd,
    /// Programs of supervisord.
    Supervisor,
    /// A schema of Prisma.
    Prisma,
    /// A table `[env]` of a TOML file.
    Toml,
    /// Variables of Terraform.
    Terraform,
    /// Blocks of HCL or of a Jenkinsfile.
    Blocks,
    /// What a server gives its application.
    Directives,
    /// A YAML file of another tool.
    Variables,
    /// A script of a shell.
    Shell,
    /// Python that sets variables.
    Python,
    /// A program with one URL of a database in it.
    Code,
    /// PowerShell's `$env:NAME = "value"`.
    PowerShell,
    /// `set NAME=value` of Windows.
    Cmd,
    /// `set -x NAME value` of fish.
    Fish,
    /// A command line of psql.
    Psql,
    /// libpq's `keyword=value` pairs.
    Conninfo,
    /// A `.env` file, or a shell's assignments.
    Dotenv,
}

impl Form {
    /// All of them, in the order in which they are looked for: what says most of itself first.
    pub const ALL: [Form; 36] = [
        Form::Jdbc,
        Form::Url,
        Form::Django,
        Form::AwsSecret,
        Form::Json,
        Form::Heroku,
        Form::HerokuCredentials,
        Form::Railway,
        Form::Azure,
        Form::Workflow,
        Form::Gitlab,
        Form::Render,
        Form::DigitalOcean,
        Form::DatabaseYml,
        Form::Compose,
        Form::Kubernetes,
        Form::PowerShell,
        Form::Cmd,
        Form::Fish,
        Form::Docker,
        Form::Psql,
        Form::Conninfo,
        Form::Dockerfile,
        Form::Procfile,
        Form::Systemd,
        Form::Supervisor,
        Form::Prisma,
        Form::Toml,
        Form::Terraform,
        Form::Blocks,
        Form::Directives,
        Form::Variables,
        Form::Dotenv,
        Form::Shell,
        Form::Python,
        Form::Code,
    ];

    /// The word for it in machine-readable answers.
    pub const fn name(self) -> &'static str {
        self.facts().0
    }

    /// What it is, in a few words that go on from "this is".
    pub const fn title(self) -> &'static str {
        self.facts().1
    }

    const fn facts(self) -> (&'static str, &'static str, Reader) {
        match self {
            Form::Jdbc => ("jdbc", "a JDBC URL", jdbc::read),
            Form::Url => ("url", "a URL", url::read),
            Form::Django => ("django", "Django's DATABASES", django::read),
            Form::AwsSecret => ("aws-secret", "an AWS secret as JSON", aws_secret::read),
            Form::Json => ("json", "a JSON object of variables", json::read),
            Form::Heroku => ("heroku", "the output of `heroku config`", heroku::read),
            Form::HerokuCredentials => (
                "heroku-credentials",
                "the output of `heroku pg:credentials:url`",
                heroku_credentials::read,
            ),
            Form::Railway => ("railway", "the output of `railway variables`", railway::read),
            Form::DigitalOcean => {
                ("digitalocean", "a DigitalOcean app specification", digitalocean::read)
            }
            Form::Azure => ("azure", "an Azure pipeline", azure::read),
            Form::Workflow => ("workflow", "a GitHub Actions workflow", workflow::read),
            Form::Gitlab => ("gitlab", "a GitLab CI file", gitlab::read),
            Form::Render => ("render", "a Render blueprint", render::read),
            Form::DatabaseYml => ("database-yml", "Rails’ database.yml", database_yml::read),
            Form::Compose => ("compose", "a docker-compose file", compose::read),
            Form::Kubernetes => ("kubernetes", "a Kubernetes manifest", kubernetes::read),
            Form::PowerShell => ("powershell", "PowerShell's assignments", powershell::read),
            Form::Cmd => ("cmd", "`set` commands of Windows", cmd::read),
            Form::Fish => ("fish", "`set` commands of fish", fish::read),
            Form::Docker => ("docker", "a docker command line", docker::read),
            Form::Psql => ("psql", "a psql command line", psql::read),
            Form::Conninfo => ("conninfo", "libpq's keyword=value pairs", conninfo::read),
            Form::Dockerfile => ("dockerfile", "a Dockerfile", commands::dockerfile),
            Form::Procfile => ("procfile", "a Procfile", commands::procfile),
            Form::Systemd => ("systemd", "a systemd unit", systemd::read),
            Form::Supervisor => ("supervisor", "a supervisord configuration", supervisor::read),
            Form::Prisma => ("prisma", "a Prisma schema", prisma::read),
            Form::Toml => ("toml", "the `[env]` table of a TOML file", toml::read),
            Form::Terraform => ("terraform", "Terraform code", terraform::read),
            Form::Blocks => ("blocks", "blocks of HCL or of a Jenkinsfile", blocks::read),
            Form::Directives => ("directives", "a server's configuration", directives::read),
            Form::Variables => ("variables", "a YAML file that sets variables", variables::read),
            Form::Dotenv => ("dotenv", "a .env file", dotenv::read),
            Form::Shell => ("shell", "shell commands", commands::shell),
            Form::Python => ("python", "Python code that sets variables", python::read),
            Form::Code => ("code", "code with a database URL in it", code::read),
        }
    }

    /// The client that reads such a text itself, by its name; none where it is given variables.
    pub const fn client(self) -> Option<&'static str> {
        match self {
            Form::Jdbc => Some("pgjdbc"),
            Form::Psql | Form::Conninfo => Some("psql"),
            Form::DatabaseYml => Some("rails"),
            Form::Prisma => Some("prisma"),
            _ => None,
        }
    }

    fn read<'s>(self, text: &'s str, beside: &Beside<'_>) -> Option<Draft<'s>> {
        (self.facts().2)(text, beside)
    }

    /// What reads each part of it, where it has some.
    const fn parts(self) -> Option<Parts> {
        match self {
            Form::DatabaseYml => Some(database_yml::parts),
            Form::Compose => Some(compose::parts),
            Form::Kubernetes => Some(kubernetes::parts),
            Form::Render => Some(render::parts),
            Form::Workflow => Some(workflow::parts),
            _ => None,
        }
    }
}

/// The text of a file beside the one that is read, by its path as it is written there.
pub type Beside<'b> = dyn Fn(&str) -> Option<String> + 'b;

type Reader = for<'s> fn(&'s str, &Beside<'_>) -> Option<Draft<'s>>;

type Parts = for<'s> fn(&'s str, &Beside<'_>, usize) -> Vec<Draft<'s>>;

/// How many parts of a text are read.
const MOST_PARTS: usize = 32;

impl fmt::Display for Form {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.title())
    }
}

/// A text that was recognised.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pasted<'s> {
    /// What it is.
    pub form: Form,
    /// Which of several things in it was taken: the service of a compose file, the container or
    /// the ConfigMap of a manifest, the alias of a database.
    pub part: Option<Cow<'s, str>>,
    /// The variables that it means, in its order; of two with one name the last counts.
    pub variables: Vec<Assignment<'s>>,
    /// What the text tells beside them.
    pub facts: FileFacts,
    /// What a person should know of the reading. No value of a variable is quoted in it.
    pub notes: Vec<Note>,
    /// Django's `DATABASES`, where that is what the text holds.
    pub databases: Option<Databases<'s>>,
    /// The arguments of dj-database-url, where the text is a call of it.
    pub call: Option<Call>,
    text: Secret<&'s str>,
}

/// A variable that a text means.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Assignment<'s> {
    /// Its name.
    pub name: Cow<'s, str>,
    /// Its value as it is written, any of which may be a secret; `None` where the text does not
    /// hold it.
    pub value: Option<Secret<Cow<'s, str>>>,
    /// What of the value is not known, and why: one that is empty where the text does not hold it
    /// at all, else stretches of it.
    pub holes: Vec<Hole<'static>>,
    /// The bytes of the text that say it, without quotes; where it is made of many, all of them.
    pub span: Span,
    /// Whether those bytes are the value as it is, so that a position in the value is one in the
    /// text.
    pub is_literal: bool,
}

/// Something to know of a reading.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Note {
    /// What it is about.
    pub kind: NoteKind,
    /// What there is to say: a sentence in lower case without a full stop.
    pub text: Cow<'static, str>,
    /// The bytes of the text that it is about; empty where it is about all of it.
    pub span: Span,
}

/// What a note is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum NoteKind {
    /// How something was read.
    Read,
    /// Something was left out, and why.
    Skipped,
    /// A value that the text does not say.
    Unknown,
    /// Something that variables cannot say.
    Lost,
    /// Another reader of the same text reads it differently.
    Dialect,
}

impl<'s> Pasted<'s> {
    /// The assignment of a variable that counts: the last, if its value is known.
    pub fn get(&self, name: &str) -> Option<&Assignment<'s>> {
        let last = self.variables.iter().rev().find(|it| it.name == name);
        last.filter(|it| it.value.is_some())
    }

    /// The assignments that count for an answer: of variables that there is something to
    /// say about, the last of each name.
    pub fn relevant(&self) -> impl Iterator<Item = &Assignment<'s>> {
        let mut last = crate::syntax::Places::new();
        for (nth, assignment) in self.variables.iter().enumerate() {
            last.insert((*assignment.name).into(), nth);
        }
        let counting = self
            .variables
            .iter()
            .enumerate()
            .filter(move |(nth, it)| is_known(&it.name) && last.get(&*it.name) == Some(nth));
        counting.map(|(_, assignment)| assignment)
    }

    /// The names and values of [`Pasted::relevant`] as they are written, where there is one.
    pub fn reveal(&self) -> impl Iterator<Item = (&str, &str)> {
        self.relevant().filter_map(|it| Some((&*it.name, &**it.value.as_ref()?.reveal())))
    }

    /// The same as a `.env` file that python-dotenv reads as it is meant: the text itself where it
    /// is one.
    pub fn dotenv(&self) -> Secret<String> {
        if self.form == Form::Dotenv {
            return Secret::new((*self.text.reveal()).into());
        }
        let mut text = alloc::format!("# From {}", self.form);
        if let Some(part) = &self.part {
            text.push_str(": ");
            text.extend(part.chars().filter(|it| !it.is_control()));
        }
        text.push('\n');
        for (name, value) in self.reveal() {
            text.push_str(name);
            text.push('=');
            text.push_str(&crate::syntax::dotenv::quote_verbatim(value));
            text.push('\n');
        }
        Secret::new(text)
    }
}

/// Recognises a text, and reads its variables; `None` where it has no known form.
///
/// It takes time linear in the text, and most texts are turned down at once.
pub fn read(text: &str) -> Option<Pasted<'_>> {
    read_with(text, &|_| None)
}

/// The same, with a way to the files that the text names.
pub fn read_with<'s>(text: &'s str, beside: &Beside<'_>) -> Option<Pasted<'s>> {
    Form::ALL.into_iter().find_map(|form| Some(form.read(text, beside)?.finish(form, text)))
}

/// The same for each part of a text that has several: the services of a compose file, the
/// containers of a manifest, the jobs and steps of a workflow.
pub fn read_parts<'s>(text: &'s str, beside: &Beside<'_>) -> Vec<Pasted<'s>> {
    let first = Form::ALL.into_iter().find_map(|form| Some((form, form.read(text, beside)?)));
    let Some((form, draft)) = first else { return Vec::new() };
    let drafts = match form.parts() {
        Some(parts) => parts(text, beside, MOST_PARTS),
        None => alloc::vec![draft],
    };
    drafts.into_iter().map(|it| it.finish(form, text)).collect()
}

/// The lines of a YAML file that are in none of its entries: what reads it refuses the file.
/// Those of a template are not YAML yet.
pub fn broken_yaml(text: &str) -> Vec<Span> {
    match crate::syntax::words::contains(text, "{{") || crate::syntax::words::contains(text, "{%") {
        true => Vec::new(),
        false => yaml::parse(text).broken,
    }
}

#[cfg(test)]
mod tests;
