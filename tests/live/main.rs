//! The built program against real servers: PostgreSQL 15 and 18, PgBouncer, and peers that are none
//! of them. psql is asked the same, and is right.
//!
//! `cargo xtask test live` installs what this takes, and runs it. The servers are started once for
//! all tests, as a user who is not root, on free ports; they end with this process, however it ends.

mod certificates;
mod cluster;
mod exports;
mod failures;
mod hostile;
mod identity;
mod matrix;
mod names;
// The tests of the built page know more of a browser, and of the page, than is asked here.
#[allow(dead_code)]
#[path = "../browser/chromium.rs"]
mod chromium;
#[allow(dead_code)]
#[path = "../browser/page.rs"]
mod page;
mod peer;
mod pgbouncer;
mod program;
mod scripted;
mod secrets;
mod serve;
mod served_page;
mod servers;
mod serving;
mod session;
mod speed;
mod supervised;
