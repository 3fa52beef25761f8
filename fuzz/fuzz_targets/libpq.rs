//! Fuzzes libpq's readers of connection strings; `dsnlens_tests::invariants` says what must hold.

#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| dsnlens_tests::invariants::libpq_bytes(bytes));
