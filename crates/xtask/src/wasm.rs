//! How WebAssembly that people download is built: for size, in cargo's profile `page`.

use crate::command::Command;

/// rustc's flags. No names of functions, a quarter of the code: the linker leaves them out, and not
/// `strip`, which takes along the section from which wasm-bindgen learns what the target can do.
const FLAGS: &str = "-Zunstable-options -Cpanic=immediate-abort \
                     -Clink-arg=--strip-all -Clink-arg=--keep-section=target_features";

/// Has the standard library built along: for size, and without the texts of panics, which nobody
/// reads in a tab. A tenth of the page is saved.
///
/// Cargo and rustc call it unstable; the toolchain is pinned, so it is the same everywhere.
pub(crate) fn small(command: Command) -> Command {
    small_with("", command)
}

/// The same with more of rustc's flags.
pub(crate) fn small_with(flags: &str, command: Command) -> Command {
    command
        .variable("RUSTC_BOOTSTRAP", "1")
        .variable("CARGO_UNSTABLE_BUILD_STD", "std,panic_abort")
        .variable("CARGO_UNSTABLE_BUILD_STD_FEATURES", "optimize_for_size")
        .variable(
            "CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_RUSTFLAGS",
            format!("{FLAGS} {flags}").trim_end(),
        )
}
