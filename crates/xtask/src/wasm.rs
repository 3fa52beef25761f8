//! How WebAssembly that people download is built: for size, in cargo's profile `page`.

use crate::command::Command;

/// Has the standard library built along: for size, and without the texts of panics, which nobody
/// reads in a tab; a tenth of the page is saved. The names of functions, a quarter of the code, are
/// left out by the linker, and not by `strip`, which takes along the section from which
/// wasm-bindgen learns what the target can do.
///
/// Cargo and rustc call it unstable; the toolchain is pinned, so it is the same everywhere.
pub(crate) fn small(command: Command) -> Command {
    command
        .variable("RUSTC_BOOTSTRAP", "1")
        .variable("CARGO_UNSTABLE_BUILD_STD", "std,panic_abort")
        .variable("CARGO_UNSTABLE_BUILD_STD_FEATURES", "optimize_for_size")
        .variable(
            "CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_RUSTFLAGS",
            "-Zunstable-options -Cpanic=immediate-abort \
             -Clink-arg=--strip-all -Clink-arg=--keep-section=target_features",
        )
}
