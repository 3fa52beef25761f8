//! The program `dsnlens`.

#![forbid(unsafe_code)]

use std::env;
use std::process::ExitCode;

fn main() -> ExitCode {
    ExitCode::from(dsnlens_cli::run(env::args_os()))
}
