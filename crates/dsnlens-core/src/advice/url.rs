//! What rules ask of `DATABASE_URL`: whether it begins as a URL does, who its user and password
//! are, which placeholders it holds, and how its credentials are written for every reader.

use alloc::string::String;
use alloc::vec::Vec;

use super::Case;
use crate::clients::dj_database_url::SCHEMES;
use crate::clients::django;
use crate::clients::settings::FIELDS;
use crate::clients::stages;
use crate::diagnostic::Edit;
use crate::inputs::DATABASE_URL;
use crate::provider::socket_proxy;
use crate::resolution::Mode;
use crate::secret::Text;
use crate::span::{InputSpan, Span};
use crate::syntax::python::{is_netloc_delimiter_under_nfkc, quote, quote_but, unquote};
use crate::syntax::{PlaceholderKind, bare, is_sample, placeholders, stands_for, token};

/// User and password of the URL: as they are meant where Python misreads them, as it reads them
/// otherwise.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Userinfo {
    pub(crate) user: Span,
    pub(crate) password: Span,
    /// Where the host begins.
    pub(crate) host: usize,
}

/// The directory of a Unix socket, and its port where that is another than libpq's default.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Socket<'t> {
    /// Without the slash that it starts with.
    path: &'t str,
    pub(crate) port: Option<&'t str>,
}

impl<'t> Socket<'t> {
    /// What a path means: a directory, the socket's file in it, or either with a port behind it,
    /// with any number of slashes before it.
    pub(crate) fn read(path: &'t str) -> Option<Socket<'t>> {
        let path = path.strip_prefix("unix").unwrap_or(path);
        let path = path.trim_matches(|it| matches!(it, '/' | ':' | '(' | ')' | ' '));
        let is_port = |it: &str| !it.is_empty() && it.bytes().all(|it| it.is_ascii_digit());
        let (path, behind) = match path.rsplit_once(':') {
            Some((path, port)) if is_port(port) => (path, Some(port)),
            _ => (path, None),
        };
        let (path, port) = match path.rsplit_once("/.s.PGSQL.") {
            Some((path, port)) if is_port(port) => (path, Some(port)),
            _ => (path, None),
        };
        let port = behind.or(port).filter(|it| *it != "5432");
        (!path.is_empty()).then_some(Socket { path, port })
    }

    /// The directory, as libpq takes it.
    pub(crate) fn directory(&self) -> String {
        alloc::format!("/{}", self.path)
    }

    /// The directory as the host of a URL.
    pub(crate) fn host(&self) -> String {
        quote(&self.directory())
    }

    /// The directory as the value of an option.
    pub(crate) fn value(&self) -> String {
        quote_but(&self.directory(), b"/:-._~")
    }

    /// Whether sockets of PostgreSQL's are known to lie there.
    pub(crate) fn is_known(&self) -> bool {
        let known = ["cloudsql", "alloydb", "run/postgresql", "var/run/postgresql", "tmp"];
        known.contains(&self.path) || socket_proxy(&self.directory()).is_some()
    }
}

/// What a `%` with two hexadecimal digits behind it is taken for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Percent {
    /// A code, which stands for a byte.
    Code,
    /// Three characters.
    Sign,
}

/// Characters that most URLs do without.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Marks(pub(super) u8);

impl Marks {
    /// `%`.
    pub(crate) const PERCENT: Marks = Marks(1);
    /// Tabs and line ends.
    pub(crate) const DELETED: Marks = Marks(2);
    /// What a placeholder starts with.
    pub(crate) const PLACEHOLDER: Marks = Marks(4);

    /// Those in a text.
    pub(super) fn of(text: &str) -> Marks {
        let mark = |it: u8| match it {
            b'%' => Marks::PERCENT.0,
            b'\t' | b'\n' | b'\r' => Marks::DELETED.0,
            b'$' | b'<' | b'[' | b'{' | b'(' | b'#' => Marks::PLACEHOLDER.0,
            _ => 0,
        };
        Marks(text.bytes().fold(0, |found, it| found | mark(it)))
    }
}

impl<'a> Case<'_, 'a> {
    /// Where the URL lies in `DATABASE_URL`, without what was pasted along.
    pub(crate) fn bare(&self) -> Span {
        bare(self.url().unwrap_or(""))
    }

    /// What was pasted before the URL and keeps Python from seeing its scheme.
    pub(crate) fn before_url(&self) -> &'a str {
        let head = Span::new(0, self.bare().start).of(self.url().unwrap_or(""));
        // Python strips blanks.
        head.trim_start_matches(|c| c <= ' ')
    }

    /// Whether Python reads a scheme that dj-database-url knows.
    pub(crate) fn has_known_scheme(&self) -> bool {
        let (Some(url), Some(parts)) = (self.url(), self.resolution.url) else { return false };
        let scheme = parts.scheme.of(url);
        SCHEMES.iter().any(|it| it.name.eq_ignore_ascii_case(scheme))
    }

    /// Whether host and credentials end up in the database's name, since the scheme is not
    /// followed by two slashes.
    pub(crate) fn has_lost_authority(&self) -> bool {
        let (Some(url), Some(parts)) = (self.url(), self.resolution.url) else { return false };
        if !parts.netloc.is_empty() || !self.resolution.engine().is_some_and(django::is_modelled) {
            return false;
        }
        let has_slashes = Span::new(parts.scheme.end, parts.netloc.start).of(url).contains('/');
        // With two slashes the host may be left out; with three, somebody meant it to be there.
        let is_meant = |rest: Span| rest.of(url).contains('/');
        match has_slashes {
            true => self.resolution.intent.is_some_and(|it| is_meant(it.rest)),
            false => !self.begins_with_nothing(parts.scheme.end),
        }
    }

    fn begins_with_nothing(&self, at: usize) -> bool {
        let url = self.url().unwrap_or("");
        let rest = Span::new(at, url.len()).of(url);
        rest.trim_matches([':', '/', '\\', ' ']).is_empty()
    }

    /// Whether the URL begins with `scheme://`, as Python sees it: where it does not, another
    /// rule says so, and nothing behind it is read as it is meant.
    pub(crate) fn has_head(&self) -> bool {
        self.has_known_scheme() && !self.has_lost_authority()
    }

    /// User and password of the URL, where it has a user.
    pub(crate) fn userinfo(&self) -> Option<Userinfo> {
        let parts = self.resolution.url?;
        if self.is_misread() {
            let it = self.resolution.intent?;
            return Some(Userinfo { user: it.user, password: it.password, host: it.rest.start });
        }
        let has_one = parts.hostinfo.start > parts.netloc.start;
        has_one.then_some(Userinfo {
            user: parts.username,
            password: parts.password,
            host: parts.hostinfo.start,
        })
    }

    /// Whether every reader of a URL reads the user and the password that are meant.
    pub(crate) fn is_plain(&self, userinfo: Userinfo) -> bool {
        let url = self.url().unwrap_or("");
        reads_the_same(userinfo.user.of(url)) && reads_the_same(userinfo.password.of(url))
    }

    /// Writes user and password for every reader.
    pub(crate) fn encode(&self, userinfo: Userinfo, percent: Percent) -> Edit {
        let url = self.url().unwrap_or("");
        let Userinfo { user, password, host } = userinfo;
        let encode = |part: Span| encode(part.of(url), percent);
        let mut text = match self.hides(DATABASE_URL, user) {
            true => Text::default().and_hidden(encode(user)),
            false => Text::plain(encode(user)),
        };
        if password.start > user.end {
            text = text.and(":").and_hidden(encode(password));
        }
        Edit::replace(DATABASE_URL, Span::new(user.start, host), text.and("@"))
    }

    /// Writes user and password for every reader, where they are behind `head` and need it: what
    /// a rule adds to a fix of the URL's beginning, so that the whole URL works.
    pub(crate) fn encode_behind(&self, head: usize) -> Option<Edit> {
        let it = self.userinfo()?;
        (it.user.start >= head && !self.is_plain(it)).then(|| self.encode(it, Percent::Code))
    }

    /// Whether a stretch of a variable holds a piece of a secret.
    pub(crate) fn hides(&self, input: &str, stretch: Span) -> bool {
        let mut secrets = self.resolution.secrets.iter();
        secrets.any(|it| it.input == input && it.span.overlaps(stretch))
    }

    /// Writes what was made of a stretch of the URL in its place, as secret as the stretch is.
    pub(crate) fn rewrite(&self, stretch: Span, text: impl Into<String>) -> Edit {
        let text = match self.hides(DATABASE_URL, stretch) {
            true => Text::default().and_hidden(text),
            false => Text::plain(text.into()),
        };
        Edit::replace(DATABASE_URL, stretch, text)
    }

    /// The placeholders in the variables that count.
    pub(crate) fn placeholders(&self) -> Vec<(InputSpan<'a>, PlaceholderKind)> {
        let mut found = Vec::new();
        match self.resolution.mode {
            Mode::Url => self.add_placeholders(DATABASE_URL, &mut found),
            Mode::Databases => {}
            Mode::Fields => {
                FIELDS.into_iter().for_each(|name| self.add_placeholders(name, &mut found));
            }
        }
        found
    }

    fn add_placeholders(&self, input: &'a str, found: &mut Vec<(InputSpan<'a>, PlaceholderKind)>) {
        let text = self.inputs.get(input).unwrap_or("");
        let whole = Span::new(0, text.len());
        if let Some(kind) = stands_for(text) {
            found.push((InputSpan { input, span: whole }, kind));
            return;
        }
        let is_marked = input != DATABASE_URL || self.has(Marks::PLACEHOLDER);
        let marked = if is_marked { placeholders(text) } else { Vec::new() };
        found.extend(marked.into_iter().map(|it| (InputSpan { input, span: it.span }, it.kind)));
        let (DATABASE_URL, Some(parts)) = (input, self.resolution.url) else { return };
        let slash = usize::from(parts.path.of(text).starts_with('/'));
        let path = Span::new(parts.path.start + slash, parts.path.end);
        let [user, password] = match self.userinfo() {
            Some(it) => [it.user, it.password],
            None => [Span::default(); 2],
        };
        let is_port = parts.port.of(text).eq_ignore_ascii_case("port");
        let port = is_port.then_some((parts.port, PlaceholderKind::Template));
        let of = |part: Span| {
            let kind = stands_for(part.of(text)).or_else(|| encoded_placeholder(part.of(text)));
            kind.map(|kind| (part, kind))
        };
        let parts_of_url = [user, password, parts.hostname, parts.port, path];
        let mut whole = parts_of_url.into_iter().filter_map(of).chain(port).peekable();
        let host = text.get(password.end + 1..).unwrap_or("");
        match whole.peek() {
            None if is_sample(user.of(text), password.of(text), host) => {
                let span = Span::new(user.start, password.end);
                found.push((InputSpan { input, span }, PlaceholderKind::Sample));
            }
            _ => found.extend(whole.map(|(span, kind)| (InputSpan { input, span }, kind))),
        }
    }

    /// Whether a placeholder stands in a stretch of the URL, which explains what is wrong there.
    pub(crate) fn has_placeholder(&self, stretch: Span) -> bool {
        // A sample may be mistyped as well.
        let mut found = self.placeholders().into_iter();
        found.any(|(it, kind)| {
            kind != PlaceholderKind::Sample && it.input == DATABASE_URL && it.span.overlaps(stretch)
        })
    }

    /// Whether reading the URL is refused.
    pub(crate) fn is_url_refused(&self) -> bool {
        self.is_refused_by(&stages::RECIPE)
    }
}

/// The placeholder that a whole part is, once it is decoded: a template that went through an encoder.
fn encoded_placeholder(part: &str) -> Option<PlaceholderKind> {
    if !part.starts_with('%') {
        return None;
    }
    let decoded = unquote(part);
    let found = placeholders(&decoded);
    let whole = Span::new(0, decoded.len());
    found.into_iter().find(|it| it.span == whole).map(|it| it.kind)
}

/// A part of a userinfo, percent-encoded.
fn encode(part: &str, percent: Percent) -> String {
    // What is decoded out of a token would be another one.
    if let Some(token) = token::encoded_iam_token(part) {
        return token;
    }
    match percent {
        Percent::Sign => quote(part),
        Percent::Code => match unquote(part) {
            // Codes that make no text are none.
            decoded if decoded.contains('\u{fffd}') => quote(part),
            decoded => quote(&decoded),
        },
    }
}

/// How the characters of a text that a URL's userinfo must not hold are written, each once:
/// `` `#` as `%23` and `@` as `%40` ``. A `%` is one of them where it starts no code, or everywhere.
pub(crate) fn to_write(text: &str, percent: Percent) -> String {
    let mut codes: Vec<(char, String)> = Vec::new();
    for (at, c) in text.char_indices() {
        let is_odd = match c {
            '%' => percent == Percent::Sign || code_at(text, at).is_none(),
            c if c.is_ascii() => !c.is_ascii_graphic() || "#/?[]@".contains(c),
            c => is_netloc_delimiter_under_nfkc(c),
        };
        if is_odd && codes.iter().all(|(it, _)| *it != c) {
            codes.push((c, quote(c.encode_utf8(&mut [0; 4]))));
        }
    }
    let count = codes.len();
    let mut written = String::new();
    for (nth, (c, code)) in codes.into_iter().enumerate() {
        written.push_str(match nth {
            0 => "write ",
            _ if nth + 1 == count => " and ",
            _ => ", ",
        });
        written.push_str(&match c {
            ' ' => alloc::format!("a space as `{code}`"),
            c if c.is_ascii_control() => alloc::format!("a control character as `{code}`"),
            c => alloc::format!("`{c}` as `{code}`"),
        });
    }
    written
}

/// Whether Python, libpq and the WHATWG parser read the same out of a part of a userinfo.
pub(crate) fn reads_the_same(part: &str) -> bool {
    let is_plain = |it: u8| it.is_ascii_graphic() && !b"#/?[]@%\"<>\\^`{|}".contains(&it);
    part.bytes().all(is_plain) || {
        let is_known = |c: char| match c {
            '%' => true,
            c if c.is_ascii() => c.is_ascii_graphic() && !"#/?[]@".contains(c),
            c => !is_netloc_delimiter_under_nfkc(c),
        };
        part.chars().all(is_known) && stray_percents(part).next().is_none()
    }
}

/// The `%` signs that no two hexadecimal digits follow.
pub(crate) fn stray_percents(text: &str) -> impl Iterator<Item = usize> {
    text.match_indices('%').map(|(at, _)| at).filter(|at| code_at(text, *at).is_none())
}

/// The byte that the `%` at an offset stands for.
pub(crate) fn code_at(text: &str, at: usize) -> Option<u8> {
    let code = text.get(at + 1..at + 3)?;
    let is_code = code.bytes().all(|it| it.is_ascii_hexdigit());
    u8::from_str_radix(code, 16).ok().filter(|_| is_code)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Inputs, resolve};

    fn with<T>(url: &str, ask: impl FnOnce(&Case<'_, '_>) -> T) -> T {
        let answer = resolve(Inputs::url(url));
        ask(&Case::new(&answer.question, &answer.resolution))
    }

    #[test]
    fn a_socket_is_a_directory_and_a_port() {
        for (path, directory, port) in [
            ("cloudsql/p:r-1:i", "/cloudsql/p:r-1:i", None),
            ("//cloudsql/p:r-1:i/", "/cloudsql/p:r-1:i", None),
            ("/cloudsql/p:r-1:i:5433", "/cloudsql/p:r-1:i", Some("5433")),
            ("/run/postgresql/.s.PGSQL.6432", "/run/postgresql", Some("6432")),
            ("/run/.s.PGSQL.5432", "/run", None),
            ("unix(/tmp/.s.PGSQL.5432)", "/tmp", None),
            ("unix:/tmp", "/tmp", None),
        ] {
            let socket = Socket::read(path).unwrap();
            assert_eq!((&*socket.directory(), socket.port), (directory, port), "{path}");
        }
        assert_eq!(Socket::read("/"), None);
        assert_eq!(Socket::read("/a b:c").unwrap().value(), "/a%20b:c");
    }

    #[test]
    fn a_userinfo_is_the_one_that_is_meant() {
        for (url, user, password) in [
            ("postgres://u:p@h/db", "u", "p"),
            ("postgres://u:1/2@h/db", "u", "1/2"),
            ("postgres:/u:p@h/db", "u", "p"),
            ("postgres://u:p@h/d@b", "u", "p"),
            ("postgres:///db?host=@abstract", "", ""),
        ] {
            let found = with(url, |case| case.userinfo());
            let found = found.map_or(("", ""), |it| (it.user.of(url), it.password.of(url)));
            assert_eq!(found, (user, password), "{url}");
        }
    }

    #[test]
    fn where_a_url_does_not_begin_as_one_nothing_behind_it_is_told() {
        for url in ["postgres:/u:p@h/db", "psql://u:p@h/db", "'postgres://h/db'", "postgres:h/db"] {
            assert!(!with(url, |case| case.has_head()), "{url}");
        }
        for url in ["postgres:///db", "postgres://h:bad/db", "mysql://h/db", "postgres:"] {
            assert!(with(url, |case| case.has_head()), "{url}");
        }
    }

    #[test]
    fn plain_parts_read_the_same() {
        for part in ["", "p", "p:!$&'()*+,;=", "a%40", "é", "a\"<>\\^`{|}"] {
            assert!(reads_the_same(part), "{part}");
        }
        for part in ["a@b", "100%", "a b", "a#", "[a]", "／", "a\tb", "%4"] {
            assert!(!reads_the_same(part), "{part}");
        }
    }

    #[test]
    fn marks_are_found_in_one_pass() {
        let marks = Marks::of("a%\n");
        assert_eq!(marks, Marks(Marks::PERCENT.0 | Marks::DELETED.0));
        assert!(with("postgres://u:$p@h/db", |case| case.has(Marks::PLACEHOLDER)));
        assert!(!with("postgres://u:p@h/db", |case| case.has(Marks::PLACEHOLDER)));
    }
}
