//! Starts the page in the browser's document.

fn main() {
    dsnlens_web::start();
}
