//! Names that other tools and platforms give to what `settings.py` reads from `DATABASE_URL` and
//! `DB_*`.

use super::DATABASE_URL;

/// Words in front of the part.
const PREFIXES: [&str; 7] = ["POSTGRES", "POSTGRESQL", "DATABASE", "DB", "SQL", "RDS", "PG"];

/// What each part is called, and the variable that `settings.py` reads for it.
const PARTS: [(&str, &[&str]); 6] = [
    (
        DATABASE_URL,
        &[
            "URL",
            "URI",
            "DSN",
            "PRISMA_URL",
            "URL_NON_POOLING",
            "PRIVATE_URL",
            "PUBLIC_URL",
            "CONNECTION_STRING",
            "UNPOOLED_URL",
        ],
    ),
    ("DB_HOST", &["HOST", "HOSTNAME", "SERVER", "ADDRESS"]),
    ("DB_PORT", &["PORT"]),
    ("DB_NAME", &["NAME", "DB", "DATABASE", "DBNAME", "DB_NAME", "DATABASE_NAME"]),
    ("DB_USER", &["USER", "USERNAME"]),
    ("DB_PASSWORD", &["PASSWORD", "PASS", "PWD"]),
];

/// The variable that `settings.py` reads for what `name` is for; `None` where it reads `name`
/// itself, or the name is for something else. `database_url` is for `DATABASE_URL`.
pub(crate) fn stands_for(name: &str) -> Option<&'static str> {
    let is_small = name.bytes().any(|it| it.is_ascii_lowercase());
    if is_small {
        let name = name.to_ascii_uppercase();
        let itself = PARTS.iter().map(|it| it.0).find(|it| *it == name);
        return itself.or_else(|| stands_for(&name));
    }
    let (prefix, part) = PREFIXES.iter().find_map(|prefix| {
        let part = name.strip_prefix(prefix)?.strip_prefix('_')?;
        Some((*prefix, part))
    })?;
    let (read, _) = PARTS.iter().find(|(_, names)| names.contains(&part))?;
    // `PGHOST` is libpq's, `PG_HOST` is not.
    (*read != name && !(prefix == "DATABASE" && part == "URL")).then_some(*read)
}

#[cfg(test)]
mod tests {
    use super::stands_for;

    #[test]
    fn other_names_for_the_same() {
        for (name, read) in [
            ("POSTGRES_HOST", "DB_HOST"),
            ("POSTGRES_DB", "DB_NAME"),
            ("POSTGRES_URL_NON_POOLING", "DATABASE_URL"),
            ("DATABASE_HOST", "DB_HOST"),
            ("SQL_DATABASE", "DB_NAME"),
            ("RDS_HOSTNAME", "DB_HOST"),
            ("RDS_DB_NAME", "DB_NAME"),
            ("DB_USERNAME", "DB_USER"),
            ("DB_URL", "DATABASE_URL"),
            ("PG_PASSWORD", "DB_PASSWORD"),
            ("database_url", "DATABASE_URL"),
            ("Database_Url", "DATABASE_URL"),
            ("db_host", "DB_HOST"),
            ("postgres_user", "DB_USER"),
        ] {
            assert_eq!(stands_for(name), Some(read), "{name}");
        }
        for name in [
            "DATABASE_URL",
            "DB_HOST",
            "DB_NAME",
            "PGHOST",
            "pghost",
            "POSTGRES_INITDB_ARGS",
            "DB_",
            "HOST",
        ] {
            assert_eq!(stands_for(name), None, "{name}");
        }
    }
}
