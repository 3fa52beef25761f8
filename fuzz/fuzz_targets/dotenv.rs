//! Fuzzes .env files; `dsnlens_tests::invariants` says what must hold.

#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| dsnlens_tests::invariants::dotenv_bytes(bytes));
