//! `ParseConfigError`: the connection string without its password, and what is wrong.

use alloc::borrow::Cow;
use alloc::string::{String, ToString};

use crate::client::go::number_error;
use crate::client::reading::Reading;
use crate::refusal::Refusal;
use crate::secret::Text;
use crate::syntax::Slice;
use crate::syntax::url::Edited;
use crate::syntax::url::go::{
    Encoding, Error, Part, escape, is_valid_encoding, parse, quote_inner,
};
use crate::syntax::url::go_keyvalue::{KeyvalueError, KeyvalueProblem};

/// The error `message`, which `why` explains, about the value that a key has.
pub(super) fn refuse<'a>(
    reading: &Reading<'_, 'a>,
    message: &str,
    why: Option<Text<'a>>,
    key: Option<&str>,
) -> Refusal<'a> {
    let text = config_error(reading, Text::plain(message.to_string()), why);
    let refused =
        key.and_then(|key| reading.refuse_value("ParseConfigError", key, |_| text.clone()));
    let whole =
        || reading.refuse("ParseConfigError", text.clone(), Slice::whole(reading.source.text()));
    refused.unwrap_or_else(whole)
}

/// `url.Parse()` refuses.
pub(super) fn refuse_url<'a>(reading: &Reading<'_, 'a>, error: &Error<'_>) -> Refusal<'a> {
    let why = Some(reading.go_error(error));
    let text = config_error(reading, Text::plain("failed to parse as URL"), why);
    reading.refuse("ParseConfigError", text, error.at)
}

/// `net.SplitHostPort()` refuses a host.
pub(super) fn bad_address<'a>(
    reading: &Reading<'_, 'a>,
    slice: Slice<'_>,
    host: &[u8],
    reason: &'static str,
) -> Refusal<'a> {
    let host = String::from_utf8_lossy(host).into_owned();
    let hidden = |text: Text<'a>| match reading.source.touches_secret(slice) {
        true => text.and_hidden(host.clone()),
        false => text.and(host.clone()),
    };
    let why = hidden(Text::plain("failed to split host:port in '")).and("', err: address ");
    let why = hidden(why).and(": ").and(reason);
    let text = config_error(reading, Text::plain("failed to parse as URL"), Some(why));
    reading.refuse("ParseConfigError", text, slice)
}

pub(super) fn refuse_keyvalue<'a>(
    reading: &Reading<'_, 'a>,
    (problem, at): KeyvalueError<'_>,
) -> Refusal<'a> {
    let why = Text::plain(match problem {
        KeyvalueProblem::NoSetting => "invalid keyword/value",
        KeyvalueProblem::DanglingBackslash => "invalid backslash",
        KeyvalueProblem::Unterminated => "unterminated quoted string in connection info string",
    });
    let text = config_error(reading, Text::plain("failed to parse as keyword/value"), Some(why));
    reading.refuse("ParseConfigError", text, at)
}

/// `unknown channel_binding value: x`
pub(super) fn unknown_word<'a>(reading: &Reading<'_, 'a>, key: &'static str) -> Refusal<'a> {
    let text = Text::plain("unknown ").and(key).and(" value: ");
    let text = text.and_text(value(reading, key));
    let text = config_error(reading, text, None);
    let refused = reading.refuse_value("ParseConfigError", key, |_| text.clone());
    refused.unwrap_or_else(|| refuse(reading, "", None, None))
}

/// `invalid min_protocol_version: "x" (invalid protocol version: "x")`
pub(super) fn invalid_version<'a>(reading: &Reading<'_, 'a>, key: &'static str) -> Refusal<'a> {
    let quoted = |text: Text<'a>| {
        let word = value(reading, key).map(|it| Cow::Owned(quote_inner(it)));
        text.and("\"").and_text(word).and("\"")
    };
    let text = quoted(Text::plain("invalid ").and(key).and(": "));
    let why = quoted(Text::plain("invalid protocol version: "));
    let text = config_error(reading, text, Some(why));
    let refused = reading.refuse_value("ParseConfigError", key, |_| text.clone());
    refused.unwrap_or_else(|| refuse(reading, "", None, None))
}

/// An error of `strconv` about the value of a key.
pub(super) fn number<'a>(
    reading: &Reading<'_, 'a>,
    function: &str,
    key: &str,
    problem: &'static str,
) -> Text<'a> {
    number_error(function, value(reading, key), problem)
}

/// The same about a piece of it.
pub(super) fn number_text<'a>(
    reading: &Reading<'_, 'a>,
    function: &str,
    key: &str,
    text: &str,
    problem: &'static str,
) -> Text<'a> {
    number_error(function, piece(reading, key, text), problem)
}

/// A piece of the value of a key, quoted.
pub(super) fn quoted<'a>(reading: &Reading<'_, 'a>, key: &str, text: &str) -> Text<'a> {
    let text = piece(reading, key, text).map(|it| Cow::Owned(quote_inner(it)));
    Text::plain("\"").and_text(text).and("\"")
}

fn piece<'a>(reading: &Reading<'_, 'a>, key: &str, text: &str) -> Text<'a> {
    match reading.line(key).is_some_and(|it| it.value.is_secret()) {
        true => Text::default().and_hidden(text),
        false => Text::plain(text.to_string()),
    }
}

fn value<'a>(reading: &Reading<'_, 'a>, key: &str) -> Text<'a> {
    let text = reading.get(key).unwrap_or("").to_string();
    piece(reading, key, &text)
}

/// `ParseConfigError.Error()`
fn config_error<'a>(
    reading: &Reading<'_, 'a>,
    message: Text<'a>,
    why: Option<Text<'a>>,
) -> Text<'a> {
    let text = Text::plain("cannot parse `").and_text(redacted(reading)).and("`: ");
    let text = text.and_text(message);
    match why {
        Some(why) => text.and(" (").and_text(why).and(")"),
        None => text,
    }
}

/// `redactPW()`
fn redacted<'a>(reading: &Reading<'_, 'a>) -> Text<'a> {
    let raw = reading.source.raw();
    let is_url = ["postgres://", "postgresql://"].iter().any(|it| raw.starts_with(it));
    if is_url && let Ok(url) = parse(raw) {
        // `url.String()`
        let is_empty = url.host.bytes.is_empty() && url.path.bytes.is_empty();
        let scheme = match is_empty && url.user.is_none() {
            true => url.scheme.text.trim_end_matches('/'),
            false => url.scheme.text,
        };
        let mut text = Text::plain(String::from(scheme));
        if let Some(user) = &url.user {
            text = text.and_text(written(reading, user, Encoding::UserPassword));
            text = text.and(if url.password.is_some() { ":xxxxx@" } else { "@" });
        }
        text = text.and_text(written(reading, &url.host, Encoding::Host));
        text = text.and_text(written(reading, &url.path, Encoding::Path));
        if let Some(query) = url.query {
            text = text.and("?").and_text(reading.quote(query));
        }
        if !url.fragment.is_empty() {
            let part = Part { slice: url.fragment, bytes: Cow::Borrowed(&[]) };
            text = text.and("#").and_text(written(reading, &part, Encoding::Fragment));
        }
        return text;
    }
    let edited = Edited::new(raw).edit(|rest| {
        let value = rest.text.strip_prefix("password='")?;
        Some((value.find('\'')? + "password=''".len(), "password=xxxxx".into()))
    });
    let edited = edited.edit(|rest| {
        let value = rest.text.strip_prefix("password=")?;
        let end = value.find(' ').unwrap_or(value.len());
        Some((end + "password=".len(), "password=xxxxx".into()))
    });
    // `:[^:@]+?@`
    let edited = edited.edit(|rest| {
        let behind = rest.text.strip_prefix(':')?;
        let end = behind.find([':', '@'])?;
        let is_it = end > 0 && behind.get(end..)?.starts_with('@');
        is_it.then(|| (end + 2, ":xxxxxx@".into()))
    });
    edited.pieces().into_iter().fold(Text::default(), |text, (piece, original)| match original {
        Some(original) => text.and_text(reading.quote(original)),
        None => text.and(piece.text.to_string()),
    })
}

/// A part as `url.String()` writes it.
fn written<'a>(reading: &Reading<'_, 'a>, part: &Part<'_>, mode: Encoding) -> Text<'a> {
    let text = match mode {
        Encoding::Fragment | Encoding::Path if is_valid_encoding(part.slice.text, mode) => {
            Cow::Borrowed(part.slice.text)
        }
        Encoding::Fragment => {
            let decoded = crate::syntax::url::go::unescape(part.slice, mode);
            Cow::Owned(escape(&decoded.unwrap_or_default(), mode).into_owned())
        }
        _ => escape(&part.bytes, mode),
    };
    match text == part.slice.text {
        true => reading.quote(part.slice),
        false if reading.source.touches_secret(part.slice) => Text::default().and_hidden(text),
        false => Text::plain(text.into_owned()),
    }
}
