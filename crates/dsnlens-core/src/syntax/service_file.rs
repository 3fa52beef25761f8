//! `parseServiceFile()`: the options that `pg_service.conf` gives to a service.
//!
//! Of PostgreSQL 18.6 (`fe-connect.c`), the same since 15. A line that names an LDAP server is
//! skipped, as libpq does where the server does not answer.

use super::Slice;
use super::libpq::{Dialect, is_space};

/// An option of a service.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Entry<'s> {
    /// Its name, which libpq knows.
    pub keyword: &'s str,
    /// Its value, to the end of the line; blanks behind it are none of it.
    pub value: Slice<'s>,
    /// The line, counted from 1.
    pub line: usize,
}

/// Why libpq refuses a file, and the line where it does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ServiceError {
    /// A line does not fit libpq's buffer.
    TooLong(usize),
    /// A line has no `=`, or no option's name before it.
    Syntax(usize),
    /// A service names another.
    Nested(usize),
}

/// The most bytes that libpq reads at once; a line takes fewer, its line end included.
const BUFFER: usize = 1023;

/// The options of `service` in order; `None` where no section has its name.
pub fn parse_service<'s>(
    text: &'s str,
    service: &str,
    dialect: &impl Dialect,
) -> Result<Option<alloc::vec::Vec<Entry<'s>>>, ServiceError> {
    let mut found = None;
    for (number, line) in (1..).zip(Lines(Slice::whole(text))) {
        if line.text.len() >= BUFFER {
            return Err(ServiceError::TooLong(number));
        }
        let line = trim(line);
        if line.is_empty() || line.text.starts_with('#') {
            continue;
        }
        if let Some(name) = line.strip_prefix("[") {
            if found.is_some() {
                break;
            }
            // What stands behind the bracket is not looked at.
            let is_named = name.strip_prefix(service).is_some_and(|it| it.text.starts_with(']'));
            found = is_named.then(alloc::vec::Vec::new);
            continue;
        }
        let Some(entries) = found.as_mut() else { continue };
        if line.text.starts_with("ldap") {
            continue;
        }
        let Some((keyword, value)) = line.split_once('=') else {
            return Err(ServiceError::Syntax(number));
        };
        match keyword.text {
            "service" => return Err(ServiceError::Nested(number)),
            keyword if dialect.knows(keyword) => {
                entries.push(Entry { keyword, value, line: number })
            }
            _ => return Err(ServiceError::Syntax(number)),
        }
    }
    Ok(found)
}

/// The pieces that `fgets()` reads, each to its first NUL as C sees it.
struct Lines<'s>(Slice<'s>);

impl<'s> Iterator for Lines<'s> {
    type Item = Slice<'s>;

    fn next(&mut self) -> Option<Slice<'s>> {
        if self.0.is_empty() {
            return None;
        }
        let rest = self.0.text;
        let end = rest.bytes().take(BUFFER).position(|byte| byte == b'\n').map(|at| at + 1);
        let end = end.unwrap_or(rest.floor_char_boundary(BUFFER));
        let (line, behind) = self.0.split_at(end);
        self.0 = behind;
        Some(line.split_before(&['\0']).0)
    }
}

fn trim(line: Slice<'_>) -> Slice<'_> {
    let is_blank = |c: char| u8::try_from(c).is_ok_and(is_space);
    let start = line.text.len() - line.text.trim_start_matches(is_blank).len();
    let line = line.split_at(start).1;
    line.split_at(line.text.trim_end_matches(is_blank).len()).0
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clients::libpq::Version;
    use alloc::format;
    use alloc::vec::Vec;

    #[track_caller]
    fn entries(text: &str) -> Vec<(&str, &str, usize)> {
        let entries = parse_service(text, "a", &Version::V18).unwrap().unwrap();
        entries.iter().map(|it| (it.keyword, it.value.text, it.line)).collect()
    }

    #[track_caller]
    fn refused(text: &str, expected: ServiceError) {
        assert_eq!(parse_service(text, "a", &Version::V18), Err(expected), "{text:?}");
    }

    #[test]
    fn a_section_ends_at_the_next() {
        let text = "host=x\n[b]\nhost=y\n[a] # c\n\n # c\n\thost= z \r\n[a]\nport=1";
        assert_eq!(entries(text), [("host", " z", 7)]);
        assert_eq!(entries("[a]"), []);
        assert_eq!(parse_service("[ab]\n[b\n", "a", &Version::V18), Ok(None));
    }

    #[test]
    fn every_line_is_an_option_that_libpq_knows() {
        refused("[a]\nhost\n", ServiceError::Syntax(2));
        refused("[a]\nhost =x\n", ServiceError::Syntax(2));
        refused("[a]\nrequiressl=1\n", ServiceError::Syntax(2));
        refused("[a]\nservice=b\n", ServiceError::Nested(2));
        assert_eq!(
            entries("[a]\nldap://h\nhost=a=b\nhost="),
            [("host", "a=b", 3), ("host", "", 4)]
        );
        let newer = "[a]\nsslkeylogfile=x\n";
        assert_eq!(parse_service(newer, "a", &Version::V17), Err(ServiceError::Syntax(2)));
    }

    #[test]
    fn a_line_has_to_fit_the_buffer() {
        let line = |length: usize| format!("#{}", "x".repeat(length - 1));
        refused(&format!("{}\n", line(1022)), ServiceError::TooLong(1));
        assert_eq!(entries(&format!("{}\n[a]\nhost=x", line(1021))), [("host", "x", 3)]);
        assert_eq!(entries(&format!("[a]\nhost=x\n{}", line(1022))), [("host", "x", 2)]);
        refused(&format!("[b]\n{}", line(1023)), ServiceError::TooLong(2));
        assert_eq!(entries(&format!("#\0{}[a]\nhost=x", "x".repeat(1021))), [("host", "x", 3)]);
    }
}
