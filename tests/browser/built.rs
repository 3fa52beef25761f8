//! The built page, served and opened.

use crate::chromium::Chromium;
use crate::page::Page;
use crate::site::address;

impl Page {
    /// The built page, and nothing typed yet.
    pub(crate) async fn open() -> Page {
        Page::open_with(&[]).await
    }

    /// The page in a browser that is told more.
    pub(crate) async fn open_with(arguments: &[&str]) -> Page {
        Page::open_in(Chromium::start(arguments).await, address()).await
    }
}
