//! `serve` where it cannot. What it serves is tested in `tests/live`.

use super::*;

/// What `build.rs` found.
const PAGE: &str = include_str!(concat!(env!("OUT_DIR"), "/page.rs"));

#[test]
fn what_it_cannot_do_it_says_with_a_way_out() {
    let taken = std::net::TcpListener::bind(("127.0.0.1", 0)).unwrap();
    let address = taken.local_addr().unwrap();
    let run = run(&["serve", "--addr", &address.to_string()]);
    assert_eq!((run.code, &*run.stdout), (Some(2), ""));
    if PAGE == "None" {
        assert!(run.stderr.contains("`cargo xtask build` writes the page"), "{}", run.stderr);
    } else {
        let port = address.port();
        assert!(run.stderr.contains(&format!("port {port} is taken")), "{}", run.stderr);
        assert!(run.stderr.contains("--addr 127.0.0.1:"), "{}", run.stderr);
    }
}

#[test]
fn an_address_that_is_none_is_not_repeated() {
    let run = run(&["serve", "--addr", "postgres://app:hunter2@h/db"]);
    assert_eq!((run.code, &*run.stdout), (Some(2), ""));
    assert!(!run.stderr.contains("hunter2"), "{}", run.stderr);
    assert!(run.stderr.contains("--addr <ADDRESS:PORT>"), "{}", run.stderr);
}
