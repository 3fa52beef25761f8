//! A child process: shown before it runs, in words that a person can type again.

use std::{
    env, fmt,
    process::{self, Stdio},
};

use anyhow::{Context, bail};

use crate::tools;

/// A program, its arguments, and the variables it gets besides those of this process.
pub(crate) struct Command {
    program: String,
    args: Vec<String>,
    variables: Vec<(&'static str, String)>,
}

impl Command {
    /// Splits `line` at its spaces; there is no quoting.
    pub(crate) fn new(line: &str) -> Self {
        let mut words = line.split_whitespace().map(str::to_owned);
        let program = words.next().unwrap_or_default();
        Self { program, args: words.collect(), variables: Vec::new() }
    }

    /// Sets a variable for the child alone.
    pub(crate) fn variable(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.variables.push((name, value.into()));
        self
    }

    /// Shows the command and runs it on this terminal; a failure is an error that names it.
    pub(crate) fn run(&self) -> anyhow::Result<()> {
        println!("  $ {self}");
        let status = self.process()?.status().with_context(|| self.cannot_start())?;
        if !status.success() {
            bail!("`{self}` failed ({status})");
        }
        Ok(())
    }

    /// Runs it unseen; what it wrote to its standard output, unless it failed or is not there.
    pub(crate) fn output(&self) -> Option<String> {
        let output = self.process().ok()?.stdin(Stdio::null()).output().ok()?;
        output.status.success().then(|| String::from_utf8_lossy(&output.stdout).into_owned())
    }

    /// Becomes the program, so that Ctrl-C and every other signal reach it and nobody in between.
    #[cfg(unix)]
    pub(crate) fn replace_this_process(&self) -> anyhow::Result<()> {
        use std::os::unix::process::CommandExt;
        println!("  $ {self}");
        Err(self.process()?.exec()).with_context(|| self.cannot_start())
    }

    /// The nearest thing elsewhere: waits for the program.
    #[cfg(not(unix))]
    pub(crate) fn replace_this_process(&self) -> anyhow::Result<()> {
        self.run()
    }

    fn process(&self) -> anyhow::Result<process::Command> {
        let mut process = process::Command::new(&self.program);
        process.args(&self.args).env("PATH", tools::search_path()?);
        // Whatever its value, NO_COLOR means "no colour" unless empty; trunk refuses all but
        // `true` and `false`.
        match env::var_os("NO_COLOR") {
            Some(it) if !it.is_empty() => process.env("NO_COLOR", "true"),
            _ => process.env_remove("NO_COLOR"),
        };
        // What cargo says of this package is about no other: ring's build script would run anew.
        for (name, _) in env::vars_os() {
            let said = name.to_str().unwrap_or_default();
            if said.starts_with("CARGO_PKG_") || said.starts_with("CARGO_MANIFEST_") {
                process.env_remove(&name);
            }
        }
        process.envs(self.variables.iter().map(|(name, value)| (name, value)));
        Ok(process)
    }

    fn cannot_start(&self) -> String {
        format!("cannot start `{}`", self.program)
    }
}

/// As typed in a shell.
impl fmt::Display for Command {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (name, value) in &self.variables {
            let quote = if value.contains(' ') { "'" } else { "" };
            write!(f, "{name}={quote}{value}{quote} ")?;
        }
        write!(f, "{}", self.program)?;
        self.args.iter().try_for_each(|it| write!(f, " {it}"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_command_is_shown_as_it_is_typed() {
        let command = Command::new("cargo doc  --no-deps").variable("RUSTDOCFLAGS", "-D warnings");
        assert_eq!(command.to_string(), "RUSTDOCFLAGS='-D warnings' cargo doc --no-deps");
    }
}
