//! axe-core finds nothing that shuts people out, in any state and however it is looked at.

use std::fs;

use serde_json::{Value, json};

use crate::page::Page;
use crate::site::{self, root};
use crate::states::{State, View};

const WIDE_LIGHT: View = View::new("light", 1280);
const WIDE_DARK: View = View::new("dark", 1280);
const NARROW_LIGHT: View = View::new("light", 320);
const NARROW_DARK: View = View::new("dark", 320);
const FORCED: View = View { has_forced_colors: true, ..WIDE_LIGHT };

#[tokio::test]
async fn nobody_is_shut_out_on_a_wide_page() {
    audit(&[WIDE_LIGHT, WIDE_DARK]).await;
}

#[tokio::test]
async fn nobody_is_shut_out_on_a_narrow_page() {
    audit(&[NARROW_LIGHT, NARROW_DARK]).await;
}

#[tokio::test]
async fn nobody_is_shut_out_by_forced_colours() {
    audit(&[FORCED]).await;
}

async fn audit(views: &[View]) {
    let axe = root().join(".tools/npm/node_modules/axe-core/axe.min.js");
    let axe = fs::read_to_string(axe).expect("axe-core is installed: `cargo xtask test` does it");
    let page = Page::open().await;
    let mut violations = Vec::new();
    for (nth, state) in State::ALL.into_iter().enumerate() {
        page.visit(&format!("{}?{nth}", site::address())).await;
        state.reach(&page).await;
        page.run(&axe, Vec::new()).await;
        for view in views {
            view.pretend(&page).await;
            let found =
                page.client.execute_async(RUN, vec![json!(view.scheme)]).await.expect("axe runs");
            let found: Vec<Value> = serde_json::from_value(found).expect("a list");
            violations.extend(found.into_iter().map(|it| format!("{state:?} {view:?}: {it}")));
        }
    }
    assert!(violations.is_empty(), "{}", violations.join("\n"));
    page.close().await;
}

/// Every rule that axe has, those of best practice among them. Only the rules about colours can
/// find something else in the dark.
const RUN: &str = r"
    const [scheme, done] = arguments;
    const colours = { type: 'rule', values: ['color-contrast', 'link-in-text-block'] };
    const options = { resultTypes: ['violations'], ...(scheme === 'dark' && { runOnly: colours }) };
    axe.run(options).then(({ violations }) => done(
        violations.flatMap((it) => it.nodes.map((node) => ({
            rule: it.id, at: node.target.join(' '), why: node.failureSummary,
        })))), (error) => done([error.message]));
";
