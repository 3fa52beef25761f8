//! What the browser does better than code that would have to be downloaded.

use dsnlens_core::syntax::whatwg::WhatwgUrl;

/// The browser's own WHATWG parser.
pub(crate) fn parse_url(url: &str) -> Option<WhatwgUrl> {
    let url = web_sys::Url::new(url).ok()?;
    Some(WhatwgUrl {
        username: url.username(),
        password: url.password(),
        hostname: url.hostname(),
        port: url.port(),
        pathname: url.pathname(),
    })
}
