//! Texts of every kind with a secret in them, and what must not be seen of it.

use std::collections::BTreeSet;

use dsnlens_core::syntax::python::quote;

/// The kinds of texts, `{}` where the secret is, `{base64}` where its base64 is, `{base64 url}` where
/// that of a URL with it is, `\n` for a line end.
pub const FORMS: &str = include_str!("../data/secret_forms.txt");

/// Settings modules with a secret in them, in the same way.
pub const MODULES: &str = include_str!("../data/secret_modules.txt");

/// A secret in two lengths: the same characters of every other kind, more letters and digits.
#[derive(Clone, Debug)]
pub struct Pair(pub [String; 2]);

/// Pairs with these marks in the middle, as they are and percent-encoded.
pub fn pairs(marks: &str) -> [Pair; 2] {
    let pair = ["Kx7vQ2mB", "Kx7vQ2mBzH5"].map(|head| format!("{head}{marks}tR9pL4wG"));
    [Pair(pair.clone()), Pair(pair.map(|it| quote(&it)))]
}

/// The marks of a password that readers disagree about, alone and with another one.
pub fn marks() -> impl Iterator<Item = String> {
    let one = (' '..='~').filter(|it| !it.is_ascii_alphanumeric()).map(String::from);
    let others = ["", "\t", "é", "／", "@#", "#@", "/?", "?&", "&=", "@:", "':", "';", "\\'", "%4"];
    one.chain(others.map(str::to_owned))
}

/// A form with a secret put in.
pub fn text(form: &str, secret: &str) -> String {
    let url = format!("postgres://app:{secret}@db.example.com/shop?x=1");
    let text = form.replace("\\n", "\n").replace("{base64 url}", &base64(&url));
    text.replace("{base64}", &base64(secret)).replace("{}", secret)
}

/// The base64 of a text, which is as secret as the text.
pub fn base64(text: &str) -> String {
    const LETTERS: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let groups = text.as_bytes().chunks(3).flat_map(|bytes| {
        let bits = bytes.iter().fold(0_usize, |bits, it| bits << 8 | usize::from(*it));
        let bits = bits << (8 * (3 - bytes.len()));
        let letter = move |nth: usize| LETTERS[bits >> (18 - 6 * nth) & 63] as char;
        let length = bytes.len();
        (0..4).map(move |nth| if nth <= length { letter(nth) } else { '=' })
    });
    groups.collect()
}

/// Whether the secret cannot be told from a host, a user or a database in this form.
pub fn is_ambiguous(form: &str, secret: &str) -> bool {
    // `app:a@b` is a user, a password and a host.
    let has_no_host = ["postgres://app:{}", "postgres://app:{}/shop"].contains(&form);
    let is_name = ["postgres://{}:x@db.example.com/shop", "sqlite:///{}"].contains(&form);
    is_name || (has_no_host && secret.contains('@'))
}

/// Four characters in a row that a secret holds and a text shows.
pub fn leak<'s>(secret: &'s str, shown: &str) -> Option<&'s str> {
    const LENGTH: usize = 4;
    let starts: Vec<_> = secret.char_indices().map(|(at, _)| at).chain([secret.len()]).collect();
    let windows = starts.windows(LENGTH + 1).map(|it| &secret[it[0]..it[LENGTH]]);
    // A code such as `%26R` may be a part of an advice.
    let pieces: BTreeSet<_> = windows.filter(|it| !it.contains('%')).collect();
    pieces.into_iter().find(|it| shown.contains(it))
}
