//! `alias-unknown`.

use crate::advice::rule;

rule! {
    /// `DATABASES` has no database of this name
    ///
    /// # What happens
    ///
    /// Django is asked for a database by an alias that `DATABASES` does not have:
    /// `django.utils.connection.ConnectionDoesNotExist: The connection 'replica' doesn't exist.`
    ///
    /// # Why it matters
    ///
    /// The alias comes from `using('replica')`, `--database`, a test's `databases`, or a router in
    /// `DATABASE_ROUTERS`, and the settings that are loaded are mostly other ones than those that define
    /// it.
    ///
    /// # What to do
    ///
    /// Add the alias to `DATABASES`, or correct it where it is used. Check that
    /// `DJANGO_SETTINGS_MODULE` names the settings that define it.
    ///
    /// # References
    ///
    /// - [Django 5.2, `utils/connection.py`](https://github.com/django/django/blob/5.2/django/utils/connection.py): the error
    /// - [Django's documentation, multiple databases](https://docs.djangoproject.com/en/5.2/topics/db/multi-db/): `using()` and routers
    ///
    /// # Examples
    ///
    /// ```message,reports
    /// django.utils.connection.ConnectionDoesNotExist: The connection 'replica' doesn't exist.
    /// ```
    ///
    /// ```message,silent
    /// django.core.exceptions.ImproperlyConfigured: You must define a 'default' database.
    /// ```
    "alias-unknown", [Error], message,
    errors [
        "The connection '{}' doesn't exist",
        "The connection {} doesn't exist",
        "ConnectionDoesNotExist: The connection"
    ]
}
