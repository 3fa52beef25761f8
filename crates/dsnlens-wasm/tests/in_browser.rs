//! The suite in a browser: `wasm-pack test --headless --chrome`.
#![cfg(target_arch = "wasm32")]

#[path = "suite/api.rs"]
mod api;

wasm_bindgen_test::wasm_bindgen_test_configure!(run_in_browser);
