//! `cargo xtask`: sets up, builds, serves and tests DSN Lens.
//!
//! Every command first installs what it lacks, so a fresh machine needs `rustup`, a C linker and
//! nothing else; the second time everything is found in place.

mod clock;
mod command;
mod debian;
mod fuzz;
mod imports;
mod minify;
mod npm;
mod oracles;
mod package;
mod rule_pages;
mod serve;
mod setup;
mod site;
mod stamp;
mod steps;
mod test;
mod tools;
mod wasm;
mod weight;
mod wheel;

use std::{env, num::NonZeroU16, path::PathBuf, process::ExitCode};

use anyhow::Context;
use command::Command;
use lexopt::{Arg, Parser, ValueExt};
use setup::Need;

const USAGE: &str = "\
Sets up, builds, serves and tests DSN Lens.

Usage: cargo xtask <COMMAND>

Commands:
  serve [--port 8080]  build the page and serve it at http://127.0.0.1:PORT/ until Ctrl-C
  build                write the static site to dist/ and weigh it
  package              write the npm package to target/npm/ and weigh it
  wheel                write the Python package to target/wheels/
  test [FILTER]        run every check, or only the steps whose name contains FILTER
  bench                run the benchmarks, typing into the page among them, and judge times
  screenshots          take the pictures in docs/screenshots/
  fuzz [SECONDS]       run the random tests with a new seed, then look for inputs that break an
                       invariant, 60 s per target; needs nightly
  help                 print this

Each installs what it lacks: tools into .tools/, Debian packages through apt-get.
";

const USUAL_PORT: NonZeroU16 = NonZeroU16::new(8080).unwrap();
/// Seconds per target.
const USUAL_FUZZING: u32 = 60;

/// What the command line asks for.
enum Task {
    Bench,
    Build,
    Fuzz { seconds: Option<u32> },
    Help,
    Package,
    Screenshots,
    Serve { port: NonZeroU16 },
    Test { filter: Option<String> },
    Wheel,
}

fn main() -> ExitCode {
    let task = match parse(Parser::from_env()) {
        Ok(it) => it,
        Err(error) => {
            eprintln!("error: {error}\n\n{USAGE}");
            return ExitCode::from(2);
        }
    };
    match run(task) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn parse(mut args: Parser) -> Result<Task, lexopt::Error> {
    let mut task = match args.next()? {
        None | Some(Arg::Short('h') | Arg::Long("help")) => return Ok(Task::Help),
        Some(Arg::Value(name)) => match name.to_str() {
            Some("bench") => Task::Bench,
            Some("build") => Task::Build,
            Some("fuzz") => Task::Fuzz { seconds: None },
            Some("help") => return Ok(Task::Help),
            Some("package") => Task::Package,
            Some("screenshots") => Task::Screenshots,
            Some("serve") => Task::Serve { port: USUAL_PORT },
            Some("test") => Task::Test { filter: None },
            Some("wheel") => Task::Wheel,
            _ => return Err(format!("unknown command {name:?}").into()),
        },
        Some(other) => return Err(other.unexpected()),
    };
    while let Some(arg) = args.next()? {
        match (&mut task, arg) {
            (_, Arg::Short('h') | Arg::Long("help")) => return Ok(Task::Help),
            (Task::Fuzz { seconds: seconds @ None }, Arg::Value(it)) => {
                *seconds = Some(it.parse()?)
            }
            (Task::Serve { port }, Arg::Long("port")) => *port = args.value()?.parse()?,
            (Task::Test { filter: filter @ None }, Arg::Value(it)) => *filter = Some(it.string()?),
            (_, other) => return Err(other.unexpected()),
        }
    }
    Ok(task)
}

fn run(task: Task) -> anyhow::Result<()> {
    let root = repository();
    env::set_current_dir(&root).with_context(|| format!("cannot enter {}", root.display()))?;
    match task {
        Task::Bench => bench(),
        Task::Build => site::build(),
        Task::Fuzz { seconds } => fuzz::fuzz(seconds.unwrap_or(USUAL_FUZZING)),
        Task::Help => {
            print!("{USAGE}");
            Ok(())
        }
        Task::Package => package::package(),
        Task::Screenshots => {
            provide_page()?;
            Command::new("cargo run -p dsnlens-tests --example screenshots").run()
        }
        Task::Serve { port } => serve::serve(port),
        Task::Test { filter } => test::test(filter.as_deref()),
        Task::Wheel => wheel::wheel(),
    }
}

/// Core, the npm package in Node and in Chromium, and the page; then what is judged by the clock,
/// and so is no test: how time grows with an input, the page on a slow phone, a check beside psql.
fn bench() -> anyhow::Result<()> {
    provide_page()?;
    setup::provide(setup::FOR_THE_PACKAGES_TESTS)?;
    setup::provide(&[
        Need::Npm(npm::LIGHTHOUSE),
        Need::Npm(npm::POSTGRESQL),
        Need::Package(debian::PGBOUNCER),
        Need::Package(debian::POSTGRESQL),
    ])?;
    package::package()?;
    Command::new("cargo bench -p dsnlens-tests").run()?;
    for judged in [
        "cargo test --release -p dsnlens-cli --lib",
        "cargo test -p dsnlens-tests --test lighthouse",
        "cargo test -p dsnlens-tests --test live",
        "cargo test -p dsnlens-tests --test package",
    ] {
        Command::new(&format!("{judged} -- --ignored --nocapture")).run()?;
    }
    Ok(())
}

/// The built page, and the browser to look at it.
fn provide_page() -> anyhow::Result<()> {
    setup::provide(&[Need::Package(debian::CHROMEDRIVER), Need::Package(debian::CHROMIUM)])?;
    setup::provide(setup::FOR_THE_SITE)?;
    site::bundle()
}

/// The repository's root; asked of cargo at run time, so that a moved checkout is still found.
fn repository() -> PathBuf {
    let here = env::var_os("CARGO_MANIFEST_DIR")
        .map_or_else(|| PathBuf::from(env!("CARGO_MANIFEST_DIR")), PathBuf::from);
    here.join("../..")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(words: &[&str]) -> Result<Task, lexopt::Error> {
        parse(Parser::from_args(words))
    }

    #[test]
    fn no_command_is_a_question_and_an_unknown_one_an_error() {
        assert!(matches!(parsed(&[]), Ok(Task::Help)));
        assert!(matches!(parsed(&["test", "--help"]), Ok(Task::Help)));
        assert!(parsed(&["deploy"]).is_err());
        assert!(parsed(&["build", "twice"]).is_err());
        assert!(matches!(parsed(&["package"]), Ok(Task::Package)));
        assert!(matches!(parsed(&["wheel"]), Ok(Task::Wheel)));
        assert!(parsed(&["fuzz", "long"]).is_err());
        assert!(parsed(&["test", "one", "two"]).is_err());
    }

    #[test]
    fn a_port_is_a_number_from_1_to_65535() {
        assert!(matches!(parsed(&["serve"]), Ok(Task::Serve { port: USUAL_PORT })));
        assert!(
            matches!(parsed(&["serve", "--port=9"]), Ok(Task::Serve { port }) if port.get() == 9)
        );
        assert!(parsed(&["serve", "--port", "0"]).is_err());
        assert!(parsed(&["serve", "--port", "65536"]).is_err());
    }
}
