//! Fuzzes whole answers to whole environments; `dsnlens_tests::invariants` says what must hold.

#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| dsnlens_tests::invariants::resolve_bytes(bytes));
