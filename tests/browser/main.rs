//! The built page in a real browser: what a person would type, and what a person would read.
//!
//! Needs the site in `dist/` (`cargo xtask build`), the JS package in `target/npm/` (`cargo xtask
//! package`), Chromium and its WebDriver.

mod agreement;
mod chromium;
mod flows;
mod page;
mod server;
mod site;
