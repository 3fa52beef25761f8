//! The built page in a real browser: what a person would type, and what a person would read.
//!
//! Needs the site in `dist/` (`cargo xtask build`), the JS package in `target/npm/` (`cargo xtask
//! package`), Chromium and its WebDriver.

mod agreement;
mod axe;
mod built;
mod chromium;
mod editing;
mod element;
mod examples;
mod exports;
mod fixes;
mod flows;
mod keyboard;
mod knobs;
mod links;
mod package;
mod page;
mod pasting;
mod reported;
mod second;
mod secrets;
mod settings;
mod site;
mod states;
mod steadiness;
mod trust;
