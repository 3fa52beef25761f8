//! The releases that somebody names.

use dsnlens_core::clients::libpq;
use dsnlens_core::{DjDatabaseUrl, Django, Driver, PackageVersion, Recipe};

/// The releases that somebody names; what is absent is found in a project, or assumed.
#[derive(Clone, Copy, Debug, Default)]
pub struct Stack {
    /// dj-database-url.
    pub dj_database_url: Option<DjDatabaseUrl>,
    /// django-environ.
    pub django_environ: Option<PackageVersion>,
    /// Django.
    pub django: Option<Django>,
    /// The driver that Django takes.
    pub driver: Option<Driver>,
    /// libpq.
    pub libpq: Option<libpq::Version>,
}

impl Stack {
    /// The releases, with what is usual where none is named.
    pub fn recipe(&self) -> Recipe {
        let Stack { dj_database_url, django_environ, django, driver, libpq } = *self;
        let default = Recipe::default();
        Recipe {
            dj_database_url: dj_database_url.unwrap_or(default.dj_database_url),
            django_environ: django_environ.unwrap_or(default.django_environ),
            django: django.unwrap_or(default.django),
            driver: driver.unwrap_or(default.driver),
            libpq: libpq.unwrap_or(default.libpq),
            ..default
        }
    }
}
