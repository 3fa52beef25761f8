//! Leaves the names of functions out of the page: they weigh as much as a quarter of its code.
//!
//! `strip = "symbols"` would do it too, but takes along the section from which wasm-bindgen
//! learns what the target can do.

use std::env;

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    let is = |variable, value| env::var(variable).is_ok_and(|it| it == value);
    if is("CARGO_CFG_TARGET_FAMILY", "wasm") && is("PROFILE", "release") {
        println!("cargo::rustc-link-arg-bins=--strip-all");
        println!("cargo::rustc-link-arg-bins=--keep-section=target_features");
    }
}
