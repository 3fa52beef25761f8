//! What stands where a value should: references that nobody expanded, blanks of a template, masks.
//!
//! A real password may hold a `$`, a bracket or a brace. So a name between marks counts only
//! where the marks are closed and the name is one that people give to such a value.

use alloc::vec::Vec;

use crate::span::Span;

/// A placeholder, by its bytes in the text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Placeholder {
    /// With its marks.
    pub span: Span,
    /// Who should have replaced it.
    pub kind: PlaceholderKind,
}

/// Who should have replaced a placeholder.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PlaceholderKind {
    /// `${db.DATABASE_URL}`: App Platform's bindable variables. No shell has a dot in a name.
    DigitalOcean,
    /// `${{ secrets.DATABASE_URL }}`.
    GithubActions,
    /// `****`: what is shown in the place of a secret.
    Mask,
    /// `None`, `null`, `undefined`: a program's word for nothing.
    Nothing,
    /// `${{Postgres.DATABASE_URL}}`.
    Railway,
    /// `vault:secret/db`, `/run/secrets/db`: where a secret is kept.
    Reference,
    /// `user:password@host`: each part is its own name.
    Sample,
    /// `[YOUR-PASSWORD]`, `<password>`, `{password}`: a person.
    Template,
    /// `$DATABASE_URL`, `${DATABASE_URL}`: a shell, or whatever reads the file.
    Variable,
}

/// The placeholders between marks in `text`, ascending and apart.
pub fn placeholders(text: &str) -> Vec<Placeholder> {
    let mut found = Vec::new();
    let mut end = 0;
    for (at, mark) in text.match_indices(['$', '[', '<', '{', '%', '(', '#']) {
        let rest = text.get(at..).filter(|_| at >= end).unwrap_or("");
        let before = text.get(..at).and_then(|it| it.chars().next_back());
        let known = match mark {
            "$" => reference(rest, before.is_none_or(is_delimiter)),
            "[" => between(rest, "[", "]").or_else(|| object(rest)),
            "<" => between(rest, "<", ">").or_else(|| ruby(rest)),
            "%" => between(rest, "%(", ")s"),
            "(" => between(rest, "((", "))"),
            "#" => token(rest).filter(|_| before.is_none_or(is_delimiter)),
            _ => double_braces(rest).or_else(|| between(rest, "{", "}")),
        };
        if let Some((length, kind)) = known {
            end = at + length;
            found.push(Placeholder { span: Span::new(at, end), kind });
        }
    }
    found
}

/// What `part`, a whole part of a URL or a whole variable, stands for without any marks.
pub fn stands_for(part: &str) -> Option<PlaceholderKind> {
    if is_reference(part) {
        return Some(PlaceholderKind::Reference);
    }
    // Decided by the first letter, mostly.
    let first = part.chars().next().filter(|it| "*•.xXNnuYyDP@%_CRTF".contains(*it))?;
    let is_one_character = || part.chars().all(|it| it == first);
    match first {
        '*' | '•' | '.' if part.len() > 2 && is_one_character() => Some(PlaceholderKind::Mask),
        'x' | 'X' if part.len() > 3 && is_one_character() => Some(PlaceholderKind::Mask),
        'N' | 'n' | 'u' if matches!(part, "None" | "null" | "undefined") => {
            Some(PlaceholderKind::Nothing)
        }
        'Y' | 'y' if part.chars().all(is_name_character) => {
            let (your, name) = part.split_at_checked(4)?;
            (your.eq_ignore_ascii_case("your") && names_a_value(name))
                .then_some(PlaceholderKind::Template)
        }
        '@' | '%' | '_' => {
            // A make-file's, Windows's, and a pipeline's marks.
            let mark = if first == '_' { "__" } else { part.get(..1)? };
            let name = part.strip_prefix(mark)?.strip_suffix(mark)?;
            (name.chars().all(is_name_character) && names_a_value(name))
                .then_some(PlaceholderKind::Template)
        }
        'C' | 'R' | 'T' | 'F' => {
            let is_one = match part.strip_prefix("CHANGE").or_else(|| part.strip_prefix("REPLACE"))
            {
                Some(rest) => {
                    let rest = rest.trim_start_matches(['_', '-']);
                    let word = rest.split(['_', '-']).next().unwrap_or("");
                    matches!(word, "ME" | "THIS" | "IT" | "WITH")
                        && rest.chars().all(|it| it == '-' || is_capital(it))
                }
                None => matches!(part, "TODO" | "TBD" | "FIXME"),
            };
            is_one.then_some(PlaceholderKind::Template)
        }
        'D' | 'P' => {
            let name = ["DB_", "DATABASE_", "POSTGRES_", "PG"];
            let name = name.iter().find_map(|it| part.strip_prefix(it))?;
            let is_field = matches!(
                name,
                "DB" | "DATABASE" | "HOST" | "NAME" | "PASSWORD" | "PORT" | "URL" | "USER"
            );
            is_field.then_some(PlaceholderKind::Template)
        }
        _ => None,
    }
}

/// Whether a whole value names a place where a secret is kept.
fn is_reference(value: &str) -> bool {
    const BEGINNINGS: [&str; 21] = [
        "/run/secrets/",
        "/var/run/secrets/",
        "!GetAtt ",
        "!ImportValue ",
        "!Ref ",
        "!Sub ",
        "@Microsoft.KeyVault(",
        "akv://",
        "arn:aws",
        "aws-sm://",
        "awssm://",
        "ENC[",
        "berglas://",
        "file:/",
        "gsm://",
        "op://",
        "ref+",
        "secretref:",
        "sm://",
        "ssm://",
        "vault:",
    ];
    BEGINNINGS.iter().any(|it| value.starts_with(it))
        || value.starts_with("projects/") && value.contains("/secrets/")
}

/// Whether user, password and host are called what they are, as in a tool's documentation; `rest`
/// starts with the host.
pub fn is_sample(user: &str, password: &str, rest: &str) -> bool {
    let is = |part: &str, names: &[&str]| names.iter().any(|it| part.eq_ignore_ascii_case(it));
    is(user, &["user", "username"])
        && is(password, &["pass", "passwd", "password", "pwd", "secret"])
        && is(leading(rest, |it| is_name_character(it) || it == '.'), &["host", "hostname"])
}

/// A reference that starts with `$`: its length and whose it is.
fn reference(rest: &str, is_apart: bool) -> Option<(usize, PlaceholderKind)> {
    let closed = |inner: &str, marks: usize| inner.len() + marks;
    if let Some(behind) = rest.strip_prefix("${{") {
        let inner = behind.get(..behind.find(['{', '}'])?)?;
        let is_closed = behind.get(inner.len()..)?.starts_with("}}");
        return is_closed.then(|| (closed(inner, 5), expression(inner)));
    }
    if let Some(behind) = rest.strip_prefix("${") {
        let name = leading(behind, |it| is_name_character(it) || it == '.');
        let inner = behind.get(..behind.find(['$', '{', '}'])?)?;
        let is_closed = behind.get(inner.len()..)?.starts_with('}');
        // `${NAME:-default}`
        let is_name = name.len() > 1
            && (inner.len() == name.len()
                || behind.get(name.len()..)?.starts_with([':', '-', '?', '+']));
        let is_bindable = name
            .rsplit_once('.')
            .is_some_and(|(_, name)| name.starts_with(|it: char| it.is_ascii_uppercase()));
        let kind = match is_bindable {
            true => PlaceholderKind::DigitalOcean,
            false => PlaceholderKind::Variable,
        };
        return (is_closed && is_name).then(|| (closed(inner, 3), kind));
    }
    if let Some(behind) = rest.strip_prefix("$(") {
        let name = leading(behind, is_capital);
        let is_closed = behind.get(name.len()..)?.starts_with(')');
        // A command: `$(cat /run/secrets/password)`.
        let command = behind.find(['(', ')', '@']).and_then(|end| behind.get(..end));
        let is_command = |it: &str| {
            it.trim().contains(' ') && it.starts_with(|c: char| c.is_ascii_lowercase() || c == '<')
        };
        if let Some(command) = command.filter(|it| is_command(it))
            && behind.get(command.len()..)?.starts_with(')')
        {
            return Some((closed(command, 3), PlaceholderKind::Variable));
        }
        return (is_closed && name.len() > 1).then(|| (closed(name, 3), PlaceholderKind::Variable));
    }
    // Without braces only a name that fills a whole part of the URL.
    let name = leading(rest.strip_prefix('$')?, is_capital);
    let ends = rest.get(1 + name.len()..)?.chars().next().is_none_or(is_delimiter);
    let is_telling = name.len() > 1 && (name.contains('_') || names_a_value(name));
    (is_apart && ends && is_telling).then(|| (1 + name.len(), PlaceholderKind::Variable))
}

/// Whose `${{ … }}` it is, by the first name in it.
fn expression(inner: &str) -> PlaceholderKind {
    let inner = inner.trim();
    let (context, _) = inner.split_once('.').unwrap_or((inner, ""));
    match context {
        "secrets" | "vars" | "env" | "github" | "inputs" | "needs" | "steps" | "matrix" => {
            PlaceholderKind::GithubActions
        }
        // Azure Pipelines.
        "variables" | "parameters" => PlaceholderKind::Variable,
        _ => PlaceholderKind::Railway,
    }
}

fn double_braces(rest: &str) -> Option<(usize, PlaceholderKind)> {
    let behind = rest.strip_prefix("{{")?;
    let end = behind.find(['{', '}'])?;
    let is_closed = end > 0 && behind.get(end..)?.starts_with("}}");
    is_closed.then_some((end + 4, PlaceholderKind::Template))
}

/// What JavaScript makes of an object.
fn object(rest: &str) -> Option<(usize, PlaceholderKind)> {
    const OBJECT: &str = "[object Object]";
    rest.starts_with(OBJECT).then_some((OBJECT.len(), PlaceholderKind::Nothing))
}

/// `<%= password %>`
fn ruby(rest: &str) -> Option<(usize, PlaceholderKind)> {
    let end = rest.strip_prefix("<%")?.find(['<', '>'])? + 2;
    let is_closed = end > 3 && rest.get(..end)?.ends_with('%');
    is_closed.then_some((end + 1, PlaceholderKind::Template))
}

/// `#{password}`, `#{password}#`, as the whole of a part.
fn token(rest: &str) -> Option<(usize, PlaceholderKind)> {
    let end = rest.strip_prefix("#{")?.find(['{', '}', '@', '/'])? + 2;
    let behind = rest.get(end..)?.strip_prefix('}').filter(|_| end > 2)?;
    let mark = usize::from(behind.starts_with('#'));
    let ends = behind.get(mark..)?.chars().next().is_none_or(is_delimiter);
    ends.then_some((end + 1 + mark, PlaceholderKind::Template))
}

/// A name between two marks.
fn between(rest: &str, opens: &str, closes: &str) -> Option<(usize, PlaceholderKind)> {
    let behind = rest.strip_prefix(opens)?;
    let name = leading(behind, |it| is_name_character(it) || matches!(it, ' ' | '.'));
    let is_closed = behind.get(name.len()..)?.starts_with(closes);
    (is_closed && names_a_value(name))
        .then_some((opens.len() + name.len() + closes.len(), PlaceholderKind::Template))
}

/// Whether `name` is what people call a part of a connection string.
fn names_a_value(name: &str) -> bool {
    const WORDS: [&str; 12] = [
        "pass", "pwd", "user", "host", "port", "name", "database", "db", "url", "your", "project",
        "region",
    ];
    let holds = |word: &&str| {
        name.as_bytes().windows(word.len()).any(|it| it.eq_ignore_ascii_case(word.as_bytes()))
    };
    WORDS.iter().any(holds) && !name.eq_ignore_ascii_case("localhost")
}

fn leading(text: &str, is_inside: impl Fn(char) -> bool) -> &str {
    let end = text.find(|it| !is_inside(it)).unwrap_or(text.len());
    text.get(..end).unwrap_or("")
}

fn is_name_character(it: char) -> bool {
    it.is_ascii_alphanumeric() || matches!(it, '_' | '-')
}

fn is_capital(it: char) -> bool {
    it.is_ascii_uppercase() || it.is_ascii_digit() || it == '_'
}

fn is_delimiter(it: char) -> bool {
    matches!(it, ':' | '/' | '@' | '?' | '&' | '=' | '#')
}

#[cfg(test)]
mod tests {
    use super::PlaceholderKind::*;
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: &[(&str, PlaceholderKind)]) {
        let found: Vec<_> =
            placeholders(text).into_iter().map(|it| (it.span.of(text), it.kind)).collect();
        assert_eq!(found, expected, "{text}");
    }

    #[test]
    fn references_name_who_should_have_replaced_them() {
        check("${{Postgres.DATABASE_URL}}", &[("${{Postgres.DATABASE_URL}}", Railway)]);
        check("${{ secrets.DB }}", &[("${{ secrets.DB }}", GithubActions)]);
        check("${db.DATABASE_URL}", &[("${db.DATABASE_URL}", DigitalOcean)]);
        check("$DATABASE_URL", &[("$DATABASE_URL", Variable)]);
        check("${DB_URL:-postgres://h}", &[("${DB_URL:-postgres://h}", Variable)]);
        check(
            "postgres://$DB_USER:${DB_PASSWORD}@$(DB_HOST)/{db}",
            &[
                ("$DB_USER", Variable),
                ("${DB_PASSWORD}", Variable),
                ("$(DB_HOST)", Variable),
                ("{db}", Template),
            ],
        );
    }

    #[test]
    fn blanks_of_a_template_name_what_belongs_there() {
        check("u:[YOUR-PASSWORD]@h", &[("[YOUR-PASSWORD]", Template)]);
        check("u:<password>@<host name>", &[("<password>", Template), ("<host name>", Template)]);
        check("{{ db_url }}", &[("{{ db_url }}", Template)]);
        check("u:%(DB_PASSWORD)s@h", &[("%(DB_PASSWORD)s", Template)]);
        check("u:((db-password))@h", &[("((db-password))", Template)]);
        check(
            "u:<%= pw %>@<%= ENV['H'] %>",
            &[("<%= pw %>", Template), ("<%= ENV['H'] %>", Template)],
        );
        check("u:$(cat /run/secrets/pw)@h", &[("$(cat /run/secrets/pw)", Variable)]);
        check("u:#{octo}#@h", &[("#{octo}#", Template)]);
        check("u:#{DB_PASSWORD}@#{x.y}/d", &[("#{DB_PASSWORD}", Template), ("#{x.y}", Template)]);
        check("u:[object Object]@h", &[("[object Object]", Nothing)]);
    }

    #[test]
    fn a_real_password_is_none() {
        for text in [
            "Xy9$mK2#pL8",
            "u:pa$$word@h",
            "u:a$HOME@h",
            "u:$ABC@h",
            "${}",
            "${a",
            "$(x)y",
            "[::1]",
            "[localhost]",
            "[fe80::1]",
            "u:[x9k]@h",
            "<3",
            "{x}",
            "${{a}",
            "{{}}",
            "%(x9k)s",
            "((x9k))",
            "<%x",
            "<%>",
            "p#{x}@h",
            "#{}",
            "#{x}y",
        ] {
            check(text, &[]);
        }
        for part in [
            "",
            "**",
            "xx",
            "your",
            "none",
            "PGX",
            "DB_PROD",
            "password",
            "yourself",
            "@x9k@",
            "_db_",
            "%x9k%",
            "CHANGED",
            "REPLACE_MENT",
            "changeme",
            "Todo",
        ] {
            assert_eq!(stands_for(part), None, "{part}");
        }
    }

    #[test]
    fn a_whole_part_may_stand_for_another() {
        assert_eq!(stands_for("********"), Some(Mask));
        assert_eq!(stands_for("xxxx"), Some(Mask));
        assert_eq!(stands_for("undefined"), Some(Nothing));
        assert_eq!(stands_for("your_password"), Some(Template));
        for part in [
            "DB_PASSWORD",
            "@DB_PASSWORD@",
            "%DB_PASSWORD%",
            "__db_password__",
            "CHANGE_ME",
            "CHANGEME",
            "CHANGE-THIS",
            "REPLACE_WITH_PASSWORD",
            "TODO",
        ] {
            assert_eq!(stands_for(part), Some(Template), "{part}");
        }
        for part in [
            "@Microsoft.KeyVault(SecretUri=https://x.vault.azure.net/secrets/db)",
            "arn:aws:secretsmanager:eu-west-1:1:secret:db",
            "vault:secret/data/db#url",
            "op://shop/db/url",
            "sm://shop/db",
            "ref+vault://secret/db#/url",
            "file:///run/secrets/db",
            "/run/secrets/db",
            "!Ref DatabaseUrl",
            "projects/1/secrets/db/versions/latest",
        ] {
            assert_eq!(stands_for(part), Some(Reference), "{part}");
        }
        assert!(is_sample("USER", "PASSWORD", "HOST") && is_sample("user", "pass", "hostname:1"));
        assert!(!is_sample("app", "pass", "host") && !is_sample("user", "pass", "host.example"));
    }
}
