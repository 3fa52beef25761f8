//! `conninfo_uri_parse()`: `postgresql://user:password@host:port,host:port/dbname?keyword=value`.

use alloc::borrow::Cow;
use alloc::string::String;
use alloc::vec::Vec;

use super::{ConninfoError, Dialect, Param, Params, replace_old_name};
use crate::syntax::Slice;

/// What follows the scheme of a URI. Exact and case-sensitive: any other text is read as
/// `keyword=value` pairs.
pub fn strip_scheme(text: &str) -> Option<Slice<'_>> {
    let whole = Slice::whole(text);
    ["postgresql://", "postgres://"].iter().find_map(|it| whole.strip_prefix(it))
}

/// Reads a URI; `rest` is what follows its scheme.
pub fn parse_uri<'s>(uri: &'s str, rest: Slice<'s>, dialect: &impl Dialect) -> Params<'s> {
    let mut reader = Reader { whole: Slice::whole(uri), dialect, params: Vec::new() };
    let rest = reader.userinfo(rest)?;
    let rest = reader.hosts(rest)?;
    let (path, query) = rest.partition('?');
    reader.part("dbname", path.strip_prefix("/").unwrap_or(path))?;
    if !query.is_empty() {
        reader.query(query)?;
    }
    Ok(reader.params)
}

struct Reader<'s, 'd, D> {
    whole: Slice<'s>,
    dialect: &'d D,
    params: Vec<Param<'s>>,
}

impl<'s, D: Dialect> Reader<'s, '_, D> {
    /// The userinfo ends at the first `@`, unless a `/` comes before it.
    fn userinfo(&mut self, rest: Slice<'s>) -> Result<Slice<'s>, ConninfoError<'s>> {
        let (userinfo, behind) = rest.split_before(&['@', '/']);
        let Some(behind) = behind.strip_prefix("@") else { return Ok(rest) };
        let (user, password) = userinfo.partition(':');
        self.part("user", user)?;
        self.part("password", password)?;
        Ok(behind)
    }

    /// One host and port, or several between commas.
    fn hosts(&mut self, mut rest: Slice<'s>) -> Result<Slice<'s>, ConninfoError<'s>> {
        let (mut hosts, mut ports) = (Vec::new(), Vec::new());
        loop {
            let (host, behind) = match rest.strip_prefix("[") {
                Some(bracketed) => self.bracketed(bracketed)?,
                None => rest.split_before(&[':', '/', '?', ',']),
            };
            let (port, behind) = match behind.strip_prefix(":") {
                Some(behind) => behind.split_before(&['/', '?', ',']),
                None => (behind.before(), behind),
            };
            hosts.push(host);
            ports.push(port);
            match behind.strip_prefix(",") {
                Some(behind) => rest = behind,
                None => {
                    rest = behind;
                    break;
                }
            }
        }
        self.list("host", &hosts)?;
        self.list("port", &ports)?;
        Ok(rest)
    }

    fn bracketed(&self, bracketed: Slice<'s>) -> Result<(Slice<'s>, Slice<'s>), ConninfoError<'s>> {
        let refused = |before, quoted, after, position, at| ConninfoError {
            before,
            quoted,
            after,
            position,
            whole: Some(self.whole),
            at,
        };
        let Some((host, behind)) = bracketed.split_once(']') else {
            let before = "end of string reached when looking for matching \"]\" in IPv6 host \
                          address in URI: \"";
            return Err(refused(before, None, "", None, bracketed));
        };
        if host.is_empty() {
            let before = "IPv6 host address may not be empty in URI: \"";
            return Err(refused(before, None, "", None, bracketed));
        }
        match behind.text.chars().next() {
            None | Some(':' | '/' | '?' | ',') => Ok((host, behind)),
            Some(c) => {
                // libpq prints one byte; of a longer character nothing readable is left.
                let shown = if c.is_ascii() { String::from(c) } else { "\u{fffd}".into() };
                let after = " in URI (expected \":\" or \"/\"): \"";
                let (found, _) = behind.split_at(c.len_utf8());
                let position = Some(behind.at + 1);
                Err(refused("unexpected character \"", Some(shown.into()), after, position, found))
            }
        }
    }

    fn query(&mut self, query: Slice<'s>) -> Result<(), ConninfoError<'s>> {
        // A `&` at the very end starts no further parameter.
        let query = match query.text.strip_suffix('&') {
            Some(head) => query.split_at(head.len()).0,
            None => query,
        };
        for piece in query.split('&') {
            let Some((name, value)) = piece.split_once('=') else {
                let before = "missing key/value separator \"=\" in URI query parameter: \"";
                return Err(ConninfoError::new(before, piece, "\""));
            };
            if value.text.contains('=') {
                let before = "extra key/value separator \"=\" in URI query parameter: \"";
                return Err(ConninfoError::new(before, name, "\""));
            }
            let keyword = match self.decode(name, Cow::Borrowed(name.text))? {
                Cow::Borrowed(bytes) => String::from_utf8_lossy(bytes),
                Cow::Owned(bytes) => Cow::Owned(String::from_utf8_lossy(&bytes).into_owned()),
            };
            let written = value;
            let value = self.decode(value, Cow::Borrowed(value.text))?;
            let (keyword, value) = match (&*keyword, &*value) {
                // The way JDBC says it.
                ("ssl", b"true") => ("sslmode".into(), Cow::Borrowed(b"require".as_slice())),
                _ => replace_old_name(keyword, value),
            };
            if !self.dialect.knows(&keyword) {
                let mut error = ConninfoError::new("invalid URI query parameter: \"", name, "\"");
                error.quoted = Some(keyword);
                return Err(error);
            }
            self.params.push(Param { keyword, value, at: name, written });
        }
        Ok(())
    }

    /// A part of the first half; an empty one counts for nothing.
    fn part(&mut self, keyword: &'static str, piece: Slice<'s>) -> Result<(), ConninfoError<'s>> {
        if !piece.is_empty() {
            let value = self.decode(piece, Cow::Borrowed(piece.text))?;
            self.params.push(Param { keyword: keyword.into(), value, at: piece, written: piece });
        }
        Ok(())
    }

    /// Hosts or ports, decoded as one text with the commas between them.
    fn list(
        &mut self,
        keyword: &'static str,
        pieces: &[Slice<'s>],
    ) -> Result<(), ConninfoError<'s>> {
        if let [piece] = pieces {
            return self.part(keyword, *piece);
        }
        let texts: Vec<_> = pieces.iter().map(|it| it.text).collect();
        let joined = texts.join(",");
        let (Some(first), Some(last)) = (pieces.first(), pieces.last()) else { return Ok(()) };
        let (all, _) = self.whole.split_at(last.end());
        let (_, all) = all.split_at(first.at);
        let value = self.decode(all, Cow::Owned(joined))?;
        self.params.push(Param { keyword: keyword.into(), value, at: all, written: all });
        Ok(())
    }

    /// `conninfo_uri_decode()` of `text`, which was written `at`.
    fn decode(
        &self,
        at: Slice<'s>,
        text: Cow<'s, str>,
    ) -> Result<Cow<'s, [u8]>, ConninfoError<'s>> {
        let refused = |before, after: &'static str| ConninfoError {
            quoted: Some(text.clone()),
            ..ConninfoError::new(before, at, after)
        };
        let inside = match self.dialect.strips_blanks() {
            true => text.trim_matches(' '),
            false => &text,
        };
        let mut decoded = Vec::new();
        for (nth, piece) in inside.split('%').enumerate() {
            let code = piece.get(..2).filter(|it| it.bytes().all(|it| it.is_ascii_hexdigit()));
            let code = code.and_then(|it| u8::from_str_radix(it, 16).ok());
            let plain = match (nth, code) {
                (0, _) => piece,
                (_, None) => return Err(refused("invalid percent-encoded token: \"", "\"")),
                (_, Some(0)) => {
                    let before = "forbidden value %00 in percent-encoded value: \"";
                    return Err(refused(before, "\""));
                }
                (_, Some(code)) => {
                    decoded.push(code);
                    piece.get(2..).unwrap_or("")
                }
            };
            if self.dialect.strips_blanks() && plain.contains(' ') {
                let after = "\", use percent-encoded spaces (%20) instead";
                return Err(refused("unexpected spaces found in \"", after));
            }
            if nth == 0 && plain.len() == text.len() {
                return Ok(match text {
                    Cow::Borrowed(text) => Cow::Borrowed(text.as_bytes()),
                    Cow::Owned(text) => Cow::Owned(text.into_bytes()),
                });
            }
            decoded.extend(plain.bytes());
        }
        Ok(Cow::Owned(decoded))
    }
}

#[cfg(test)]
mod tests {
    use alloc::format;
    use alloc::string::{String, ToString};
    use alloc::vec::Vec;

    use super::*;
    use crate::secret::Text;

    struct Newest;

    impl Dialect for Newest {
        fn knows(&self, keyword: &str) -> bool {
            keyword == "sslmode"
        }

        fn strips_blanks(&self) -> bool {
            true
        }
    }

    fn read(uri: &str) -> String {
        match parse_uri(uri, strip_scheme(uri).unwrap(), &Newest) {
            Ok(params) => {
                let say = |it: &Param<'_>| {
                    format!("{}={}", it.keyword, String::from_utf8_lossy(&it.value))
                };
                params.iter().map(say).collect::<Vec<_>>().join(" ")
            }
            Err(error) => {
                let quote = |at: Slice<'_>, changed: Option<&str>| {
                    Text::plain(changed.unwrap_or(at.text).to_string())
                };
                error.message(quote).to_string()
            }
        }
    }

    #[test]
    fn the_first_at_ends_the_userinfo() {
        assert_eq!(read("postgres://u:a@b@h/db"), "user=u password=a host=b@h dbname=db");
        assert_eq!(read("postgresql://u:a#b@h"), "user=u password=a#b host=h");
        assert_eq!(read("postgres://u:1/2@h"), "host=u port=1 dbname=2@h");
    }

    #[test]
    fn several_hosts_and_options() {
        let uri = "postgres://h1,[::1]:2/db?sslmode=prefer&ssl=true";
        assert_eq!(read(uri), "host=h1,::1 port=,2 dbname=db sslmode=prefer sslmode=require");
        assert_eq!(read("postgres://?requiressl=0"), "sslmode=prefer");
        assert_eq!(read("pgsql://h".replace("pgsql", "postgres").as_str()), "host=h");
    }

    #[test]
    fn what_libpq_refuses() {
        for (uri, error) in [
            ("postgres://u:100%@h", "invalid percent-encoded token: \"100%\"\n"),
            ("postgres://u:%00@h", "forbidden value %00 in percent-encoded value: \"%00\"\n"),
            (
                "postgres://u:a b@h",
                "unexpected spaces found in \"a b\", use percent-encoded spaces (%20) instead\n",
            ),
            (
                "postgres://[::1]x",
                "unexpected character \"x\" at position 17 in URI (expected \":\" or \"/\"): \
                 \"postgres://[::1]x\"\n",
            ),
            ("postgres://h?a", "missing key/value separator \"=\" in URI query parameter: \"a\"\n"),
            (
                "postgres://h?a=b=c",
                "extra key/value separator \"=\" in URI query parameter: \"a\"\n",
            ),
            ("postgres://h?%61=1", "invalid URI query parameter: \"a\"\n"),
        ] {
            assert_eq!(read(uri), error, "{uri}");
        }
    }
}
