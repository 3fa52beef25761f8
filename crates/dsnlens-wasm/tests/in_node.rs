//! The suite under Node: `wasm-pack test --node`.
#![cfg(target_arch = "wasm32")]

#[path = "suite/api.rs"]
mod api;
