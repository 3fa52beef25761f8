//! What the browser does better than code that would have to be downloaded.

use dsnlens_core::syntax::whatwg::WhatwgUrl;
use web_sys::js_sys::{self, Reflect};

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

/// The page of a rule as HTML, from `rules.js`, which `boot.js` loads beside this module.
pub(crate) fn rule_page(rule: &str) -> Option<String> {
    let pages = Reflect::get(&js_sys::global(), &"dsnlensRulePages".into()).ok()?;
    Reflect::get(&pages, &rule.into()).ok()?.as_string()
}

/// Whether `live.js` is here, which the program adds to the page that it serves.
pub(crate) fn has_live_check() -> bool {
    Reflect::has(&js_sys::global(), &"dsnlensLiveCheck".into()).unwrap_or(false)
}
