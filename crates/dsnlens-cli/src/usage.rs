//! Mistakes on the command line, told without quoting what may hold a password.
//!
//! A URL with a blank in it, or one where a command belongs, is an argument like any other to
//! clap, which quotes it. Only what reads like an option or a plain word is left standing.

use clap::error::{ContextKind, ContextValue, ErrorKind};
use dsnlens_core::MASK;

/// Takes from `error` what it should not repeat.
pub(crate) fn redact(error: &mut clap::Error) {
    for kind in [ContextKind::InvalidArg, ContextKind::InvalidSubcommand, ContextKind::InvalidValue]
    {
        let Some(ContextValue::String(text)) = error.get(kind) else { continue };
        if is_harmless(error, kind, text) {
            continue;
        }
        error.insert(kind, ContextValue::String(MASK.into()));
        // clap's own tip, on how to pass the argument all the same, repeats it.
        let tip = match kind {
            ContextKind::InvalidSubcommand => "`dsnlens resolve URL` looks at a URL",
            ContextKind::InvalidArg => "a URL needs single quotes around it in a shell",
            _ => continue,
        };
        error.insert(ContextKind::Suggested, ContextValue::StyledStrs(vec![tip.into()]));
    }
}

/// The longest word that is quoted: longer than every name, shorter than most secrets.
const MAX_WORD: usize = 20;

fn is_harmless(error: &clap::Error, kind: ContextKind, text: &str) -> bool {
    match (error.kind(), kind) {
        // An argument of our own declaration, such as `--env-file <FILE>`.
        (ErrorKind::UnknownArgument, ContextKind::InvalidArg) => is_option(text),
        (_, ContextKind::InvalidArg) => true,
        (_, ContextKind::InvalidSubcommand) => {
            text.len() <= MAX_WORD && text.bytes().all(|it| it.is_ascii_lowercase())
        }
        _ => is_word(text),
    }
}

fn is_option(text: &str) -> bool {
    let name = text.strip_prefix("--").or(text.strip_prefix('-'));
    name.is_some_and(|it| {
        it.len() <= MAX_WORD && it.bytes().all(|it| it.is_ascii_lowercase() || it == b'-')
    })
}

fn is_word(text: &str) -> bool {
    let is_plain = |it: u8| it.is_ascii_alphanumeric() || matches!(it, b'-' | b'.' | b'_');
    text.len() <= MAX_WORD && text.bytes().all(is_plain)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::args::Cli;
    use clap::Parser;

    #[track_caller]
    fn message(args: &[&str]) -> String {
        let mut error = Cli::try_parse_from(["dsnlens"].iter().chain(args)).err().unwrap();
        redact(&mut error);
        error.to_string()
    }

    #[test]
    fn a_stray_piece_of_a_url_is_not_repeated() {
        for args in [
            &["postgres://u:hunter2@h/db"][..],
            &["resolve", "postgres://u:hun", "ter2@h/db"],
            &["resolve", "postgres://u:hun", "hunter2"],
            &["resolve", "--debug", "postgres://u:hunter2@h/db"],
            &["resolve", "--dj-database-url", "postgres://u:hunter2@h/db"],
            &["resolve", "--debug=postgres://u:hunter2@h/db"],
            &["resolve", "--url=postgres://u:hunter2@h/db"],
            &["resolve", "--jsonl", "postgres://u:hunter2@h/db"],
            &["explain", "sslmode-downgraded", "-hunter2"],
            &["explain", "sslmode-downgraded", "hunter2"],
            &["rules", "hunter2"],
        ] {
            let message = message(args);
            assert!(!message.contains("ter2"), "{args:?}: {message}");
        }
    }

    #[test]
    fn a_lost_url_gets_a_tip() {
        assert!(message(&["postgres://h/db"]).contains("tip: `dsnlens resolve URL`"));
        assert!(message(&["resolve", "postgres://h", "x"]).contains("tip: a URL needs"));
    }

    #[test]
    fn a_typing_mistake_is_named() {
        assert!(message(&["reslove"]).contains("'reslove'"));
        assert!(message(&["resolve", "--evn-file", "x"]).contains("'--evn-file'"));
        assert!(message(&["resolve", "--format", "yaml"]).contains("'yaml'"));
        assert!(message(&["resolve", "--dj-database-url", "9.9.9"]).contains("'9.9.9'"));
    }
}
