//! Differences that are a danger: what one client's `sslmode` promises, and another does not keep.

use alloc::string::String;
use alloc::vec::Vec;

use super::ClientReading;
use crate::promise::Difference;
use crate::rule::Rule;
use crate::rules;
use crate::tls::SslMode;

/// Something that some of the clients do, and a reader of the URL would not expect.
#[derive(Clone, Debug, PartialEq)]
pub struct Note {
    /// The rule that says it of one of these clients.
    pub rule: &'static Rule,
    /// What they do, in a sentence without a full stop.
    pub message: String,
    /// What to do.
    pub help: String,
}

/// What of the URL's `sslmode` is not kept, worst first.
pub(super) fn about(sslmode: SslMode, readings: &[ClientReading]) -> Vec<Note> {
    let note = |it: Difference| {
        let its = readings.iter().filter(|reading| {
            let outcomes = reading.outcomes.filter(|_| reading.refusal.is_none());
            outcomes.is_some_and(|outcomes| it.is_between(sslmode, &outcomes))
        });
        let names: Vec<_> = its.map(|it| it.client).collect();
        let (last, others) = names.split_last()?;
        let names = match others {
            [] => String::from(*last),
            others => alloc::format!("{} and {last}", others.join(", ")),
        };
        let message = alloc::format!("The URL says `sslmode={sslmode}`, and {names} {}", it.what());
        Some(Note { rule: rules::of(it), message, help: it.help("these clients") })
    };
    Difference::ALL.into_iter().filter_map(note).collect()
}
