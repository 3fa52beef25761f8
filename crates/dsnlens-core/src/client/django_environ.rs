//! Django with django-environ: `DATABASES = {"default": env.db()}`, below which everything is Django's.

use super::{Client, django};
use crate::module::Preset;

/// The row of the table.
pub static CLIENT: Client = Client {
    name: "django-environ",
    title: "Django 5.2, with django-environ, psycopg 3 and libpq",
    version: "django-environ 0.14, Django 5.2, psycopg 3.3, libpq 18",
    packages: &[],
    preset: Some(Preset::ENVIRON),
    ..django::CLIENT
};
