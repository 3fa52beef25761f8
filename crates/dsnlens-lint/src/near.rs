//! What a mistyped name was meant to be.

use strsim::levenshtein;

/// How far `typed` is from a name; `None` where that is too far to be meant.
pub fn distance(typed: &str, name: &str) -> Option<usize> {
    if typed.len() > 2 * name.len() {
        return None;
    }
    let edits = levenshtein(typed, name);
    let is_near = edits <= 1 + name.len() / 5;
    let is_part = typed.len() >= 3 && name.split('-').any(|it| it == typed);
    let is_start = typed.len() >= 3 && name.starts_with(typed);
    (is_near || is_part || is_start).then_some(edits)
}

/// What to say of a name that is none of these: `` `setings` is not a key; did you mean `settings`? ``
pub(crate) fn unknown<'n>(
    typed: &str,
    what: &str,
    names: impl IntoIterator<Item = &'n str> + Clone,
) -> String {
    let small = typed.to_ascii_lowercase().replace('_', "-");
    let near = names.clone().into_iter().filter_map(|it| Some((distance(&small, it)?, it))).min();
    match near {
        Some((_, near)) => format!("`{typed}` is not {what}; did you mean `{near}`?"),
        None => {
            let names: Vec<_> = names.into_iter().take(8).map(|it| format!("`{it}`")).collect();
            format!("`{typed}` is not {what}, such as {}", names.join(", "))
        }
    }
}
