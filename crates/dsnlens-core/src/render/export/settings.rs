//! A block for `settings.py`: the recipe without its pitfalls.
//!
//! It reads the variables that the recipe reads and stands in its place. It differs in this: an
//! empty `DATABASE_URL` counts for nothing; TLS is required in production without weakening
//! `verify-ca` and `verify-full`, and not of this machine itself; connecting has a time limit, and
//! connections are checked; no password is a default.

use alloc::string::String;
use alloc::vec::Vec;

use super::effective::Effective;
use crate::ledger::Origin;
use crate::recipe::SslRequire;
use crate::secret::Text;
use crate::syntax::python::repr;
use crate::workload::Pooler;

pub(super) fn write(effective: &Effective<'_, '_>) -> Text<'static> {
    let recipe = effective.recipe;
    let password = default_password(effective);
    let (age, lifetime) = lifetime(effective);
    let checks = if age == 0 { "False" } else { "True" };
    let [name, user, host, port] = {
        let defaults = &recipe.defaults;
        [&defaults.name, &defaults.user, &defaults.host, &defaults.port].map(|it| repr(it))
    };
    // With the system's own authorities libpq takes no weaker mode.
    let is_system = effective.text("sslrootcert") == Some("system");
    let lax = if is_system { "verify-full" } else { "prefer" };
    let timeout = recipe.connect_timeout;
    let patience = match recipe.driver.patience() {
        Some(seconds) => alloc::format!("for {seconds} s"),
        None => "until the operating system gives up".into(),
    };
    let tls = require_tls(recipe.ssl_require, is_system, effective);
    let cursors = match is_behind_transaction_pooler(effective) {
        true => {
            "
    # A transaction pooler may run the next query on another connection.
    database['DISABLE_SERVER_SIDE_CURSORS'] = True"
        }
        false => "",
    };
    Text::plain(alloc::format!(
        "import os

import dj_database_url

# This stands for DATABASES in settings.py, below DEBUG. No password is in it.
{password}{lifetime}if os.environ.get('DATABASE_URL'):
    database = dj_database_url.config(conn_max_age={age}, conn_health_checks={checks})
else:
    database = {{
        'ENGINE': 'django.db.backends.postgresql',
        'NAME': os.environ.get('DB_NAME', {name}),
        'USER': os.environ.get('DB_USER', {user}),
        'PASSWORD': os.environ.get('DB_PASSWORD', ''),
        'HOST': os.environ.get('DB_HOST', {host}),
        'PORT': os.environ.get('DB_PORT', {port}),
        'CONN_MAX_AGE': {age},
        'CONN_HEALTH_CHECKS': {checks},
        'OPTIONS': {{'sslmode': '{lax}'}},
    }}

if database['ENGINE'].endswith(('postgresql', 'postgis')):
    options = database.setdefault('OPTIONS', {{}})
    # Without a limit, a host that does not respond blocks a worker {patience}.
    options.setdefault('connect_timeout', {timeout}){tls}{cursors}

DATABASES = {{'default': database}}
"
    ))
}

/// The recipe's lifetime of a connection or a shorter one that is advised, and a comment on it.
fn lifetime(effective: &Effective<'_, '_>) -> (u32, String) {
    let age = effective.recipe.conn_max_age;
    let workload = effective.inputs.workload();
    let Some((users, advice)) = workload.users.zip(workload.advice()) else {
        return (age, String::new());
    };
    let pooler = match advice.pooler {
        Pooler::Unneeded => "",
        Pooler::Any => ", with a pooler in front of the database",
        Pooler::PgBouncer => ", with PgBouncer in front of the database",
    };
    let age = age.min(advice.conn_max_age);
    (age, alloc::format!("# For {users} users: connections live for {age} s{pooler}.\n"))
}

/// What stands for `ssl_require`.
fn require_tls(require: SslRequire, is_system: bool, effective: &Effective<'_, '_>) -> String {
    let (when, condition) = match require {
        SslRequire::Never => return String::new(),
        SslRequire::Always => ("TLS is required", ""),
        SslRequire::NotDebug => ("Production requires TLS", "DEBUG or "),
    };
    let (verified, strict) = match is_system {
        true => ("'verify-full'", "verify-full"),
        false => ("'verify-ca', 'verify-full'", "require"),
    };
    let hosts: Vec<_> = effective.recipe.local_hosts.iter().map(|it| repr(it)).collect();
    let hosts = hosts.join(", ");
    alloc::format!(
        "
    # {when}. A mode that verifies the server too stays as it is.
    is_local = database.get('HOST') in [{hosts}]
    is_verified = options.get('sslmode') in [{verified}]
    if not ({condition}is_local or is_verified):
        options['sslmode'] = '{strict}'"
    )
}

/// What becomes of a password that only the recipe knows.
fn default_password(effective: &Effective<'_, '_>) -> &'static str {
    let winner = effective.resolution.ledger.winner("password");
    match winner.map(|(_, line)| &line.origin) {
        Some(Origin::Recipe(_)) => {
            "# DB_PASSWORD is not set: set it, since what everybody knows is no default here.\n"
        }
        _ => "",
    }
}

fn is_behind_transaction_pooler(effective: &Effective<'_, '_>) -> bool {
    effective.answer.diagnostics.iter().any(|it| it.rule.name == "transaction-pooler")
}
