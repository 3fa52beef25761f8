//! No four characters of a secret in a row in the page, and no difference when only its length
//! changes: for every kind of text, typed or pasted.

use dsnlens_tests::generate::seed;
use dsnlens_tests::secret::{FORMS, is_ambiguous, leak, marks, pairs, text};
use serde_json::json;

use crate::page::{Page, soon};
use crate::site::Site;

/// Puts a text into an empty page, and gives the page once it is drawn: whatever a person can see
/// or a script can read, but for the text box itself, which shows a dot for each character of a
/// password as browsers do.
const PUT: &str = r#"
    const [text, tab, how, done] = arguments;
    const next = () => new Promise((then) => setTimeout(then, 20));
    // Where the keyboard and the caret were in the text before is no part of this one.
    const page = () => document.documentElement.outerHTML
        .replace(/•+/g, "•").replace(/ (tabindex="-?\d"|data-lit="")/g, "");
    const drawn = async () => {
        let before, now = page();
        do {
            before = now;
            await next();
            await next();
            now = page();
        } while (now !== before);
        return now;
    };
    const put = async () => {
        location.hash = "DATABASE_URL=";
        await drawn();
        [...document.querySelectorAll("[role=tab]")].find((it) => it.innerText.trim() === tab).click();
        await drawn();
        const box = [...document.querySelectorAll("textarea")].find((it) => it.checkVisibility());
        box.value = text;
        const data = how === "insertFromPaste" ? text : null;
        box.dispatchEvent(new InputEvent("input", { bubbles: true, inputType: how, data }));
        return await drawn();
    };
    put().then(done, (error) => done(String(error)));
"#;

#[tokio::test]
async fn no_text_of_any_kind_shows_its_secret_or_its_length() {
    let site = Site::start();
    let page = Page::open_at(site.address()).await;
    let secrets: Vec<_> = marks().flat_map(|it| pairs(&it)).collect();
    let seed = usize::try_from(seed()).expect("it fits");
    // Every fourth; the page's own tests paint them all.
    for (nth, form) in FORMS.lines().skip(seed % 4).step_by(4).enumerate() {
        let pair = &secrets[(seed + nth * 5) % secrets.len()].0;
        if is_ambiguous(form, &pair[0]) {
            continue;
        }
        let tab = ["URL", ".env"][nth % 2];
        let how = ["insertText", "insertFromPaste", "insertFromDrop"][nth / 2 % 3];
        let put = async |secret: &str| {
            let arguments = vec![json!(text(form, secret)), json!(tab), json!(how)];
            let shown = page.client.execute_async(PUT, arguments).await.expect("it runs");
            shown.as_str().expect("a text").to_owned()
        };
        let shown = put(&pair[0]).await;
        assert!(shown.starts_with("<html"), "{shown}");
        let leak = leak(&pair[0], &shown)
            .map(|it| shown.split(it).map(|it| excerpt(it, it.chars().count())).next());
        assert_eq!(leak, None, "{form} with {} in {tab}, {how}", pair[0]);
        // On a busy machine, a part of it may be drawn later than the rest.
        let difference = async || difference(form, &put(&pair[0]).await, &put(&pair[1]).await);
        soon!(difference().await, Option::is_none);
    }
    page.close().await;
}

/// Where two texts part, and what follows there in each.
fn difference(form: &str, a: &str, b: &str) -> Option<String> {
    let at = a.chars().zip(b.chars()).take_while(|(a, b)| a == b).count();
    (a != b).then(|| format!("{form}: …{}… and …{}…", excerpt(a, at), excerpt(b, at)))
}

fn excerpt(text: &str, at: usize) -> String {
    text.chars().skip(at.saturating_sub(80)).take(200).collect()
}
