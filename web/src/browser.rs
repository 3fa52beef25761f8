//! What the browser does better than code that would have to be downloaded.

use dsnlens_core::syntax::whatwg::WhatwgUrl;
use wasm_bindgen_futures::JsFuture;
use web_sys::js_sys::{self, Reflect};
use web_sys::wasm_bindgen::closure::Closure;
use web_sys::wasm_bindgen::{JsCast, JsValue};

#[cfg(not(test))]
use crate::second::Second;

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

/// Whether the second module is there, which `boot.js` loads and puts where this one finds it.
#[cfg(not(test))]
pub(crate) fn second() -> Second {
    match Reflect::get(&js_sys::global(), &SECOND.into()) {
        Ok(it) if it.is_undefined() => Second::Coming,
        Ok(it) if it.is_function() => Second::Here,
        _ => Second::Failed,
    }
}

/// What the second module says.
#[cfg(not(test))]
pub(crate) fn ask_second(what: &str, text: &str, more: &str) -> Option<String> {
    let second = Reflect::get(&js_sys::global(), &SECOND.into()).ok()?;
    let second: &js_sys::Function = second.dyn_ref()?;
    let said = second.call3(&JsValue::NULL, &what.into(), &text.into(), &more.into());
    said.ok()?.as_string()
}

/// Tells when the second module is there or has failed, until what it gives is dropped.
pub(crate) fn on_second(tell: impl Fn() + 'static) -> impl Drop {
    let listener = Closure::<dyn Fn()>::new(tell);
    // A window takes every listener.
    let _ = gloo::utils::window()
        .add_event_listener_with_callback(SECOND, listener.as_ref().unchecked_ref());
    Listener(listener)
}

struct Listener(Closure<dyn Fn()>);

impl Drop for Listener {
    fn drop(&mut self) {
        let _ = gloo::utils::window()
            .remove_event_listener_with_callback(SECOND, self.0.as_ref().unchecked_ref());
    }
}

const SECOND: &str = "dsnlensSecond";

/// Puts a text on the clipboard; whether that was possible.
pub(crate) fn copy(text: &str) -> impl Future<Output = bool> + use<> {
    let navigator = gloo::utils::window().navigator();
    // Browsers have none where the page came unencrypted from another machine.
    let has_clipboard = Reflect::has(&navigator, &"clipboard".into()).unwrap_or(false);
    let written = has_clipboard.then(|| navigator.clipboard().write_text(text));
    async move {
        match written {
            Some(written) => JsFuture::from(written).await.is_ok(),
            None => false,
        }
    }
}

/// What stands behind the `#` of the page's address.
pub(crate) fn fragment() -> String {
    let hash = gloo::utils::window().location().hash().unwrap_or_default();
    hash.strip_prefix('#').map(str::to_owned).unwrap_or_default()
}

/// Writes the fragment of the page's address anew, without a new entry in the history; gives the
/// address.
pub(crate) fn set_fragment(fragment: &str) -> String {
    let window = gloo::utils::window();
    let address = window.location().href().unwrap_or_default();
    let bare = address.split('#').next().unwrap_or_default();
    let address = match fragment {
        "" => bare.to_owned(),
        fragment => format!("{bare}#{fragment}"),
    };
    // Refused only where the document has no address of its own.
    if let Ok(history) = window.history() {
        history.replace_state_with_url(&JsValue::NULL, "", Some(&address)).ok();
    }
    address
}

/// Tells of each new fragment, for as long as the page lives.
pub(crate) fn on_new_fragment(tell: impl Fn(String) + 'static) {
    let listener = Closure::<dyn Fn()>::new(move || tell(fragment()));
    gloo::utils::window().set_onhashchange(Some(listener.as_ref().unchecked_ref()));
    listener.forget();
}

/// Whether `live.js` is here, which the program adds to the page that it serves.
pub(crate) fn has_live_check() -> bool {
    Reflect::has(&js_sys::global(), &"dsnlensLiveCheck".into()).unwrap_or(false)
}
