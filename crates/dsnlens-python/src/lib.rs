//! The module `dsnlens._native`: what the Python package asks.
//!
//! It converts and decides nothing. A case comes as JSON, an answer goes as JSON; the package's own
//! Python (`python/dsnlens/`) makes the one and reads the other.

use std::ffi::OsString;

use dsnlens_cli::embedded::{self, Files, Look};
use pyo3::exceptions::PyTypeError;
use pyo3::prelude::*;

#[pymodule(name = "_native", gil_used = false)]
mod native {
    #[pymodule_export]
    use super::{check, compare, report, resolve, run, version};
}

fn refuse(message: String) -> PyErr {
    PyTypeError::new_err(message)
}

fn files(here: bool) -> Files {
    if here { Files::Here } else { Files::Nobody }
}

/// What an application does with its variables. `here`: the case is about this process, so libpq's
/// files of this account count.
#[pyfunction]
fn resolve(py: Python<'_>, case: &str, here: bool, show_secrets: bool) -> PyResult<String> {
    py.detach(|| embedded::resolve(case, files(here), show_secrets)).map_err(refuse)
}

/// What each client reads of the variables.
#[pyfunction]
fn compare(py: Python<'_>, case: &str) -> PyResult<String> {
    py.detach(|| embedded::compare(case)).map_err(refuse)
}

/// The report for people, about this process.
#[pyfunction]
fn report(py: Python<'_>, case: &str, has_colors: bool, width: usize) -> PyResult<String> {
    py.detach(|| embedded::report(case, Files::Here, Look { has_colors, width })).map_err(refuse)
}

/// Connects as the application would: the document, and a text for people.
#[pyfunction]
fn check(py: Python<'_>, case: &str, has_colors: bool, width: usize) -> PyResult<(String, String)> {
    let checked = py.detach(|| embedded::check(case, Look { has_colors, width }));
    checked.map(|it| (it.document, it.text)).map_err(refuse)
}

/// Runs the program with these arguments, the first of which is its name; the number it ends with.
#[pyfunction]
fn run(py: Python<'_>, arguments: Vec<OsString>) -> u8 {
    py.detach(|| dsnlens_cli::run(arguments))
}

/// The release.
#[pyfunction]
fn version() -> &'static str {
    env!("CARGO_PKG_VERSION")
}
