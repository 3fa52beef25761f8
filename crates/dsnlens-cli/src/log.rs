//! The log on standard error, of whatever connects.

use std::env;
use std::io::{self, Write};

use tracing_subscriber::filter::Targets;
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;

use crate::visible::escape;

/// Only what was asked for is logged, and nobody else's words: no password is in ours.
pub(crate) fn start(filter: Option<&str>) -> Result<(), &'static str> {
    let variable = env::var("RUST_LOG").ok().filter(|it| !it.is_empty());
    let Some(filter) = filter.map(str::to_owned).or(variable) else { return Ok(()) };
    let filter: Targets = filter
        .parse()
        .map_err(|_| "the log's filter is a level, or a list such as dsnlens_native=debug,warn")?;
    let layer =
        tracing_subscriber::fmt::layer().with_writer(|| Lines(io::stderr())).with_ansi(false);
    // Started twice only within one process, which this is not.
    tracing_subscriber::registry().with(layer).with(filter).try_init().ok();
    Ok(())
}

/// Writes each event as one line that shows what it holds: a server may send line ends, and
/// characters that a terminal obeys.
struct Lines<W>(W);

impl<W: Write> Write for Lines<W> {
    /// Takes an event, whole.
    fn write(&mut self, event: &[u8]) -> io::Result<usize> {
        let text = String::from_utf8_lossy(event);
        let line = format!("{}\n", escape(text.strip_suffix('\n').unwrap_or(&text)));
        self.0.write_all(line.as_bytes())?;
        Ok(event.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.0.flush()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::{Arc, Mutex};

    #[derive(Clone, Default)]
    struct Kept(Arc<Mutex<Vec<u8>>>);

    impl Write for Kept {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0.lock().unwrap().write(bytes)
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    #[test]
    fn an_event_is_one_line_whatever_it_holds() {
        let kept = Kept::default();
        let writer = kept.clone();
        let layer = tracing_subscriber::fmt::layer()
            .with_writer(move || Lines(writer.clone()))
            .with_ansi(false);
        let text = "a\r\n  ok    auth   trusted\u{1b}[2J\u{9b}\u{202e}\u{2028}\u{7f}";
        tracing::subscriber::with_default(tracing_subscriber::registry().with(layer), || {
            tracing::error!(text, step = ?text, %text, "{text}");
            tracing::error!("{}", "x".repeat(100_000));
        });
        let log = String::from_utf8(kept.0.lock().unwrap().clone()).unwrap();
        assert_eq!(log.lines().count(), 2, "{log}");
        let is_hidden = |c: char| c != '\n' && crate::visible::is_hidden(c);
        assert!(!log.contains(is_hidden), "{log}");
        assert!(log.contains(r"a\r\n  ok    auth   trusted\u{1b}[2J"), "{log}");
    }
}
