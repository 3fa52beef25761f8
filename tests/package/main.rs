//! The npm package, installed from its packed file into empty projects, as its users do.
//!
//! Needs the packed file (`cargo xtask package`), and what `cargo xtask test package` installs.

// The tests of the page ask more of a browser than is asked here.
#[allow(dead_code)]
#[path = "../browser/chromium.rs"]
mod chromium;
mod contents;
mod element;
mod in_browser;
mod in_node;
mod project;
mod server;
mod types;
