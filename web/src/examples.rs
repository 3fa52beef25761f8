//! Inputs to begin with. Hosts have the shape their provider gives; the passwords are none.

/// A URL that shows something.
#[derive(Debug, PartialEq)]
pub(crate) struct Example {
    /// What its button says.
    pub(crate) name: &'static str,
    pub(crate) url: &'static str,
}

const fn example(name: &'static str, url: &'static str) -> Example {
    Example { name, url }
}

pub(crate) static EXAMPLES: [Example; 8] = [
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
    example("Unescaped #", "postgres://shop_app:exam#ple-password@db.example.com:5432/shop"),
    example(
        "verify-full",
        "postgresql://shop_app:example-password@db.example.com:5432/shop?sslmode=verify-full",
    ),
    example("Empty URL", ""),
    example("Typo in the scheme", "postgress://shop_app:example-password@db.example.com:5432/shop"),
];
