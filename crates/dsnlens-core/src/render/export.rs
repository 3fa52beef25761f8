//! The effective configuration in other forms: what counts in the end, whatever it was made of.
//!
//! An export means what the answer means to whoever reads it; what its form cannot say, a comment
//! says. It is a [`Text`], so its secrets are masked unless they are asked for.

mod conninfo;
mod digitalocean;
mod dotenv;
mod effective;
#[cfg(feature = "clients")]
mod elsewhere;
mod fields;
mod heroku;
#[cfg(feature = "clients")]
mod jdbc;
#[cfg(feature = "clients")]
mod npgsql;
mod pgpass;
#[cfg(feature = "clients")]
mod prisma;
mod psql;
#[cfg(feature = "clients")]
mod rails;
mod railway;
mod role;
mod server;
mod service;
mod settings;
mod sheet;
#[cfg(feature = "clients")]
mod sqlalchemy;
mod url;
mod variables;

use alloc::string::{String, ToString};
use core::fmt;
use core::str::FromStr;

use crate::module::Preset;
use crate::question::Answer;
use crate::secret::Text;

use effective::Effective;

/// A form in which the effective configuration can be written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Export {
    /// A block for `settings.py`.
    Settings,
    /// A `.env` file with `DATABASE_URL`.
    Dotenv,
    /// A `.env` file with the `DB_*` variables.
    Fields,
    /// libpq's environment variables.
    Variables,
    /// libpq's `keyword=value` pairs.
    Conninfo,
    /// A URL.
    Url,
    /// A command line.
    Psql,
    /// A section of `pg_service.conf`.
    Service,
    /// Lines of a password file.
    Pgpass,
    /// `DATABASE_URL` as Prisma reads it.
    Prisma,
    /// A URL for pgjdbc.
    Jdbc,
    /// A URL for SQLAlchemy.
    Sqlalchemy,
    /// Rails' `database.yml`.
    Rails,
    /// Npgsql's connection string.
    Npgsql,
    /// Steps on Railway.
    Railway,
    /// Steps on Heroku.
    Heroku,
    /// A piece of an App Platform specification.
    DigitalOcean,
    /// A file of variables for systemd.
    Server,
    /// A role that may do what Django needs, and nothing else.
    Role,
}

impl Export {
    /// All of them, in the order in which a person looks for them.
    pub const ALL: [Export; 19] = [
        Export::Settings,
        Export::Dotenv,
        Export::Fields,
        Export::Variables,
        Export::Conninfo,
        Export::Url,
        Export::Psql,
        Export::Service,
        Export::Pgpass,
        Export::Prisma,
        Export::Jdbc,
        Export::Sqlalchemy,
        Export::Rails,
        Export::Npgsql,
        Export::Railway,
        Export::Heroku,
        Export::DigitalOcean,
        Export::Server,
        Export::Role,
    ];

    /// The word it is asked for by.
    pub const fn name(self) -> &'static str {
        self.facts().0
    }

    /// What it is called beside the others.
    pub const fn label(self) -> &'static str {
        self.facts().1
    }

    /// What it is, in a few words.
    pub const fn title(self) -> &'static str {
        self.facts().2
    }

    /// The language it is written in, as an editor calls it.
    pub const fn language(self) -> &'static str {
        self.facts().3
    }

    const fn facts(self) -> (&'static str, &'static str, &'static str, &'static str) {
        match self {
            Export::Settings => {
                ("settings", "settings.py", "the recipe for settings.py, corrected", "python")
            }
            Export::Dotenv => ("dotenv", ".env", "a .env file with DATABASE_URL", "dotenv"),
            Export::Fields => ("fields", "DB_*", "a .env file with the DB_* variables", "dotenv"),
            Export::Variables => ("pg", "PG*", "libpq's PG* variables, for a shell", "shell"),
            Export::Conninfo => ("conninfo", "conninfo", "libpq's keyword=value pairs", "text"),
            Export::Url => ("url", "URL", "a URL that Django and psql read alike", "text"),
            Export::Psql => ("psql", "psql", "a command line for psql", "shell"),
            Export::Service => {
                ("service", "pg_service.conf", "a section of pg_service.conf", "ini")
            }
            Export::Pgpass => ("pgpass", ".pgpass", "the lines of a password file", "text"),
            Export::Prisma => ("prisma", "Prisma", "a .env file for Prisma", "dotenv"),
            Export::Jdbc => ("jdbc", "JDBC", "a jdbc:postgresql: URL for pgjdbc", "text"),
            Export::Sqlalchemy => {
                ("sqlalchemy", "SQLAlchemy", "a URL for SQLAlchemy with psycopg", "text")
            }
            Export::Rails => ("rails", "Rails", "config/database.yml for Rails", "yaml"),
            Export::Npgsql => ("npgsql", "Npgsql", "a connection string for Npgsql (.NET)", "text"),
            Export::Railway => ("railway", "Railway", "the steps on Railway", "shell"),
            Export::Heroku => ("heroku", "Heroku", "the steps on Heroku", "shell"),
            Export::DigitalOcean => (
                "digitalocean",
                "DigitalOcean",
                "a piece of app.yaml for DigitalOcean App Platform",
                "yaml",
            ),
            Export::Server => ("server", "systemd", "a file of variables for systemd", "dotenv"),
            Export::Role => ("role", "SQL role", "SQL for a role with limited rights", "sql"),
        }
    }

    /// Writes an answer in this form. It ends with a line end.
    pub fn write(self, answer: &Answer<'_>) -> Result<Text<'static>, NoExport> {
        let effective = Effective::new(answer);
        let resolution = &answer.resolution;
        // What only the guide's settings module has or reads.
        let module = answer.question.module.as_ref().filter(|_| resolution.module.is_some());
        let has_own = match module {
            Some(module) => module.text != Preset::GUIDE.text,
            None => answer.question.inputs.databases().is_some(),
        };
        if has_own && matches!(self, Export::Settings | Export::Fields) {
            return Err(NoExport::OwnDatabases);
        }
        // The recipe is what it is, whatever becomes of these inputs.
        if self == Export::Settings {
            return match answer.question.recipe.dj_database_url.is_compiled() {
                true => Ok(settings::write(&effective)),
                false => Err(NoExport::Release),
            };
        }
        if resolution.refusal.is_some() {
            return Err(NoExport::Refused);
        }
        if let Some(unknown) = resolution.unknown.first() {
            return Err(NoExport::Unknown(unknown.why.to_string()));
        }
        if !answer.question.client.ends_in_libpq {
            return Err(NoExport::OwnDriver);
        }
        if resolution.connect_params.is_none() {
            return Err(NoExport::NotPostgresql);
        }
        Ok(match self {
            Export::Settings => settings::write(&effective),
            Export::Dotenv => dotenv::write(&effective),
            Export::Fields => fields::write(&effective),
            Export::Variables => variables::write(&effective),
            Export::Conninfo => conninfo::write(&effective),
            Export::Url => url::write(&effective),
            Export::Psql => psql::write(&effective),
            Export::Service => service::write(&effective),
            Export::Pgpass => pgpass::write(&effective),
            #[cfg(feature = "clients")]
            Export::Prisma => prisma::write(&effective).ok_or(NoExport::Elsewhere("Prisma"))?,
            #[cfg(feature = "clients")]
            Export::Jdbc => jdbc::write(&effective).ok_or(NoExport::Elsewhere("pgjdbc"))?,
            #[cfg(feature = "clients")]
            Export::Sqlalchemy => {
                sqlalchemy::write(&effective).ok_or(NoExport::Elsewhere("SQLAlchemy"))?
            }
            #[cfg(feature = "clients")]
            Export::Rails => rails::write(&effective).ok_or(NoExport::Elsewhere("Rails"))?,
            #[cfg(feature = "clients")]
            Export::Npgsql => npgsql::write(&effective).ok_or(NoExport::Elsewhere("Npgsql"))?,
            #[cfg(not(feature = "clients"))]
            Export::Prisma | Export::Jdbc | Export::Sqlalchemy | Export::Rails | Export::Npgsql => {
                return Err(NoExport::Elsewhere(self.label()));
            }
            Export::Railway => railway::write(&effective),
            Export::Heroku => heroku::write(&effective),
            Export::DigitalOcean => digitalocean::write(&effective),
            Export::Server => server::write(&effective),
            Export::Role => role::write(&effective),
        })
    }
}

/// Why there is nothing to write.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NoExport {
    /// A value is not known, and why.
    Unknown(String),
    /// The stack refuses the inputs, so nothing is effective.
    Refused,
    /// This client has no words for the same connection.
    Elsewhere(&'static str),
    /// The backend is not PostgreSQL's.
    NotPostgresql,
    /// The client has a driver of its own, and every export is read by libpq.
    OwnDriver,
    /// The input is a settings module's `DATABASES`.
    OwnDatabases,
    /// It calls dj-database-url as older releases cannot be called.
    Release,
}

impl fmt::Display for NoExport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            NoExport::Unknown(why) => return write!(f, "nothing to export: {why}"),
            NoExport::Elsewhere(whose) => {
                return write!(
                    f,
                    "{whose} would read this connection differently, so there is nothing to export"
                );
            }
            NoExport::Refused => "these variables do not work, so there is nothing to export",
            NoExport::NotPostgresql => "only a configuration of PostgreSQL can be exported",
            NoExport::Release => {
                "the block for settings.py is written for dj-database-url 2.1.0 and later"
            }
            NoExport::OwnDriver => {
                "exports hold what libpq reads, and this client does not use libpq; \
                 leave --client out, or name one that does"
            }
            NoExport::OwnDatabases => {
                "the input is a settings module with its own DATABASES, and this form is for the \
                 guide's; `dotenv` and `url` write the same connection as DATABASE_URL"
            }
        })
    }
}

impl core::error::Error for NoExport {}

/// A word that is no export's name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct UnknownExport;

impl fmt::Display for UnknownExport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("no export has this name")
    }
}

impl core::error::Error for UnknownExport {}

impl FromStr for Export {
    type Err = UnknownExport;

    fn from_str(name: &str) -> Result<Export, UnknownExport> {
        Self::ALL.into_iter().find(|it| it.name() == name).ok_or(UnknownExport)
    }
}

#[cfg(test)]
mod testing;
#[cfg(test)]
mod tests;
