//! Inputs to begin with. Hosts have the shape their provider gives; the passwords are none.

/// Variables that show something.
#[derive(Debug, PartialEq)]
pub(crate) struct Example {
    /// What its button says.
    pub(crate) name: &'static str,
    /// A URL, or a `.env` file.
    pub(crate) text: &'static str,
}

impl Example {
    pub(crate) fn is_file(&self) -> bool {
        self.text.contains('\n')
    }
}

const fn example(name: &'static str, text: &'static str) -> Example {
    Example { name, text }
}

/// What works, as providers give it.
pub(crate) static GOOD: [Example; 4] = [
    example(
        "Railway",
        "postgresql://postgres:example-password@shuttle.proxy.rlwy.net:15140/railway",
    ),
    example(
        "Heroku",
        "postgres://u1example:example-password@ec2-203-0-113-7.compute-1.amazonaws.com:5432/d1example",
    ),
    example(
        "DigitalOcean",
        "postgresql://doadmin:example-password@db-postgresql-fra1-12345-do-user-123456-0.b.db.\
         ondigitalocean.com:25060/defaultdb?sslmode=require",
    ),
    example(
        "Local with SSL",
        "postgres://postgres:example-password@localhost:5432/shop?sslmode=require",
    ),
];

/// What does not do what it seems to.
pub(crate) static BROKEN: [Example; 12] = [
    example("Unescaped #", "postgres://shop_app:exam#ple-password@db.example.com:5432/shop"),
    example("@ in the password", "postgres://shop_app:exam@ple/word@db.example.com:5432/shop"),
    example(
        "verify-full",
        "postgresql://shop_app:example-password@db.example.com:5432/shop?sslmode=verify-full",
    ),
    example("Empty URL", ""),
    example("Typo in the scheme", "postgress://shop_app:example-password@db.example.com:5432/shop"),
    example("Quotes around it", "'postgres://shop_app:example-password@db.example.com:5432/shop'"),
    example("Option of Node", "postgres://shop_app:example-password@db.example.com/shop?ssl=true"),
    example(
        "Prisma’s pgbouncer",
        "postgres://shop_app:example-password@db.example.com:6543/shop?pgbouncer=true",
    ),
    example(
        "Unfilled template",
        "postgres://postgres:[YOUR-PASSWORD]@db.abcdefghijklmnop.supabase.co:5432/postgres",
    ),
    example("Port that is none", "postgres://shop_app:example-password@db.example.com:54E2/shop"),
    example("Name forgotten", "postgres://shop_app:example-password@db.example.com:5432"),
    example(
        "PG* behind its back",
        "DATABASE_URL=postgres://shop_app:example-password@db.example.com/shop\nPGSSLMODE=disable\n\
         PGOPTIONS=-c search_path=other\nDB_HOST=old.example.com\n",
    ),
];

#[cfg(test)]
mod tests {
    use super::*;
    use dsnlens_core::syntax::dotenv;
    use dsnlens_core::{Inputs, Severity, resolve};

    fn rules(example: &Example) -> Vec<&'static str> {
        let dotenv = dotenv::parse(example.text);
        let values = dotenv.bindings.iter().filter_map(|it| Some((it.name, it.value.as_deref()?)));
        let inputs = match example.is_file() {
            true => Inputs::new(values),
            false => Inputs::url(example.text),
        };
        let answer = resolve(inputs.with_debug(false));
        let worrying = answer.diagnostics.iter().filter(|it| it.severity < Severity::Info);
        worrying.map(|it| it.rule.name).collect()
    }

    #[test]
    fn what_is_called_broken_is() {
        let usual: Vec<_> = GOOD.iter().flat_map(rules).collect();
        for example in &BROKEN {
            let rules = rules(example);
            assert!(rules.iter().any(|it| !usual.contains(it)), "{}: {rules:?}", example.name);
        }
    }
}
