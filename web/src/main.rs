//! Starts the page in the browser's document, with a small allocator.

use rlsf::{GlobalTlsf, GlobalTlsfOptions};

#[global_allocator]
static MEMORY: GlobalTlsf<Small> = GlobalTlsf::new();

struct Small;

impl GlobalTlsfOptions for Small {
    // A text that grows is moved, which costs little beside reading it.
    const ENABLE_REALLOCATION: bool = false;
}

fn main() {
    dsnlens_web::start();
}
