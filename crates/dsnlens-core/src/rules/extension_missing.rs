//! `extension-missing`.

use crate::advice::rule;

rule! {
    /// An extension is not installed on the server
    ///
    /// # What happens
    ///
    /// `could not access file "$libdir/postgis-3": No such file or directory`, `extension "vector" is not
    /// available`, `type "geometry" does not exist`: the files of an extension are not on the server's
    /// machine, or the extension was not created in this database.
    ///
    /// # Why it matters
    ///
    /// The connection works. It is the server's image or package that lacks the files, often after a new
    /// major version or a change to another image.
    ///
    /// # What to do
    ///
    /// Install the extension's package for the server's major version, or use an image that has it, such
    /// as `postgis/postgis`. Then run `CREATE EXTENSION` in each database that needs it.
    ///
    /// # References
    ///
    /// - [PostgreSQL 18, `dfmgr.c`](https://github.com/postgres/postgres/blob/REL_18_0/src/backend/utils/fmgr/dfmgr.c): `could not access file`
    /// - [PostgreSQL 18, `extension.c`](https://github.com/postgres/postgres/blob/REL_18_0/src/backend/commands/extension.c): `is not available`
    /// - [PostgreSQL 18, `parse_type.c`](https://github.com/postgres/postgres/blob/REL_18_0/src/backend/parser/parse_type.c): `type … does not exist`
    /// - [The PostGIS image, `README.md`](https://github.com/postgis/docker-postgis/blob/51b35550144e6bf1c97a8dc7530b8eaa212180bf/README.md): the extensions that it has
    ///
    /// # Examples
    ///
    /// ```message,reports
    /// django.db.utils.OperationalError: could not access file "$libdir/postgis-3": No such file or directory
    /// ```
    ///
    /// ```message,silent
    /// connection to server on socket "/run/.s.PGSQL.5432" failed: No such file or directory
    /// ```
    "extension-missing", [Error], message,
    errors [
        "could not access file \"$libdir/",
        "could not open extension control file",
        "extension \"{}\" is not available",
        "could not load library \"",
        "type \"geometry\" does not exist" => "Create it in this database: `CREATE EXTENSION postgis`",
        "type \"geography\" does not exist" => "Create it in this database: `CREATE EXTENSION postgis`",
        "type \"vector\" does not exist" => "Create it in this database: `CREATE EXTENSION vector`",
        "type \"citext\" does not exist" => "Create it in this database: `CREATE EXTENSION citext`",
        "type \"hstore\" does not exist" => "Create it in this database: `CREATE EXTENSION hstore`"
    ]
}
