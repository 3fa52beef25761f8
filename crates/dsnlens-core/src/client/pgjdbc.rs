//! pgjdbc, given `DATABASE_URL` as `DriverManager.getConnection(System.getenv("DATABASE_URL"))` gives
//! it. It reads no `PG*` variable.
//!
//! pgjdbc 42.5.5: `org/postgresql/Driver.java`, `parseURL()` and `hostSpecs()`;
//! `util/PGPropertyUtil.java`; `core/v3/ConnectionFactoryImpl.java`; `jdbc/SslMode.java`;
//! `ssl/LibPQFactory.java`.

use alloc::borrow::Cow;
use alloc::string::{String, ToString};
use alloc::vec::Vec;

use super::Client;
use super::reading::{Reading, read as read_with};
use crate::ledger::{Key, Moment, Stage, Value};
use crate::machine::Content;
use crate::question::Question;
use crate::refusal::Refusal;
use crate::resolution::Resolution;
use crate::secret::Text;
use crate::syntax::Slice;
use crate::syntax::url::java::{Address, UrlError, decode, parse, split_list};
use crate::tls::Attempt::{Plain, Tls};
use crate::tls::Verification::{Chain, ChainAndHost, Nothing};
use crate::tls::{Attempt, Peer, Setback, TlsMode, TrustedRoots, Verification};

/// The row of the table.
pub static CLIENT: Client = Client {
    name: "pgjdbc",
    title: "pgjdbc, the JDBC driver",
    version: "pgjdbc 42.5.5",
    packages: &["pkg:maven/postgresql"],
    subject: "pgjdbc",
    stages: &[&URL, &CONNECTION],
    has_settings: false,
    preset: None,
    ends_in_libpq: false,
    tls: &TLS,
    goes_on: true,
    patience: Some(10),
    read,
};

static URL: Stage = Stage { name: "pgjdbc", title: "pgjdbc", refuses: Moment::Start };

static CONNECTION: Stage =
    Stage { name: "pgjdbc connection", title: "pgjdbc", refuses: Moment::Connection };

/// `openConnectionImpl()` and `enableSSL()`; `require` verifies nothing, whatever the root certificate.
static TLS: [TlsMode; 6] = [
    mode("disable", &[Plain], &[], Nothing),
    mode("allow", &[Plain, Tls], &[Setback::LogIn], Nothing),
    mode("prefer", &[Tls, Plain], &[Setback::NoTls, Setback::LogIn], Nothing),
    mode("require", &[Tls], &[], Nothing),
    mode("verify-ca", &[Tls], &[], Chain),
    mode("verify-full", &[Tls], &[], ChainAndHost),
];

const fn mode(
    name: &'static str,
    attempts: &'static [Attempt],
    falls_back: &'static [Setback],
    verifies: Verification,
) -> TlsMode {
    TlsMode { name, attempts, falls_back, verifies: [verifies, verifies] }
}

const ERROR: &str = "org.postgresql.util.PSQLException";

/// `PGProperty`: what it is called there, where libpq calls it otherwise.
const RENAMED: [(&str, &str); 6] = [
    ("PGHOST", "host"),
    ("PGPORT", "port"),
    ("PGDBNAME", "dbname"),
    ("ApplicationName", "application_name"),
    ("connectTimeout", "connect_timeout"),
    ("gssEncMode", "gssencmode"),
];

/// The rest of them.
const PROPERTIES: [&str; 71] = [
    "adaptiveFetch",
    "adaptiveFetchMaximum",
    "adaptiveFetchMinimum",
    "allowEncodingChanges",
    "assumeMinServerVersion",
    "authenticationPluginClassName",
    "autosave",
    "binaryTransfer",
    "binaryTransferDisable",
    "binaryTransferEnable",
    "cancelSignalTimeout",
    "cleanupSavepoints",
    "currentSchema",
    "databaseMetadataCacheFields",
    "databaseMetadataCacheFieldsMiB",
    "defaultRowFetchSize",
    "disableColumnSanitiser",
    "escapeSyntaxCallMode",
    "groupStartupParameters",
    "gssResponseTimeout",
    "gsslib",
    "hideUnprivilegedObjects",
    "hostRecheckSeconds",
    "jaasApplicationName",
    "jaasLogin",
    "kerberosServerName",
    "loadBalanceHosts",
    "localSocketAddress",
    "logServerErrorDetail",
    "logUnclosedConnections",
    "loggerFile",
    "loggerLevel",
    "loginTimeout",
    "maxResultBuffer",
    "options",
    "password",
    "preferQueryMode",
    "prepareThreshold",
    "preparedStatementCacheQueries",
    "preparedStatementCacheSizeMiB",
    "protocolVersion",
    "quoteReturningIdentifiers",
    "reWriteBatchedInserts",
    "readOnly",
    "readOnlyMode",
    "receiveBufferSize",
    "replication",
    "sendBufferSize",
    "socketFactory",
    "socketFactoryArg",
    "socketTimeout",
    "ssl",
    "sslResponseTimeout",
    "sslcert",
    "sslfactory",
    "sslfactoryarg",
    "sslhostnameverifier",
    "sslkey",
    "sslmode",
    "sslpassword",
    "sslpasswordcallback",
    "sslrootcert",
    "sspiServiceClass",
    "stringtype",
    "targetServerType",
    "tcpKeepAlive",
    "tcpNoDelay",
    "unknownLength",
    "useSpnego",
    "user",
    "xmlFactoryFactory",
];

/// Whole numbers that are read before a connection is opened, and on the way to it.
const NUMBERS: [[&str; 2]; 3] = [
    ["defaultRowFetchSize", "prepareThreshold"],
    ["connect_timeout", "socketTimeout"],
    ["receiveBufferSize", "sendBufferSize"],
];

const SERVERS: [&str; 8] = [
    "any",
    "primary",
    "master",
    "slave",
    "secondary",
    "preferSlave",
    "preferSecondary",
    "preferPrimary",
];

fn read<'a>(question: &Question<'a>) -> Resolution<'a> {
    read_with(question, &URL, |reading| {
        read_url(reading)?;
        reading.default("port", Value::Str("5432".into()));
        reading.default("host", Value::Str("localhost".into()));
        reading.default("user", Value::Account);
        let user = reading.line("user").map(|it| it.value.clone());
        reading.default("dbname", user.unwrap_or(Value::Account));
        check_consistency(reading)?;
        reading.stage = &CONNECTION;
        secure(reading)
    })
}

/// "Unable to parse URL", for what stands at `slice`.
fn unable<'a>(reading: &Reading<'_, 'a>, slice: Slice<'_>) -> Refusal<'a> {
    let whole = reading.quote(Slice::whole(reading.source.text()));
    reading.refuse(ERROR, Text::plain("Unable to parse URL ").and_text(whole), slice)
}

fn read_url<'a>(reading: &mut Reading<'_, 'a>) -> Result<(), Refusal<'a>> {
    let raw = reading.source.raw();
    let whole = Slice::whole(raw);
    let url = match parse(raw) {
        Ok(url) => url,
        Err(UrlError::Refused(slice)) => return Err(unable(reading, slice)),
        Err(UrlError::NoAddress(slice)) => {
            let text = Text::plain("String index out of range: -1");
            let kind = "java.lang.StringIndexOutOfBoundsException";
            return Err(reading.refuse(kind, text, slice));
        }
        Err(UrlError::Foreign) => {
            let text = Text::plain("No suitable driver found for ").and_text(reading.quote(whole));
            return Err(reading.refuse("java.sql.SQLException", text, whole));
        }
    };
    if let Some(slice) = url.database {
        let Some(text) = decode(slice.text) else { return Err(unable(reading, slice)) };
        reading.set(Key::Keyword("dbname"), slice, made(slice, text));
    }
    if let Some(addresses) = &url.addresses {
        take_addresses(reading, whole, addresses);
    }
    for (name, value) in url.args {
        let slice = value.unwrap_or(name.after());
        let Some(text) = decode(slice.text) else { return Err(unable(reading, slice)) };
        let text = made(slice, text);
        // A name alone is taken as it is.
        let property = match value {
            Some(_) => translated(name.text),
            None => Cow::Borrowed(name.text),
        };
        if property == "service" && value.is_some() {
            // It is missing, as far as the question says.
            reading.set(Key::Keyword("service"), slice, text);
            let unless = reading.leave_service_open();
            return Err(Refusal { unless, ..unable(reading, slice) });
        }
        match keyword(&property) {
            Some(keyword) => {
                reading.set(Key::Keyword(keyword), slice, text);
            }
            None => {
                let key = reading.key(name, Cow::Owned(name.text.to_string()));
                reading.ignore(key, slice, text, "pgjdbc does not know it");
            }
        }
    }
    Ok(())
}

fn made<'t>(slice: Slice<'_>, text: Cow<'t, str>) -> Cow<'t, str> {
    match text == slice.text {
        true => text,
        false => Cow::Owned(text.into_owned()),
    }
}

/// `PGHOST` and `PGPORT` of the addresses.
fn take_addresses(reading: &mut Reading<'_, '_>, whole: Slice<'_>, addresses: &[Address<'_>]) {
    let hosts = addresses.iter().map(|it| match it.port {
        Some(_) if it.host.is_empty() => "localhost",
        _ => it.host.text,
    });
    let ports = addresses.iter().map(|it| it.port.map_or("5432", |it| it.text));
    let (hosts, ports): (Vec<_>, Vec<_>) = (hosts.collect(), ports.collect());
    let between = |first: Option<Slice<'_>>, last: Option<Slice<'_>>| {
        let start = first.map_or(0, |it| it.at);
        let end = last.map_or(start, Slice::end);
        whole.split_at(end).0.split_at(start).1
    };
    let first = addresses.first().map(|it| it.host);
    let slice = between(first, addresses.last().map(|it| it.host));
    reading.set(Key::Keyword("host"), slice, made(slice, Cow::Owned(hosts.join(","))));
    let written = || addresses.iter().filter_map(|it| it.port);
    // Without a port of its own it is still the URL that sets the default.
    let slice = match written().next() {
        Some(first) => between(Some(first), written().next_back()),
        None => slice.after(),
    };
    reading.set(Key::Keyword("port"), slice, made(slice, Cow::Owned(ports.join(","))));
}

/// `translatePGServiceToPGProperty()`
fn translated(name: &str) -> Cow<'_, str> {
    match ["host", "port", "dbname"].iter().find(|it| it.eq_ignore_ascii_case(name)) {
        Some(_) => {
            let mut property = String::from("PG");
            property.push_str(&name.to_ascii_uppercase());
            Cow::Owned(property)
        }
        None => Cow::Borrowed(name),
    }
}

fn keyword(property: &str) -> Option<&'static str> {
    let renamed = RENAMED.iter().find(|it| it.0 == property).map(|it| it.1);
    let own = PROPERTIES.iter().find(|it| **it == property);
    renamed.or(own.copied())
}

/// `propertiesConsistencyCheck()`, and the lists of `hostSpecs()`.
fn check_consistency<'a>(reading: &mut Reading<'_, 'a>) -> Result<(), Refusal<'a>> {
    let (Some(hosts), Some(ports)) = (reading.get("host"), reading.get("port")) else {
        return Ok(());
    };
    let hosts: Vec<String> = split_list(hosts).into_iter().map(ToString::to_string).collect();
    let ports: Vec<String> = split_list(ports).into_iter().map(ToString::to_string).collect();
    let is_port = |it: &String| it.parse::<i32>().is_ok_and(|it| (1..=65_535).contains(&it));
    if !ports.iter().all(is_port) || hosts.len() != ports.len() {
        let whole = reading.quote(Slice::whole(reading.source.text()));
        let text = Text::plain("Unable to parse URL ").and_text(whole);
        let refusal = reading.refuse_value(ERROR, "port", |_| text);
        return refusal.map_or(Ok(()), Err);
    }
    for (key, texts) in [("host", hosts), ("port", ports)] {
        // Empty ones at the end are left out.
        if texts.len() > 1 || reading.get(key) != texts.first().map(|it| &**it) {
            reading.respell(key, key, texts);
        }
    }
    Ok(())
}

fn is_number(text: &str) -> bool {
    text.parse::<i32>().is_ok()
}

/// What `openConnectionImpl()` looks at, in its order.
fn secure<'a>(reading: &mut Reading<'_, 'a>) -> Result<(), Refusal<'a>> {
    let [before, then, last] = NUMBERS;
    check_numbers(reading, before)?;
    let deciding = ["sslmode", "ssl", "sslrootcert", "sslfactory", "sslhostnameverifier"];
    let is_open = deciding.into_iter().any(|it| reading.is_unknown(it));
    let chosen = match reading.get("sslmode") {
        Some(word) => {
            let mode = TLS.iter().map(|it| it.name).find(|it| it.eq_ignore_ascii_case(word));
            if mode.is_none() {
                return refused(reading, "sslmode", "Invalid sslmode value: ");
            }
            mode
        }
        None => match reading.get("ssl") {
            Some(word) if word.is_empty() || word.eq_ignore_ascii_case("true") => {
                Some("verify-full")
            }
            _ => None,
        },
    };
    let is_gss = |it: &str| {
        ["disable", "allow", "prefer", "require"].iter().any(|word| word.eq_ignore_ascii_case(it))
    };
    if reading.get("gssencmode").is_some_and(|it| !is_gss(it)) {
        return refused(reading, "gssencmode", "Invalid gssEncMode value: ");
    }
    if reading.get("targetServerType").is_some_and(|it| !SERVERS.contains(&it)) {
        return refused(reading, "targetServerType", "Invalid targetServerType value: ");
    }
    check_numbers(reading, then)?;
    check_numbers(reading, last)?;
    // Another factory, or another way to compare the host, may verify anything.
    let factory = reading.get("sslfactory").unwrap_or("org.postgresql.ssl.LibPQFactory");
    let is_own =
        factory.ends_with(".LibPQFactory") && reading.winner("sslhostnameverifier").is_none();
    if is_open || !is_own {
        return Ok(());
    }
    let mode = chosen.unwrap_or("prefer");
    let is_by_ssl = reading.winner("sslmode").is_none() && chosen.is_some();
    if !is_by_ssl {
        reading.default("sslmode", Value::Str("prefer".into()));
    }
    let key = if is_by_ssl { "ssl" } else { "sslmode" };
    let is_checked = ["verify-ca", "verify-full"].contains(&mode);
    let roots = match reading.winner("sslrootcert") {
        Some(_) => TrustedRoots::File,
        None if !is_checked => TrustedRoots::None,
        None => {
            let machine = reading.inputs().machine();
            let path = machine.root_certificate.unwrap_or("~/.postgresql/root.crt");
            let is_there = machine.file(path).is_some_and(|it| it.content != Content::Absent);
            if !is_there {
                let text = Text::plain("Could not open SSL root certificate file ");
                let text = text.and(path.to_string()).and(".");
                let unless = reading.leave_root_open(key);
                let refusal = reading.refuse_value(ERROR, key, |_| text);
                return refusal.map_or(Ok(()), |it| Err(Refusal { unless, ..it }));
            }
            TrustedRoots::File
        }
    };
    reading.secure(mode, key, roots, Peer::Host);
    Ok(())
}

/// An error of the connection about the value of a key.
fn refused<'a>(
    reading: &Reading<'_, 'a>,
    key: &str,
    message: &'static str,
) -> Result<(), Refusal<'a>> {
    let refusal = reading.refuse_value(ERROR, key, |word| Text::plain(message).and_text(word));
    refusal.map_or(Ok(()), Err)
}

/// `PGProperty.getInt()`
fn check_numbers<'a>(reading: &Reading<'_, 'a>, keys: [&str; 2]) -> Result<(), Refusal<'a>> {
    for key in keys {
        if reading.get(key).is_none_or(is_number) {
            continue;
        }
        let name = RENAMED.iter().find(|it| it.1 == key).map_or(key, |it| it.0).to_string();
        let refusal = reading.refuse_value(ERROR, key, |word| {
            let text = Text::plain(name).and(" parameter value must be an integer but was: ");
            text.and_text(word)
        });
        if let Some(refusal) = refusal {
            return Err(refusal);
        }
    }
    Ok(())
}
