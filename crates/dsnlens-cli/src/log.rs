//! The log on standard error, of whatever connects.

use std::env;
use std::io::{self, IsTerminal};

use tracing_subscriber::filter::Targets;
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;

/// Only what was asked for is logged, and nobody else's words: no password is in ours.
pub(crate) fn start(filter: Option<&str>) -> Result<(), &'static str> {
    let variable = env::var("RUST_LOG").ok().filter(|it| !it.is_empty());
    let Some(filter) = filter.map(str::to_owned).or(variable) else { return Ok(()) };
    let filter: Targets = filter
        .parse()
        .map_err(|_| "the log's filter is a level, or a list such as dsnlens_native=debug,warn")?;
    let layer = tracing_subscriber::fmt::layer()
        .with_writer(io::stderr)
        .with_ansi(io::stderr().is_terminal());
    // Started twice only within one process, which this is not.
    tracing_subscriber::registry().with(layer).with(filter).try_init().ok();
    Ok(())
}
