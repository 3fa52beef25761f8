//! A list of steps, run one after the other: each numbered, named and timed.

use std::time::Instant;

use anyhow::Context;

use crate::{
    clock,
    command::Command,
    setup::{self, Need},
};

/// One thing that passes or fails.
pub(crate) struct Step {
    pub(crate) name: &'static str,
    pub(crate) needs: &'static [Need],
    pub(crate) action: Action,
}

/// What a step does.
pub(crate) enum Action {
    Call(fn() -> anyhow::Result<()>),
    Run(Command),
}

/// Sets up what the steps need, then runs them until one fails.
pub(crate) fn run(steps: &[Step]) -> anyhow::Result<()> {
    let start = Instant::now();
    let needs: Vec<Need> = steps.iter().flat_map(|it| it.needs).copied().collect();
    setup::provide(&needs)?;
    let count = steps.len();
    for (passed, Step { name, action, .. }) in steps.iter().enumerate() {
        let number = passed + 1;
        println!("[{number}/{count}] {name} …");
        let start = Instant::now();
        let outcome = match action {
            Action::Call(function) => function(),
            Action::Run(command) => command.run(),
        };
        let time = clock::lasted(start.elapsed());
        if outcome.is_err() {
            println!("{passed} passed, 1 failed");
        }
        outcome.with_context(|| {
            format!(
                "step {number} of {count}, {name}, failed after {time} \
                 (to run it alone: cargo xtask test '{name}')"
            )
        })?;
        println!("ok in {time}");
    }
    println!("all of it in {}", clock::lasted(start.elapsed()));
    println!("{count} passed, 0 failed");
    Ok(())
}
